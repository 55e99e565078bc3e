"""The forms of the panel. They validate the shape of the values; the operations check the rules."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, SelectMultipleField, ValidationError
from wtforms.validators import InputRequired, Length, Optional, Regexp

from ideas import text
from ideas.accounts import email_addresses
from ideas.accounts.documents import looks_like_cpf
from ideas.accounts.models import Role
from ideas.companies.forms import EmailField, email_field, name_field
from ideas.operations.words import ROLES
from ideas.products.editing import TranslatedNames
from ideas.products.models import Product
from ideas.web.context import name_of
from ideas.web.forms import Form, LineField


class NamesForm(Form):
    """A name in the portal's three languages."""

    name_pt = LineField(_("Nome em português"), [InputRequired(_("Escreva o nome.")), Length(max=80)])
    name_es = LineField(_("Nome em espanhol"), [InputRequired(_("Escreva o nome em espanhol.")), Length(max=80)])
    name_en = LineField(_("Nome em inglês"), [InputRequired(_("Escreva o nome em inglês.")), Length(max=80)])

    def names(self) -> TranslatedNames:
        """The three names; the form must be valid."""
        return TranslatedNames(self.name_pt.data or "", self.name_es.data or "", self.name_en.data or "")


class NewNamesForm(NamesForm):
    """A new product or module. The key is derived from the name unless it is given."""

    key = LineField(
        _("Chave"),
        [
            Optional(),
            Length(max=40),
            Regexp("^[a-z0-9]+(-[a-z0-9]+)*$", message=_("Só letras minúsculas sem acento, números e hífens.")),
        ],
    )

    def chosen_key(self) -> str:
        """The submitted key, or one derived from the Portuguese name."""
        return self.key.data or text.slug(self.name_pt.data or "")[:40].strip("-")


def forbid_cpf(form: Form, field: Any) -> None:
    """Refuse a text with a CPF in it, which would be stored and shown."""
    if looks_like_cpf(field.data or ""):
        field.data = ""
        raise ValidationError(_("Não escreva CPF aqui. O texto foi apagado por segurança."))


class CompanyForm(Form):
    """A company's name and its financial email."""

    name = LineField(_("Nome da empresa"), [InputRequired(_("Escreva o nome.")), Length(max=120), forbid_cpf])
    financial_email = EmailField(_("E-mail financeiro"), [Optional()])

    def email(self) -> str | None:
        """The financial email in the form in which it is stored."""
        return email_addresses.normalize(self.financial_email.data or "") or None


class NewCompanyForm(CompanyForm):
    """A new company with its CNPJ. The route validates the CNPJ."""

    cnpj = LineField(_("CNPJ"), [InputRequired(_("Escreva o CNPJ.")), Length(max=24)])


class ReasonForm(Form):
    """The reason of an operation."""

    why = LineField(
        _("Motivo"), [InputRequired(_("Escreva o motivo: ele fica no registro.")), Length(max=500), forbid_cpf]
    )


class DayField(DateField):
    """A date, from a browser's date picker or typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist[:1])
        except ValueError:
            raise ValueError(_("Escreva o dia como 31/12/2026 ou escolha no calendário.")) from None


class SuspensionForm(ReasonForm):
    """A suspension until a day; without a day, it has no end."""

    until = DayField(_("Até o dia"), [Optional()], format=["%Y-%m-%d", "%d/%m/%Y"])


class AdministratorForm(Form):
    """The member who becomes the company's administrator."""

    email = EmailField(_("E-mail da pessoa"), [InputRequired(_("Escreva o e-mail."))])


class InvitationForm(Form):
    """An invitation to become a company's administrator."""

    name = name_field()
    email = email_field()


class RolesForm(Form):
    """The staff roles of a person, and the products of a product manager."""

    roles = SelectMultipleField(_("Papéis"))
    products = SelectMultipleField(_("Produtos pelos quais responde"), coerce=int)
    #: Distinguishes a form without ticked boxes from a request without the form.
    sent = HiddenField(validators=[InputRequired()], default="1")

    def offer(self, products: Sequence[Product]) -> None:
        """Set the choices: these products, and all roles."""
        self.roles.choices = [(role.value, gettext(ROLES[role]).capitalize()) for role in Role]
        self.products.choices = [(product.id, name_of(product)) for product in products]
