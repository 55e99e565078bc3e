"""Connects the features: registries, jobs, blueprints and menus. Called by app.py.

registries  what features above register with those below
jobs        every background job
blueprints  every feature's blueprints
menus       every menu entry
"""
