"""The routes of the board: one module per resource. scope.py loads an idea or answers 404."""
