"""The form of an idea: the shape of what is typed. Whether it may be posted is the deed's to say."""

import secrets
from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import AnyOf, Length, StopValidation

from ideas.board.models import Kind
from ideas.board.posting import NewIdea
from ideas.products.models import Module, Named, Product
from ideas.web.forms import Form, LineField, TokenField, WordsField
from ideas.web.languages import language

SHORTEST_TITLE, LONGEST_TITLE, LONGEST_TEXT = 5, 120, 10_000
KINDS = (Kind.IMPROVEMENT.value, Kind.INNOVATION.value)


class Required:
    """Something must be there; says so in its own words, unless the field has said something already."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if not field.data:
            raise StopValidation(self.message)


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
