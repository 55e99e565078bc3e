"""The portal, assembled: every part, in order. Nothing imports this but wsgi.py, commands and tests."""

from datetime import timedelta

from flask import Flask, request
from flask_compress import Compress
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy import inspect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from ideas import config, logs
from ideas.accounts import documents
from ideas.accounts.routes import reauthentication
from ideas.cli.audit import audit
from ideas.cli.ideas import ideas as idea_commands
from ideas.cli.keys import keys
from ideas.cli.people import people
from ideas.cli.releases import releases as release_commands
from ideas.cli.rights import rights
from ideas.cli.serving import serve
from ideas.cli.setup import setup
from ideas.cli.translations import translations
from ideas.cli.worker import worker
from ideas.config import ROOT, Misconfigured, Settings
from ideas.db import db, prepare
from ideas.demo import seeding
from ideas.drafts.routes import pending_forms, returned_forms
from ideas.modes import Mode, set_mode
from ideas.notifications.routes import unsubscribing
from ideas.web import (
    addresses,
    assets,
    components,
    context,
    gate,
    headers,
    health,
    icons,
    languages,
    preferences,
    rate_limits,
    refusals,
    shared_cache,
    site,
    uploads,
)
from ideas.web.indentation import Unindented
from ideas.web.page_cache import PageCache
from ideas.wiring import blueprints, jobs, menus, registries


def create_app(settings: Settings | None = None) -> Flask:
    """The portal with these settings (the environment's, unless given)."""
    settings = settings or config.read()
    app = Flask(
        "ideas",
        root_path=str(ROOT / "ideas"),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
        instance_path=str(settings.instance_path),
    )
    app.extensions["settings"] = settings
    app.config.from_mapping(_flask_settings(settings))
    logs.configure(settings, mask=documents.mask_cpfs)
    _database(app)
    if settings.in_production:
        _refuse_demo(app)
    _web(app, settings)
    registries.register(app)
    jobs.register()
    blueprints.register(app)
    menus.register()
    _commands(app)
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": settings.web_threads, "max_overflow": 4},
        "SESSION_COOKIE_NAME": settings.cookie_name,
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        # The longest a session lasts; the row's own limits are shorter.
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        # The token lives with the session.
        "WTF_CSRF_TIME_LIMIT": None,
        # The gate asks where a form comes from; not every browser sends a Referer.
        "WTF_CSRF_SSL_STRICT": False,
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 200,
        "TESTING": settings.portal_env == "test",
        "PROPAGATE_EXCEPTIONS": False,
    }


def _database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    Migrate(app, db, directory=str(ROOT / "ideas" / "migrations"), render_as_batch=True)
    # Before every other handler, since others may query.
    app.before_request(_choose_mode)
    app.teardown_request(lambda _: set_mode(Mode.TRANSACTION))


def _choose_mode() -> None:
    set_mode(Mode.READ if request.method in gate.SAFE_METHODS else Mode.WRITE)


def _refuse_demo(app: Flask) -> None:
    """Everyone knows the demo people's password: no production portal starts while they exist."""
    with app.app_context():
        if inspect(db.engine).has_table("person") and seeding.present():
            raise Misconfigured(["the demo people are in this database: give production one of its own"])
        db.session.remove()
        # Processes forked from this one open connections of their own.
        db.engine.dispose()


def _web(app: Flask, settings: Settings) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension(Unindented)
    built = assets.build(ROOT / "static", settings.instance_path / "assets", settings.brand_hue)
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=built.folder, prefix="assets/", max_age=31_536_000)  # type: ignore[method-assign]
    if settings.page_cache_seconds:
        app.wsgi_app = PageCache(app.wsgi_app, cookie=settings.cookie_name, seconds=settings.page_cache_seconds)  # type: ignore[method-assign]
    shared_cache.install(app, settings.page_cache_seconds)
    _believe_proxies(app, settings.trusted_proxies)
    addresses.install_converters(app)
    headers.install(app, settings)
    Compress(app)
    icons.install(app, built)
    languages.install(app)
    uploads.install(app)
    addresses.drop_secret_parameters(app, documents.looks_like_cpf)
    gate.install(app, ask_to_sign_in=pending_forms.store_and_ask_to_sign_in)
    if settings.portal_env != "test":
        rate_limits.install(app, settings.rate_limit_url)
    csrf = CSRFProtect(app)
    reauthentication.install(app)
    context.install(app, settings, asset=built.url, icon=built.icon)
    returned_forms.install(app, mask=documents.mask_cpfs)
    refusals.install(app, returned_form=returned_forms.from_request)
    for blueprint in (health.bp, site.bp, preferences.bp, components.bp):
        app.register_blueprint(blueprint)
    # Its form stands on visitors' pages, which hold no token; the gate checks where it comes from.
    csrf.exempt(preferences.bp)
    # A mail program sends it on one click; its address is signed.
    csrf.exempt(unsubscribing.bp)


def _believe_proxies(app: Flask, hops: int) -> None:
    """Take the asker's address, scheme and host from what so many proxies say; what a browser says itself is noise."""
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _commands(app: Flask) -> None:
    """The groups of bin/portal."""
    for command in (serve, setup, worker, people, audit, keys, rights, idea_commands, release_commands, translations):
        app.cli.add_command(command)
