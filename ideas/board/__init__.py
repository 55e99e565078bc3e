"""The board: ideas, and what a person does to one.

posting     write an idea
voting      support an idea, or stop
following   hear about an idea, or stop
deciding    the vendor's answer: an idea's status
finding     search, and ideas like this one
listing     the board's orderings, filters and pages
counting    the counters, kept equal to the rows
ledger      the log of votes that only grows
locking     take an idea's set before changing it
history     the dated steps of an idea
importing   bring ideas in from elsewhere, once each
"""
