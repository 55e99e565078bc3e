"""The forms of tickets. They validate the shape of the values; the operations check the rules."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import MultipleFileField, RadioField, SelectField, ValidationError
from wtforms.validators import Length

from ideas.products.models import Named, Product
from ideas.tickets.attaching import StoredUpload
from ideas.tickets.conversing import MAX_TEXT_LENGTH, TicketText
from ideas.tickets.models import TicketState, TicketType
from ideas.tickets.opening import NewTicket
from ideas.web.forms import Form, LineField, Required, TokenField, WordsField
from ideas.web.languages import language

MIN_SUBJECT_LENGTH, MAX_SUBJECT_LENGTH = 5, 120


class FilesForm(Form):
    """A form with files. routes/attached_files.py validates them."""

    files = MultipleFileField(_("Anexar arquivos"))


class TicketForm(FilesForm):
    """A new ticket. Call `offer` before rendering or validating."""

    subject = LineField(
        _("Assunto"),
        [
            Required(_("Escreva o assunto: em uma linha, o que está acontecendo.")),
            Length(
                min=MIN_SUBJECT_LENGTH, message=_("Escreva um assunto um pouco mais longo: ao menos %(min)d letras.")
            ),
            Length(max=MAX_SUBJECT_LENGTH, message=_("Encurte o assunto: o limite é de %(max)d caracteres.")),
        ],
    )
    type = RadioField(_("Tipo da solicitação"), [Required(_("Escolha o tipo da solicitação."))], validate_choice=False)
    product = SelectField(_("Produto"), validate_choice=False)
    module = SelectField(_("Módulo"), validate_choice=False)
    description = WordsField(
        _("Descrição"),
        [
            Required(_("Descreva o que acontece: sem isso o suporte só poderia perguntar.")),
            Length(max=MAX_TEXT_LENGTH, message=_("Encurte a descrição: o limite é de %(max)d caracteres.")),
        ],
    )
    client_token = TokenField(default=lambda: secrets.token_urlsafe(16))

    def offer(self, types: Sequence[TicketType], products: Sequence[Product]) -> None:
        """Set the choices of types, products and modules."""
        self._types = {kind.key: kind for kind in types}
        self._products = {product.key: product for product in products}
        self._modules = {f"{one.key}.{module.key}": module for one in products for module in one.modules}
        # For the label only: whether a product is required depends on the type.
        self.product.flags.required = True
        self.type.choices = [(kind.key, _name(kind)) for kind in types]
        self.product.choices = {"": gettext("Escolha…")} | {one.key: _name(one) for one in products}
        self.module.choices = {"": gettext("Nenhum módulo em especial")} | {
            _name(one): {f"{one.key}.{module.key}": _name(module) for module in one.modules} for one in products
        }
        if not self.product.data and self.module.data in self._modules:
            self.product.data = self.module.data.partition(".")[0]

    @property
    def _needs_product(self) -> bool:
        kind = self._types.get(self.type.data)
        return kind is None or kind.needs_product

    def validate_type(self, field: RadioField) -> None:
        if field.data not in self._types:
            raise ValidationError(_("Escolha um tipo da lista."))

    def validate_product(self, field: SelectField) -> None:
        if self._needs_product and field.data not in self._products:
            raise ValidationError(_("Escolha o produto de que o chamado trata."))

    def validate_module(self, field: SelectField) -> None:
        if not self._needs_product or not field.data:
            return
        if field.data not in self._modules:
            raise ValidationError(_("Escolha um módulo da lista."))
        if field.data.partition(".")[0] != self.product.data:
            raise ValidationError(_("Este módulo é de outro produto. Escolha um módulo do produto, ou nenhum."))

    def ticket(self, files: tuple[StoredUpload, ...]) -> NewTicket:
        """The submitted ticket."""
        module = self._modules.get(self.module.data)
        return NewTicket(
            type_key=self.type.data,
            subject=self.subject.data or "",
            description=self.description.data or "",
            product=self._products.get(self.product.data),
            module_id=module.id if module else None,
            language=language(),
            client_token=self.client_token.data or None,
            files=files,
        )


class _TextForm(FilesForm):
    """A text for a ticket's thread."""

    text: Any
    client_token: Any

    def validate_text(self, field: WordsField) -> None:
        if not field.data and not field.errors:
            raise ValidationError(_("Escreva a mensagem antes de enviar."))
        if len(field.data or "") > MAX_TEXT_LENGTH:
            raise ValidationError(_("Encurte a mensagem: o limite é de %(most)d caracteres.", most=MAX_TEXT_LENGTH))

    def new_text(self, files: tuple[StoredUpload, ...]) -> TicketText:
        """The submitted text and its files."""
        token = self.client_token.data or None
        return TicketText(text=self.text.data or "", language=language(), client_token=token, files=files)


class ReplyForm(_TextForm):
    """A message; an analyst also chooses the next state. On a closed ticket, the description of a follow-up."""

    text = WordsField(_("Mensagem"), id="reply-text", render_kw={"maxlength": MAX_TEXT_LENGTH})
    then = SelectField(_("Depois de enviar"), id="reply-then", validate_choice=False)
    files = MultipleFileField(_("Anexar arquivos"), id="reply-files")
    client_token = TokenField(default=lambda: secrets.token_urlsafe(16), id="reply-token")

    def offer(self, current: TicketState, steps: Sequence[TicketState]) -> None:
        """Set the choices: keep the current state, or change to one of these states."""
        self.then.flags.required = True
        as_it_is = gettext("Fica como está (%(state)s)", state=_name(current))
        self.then.choices = [("", as_it_is)] if current.key != "open" else []
        self.then.choices += [(state.key, _name(state)) for state in steps]


class TicketNoteForm(_TextForm):
    """An internal note among analysts."""

    text = WordsField(_("Nota interna"), id="note-text", render_kw={"maxlength": MAX_TEXT_LENGTH})
    files = MultipleFileField(_("Anexar arquivos"), id="note-files")
    client_token = TokenField(default=lambda: secrets.token_urlsafe(16), id="note-token")


def _name(named: Named) -> str:
    return named.name_in(language())
