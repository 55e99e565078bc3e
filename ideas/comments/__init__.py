"""Comments on ideas.

commenting  add a comment
hiding      hide a comment and show it again
timeline    the comments and steps of an idea in one list, newest first
events      the notification of a comment
"""
