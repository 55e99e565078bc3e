"""People: their identity, sign-in, sessions and sanctions.

documents        CPF: strict parsing, masking, keyed look-up, encryption
identifying      find a person by CPF or email
naming           refuse names that impersonate the portal, or mix alphabets
email_addresses  validate and normalise an email address
registering      create a person, one per CPF
key_rotation     re-encrypt every CPF with the first key of the ring
signing_in       sign in by CPF or email and password, with limits
known_browsers   browsers that the account's owner used before, exempt from the general limits
password_rules   the passwords that are refused
resetting        a forgotten password: request a link, set a new password
credentials      change the password or the email
emails           the emails about an account
sessions         sessions as rows: start, check, end
passwords        hash and verify, with limited concurrency
profiles         a person's name, photo, phone, language and time zone
links            one-time links: create, peek, spend, revoke
devices          describe a browser by its user agent
phones           parse and format telephone numbers
zones            the time zones to choose from
staff            the vendor's people: their roles, and the products they manage
sanctions        suspend, restore, lock and unlock a person
"""
