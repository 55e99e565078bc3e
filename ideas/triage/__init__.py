"""Triage: the product managers' inbox of ideas that wait for an answer.

inbox    list the ideas, filtered and by page
owners   the manager responsible for an idea
tagging  the managers' tags on ideas
noting   internal notes about ideas
bulk     change the status of many ideas at once; undo it
"""
