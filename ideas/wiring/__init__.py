"""How the features are put together: what they tell one another, their addresses, their menus. Called by app.py."""
