"""The operators' panel: what they see and do, over every feature below. No tables and no rules live here.

listing  companies, people and the log, a page at a time
words    what roles, things and facts are called
"""
