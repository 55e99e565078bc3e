"""`bin/portal serve`: migrate the database, then run the web server and one worker.

What `bin/run` calls. In development an empty database gets the demo community, and the terminal
shows who can sign in; those lines are never logged.
"""

import logging
import os
import socket
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
import flask_migrate
from flask import Flask, current_app
from flask.cli import with_appcontext
from gunicorn.app.base import BaseApplication
from sqlalchemy import select

from ideas import jobs, statements
from ideas.accounts.models import Person
from ideas.cli import supervising, worker
from ideas.conduct import publishing
from ideas.config import ROOT, Settings
from ideas.db import db
from ideas.modes import Mode, in_mode

#: Seconds for running requests and jobs to finish, and for the start.
GRACE = 10
PATIENCE = 30
IN_MEMORY = "/dev/shm"  # noqa: S108 - gunicorn creates a private file there
#: The people of the demo that the README lists.
DEMO = ROOT / "ideas" / "demo"
SHOWN = 10


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Run the portal: migrate the database, then serve until Ctrl-C."""
    settings: Settings = current_app.extensions["settings"]
    _ensure_free(settings)
    with in_mode(Mode.WRITE):
        bring_up_to_date(settings)
    people = list(_demo_people(sys.stdout.isatty())) if settings.portal_env == "development" else []
    db.session.remove()
    db.engine.dispose()
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy's own method
    statements.warm(app)
    web, jobs = Web(app, _options(settings)), partial(worker.run, app)
    sys.exit(supervising.supervise(web.run, jobs, lambda: _introduce(settings, people)))


def migrate() -> None:
    """Migrate the tables and the job engine's, and publish the shipped code of conduct."""
    for library in ("alembic", "dbos"):
        logging.getLogger(library).setLevel(logging.WARNING)
    flask_migrate.upgrade()
    jobs.migrate(db.engine)
    publishing.publish_shipped()
    db.session.commit()


def bring_up_to_date(settings: Settings) -> None:
    """Migrate; in development, also seed the demo into an empty database."""
    migrate()
    if settings.portal_env == "development" and db.session.scalar(select(Person.id).limit(1)) is None:
        from ideas.demo import seeding

        click.echo("Making the demo community: this happens once.")
        seeding.seed()
        db.session.commit()


def _ensure_free(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as fault:
            raise click.ClickException(
                f"can't listen on {settings.host}, port {settings.port}: {fault.strerror}. "
                f"Is the portal running already? Another port: PORT={settings.port + 1} bin/run"
            ) from None


class Web(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn, serving an app that is already loaded."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app, self._options = app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def _options(settings: Settings) -> dict[str, Any]:
    options = {
        # In an address with a port, an IPv6 address stands in brackets.
        "bind": f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}",
        "workers": settings.web_processes,
        "worker_class": "gthread",
        "threads": settings.web_threads,
        "preload_app": True,
        "graceful_timeout": GRACE,
        # The portal itself decides which proxies it trusts (TRUSTED_PROXIES).
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
        "loglevel": "warning",
    }
    # Workers send heartbeats through a file: in memory, a slow disk does not look like a dead process.
    return options | ({"worker_tmp_dir": IN_MEMORY} if os.access(IN_MEMORY, os.W_OK) else {})


def _introduce(settings: Settings, people: Sequence[str]) -> None:
    """Print the portal's address once it answers, and who can sign in."""
    _await(settings)
    shown = [f"{settings.portal_name}: http://localhost:{settings.port}", *people, "Ctrl-C stops it."]
    click.echo("\n" + "\n".join(f"  {line}".rstrip() for line in shown) + "\n")


def _await(settings: Settings) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection((settings.host, settings.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def _demo_people(on_terminal: bool) -> Iterator[str]:
    """Print who of the demo can sign in. CPFs and the password are printed to a terminal only, never to a file."""
    demo = _read(DEMO / "people.toml")
    if db.session.scalar(select(Person.id).where(Person.email == demo["people"][0]["email"])) is None:
        return
    companies = {company["key"]: company for company in _read(DEMO / "companies.toml")["companies"]}
    shown = [(person["name"], _who(person, companies), person["cpf"]) for person in demo["people"][:SHOWN]]
    yield ""
    for name, who, cpf in shown:
        secret = f"{cpf}  {demo['password']}" if on_terminal else "(CPF and password: README.md)"
        yield f"{name:<{_width(shown, 0)}}  {who:<{_width(shown, 1)}}  {secret}"
    yield ""


def _width(rows: list[tuple[str, str, str]], column: int) -> int:
    return max(len(row[column]) for row in rows)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _who(person: dict[str, Any], companies: dict[str, Any]) -> str:
    if person.get("roles"):
        return ", ".join(person["roles"]).replace("_", " ")
    of = [companies[key] for key in person["companies"]]
    if len(of) > 1:
        return f"member of {len(of)} companies"
    what = "administrator" if of[0]["administrator"] == person["key"] else "customer"
    return f"{'suspended ' if 'suspension' in person else ''}{what}, {of[0]['name']}"
