"""Routes of tickets.

scope           load a ticket, or answer 404
tickets         the lists, the form of a new ticket, a ticket's page
page            the context of a ticket's page
conversation    messages, notes, follow-ups
attachments     download files
attached_files  validate and store the files of a form
people          participants and owner
states          change the state
assignments     set the analyst
conversions     turn a ticket into an idea or a vote
queues          the analysts' queues
panels          the panel on an idea's page
"""
