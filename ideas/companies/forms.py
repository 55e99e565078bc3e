"""The forms of companies: the shape of what is typed. Nothing here is judged; the deeds do that."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, PasswordField, StringField, ValidationError
from wtforms.validators import Length, Regexp

from ideas.accounts import email_addresses
from ideas.accounts.documents import Cpf, InvalidCpf
from ideas.accounts.forms import own_name
from ideas.companies.cnpj import Cnpj, InvalidCnpj
from ideas.companies.models import Permissions
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.forms import Form, LineField, Required, WordsField

LONGEST_NAME, LONGEST_REASON = 120, 500


class EmailField(LineField):
    """One e-mail address."""

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not validation_stopped and self.data and not email_addresses.is_address(self.data):
            raise ValidationError(_("Este e-mail não parece completo. Confira, por exemplo: nome@empresa.com.br."))


class CpfField(StringField):
    """A CPF in one of its two shapes. The server never writes it back."""

    #: What was typed, read; None when it is no CPF.
    cpf: Cpf | None = None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if validation_stopped or not self.data:
            return
        try:
            self.cpf = Cpf.parse(self.data)
        except InvalidCpf as fault:
            raise ValidationError(gettext(fault.message)) from None


class CnpjField(StringField):
    """A CNPJ in one of its two shapes."""

    cnpj: Cnpj | None = None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if validation_stopped or not self.data:
            return
        try:
            self.cnpj = Cnpj.parse(self.data)
        except InvalidCnpj as fault:
            raise ValidationError(gettext(fault.message)) from None


def name_field() -> LineField:
    """A person's whole name."""
    return LineField(
        _("Nome completo"),
        [
            Required(_("Escreva o nome da pessoa.")),
            # It stands in letters: nobody writes an address into them.
            Regexp("[^:/@<>]*$", message=_("Escreva só o nome, sem endereços.")),
            Length(max=LONGEST_NAME, message=_("Encurte o nome: o limite é de %(max)d caracteres.")),
            own_name,
        ],
    )


def email_field() -> EmailField:
    """Where the letter goes."""
    return EmailField(_("E-mail"), [Required(_("Escreva o e-mail."))])


class PermissionsForm(Form):
    """The three permissions."""

    self_service = BooleanField(_("Acesso ao Autoatendimento (Administrativo e Financeiro)"))
    technical_consulting = BooleanField(_("Consultoria Técnica"))
    tickets_restricted = BooleanField(_("Restringir acesso aos chamados"))

    def permissions(self) -> Permissions:
        return Permissions(
            self_service=self.self_service.data,
            technical_consulting=self.technical_consulting.data,
            tickets_restricted=self.tickets_restricted.data,
        )


class NewcomerForm(PermissionsForm):
    """What an operator decides of somebody whose company has no administrator yet."""

    makes_administrator = BooleanField(_("Passa a administrar a empresa"), default=True)


class InviteForm(PermissionsForm):
    """A person to invite."""

    name = name_field()
    email = email_field()


class RefuseForm(Form):
    """Why somebody may not join."""

    reason = WordsField(
        _("Motivo"),
        [
            Required(_("Diga o motivo: a pessoa vai ler.")),
            Length(max=LONGEST_REASON, message=_("Encurte o motivo: o limite é de %(max)d caracteres.")),
        ],
        render_kw={"maxlength": LONGEST_REASON},
    )


class FirstAccessForm(Form):
    """Who comes by an invitation: the CPF, and the password chosen; of someone who has an account, theirs."""

    cpf = CpfField("CPF", [Required(_("Escreva o seu CPF."))])
    password = PasswordField(_("Senha"), [Required(_("Escolha uma senha."))])

    def checks(self, judge: Callable[[str], None]) -> None:
        """Have the password judged by the portal's rule, whosever it is: a weak one never tells who has an account."""
        self._judge = judge

    def validate_password(self, field: PasswordField) -> None:
        """Raises what the rule says of it."""
        try:
            self._judge(field.data or "")
        except Refused as refusal:
            raise ValidationError(refusals.sentence(refusal)) from None


class JoinForm(Form):
    """Somebody who wants to join: of themselves and of the company."""

    cpf = CpfField("CPF", [Required(_("Escreva o seu CPF."))])
    name = name_field()
    email = email_field()
    cnpj = CnpjField(_("CNPJ da empresa"), [Required(_("Escreva o CNPJ da sua empresa."))])
