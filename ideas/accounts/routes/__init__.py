"""The pages for sign-in, passwords and the profile."""
