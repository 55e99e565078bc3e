"""`bin/portal setup`: from an empty database to a portal that somebody operates.

Asks for the first operator, the vendor, the products and the mail server, and sends a test mail. Run
again, it asks only for what is missing. What belongs to the settings is kept in INSTANCE_PATH/portal.env,
which the environment overrides. A CPF or a password is never taken from the command line, which others on
the machine can read.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from ideas import clock, config, text
from ideas.accounts import email_addresses, identifying, password_rules, passwords, registering, staff
from ideas.accounts.documents import Cpf
from ideas.accounts.models import Person, Role, StaffRole
from ideas.accounts.registering import NewPerson
from ideas.cli import serving
from ideas.config import Settings
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.modes import Mode, in_mode
from ideas.outbox import composing, mail_check
from ideas.products import editing
from ideas.products.editing import TranslatedNames
from ideas.products.models import Product

Value = TypeVar("Value")

#: The settings stored in portal.env, and the question for each.
KEPT = {
    "portal_vendor": "Vendor's name",
    "portal_name": "Portal's name",
    "mail_server": "SMTP server (nothing: mail stays in the instance folder)",
    "mail_port": "Its port",
    "mail_username": "Its user (nothing if it asks for none)",
    "mail_password": "Its password",
    "mail_from": "Sender of every mail",
}


class BadEmail(Refused):
    """The text is not an email address."""

    message = N_("Este e-mail não parece completo.")


class Nameless(Refused):
    """A name is required."""

    message = N_("Escreva o nome.")


class BadPort(Refused):
    """The text is not a port number."""

    message = N_("A porta é um número de 1 a 65535.")


class Interview:
    """Answers from flags and standard input; a terminal is asked for the rest."""

    def __init__(self, given: dict[str, str], *, somebody: bool) -> None:
        self.given = given
        self.somebody = somebody

    def ask(self, name: str, question: str, read: Callable[[str], Value], *, default: str | None = None) -> Value:
        """Return the parsed answer. A wrong one is asked for again, or ends the setup without a terminal."""
        typed = self.given.get(name, default if not self.somebody else None)
        if typed is None and not self.somebody:
            raise click.ClickException(f"nobody to ask for {name}: give --{name.replace('_', '-')}, or --secrets-stdin")
        try:
            return read(typed) if typed is not None else self._prompt(name, question, read, default)
        except Refused as refusal:
            raise click.ClickException(refusal.message) from None

    def _prompt(self, name: str, question: str, read: Callable[[str], Value], default: str | None) -> Value:
        def read_or_say(typed: str) -> Value:
            try:
                return read(typed)
            except Refused as refusal:
                raise click.UsageError(refusal.message) from None

        hide = "password" in name
        value: Value = click.prompt(
            question, default=default, value_proc=read_or_say, show_default=bool(default) and not hide,
            hide_input=hide, confirmation_prompt="Repeat it" if name == "password" else False,
        )  # fmt: skip
        return value


@click.command("setup")
@click.option("--name", help="The first operator's name.")
@click.option("--email", help="Their e-mail: the test mail goes there.")
@click.option("--portal-vendor", help="The vendor's name.")
@click.option("--portal-name", help="The portal's name.")
@click.option("--product", "products", multiple=True, help="A product's name; once for each.")
@click.option("--mail-server", help="The SMTP server; empty keeps mail in the instance folder.")
@click.option("--mail-port", help="Its port.")
@click.option("--mail-username", help="Its user.")
@click.option("--mail-from", help="The sender of every mail.")
@click.option(
    "--secrets-stdin", is_flag=True, help="Read lines such as cpf=…, password=…, mail_password=… instead of asking."
)
@with_appcontext
def setup(products: tuple[str, ...], secrets_stdin: bool, **flags: str | None) -> None:
    """Set up a new portal: tables, first operator, vendor, products and mail server."""
    given = {name: value for name, value in flags.items() if value is not None}
    if secrets_stdin:
        given |= dict(line.rstrip("\r\n").split("=", 1) for line in sys.stdin if "=" in line)
    interview = Interview(given, somebody=sys.stdin.isatty() and not secrets_stdin)
    with in_mode(Mode.WRITE):
        serving.migrate()
        db.session.commit()
    email = _operator(interview)
    _products(interview, products)
    settings = _settings(interview, current_app.extensions["settings"])
    click.echo(f"{settings.portal_name} is set up. bin/run serves it; go on at {settings.portal_url}/painel")
    _try_mail(settings, email)


def _operator(interview: Interview) -> str:
    """Return the email of an operator who can sign in; create the first operator if there is none."""
    acting = select(Person).join(StaffRole, StaffRole.person_id == Person.id).where(StaffRole.role == Role.OPERATOR)
    there = db.session.scalar(acting.where(Person.locked_at.is_(None), Person.closed_at.is_(None)).order_by(Person.id))
    db.session.rollback()
    if there is not None:
        click.echo(f"operator: {there.name} <{there.email}>, as before")
        return str(there.email)
    cpf = interview.ask("cpf", "First operator's CPF", Cpf.parse)
    name = interview.ask("name", "Name", _some)
    email = interview.ask("email", "E-mail", _email)
    password = interview.ask("password", "Password (8 characters or more)", lambda typed: _password(typed, name, email))
    password_hash = passwords.hash_password(password)
    with in_mode(Mode.WRITE):
        person = identifying.person_by_cpf(cpf) or registering.register(NewPerson(name=name, email=email, cpf=cpf))
        person.password_hash = password_hash
        person.email_confirmed_at = person.email_confirmed_at or clock.now()
        staff.assign(person, staff.roles_of(person) | {Role.OPERATOR}, staff.products_of(person), by=None)
        db.session.commit()
    click.echo(f"operator: {person.name} <{person.email}>")
    return str(person.email)


def _products(interview: Interview, names: tuple[str, ...]) -> None:
    """Create the missing products; their Spanish and English names can be changed at /painel."""
    known = set(db.session.scalars(select(Product.key)))
    db.session.rollback()
    wanted = list(names)
    while not names and not known and interview.somebody:
        name = click.prompt("A product's name (nothing: no more)", default="", show_default=False).strip()
        if not name:
            break
        wanted.append(name)
    with in_mode(Mode.WRITE):
        for name in dict.fromkeys(wanted):
            if (key := text.slug(name)[:40].strip("-")) not in known:
                editing.create_product(key, TranslatedNames(name, name, name), by=None)
                click.echo(f"product: {name} ({key})")
        db.session.commit()


def _settings(interview: Interview, now: Settings) -> Settings:
    """Store the answers in portal.env, and apply them from now on."""
    values: dict[str, str | int] = {}
    for name, question in KEPT.items():
        # Without a mail server the remaining questions do not apply.
        is_needed = not name.startswith("mail_") or name == "mail_server" or values.get("mail_server", now.mail_server)
        if name in interview.given or (interview.somebody and is_needed):
            read: Callable[[str], str | int] = _port if name == "mail_port" else str.strip
            values[name] = interview.ask(name, question, read, default=str(getattr(now, name)))
    changed = {name: value for name, value in values.items() if value != getattr(now, name)}
    if changed:
        path = config.save(now.instance_path, changed)
        click.echo(f"kept in {path}: {', '.join(name.upper() for name in changed)}")
    settings = replace(now, **values)  # type: ignore[arg-type]
    composing.configure(replace(composing.mail_settings(), settings=settings))
    return settings


def _try_mail(settings: Settings, email: str) -> None:
    try:
        went = mail_check.send_test_email(settings, email)
    except Refused as refusal:
        raise click.ClickException("mail does not leave yet. " + refusal.message % refusal.facts) from None
    click.echo(f"test mail to {email}: handed to {went}")


def _some(typed: str) -> str:
    if not (name := " ".join(typed.split())):
        raise Nameless
    return name[:120]


def _email(typed: str) -> str:
    if not email_addresses.is_address(typed):
        raise BadEmail
    return email_addresses.normalize(typed)


def _port(typed: str) -> int:
    if not (typed.strip().isascii() and typed.strip().isdigit() and 0 < int(typed) < 65536):
        raise BadPort
    return int(typed)


def _password(typed: str, *own: str) -> str:
    password_rules.check(typed, *own)
    return typed
