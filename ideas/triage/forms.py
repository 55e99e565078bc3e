"""The forms of triage: what to look for, whose an idea is, its tags, a note, one status for many."""

import re
from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.validators import InputRequired, Length

from ideas import clock, text
from ideas.accounts.models import Person
from ideas.board.answer_form import quarters_ahead
from ideas.board.deciding import Decision
from ideas.board.models import Status
from ideas.triage import noting
from ideas.triage.inbox import Box, Order, Sought
from ideas.web import parsing
from ideas.web.forms import Form, LineField, Required, WordsField
from ideas.web.languages import language

#: Statuses that many ideas can't enter together: each names its own release or link.
ONE_BY_ONE = frozenset({"delivered", "already_exists"})
_LONGEST_WORD = 100


def sought(args: MultiDict[str, str], *, products: frozenset[int], manager: Person) -> Sought:
    """What an address asks for; what can't be understood is left out."""
    days = args.get("dias", "")
    return Sought(
        products=products,
        manager_id=manager.id,
        box=Box(args["caixa"]) if args.get("caixa") in set(Box) else Box.UNANSWERED,
        order=Order(args["ordem"]) if args.get("ordem") in set(Order) else Order.OLDEST,
        product=parsing.line(args.get("produto", ""), _LONGEST_WORD) or None,
        module=parsing.line(args.get("modulo", ""), _LONGEST_WORD) or None,
        status=parsing.line(args.get("situacao", ""), _LONGEST_WORD) or None,
        days=int(days) if re.fullmatch(r"[0-9]{1,4}", days) else None,
        tag=text.fold(parsing.line(args.get("etiqueta", ""), _LONGEST_WORD)) or None,
    )


class OwnerForm(Form):
    """Who takes care of the idea. `offer` it the managers before it is shown or validated."""

    owner = SelectField(_("Responsável"))

    def offer(self, managers: Sequence[Person]) -> None:
        self._managers = {str(person.id): person for person in managers}
        self.owner.choices = {"": gettext("Ninguém em particular")} | {
            key: person.name for key, person in self._managers.items()
        }

    @property
    def chosen(self) -> Person | None:
        return self._managers.get(self.owner.data or "")


class TagsForm(Form):
    """The idea's tags, parted by commas."""

    tags = LineField(_("Etiquetas"), [Length(max=500)])

    @property
    def names(self) -> list[str]:
        return [name for part in (self.tags.data or "").split(",") if (name := text.one_line(part))]


class NoteForm(Form):
    """A note for colleagues."""

    words = WordsField(
        _("Nota interna"),
        [
            Required(_("Escreva a nota antes de guardar.")),
            Length(max=noting.LONGEST, message=_("Encurte: o limite é de %(max)d caracteres.")),
        ],
    )


class BatchForm(Form):
    """One status for many ideas. `offer` it the statuses before it is shown or validated."""

    to = SelectField(_("Nova situação"), [InputRequired(_("Escolha a nova situação."))], validate_choice=False)
    quarter = SelectField(_("Prevista para o trimestre"), validate_choice=False)
    words = WordsField(_("Resposta oficial"), [Length(max=10_000)])
    reason = LineField(_("Por que as ideias voltam"), [Length(max=500)])

    def offer(self, statuses: Sequence[Status]) -> None:
        named = {status.key: status.name_in(language()) for status in statuses if status.key not in ONE_BY_ONE}
        self.to.choices = {"": gettext("Escolha…")} | named
        self.quarter.choices = {"": gettext("Sem data")} | {
            quarter: clock.format_quarter(quarter, language()) for quarter in quarters_ahead()
        }

    def decision(self) -> Decision:
        """What was decided for each idea, as the deed takes it."""
        return Decision(
            to=self.to.data,
            text=self.words.data or None,
            reason=self.reason.data or None,
            target_quarter=self.quarter.data or None,
            language=language(),
        )
