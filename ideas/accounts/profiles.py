"""A person's profile: name, photo, phone, language and time zone."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from ideas.accounts.models import Person
from ideas.accounts.phones import Phone
from ideas.db import db
from ideas.files import storing
from ideas.files.models import File


@dataclass(frozen=True, kw_only=True)
class ProfileData:
    """The values of the profile form."""

    name: str
    phone: Phone | None
    #: "pt-BR", "es", "en"; None follows the browser.
    language: str | None
    time_zone: str


def update_profile(person: Person, data: ProfileData) -> None:
    """Store the submitted profile."""
    person.name = " ".join(data.name.split())
    person.phone = data.phone.number if data.phone else None
    person.language, person.time_zone = data.language, data.time_zone
    db.session.flush()


def set_language(person: Person, language: str) -> None:
    """Set the language of the portal for the person."""
    person.language = language
    db.session.flush()


def set_photo(person: Person, photo: File | None) -> None:
    """Set or remove the person's photo, and retire the previous one."""
    db.session.refresh(person, with_for_update=True)
    before = db.session.get(File, person.photo_id) if person.photo_id else None
    person.photo_id = photo.id if photo else None
    if before is not None:
        storing.retire(before)
    db.session.flush()


def visible_photo(person_id: int, photo_id: int) -> File | None:
    """Return that photo if it is the person's current one and visible. Sends one statement."""
    is_current = exists().where(Person.id == person_id, Person.photo_id == photo_id, Person.closed_at.is_(None))
    photo = db.session.scalar(select(File).where(File.id == photo_id, is_current))
    return photo if photo is not None and photo.is_visible else None
