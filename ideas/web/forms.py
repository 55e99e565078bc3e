"""The parent of every form, and the fields all share: text is tidied, what no database can keep is refused."""

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from babel.support import NullTranslations, Translations
from flask import request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField, TextAreaField, ValidationError
from wtforms.i18n import messages_path
from wtforms.validators import StopValidation

from ideas import text


class Form(FlaskForm):  # type: ignore[misc]
    """A form of the portal. CSRF is checked for the whole app, once, before the view."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = False

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What a form sent; a body of another kind, such as JSON, fills no field."""
            return None if request.is_json else super().wrap_formdata(form, formdata)

        def get_translations(self, form: Any) -> NullTranslations:
            """The library's own sentences: their file is read once, not at every request with a form."""
            return _library_sentences(get_locale().language)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every field is as it should be; none may hold what no database can keep, whatever it is for."""
        valid: bool = super().validate(extra_validators)
        for field in self:
            if not field.errors and not isinstance(field, PasswordField) and _holds_forbidden(field.raw_data):
                field.errors = [_("Este texto tem caracteres que o portal não aceita.")]
                valid = False
        return valid


def _holds_forbidden(sent: Sequence[Any] | None) -> bool:
    return any(isinstance(word, str) and text.has_forbidden(word) for word in sent or ())


@cache
def _library_sentences(spoken: str) -> NullTranslations:
    """In the language in force, which `spoken` names."""
    return Translations.load(messages_path(), [get_locale()], domain="wtforms")


class Required:
    """Something must be there; says so in its own words, unless the field has said something already."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if not field.data:
            raise StopValidation(self.message)


class LineField(StringField):
    """One line of a person's text, tidied: line breaks become spaces."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = text.clean(one(valuelist)).replace("\n", " ")


class WordsField(TextAreaField):
    """Many lines of a person's text, tidied."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = text.clean(one(valuelist))


class TokenField(HiddenField):
    """A form's own token, made by the page, so that sending it twice does its deed once."""

    def pre_validate(self, form: Any) -> None:
        if self.data and not (len(self.data) <= 64 and self.data.isascii() and self.data.isprintable()):
            raise ValidationError(_("Recarregue a página e envie de novo."))


def one(values: list[Any]) -> str:
    """A field's one value; a repeated parameter has one meaning: the first."""
    return str(values[0]) if values else ""


def page_fields() -> dict[str, list[str]]:
    """What was sent, whole: for carrying a pending deed through another page."""
    return {key: request.form.getlist(key) for key in request.form if key != "csrf_token"}
