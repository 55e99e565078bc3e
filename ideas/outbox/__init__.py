"""The outbox: what happened is recorded with the deed, and told later by the worker.

recording   write an event in the deed's own transaction
words       a sentence before it is translated
kinds       who hears of which event, in which words, how strongly; the channels; what else happens
emails      a letter, before it is written in its reader's language
mail_check  a test mail, and why it did not leave, in plain words
composing   a letter as a mail: text and HTML, headers encoded, links to the portal's own address
colours     the portal's, as mail programs know them
transports  hand a mail to the server, or to a folder in development; what it means when that fails
mailing     the letters of an event: each tried until it left or is given up
delivery    take an event to everyone who should hear: none lost, nobody told twice
"""
