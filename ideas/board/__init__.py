"""The board: ideas, and what a person does to one.

posting     write an idea
voting      support an idea, or stop
following   hear about an idea, or stop
deciding    the vendor's answer: an idea's status
finding     search, and ideas like this one
listing     the board's orderings and pages
filtering   which of the listed ideas a person asked for
faceting    how many there are of each sort
cards       what a list shows of an idea
counting    the counters, kept equal to the rows
trending    what a vote weighs in the default order
ledger      the log of votes that only grows
locking     take an idea's set before changing it
history     the dated steps of an idea
telling     who hears of what happens to an idea, and in which words
importing   bring ideas in from elsewhere, once each
"""
