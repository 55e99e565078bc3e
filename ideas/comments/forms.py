"""The form of a comment."""

import secrets

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, ValidationError

from ideas.comments.commenting import LONGEST, NewComment
from ideas.web.forms import Form, TokenField, WordsField
from ideas.web.languages import language


class CommentForm(Form):
    """What somebody says; `vote` also casts a vote, for who found their idea while writing it anew."""

    text = WordsField(_("Comentar"), id="comment-text", render_kw={"maxlength": LONGEST})
    client_token = TokenField(default=lambda: secrets.token_urlsafe(16), id="comment-token")
    vote = BooleanField(id="comment-vote")

    def validate_text(self, field: WordsField) -> None:
        """A comment says something; a vote may come without a word."""
        if not field.data and not self.vote.data:
            raise ValidationError(_("Escreva o comentário antes de enviar."))
        if len(field.data or "") > LONGEST:
            raise ValidationError(_("Encurte o comentário: o limite é de %(most)d caracteres.", most=LONGEST))

    def comment(self) -> NewComment:
        """What was said, as the deed takes it."""
        return NewComment(text=self.text.data or "", language=language(), client_token=self.client_token.data or None)
