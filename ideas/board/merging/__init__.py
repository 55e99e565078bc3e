"""Merged sets: duplicates combined under one canonical idea.

merging     merge duplicates into an idea
separating  take a duplicate out of its merged set
previewing  what a merge would produce
objecting   object to a merge
locking     lock a merged set before changing it
events      the notifications about merges
"""
