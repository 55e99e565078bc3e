"""What is typed to sign in. Nothing here is judged: a wrong shape is a wrong pair."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from ideas.web.forms import Form


class SignInForm(Form):
    """The key is a CPF or an e-mail; neither a CPF nor the password is ever written back."""

    key = StringField(_("CPF ou e-mail"), [InputRequired()])
    password = PasswordField(_("Senha"), [InputRequired()])
    next = HiddenField()
