"""Imports: ideas brought in from other systems by operators.

running    the life of an import: check, run, stop and resume it in the background
inserting  insert one imported idea, once
sources    the file formats: their columns, and one row parsed and validated
"""
