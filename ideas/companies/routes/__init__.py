"""What companies answer, and how a request's person is known."""
