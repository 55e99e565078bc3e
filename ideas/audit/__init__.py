"""The log of privileged acts: what operators, administrators and moderators did. It only grows.

log      write an entry; look whether every entry is as it was written
actions  the words of every act
models   the table
"""
