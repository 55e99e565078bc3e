"""The edge's common ground: what routes, forms and feeds use, and nothing below them does.

person      who is asking: me(), my_company(), my_roles()
expired     a form sent without a session: kept, and asked for again
gate        the rights table and the origin of a request, asked before every view
answers     the fragment for htmx, the page or a redirect for a browser
refusals    every no, in the site's look
fragments   pieces of pages that say the same to everyone
panels      what features above put on a page below
uploads     files in a form
downloads   a file handed over so that no browser runs it
csv_files   a table as a CSV file
atom        a feed
paging      keyset cursors, and the one that an address has
addresses   which addresses of a request are believed, and which numbers in them
typed       what a request says outside of any form: a number, a line of words
aside       the little that a reading page writes
counts      counting requests, for the limits on floods
limits      floods blunted
forms       the parent of every form
kept_pages  visitors' pages, kept for a moment
headers     security headers, request ids, the log line of a request
cookies     the portal's own, beside the session's
preferences  the footer's switches
languages   which of the three languages a request is answered in
context     what every template may use
site        robots.txt and the icon
health      whether the process, and the database, answer
components  the gallery, in development
assets      the joined, fingerprinted style sheet, script and icons
"""
