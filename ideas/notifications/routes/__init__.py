"""The pages of notifications, and the unread count on every page."""
