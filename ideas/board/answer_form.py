"""The form of the vendor's answer, with the choices that its idea allows: one statement."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import String, cast, false, literal, or_, select, union_all
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired, Length

from ideas import clock
from ideas.board import deciding
from ideas.board.deciding import DELIVERED, STATUSES_WITH_TARGET, Decision
from ideas.board.detail import IdeaDetail
from ideas.board.models import Idea, Status, StatusTransition
from ideas.db import db
from ideas.errors import Refused
from ideas.products.models import Release
from ideas.read_models import columns, read, read_model
from ideas.web import refusals
from ideas.web.forms import Form, LineField, WordsField
from ideas.web.languages import language

#: The choice that leaves the status as it is.
KEEP_STATUS = "keep"
#: Quarters for which an idea may be planned, from the current one.
MAX_QUARTERS_AHEAD = 8


@read_model
class _Choice:
    """A status that may follow, or a release of the product."""

    sort: str
    key: str
    name_pt: str
    name_es: str
    name_en: str
    position: int
    needs_response: bool
    needs_link: bool
    needs_reason: bool
    is_published: bool

    @property
    def name(self) -> str:
        return {"es": self.name_es, "en": self.name_en}.get(language(), self.name_pt)


class AnswerForm(Form):
    """A decision on one idea. Create it with `form_for`."""

    # Not validated here: `decide` refuses a step that is not possible, with a message of its own.
    to = SelectField(_("Situação"), [InputRequired()], validate_choice=False, id="answer-to")
    text = WordsField(_("Resposta oficial"), [Length(max=10_000)], id="answer-text")
    link = LineField(_("Link"), [Length(max=500)], id="answer-link")
    target_release = SelectField(_("Prevista para a release"), id="answer-target-release")
    target_quarter = SelectField(_("Ou para o trimestre"), id="answer-target-quarter")
    delivered_release = SelectField(_("Entregue na release"), id="answer-delivered-release")
    reason = LineField(_("Por que a ideia volta"), [Length(max=500)], id="answer-reason")
    seen = HiddenField(id="answer-seen")

    def decision(self) -> Decision:
        """Return the decision for `deciding.decide`."""
        return Decision(
            to=None if self.to.data == KEEP_STATUS else self.to.data,
            text=self.text.data or None,
            link=self.link.data or None,
            reason=self.reason.data or None if self.reason else None,
            target_release_id=_number(self.target_release),
            target_quarter=self.target_quarter.data or None if self.target_quarter else None,
            delivered_release_id=_number(self.delivered_release),
            language=language(),
            seen=self.seen.data,
        )

    def show_refusal(self, refusal: Refused) -> None:
        """Add a refusal to the errors of the field that it is about."""
        name = getattr(refusal, "field", "to")
        field = self[name if name in self else "to"]
        field.errors = [*field.errors, refusals.message_of(refusal)]


def form_for(idea: Idea | IdeaDetail, *, sent: Mapping[str, Any] | None = None, refresh: bool = False) -> AnswerForm:
    """Return the form of an idea's answer, empty or with what was sent.

    `refresh` replaces the version token that was sent by the current one, because the reader now sees that version.
    """
    form = AnswerForm(
        sent,
        target_release=str(idea.target_release_id or ""),
        target_quarter=idea.target_quarter or "",
        seen=deciding.version_token(idea),
    )
    if refresh:
        form.seen.data = deciding.version_token(idea)
    choices = read(_Choice, db.session.execute(_choices(idea)).all())
    statuses = [choice for choice in choices if choice.sort == "status"]
    releases = [choice for choice in choices if choice.sort == "release"]
    _offer_statuses(form, idea, statuses)
    _offer_targets(form, idea, releases)
    _offer_deliveries(form, statuses, releases)
    if not any(status.needs_reason for status in statuses):
        del form.reason
    return form


def _choices(idea: Idea | IdeaDetail) -> Any:
    """Select the possible next statuses and the announced releases of the product, in one statement."""
    transition = StatusTransition.needs_reason
    following = select(
        *columns(_Choice, Status, sort=literal("status"), needs_reason=transition, is_published=false())
    ).join(StatusTransition, StatusTransition.to_key == Status.key)
    names = dict.fromkeys(("name_pt", "name_es", "name_en"), Release.version)
    needs = dict.fromkeys(("needs_response", "needs_link", "needs_reason"), false())
    release = {"sort": literal("release"), "key": cast(Release.id, String), "position": -Release.id, **names, **needs}
    releases = select(*columns(_Choice, Release, **release, is_published=Release.published_at.is_not(None))).where(
        Release.product_id == idea.product_id,
        or_(Release.announced_at.is_not(None), Release.id == idea.target_release_id),
    )
    both = union_all(following.where(StatusTransition.from_key == idea.status_key), releases).subquery()
    return select(both).order_by(both.c.position)


def _offer_statuses(form: AnswerForm, idea: Idea | IdeaDetail, statuses: list[_Choice]) -> None:
    stay = [(KEEP_STATUS, gettext("Continua como está"))]
    if idea.status_key in STATUSES_WITH_TARGET:
        stay.append((idea.status_key, gettext("Continua, com outra previsão")))
    form.to.choices = [*stay, *((status.key, status.name) for status in statuses)]
    form.text.description = _required_by([status.name for status in statuses if status.needs_response])
    form.link.description = _required_by([status.name for status in statuses if status.needs_link])


def _required_by(names: list[str]) -> str:
    return gettext("Obrigatório para: %(names)s.", names=", ".join(names)) if names else ""


def _offer_targets(form: AnswerForm, idea: Idea | IdeaDetail, releases: list[_Choice]) -> None:
    if not STATUSES_WITH_TARGET & {choice[0] for choice in form.to.choices or ()}:
        del form.target_release, form.target_quarter
        return
    none = [("", gettext("Sem data"))]
    ahead = [release for release in releases if not release.is_published or release.key == str(idea.target_release_id)]
    form.target_release.choices = none + [(release.key, release.name) for release in ahead]
    quarters = quarters_ahead()
    if idea.target_quarter and idea.target_quarter not in quarters:
        quarters.insert(0, idea.target_quarter)
    form.target_quarter.choices = none + [(quarter, clock.format_quarter(quarter, language())) for quarter in quarters]


def _offer_deliveries(form: AnswerForm, statuses: list[_Choice], releases: list[_Choice]) -> None:
    if DELIVERED not in {status.key for status in statuses}:
        del form.delivered_release
        return
    out = [(release.key, release.name) for release in releases if release.is_published]
    form.delivered_release.choices = [("", gettext("Escolha…")), *out]
    form.delivered_release.flags.required = True


def quarters_ahead() -> list[str]:
    """Return the current quarter in São Paulo and the following ones, such as "2027-T1"."""
    today = clock.date_in_sao_paulo(clock.now())
    first = today.year * 4 + (today.month - 1) // 3
    return [f"{number // 4}-T{number % 4 + 1}" for number in range(first, first + MAX_QUARTERS_AHEAD)]


def _number(field: Any) -> int | None:
    return int(field.data) if field and field.data else None
