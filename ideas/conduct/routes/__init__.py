"""The code's pages, and how someone who has not accepted it is asked without losing a word."""
