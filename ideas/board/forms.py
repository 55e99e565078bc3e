"""The forms of an idea and of a vote's weight: the shape of what is typed. Whether it may be is the deeds' to say."""

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

SHORTEST_TITLE, LONGEST_TITLE, LONGEST_TEXT, LONGEST_REASON, LONGEST_SOURCE = 5, 120, 10_000, 280, 80
KINDS = (Kind.IMPROVEMENT.value, Kind.INNOVATION.value)


class ChoiceField(HiddenField):
    """What was chosen by pressing one of several buttons of a name; the form carries what was chosen before."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = str(valuelist[-1]) if valuelist else ""


class WeightForm(Form):
    """How much an idea matters to its voter, and the line."""

    importance = ChoiceField(validators=[AnyOf(["", *Importance])], default="", id="weight-importance")
    reason = LineField(
        _("O que você não consegue fazer hoje?"),
        [Length(max=LONGEST_REASON, message=_("Encurte a frase: o limite é de %(max)d caracteres."))],
        default="",
        id="weight-reason",
    )

    def opinion(self) -> Opinion:
        """What was said, as the deed takes it."""
        return Opinion(self.importance.data or None, self.reason.data or None)


class ProxyForm(Form):
    """A vote on a customer's behalf: whose (a membership), from what, and what they said of it."""

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
            Length(max=LONGEST_SOURCE, message=_("Encurte: o limite é de %(max)d caracteres.")),
        ],
        id="proxy-source",
    )
    importance = RadioField(_("O quanto importa para a pessoa"), [AnyOf(["", *Importance])], default="",
                            validate_choice=False, id="proxy-importance")  # fmt: skip
    reason = LineField(
        _("O que ela não consegue fazer hoje"),
        [Length(max=LONGEST_REASON, message=_("Encurte a frase: o limite é de %(max)d caracteres."))],
        default="",
        id="proxy-reason",
    )

    def __init__(self, *typed: Any, **more: Any) -> None:
        super().__init__(*typed, **more)
        names = gettext("Não disse"), gettext("Seria bom"), gettext("Importante"), gettext("Crítico")
        self.importance.choices = list(zip(["", *Importance], names, strict=True))

    def membership_id(self) -> int:
        """Whose vote, once the form is valid."""
        return int(self.member.data or 0)

    def opinion(self) -> Opinion:
        """What the customer said, as the deed takes it."""
        return Opinion(self.importance.data or None, self.reason.data or None)


class IdeaForm(Form):
    """What an author types. `offer` it the products there are before it is shown or validated."""

    title = LineField(
        _("Título"),
        [
            Required(_("Dê um título: em uma linha, o que você precisa.")),
            Length(
                min=SHORTEST_TITLE, message=_("Escreva um título um pouco mais longo: ao menos %(min)d caracteres.")
            ),
            Length(max=LONGEST_TITLE, message=_("Encurte o título: o limite é de %(max)d caracteres.")),
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
            Length(max=LONGEST_TEXT, message=_("Encurte o problema: o limite é de %(max)d caracteres.")),
        ],
    )
    proposal = WordsField(
        _("A proposta"), [Length(max=LONGEST_TEXT, message=_("Encurte a proposta: o limite é de %(max)d caracteres."))]
    )
    client_token = TokenField(default=lambda: secrets.token_urlsafe(16))

    def offer(self, products: Sequence[Product]) -> None:
        """Let these products and their modules be chosen."""
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

    def said(self) -> str:
        """The text without its title: what becomes a comment when a similar idea is chosen."""
        return "\n\n".join(filter(None, [self.problem.data, self.proposal.data]))

    def idea(self) -> NewIdea:
        """What was typed, as the deed takes it; only of a form that was validated."""
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
