"""The board's addresses: one file per resource; scope.py loads an idea or answers that there is none."""
