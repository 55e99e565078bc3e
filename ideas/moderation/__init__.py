"""Moderation: reports, cases, decisions, appeals; who did what, and why, stands in the audit log.

targets        what can be reported: an idea, a comment; its words, its author, its place
reporting      tell the moderators that something breaks a rule
cases          open a case, take it, give it back
ladder         which step comes next for a person, and which would skip one
deciding       decide one case, or many things at once; undo
sanctions      what the decisions in force make of a person's standing
appealing      ask for another look, and give it
track_records  what moderation knows of a person
queues         the lists moderators work from
bulk_search    find many texts at once: by date, author, support
bursts         many new people voting at once: seen, told, never removed
events         who hears of a decision, in which words
"""
