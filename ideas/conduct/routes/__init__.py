"""The pages of the code, and the request for consent, which loses no input."""
