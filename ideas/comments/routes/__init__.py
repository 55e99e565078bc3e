"""Where comments meet the web: comments the addresses, slot the conversation inside an idea's page."""
