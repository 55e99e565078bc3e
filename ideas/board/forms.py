"""The forms of an idea, of a vote's importance and of a proxy vote. They check the shape of input, not permission."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField, ValidationError
from wtforms.validators import AnyOf, Length, Regexp

from ideas.board.models import Importance, Kind
from ideas.board.posting import NewIdea
from ideas.board.voting.importance import Opinion
from ideas.products.models import Module, Named, Product
from ideas.web.forms import Form, LineField, Required, TokenField, WordsField
from ideas.web.languages import language

MIN_TITLE_LENGTH, MAX_TITLE_LENGTH, MAX_TEXT_LENGTH, MAX_REASON_LENGTH, MAX_SOURCE_LENGTH = 5, 120, 10_000, 280, 80
KINDS = (Kind.IMPROVEMENT.value, Kind.INNOVATION.value)


class ChoiceField(HiddenField):
    """The value of the submit button that was pressed; a hidden input contains the previous choice."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = str(valuelist[-1]) if valuelist else ""


class ImportanceForm(Form):
    """How much an idea matters to its voter, and their pain point."""

    importance = ChoiceField(validators=[AnyOf(["", *Importance])], default="", id="importance-importance")
    reason = LineField(
        _("O que você não consegue fazer hoje?"),
        [Length(max=MAX_REASON_LENGTH, message=_("Encurte a frase: o limite é de %(max)d caracteres."))],
        default="",
        id="importance-reason",
    )

    def opinion(self) -> Opinion:
        """Return the opinion for `importance.state`."""
        return Opinion(self.importance.data or None, self.reason.data or None)


class ProxyForm(Form):
    """A vote on a customer's behalf: their membership, the source of the request, and their opinion."""

    member = HiddenField(
        validators=[
            Required(_("Procure e escolha a pessoa.")),
            Regexp("[0-9]{1,9}$", message=_("Procure e escolha a pessoa.")),
        ],
        id="proxy-member",
    )
    source = LineField(
        _("De onde veio o pedido"),
        [
            Required(_("Diga de onde veio o pedido: o chamado, a reunião, a ligação.")),
            Length(max=MAX_SOURCE_LENGTH, message=_("Encurte: o limite é de %(max)d caracteres.")),
        ],
        id="proxy-source",
    )
    importance = RadioField(_("O quanto importa para a pessoa"), [AnyOf(["", *Importance])], default="",
                            validate_choice=False, id="proxy-importance")  # fmt: skip
    reason = LineField(
        _("O que ela não consegue fazer hoje"),
        [Length(max=MAX_REASON_LENGTH, message=_("Encurte a frase: o limite é de %(max)d caracteres."))],
        default="",
        id="proxy-reason",
    )

    def __init__(self, *typed: Any, **more: Any) -> None:
        super().__init__(*typed, **more)
        names = gettext("Não disse"), gettext("Seria bom"), gettext("Importante"), gettext("Crítico")
        self.importance.choices = list(zip(["", *Importance], names, strict=True))

    def membership_id(self) -> int:
        """Return the membership of the voter; only of a valid form."""
        return int(self.member.data or 0)

    def opinion(self) -> Opinion:
        """Return the customer's opinion for `proxying.cast`."""
        return Opinion(self.importance.data or None, self.reason.data or None)


class IdeaForm(Form):
    """The form of a new idea. Call `offer` before it is shown or validated."""

    title = LineField(
        _("Título"),
        [
            Required(_("Dê um título: em uma linha, o que você precisa.")),
            Length(
                min=MIN_TITLE_LENGTH, message=_("Escreva um título um pouco mais longo: ao menos %(min)d caracteres.")
            ),
            Length(max=MAX_TITLE_LENGTH, message=_("Encurte o título: o limite é de %(max)d caracteres.")),
        ],
    )
    product = SelectField(_("Produto"), [Required(_("Escolha o produto."))], validate_choice=False)
    module = SelectField(_("Módulo"), validate_choice=False)
    kind = RadioField(
        _("Tipo"),
        [
            Required(_("Escolha o tipo: melhoria ou inovação.")),
            AnyOf(KINDS, _("Escolha o tipo: melhoria ou inovação.")),
        ],
        default=KINDS[0],
        validate_choice=False,
    )
    problem = WordsField(
        _("O problema"),
        [
            Required(_("Conte o problema: o que acontece hoje, com quem e com que frequência.")),
            Length(max=MAX_TEXT_LENGTH, message=_("Encurte o problema: o limite é de %(max)d caracteres.")),
        ],
    )
    proposal = WordsField(
        _("A proposta"),
        [Length(max=MAX_TEXT_LENGTH, message=_("Encurte a proposta: o limite é de %(max)d caracteres."))],
    )
    client_token = TokenField(default=lambda: secrets.token_urlsafe(16))

    def offer(self, products: Sequence[Product]) -> None:
        """Set the products and modules to choose from."""
        self._products = {product.key: product for product in products}
        self._modules = {f"{one.key}.{module.key}": module for one in products for module in one.modules}
        self.product.choices = {"": gettext("Escolha…")} | {one.key: _name(one) for one in products}
        self.module.choices = {"": gettext("Nenhum módulo em especial")} | {
            _name(one): {f"{one.key}.{module.key}": _name(module) for module in one.modules} for one in products
        }
        self.kind.choices = dict(zip(KINDS, (gettext("Melhoria"), gettext("Inovação")), strict=True))
        if not self.product.data and self.module.data in self._modules:
            self.product.data = self.module.data.partition(".")[0]

    def validate_product(self, field: SelectField) -> None:
        if field.data not in self._products:
            raise ValidationError(_("Escolha um produto da lista."))

    def validate_module(self, field: SelectField) -> None:
        if not field.data:
            return
        if field.data not in self._modules:
            raise ValidationError(_("Escolha um módulo da lista."))
        if field.data.partition(".")[0] != self.product.data:
            raise ValidationError(_("Este módulo é de outro produto. Escolha um módulo do produto, ou nenhum."))

    def comment_text(self) -> str:
        """Return the text without its title, which becomes a comment when the author chooses a similar idea."""
        return "\n\n".join(filter(None, [self.problem.data, self.proposal.data]))

    def idea(self) -> NewIdea:
        """Return the idea for `posting.post`; only of a valid form."""
        module: Module | None = self._modules.get(self.module.data or "")
        return NewIdea(
            title=self.title.data or "",
            problem=self.problem.data or "",
            proposal=self.proposal.data or None,
            product=self._products[self.product.data],
            module_id=module.id if module else None,
            kind=self.kind.data,
            language=language(),
            client_token=self.client_token.data or None,
        )


def _name(thing: Named) -> str:
    return thing.name_in(language())
