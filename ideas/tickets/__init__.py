"""Tickets (chamados): what a company's people ask of the vendor, and how it is answered.

opening        open a ticket, or go on from a closed one
roles          what somebody is to a ticket, and so what they may do
conversing     say something to everyone of it; note something among analysts
progressing    take it from one state to another
closing        close by itself what waited long enough
participating  let colleagues in, and out; hand it over to another owner
attaching      files sent with any of it
assigning      which analyst looks after it
queues         which tickets an analyst answers
converting     make it an idea, or its owner's vote for one
locking        take a ticket's row before changing it
thread         all that was said and done, in its order
listing        the tickets a person may see, a page at a time
events         who hears of what happens, and in which words
"""
