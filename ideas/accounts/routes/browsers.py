"""What Flask-Login holds of a signed-in browser. Models know nothing of it (model.md 5)."""

from flask_login import UserMixin

from ideas.web.person import VISITOR, Asker


class SignedIn(UserMixin):  # type: ignore[misc]
    """A session, known to the browser by its token, and who is asking through it."""

    def __init__(self, token: str, asker: Asker = VISITOR) -> None:
        self.token = token
        self.asker = asker

    def get_id(self) -> str:
        """What the cookie holds: the session's token, never a person's number."""
        return self.token
