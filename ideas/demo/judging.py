"""Moderation in the demo: reported comments, two decisions about one person, an appeal."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from ideas.audit import log
from ideas.board.models import Idea
from ideas.comments.models import Comment
from ideas.conduct.models import ConductRule
from ideas.db import db
from ideas.demo import material
from ideas.demo.community import Community, Member
from ideas.demo.discussion import LANGUAGE, Talk
from ideas.demo.material import Calendar
from ideas.moderation.models import Appeal, Case, Decision, DecisionBatch, Report


def fill(calendar: Calendar, community: Community, talks: list[Talk]) -> None:
    """Create the reported comments with their cases, in the state that the operations would have left."""
    by_key = {talk.facts["key"]: talk for talk in talks}
    rules = {rule.key: rule for rule in db.session.scalars(select(ConductRule).order_by(ConductRule.version))}
    for facts in material.read("judging")["cases"]:
        talk, rule = by_key[facts["idea"]], rules[facts["rule"]]
        author = community.signing_in.get(facts["author"]) or community.others[0]
        case = _case(_comment(calendar, talk, author, facts), calendar, facts["reports"][0])
        db.session.add_all(_report(calendar, community, case, rule, one) for one in facts["reports"])
        if "decision" in facts:
            _decide(calendar, community, case, rule, facts)
    db.session.flush()


def _comment(calendar: Calendar, talk: Talk, author: Member, facts: dict[str, Any]) -> Comment:
    comment = Comment(
        idea_id=talk.idea.id,
        author_id=author.person.id,
        text=facts["text"],
        language=LANGUAGE,
        company_id=author.company.id if author.company else None,
        created_at=_ago(calendar, facts),
    )
    db.session.add(comment)
    db.session.flush()
    talk.idea.own_comments += 1
    talk.commented.append(author)
    return comment


def _case(comment: Comment, calendar: Calendar, first: dict[str, Any]) -> Case:
    case = Case(
        thing="comment",
        thing_id=comment.id,
        subject_id=comment.author_id,
        words={"text": comment.text},
        language=comment.language,
        opened_at=_ago(calendar, first),
    )
    db.session.add(case)
    db.session.flush()
    return case


def _report(calendar: Calendar, community: Community, case: Case, rule: ConductRule, facts: dict[str, Any]) -> Report:
    reporter = community.signing_in[facts["by"]]
    return Report(
        case_id=case.id,
        reporter_id=reporter.person.id,
        rule_id=rule.id,
        company_id=reporter.company.id if reporter.company else None,
        words=facts.get("words", ""),
        reported_at=_ago(calendar, facts),
    )


def _decide(calendar: Calendar, community: Community, case: Case, rule: ConductRule, facts: dict[str, Any]) -> None:
    words, by = facts["decision"], community.signing_in[facts["decision"]["by"]].person
    at = _ago(calendar, words)
    batch = DecisionBatch(by_id=by.id, decided_at=at)
    db.session.add(batch)
    db.session.flush()
    person = community.signing_in[facts["author"]].person
    decision = Decision(
        case_id=case.id,
        batch_id=batch.id,
        subject_id=case.subject_id,
        outcome=words["outcome"],
        by_id=by.id,
        rule_id=rule.id,
        quote=words["quote"],
        reason=words["reason"],
        gravity=words.get("gravity", ""),
        until=person.suspended_until if words["outcome"] == "suspension" else None,
        hides=True,
        decided_at=at,
    )
    db.session.add(decision)
    case.claimed_by_id, case.claimed_at, case.closed_at = by.id, at, at
    _hide(case, rule, at)
    db.session.flush()
    if "appeal" in facts:
        made_at = _ago(calendar, facts["appeal"])
        db.session.add(Appeal(decision_id=decision.id, decided_first_by_id=by.id, by_id=person.id,
                              words=facts["appeal"]["words"], made_at=made_at))  # fmt: skip
    log.write(by=by, action="case_decided", thing="moderation_case", thing_id=case.id,
              after={"outcome": words["outcome"], "batch_id": batch.id}, why=words["reason"])  # fmt: skip


def _hide(case: Case, rule: ConductRule, at: datetime) -> None:
    comment = db.session.get_one(Comment, case.thing_id)
    comment.hidden_at, comment.hidden_reason = at, rule.key
    db.session.get_one(Idea, comment.idea_id).own_comments -= 1


def _ago(calendar: Calendar, facts: dict[str, Any]) -> datetime:
    return calendar.now - timedelta(days=facts["age_days"])
