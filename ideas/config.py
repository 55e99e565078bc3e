"""Settings: read from the environment once, validated and documented.

`read()` returns a frozen `Settings`, or raises `Misconfigured` with every fault at once. In development, missing
secrets are generated and stored in the instance folder; in production they are required. README.md lists the same
settings, and a test compares the two.
"""

import base64
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
HTMX_CDN = "https://cdn.jsdelivr.net/npm/htmx.org@4.0.1/dist/htmx.min.js"
#: SHA-384 of the file in the package registry's tarball; a self-hosted copy must be identical.
HTMX_INTEGRITY = "sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"


#: The file in INSTANCE_PATH with the answers given to `bin/portal setup`. The environment overrides it.
SETTINGS_FILE = "portal.env"


class Misconfigured(Exception):
    """The portal can't start with these settings; `faults` lists the reasons."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def setting(about: str, default: Any = "") -> Any:
    """Declare a setting; `about` is its description in the README."""
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting of the portal. The environment variable is the field's name in upper case."""

    portal_env: str = setting("`development`, `test` or `production`", "development")
    instance_path: Path = setting("folder of the local database, uploads, keys and assets", ROOT / "instance")
    database_url: str = setting("SQLite (default: a file in `INSTANCE_PATH`) or `postgresql://…`")
    secret_key: str = setting("signs cookies and tokens; at least 32 characters (generated in development)")
    cpf_key: str = setting(
        "the key ring that protects CPFs: `id:key,…`, keys of 32 bytes in base64; the first one encrypts"
    )
    portal_name: str = setting("the portal's name on every page and email", "Central de Ideias")
    portal_vendor: str = setting("the vendor's name", "Horizonte Sistemas")
    portal_url: str = setting("the public address, without a trailing slash (in development `http://localhost:PORT`)")
    portal_reading: str = setting("`public`, or `members` to require sign-in for reading", "public")
    trusted_proxies: int = setting(
        "number of reverse proxies in front of the portal, whose forwarded headers are trusted", 0
    )
    host: str = setting("the address that `bin/run` listens on", "127.0.0.1")
    port: int = setting("the port that `bin/run` listens on", 8000)
    web_processes: int = setting("gunicorn processes", 2)
    web_threads: int = setting("threads per process", 4)
    htmx_url: str = setting("the CDN's address of htmx, or your own copy of the same file", HTMX_CDN)
    brand_hue: int = setting("the brand's hue, 0–359 (OKLCH)", 205)
    brand_logo: str = setting("address of a logo on the same origin, shown beside the name; empty for none")
    mail_server: str = setting("SMTP server; if empty, emails are written to the instance folder")
    mail_port: int = setting("its port", 587)
    mail_username: str = setting("its user name")
    mail_password: str = setting("its password")
    mail_from: str = setting("sender of every email", "portal@localhost")
    page_cache_seconds: int = setting(
        "seconds for which a visitor's page, and counts and panels that all readers share, are cached; 0 for none", 1
    )
    rate_limit_url: str = setting("where the rate limits are counted: `memory://` or `redis://…`", "memory://")
    log_level: str = setting("`debug`, `info`, `warning` or `error`", "info")

    @property
    def in_production(self) -> bool:
        return self.portal_env == "production"

    @property
    def secure(self) -> bool:
        """Whether the portal is served over HTTPS: cookies then have the `__Host-` prefix and are Secure."""
        return self.portal_url.startswith("https://")

    @property
    def cookie_name(self) -> str:
        return "__Host-session" if self.secure else "session"

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def htmx_source(self) -> str:
        """The source for the content security policy: the package's path, never the whole CDN."""
        if self.htmx_url.startswith("/"):
            return ""
        folder = self.htmx_url.removesuffix("htmx.min.js").removesuffix("dist/")
        return folder if folder.endswith("/") else folder + "/"


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the validated settings. Raises Misconfigured with every fault."""
    environ = _with_saved(os.environ) if environ is None else environ
    faults: list[str] = []
    values = {f.name: _parse(f.name, f.default, environ[f.name.upper()], faults)
              for f in fields(Settings) if environ.get(f.name.upper())}  # fmt: skip
    settings = _with_defaults(Settings(**values), faults)
    faults += _faults(settings)
    if faults:
        raise Misconfigured(faults)
    return settings


def save(instance_path: Path, values: Mapping[str, object]) -> Path:
    """Store settings for the next start and return the file. The environment overrides them."""
    path = instance_path / SETTINGS_FILE
    saved = _read_saved(path) | {name.upper(): str(value) for name, value in values.items()}
    temporary = path.with_suffix(".new")
    instance_path.mkdir(parents=True, exist_ok=True)
    with open(os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in saved.items())
    return temporary.replace(path)


def _with_saved(environ: Mapping[str, str]) -> Mapping[str, str]:
    folder = Path(environ.get("INSTANCE_PATH") or ROOT / "instance")
    return _read_saved(folder / SETTINGS_FILE) | dict(environ)


def _read_saved(path: Path) -> dict[str, str]:
    """Parse the NAME=value lines of a file, if it exists."""
    if not path.is_file():
        return {}
    lines = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in lines if value.strip()}


def _parse(name: str, default: Any, text: str, faults: list[str]) -> Any:
    if isinstance(default, Path):
        return Path(text).resolve()
    if isinstance(default, int):
        if not re.fullmatch(r"[0-9]{1,6}", text):
            faults.append(f"{name.upper()} must be a whole number, not {text!r}")
            return default
        return int(text)
    return text.rstrip("/") if name == "portal_url" else text


def _with_defaults(settings: Settings, faults: list[str]) -> Settings:
    """Add the defaults that depend on other settings; in development also the URL and the keys."""
    given = {f.name: getattr(settings, f.name) for f in fields(Settings)}
    if not settings.database_url:
        # A folder's name may have any character: `?` and `%` have a meaning in an address put together as text.
        given["database_url"] = URL.create(
            "sqlite", database=str(settings.instance_path / "portal.db")
        ).render_as_string()
    elif settings.database_url.startswith(("postgresql://", "postgres://")):
        given["database_url"] = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", settings.database_url)
    if settings.portal_env != "production":
        settings.instance_path.mkdir(parents=True, exist_ok=True)
        given["portal_url"] = settings.portal_url or f"http://localhost:{settings.port}"
        given["secret_key"] = settings.secret_key or _read_or_create(settings.instance_path / "secret_key", _new_secret)
        given["cpf_key"] = settings.cpf_key or _read_or_create(settings.instance_path / "cpf_key", _new_key_ring)
    return Settings(**given)


def _new_secret() -> str:
    return secrets.token_urlsafe(48)


def _new_key_ring() -> str:
    return "dev1:" + base64.b64encode(secrets.token_bytes(32)).decode()


def _read_or_create(path: Path, generate: Callable[[], str]) -> str:
    """Read the key from the file, or create it. Two processes that start at the same time use the same key."""
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(generate())
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()


def _faults(settings: Settings) -> list[str]:
    faults = []
    if settings.portal_env not in {"development", "test", "production"}:
        faults.append(f"PORTAL_ENV is development, test or production, not {settings.portal_env!r}")
    if settings.portal_reading not in {"public", "members"}:
        faults.append(f"PORTAL_READING is public or members, not {settings.portal_reading!r}")
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append("DATABASE_URL must begin with sqlite:/// or postgresql://")
    elif not _is_database_url(settings.database_url):
        faults.append("DATABASE_URL is not a complete address")
    faults += _value_faults(settings)
    if settings.brand_hue > 359:
        faults.append("BRAND_HUE is between 0 and 359")
    address = urlsplit(settings.portal_url)
    if address.scheme not in {"http", "https"} or not address.hostname or address.path:
        faults.append("PORTAL_URL is an address such as https://ideias.example.com, without a path")
    if not settings.htmx_url.startswith(("https://", "/")) or not settings.htmx_url.endswith("htmx.min.js"):
        faults.append("HTMX_URL is an https address or a path of this portal, ending in htmx.min.js")
    if settings.cpf_key and not _is_key_ring(settings.cpf_key):
        faults.append("CPF_KEY is `id:key,…`, each key 32 bytes in base64")
    if settings.in_production:
        faults += _production_faults(settings)
    return faults


def _is_database_url(text: str) -> bool:
    try:
        make_url(text)
    except (ArgumentError, ValueError):
        return False
    return True


def _value_faults(settings: Settings) -> list[str]:
    """Check the settings that are first used later, in the form in which they are used."""
    faults = [f"{name.upper()} is between 1 and 65535" for name in ("port", "mail_port")
              if not 1 <= getattr(settings, name) <= 65535]  # fmt: skip
    faults += [f"{name.upper()} is at least 1" for name in ("web_processes", "web_threads")
               if getattr(settings, name) < 1]  # fmt: skip
    if not is_mailbox(settings.mail_from):
        faults.append("MAIL_FROM is an address such as portal@example.com, without a name: the name is PORTAL_NAME")
    if not re.fullmatch(r"[\w.:-]*", settings.mail_server) or re.search(r"[^:]:[0-9]+$", settings.mail_server):
        faults.append("MAIL_SERVER is the name of a server, without a port: the port is MAIL_PORT")
    if not re.fullmatch(r"[\w.:%-]+", settings.host):
        faults.append("HOST is an address such as 127.0.0.1 or ::1, without a port or brackets")
    if settings.log_level.lower() not in {"debug", "info", "warning", "error"}:
        faults.append(f"LOG_LEVEL is debug, info, warning or error, not {settings.log_level!r}")
    if urlsplit(settings.rate_limit_url).scheme not in {"memory", "redis", "rediss"}:
        faults.append("RATE_LIMIT_URL begins with memory:// or redis://")
    if settings.brand_logo and (not settings.brand_logo.startswith("/") or settings.brand_logo.startswith("//")):
        faults.append("BRAND_LOGO is a path of this portal, such as /static/logo.svg")
    return faults


def is_mailbox(address: str) -> bool:
    """Return whether the text is an email address alone, which a header can carry."""
    try:
        return bool(re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", address)) and bool(Address(addr_spec=address).domain)
    except (ValueError, IndexError, HeaderParseError):
        return False


def _is_key_ring(text: str) -> bool:
    """Return whether each part is an id and 32 bytes in base64. `accounts` parses the key ring itself."""
    for part in text.split(","):
        name, _, key = part.partition(":")
        try:
            if not name or len(base64.b64decode(key, validate=True)) != 32:
                return False
        except ValueError:
            return False
    return True


def _production_faults(settings: Settings) -> list[str]:
    faults = []
    if not settings.secret_key:
        faults.append("SECRET_KEY is missing")
    elif len(settings.secret_key) < 32 or len(set(settings.secret_key)) < 12:
        faults.append("SECRET_KEY is weak: at least 32 characters from a random generator")
    if not settings.cpf_key:
        faults.append("CPF_KEY is missing: the README says how to make one")
    if not settings.secure:
        faults.append("PORTAL_URL must be an https address")
    if os.environ.get("FLASK_DEBUG") not in {None, "", "0"}:
        faults.append("FLASK_DEBUG must not be set")
    return faults
