"""Notifications: the list under the bell, and emails at once or in a daily digest.

in_app       the in-app channel of the outbox
by_email     the email channel: what is emailed, when, and never at night
preferences  how often a person gets emails about each topic; unsubscribing through a signed link
reading      a person's notifications, newest first, with access checked at each display; marking them read
wording      the values of a notification's sentence in the reader's language
"""
