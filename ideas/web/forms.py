"""The parent of every form, and the fields all share: text is tidied, control characters refused."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField, ValidationError

from ideas import text


class Form(FlaskForm):  # type: ignore[misc]
    """A form of the portal. CSRF is checked for the whole app, once, before the view."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = False


class LineField(StringField):
    """One line of a person's text, tidied: line breaks become spaces."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = tidied(one(valuelist)).replace("\n", " ").strip()


class WordsField(TextAreaField):
    """Many lines of a person's text, tidied."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = tidied(one(valuelist)).strip()


class TokenField(HiddenField):
    """A form's own token, made by the page, so that sending it twice does its deed once."""

    def pre_validate(self, form: Any) -> None:
        if self.data and (len(self.data) > 64 or not self.data.isascii()):
            raise ValidationError(_("Recarregue a página e envie de novo."))


def one(values: list[Any]) -> str:
    """A field's one value; a repeated parameter has one meaning: the first."""
    return str(values[0]) if values else ""


def tidied(value: str) -> str:
    """The text without what has no place in one; ValueError becomes the field's error."""
    if text.has_forbidden(value):
        raise ValueError(_("Este texto tem caracteres que o portal não aceita."))
    return text.tidy(value)


def page_fields() -> dict[str, list[str]]:
    """What was sent, whole: for carrying a pending deed through another page."""
    return {key: request.form.getlist(key) for key in request.form if key != "csrf_token"}
