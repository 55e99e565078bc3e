"""How people hear: notices under the bell, and the same by mail, at once or in a digest.

in_app       the in-app channel of the outbox
by_email     the mail channel: what is mailed to whom, at once or in a digest, and never at night
preferences  how a person wants to be mailed, topic by topic; ending it by a signed link
reading      a person's notices, newest first, each only as far as its reader may know of it now; marking them read
wording      the facts of a notice in its reader's language
"""
