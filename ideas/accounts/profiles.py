"""What a person says of themselves: name, photo, telephone, language, time zone."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from ideas.accounts.models import Person
from ideas.accounts.phones import Phone
from ideas.db import db
from ideas.files import storing
from ideas.files.models import File


@dataclass(frozen=True, kw_only=True)
class Description:
    """What the profile's form holds."""

    name: str
    phone: Phone | None
    #: "pt-BR", "es", "en"; None follows the browser.
    language: str | None
    time_zone: str


def describe(person: Person, said: Description) -> None:
    """Write down what the person says of themselves."""
    person.name = " ".join(said.name.split())
    person.phone = said.phone.number if said.phone else None
    person.language, person.time_zone = said.language, said.time_zone
    db.session.flush()


def speak(person: Person, language: str) -> None:
    """Change the language that the portal speaks with the person."""
    person.language = language
    db.session.flush()


def show(person: Person, photo: File | None) -> None:
    """Make that the person's photo, or none; the one before is retired."""
    db.session.refresh(person, with_for_update=True)
    before = db.session.get(File, person.photo_id) if person.photo_id else None
    person.photo_id = photo.id if photo else None
    if before is not None:
        storing.retire(before)
    db.session.flush()


def photo_of(person_id: int, photo_id: int) -> File | None:
    """That photo, while it is the person's and may be seen: one statement."""
    worn = exists().where(Person.id == person_id, Person.photo_id == photo_id, Person.closed_at.is_(None))
    photo = db.session.scalar(select(File).where(File.id == photo_id, worn))
    return photo if photo is not None and photo.is_shown else None
