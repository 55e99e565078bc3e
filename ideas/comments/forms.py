"""The form of a comment."""

import secrets

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, ValidationError

from ideas.comments.commenting import MAX_LENGTH, NewComment
from ideas.web.forms import Form, TokenField, WordsField
from ideas.web.languages import language


class CommentForm(Form):
    """A comment. `vote` also casts a vote: people find an existing idea while they write the same one."""

    text = WordsField(_("Comentar"), id="comment-text", render_kw={"maxlength": MAX_LENGTH})
    client_token = TokenField(default=lambda: secrets.token_urlsafe(16), id="comment-token")
    vote = BooleanField(id="comment-vote")

    def validate_text(self, field: WordsField) -> None:
        """A comment needs a text, unless it comes with a vote."""
        if not field.data and not self.vote.data:
            raise ValidationError(_("Escreva o comentário antes de enviar."))
        if len(field.data or "") > MAX_LENGTH:
            raise ValidationError(_("Encurte o comentário: o limite é de %(most)d caracteres.", most=MAX_LENGTH))

    def comment(self) -> NewComment:
        """The comment, for `commenting.add`."""
        return NewComment(text=self.text.data or "", language=language(), client_token=self.client_token.data or None)
