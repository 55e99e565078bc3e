"""The rules of a comment: who may, once, where, and who hears of it."""

from typing import Any

import pytest
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.models import Idea, Level, Reason
from ideas.board.voting import casting
from ideas.comments import commenting
from ideas.comments.commenting import CommentsClosed, NewComment
from ideas.comments.models import Comment
from ideas.conduct import participation
from ideas.db import db
from ideas.notifications.models import Notification
from ideas.outbox.delivery import deliver_pending
from ideas.outbox.models import Event
from tests import make


def say(idea: Idea, author: Person, text: str = "Aqui também.", token: str | None = None) -> Comment:
    companies = make.companies_of(author)
    new = NewComment(text=text, client_token=token)
    return commenting.add(idea, new, author=author, company=companies[0] if companies else None)


def notification_counts() -> dict[str, int]:
    """How many notices each person has, once everything is delivered."""
    db.session.commit()
    deliver_pending()
    rows = select(Person.name, func.count()).join(Notification, Notification.person_id == Person.id)
    return {name.split()[0]: number for name, number in db.session.execute(rows.group_by(Person.name))}


def test_a_comment_is_counted_on_its_idea_alone(bruno: Person) -> None:
    idea, other = make.idea(), make.idea()
    comment = say(idea, bruno)
    assert (comment.author_id, comment.company_id) == (bruno.id, make.company_of(bruno).id)
    assert (idea.comment_count, idea.own_comments, other.comment_count) == (1, 1, 0)


def test_a_comment_on_a_merged_idea_counts_for_the_whole(bruno: Person) -> None:
    root = make.idea()
    duplicate = make.idea(merged_into_id=root.id)
    duplicate.root_id = root.id
    say(duplicate, bruno)
    assert (root.comment_count, root.own_comments, duplicate.own_comments) == (1, 0, 1)


def test_d01_a_comment_sent_twice_is_said_once(bruno: Person) -> None:
    idea = make.idea()
    first = say(idea, bruno, token="t" * 20)
    assert say(idea, bruno, token="t" * 20) is first
    assert idea.comment_count == 1
    assert len(db.session.scalars(select(Event)).all()) == 1


def test_d02_a_comment_sent_many_times_at_once_is_said_once(bruno: Person, at_once: Any) -> None:
    number, author = make.idea().id, bruno.id

    def work(place: int) -> int:
        comment = say(db.session.get_one(Idea, number), db.session.get_one(Person, author), token="t" * 20)
        db.session.commit()
        return comment.id

    results = at_once(12, work)
    assert [type(result) for result in results] == [int] * 12, results
    assert len(set(results)) == 1
    assert db.session.get_one(Idea, number).comment_count == 1


def test_d02_comments_at_once_are_all_counted(at_once: Any) -> None:
    number, authors = make.idea().id, [make.customer(f"Pessoa {letter}").id for letter in "ABCDEFGH"]

    def work(place: int) -> int:
        comment = say(db.session.get_one(Idea, number), db.session.get_one(Person, authors[place]))
        db.session.commit()
        return comment.id

    assert len(set(at_once(8, work))) == 8
    idea = db.session.get_one(Idea, number)
    assert (idea.comment_count, idea.own_comments) == (8, 8)


def test_commenting_follows_the_idea_in_full(carla: Person) -> None:
    idea = make.idea()
    casting.cast(idea, voter=carla, company=make.company_of(carla))
    assert following.follow_of(idea, carla).level is Level.RESULTS
    say(idea, carla)
    assert following.follow_of(idea, carla).level is Level.ALL


def test_staff_comment_without_a_company(elisa: Person) -> None:
    assert say(make.idea(), elisa).company_id is None


@pytest.mark.parametrize("status", ["declined", "delivered", "already_exists"])
def test_comments_stay_open_in_every_status(status: str, bruno: Person) -> None:
    assert say(make.idea(status=status), bruno).id


def test_d07_who_is_suspended_says_nothing(joao: Person) -> None:
    idea = make.idea()
    with pytest.raises(participation.Suspended):
        say(idea, joao)
    assert idea.comment_count == 0


def test_who_has_not_accepted_the_code_is_asked_first(ana: Person) -> None:
    with pytest.raises(participation.CodeNotAccepted):
        say(make.idea(), ana)


def test_who_belongs_to_no_company_reads(bruno: Person) -> None:
    with pytest.raises(participation.NoCompany):
        commenting.add(make.idea(), NewComment(text="Oi."), author=bruno, company=None)


@pytest.mark.parametrize("out_of_sight", ["hidden_at", "held_at", "withdrawn_at"])
def test_an_idea_out_of_sight_takes_no_comments_not_even_its_authors(out_of_sight: str, bruno: Person) -> None:
    idea = make.idea(author=bruno, **{out_of_sight: clock.now()})
    with pytest.raises(CommentsClosed):
        say(idea, bruno)


def test_e04_the_author_hears_of_a_comment_once_and_nobody_of_their_own(
    bruno: Person, carla: Person, davi: Person, elisa: Person
) -> None:
    idea = make.idea(author=bruno)
    following.follow(idea, bruno, Reason.AUTHOR)
    following.follow(idea, bruno, Reason.CHOSE)
    following.follow(idea, davi, Reason.VOTED)
    following.follow(idea, elisa, Reason.CHOSE)
    say(idea, carla)
    assert notification_counts() == {"Bruno": 1, "Elisa": 1}
    say(idea, bruno)
    assert notification_counts() == {"Bruno": 1, "Elisa": 2, "Carla": 1}


@pytest.mark.parametrize("thing", ["comment", "idea"])
def test_b11_what_was_hidden_before_delivery_is_told_to_nobody_else(thing: str, bruno: Person, carla: Person) -> None:
    idea = make.idea(author=bruno)
    following.follow(idea, bruno, Reason.AUTHOR)
    following.follow(idea, make.person("davi"), Reason.CHOSE)
    comment = say(idea, carla)
    if thing == "comment":
        comment.hidden_at = clock.now()
    else:
        idea.hidden_at = clock.now()
    # A hidden idea's author still sees it, and what was said of it.
    assert notification_counts() == ({} if thing == "comment" else {"Bruno": 1})
