"""Where tickets meet the web.

scope         load a ticket, or 404; who is looking
tickets       the lists, a new one, one's own page
page          all that a ticket's page shows
conversation  messages, notes, follow-ups
people        participants and owner
states        confirm, solve
assignments   which analyst
"""
