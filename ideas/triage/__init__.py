"""The product managers' inbox: what waits for an answer, whose it is, what colleagues noted.

inbox    the ideas that wait, filtered and paged
owners   who of the managers takes care of an idea
tagging  the words by which managers find ideas again
noting   what managers tell one another about an idea
bulk     one status for many ideas at once, and its undo
"""
