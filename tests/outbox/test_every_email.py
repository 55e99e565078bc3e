"""Check every email that the portal can send, as text and HTML in three languages, from real operations.

A kind of email or notification, or a sentence of one, that has no scene in tests/outbox/emails/ fails here.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from email.message import EmailMessage
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.messages.pofile import read_po

from ideas.accounts.documents import find_cpfs
from ideas.accounts.models import Person
from ideas.config import ROOT
from ideas.db import db
from ideas.notifications import by_email
from ideas.outbox import composing, kinds, mail_check, transports
from ideas.outbox.emails import Email, Quote
from ideas.outbox.kinds import Wording
from tests.database import Database
from tests.fake_transport import text_of
from tests.outbox.emails import scenes
from tests.outbox.emails.scenes import LANGUAGES, SCENES, Scene, SceneResult, SentEmail

PORTAL = "http://localhost:8000"
#: The language in which links are opened: they are the same in each.
VISITED_LANGUAGE = "es"
#: Signs of a missing value.
LEFTOVERS = re.compile(
    r"%\(|%s|\{\{|\}\}|\{%|\bNone\b|\bTrue\b|\bFalse\b|<function| object at 0x|\bundefined\b|\[\]|^\s*[:.,]", re.M
)
#: Words of other languages.
FOREIGN = {
    "pt-BR": re.compile(r"ñ|¿|\b(the|you|your|usted|tu|tus|el|los|las|y)\b", re.I),
    "es": re.compile(r"[ãõç]|\b(you|the|your|você|seu|sua|em|os|as|e)\b", re.I),
    "en": re.compile(r"[ãõçéêíóáúñ]|\b(você|seu|sua|para|tu|tus|el|los|del)\b", re.I),
}
#: A hostile name of a person or an idea.
EVIL = "=?utf-8?q?=0d=0aBcc=3ax=40evil=2eexample?= =?UTF-8?B?DQpCY2M6IHg=?= <script>alert(1)</script>\r\nBcc: todos@exemplo.example\r\n\r\n<img src=//evil.example>\u202e\u2066%(by)s {{ 7*7 }} 529.982.247-25"


class Page(HTMLParser):
    """The email's HTML, parsed."""

    def __init__(self, mail: EmailMessage) -> None:
        super().__init__()
        self.words, self.title, self.language = "", "", ""
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.outside: list[str] = []
        self._hidden = ""
        part = mail.get_body(("html",))
        assert part is not None
        self.source = part.get_content()
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self._hidden = tag if tag in {"style", "title"} else self._hidden
        self.language = given.get("lang") or self.language
        self.links += [str(given["href"])] if "href" in given else []
        self.outside += [str(given[name]) for name in ("src", "srcset", "background", "action") if name in given]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = "" if tag == self._hidden else self._hidden
        self.words += " "

    def handle_data(self, data: str) -> None:
        if self._hidden == "title":
            self.title += data
        elif not self._hidden:
            self.words += data


@pytest.fixture
def result_of(
    database: Database, browser: Callable[..., Any], results: dict[tuple[str, str], SceneResult]
) -> Callable[..., SceneResult]:
    """Return a function that plays a scene on a clean database: `result_of(scene, "es")`. Opens every link."""

    def visit(address: str, path: str) -> int:
        recipient = browser(db.session.query(Person).filter_by(email=address).one_or_none())
        response = recipient.get(path)
        while response.status_code in {301, 302, 303, 308}:
            response = recipient.get(response.location)
        return int(response.status_code)

    def play(scene: Scene, language: str) -> SceneResult:
        if (scene.name, language) not in results:
            db.session.remove()
            db.engine.dispose()
            database.reset()
            results[scene.name, language] = scenes.play(
                scene, language, visit if language == VISITED_LANGUAGE else None
            )
        return results[scene.name, language]

    return play


@pytest.fixture(scope="module")
def results() -> dict[tuple[str, str], SceneResult]:
    return {}


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return the translations by msgid; in Portuguese an empty one is the msgid."""
    with (ROOT / "ideas" / "translations" / language.replace("-", "_") / "LC_MESSAGES" / "messages.po").open(
        "rb"
    ) as file:
        found = {message.id: str(message.string) for message in read_po(file) if isinstance(message.id, str)}
    return {sentence: translated or (sentence if language == "pt-BR" else "") for sentence, translated in found.items()}


def sentences(email: Email) -> Iterator[str]:
    """Yield every msgid of the email, also those among its values."""
    more = (email.action, email.preferences, email.unsubscribe)
    for part in (email.subject, *email.paragraphs, *email.items, *filter(None, more), *email.after):
        if isinstance(part, Wording):
            yield from _within(part)


def _within(wording: Wording) -> Iterator[str]:
    yield wording.sentence
    for fact in wording.facts.values():
        if isinstance(fact, Wording):
            yield from _within(fact)


def flat(text: str) -> str:
    return " ".join(text.split())


# --- completeness ------------------------------------------------------------------


def test_every_kind_of_email_and_notification_has_a_scene() -> None:
    notified = {name for name, kind in kinds.KINDS.items() if kind.recipients}
    assert {scene.kind for scene in SCENES.values()} == notified | set(kinds.EMAILS)


def test_every_sentence_appears_in_a_scene(result_of) -> None:
    used: set[str] = set()
    for scene in SCENES.values():
        result = result_of(scene, "pt-BR")
        used |= result.bell.union(*(sentences(sent.email) for sent in result.all))
    assert sorted(set(_marked()) - used) == []


def _marked() -> Iterator[str]:
    """Yield every N_() sentence of the modules that write emails or notifications."""
    writers = [email.write for email in kinds.EMAILS.values()]
    writers += [kind.wording for kind in kinds.KINDS.values() if kind.wording]  # type: ignore[misc]
    for name in {writer.__module__ for writer in writers}:
        path = sys.modules[name].__file__
        assert path is not None
        with open(path, encoding="utf-8") as file:
            for node in ast.walk(ast.parse(file.read())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
                    yield ast.literal_eval(node.args[0])


# --- each email -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_email_is_valid(result_of, scene: Scene, language: str) -> None:
    result = result_of(scene, language)
    for sent in result.all:
        text, page = text_of(sent.mail), Page(sent.mail)
        check_headers(sent, page)
        check_text_equals_html(text, page)
        check_language(sent, page, language)
        check_links(text, page)
        check_unsubscribe_link(sent, text, page)
        check_hostile_names(sent, page)
    check_content(result, scene)
    assert {path: status for path, status in result.statuses.items() if status != 200} == {}, "broken links"


def test_test_email_is_valid(transport) -> None:
    mail_check.send_test_email(composing.mail_settings().settings, "iris@exemplo.example")
    (mail,) = transport.emails
    text, page = text_of(mail), Page(mail)
    check_text_equals_html(text, page)
    check_links(text, page)


@pytest.mark.parametrize(("language", "moment"), [
    ("pt-BR", "18 nov. 2026, 10:00 (Horário do Amazonas)"),
    ("es", "18 nov 2026, 10:00 (hora del Amazonas)"),
    ("en", "18 Nov 2026, 10:00 (Amazon Time)"),
])  # fmt: skip
def test_time_is_shown_in_the_recipients_language_and_zone(language: str, moment: str) -> None:
    when = Wording("A senha da sua conta no portal %(portal)s foi trocada em %(when)s.", {"when": scenes.MORNING})
    email = Email(to="ana@exemplo.example", language=language, zone="America/Manaus", subject=when, paragraphs=[when])
    assert f"{moment}." in text_of(composing.compose(email))


def check_headers(sent: SentEmail, page: Page) -> None:
    mail, subject = sent.mail, str(sent.mail["Subject"])
    assert 3 < len(subject) <= composing.MAX_HEADER_LENGTH
    assert subject == subject.strip()
    assert subject.isprintable()
    assert not subject.endswith(".")
    assert flat(page.title) == subject
    assert str(mail["From"]) == "Central de Ideias <portal@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    parts = [(part.get_content_type(), part.get_content_charset()) for part in mail.iter_parts()]
    assert parts == [("text/plain", "utf-8"), ("text/html", "utf-8")]
    head = transports.serialize(mail).partition(b"\r\n\r\n")[0]
    assert head.isascii()
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1].strip()]
    assert len(names) == len(set(names)), "duplicate header"


def check_text_equals_html(text: str, page: Page) -> None:
    shown = flat(page.words)
    for line in text.partition("\n-- \n")[0].splitlines():
        words = flat(re.sub("^(- |> )", "", line))
        assert words.removesuffix(":") in shown or words in page.links, words
    assert not LEFTOVERS.search(text)
    assert not LEFTOVERS.search(page.words)
    assert not list(find_cpfs(text + page.source))


def check_language(sent: SentEmail, page: Page, language: str) -> None:
    assert (sent.email.language, sent.mail["Content-Language"], page.language) == (language,) * 3
    for sentence in sentences(sent.email):
        assert catalogue(language).get(sentence), f"not in {language}: {sentence}"
    own = text_of(composing.compose(with_texts(sent.email, lambda _: "x"))).replace("Central de Ideias", "")
    # A token in a link may contain any letters.
    assert not FOREIGN[language].search(re.sub(r"https?://\S+", "", own))


def check_links(text: str, page: Page) -> None:
    assert all(link.startswith(f"{PORTAL}/") for link in page.links)
    assert set(re.findall(r"https?://\S+", text)) == {*page.links, PORTAL}
    assert page.outside == [], "loads an external resource"
    assert not page.tags & {"script", "img", "iframe", "form", "link", "object", "video"}


def check_unsubscribe_link(sent: SentEmail, text: str, page: Page) -> None:
    is_notification = sent.email.unsubscribe is not None
    end = sent.mail["List-Unsubscribe"]
    assert [link for link in page.links if "/notificacoes/sair/" in link] == (
        [end.strip("<>")] if is_notification else []
    )
    assert ("/notificacoes/preferencias" in text) == is_notification
    assert sent.mail["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if is_notification else None)


def check_content(result: SceneResult, scene: Scene) -> None:
    text, page, email = flat(text_of(result.own.mail)), Page(result.own.mail), result.own.email
    for fact in result.expected.texts:
        assert fact in text
        assert fact in flat(page.words)
    is_notification = scene.kind not in kinds.EMAILS or scene.kind == by_email.MAIL_BATCH
    assert (email.unsubscribe is not None) == is_notification
    assert (email.action is not None) == bool(result.expected.path)
    if email.action is not None:
        assert any(link.startswith(PORTAL + result.expected.path) for link in page.links)


def check_hostile_names(sent: SentEmail, before: Page) -> None:
    """Cases C03, C09, E11: render the email with a hostile text in place of every name, title and reason."""
    email = replace(with_texts(sent.email, lambda text: text if "@" in text else EVIL), name=EVIL)
    mail = composing.compose(email)
    head, text, page = transports.serialize(mail).partition(b"\r\n\r\n")[0], text_of(mail), Page(mail)
    assert not re.search(rb"^bcc:", head, re.M | re.I)
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert (page.tags, page.links, page.outside) == (before.tags, before.links, [])
    everything = page.source + text + str(mail["Subject"]) + str(mail["To"])
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", everything)
    assert not list(find_cpfs(everything))
    assert not re.search("^Bcc:", text, re.M), "a name started a new line"


def with_texts(email: Email, change: Callable[[str], str]) -> Email:
    """Return the email with each text among its values changed."""

    def wording(old: Wording) -> Wording:
        return replace(old, facts={key: fact(value) for key, value in old.facts.items()})

    def fact(value: object) -> object:
        if isinstance(value, Wording):
            return wording(value)
        return change(value) if isinstance(value, str) else value

    def paragraph(old: Wording | Quote) -> Wording | Quote:
        return Quote(change(old.text)) if isinstance(old, Quote) else wording(old)

    def each(old: Iterable[Wording]) -> list[Wording]:
        return [wording(one) for one in old]

    return replace(
        email,
        subject=wording(email.subject),
        paragraphs=[paragraph(one) for one in email.paragraphs],
        items=each(email.items),
        after=each(email.after),
    )
