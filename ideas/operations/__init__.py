"""The operators' panel. It composes the features below, and has no tables or rules.

listing     companies, people and the audit log, by page
references  the current names of what audit entries mention
words       the names of roles, things and facts
"""
