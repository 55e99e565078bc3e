"""Shows every letter that the portal sends, as a mail program does: `python -m tests.browser.emails FOLDER`.

FOLDER gets sheets of nine letters each, in three languages, 600 and 375 px wide, light and dark, and the
texts of all. Words after it take those letters alone whose name begins so. Without FOLDER the few pictures of
docs/screenshots/ are taken anew; no picture there above 150 kB.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from ideas import config
from ideas.app import create_app
from ideas.config import ROOT
from ideas.db import db
from ideas.modes import Mode, set_mode
from tests import cast
from tests.browser.network import QUIET, answer
from tests.browser.screenshots import FOLDER, MOST_BYTES
from tests.conftest import CHROMIUM
from tests.database import Database
from tests.outbox.emails import playing
from tests.outbox.emails.playing import LANGUAGES, SCENES, Sent
from tests.postman import text_of

WIDTHS, SCHEMES = (600, 375), ("light", "dark")
#: Letters on a sheet, and how many stand beside each other.
ON_A_SHEET, BESIDE = 9, 3
#: picture -> (scene, language, width, scheme)
CHOSEN = {
    "mail-invitation": ("invitation_sent", "es", 600, "light"),
    "mail-digest": ("notices_mailed", "pt-BR", 600, "dark"),
    "mail-delivered": ("idea_status_changed.delivered_answered", "pt-BR", 375, "light"),
    "mail-refusal": ("access_refused", "pt-BR", 375, "light"),
    "mail-password": ("password_changed", "en", 375, "dark"),
}


def main() -> None:
    """Take the sheets, or the pictures."""
    with _portal() as (app, database), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        if sys.argv[1:]:
            _sheets(browser, app, database, Path(sys.argv[1]), tuple(sys.argv[2:]) or ("",))
        else:
            _pictures(browser, app, database)
        browser.close()


@contextmanager
def _portal() -> Iterator[tuple[Flask, Database]]:
    """A portal of the tests' cast, on a database that each scene finds fresh."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder))
        given = {"PORTAL_ENV": "test", "INSTANCE_PATH": folder, "DATABASE_URL": database.url, "LOG_LEVEL": "error",
                 "SECRET_KEY": "a-secret-for-pictures-only-0123456789", "CPF_KEY": cast.CPF_RING}  # fmt: skip
        app = create_app(config.read(given))
        database.prepare(app)
        yield app, database


def _letter(app: Flask, database: Database, name: str, language: str) -> Sent:
    database.reset()
    with app.app_context():
        set_mode(Mode.WRITE)
        own = playing.play(SCENES[name], language).own
        db.session.remove()
        db.engine.dispose()
    return own


def _sheets(browser: Browser, app: Flask, database: Database, folder: Path, wanted: tuple[str, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name in SCENES if name.startswith(wanted)]
    for language in LANGUAGES:
        letters = {name: _letter(app, database, name, language) for name in names}
        texts = (f"=== {name}\n{sent.mail['Subject']}\n\n{text_of(sent.mail)}" for name, sent in letters.items())
        (folder / f"{language}.txt").write_text("\n".join(texts), encoding="utf-8")
        for first in range(0, len(names), ON_A_SHEET):
            some = {name: letters[name] for name in names[first : first + ON_A_SHEET]}
            for width in WIDTHS:
                for scheme in SCHEMES:
                    path = folder / f"{language}-{width}-{scheme}-{first // ON_A_SHEET + 1:02}.png"
                    _shoot(browser, _sheet(some, width), width * BESIDE + 40, scheme, path)


def _pictures(browser: Browser, app: Flask, database: Database) -> None:
    for picture, (name, language, width, scheme) in CHOSEN.items():
        path = FOLDER / f"{picture}-{width}-{scheme}.png"
        _shoot(browser, _page(_letter(app, database, name, language)), width, scheme, path)
        size = path.stat().st_size
        print(f"{path.relative_to(ROOT)}  {size // 1000} kB")
        assert size <= MOST_BYTES, f"{path.name} is {size} bytes"


def _page(sent: Sent) -> str:
    part = sent.mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def _sheet(letters: dict[str, Sent], width: int) -> str:
    """The letters beside each other, each in a frame of its own under its subject."""
    frames = "".join(
        f"<div><b>{escape(name)}</b><br>{escape(str(sent.mail['Subject']))}<br>"
        f'<iframe width="{width}" srcdoc="{escape(_page(sent))}"></iframe></div>'
        for name, sent in letters.items()
    )
    style = f":root {{ color-scheme: light dark }} body {{ font: 13px sans-serif; display: grid; grid-template-columns: repeat({BESIDE}, {width}px); gap: 8px }}"
    return f"<!doctype html><meta charset=utf-8><style>{style} iframe {{ border: 0 }}</style>{frames}"


def _shoot(browser: Browser, page_source: str, width: int, scheme: str, path: Path) -> None:
    context = browser.new_context(viewport={"width": width, "height": 400}, color_scheme=scheme)  # type: ignore[arg-type]
    context.route("**/*", answer)
    page = context.new_page()
    page.set_content(page_source, wait_until="load")
    page.evaluate(
        "for (const f of document.querySelectorAll('iframe'))"
        " f.style.height = f.contentDocument.documentElement.scrollHeight + 'px'"
    )
    page.screenshot(path=path, full_page=True)
    context.close()


if __name__ == "__main__":
    main()
