"""Factories of valid rows: a test names the values it is about, the rest has defaults."""

import itertools
from typing import Any

from ideas import clock, search
from ideas.accounts.models import Person
from ideas.board.models import Idea, StatusChange, Vote
from ideas.board.voting import casting, recounting
from ideas.board.voting import importance as voting_importance
from ideas.board.voting.importance import Opinion
from ideas.comments.models import Comment
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.products.models import Module, Product, Release
from ideas.tickets import conversing
from ideas.tickets.conversing import TicketText
from ideas.tickets.models import Ticket

_numbers = itertools.count(1)


def idea(title: str | None = None, *, author: Person | None = None, product: str = "erp", **facts: Any) -> Idea:
    """Create an idea without votes or duplicates. Other columns may be given, such as `status="planned"`."""
    number = next(_numbers)
    author = author or person("bruno")
    if "status" in facts:
        facts["status_key"] = facts.pop("status")
    if facts.get("status_key") == "delivered":
        facts.setdefault("delivered_release_id", release().id)
    if module := facts.pop("module", None):
        facts["module_id"] = db.session.query(Module).filter_by(key=module).one().id
    facts.setdefault("kind", "improvement")
    facts.setdefault("problem", "Hoje fazemos isto à mão, conta por conta.")
    facts.setdefault("company_id", company_of(author).id)
    made = Idea(
        title=title or f"Uma ideia de número {number} para testar",
        product_id=db.session.query(Product).filter_by(key=product).one().id,
        author_id=author.id,
        random_key=number * 7919,
        **facts,
    )
    db.session.add(made)
    db.session.flush()
    made.root_id = made.id
    db.session.flush()
    search.index(db.session, "idea", made.id, made.title, made.problem or "", made.language)
    return made


def imported(title: str = "Una idea de otro portal", **facts: Any) -> Idea:
    """Create an imported idea: no author, no company, no kind."""
    number = next(_numbers)
    product = db.session.query(Product).filter_by(key="erp").one()
    made = Idea(title=title, product_id=product.id, origin="outro", external_id=str(number), language="es", **facts)
    db.session.add(made)
    db.session.flush()
    made.root_id = made.id
    db.session.flush()
    return made


def leave(person: Person) -> None:
    """End all memberships of a person who administers no company."""
    db.session.query(Membership).filter_by(person_id=person.id).update({"ended_at": clock.now()})
    db.session.flush()


def comment(on: Idea, text: str = "Aqui também precisamos disto.", *, author: Person | None = None) -> Comment:
    """Create a comment on an idea. The idea's counters do not change."""
    author = author or person("bruno")
    made = Comment(idea_id=on.id, author_id=author.id, text=text, language="pt-BR", company_id=company_of(author).id)
    db.session.add(made)
    db.session.flush()
    return made


def customer(name: str = "Pessoa Qualquer", company: Company | None = None, *, accepted: int = 2) -> Person:
    """Create a member of a company who has accepted the code of conduct."""
    from ideas.conduct.models import ConductAcceptance

    made = Person(name=name, email=f"pessoa{next(_numbers)}@exemplo.example")
    db.session.add(made)
    db.session.flush()
    company = company or db.session.query(Company).filter_by(name="Padaria Aurora").one()
    db.session.add(Membership(person_id=made.id, company_id=company.id))
    db.session.add(ConductAcceptance(person_id=made.id, version=accepted))
    db.session.flush()
    return made


def crowd(people: int) -> list[tuple[int, int]]:
    """Create members of three companies, and commit; return (person id, company id) of each."""
    companies = [company() for _ in range(3)]
    made = [(customer(f"Pessoa {n}", companies[n % 3]).id, companies[n % 3].id) for n in range(people)]
    db.session.commit()
    return made


def company(name: str | None = None) -> Company:
    """Create a company. Its CNPJ has no valid check digits."""
    number = next(_numbers)
    made = Company(cnpj=f"{number:014d}", root=f"{number:014d}"[:8], name=name or f"Empresa {number}")
    db.session.add(made)
    db.session.flush()
    return made


def ticket(
    subject: str | None = None, *, owner: Person | None = None, product: str | None = "erp", **facts: Any
) -> Ticket:
    """Create an open ticket. Other columns may be given, such as `state="resolved"`."""
    number, owner = next(_numbers), owner or person("ana")
    state = facts.pop("state", "open")
    if state in {"awaiting_customer_validation", "resolved"}:
        facts.setdefault("stays_until", clock.date_in_sao_paulo(clock.now()))
    if state == "closed":
        facts.setdefault("closed_at", clock.now())
    found = db.session.query(Product).filter_by(key=product).one() if product else None
    made = Ticket(
        code=f"2025-{number:06d}",
        company_id=facts.pop("company_id", None) or company_of(owner).id,
        owner_id=owner.id,
        opened_by_id=owner.id,
        type_key=facts.pop("type", "question" if product else "admin_finance"),
        subject=subject or f"Um chamado de número {number} para testar",
        description=facts.pop("description", "O relatório sai sem a última linha."),
        language="pt-BR",
        product_id=found.id if found else None,
        state_key=state,
        **facts,
    )
    db.session.add(made)
    db.session.flush()
    made.root_id = made.root_id or made.id
    db.session.flush()
    return made


def release(version: str = "12.1.2510") -> Release:
    """Return a release of the ERP: 12.1.2410 and 12.1.2510 are published, 12.1.2610 is planned."""
    return db.session.query(Release).filter_by(version=version).one()


def step(on: Idea, to: str, by: Person, **facts: Any) -> StatusChange:
    """Create a status change in an idea's history, without changing the idea."""
    made = StatusChange(idea_id=on.id, from_key="new", to_key=to, by_id=by.id, **facts)
    db.session.add(made)
    db.session.flush()
    return made


def person(key: str) -> Person:
    """Return a person of the cast."""
    return db.session.query(Person).filter_by(email=f"{key}@exemplo.example").one()


def company_of(person: Person) -> Company:
    """Return the person's first company. Staff have none: for them return the oldest company."""
    found = companies_of(person)
    return found[0] if found else db.session.query(Company).order_by(Company.id).first()  # type: ignore[return-value]


def companies_of(person: Person) -> list[Company]:
    """Return the companies a person belongs to, oldest membership first."""
    members = db.session.query(Company).join(Membership, Membership.company_id == Company.id)
    return (
        members.filter(Membership.person_id == person.id, Membership.ended_at.is_(None)).order_by(Membership.id).all()
    )


def vote(on: Idea, voter: Person, company: Company | None = None) -> Vote:
    """Vote for an idea, on behalf of the voter's first company unless another is given."""
    return db.session.get_one(Vote, casting.cast(on, voter=voter, company=company or company_of(voter)).id)


def votes(on: Idea, *voters: Person) -> None:
    """Vote for an idea, once per person."""
    for voter in voters:
        vote(on, voter)


def votes_of_strangers(on: Idea, voters: int) -> None:
    """Insert votes of that many new people in bulk, and recount the idea."""
    employer = company()
    people = [Person(name=f"Pessoa {n}", email=f"{on.id}-{n}@exemplo.example") for n in range(voters)]
    db.session.add_all(people)
    db.session.flush()
    db.session.add_all(Vote(person_id=one.id, idea_id=on.id, company_id=employer.id, term=1.0) for one in people)
    db.session.flush()
    recounting.recount(on)


def importance(on: Idea, voter: Person, opinion: Opinion) -> None:
    """State how much an idea matters to someone who voted for it."""
    voting_importance.state(on, opinion, voter=voter, company=company_of(voter))


def merge_rows(duplicate: Idea, into: Idea) -> None:
    """Merge two ideas by updating their rows, and recount the group."""
    duplicate.merged_into_id, duplicate.root_id = into.id, into.root_id
    db.session.flush()
    recounting.recount(into)


def reply(to: Ticket, by: Person, then: str | None = None) -> None:
    """Answer a ticket, and set its next state if one is given."""
    conversing.reply(to, TicketText(text="Segue."), by=by, then=then)


def aurora() -> Company:
    """Return the company of Ana, Carla and Davi."""
    return db.session.query(Company).filter_by(name="Padaria Aurora").one()
