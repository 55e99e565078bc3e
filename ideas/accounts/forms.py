"""What is typed to sign in and to change how. A wrong shape to sign in is a wrong pair: it is not judged here."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from ideas.accounts import naming
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.forms import Form, LineField


def own_name(form: Any, field: Any) -> None:
    """A field's validator: whether somebody may be called so (`accounts.naming`)."""
    try:
        naming.check(field.data or "")
    except Refused as refusal:
        raise ValidationError(refusals.sentence(refusal)) from None


class SignInForm(Form):
    """The key is a CPF or an e-mail; neither a CPF nor the password is ever written back."""

    key = StringField(_("CPF ou e-mail"), [InputRequired()])
    password = PasswordField(_("Senha"), [InputRequired()])
    next = HiddenField()


class ResetForm(Form):
    """Whose password is forgotten."""

    key = StringField(_("CPF ou e-mail"), [InputRequired(_("Escreva o CPF ou o e-mail do seu cadastro."))])


class NewPasswordForm(Form):
    """A password to have from now on; `accounts.choosing` judges it."""

    password = PasswordField(_("Senha nova"), [InputRequired(_("Escreva a senha nova."))])


class PasswordChangeForm(NewPasswordForm):
    """The same, by someone who is in and gives the current one."""

    current_password = PasswordField(_("Senha atual"), [InputRequired(_("Escreva a sua senha atual."))])


class EmailChangeForm(Form):
    """Another address, by someone who is in and gives the password."""

    email = LineField(_("E-mail novo"), [InputRequired(_("Escreva o e-mail novo.")), Length(max=254)])
    current_password = PasswordField(_("Senha atual"), [InputRequired(_("Escreva a sua senha atual."))])

    def validate_email(self, field: LineField) -> None:
        if not re.fullmatch(r"[^\s@<>\"(),:;\[\]\\]+@[^\s@<>\"(),:;\[\]\\]+\.[^\s@<>\"(),:;\[\]\\]+", field.data or ""):
            raise ValidationError(_("Isto não parece um e-mail. Confira se falta algo, como o @."))
