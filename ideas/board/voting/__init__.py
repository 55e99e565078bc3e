"""Votes: cast, count, explain and check them.

casting        cast and withdraw a vote
importance     how important an idea is to a voter, and their pain point
proxying       cast a vote on a customer's behalf
counters       change the counters of a merged set with each vote
recounting     recount the counters from the rows, and find differences
trending       the value of a vote in the default ordering
ledger         the append-only log of votes
vote_buttons   what a vote button shows of its idea
supporters     who voted, for staff
setting_aside  set a suspended person's votes aside, and restore them
reconciling    the nightly check of the counters
events         the notifications about votes
"""
