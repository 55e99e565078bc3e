"""Code shared by routes, forms and feeds; nothing below them imports it.

person              the requester: me(), my_company(), has_role()
clients             the network of the client
gate                checks rights and the origin of a request before every view
responses           a fragment for htmx, a page or a redirect for a browser
refusals            error pages
fragments           cached parts of pages that are the same for everyone
indentation         templates without their indentation
panels              parts that features above add to pages below
uploads             files in forms
downloads           stored files, sent so that no browser executes them
csv_files           tables as CSV files
atom                Atom feeds
paging              keyset pagination
addresses           URL converters, and safe redirects
secret_addresses    addresses that hold a token
parsing             values that no form parses
best_effort         small writes made by GET requests
rate_limit_storage  count requests in memory
rate_limits         limit the requests from one network
forms               the base class of forms, and shared fields
page_cache          visitors' pages, cached for a second
shared_cache        results that are the same for every reader, cached
request_cache       values computed once per request
headers             security headers, request ids, the log line of each request
cookies             the portal's own cookies
preferences         the footer's switches
languages           the language of a request
no_counts           words for counts of zero
context             globals, filters and variables of all templates
site                robots.txt and the favicon
health              liveness and readiness
components          the gallery, in development
icons               the icons that a page uses, added to it
assets              builds the style sheet, the script and the icons
"""
