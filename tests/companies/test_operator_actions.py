"""The operations of operators on companies."""

import pytest
from sqlalchemy import select

from ideas.accounts import sanctions
from ideas.accounts.models import Person
from ideas.audit.models import AuditEntry
from ideas.companies import joining, operator_actions
from ideas.companies.cnpj import Cnpj
from ideas.companies.joining import CompanyAlreadyExists, NotAMember
from ideas.companies.models import Company, Membership
from ideas.companies.operator_actions import CannotAdminister, HasAdministrator
from ideas.db import db
from tests import make


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_company_is_registered_once_per_cnpj(iris):
    cnpj = Cnpj.parse("AA.345.678/000A-29")
    made = operator_actions.register(" Casa Nova ", cnpj, financial_email="contas@casa.example", by=iris)
    assert (made.name, made.cnpj, made.root, made.administrator_id) == ("Casa Nova", "AA345678000A29", "AA345678", None)
    with pytest.raises(CompanyAlreadyExists):
        operator_actions.register("Outra", cnpj, financial_email=None, by=iris)


def test_a_financial_block_stores_time_and_operator_and_can_be_removed(iris):
    company = make.aurora()
    operator_actions.block(company, by=iris, why="Duas faturas")
    since = company.financially_blocked_at
    operator_actions.block(company, by=iris, why="De novo")
    assert company.financially_blocked
    assert (company.financially_blocked_at, company.financially_blocked_by_id) == (since, iris.id)
    operator_actions.unblock(company, by=iris)
    assert not company.financially_blocked
    assert actions() == ["company_blocked", "company_unblocked"]


def test_correcting_without_a_change_is_not_logged(iris):
    company = make.aurora()
    operator_actions.correct(company, name="Padaria Aurora", financial_email=None, by=iris)
    operator_actions.correct(company, name="Padaria Aurora S.A.", financial_email="f@aurora.example", by=iris)
    assert actions() == ["company_corrected"]


def test_a14_nobody_acts_for_a_closed_company(browser, iris, ana):
    hers = browser(ana)
    assert "Padaria Aurora" in hers.get("/minhas-ideias").text
    operator_actions.close(make.aurora(), by=iris, why="Contrato encerrado")
    db.session.commit()
    page = hers.get("/minhas-ideias")
    assert page.status_code == 200, "the session stays"
    assert "Padaria Aurora" not in page.text
    operator_actions.reopen(make.aurora(), by=iris)
    db.session.commit()
    assert "Padaria Aurora" in hers.get("/minhas-ideias").text


def test_operators_cannot_replace_an_acting_administrator(iris, ana, carla):
    company = make.aurora()
    hers = db.session.query(Membership).filter_by(person_id=ana.id).one()
    with pytest.raises(HasAdministrator):
        operator_actions.name_administrator(company, hers, by=iris)
    sanctions.lock(carla, by=iris)
    operator_actions.name_administrator(company, hers, by=iris)
    assert company.administrator_id == hers.id


def test_the_new_administrator_must_be_a_member_who_can_sign_in(iris, bruno):
    company = make.company()
    locked = joining.join(make.customer(company=company), company)
    sanctions.lock(db.session.get_one(Person, locked.person_id), by=iris)
    with pytest.raises(CannotAdminister):
        operator_actions.name_administrator(company, locked, by=iris)
    theirs = db.session.query(Membership).filter_by(person_id=bruno.id).one()
    with pytest.raises(NotAMember):
        operator_actions.name_administrator(company, theirs, by=iris)


def test_a20_of_two_concurrent_appointments_one_is_refused(at_once, iris):
    company = make.company()
    members = [joining.join(make.customer(company=company), company).id for _ in range(6)]
    number, by = company.id, iris.id
    db.session.commit()

    def name(place: int) -> int:
        operator_actions.name_administrator(db.session.get_one(Company, number), db.session.get_one(Membership, members[place]),
                                       by=db.session.get_one(Person, by))  # fmt: skip
        db.session.commit()
        return members[place]

    results = at_once(6, name)
    named = [result for result in results if isinstance(result, int)]
    assert len(named) == 1
    assert sum(isinstance(result, HasAdministrator) for result in results) == 5
    assert db.session.get_one(Company, number).administrator_id == named[0]
