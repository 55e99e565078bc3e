"""Registration: one person per CPF, for life."""

import base64

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ideas import clock
from ideas.accounts import identifying, registering
from ideas.accounts.documents import Cpf, KeyRing
from ideas.accounts.models import IdentityDocument, Person
from ideas.accounts.registering import AlreadyRegistered, EmailTaken, NewPerson
from ideas.db import db
from tests.cast import CPF_RING, CPFS

CPF = Cpf("15350946056")
NEWER = "t2:" + base64.b64encode(b"f" * 32).decode()
SECRET = "a-secret-for-tests-only-0123456789"


def someone(**facts: object) -> Person:
    return registering.register(
        NewPerson(**{"name": " Rita Alves ", "email": "Rita@Exemplo.EXAMPLE ", "cpf": CPF, **facts})
    )


def test_a_person_is_found_by_cpf_and_by_email_in_any_case() -> None:
    rita = someone()
    assert (rita.name, rita.email) == ("Rita Alves", "rita@exemplo.example")
    assert identifying.person_by_cpf(CPF) is rita
    assert identifying.person_by_key("153.509.460-56") is rita
    assert identifying.person_by_key(" RITA@exemplo.example") is rita


def test_a_cpf_can_be_registered_once(bruno: Person) -> None:
    with pytest.raises(AlreadyRegistered):
        someone(cpf=Cpf.parse(CPFS["bruno"]))
    with pytest.raises(EmailTaken):
        someone(email="BRUNO@exemplo.example")


def test_concurrent_registrations_create_one_person(at_once) -> None:
    def register(place: int) -> None:
        someone(email=f"rita{place}@exemplo.example")
        db.session.commit()

    results = at_once(8, register)
    assert results.count(None) == 1
    assert all(isinstance(fault, AlreadyRegistered | IntegrityError) for fault in results if fault)
    assert len(db.session.scalars(select(Person).where(Person.name == "Rita Alves")).all()) == 1


def test_the_cpf_is_stored_encrypted_and_bound_to_its_person() -> None:
    rita = someone()
    document = db.session.scalars(select(IdentityDocument).where(IdentityDocument.person_id == rita.id)).one()
    assert CPF.digits not in document.lookup + document.sealed + document.key_id
    assert identifying.ring().open(document.sealed, context=f"person:{rita.id}") == CPF


def test_people_are_found_with_every_key_of_the_ring(bruno: Person) -> None:
    rita = someone()
    identifying.configure(KeyRing.parse(f"{NEWER},{CPF_RING}"), SECRET)
    try:
        assert identifying.person_by_cpf(CPF) is rita
        with pytest.raises(AlreadyRegistered):
            someone(email="outra@exemplo.example")
        assert identifying.person_by_cpf(Cpf.parse(CPFS["bruno"])) is bruno
    finally:
        identifying.configure(KeyRing.parse(CPF_RING), SECRET)


def test_i05_a_closed_account_is_reopened_without_its_old_data() -> None:
    rita = someone(password_hash="antiga", language="es")
    rita.closed_at, rita.email, rita.name = clock.now(), None, "ex-cliente"
    db.session.flush()
    again = someone(name="Rita A.", email="nova@exemplo.example", password_hash="nova")
    assert again.id == rita.id
    assert (again.name, again.email, again.password_hash, again.language) == (
        "Rita A.",
        "nova@exemplo.example",
        "nova",
        None,
    )
    assert again.can_sign_in
