"""Comments on ideas.

commenting  say something about an idea
timeline    an idea's steps and comments as one dated list, newest first
telling     who hears of a comment, and in which words
"""
