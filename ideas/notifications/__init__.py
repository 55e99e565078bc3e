"""How people hear: notices under the bell (mail, digest and webhooks come above the same outbox).

in_app    the in-app channel of the outbox
reading   a person's notices, unread first; marking them read
"""
