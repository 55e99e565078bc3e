"""Companies and their people: forty can sign in, the others exist by name only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from ideas import text
from ideas.accounts import passwords, registering
from ideas.accounts.documents import Cpf
from ideas.accounts.models import Person, ProductManager, StaffRole
from ideas.accounts.registering import NewPerson
from ideas.companies import joining
from ideas.companies.cnpj import Cnpj
from ideas.companies.models import Company, Membership
from ideas.conduct.models import ConductAcceptance, ConductVersion
from ideas.db import db
from ideas.demo import material
from ideas.demo.catalogue import Catalogue
from ideas.demo.material import OPENING, Calendar


@dataclass(frozen=True)
class Member:
    """A person and the company they act for; None for the vendor's people."""

    person: Person
    company: Company | None

    @property
    def since(self) -> datetime:
        return self.person.created_at


@dataclass
class Community:
    """The people created: by key those who can sign in, and the others."""

    signing_in: dict[str, Member] = field(default_factory=dict)
    others: list[Member] = field(default_factory=list)

    @property
    def customers(self) -> list[Member]:
        """Everyone who may vote: in a company, and not suspended."""
        everyone = [*self.signing_in.values(), *self.others]
        return [member for member in everyone if member.company and not member.person.suspended_at]

    @property
    def suspended(self) -> list[Member]:
        return [member for member in self.signing_in.values() if member.person.suspended_at]


def fill(calendar: Calendar, catalogue: Catalogue, rng: Random) -> Community:
    """Create the companies and people, and their acceptances of the code of conduct."""
    companies = {facts["key"]: facts for facts in material.read("companies")["companies"]}
    founded = {key: _found(facts, calendar) for key, facts in companies.items()}
    people, made = material.read("people"), Community()
    password_hash = passwords.hash_password(people["password"])
    for facts in people["people"]:
        made.signing_in[facts["key"]] = _sign_up(facts, founded, catalogue, calendar, password_hash)
    made.others = _others(people, companies, founded, calendar, rng)
    _administrators(made, companies, founded)
    _acceptances(people["people"], made, calendar, rng)
    return made


def _found(facts: dict[str, Any], calendar: Calendar) -> Company:
    company = joining.create_company(facts["name"], Cnpj.parse(facts["cnpj"]), financial_email=facts["financial_email"])
    company.created_at = calendar.ago(OPENING)
    return company


def _sign_up(
    facts: dict[str, Any], founded: dict[str, Company], catalogue: Catalogue, calendar: Calendar, password_hash: str
) -> Member:
    new = NewPerson(
        name=facts["name"],
        email=facts["email"],
        cpf=Cpf.parse(facts["cpf"]),
        password_hash=password_hash,
        language=facts.get("language"),
    )
    person = registering.register(new)
    person.created_at = person.email_confirmed_at = calendar.ago(OPENING)
    if suspension := facts.get("suspension"):
        person.suspended_at = calendar.ago(suspension["since_days_ago"])
        person.suspended_until = calendar.midnight(suspension["ends_in_days"])
    for place, key in enumerate(facts["companies"]):
        membership = joining.join(person, founded[key])
        membership.started_at = person.created_at + timedelta(hours=place)
        for permission in facts.get("permissions", ()):
            setattr(membership, permission, True)
    _vest(person, facts, catalogue)
    return Member(person, founded[facts["companies"][0]] if facts["companies"] else None)


def _vest(person: Person, facts: dict[str, Any], catalogue: Catalogue) -> None:
    db.session.add_all(StaffRole(person_id=person.id, role=role) for role in facts.get("roles", ()))
    managed = [catalogue.products[key] for key in facts.get("products", ())]
    db.session.add_all(ProductManager(person_id=person.id, product_id=product.id) for product in managed)


def _others(
    people: dict[str, Any],
    companies: dict[str, Any],
    founded: dict[str, Company],
    calendar: Calendar,
    rng: Random,
) -> list[Member]:
    generated = people["generated"]
    weights = [generated["weight"][facts["size"]] for facts in companies.values()]
    # One person for each company, who may become its administrator; the others by company size.
    places = [*companies, *rng.choices(list(companies), weights, k=generated["count"] - len(companies))]
    names = _names(generated, {facts["name"] for facts in people["people"]}, rng)
    emails = {facts["email"] for facts in people["people"]}
    made = []
    for place, key in enumerate(places):
        name = next(names)
        joined = calendar.ago(OPENING if place < len(companies) else _days_since_joining(rng), minute=420)
        email = _free_email(name, companies[key]["domain"], emails)
        made.append(Member(Person(name=name, email=email, email_confirmed_at=joined, created_at=joined), founded[key]))
    db.session.add_all(member.person for member in made)
    db.session.flush()
    db.session.add_all(
        Membership(person_id=member.person.id, company_id=member.company.id, started_at=member.since)
        for member in made
        if member.company
    )
    db.session.flush()
    return made


def _names(generated: dict[str, Any], taken: set[str], rng: Random) -> Iterator[str]:
    """Distinct names."""
    taken = set(taken)
    while True:
        name = f"{rng.choice(generated['first_names'])} {rng.choice(generated['family_names'])}"
        if name not in taken:
            taken.add(name)
            yield name


def _days_since_joining(rng: Random) -> int:
    """Most people joined in the first months."""
    return OPENING - int(rng.betavariate(0.5, 3) * (OPENING - 5))


def _free_email(name: str, domain: str, taken: set[str]) -> str:
    first, *_, last = name.split()
    local, number = f"{text.slug(first)}.{text.slug(last)}", 1
    while (email := f"{local}{number if number > 1 else ''}@{domain}") in taken:
        number += 1
    taken.add(email)
    return email


def _administrators(made: Community, companies: dict[str, Any], founded: dict[str, Company]) -> None:
    """Return each company's administrator: the one in the file, or else the first other person who joined."""
    members = {(one.person_id, one.company_id): one for one in db.session.scalars(select(Membership))}
    first = {member.company.id: member for member in reversed(made.others) if member.company}
    for key, facts in companies.items():
        company, named = founded[key], made.signing_in.get(facts["administrator"])
        administrator = named or first[company.id]
        joining.set_administrator(company, members[administrator.person.id, company.id])


def _acceptances(people: list[dict[str, Any]], made: Community, calendar: Calendar, rng: Random) -> None:
    published = {one.number: one.published_at for one in db.session.scalars(select(ConductVersion))}
    current = max(published)
    accepted = [(made.signing_in[facts["key"]], int(facts["conduct_version"])) for facts in people]
    accepted += [(member, rng.choice([current, current, current, 1])) for member in made.others]
    for member, version in accepted:
        after = max(published[version], member.since)
        at = after + (calendar.now - after) * rng.betavariate(1, 6)
        db.session.add(ConductAcceptance(person_id=member.person.id, version=version, accepted_at=at))
    db.session.flush()
