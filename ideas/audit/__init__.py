"""The append-only log of privileged operations: what operators, administrators and moderators did.

log      write an entry, verify the chain of hashes
actions  the name of every action
models   the table
"""
