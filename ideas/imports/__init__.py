"""Imports of ideas from other systems, by operators.

running    check, run, stop and resume an import in the background
inserting  insert imported ideas, each once
sources    the file formats: columns, parsing and validation
"""
