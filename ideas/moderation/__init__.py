"""Moderation: reports, cases, decisions and appeals. The audit log records every decision with its reason.

targets        what can be reported: an idea or a comment, with its text and its author
reporting      report a text to the moderators
cases          open, claim and release cases
ladder         the next step for a person, and whether a decision skips steps
deciding       decide one case, or many texts at once; undo
sanctions      apply decisions in force to a person's suspension
appealing      appeal against a decision; answer an appeal
track_records  earlier decisions about a person, and the results of their reports
queues         the moderators' lists
bulk_search    search texts by date, author and votes
bursts         detect many new people voting for one idea at once
events         recipients and texts of notifications
"""
