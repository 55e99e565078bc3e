"""How the features are put together: what they tell one another, their addresses, their menus. Called by app.py.

registries  what features above give to those below, and who hears of what
jobs        every background job
blueprints  every feature's addresses
menus       every feature's links
"""
