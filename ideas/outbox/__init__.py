"""The outbox: an operation records an event in its transaction, and the worker delivers it after the commit.

recording   record an event in the transaction of the operation
wording     a sentence before it is translated
kinds       registries: kinds of events, their recipients and wording, channels, handlers, emails
delivery    deliver an event to its recipients through each channel, once per recipient
mailing     the queue of emails: retries, and giving up
emails      an email before it is rendered: messages and their values
composing   render an email as text and HTML in the recipient's language, with encoded headers and absolute links
colours     the portal's colours as hex, for mail programs
transports  hand an email to the SMTP server, or to a folder in development; classify failures
mail_check  send a test email and explain a failure in plain words
"""
