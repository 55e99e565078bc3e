"""The forms for sign-in and credentials. The sign-in form accepts any input: a malformed key is a wrong one."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from ideas.accounts import naming
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.forms import Form, LineField


def validate_person_name(form: Any, field: Any) -> None:
    """Validate a field with the rules for names (`accounts.naming`)."""
    try:
        naming.check(field.data or "")
    except Refused as refusal:
        raise ValidationError(refusals.message_of(refusal)) from None


class SignInForm(Form):
    """The key is a CPF or an email. Neither a CPF nor the password is ever rendered back."""

    key = StringField(_("CPF ou e-mail"), [InputRequired()])
    password = PasswordField(_("Senha"), [InputRequired()])
    next = HiddenField()


class ResetForm(Form):
    """The CPF or email of the account with the forgotten password."""

    key = StringField(_("CPF ou e-mail"), [InputRequired(_("Escreva o CPF ou o e-mail do seu cadastro."))])


class NewPasswordForm(Form):
    """A new password; `accounts.password_rules` validates it."""

    password = PasswordField(_("Senha nova"), [InputRequired(_("Escreva a senha nova."))])


class PasswordChangeForm(NewPasswordForm):
    """A new password, with the current one."""

    current_password = PasswordField(_("Senha atual"), [InputRequired(_("Escreva a sua senha atual."))])


class FreshPasswordForm(Form):
    """The current password, asked for before a sensitive action. Its name differs from the fields of other forms."""

    fresh_password = PasswordField(_("Senha atual"))


class EmailChangeForm(Form):
    """A new email, with the current password."""

    email = LineField(_("E-mail novo"), [InputRequired(_("Escreva o e-mail novo.")), Length(max=254)])
    current_password = PasswordField(_("Senha atual"), [InputRequired(_("Escreva a sua senha atual."))])

    def validate_email(self, field: LineField) -> None:
        typed = field.data or ""
        shape = r"[^\s@<>\"(),:;\[\]\\]+@[^\s@<>\"(),:;\[\]\\]+\.[^\s@<>\"(),:;\[\]\\]+"
        if not re.fullmatch(shape, typed) or "=?" in typed:
            raise ValidationError(_("Isto não parece um e-mail. Confira se falta algo, como o @."))
