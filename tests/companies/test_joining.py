"""Companies, their members and their one administrator; the constraints of the database."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies import joining
from ideas.companies.cnpj import Cnpj
from ideas.companies.models import Company, Membership
from ideas.db import db
from tests import make

CNPJ = Cnpj.parse("11.444.777/0001-61")


def membership_of(person: Person, company: Company) -> Membership:
    held = select(Membership).where(Membership.person_id == person.id, Membership.company_id == company.id)
    return db.session.scalars(held).one()


def test_a_company_has_a_unique_cnpj_and_its_root() -> None:
    company = joining.create_company(" Oficina Sul ", CNPJ)
    assert (company.name, company.cnpj, company.root) == ("Oficina Sul", "11444777000161", "11444777")
    with pytest.raises(joining.CompanyAlreadyExists):
        joining.create_company("Outra", CNPJ)


def test_joining_is_idempotent(bruno: Person) -> None:
    company = joining.create_company("Oficina Sul", CNPJ)
    assert joining.join(bruno, company) is joining.join(bruno, company)
    assert [one.name for one in joining.companies_of(bruno)] == ["Transportes Litoral", "Oficina Sul"]


def test_returning_reopens_the_membership(ana: Person) -> None:
    held = membership_of(ana, make.aurora())
    held.ended_at = clock.now()
    db.session.flush()
    assert joining.companies_of(ana) == []
    assert joining.join(ana, make.aurora()).id == held.id
    assert joining.companies_of(ana) == [make.aurora()]


def test_the_administrator_is_replaced(ana: Person, carla: Person) -> None:
    joining.set_administrator(make.aurora(), membership_of(ana, make.aurora()))
    db.session.commit()
    assert make.aurora().administrator_id == membership_of(ana, make.aurora()).id
    membership_of(carla, make.aurora()).ended_at = clock.now()
    db.session.commit()


def test_the_administrator_must_be_a_current_member(ana: Person, bruno: Person) -> None:
    elsewhere = db.session.scalars(select(Membership).where(Membership.person_id == bruno.id)).one()
    with pytest.raises(joining.NotAMember):
        joining.set_administrator(make.aurora(), elsewhere)
    held = membership_of(ana, make.aurora())
    held.ended_at = clock.now()
    with pytest.raises(joining.NotAMember):
        joining.set_administrator(make.aurora(), held)


def refused(statement: str, **values: int) -> bool:
    try:
        db.session.execute(text(statement), values)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return True
    return False


def test_a20_the_database_refuses_to_clear_the_administrator(carla: Person) -> None:
    assert refused("UPDATE company SET administrator_id = NULL WHERE id = :id", id=make.aurora().id)
    fresh = joining.create_company("Oficina Sul", CNPJ)
    assert not refused("UPDATE company SET administrator_id = NULL WHERE id = :id", id=fresh.id), (
        "it never had an administrator"
    )


def test_a20_the_database_refuses_to_end_the_administrators_membership(ana: Person, carla: Person) -> None:
    held = membership_of(carla, make.aurora())
    with pytest.raises(IntegrityError):
        db.session.execute(update(Membership).where(Membership.id == held.id).values(ended_at=clock.now()))
    db.session.rollback()
    assert refused("DELETE FROM membership WHERE id = :id", id=held.id)
    db.session.execute(
        update(Membership).where(Membership.id == membership_of(ana, make.aurora()).id).values(ended_at=clock.now())
    )


def test_a20_the_database_refuses_a_foreign_or_former_member_as_administrator(ana: Person, bruno: Person) -> None:
    elsewhere = db.session.scalars(select(Membership.id).where(Membership.person_id == bruno.id)).one()
    name = "UPDATE company SET administrator_id = :membership WHERE id = :id"
    assert refused(name, membership=elsewhere, id=make.aurora().id)
    held = membership_of(ana, make.aurora())
    held.ended_at = clock.now()
    db.session.commit()
    assert refused(name, membership=held.id, id=make.aurora().id)


def test_a20_concurrent_handover_and_leaving_keep_an_administrator(at_once, ana: Person) -> None:
    """Carla hands over to Ana while Ana leaves: the second operation is refused."""
    company, successor = make.aurora().id, membership_of(ana, make.aurora()).id

    def operation(place: int) -> None:
        if place:
            db.session.execute(update(Membership).where(Membership.id == successor).values(ended_at=clock.now()))
        else:
            db.session.execute(update(Company).where(Company.id == company).values(administrator_id=successor))
        db.session.commit()

    results = at_once(2, operation)
    assert sorted(type(one).__name__ for one in results) == ["IntegrityError", "NoneType"]
    administrator = db.session.get_one(Membership, make.aurora().administrator_id)
    assert administrator.ended_at is None


def test_closed_companies_are_not_listed(bruno: Person) -> None:
    closed = make.company()
    joining.join(bruno, closed)
    closed.closed_at = clock.now()
    assert [one.name for one in joining.companies_of(bruno)] == ["Transportes Litoral"]
