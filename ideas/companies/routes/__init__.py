"""The pages of companies, and the loader of the signed-in person."""
