"""Tickets (chamados): requests of a company's people to the vendor's support.

opening        open a ticket, or the follow-up of a closed one
roles          a person's roles on a ticket: owner, customer, administrator, analyst
conversing     messages to everyone on the ticket; notes among analysts
progressing    change a ticket's state
closing        close tickets whose waiting time is over
participating  add and remove participants; transfer the ownership
attaching      files sent with a ticket, a message or a note
assigning      the analyst responsible for a ticket
queues         the queues that each analyst answers
converting     turn a ticket into an idea, or into its owner's vote for one
locking        lock a ticket's row before changing it
thread         messages, notes and steps in chronological order
listing        the tickets that a person may see, by page
events         recipients and texts of notifications
"""
