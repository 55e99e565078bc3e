"""Take screenshots of every email that the portal sends: `python -m tests.browser.emails [FOLDER [PREFIX ...]]`.

FOLDER receives sheets of nine emails each, in three languages, 600 and 375 px wide, light and dark, and all texts.
With PREFIX, only emails whose names start with it. Without FOLDER the emails of docs/screenshots/ are taken again.
No file there may exceed 150 kB.
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
from tests.browser.screenshots import FOLDER, MAX_BYTES
from tests.conftest import CHROMIUM
from tests.database import Database
from tests.fake_transport import text_of
from tests.outbox.emails import scenes
from tests.outbox.emails.scenes import LANGUAGES, SCENES, SentEmail

WIDTHS, SCHEMES = (600, 375), ("light", "dark")
#: Emails per sheet and per row.
PER_SHEET, PER_ROW = 9, 3
#: Screenshot name -> (scene, language, width, scheme)
CHOSEN = {
    "mail-invitation": ("invitation_sent", "es", 600, "light"),
    "mail-digest": ("notices_mailed", "pt-BR", 600, "dark"),
    "mail-delivered": ("idea_status_changed.delivered_answered", "pt-BR", 375, "light"),
    "mail-refusal": ("access_refused", "pt-BR", 375, "light"),
    "mail-password": ("password_changed", "en", 375, "dark"),
}


def main() -> None:
    """Take the sheets, or the screenshots of docs/screenshots/."""
    with _portal() as (app, database), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        if sys.argv[1:]:
            _sheets(browser, app, database, Path(sys.argv[1]), tuple(sys.argv[2:]) or ("",))
        else:
            _screenshots(browser, app, database)
        browser.close()


@contextmanager
def _portal() -> Iterator[tuple[Flask, Database]]:
    """Yield a portal with the cast of the tests, and its database."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder))
        settings = {"PORTAL_ENV": "test", "INSTANCE_PATH": folder, "DATABASE_URL": database.url, "LOG_LEVEL": "error",
                 "SECRET_KEY": "a-secret-for-pictures-only-0123456789", "CPF_KEY": cast.CPF_RING}  # fmt: skip
        app = create_app(config.read(settings))
        database.prepare(app)
        yield app, database


def _email(app: Flask, database: Database, name: str, language: str) -> SentEmail:
    database.reset()
    with app.app_context():
        set_mode(Mode.WRITE)
        own = scenes.play(SCENES[name], language).own
        db.session.remove()
        db.engine.dispose()
    return own


def _sheets(browser: Browser, app: Flask, database: Database, folder: Path, wanted: tuple[str, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name in SCENES if name.startswith(wanted)]
    for language in LANGUAGES:
        emails = {name: _email(app, database, name, language) for name in names}
        texts = (f"=== {name}\n{sent.mail['Subject']}\n\n{text_of(sent.mail)}" for name, sent in emails.items())
        (folder / f"{language}.txt").write_text("\n".join(texts), encoding="utf-8")
        for first in range(0, len(names), PER_SHEET):
            some = {name: emails[name] for name in names[first : first + PER_SHEET]}
            for width in WIDTHS:
                for scheme in SCHEMES:
                    path = folder / f"{language}-{width}-{scheme}-{first // PER_SHEET + 1:02}.png"
                    _shoot(browser, _sheet(some, width), width * PER_ROW + 40, scheme, path)


def _screenshots(browser: Browser, app: Flask, database: Database) -> None:
    for file_name, (name, language, width, scheme) in CHOSEN.items():
        path = FOLDER / f"{file_name}-{width}-{scheme}.png"
        _shoot(browser, _page(_email(app, database, name, language)), width, scheme, path)
        size = path.stat().st_size
        print(f"{path.relative_to(ROOT)}  {size // 1000} kB")
        assert size <= MAX_BYTES, f"{path.name} is {size} bytes"


def _page(sent: SentEmail) -> str:
    part = sent.mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def _sheet(emails: dict[str, SentEmail], width: int) -> str:
    """Render emails in a grid, each in a frame under its subject."""
    frames = "".join(
        f"<div><b>{escape(name)}</b><br>{escape(str(sent.mail['Subject']))}<br>"
        f'<iframe width="{width}" srcdoc="{escape(_page(sent))}"></iframe></div>'
        for name, sent in emails.items()
    )
    style = f":root {{ color-scheme: light dark }} body {{ font: 13px sans-serif; display: grid; grid-template-columns: repeat({PER_ROW}, {width}px); gap: 8px }}"
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
