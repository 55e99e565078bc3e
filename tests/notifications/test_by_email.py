"""Notification emails: their recipients, when they are sent, and what is checked when they are written."""

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
from ideas.notifications.models import MailedNotification
from ideas.notifications.preferences import MailFrequency, MailPreferences, Topic
from ideas.outbox import kinds, mailing
from ideas.outbox.delivery import deliver_pending
from ideas.outbox.models import Event, QueuedEmail, RefusedAddress
from ideas.outbox.transports import NoSuchMailbox
from tests import make
from tests.cast import CPFS
from tests.fake_transport import FakeTransport, text_of

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
#: A Wednesday, 11:00 in São Paulo.
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


def plan(idea: Idea) -> None:
    deciding.decide(idea, Decision(to="planned", target_quarter="2027-T1", text="Vai."), by=make.person("elisa"))


def comment_on(idea: Idea, by: str = "davi", text: str = "Aqui também.") -> None:
    author = make.person(by)
    commenting.add(idea, NewComment(text=text), author=author, company=make.company_of(author))


def run_worker(transport: FakeTransport) -> list[str]:
    """Do what the worker does in a minute; return the texts of the emails sent."""
    db.session.commit()
    deliver_pending()
    by_email.start_batch()
    return [text_of(mail) for mail in transport.deliver()]


def at(traveller, hour: int, day: int = 18) -> None:
    traveller.move_to(datetime(2026, 11, day, hour, tzinfo=SAO_PAULO).astimezone(UTC))


def set_preferences(person: Person, hour: int = 8, **choices: MailFrequency) -> None:
    chosen = {**preferences.DEFAULT_FREQUENCIES, **{Topic(topic): frequency for topic, frequency in choices.items()}}
    preferences.save(person, MailPreferences(chosen, hour))


def test_result_is_emailed_at_once_with_links_to_it_and_to_unsubscribe(transport, ana: Person) -> None:
    plan(followed(ana))
    (text,) = run_worker(transport)
    (mail,) = transport.emails
    assert "Elisa Moraes mudou “Exportar o razão” para Planejada" in mail["Subject"]
    assert "http://localhost:8000/ideias/" in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<http://localhost:8000/notificacoes/sair/")
    assert run_worker(transport) == []


def test_other_events_are_emailed_in_one_digest(transport, now, ana: Person) -> None:
    idea = followed(ana)
    comment_on(idea)
    comment_on(followed(ana, title="Boleto por aproximação"), by="carla")
    comment_on(idea, by="carla", text="E aqui.")
    assert run_worker(transport) == []
    at(now, 7, day=19)
    assert run_worker(transport) == []
    at(now, 8, day=19)
    run_worker(transport)
    (mail,) = [mail for mail in transport.emails if "ana@" in mail["To"]]
    assert mail["Subject"] == "2 novidades para você"
    assert "2 comentários novos em “Exportar o razão”." in text_of(mail)
    assert "Carla Nunes comentou em “Boleto por aproximação”." in text_of(mail)
    assert run_worker(transport) == []


def test_digest_is_sent_at_the_persons_hour(transport, now, ana: Person) -> None:
    set_preferences(ana, hour=18)
    comment_on(followed(ana))
    at(now, 17)
    assert run_worker(transport) == []
    at(now, 18)
    assert len(run_worker(transport)) == 1


@pytest.mark.parametrize("hour", [20, 23, 0, 6])
def test_nothing_is_emailed_at_night(transport, now, ana: Person, hour: int) -> None:
    at(now, hour)
    plan(followed(ana))
    assert run_worker(transport) == []
    at(now, 7, day=19 if hour >= 20 else 18)
    assert len(run_worker(transport)) == 1


def test_night_depends_on_the_persons_time_zone(transport, now, ana: Person, carla: Person) -> None:
    """At 19:00 in São Paulo it is 22:00 in Lisbon and 18:00 in Manaus."""
    ana.time_zone, carla.time_zone = "Europe/Lisbon", "America/Manaus"
    at(now, 19)
    plan(followed(ana, carla))
    run_worker(transport)
    assert transport.recipients == ["carla@exemplo.example"]


def test_email_deferred_into_the_night_waits_for_the_morning(transport, now, ana: Person) -> None:
    from ideas.outbox.transports import Deferred

    at(now, 19)
    now.shift(timedelta(minutes=59, seconds=30))
    plan(followed(ana))
    transport.errors = [Deferred("451")]
    assert run_worker(transport) == []
    now.shift(timedelta(minutes=5))
    assert run_worker(transport) == []
    at(now, 7, day=19)
    assert len(run_worker(transport)) == 1


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/New_York", (2026, 11, 1)), ("America/New_York", (2027, 3, 14)), ("Europe/Lisbon", (2026, 10, 25))],
)
def test_e09_digest_is_sent_once_at_its_hour_across_a_clock_change(zone: str, day: tuple[int, int, int]) -> None:
    tz = ZoneInfo(zone)
    start = datetime(*day, 0, 30, tzinfo=tz).astimezone(UTC)
    sent_at = by_email.next_mailing(start, zone, 8)
    assert sent_at.astimezone(tz).hour == 8
    assert by_email.next_mailing(sent_at, zone, 8) - sent_at in {
        timedelta(hours=23),
        timedelta(hours=24),
        timedelta(hours=25),
    }


def test_e09_concurrent_batches_take_each_notification_once(transport, at_once, ana: Person) -> None:
    plan(followed(ana))
    db.session.commit()
    deliver_pending()

    def go(_: int) -> None:
        by_email.start_batch()
        db.session.commit()

    at_once(4, go)
    assert len(transport.deliver()) == 1


def test_e01_interruption_between_steps_loses_and_repeats_nothing(transport, ana: Person) -> None:
    plan(followed(ana))
    db.session.commit()
    deliver_pending()
    by_email.start_batch()
    db.session.rollback()
    by_email.start_batch()
    db.session.commit()
    deliver_pending()
    deliver_pending()
    transport.errors = [ConnectionError()]
    mailing.send_due()
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        assert len(transport.deliver()) == 1
        assert transport.deliver() == []


def test_e04_recipient_for_several_reasons_gets_one_email(transport, carla: Person) -> None:
    idea = followed(carla, author=carla)
    casting.cast(idea, voter=carla, company=make.company_of(carla))
    comment_on(idea, by="carla", text="Meu.")
    plan(idea)
    assert len(run_worker(transport)) == 1


def test_e04_actor_gets_no_email(transport, now, carla: Person) -> None:
    set_preferences(carla, news=MailFrequency.AT_ONCE)
    comment_on(followed(carla), by="carla")
    assert run_worker(transport) == []


@pytest.mark.parametrize("change", ["unfollow", "unsubscribe", "close", "read"])
def test_e05_changes_before_sending_are_respected(transport, now, ana: Person, change: str) -> None:
    idea = followed(ana)
    comment_on(idea)
    assert run_worker(transport) == []
    if change == "unfollow":
        following.choose(idea, ana, Level.NOTHING)
    elif change == "unsubscribe":
        preferences.unsubscribe(ana.id, [Topic.NEWS])
    elif change == "close":
        ana.closed_at, ana.email = clock.now(), None
    else:
        reading.mark_all_read(ana, up_to=2**31 - 1)
    at(now, 8, day=19)
    assert run_worker(transport) == []


@pytest.mark.parametrize("hidden", ["idea", "comment"])
def test_b11_hidden_content_is_not_emailed(transport, now, ana: Person, hidden: str) -> None:
    secret, other = followed(ana, title="Canário escondido"), followed(ana, title="Outra ideia às claras")
    comment_on(secret)
    comment_on(other)
    assert run_worker(transport) == []
    comment = db.session.scalars(select(Comment).where(Comment.idea_id == secret.id)).one()
    thing = secret if hidden == "idea" else comment
    thing.hidden_at, thing.hidden_reason = clock.now(), "rule"
    at(now, 8, day=19)
    (text,) = run_worker(transport)
    assert "Outra ideia às claras" in text
    assert "Canário" not in transport.emails[0].as_string()


@pytest.mark.parametrize("frequency", [MailFrequency.NEVER, MailFrequency.DIGEST, MailFrequency.AT_ONCE])
def test_topic_is_emailed_at_the_chosen_frequency(transport, now, ana: Person, frequency: MailFrequency) -> None:
    set_preferences(ana, results=frequency)
    plan(followed(ana))
    assert len(run_worker(transport)) == (frequency is MailFrequency.AT_ONCE)
    at(now, 8, day=19)
    assert len(run_worker(transport)) == (frequency is MailFrequency.DIGEST)


def test_e07_address_that_does_not_exist_gets_no_more_notifications(transport, now, ana: Person) -> None:
    idea = followed(ana)
    plan(idea)
    transport.errors = [NoSuchMailbox("550 no such user")]
    run_worker(transport)
    assert db.session.get(RefusedAddress, "ana@exemplo.example") is not None
    comment_on(idea)
    at(now, 8, day=19)
    assert run_worker(transport) == []
    mailing.mark_accepted("ana@exemplo.example")
    plan(followed(ana, title="Mais uma ideia depois"))
    assert len(run_worker(transport)) == 1


def test_e11_cpf_in_a_title_is_masked(transport, ana: Person) -> None:
    plan(followed(ana, title=f"Ideia de {CPFS['bruno']} aqui"))
    (text,) = run_worker(transport)
    assert CPFS["bruno"] not in transport.emails[0].as_string()
    assert CPFS["bruno"] not in text
    assert "***.444.777-**" in text


def test_events_of_one_operation_are_grouped_in_one_line(transport, ana: Person, davi: Person) -> None:
    """Davi receives several tickets and follows several duplicates: one line per operation, with a count."""
    company, carla, elisa = make.company_of(ana), make.person("carla"), make.person("elisa")
    tickets = [make.ticket(owner=ana) for _ in range(3)]
    mine, heir = (listing.membership_of(one, company) for one in (ana, davi))
    assert mine
    assert heir
    leaving.remove_member(mine, company=company, by=carla, successors={"tickets": heir})
    duplicates = [followed(davi, title=f"A ideia de número {number}") for number in range(4)]
    merging.merge(duplicates, followed(title="A ideia que fica"), by=elisa)
    comment_on(duplicates[0], by="carla")
    run_worker(transport)
    (text,) = [text_of(mail) for mail in transport.emails if "davi@" in mail["To"]]
    assert "- Carla Nunes passou a você 3 chamados." in text
    assert "- Elisa Moraes reuniu 4 ideias a “A ideia que fica”" in text
    assert text.count("\n- ") == 2
    assert reading.unread_count(davi) == 3 + 4 + 1
    assert all(ticket.owner_id == davi.id for ticket in tickets)


def test_email_quotes_responses_and_comments(transport, now, ana: Person) -> None:
    plan(followed(ana))
    (text,) = run_worker(transport)
    assert "\n> Vai.\n" in text
    idea = followed(ana, title="Boleto por aproximação")
    comment_on(idea, text="Aqui **também**.")
    assert run_worker(transport) == []
    at(now, 8, day=19)
    (text,) = run_worker(transport)
    assert "\n> Aqui também.\n" in text


def test_long_digest_says_how_many_more_there_are(transport, now, monkeypatch, ana: Person) -> None:
    monkeypatch.setattr(by_email, "MAX_ITEMS", 2)
    for number in range(5):
        comment_on(followed(ana, title=f"A ideia de número {number}"))
    run_worker(transport)
    at(now, 8, day=19)
    (text,) = run_worker(transport)
    assert "E mais 3 avisos, no portal." in text
    assert text.count("Davi Prado comentou") == 2


@pytest.mark.parametrize(("language", "subject"), [("en", "2 updates for you"), ("es", "novedades para ti")])
def test_digest_is_in_the_recipients_language(transport, now, ana: Person, language: str, subject: str) -> None:
    ana.language = language
    for title in ("Exportar o razão", "Boleto por aproximação"):
        comment_on(followed(ana, title=title))
    run_worker(transport)
    at(now, 8, day=19)
    run_worker(transport)
    assert subject in transport.emails[0]["Subject"]


def test_person_without_an_address_is_notified_only_in_the_app(transport, ana: Person) -> None:
    ana.email = None
    plan(followed(ana))
    assert run_worker(transport) == []
    assert reading.unread_count(ana) == 1
    assert db.session.scalar(select(func.count()).select_from(MailedNotification)) == 0


def test_old_emails_are_deleted_and_waiting_ones_are_not(transport, now, ana: Person, carla: Person) -> None:
    plan(followed(ana))
    run_worker(transport)
    now.shift(timedelta(days=91))
    set_preferences(carla, results=MailFrequency.DIGEST)
    plan(followed(carla, title="Uma ideia de agora"))
    db.session.commit()
    deliver_pending()
    by_email.delete_old()
    mailing.delete_old_emails()
    assert db.session.scalars(select(MailedNotification.person_id)).all() == [carla.id]
    assert db.session.scalar(select(func.count()).select_from(QueuedEmail)) == 0


def test_every_kind_of_event_has_a_topic() -> None:
    notifying = [kind for kind in kinds.KINDS.values() if kind.recipients]
    assert notifying
    assert all(isinstance(preferences.DEFAULT_FREQUENCIES[topic], MailFrequency) for topic in Topic)
    assert preferences.topic_of(Event(name="ticket_replied", thing="ticket")) is Topic.TICKETS
