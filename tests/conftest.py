"""The stage: one app, a fresh copy of a prepared database for every test, a fixed cast, a browser.

TEST_DATABASE_URL names a PostgreSQL server ("postgresql+psycopg://root@127.0.0.1/postgres"); without it
the suite runs on SQLite. Browser tests need a Chromium (CHROMIUM, or a usual name on the PATH).
"""

import logging
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import Context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import psycopg
import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Engine, QueuePool, create_engine, event, make_url, text

from ideas import config, jobs
from ideas.accounts import sessions
from ideas.accounts.models import Person
from ideas.app import create_app
from ideas.cli.serving import IN_MEMORY
from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.outbox import transports
from tests import cast, make, refilling
from tests.postman import Postman

HTMX = {"HX-Request": "true"}
SERVER = os.environ.get("TEST_DATABASE_URL", "")
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None
)
#: Bytes that a stage may need: uploads and their like among them.
ROOM = 1_000_000_000
#: No test is about a power cut, so no commit waits for the disk.
QUICK = "-c synchronous_commit=off"
#: Connections that the portal may leave open between two tests.
MAX_IDLE = 3
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("untimed", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what need not run here: on PostgreSQL the tests that SQLite answers for, and browser tests without
    a Chromium, in one line. In CI a missing Chromium is a failure."""
    wanting = [] if CHROMIUM else [item for item in items if item.get_closest_marker("browser")]
    if wanting and os.environ.get("CI") == "true":
        raise pytest.UsageError("CI needs a Chromium for the browser tests: apt-get install chromium")
    if wanting:
        print(f"\n{len(wanting)} browser tests left out: no Chromium found (apt-get install chromium, or set CHROMIUM)")
    answered = [item for item in items if SERVER and item.get_closest_marker("engine_independent")]
    left_out = {*wanting, *answered}
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=list(left_out))


class Stage:
    """The database a test plays on: a template, made once a run, and a copy of it for each test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"ideas_test_{WORKER}_{os.getpid()}"
        #: Whether anybody has asked the database anything since it was fresh.
        self.used = True
        #: PostgreSQL's process ids of the connections in the portal's pool, which survive a reset.
        self._pooled: set[int] = set()
        self._connection: psycopg.Connection[Any] | None = None

    @property
    def url(self) -> str:
        if SERVER:
            address = make_url(SERVER).set(database=self.name).update_query_dict({"options": QUICK})
            return address.render_as_string(hide_password=False)
        return f"sqlite:///{self.folder / 'stage.db'}"

    def prepare(self, app: Flask) -> None:
        if SERVER:
            self._admin(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", f"CREATE DATABASE {self.name}")
        with app.app_context():
            set_mode(Mode.WRITE)
            upgrade()
            jobs.migrate(db.engine)
            cast.seed()
            db.session.remove()
            db.engine.dispose()
        if SERVER:
            refilling.keep(self._own())
            self._leave()
            self._admin(f"DROP DATABASE IF EXISTS {self.name}_template WITH (FORCE)",
                        f"CREATE DATABASE {self.name}_template TEMPLATE {self.name}")  # fmt: skip
        else:
            shutil.copy(self._settled(), self.folder / "template.db")

    def _settled(self) -> Path:
        """The SQLite file with its write-ahead log folded in."""
        path = self.folder / "stage.db"
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return path

    def reset(self) -> None:
        self.used = False
        if SERVER:
            refilling.end_others(self._own(), idle=self._pooled)
            if not refilling.refill(self._own()):
                self._leave()
                self._admin(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
                            f"CREATE DATABASE {self.name} TEMPLATE {self.name}_template")  # fmt: skip
                db.engine.dispose()
                self._pooled.clear()
            return
        # A new file takes the name: a request still running keeps the old one, and harms nobody.
        shutil.copy(self.folder / "template.db", self.folder / "next.db")
        for ending in ("-wal", "-shm"):
            (self.folder / f"stage.db{ending}").unlink(missing_ok=True)
        (self.folder / "next.db").replace(self.folder / "stage.db")

    def watch(self, engine: Engine) -> None:
        """Notice whether the portal's engine is used at all, and which connections it opens."""
        event.listen(engine, "checkout", self._note_use)
        if SERVER:
            event.listen(engine, "connect", self._note_connection)

    def _note_use(self, *checkout: object) -> None:
        self.used = True

    def _note_connection(self, connection: Any, *record: object) -> None:
        self._pooled.add(connection.info.backend_pid)

    def let_go(self, engine: Engine) -> None:
        """Close the portal's connections. Those of PostgreSQL stay open when none is in use: opening costs 10 ms."""
        pool = engine.pool
        if SERVER and isinstance(pool, QueuePool) and not pool.checkedout() and pool.checkedin() <= MAX_IDLE:
            return
        engine.dispose()
        self._pooled.clear()

    def drop(self) -> None:
        if SERVER:
            self._leave()
            for name in (self.name, f"{self.name}_template"):
                self._admin(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _own(self) -> psycopg.Connection[Any]:
        """The stage's own connection to its database, beside the portal's. It stays open: opening costs 10 ms."""
        if self._connection is None or self._connection.closed:
            address = make_url(SERVER).set(drivername="postgresql", database=self.name)
            self._connection = psycopg.connect(
                address.render_as_string(hide_password=False), autocommit=True, options=refilling.OPTIONS
            )
        return self._connection

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _admin(self, *statements: str) -> None:
        engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with _place(tmp_path_factory) as folder:
        stage = Stage(folder)
        yield stage
        stage.drop()


@contextmanager
def _place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the stage stands: in memory where there is room, since nearly every test writes and commits."""
    if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM:
        with TemporaryDirectory(dir=IN_MEMORY, prefix="stage-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    else:
        yield tmp_path_factory.mktemp("stage")


@pytest.fixture(scope="session")
def app(stage: Stage) -> Iterator[Flask]:
    """The portal, made once; its database is swapped under it for every test."""
    settings = config.read(
        {
            "PORTAL_ENV": "test",
            "INSTANCE_PATH": str(stage.folder),
            "DATABASE_URL": stage.url,
            "SECRET_KEY": "a-secret-for-tests-only-0123456789",
            "CPF_KEY": cast.CPF_RING,
            "LOG_LEVEL": "error",
            # Every test reads what is there at that moment.
            "PAGE_CACHE_SECONDS": "0",
            # Tests run dozens of threads at once.
            "WEB_THREADS": "16",
        }
    )
    app = create_app(settings)
    stage.prepare(app)
    with app.app_context():
        stage.watch(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def fresh(app: Flask, stage: Stage, request: pytest.FixtureRequest) -> Iterator[None]:
    """Give each test a fresh database and an app context.

    A test marked `engine_independent` may not query the database at all, unless it looks at pages in a browser.
    """
    with app.app_context():
        if stage.used:
            stage.reset()
        set_mode(Mode.WRITE)
        yield
        db.session.remove()
        stage.let_go(db.engine)
    if request.node.get_closest_marker("engine_independent") and not request.node.get_closest_marker("browser"):
        assert not stage.used, "it queries the database, so it must run on both engines"


def _of_the_cast(key: str) -> Any:
    @pytest.fixture(name=key)
    def one() -> Person:
        return make.person(key)

    return one


ana, bruno, carla, davi, elisa = map(_of_the_cast, ("ana", "bruno", "carla", "davi", "elisa"))
fabio, gilda, heitor, iris, joao = map(_of_the_cast, ("fabio", "gilda", "heitor", "iris", "joao"))


class Browser(FlaskClient):
    """A person's browser. Each request runs in a context of its own, as on a server.

    What the test did so far is committed first, and what the request did is seen afterwards.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        try:
            return Context().run(super().open, *args, **kwargs)
        finally:
            db.session.expire_all()

    def post(self, path: str, **kwargs: Any) -> Any:
        """A form sent from the portal's own page: with its CSRF token, unless the test gives one."""
        data = dict(kwargs.pop("data", None) or {})
        if kwargs.pop("csrf", True) and "csrf_token" not in data:
            data["csrf_token"] = self.csrf_token()
        kwargs.setdefault("headers", {})
        return super().post(path, data=data, **kwargs)

    def csrf_token(self) -> str:
        """The token that a page shown to this browser would hold."""

        def token() -> str:
            from flask_wtf.csrf import generate_csrf

            with self.application.test_request_context(), self.session_transaction() as session:
                from flask import session as own

                own.update(session)
                made = generate_csrf()
                session["csrf_token"] = own["csrf_token"]
            return str(made)

        return Context().run(token)


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """`browser(ana)` is Ana's browser, signed in; `browser()` is a visitor's."""
    app.test_client_class = Browser

    def open_browser(person: Person | None = None, **options: Any) -> Browser:
        client = app.test_client(**options)
        if person is not None:
            companies = make.companies_of(person)
            token = sessions.begin(person, company_id=companies[0].id if companies else None, device="Teste")
            db.session.commit()
            with client.session_transaction() as session:
                session["_user_id"] = token
                session.permanent = True
        return client  # type: ignore[return-value]

    return open_browser


@pytest.fixture
def events() -> Iterator[list[Any]]:
    """What the portal writes into its log meanwhile, from "info" on."""
    held = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with structlog.testing.capture_logs() as seen:
        yield seen
    structlog.configure(**held)


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Postman:
    """Takes the mails that would leave: `postman.round()` is what the worker does."""
    postman = Postman()
    monkeypatch.setattr(transports, "opened", lambda _: nullcontext(postman))
    return postman


class Statements(list[str]):
    """The SQL statements sent while counting."""


@contextmanager
def statements() -> Iterator[Statements]:
    """Count the statements sent to the database inside (BEGIN, COMMIT and pragmas apart)."""
    sent = Statements()

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def at_once(app: Flask) -> Callable[[int, Callable[[int], Any]], list[Any]]:
    """`at_once(200, work)` calls work(0) … work(199) in threads that start together.

    Each has its own app context and session; what it raises is its result.
    """

    def run(times: int, work: Callable[[int], Any]) -> list[Any]:
        db.session.commit()
        results: list[Any] = [None] * times
        barrier = threading.Barrier(times)

        def one(place: int) -> None:
            with app.app_context():
                set_mode(Mode.WRITE)
                barrier.wait()
                try:
                    results[place] = work(place)
                except Exception as fault:
                    results[place] = fault
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=one, args=(place,)) for place in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        db.session.expire_all()
        return results

    return run
