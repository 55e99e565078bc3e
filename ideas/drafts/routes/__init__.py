"""Pending forms: stored when the session has expired, and offered again after sign-in."""
