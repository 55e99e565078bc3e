"""The base class of all forms, and shared fields: text is normalized, unstorable characters are rejected."""

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
    """A form of the portal. CSRF is checked for the whole app before the view."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = False

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Ignore bodies that no form sends, such as JSON."""
            return None if request.is_json else super().wrap_formdata(form, formdata)

        def get_translations(self, form: Any) -> NullTranslations:
            """Return the messages of WTForms, whose file is read once instead of at every request."""
            return _library_messages(get_locale().language)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also reject characters that no database can store, in any field but passwords."""
        valid: bool = super().validate(extra_validators)
        for field in self:
            if not field.errors and not isinstance(field, PasswordField) and _has_forbidden(field.raw_data):
                field.errors = [_("Este texto tem caracteres que o portal não aceita.")]
                valid = False
        return valid


def _has_forbidden(values: Sequence[Any] | None) -> bool:
    return any(isinstance(value, str) and text.has_forbidden(value) for value in values or ())


@cache
def _library_messages(language: str) -> NullTranslations:
    """Return the messages in the current locale; `language` is the cache key."""
    return Translations.load(messages_path(), [get_locale()], domain="wtforms")


class Required:
    """Requires a value, with a message of its own unless the field already has an error."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if not field.data:
            raise StopValidation(self.message)


class LineField(StringField):
    """One line of normalized text: line breaks become spaces, and encoded words are split."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = text.split_encoded_words(text.clean(first(valuelist)).replace("\n", " "))


class WordsField(TextAreaField):
    """Several lines of normalized text."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = text.clean(first(valuelist))


class TokenField(HiddenField):
    """A token generated with the page, so that submitting the form twice has one effect."""

    def pre_validate(self, form: Any) -> None:
        if self.data and not (len(self.data) <= 64 and self.data.isascii() and self.data.isprintable()):
            raise ValidationError(_("Recarregue a página e envie de novo."))


def first(values: list[Any]) -> str:
    """Return the first value of a field; repeated parameters are ignored."""
    return str(values[0]) if values else ""


def submitted_fields() -> dict[str, list[str]]:
    """Return all submitted fields, to carry them through another page."""
    return {key: request.form.getlist(key) for key in request.form if key != "csrf_token"}
