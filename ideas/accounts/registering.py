"""Create a person: one row per CPF, for life."""

from dataclasses import dataclass, field

from sqlalchemy import exists, select

from ideas import clock
from ideas.accounts import identifying
from ideas.accounts.documents import Cpf
from ideas.accounts.models import Person
from ideas.db import db
from ideas.errors import N_, Refused


class AlreadyRegistered(Refused):
    """The CPF already has an account."""

    message = N_("Este CPF já tem cadastro. Entre com ele, ou recupere a senha.")


class EmailTaken(Refused):
    """Another account has this email."""

    message = N_("Este e-mail já é de outro cadastro.")


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """A new person. The password is already hashed, because hashing must not happen inside a transaction."""

    name: str
    email: str
    cpf: Cpf | None = None
    password_hash: str | None = field(default=None, repr=False)
    language: str | None = None


def register(new: NewPerson) -> Person:
    """Create the person. A closed account with the same CPF is reopened, without its old data.

    Raises AlreadyRegistered, EmailTaken.
    """
    email = new.email.strip().lower()
    person = ensure_new(new.cpf, email)
    return _reopen(person, new, email) if person else _create(new, email)


def ensure_new(cpf: Cpf | None, email: str) -> Person | None:
    """Refuse a CPF or an email that has an account. Return the closed account with that CPF, if there is one.

    Always sends both queries, so that every refusal takes the same time. Raises AlreadyRegistered, EmailTaken.
    """
    person = identifying.person_by_cpf(cpf) if cpf else None
    email_is_taken = db.session.scalar(select(exists().where(Person.email == email)))
    if person is not None and person.closed_at is None:
        raise AlreadyRegistered
    if email_is_taken:
        raise EmailTaken
    return person


def _create(new: NewPerson, email: str) -> Person:
    person = Person(name=new.name.strip(), email=email, password_hash=new.password_hash, language=new.language)
    db.session.add(person)
    db.session.flush()
    if new.cpf:
        identifying.store_cpf(new.cpf, person)
        db.session.flush()
    return person


def _reopen(person: Person, new: NewPerson, email: str) -> Person:
    person.name, person.email, person.email_confirmed_at = new.name.strip(), email, None
    person.password_hash, person.language = new.password_hash, new.language
    person.created_at, person.closed_at = clock.now(), None
    db.session.flush()
    return person
