"""The forms of moderation. They validate the shape of the values; the operations check the rules."""

import re
import secrets
from collections.abc import Sequence
from datetime import date, datetime, time

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from ideas.clock import SAO_PAULO
from ideas.conduct.models import ConductRule
from ideas.errors import Refused
from ideas.moderation import appealing, reporting
from ideas.moderation.bulk_search import TextCriteria
from ideas.moderation.deciding import Verdict
from ideas.moderation.models import AppealOutcome, DecisionOutcome
from ideas.moderation.reporting import NewReport
from ideas.web import refusals
from ideas.web.forms import Form, LineField, Required, TokenField, WordsField
from ideas.web.languages import language

OUTCOMES = {
    DecisionOutcome.NOTHING: _("Nada a fazer"),
    DecisionOutcome.REMINDER: _("Lembrete"),
    DecisionOutcome.HIDE: _("Ocultar"),
    DecisionOutcome.WARNING: _("Advertência"),
    DecisionOutcome.SUSPENSION: _("Suspensão"),
    DecisionOutcome.BAN: _("Banimento"),
}
HINTS = {
    DecisionOutcome.NOTHING: _("Não há quebra do código. Só quem denunciou é avisado."),
    DecisionOutcome.REMINDER: _("O texto fica; a pessoa lê o motivo."),
    DecisionOutcome.HIDE: _("O texto sai da vista de todos."),
    DecisionOutcome.WARNING: _("Conta no histórico da pessoa."),
    DecisionOutcome.SUSPENSION: _("Não participa até uma data. Lê, recorre e usa os chamados."),
    DecisionOutcome.BAN: _("Não participa mais. Último recurso."),
}


class ReportForm(Form):
    """A report: the broken rule and a comment. Call `offer` before rendering or validating."""

    rule = RadioField(
        _("Qual regra este texto quebra?"),
        [Required(_("Escolha a regra que este texto quebra."))],
        validate_choice=False,
    )
    words = WordsField(
        _("O que a moderação deve notar?"),
        [Length(max=reporting.MAX_LENGTH, message=_("Encurte: o limite é de %(max)d caracteres."))],
    )

    def offer(self, rules: Sequence[ConductRule]) -> None:
        self._rules = {str(rule.id): rule for rule in rules}
        self.rule.choices = {str(rule.id): rule.text_in("title", language()) for rule in rules}

    def validate_rule(self, field: RadioField) -> None:
        if field.data not in self._rules:
            raise ValidationError(gettext("Escolha a regra que este texto quebra."))

    def report(self) -> NewReport:
        """The submitted report."""
        return NewReport(self._rules[self.rule.data], self.words.data or "")


class VerdictForm(Form):
    """A decision. It is submitted twice: for a preview of the notifications, and confirmed."""

    outcome = RadioField(
        _("Decisão"),
        [InputRequired(_("Escolha a decisão."))],
        choices=lambda: {outcome.value: str(words) for outcome, words in OUTCOMES.items()},
        validate_choice=False,
    )
    rule = SelectField(_("Regra quebrada"), validate_choice=False)
    quote = WordsField(_("Palavras em questão"), [Length(max=1000)])
    reason = WordsField(_("Motivo, que a pessoa vai ler"), [Length(max=3000)])
    until = DateField(_("Suspensão até"), [Optional()], render_kw={"class": "input--short"})
    hides = BooleanField(_("Ocultar o texto também"), default=True)
    gravity = WordsField(_("Gravidade que justifica pular um passo"), [Length(max=1000)])
    confirmed = HiddenField()
    client_token = TokenField(default=lambda: secrets.token_urlsafe(16))

    def offer(self, rules: Sequence[ConductRule]) -> None:
        self._rules = {str(rule.id): rule for rule in rules}
        choices = {str(rule.id): f"{rule.position}. {rule.text_in('title', language())}" for rule in rules}
        self.rule.choices = {"": gettext("Escolha a regra")} | choices

    def validate_outcome(self, field: RadioField) -> None:
        if field.data not in set(DecisionOutcome):
            raise ValidationError(gettext("Escolha a decisão."))

    @property
    def chosen_rule(self) -> ConductRule | None:
        return self._rules.get(self.rule.data or "")

    def verdict(self) -> Verdict:
        """The submitted verdict. A suspension lasts until the end of its last day in São Paulo."""
        until: date | None = self.until.data
        return Verdict(
            outcome=DecisionOutcome(self.outcome.data),
            rule=self.chosen_rule,
            quote=self.quote.data or "",
            reason=self.reason.data or "",
            gravity=self.gravity.data or "",
            until=datetime.combine(until, time(23, 59, 59), SAO_PAULO) if until else None,
            hides=bool(self.hides.data),
        )

    def add_error(self, refusal: Refused) -> None:
        """Add the refusal to the errors of the field that it is about."""
        field = self[getattr(refusal, "field", "outcome")]
        field.errors = [*field.errors, refusals.message_of(refusal)]


class TextSearchForm(Form):
    """The criteria of a text search."""

    kind = SelectField(
        _("O quê"),
        choices=lambda: {"idea": gettext("Ideias"), "comment": gettext("Comentários")},
        default="idea",
        name="tipo",
    )
    since = DateField(_("Publicados de"), [Optional()], name="de")
    until = DateField(_("até"), [Optional()], name="ate")
    author = LineField(name="autor")
    unsupported = BooleanField(_("Só o que ninguém apoia"), name="sem_apoio")

    def criteria(self) -> TextCriteria:
        """The submitted criteria; invalid values are ignored."""
        author = self.author.data or ""
        return TextCriteria(
            kind=self.kind.data if self.kind.data in {"idea", "comment"} else "idea",
            since=self.since.data,
            until=self.until.data,
            author_id=int(author) if re.fullmatch(r"[0-9]{1,9}", author) else None,
            unsupported=bool(self.unsupported.data),
        )


class AppealForm(Form):
    """An appeal: why the decision should be reviewed."""

    words = WordsField(
        _("Por que a decisão deve ser revista?"),
        [
            Required(_("Explique por que a decisão deve ser revista.")),
            Length(max=appealing.MAX_LENGTH, message=_("Encurte: o limite é de %(max)d caracteres.")),
        ],
    )


class AppealAnswerForm(Form):
    """Another moderator's answer to an appeal."""

    outcome = RadioField(
        _("Resposta ao recurso"),
        [InputRequired(_("Escolha a resposta."))],
        choices=lambda: {
            AppealOutcome.UPHELD.value: gettext("Manter a decisão"),
            AppealOutcome.REVERSED.value: gettext("Reverter a decisão"),
        },
        validate_choice=False,
    )
    words = WordsField(
        _("Motivo, que a pessoa vai ler"),
        [Required(_("Escreva o motivo: é o que a pessoa vai ler.")), Length(max=appealing.MAX_LENGTH)],
    )

    def validate_outcome(self, field: RadioField) -> None:
        if field.data not in set(AppealOutcome):
            raise ValidationError(gettext("Escolha a resposta."))
