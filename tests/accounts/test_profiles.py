"""A person's profile and photo."""

import pytest

from ideas import clock
from ideas.accounts import identifying, profiles
from ideas.accounts.models import Person
from ideas.accounts.phones import InvalidPhone, Phone
from ideas.db import db
from ideas.files import storing
from ideas.files.accepting import Accepted
from ideas.files.models import File


def photo(person: Person) -> File:
    return storing.save(Accepted("eu.webp", "image/webp", b"RIFF", 192, 192), by=person.id)


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("(11) 98765-4321", "+5511987654321", "+55 11 98765-4321"),
        ("011 3333 4444", "+551133334444", "+55 11 3333-4444"),
        ("+55 11 98765-4321", "+5511987654321", "+55 11 98765-4321"),
        ("+351 912 345 678", "+351912345678", "+351912345678"),
    ],
)
def test_a_phone_is_stored_with_its_country_code(typed: str, kept: str, shown: str) -> None:
    phone = Phone.parse(typed)
    assert (phone.number, phone.formatted) == (kept, shown)
    assert Phone.parse(phone.formatted) == phone


@pytest.mark.parametrize(
    "typed", ["", "98765-4321", "onze", "+1", "+" + "1" * 16, "１１987654321", "11 98765 4321 ramal 2"]
)
def test_an_invalid_phone_is_refused(typed: str) -> None:
    with pytest.raises(InvalidPhone):
        Phone.parse(typed)


def test_a_new_photo_replaces_the_old_one(ana) -> None:
    old, new = photo(ana), photo(ana)
    profiles.set_photo(ana, old)
    profiles.set_photo(ana, new)
    assert profiles.visible_photo(ana.id, new.id) is new
    assert profiles.visible_photo(ana.id, old.id) is None
    assert not old.is_available
    profiles.set_photo(ana, None)
    assert profiles.visible_photo(ana.id, new.id) is None


def test_a_photo_is_visible_only_for_its_person_and_while_the_account_is_open(ana, bruno) -> None:
    mine = photo(ana)
    profiles.set_photo(ana, mine)
    assert profiles.visible_photo(bruno.id, mine.id) is None
    mine.hidden_at = clock.now()
    assert profiles.visible_photo(ana.id, mine.id) is None
    mine.hidden_at = None
    ana.closed_at = clock.now()
    db.session.flush()
    assert profiles.visible_photo(ana.id, mine.id) is None


def test_of_two_concurrent_photos_one_stays_and_the_other_is_retired(ana, at_once) -> None:
    person, ids = ana.id, [photo(ana).id for _ in range(8)]

    def wear(place: int) -> None:
        profiles.set_photo(db.session.get_one(Person, person), db.session.get_one(File, ids[place]))
        db.session.commit()

    assert at_once(8, wear) == [None] * 8
    there = [file.id for file in db.session.query(File) if file.is_available]
    assert there == [ana.photo_id]


def test_people_see_their_own_cpf_masked(ana) -> None:
    assert str(identifying.cpf_of(ana)) == "***.982.247-**"
