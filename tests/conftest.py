"""Shared fixtures: one app per run, a restored database per test, the people of the cast, and test clients.

TEST_DATABASE_URL names a PostgreSQL server ("postgresql+psycopg://root@127.0.0.1/postgres"); without it
the suite runs on SQLite. Browser tests need a Chromium (CHROMIUM, or a usual name on the PATH).
"""

import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import Context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.datastructures import Headers

from ideas import config
from ideas.accounts import sessions
from ideas.accounts.models import Person
from ideas.app import create_app
from ideas.cli.serving import IN_MEMORY
from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.outbox import transports
from tests import cast, make
from tests.database import SERVER, Database
from tests.fake_transport import FakeTransport

HTMX = {"HX-Request": "true"}
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None
)
#: Free space that the tests need in memory: the database, and files that tests upload.
MIN_FREE_BYTES = 1_000_000_000


# Hypothesis examples have no deadline: their duration depends on the load of the machine.
hypothesis.settings.register_profile("untimed", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect engine-independent tests on PostgreSQL, and browser tests without a Chromium.

    In CI a missing Chromium is an error.
    """
    need_chromium = [] if CHROMIUM else [item for item in items if item.get_closest_marker("browser")]
    if need_chromium and os.environ.get("CI") == "true":
        raise pytest.UsageError("CI needs a Chromium for the browser tests: apt-get install chromium")
    if need_chromium:
        print(
            f"\n{len(need_chromium)} browser tests deselected: no Chromium found (apt-get install chromium, or set CHROMIUM)"
        )
    sqlite_only = [item for item in items if SERVER and item.get_closest_marker("engine_independent")]
    deselected = {*need_chromium, *sqlite_only}
    if deselected:
        items[:] = [item for item in items if item not in deselected]
        config.hook.pytest_deselected(items=list(deselected))


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with _database_folder(tmp_path_factory) as folder:
        database = Database(folder)
        yield database
        database.drop()


@contextmanager
def _database_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield a folder, in memory when there is enough space, since nearly every test writes and commits."""
    if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > MIN_FREE_BYTES:
        with TemporaryDirectory(dir=IN_MEMORY, prefix="test-database-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    else:
        yield tmp_path_factory.mktemp("database")


@pytest.fixture(scope="session")
def app(database: Database) -> Iterator[Flask]:
    """The portal, created once per run; its database is restored for every test."""
    settings = config.read(
        {
            "PORTAL_ENV": "test",
            "INSTANCE_PATH": str(database.folder),
            "DATABASE_URL": database.url,
            "SECRET_KEY": "a-secret-for-tests-only-0123456789",
            "CPF_KEY": cast.CPF_RING,
            "LOG_LEVEL": "error",
            # A test must see its own writes at once.
            "PAGE_CACHE_SECONDS": "0",
            # Some tests start dozens of threads.
            "WEB_THREADS": "16",
        }
    )
    app = create_app(settings)
    database.prepare(app)
    with app.app_context():
        database.watch(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def clean_database(app: Flask, database: Database, request: pytest.FixtureRequest) -> Iterator[None]:
    """Give each test a restored database and an app context.

    A test marked `engine_independent` may not query the database, unless it is a browser test.
    """
    with app.app_context():
        if database.used:
            database.reset()
        set_mode(Mode.WRITE)
        yield
        db.session.remove()
        database.release(db.engine)
    if request.node.get_closest_marker("engine_independent") and not request.node.get_closest_marker("browser"):
        assert not database.used, "the test queries the database, so it must run on both engines"


def _person_fixture(key: str) -> Any:
    @pytest.fixture(name=key)
    def person() -> Person:
        return make.person(key)

    return person


ana, bruno, carla, davi, elisa = map(_person_fixture, ("ana", "bruno", "carla", "davi", "elisa"))
fabio, gilda, heitor, iris, joao = map(_person_fixture, ("fabio", "gilda", "heitor", "iris", "joao"))


class Browser(FlaskClient):
    """A test client. Each request runs in its own context, as on a server.

    Before a request the test's session is committed; after it, its objects are expired.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        try:
            return Context().run(super().open, *args, **kwargs)
        finally:
            db.session.expire_all()

    def post(self, path: str, **kwargs: Any) -> Any:
        """Send a form as a page of the portal does, with a valid CSRF token, unless the test gives one.

        `from_portal=False` sends neither Sec-Fetch-Site nor Origin.
        """
        data = dict(kwargs.pop("data", None) or {})
        if kwargs.pop("csrf", True) and "csrf_token" not in data:
            data["csrf_token"] = self.csrf_token()
        headers = Headers(kwargs.pop("headers", None))
        if kwargs.pop("from_portal", True) and "Origin" not in headers:
            headers.setdefault("Sec-Fetch-Site", "same-origin")
        kwargs["headers"] = headers
        return super().post(path, data=data, **kwargs)

    def csrf_token(self) -> str:
        """Return the token that a page rendered for this client contains."""

        def token() -> str:
            from flask_wtf.csrf import generate_csrf

            with self.application.test_request_context(), self.session_transaction() as session:
                from flask import session as request_session

                request_session.update(session)
                value = generate_csrf()
                session["csrf_token"] = request_session["csrf_token"]
            return str(value)

        return Context().run(token)


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """`browser(ana)` returns a client signed in as Ana; `browser()` a visitor's."""
    app.test_client_class = Browser

    def open_browser(person: Person | None = None, **options: Any) -> Browser:
        client = app.test_client(**options)
        if person is not None:
            companies = make.companies_of(person)
            token = sessions.start(person, company_id=companies[0].id if companies else None, device="Teste")
            db.session.commit()
            with client.session_transaction() as session:
                session["_user_id"] = token
                # Tests that move the clock are not asked for the password again, unless they are about that.
                session["proved_at"] = 2**33
                session.permanent = True
        return client  # type: ignore[return-value]

    return open_browser


@pytest.fixture
def events() -> Iterator[list[Any]]:
    """The log events of the test, from level "info" up."""
    configured = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with structlog.testing.capture_logs() as logged:
        yield logged
    structlog.configure(**configured)


@pytest.fixture
def transport(monkeypatch: pytest.MonkeyPatch) -> FakeTransport:
    """Replace the transport by one that stores emails; `transport.deliver()` does what the worker does."""
    transport = FakeTransport()
    monkeypatch.setattr(transports, "open_transport", lambda _: nullcontext(transport))
    return transport


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL statements sent inside the block, without BEGIN, COMMIT, savepoints and pragmas."""
    sent: list[str] = []

    def collect(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", collect)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", collect)


@pytest.fixture
def at_once(app: Flask) -> Callable[[int, Callable[[int], Any]], list[Any]]:
    """`at_once(200, work)` calls work(0) … work(199) in threads that start together.

    Each thread has its own app context and session. An exception is returned as its result.
    """

    def run(times: int, work: Callable[[int], Any]) -> list[Any]:
        db.session.commit()
        results: list[Any] = [None] * times
        barrier = threading.Barrier(times)

        def call(index: int) -> None:
            with app.app_context():
                set_mode(Mode.WRITE)
                barrier.wait()
                try:
                    results[index] = work(index)
                except Exception as error:
                    results[index] = error
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=call, args=(index,)) for index in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        db.session.expire_all()
        return results

    return run
