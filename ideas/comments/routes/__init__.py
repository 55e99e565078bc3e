"""The web pages of comments: comments has the routes, slot the conversation on an idea's page."""
