"""The edge's common ground: what routes, forms and feeds use, and nothing below them does.

person              who is asking: me(), my_company(), my_roles()
gate                the rights table and the origin of a request, asked before every view
responses           the fragment for htmx, the page or a redirect for a browser
refusals            every no, in the site's look
fragments           pieces of pages that say the same to everyone
indentation         templates without their indentation
panels              what features above put on a page below
uploads             files in a form
downloads           a file handed over so that no browser runs it
csv_files           a table as a CSV file
atom                a feed
paging              keyset cursors, and the one that an address has
addresses           which addresses of a request are believed, and which numbers in them
parsing             what a request says outside of any form: a number, a line of words
best_effort         the little that a reading page writes
rate_limit_storage  count requests in memory
rate_limits         limit the requests from one address
forms               the parent of every form
page_cache          visitors' pages, kept for a moment
shared_cache        results that are the same for every reader, cached
request_cache       values computed once per request
headers             security headers, request ids, the log line of a request
cookies             the portal's own, beside the session's
preferences         the footer's switches
languages           which of the three languages a request is answered in
context             what every template may use
site                robots.txt and the icon
health              whether the process, and the database, answer
components          the gallery, in development
icons               the icons that a page uses, added to it
assets              the joined, fingerprinted style sheet, script and icons
"""
