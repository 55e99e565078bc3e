"""Comments on ideas.

commenting  say something about an idea
hiding      take a comment out of sight, and bring it back
timeline    an idea's steps and comments as one dated list, newest first
events      who hears of a comment, and in which words
"""
