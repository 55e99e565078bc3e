"""The pages of notices: notifications the list, bell the count on every page."""
