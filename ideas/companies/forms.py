"""The forms of companies. They validate the format of the input; the operations check the rules."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, PasswordField, StringField, ValidationError
from wtforms.validators import Length, Regexp

from ideas.accounts import email_addresses
from ideas.accounts.documents import Cpf, InvalidCpf
from ideas.accounts.forms import validate_person_name
from ideas.companies.cnpj import Cnpj, InvalidCnpj
from ideas.companies.models import Permissions
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.forms import Form, LineField, Required, WordsField

MAX_NAME_LENGTH, MAX_REASON_LENGTH = 120, 500


class EmailField(LineField):
    """A field for one email address."""

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not validation_stopped and self.data and not email_addresses.is_address(self.data):
            raise ValidationError(_("Este e-mail não parece completo. Confira, por exemplo: nome@empresa.com.br."))


class CpfField(StringField):
    """A field for a CPF in either format. It is never rendered back."""

    #: The parsed CPF; None if invalid.
    cpf: Cpf | None = None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if validation_stopped or not self.data:
            return
        try:
            self.cpf = Cpf.parse(self.data)
        except InvalidCpf as fault:
            raise ValidationError(gettext(fault.message)) from None


class CnpjField(StringField):
    """A field for a CNPJ in either format."""

    cnpj: Cnpj | None = None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if validation_stopped or not self.data:
            return
        try:
            self.cnpj = Cnpj.parse(self.data)
        except InvalidCnpj as fault:
            raise ValidationError(gettext(fault.message)) from None


def name_field() -> LineField:
    """Return a field for a person's full name."""
    return LineField(
        _("Nome completo"),
        [
            Required(_("Escreva o nome da pessoa.")),
            # Names appear in emails: refuse URLs and addresses.
            Regexp("[^:/@<>]*$", message=_("Escreva só o nome, sem endereços.")),
            Length(max=MAX_NAME_LENGTH, message=_("Encurte o nome: o limite é de %(max)d caracteres.")),
            validate_person_name,
        ],
    )


def email_field() -> EmailField:
    """Return a field for the recipient's email."""
    return EmailField(_("E-mail"), [Required(_("Escreva o e-mail."))])


class PermissionsForm(Form):
    """The permissions of a member."""

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
    """The operator's decision on a request to a company without an administrator."""

    makes_administrator = BooleanField(_("Passa a administrar a empresa"), default=True)


class InviteForm(PermissionsForm):
    """The person to invite."""

    name = name_field()
    email = email_field()


class RefuseForm(Form):
    """The reason for refusing a request."""

    reason = WordsField(
        _("Motivo"),
        [
            Required(_("Diga o motivo: a pessoa vai ler.")),
            Length(max=MAX_REASON_LENGTH, message=_("Encurte o motivo: o limite é de %(max)d caracteres.")),
        ],
        render_kw={"maxlength": MAX_REASON_LENGTH},
    )


class FirstAccessForm(Form):
    """The CPF and a new password or, for a person with an account, their password."""

    cpf = CpfField("CPF", [Required(_("Escreva o seu CPF."))])
    password = PasswordField(_("Senha"), [Required(_("Escolha uma senha."))])

    def validate_password_with(self, check: Callable[[str], None]) -> None:
        """Apply the password rules, also to existing accounts: a weak password must not reveal who has an account."""
        self._check = check

    def validate_password(self, field: PasswordField) -> None:
        """Raise the refusal of the password rules."""
        try:
            self._check(field.data or "")
        except Refused as refusal:
            raise ValidationError(refusals.message_of(refusal)) from None


class JoinForm(Form):
    """A request to join a company."""

    cpf = CpfField("CPF", [Required(_("Escreva o seu CPF."))])
    name = name_field()
    email = email_field()
    cnpj = CnpjField(_("CNPJ da empresa"), [Required(_("Escreva o CNPJ da sua empresa."))])
