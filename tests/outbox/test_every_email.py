"""Every letter that the portal can send, in its three languages, as text and as a page, from real deeds.

The registries say which letters and notices there are, and their modules which sentences: whoever adds
one without a scene in tests/outbox/emails/ fails here.
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
from ideas.outbox import composing, kinds, mail_check
from ideas.outbox.emails import Letter, Quote
from ideas.outbox.kinds import Words
from tests.database import Database
from tests.outbox.emails import playing
from tests.outbox.emails.playing import LANGUAGES, SCENES, Played, Scene, Sent
from tests.postman import text_of

PORTAL = "http://localhost:8000"
#: The language in which every link is opened too: it leads to the same place in each.
OPENED = "es"
#: Signs that something was not written out.
LEFTOVERS = re.compile(
    r"%\(|%s|\{\{|\}\}|\{%|\bNone\b|\bTrue\b|\bFalse\b|<function| object at 0x|\bundefined\b|\[\]|^\s*[:.,]", re.M
)
#: Words of another language than the letter's.
FOREIGN = {
    "pt-BR": re.compile(r"ñ|¿|\b(the|you|your|usted|tu|tus|el|los|las|y)\b", re.I),
    "es": re.compile(r"[ãõç]|\b(you|the|your|você|seu|sua|em|os|as|e)\b", re.I),
    "en": re.compile(r"[ãõçéêíóáúñ]|\b(você|seu|sua|para|tu|tus|el|los|del)\b", re.I),
}
#: What somebody might call themselves, or an idea.
EVIL = "<script>alert(1)</script>\r\nBcc: todos@exemplo.example\r\n\r\n<img src=//evil.example>\u202e\u2066%(by)s {{ 7*7 }} 529.982.247-25"


class Page(HTMLParser):
    """What a mail program makes of the letter's HTML."""

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
def played(
    database: Database, browser: Callable[..., Any], kept: dict[tuple[str, str], Played]
) -> Callable[..., Played]:
    """`played(scene, "es")`: the scene on a clean database, with every link opened by its reader."""

    def visit(address: str, path: str) -> int:
        theirs = browser(db.session.query(Person).filter_by(email=address).one_or_none())
        answer = theirs.get(path)
        while answer.status_code in {301, 302, 303, 308}:
            answer = theirs.get(answer.location)
        return int(answer.status_code)

    def play(scene: Scene, language: str) -> Played:
        if (scene.name, language) not in kept:
            db.session.remove()
            db.engine.dispose()
            database.reset()
            kept[scene.name, language] = playing.play(scene, language, visit if language == OPENED else None)
        return kept[scene.name, language]

    return play


@pytest.fixture(scope="module")
def kept() -> dict[tuple[str, str], Played]:
    return {}


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The sentences of that language by their msgids; in Portuguese each is its own."""
    with (ROOT / "ideas" / "translations" / language.replace("-", "_") / "LC_MESSAGES" / "messages.po").open(
        "rb"
    ) as file:
        found = {message.id: str(message.string) for message in read_po(file) if isinstance(message.id, str)}
    return {sentence: said or (sentence if language == "pt-BR" else "") for sentence, said in found.items()}


def sentences(letter: Letter) -> Iterator[str]:
    """Every msgid that the letter says, also those within facts."""
    more = (letter.action, letter.preferences, letter.unsubscribe)
    for words in (letter.subject, *letter.paragraphs, *letter.items, *filter(None, more), *letter.after):
        if isinstance(words, Words):
            yield from _within(words)


def _within(words: Words) -> Iterator[str]:
    yield words.sentence
    for fact in words.facts.values():
        if isinstance(fact, Words):
            yield from _within(fact)


def flat(words: str) -> str:
    return " ".join(words.split())


# --- complete by construction ------------------------------------------------------------------


def test_every_kind_of_letter_and_of_notice_has_a_scene() -> None:
    heard = {name for name, kind in kinds.KINDS.items() if kind.hears}
    assert {scene.kind for scene in SCENES.values()} == heard | set(kinds.LETTERS)


def test_every_sentence_that_letters_can_say_is_said_in_a_scene(played) -> None:
    said: set[str] = set()
    for scene in SCENES.values():
        what = played(scene, "pt-BR")
        said |= what.bell.union(*(sentences(sent.letter) for sent in what.all))
    assert sorted(set(_marked()) - said) == []


def _marked() -> Iterator[str]:
    """Every sentence that a module marks which writes letters or notices."""
    writers = [letters.write for letters in kinds.LETTERS.values()]
    writers += [kind.words for kind in kinds.KINDS.values() if kind.words]  # type: ignore[misc]
    for name in {writer.__module__ for writer in writers}:
        path = sys.modules[name].__file__
        assert path is not None
        with open(path, encoding="utf-8") as file:
            for node in ast.walk(ast.parse(file.read())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
                    yield ast.literal_eval(node.args[0])


# --- each letter -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_a_letter_is_fit_to_be_sent(played, scene: Scene, language: str) -> None:
    what = played(scene, language)
    for sent in what.all:
        text, page = text_of(sent.mail), Page(sent.mail)
        the_headers_are_whole(sent, page)
        text_and_page_tell_the_same(text, page)
        all_is_in_the_readers_language(sent, page, language)
        links_stay_in_the_portal(text, page)
        it_may_be_ended_if_it_is_a_notice(sent, text, page)
        hostile_names_do_no_harm(sent, page)
    it_tells_what_happened(what, scene)
    assert {path: status for path, status in what.answers.items() if status != 200} == {}, "links that do not open"


def test_the_test_mail_is_fit_to_be_sent(postman) -> None:
    mail_check.send_test(composing.desk().settings, "iris@exemplo.example")
    (mail,) = postman.mails
    text, page = text_of(mail), Page(mail)
    text_and_page_tell_the_same(text, page)
    links_stay_in_the_portal(text, page)


@pytest.mark.parametrize(("language", "moment"), [
    ("pt-BR", "18 nov. 2026, 10:00 (Horário do Amazonas)"),
    ("es", "18 nov 2026, 10:00 (hora del Amazonas)"),
    ("en", "18 Nov 2026, 10:00 (Amazon Time)"),
])  # fmt: skip
def test_a_moment_is_told_in_the_readers_language_and_zone(language: str, moment: str) -> None:
    when = Words("A senha da sua conta no portal %(portal)s foi trocada em %(when)s.", {"when": playing.MORNING})
    letter = Letter(to="ana@exemplo.example", language=language, zone="America/Manaus", subject=when, paragraphs=[when])
    assert f"{moment}." in text_of(composing.compose(letter))


def the_headers_are_whole(sent: Sent, page: Page) -> None:
    mail, subject = sent.mail, str(sent.mail["Subject"])
    assert 3 < len(subject) <= composing.LONGEST
    assert subject == subject.strip()
    assert subject.isprintable()
    assert not subject.endswith(".")
    assert flat(page.title) == subject
    assert str(mail["From"]) == "Central de Ideias <portal@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    parts = [(part.get_content_type(), part.get_content_charset()) for part in mail.iter_parts()]
    assert parts == [("text/plain", "utf-8"), ("text/html", "utf-8")]
    head = mail.as_bytes().partition(b"\r\n\r\n")[0]
    assert head.isascii()
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1].strip()]
    assert len(names) == len(set(names)), "a header stands twice"


def text_and_page_tell_the_same(text: str, page: Page) -> None:
    shown = flat(page.words)
    for line in text.partition("\n-- \n")[0].splitlines():
        words = flat(re.sub("^(- |> )", "", line))
        assert words.removesuffix(":") in shown or words in page.links, words
    assert not LEFTOVERS.search(text)
    assert not LEFTOVERS.search(page.words)
    assert not list(find_cpfs(text + page.source))


def all_is_in_the_readers_language(sent: Sent, page: Page, language: str) -> None:
    assert (sent.letter.language, sent.mail["Content-Language"], page.language) == (language,) * 3
    for sentence in sentences(sent.letter):
        assert catalogue(language).get(sentence), f"not in {language}: {sentence}"
    own = text_of(composing.compose(with_texts(sent.letter, lambda _: "x"))).replace("Central de Ideias", "")
    assert not FOREIGN[language].search(own)


def links_stay_in_the_portal(text: str, page: Page) -> None:
    assert all(link.startswith(f"{PORTAL}/") for link in page.links)
    assert set(re.findall(r"https?://\S+", text)) == {*page.links, PORTAL}
    assert page.outside == [], "it fetches something"
    assert not page.tags & {"script", "img", "iframe", "form", "link", "object", "video"}


def it_may_be_ended_if_it_is_a_notice(sent: Sent, text: str, page: Page) -> None:
    is_notice = sent.letter.unsubscribe is not None
    end = sent.mail["List-Unsubscribe"]
    assert [link for link in page.links if "/notificacoes/sair/" in link] == ([end.strip("<>")] if is_notice else [])
    assert ("/notificacoes/preferencias" in text) == is_notice
    assert sent.mail["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if is_notice else None)


def it_tells_what_happened(what: Played, scene: Scene) -> None:
    text, page, letter = flat(text_of(what.own.mail)), Page(what.own.mail), what.own.letter
    for fact in what.told.says:
        assert fact in text
        assert fact in flat(page.words)
    is_notice = scene.kind not in kinds.LETTERS or scene.kind == by_email.ROUND
    assert (letter.unsubscribe is not None) == is_notice
    assert (letter.action is not None) == bool(what.told.leads)
    if letter.action is not None:
        assert any(link.startswith(PORTAL + what.told.leads) for link in page.links)


def hostile_names_do_no_harm(sent: Sent, before: Page) -> None:
    """Cases C03, C09, E11: the same letter, with the worst in the place of every name, title and reason."""
    letter = replace(with_texts(sent.letter, lambda text: text if "@" in text else EVIL), name=EVIL)
    mail = composing.compose(letter)
    head, text, page = mail.as_bytes().partition(b"\r\n\r\n")[0], text_of(mail), Page(mail)
    assert not re.search(rb"^bcc:", head, re.M | re.I)
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert (page.tags, page.links, page.outside) == (before.tags, before.links, [])
    everything = page.source + text + str(mail["Subject"]) + str(mail["To"])
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", everything)
    assert not list(find_cpfs(everything))
    assert not re.search("^Bcc:", text, re.M), "a name makes a line of its own"


def with_texts(letter: Letter, change: Callable[[str], str]) -> Letter:
    """The letter with each text among its facts changed."""

    def words(some: Words) -> Words:
        return replace(some, facts={key: fact(one) for key, one in some.facts.items()})

    def fact(one: object) -> object:
        if isinstance(one, Words):
            return words(one)
        return change(one) if isinstance(one, str) else one

    def paragraph(one: Words | Quote) -> Words | Quote:
        return Quote(change(one.text)) if isinstance(one, Quote) else words(one)

    def each(some: Iterable[Words]) -> list[Words]:
        return [words(one) for one in some]

    return replace(
        letter,
        subject=words(letter.subject),
        paragraphs=[paragraph(one) for one in letter.paragraphs],
        items=each(letter.items),
        after=each(letter.after),
    )
