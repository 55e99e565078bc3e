"""What is mailed to whom, and when; a letter tells only what its reader may and wants to know then."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import deciding, following
from ideas.board.deciding import Decision
from ideas.board.merging import merging
from ideas.board.models import Idea, Level, Reason
from ideas.board.voting import casting
from ideas.comments import commenting
from ideas.comments.commenting import NewComment
from ideas.comments.models import Comment
from ideas.companies import leaving, listing
from ideas.db import db
from ideas.notifications import by_email, preferences, reading
from ideas.notifications.models import MailedNotice
from ideas.notifications.preferences import Choice, Mail, Topic
from ideas.outbox import kinds, mailing
from ideas.outbox.delivery import deliver_pending
from ideas.outbox.models import Event, Letter, RefusedAddress
from ideas.outbox.transports import NoSuchMailbox
from tests import make
from tests.cast import CPFS
from tests.postman import Postman, text_of

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
#: A Wednesday: 11h in São Paulo.
MORNING = datetime(2026, 11, 18, 14, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def followed(*people: Person, title: str = "Exportar o razão", **facts) -> Idea:
    idea = make.idea(title, author=facts.pop("author", make.person("joao")), **facts)
    for person in people:
        following.follow(idea, person, Reason.CHOSE)
    return idea


def planned(idea: Idea) -> None:
    deciding.decide(idea, Decision(to="planned", target_quarter="2027-T1", text="Vai."), by=make.person("elisa"))


def commented(idea: Idea, by: str = "davi", text: str = "Aqui também.") -> None:
    author = make.person(by)
    commenting.add(idea, NewComment(text=text), author=author, company=make.company_of(author))


def minute(postman: Postman) -> list[str]:
    """What the worker does in a minute: events, the round, letters. The texts that left."""
    db.session.commit()
    deliver_pending()
    by_email.go_round()
    return [text_of(mail) for mail in postman.round()]


def at(traveller, hour: int, day: int = 18) -> None:
    traveller.move_to(datetime(2026, 11, day, hour, tzinfo=SAO_PAULO).astimezone(UTC))


def choose(person: Person, hour: int = 8, **choices: Choice) -> None:
    chosen = {**preferences.USUAL, **{Topic(topic): choice for topic, choice in choices.items()}}
    preferences.choose(person, Mail(chosen, hour))


def test_a_result_is_mailed_at_once_with_a_way_to_see_it_and_to_end_it(postman, ana: Person) -> None:
    planned(followed(ana))
    (text,) = minute(postman)
    (mail,) = postman.mails
    assert "Elisa Moraes mudou “Exportar o razão” para Planejada" in mail["Subject"]
    assert "http://localhost:8000/ideias/" in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<http://localhost:8000/notificacoes/sair/")
    assert minute(postman) == []


def test_the_rest_comes_in_one_digest_at_the_persons_hour(postman, now, ana: Person) -> None:
    idea = followed(ana)
    commented(idea)
    commented(followed(ana, title="Boleto por aproximação"), by="carla")
    commented(idea, by="carla", text="E aqui.")
    assert minute(postman) == []
    at(now, 7, day=19)
    assert minute(postman) == []
    at(now, 8, day=19)
    minute(postman)
    (mail,) = [mail for mail in postman.mails if "ana@" in mail["To"]]
    assert mail["Subject"] == "2 novidades para você"
    assert "2 comentários novos em “Exportar o razão”." in text_of(mail)
    assert "Carla Nunes comentou em “Boleto por aproximação”." in text_of(mail)
    assert minute(postman) == []


def test_the_hour_of_the_digest_is_the_persons_own(postman, now, ana: Person) -> None:
    choose(ana, hour=18)
    commented(followed(ana))
    at(now, 17)
    assert minute(postman) == []
    at(now, 18)
    assert len(minute(postman)) == 1


@pytest.mark.parametrize("hour", [20, 23, 0, 6])
def test_nothing_is_mailed_at_night(postman, now, ana: Person, hour: int) -> None:
    at(now, hour)
    planned(followed(ana))
    assert minute(postman) == []
    at(now, 7, day=19 if hour >= 20 else 18)
    assert len(minute(postman)) == 1


def test_the_night_is_that_of_the_persons_zone(postman, now, ana: Person, carla: Person) -> None:
    """At 19h in São Paulo it is 22h in Lisbon, and 18h in Manaus."""
    ana.time_zone, carla.time_zone = "Europe/Lisbon", "America/Manaus"
    at(now, 19)
    planned(followed(ana, carla))
    minute(postman)
    assert postman.to == ["carla@exemplo.example"]


def test_a_letter_put_off_into_the_night_waits_for_the_morning(postman, now, ana: Person) -> None:
    from ideas.outbox.transports import PutOff

    at(now, 19)
    now.shift(timedelta(minutes=59, seconds=30))
    planned(followed(ana))
    postman.faults = [PutOff("451")]
    assert minute(postman) == []
    now.shift(timedelta(minutes=5))
    assert minute(postman) == []
    at(now, 7, day=19)
    assert len(minute(postman)) == 1


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/New_York", (2026, 11, 1)), ("America/New_York", (2027, 3, 14)), ("Europe/Lisbon", (2026, 10, 25))],
)
def test_e09_across_a_change_of_clocks_the_digest_comes_once_at_its_hour(zone: str, day: tuple[int, int, int]) -> None:
    there = ZoneInfo(zone)
    start = datetime(*day, 0, 30, tzinfo=there).astimezone(UTC)
    comes = by_email.due(start, zone, 8)
    assert comes.astimezone(there).hour == 8
    assert by_email.due(comes, zone, 8) - comes in {timedelta(hours=23), timedelta(hours=24), timedelta(hours=25)}


def test_e09_two_rounds_at_once_take_each_notice_once(postman, at_once, ana: Person) -> None:
    planned(followed(ana))
    db.session.commit()
    deliver_pending()

    def go(_: int) -> None:
        by_email.go_round()
        db.session.commit()

    at_once(4, go)
    assert len(postman.round()) == 1


def test_e01_an_end_between_any_two_steps_loses_and_repeats_nothing(postman, ana: Person) -> None:
    planned(followed(ana))
    db.session.commit()
    deliver_pending()
    by_email.go_round()
    db.session.rollback()
    by_email.go_round()
    db.session.commit()
    deliver_pending()
    deliver_pending()
    postman.faults = [ConnectionError()]
    mailing.send_due()
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        assert len(postman.round()) == 1
        assert postman.round() == []


def test_e04_one_who_hears_for_several_reasons_gets_one_mail(postman, carla: Person) -> None:
    idea = followed(carla, author=carla)
    casting.cast(idea, voter=carla, company=make.company_of(carla))
    commented(idea, by="carla", text="Meu.")
    planned(idea)
    assert len(minute(postman)) == 1


def test_e04_nobody_is_mailed_of_their_own_deed(postman, now, carla: Person) -> None:
    choose(carla, news=Choice.AT_ONCE)
    commented(followed(carla), by="carla")
    assert minute(postman) == []


@pytest.mark.parametrize("change", ["unfollow", "refuse", "close", "read"])
def test_e05_what_changed_before_the_letter_leaves_counts(postman, now, ana: Person, change: str) -> None:
    idea = followed(ana)
    commented(idea)
    assert minute(postman) == []
    if change == "unfollow":
        following.choose(idea, ana, Level.NOTHING)
    elif change == "refuse":
        preferences.refuse(ana.id, [Topic.NEWS])
    elif change == "close":
        ana.closed_at, ana.email = clock.now(), None
    else:
        reading.mark_all_read(ana, up_to=2**31 - 1)
    at(now, 8, day=19)
    assert minute(postman) == []


@pytest.mark.parametrize("hidden", ["idea", "comment"])
def test_b11_what_was_hidden_meanwhile_is_not_mailed_and_its_words_nowhere(
    postman, now, ana: Person, hidden: str
) -> None:
    secret, other = followed(ana, title="Canário escondido"), followed(ana, title="Outra ideia às claras")
    commented(secret)
    commented(other)
    assert minute(postman) == []
    comment = db.session.scalars(select(Comment).where(Comment.idea_id == secret.id)).one()
    thing = secret if hidden == "idea" else comment
    thing.hidden_at, thing.hidden_reason = clock.now(), "rule"
    at(now, 8, day=19)
    (text,) = minute(postman)
    assert "Outra ideia às claras" in text
    assert "Canário" not in postman.mails[0].as_string()


@pytest.mark.parametrize("choice", [Choice.NEVER, Choice.DIGEST, Choice.AT_ONCE])
def test_each_topic_is_mailed_as_it_was_chosen(postman, now, ana: Person, choice: Choice) -> None:
    choose(ana, results=choice)
    planned(followed(ana))
    assert len(minute(postman)) == (choice is Choice.AT_ONCE)
    at(now, 8, day=19)
    assert len(minute(postman)) == (choice is Choice.DIGEST)


def test_e07_an_address_that_is_nobodys_gets_no_more_notices(postman, now, ana: Person) -> None:
    idea = followed(ana)
    planned(idea)
    postman.faults = [NoSuchMailbox("550 no such user")]
    minute(postman)
    assert db.session.get(RefusedAddress, "ana@exemplo.example") is not None
    commented(idea)
    at(now, 8, day=19)
    assert minute(postman) == []
    mailing.accepted("ana@exemplo.example")
    planned(followed(ana, title="Mais uma ideia depois"))
    assert len(minute(postman)) == 1


def test_e11_no_cpf_in_any_letter_and_a_text_part_in_all(postman, ana: Person) -> None:
    planned(followed(ana, title=f"Ideia de {CPFS['bruno']} aqui"))
    (text,) = minute(postman)
    assert CPFS["bruno"] not in postman.mails[0].as_string()
    assert CPFS["bruno"] not in text
    assert "***.444.777-**" in text


def test_what_one_person_takes_over_or_merges_at_once_is_one_line(postman, ana: Person, davi: Person) -> None:
    """Heir of many tickets, follower of many duplicates: one line for each deed, with a count."""
    company, carla, elisa = make.company_of(ana), make.person("carla"), make.person("elisa")
    tickets = [make.ticket(owner=ana) for _ in range(3)]
    mine, heir = (listing.membership_of(one, company) for one in (ana, davi))
    assert mine
    assert heir
    leaving.remove(mine, company=company, by=carla, heirs={"tickets": heir})
    duplicates = [followed(davi, title=f"A ideia de número {number}") for number in range(4)]
    merging.merge(duplicates, followed(title="A ideia que fica"), by=elisa)
    commented(duplicates[0], by="carla")
    minute(postman)
    (text,) = [text_of(mail) for mail in postman.mails if "davi@" in mail["To"]]
    assert "- Carla Nunes passou a você 3 chamados." in text
    assert "- Elisa Moraes reuniu 4 ideias a “A ideia que fica”" in text
    assert text.count("\n- ") == 2
    assert reading.unread_count(davi) == 3 + 4 + 1
    assert all(ticket.owner_id == davi.id for ticket in tickets)


def test_what_was_answered_or_said_is_quoted_as_it_stands_when_the_letter_leaves(postman, now, ana: Person) -> None:
    planned(followed(ana))
    (text,) = minute(postman)
    assert "\n> Vai.\n" in text
    idea = followed(ana, title="Boleto por aproximação")
    commented(idea, text="Aqui **também**.")
    assert minute(postman) == []
    at(now, 8, day=19)
    (text,) = minute(postman)
    assert "\n> Aqui também.\n" in text


def test_a_long_digest_says_how_many_more_there_are(postman, now, monkeypatch, ana: Person) -> None:
    monkeypatch.setattr(by_email, "MOST", 2)
    for number in range(5):
        commented(followed(ana, title=f"A ideia de número {number}"))
    minute(postman)
    at(now, 8, day=19)
    (text,) = minute(postman)
    assert "E mais 3 avisos, no portal." in text
    assert text.count("Davi Prado comentou") == 2


@pytest.mark.parametrize(("language", "subject"), [("en", "2 updates for you"), ("es", "novedades para ti")])
def test_the_digest_is_in_the_readers_language(postman, now, ana: Person, language: str, subject: str) -> None:
    ana.language = language
    for title in ("Exportar o razão", "Boleto por aproximação"):
        commented(followed(ana, title=title))
    minute(postman)
    at(now, 8, day=19)
    minute(postman)
    assert subject in postman.mails[0]["Subject"]


def test_a_person_without_an_address_is_told_under_the_bell_alone(postman, ana: Person) -> None:
    ana.email = None
    planned(followed(ana))
    assert minute(postman) == []
    assert reading.unread_count(ana) == 1
    assert db.session.scalar(select(func.count()).select_from(MailedNotice)) == 0


def test_what_was_mailed_long_ago_is_forgotten_and_what_waits_is_not(postman, now, ana: Person, carla: Person) -> None:
    planned(followed(ana))
    minute(postman)
    now.shift(timedelta(days=91))
    choose(carla, results=Choice.DIGEST)
    planned(followed(carla, title="Uma ideia de agora"))
    db.session.commit()
    deliver_pending()
    by_email.forget_mailed()
    mailing.forget_letters()
    assert db.session.scalars(select(MailedNotice.person_id)).all() == [carla.id]
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0


def test_every_kind_of_event_has_a_topic() -> None:
    told = [kind for kind in kinds.KINDS.values() if kind.hears]
    assert told
    assert all(isinstance(preferences.USUAL[topic], Choice) for topic in Topic)
    assert preferences.topic_of(Event(name="ticket_replied", thing="ticket")) is Topic.TICKETS
