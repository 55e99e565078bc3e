"""Numbers that a form sends."""


def number(typed: str) -> int:
    """The id that was sent; 0, which nothing has, for what is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
