"""What a person says of themselves, and the photo that stands for them."""

import pytest

from ideas import clock
from ideas.accounts import identifying, profiles
from ideas.accounts.models import Person
from ideas.accounts.phones import InvalidPhone, Phone
from ideas.db import db
from ideas.files import storing
from ideas.files.accepting import Accepted
from ideas.files.models import File


def photo(of: Person) -> File:
    return storing.keep(Accepted("eu.webp", "image/webp", b"RIFF", 192, 192), by=of.id)


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("(11) 98765-4321", "+5511987654321", "+55 11 98765-4321"),
        ("011 3333 4444", "+551133334444", "+55 11 3333-4444"),
        ("+55 11 98765-4321", "+5511987654321", "+55 11 98765-4321"),
        ("+351 912 345 678", "+351912345678", "+351912345678"),
    ],
)
def test_a_phone_is_kept_with_its_country(typed: str, kept: str, shown: str) -> None:
    phone = Phone.parse(typed)
    assert (phone.number, phone.formatted) == (kept, shown)
    assert Phone.parse(phone.formatted) == phone


@pytest.mark.parametrize(
    "typed", ["", "98765-4321", "onze", "+1", "+" + "1" * 16, "１１987654321", "11 98765 4321 ramal 2"]
)
def test_what_could_not_be_called_is_refused(typed: str) -> None:
    with pytest.raises(InvalidPhone):
        Phone.parse(typed)


def test_a_new_photo_takes_the_place_of_the_old_one(ana) -> None:
    old, new = photo(ana), photo(ana)
    profiles.show(ana, old)
    profiles.show(ana, new)
    assert profiles.photo_of(ana.id, new.id) is new
    assert profiles.photo_of(ana.id, old.id) is None
    assert not old.is_there
    profiles.show(ana, None)
    assert profiles.photo_of(ana.id, new.id) is None


def test_a_photo_is_only_its_own_persons_and_goes_with_the_account(ana, bruno) -> None:
    mine = photo(ana)
    profiles.show(ana, mine)
    assert profiles.photo_of(bruno.id, mine.id) is None
    mine.hidden_at = clock.now()
    assert profiles.photo_of(ana.id, mine.id) is None
    mine.hidden_at = None
    ana.closed_at = clock.now()
    db.session.flush()
    assert profiles.photo_of(ana.id, mine.id) is None


def test_of_two_photos_at_once_one_stays_and_the_other_is_retired(ana, at_once) -> None:
    person, ids = ana.id, [photo(ana).id for _ in range(8)]

    def wear(place: int) -> None:
        profiles.show(db.session.get_one(Person, person), db.session.get_one(File, ids[place]))
        db.session.commit()

    assert at_once(8, wear) == [None] * 8
    there = [file.id for file in db.session.query(File) if file.is_there]
    assert there == [ana.photo_id]


def test_a_person_sees_their_own_cpf_masked(ana) -> None:
    assert str(identifying.cpf_of(ana)) == "***.982.247-**"
