"""The board: ideas, and what a person does to one.

posting     write an idea
voting      support an idea, or stop
weighing    say how much it matters, and what one can't do today
proxying    vote on a customer's behalf
supporters  who stands behind an idea, and what they can't do today
standing    set a suspended person's votes aside, and let them stand again
following   hear about an idea, or stop
hiding      take an idea out of sight, and bring it back
deciding    the vendor's answer: an idea's status
undeciding  take an answer back right after it was given
merging     bring duplicates to the idea they are the same as
unmerging   take one out of its set again, as it was
combining   what several ideas are together
objecting   say of a merge that it is not the same idea
finding     search, and ideas like this one
alike       ideas like the one that is read, kept for a while
listing     the board's orderings and pages
filtering   which of the listed ideas a person asked for
faceting    how many there are of each sort
explaining  why an idea stands where it stands
cards       what a list shows of an idea
counting    the counters, kept equal to the rows
trending    what a vote weighs in the default order
checking    the nightly look at the counters
ledger      the log of votes that only grows
locking     take an idea's set before changing it
history     the dated steps of an idea
reading     an idea as its own page reads it
telling     who hears of what happens to an idea, and in which words
vote_telling  the same of what happens to votes
merge_telling  the same, of merges
importing   bring ideas in from elsewhere, once each
loading     a file of them, as it goes: tried, run, stopped, gone on with
sources     what files there are, and a row of each made safe
"""
