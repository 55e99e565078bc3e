"""The forms of triage: filters, owner, tags, notes, and one status for many ideas."""

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
from ideas.triage.inbox import InboxFilters, InboxOrder, InboxTab
from ideas.web import parsing
from ideas.web.forms import Form, LineField, Required, WordsField
from ideas.web.languages import language

#: Statuses that need a release or a link of each idea, so they cannot be set for many at once.
ONE_BY_ONE = frozenset({"delivered", "already_exists"})
_MAX_WORD_LENGTH = 100


def inbox_filters(args: MultiDict[str, str], *, products: frozenset[int], manager: Person) -> InboxFilters:
    """Parse the filters of a query string; invalid values are ignored."""
    days = args.get("dias", "")
    return InboxFilters(
        products=products,
        manager_id=manager.id,
        tab=InboxTab(args["caixa"]) if args.get("caixa") in set(InboxTab) else InboxTab.UNANSWERED,
        order=InboxOrder(args["ordem"]) if args.get("ordem") in set(InboxOrder) else InboxOrder.OLDEST,
        product=parsing.line(args.get("produto", ""), _MAX_WORD_LENGTH) or None,
        module=parsing.line(args.get("modulo", ""), _MAX_WORD_LENGTH) or None,
        status=parsing.line(args.get("situacao", ""), _MAX_WORD_LENGTH) or None,
        days=int(days) if re.fullmatch(r"[0-9]{1,4}", days) else None,
        tag=text.fold(parsing.line(args.get("etiqueta", ""), _MAX_WORD_LENGTH)) or None,
    )


class OwnerForm(Form):
    """The owner of an idea. Call `offer` before rendering or validating."""

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
    """The idea's tags, separated by commas."""

    tags = LineField(_("Etiquetas"), [Length(max=500)])

    @property
    def names(self) -> list[str]:
        return [name for part in (self.tags.data or "").split(",") if (name := text.one_line(part))]


class TriageNoteForm(Form):
    """An internal note."""

    words = WordsField(
        _("Nota interna"),
        [
            Required(_("Escreva a nota antes de guardar.")),
            Length(max=noting.MAX_LENGTH, message=_("Encurte: o limite é de %(max)d caracteres.")),
        ],
    )


class BatchForm(Form):
    """One status for many ideas. Call `offer` before rendering or validating."""

    to = SelectField(_("Nova situação"), [InputRequired(_("Escolha a nova situação."))], validate_choice=False)
    quarter = SelectField(_("Prevista para o trimestre"), validate_choice=False)
    words = WordsField(_("Resposta oficial"), [Length(max=10_000)])
    reason = LineField(_("Por que as ideias voltam"), [Length(max=500)])

    def offer(self, statuses: Sequence[Status]) -> None:
        choices = {status.key: status.name_in(language()) for status in statuses if status.key not in ONE_BY_ONE}
        self.to.choices = {"": gettext("Escolha…")} | choices
        self.quarter.choices = {"": gettext("Sem data")} | {
            quarter: clock.format_quarter(quarter, language()) for quarter in quarters_ahead()
        }

    def decision(self) -> Decision:
        """The submitted decision, the same for each idea."""
        return Decision(
            to=self.to.data,
            text=self.words.data or None,
            reason=self.reason.data or None,
            target_quarter=self.quarter.data or None,
            language=language(),
        )
