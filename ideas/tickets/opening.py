"""Open a ticket, or go on from a closed one (Acompanhamento).

Opening locks the opener's membership: so does who removes a person from a company, so that nobody
leaves with a ticket just opened, and nobody who just left opens one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ideas import clock, sql
from ideas.accounts.models import Person
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.errors import N_, NotAllowed, Refused
from ideas.products.models import Product
from ideas.tickets import attaching, locking, progressing, roles
from ideas.tickets.attaching import Sent
from ideas.tickets.conversing import Words
from ideas.tickets.models import Ticket, TicketParticipant, TicketType, TicketYear


class NoCompany(NotAllowed):
    """Tickets are opened for a company."""

    message = N_(
        "Para abrir chamados é preciso fazer parte de uma empresa cliente. Peça o convite ao administrador dela."
    )


class Restricted(NotAllowed):
    """The permission Restringir acesso aos chamados."""

    message = N_(
        "O administrador da sua empresa restringiu seu acesso aos chamados. Fale com ele se precisar abrir um."
    )


class NeedsPermission(NotAllowed):
    """Technical consulting is paid for: the administrator says who may ask for it."""

    message = N_("Para pedir consultoria técnica é preciso uma permissão que o administrador da sua empresa concede.")


class FinanciallyBlocked(NotAllowed):
    """The company owes money: no new tickets about products; the financial ones stay open."""

    message = N_(
        "Sua empresa tem uma pendência financeira, e por isso não abre chamados de produto por enquanto. Para "
        "regularizar, abra um chamado do tipo Administrativo e Financeiro: ele é atendido normalmente."
    )


class NotOffered(Refused):
    """No ticket of this type is opened by a customer."""

    message = N_("Este tipo de solicitação não se abre por aqui. Escolha outro.")
    status = 422


class ProductClosed(Refused):
    """The product takes no new tickets."""

    message = N_("Este produto não recebe mais chamados. Escolha outro.")
    status = 422


class NotClosed(Refused):
    """Only a closed ticket is gone on from: an open one takes replies."""

    message = N_("Este chamado ainda está aberto: responda nele mesmo.")


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """What was asked for: texts as typed (Markdown), and where it belongs."""

    type_key: str
    subject: str
    description: str
    product: Product | None = None
    module_id: int | None = None
    #: The language it is written in: "pt-BR", "es" or "en".
    language: str = "pt-BR"
    #: The form's own: sent twice, it opens one ticket.
    client_token: str | None = None
    files: tuple[Sent, ...] = ()


def begin(new: NewTicket, *, by: Person, company: Company | None) -> Ticket:
    """The ticket, open, its opener's own; the first one if this form was sent before.

    A suspended person may: it is a paid service. Raises NoCompany, Restricted,
    FinanciallyBlocked, NeedsPermission, NotOffered, ProductClosed, TooMany.
    """
    kind = db.session.get(TicketType, new.type_key)
    if kind is None or not kind.is_offered:
        raise NotOffered
    _ensure_may_open(by, company, kind)
    assert company is not None
    if kind.needs_product and (new.product is None or new.product.closed_at is not None):
        raise ProductClosed
    ticket = Ticket(
        code="",
        company_id=company.id,
        owner_id=by.id,
        opened_by_id=by.id,
        type_key=kind.key,
        subject=new.subject,
        description=new.description,
        language=new.language,
        product_id=new.product.id if new.product and kind.needs_product else None,
        module_id=new.module_id if kind.needs_product else None,
        client_token=new.client_token,
    )
    return _open(ticket, by, new.files)


def follow_up(closed: Ticket, words: Words, *, by: Person) -> Ticket:
    """The ticket that goes on from a closed one, with its people and its history; the one there is, if there is.

    Its owner stays, unless they left: then it is the opener's. Raises NotClosed, Restricted, FinanciallyBlocked;
    Missing for whoever does not see it for its company.
    """
    closed = locking.take(closed)
    if not roles.of(by, closed).is_customer:
        raise roles.NotYours
    if not closed.is_closed:
        raise NotClosed
    if (first := next_of(closed)) is not None:
        return first
    _ensure_may_open(by, db.session.get(Company, closed.company_id), closed.type)
    owner = _membership(closed.owner_id, closed.company_id)
    ticket = Ticket(
        code="",
        company_id=closed.company_id,
        owner_id=owner.person_id if owner else by.id,
        opened_by_id=by.id,
        type_key=closed.type_key,
        subject=closed.subject,
        description=words.text,
        language=words.language,
        product_id=closed.product_id,
        module_id=closed.module_id,
        analyst_id=closed.analyst_id,
        follow_up_of_id=closed.id,
        root_id=closed.root_id,
        client_token=words.client_token,
    )
    made = _open(ticket, by, words.files)
    _carry_people(closed, made, by)
    return made


def next_of(ticket: Ticket) -> Ticket | None:
    """The ticket that goes on from it."""
    return db.session.scalar(select(Ticket).where(Ticket.follow_up_of_id == ticket.id))


def types_for(person: Person, company: Company | None) -> Sequence[TicketType]:
    """The types that the person may choose from, in their order; none without access to tickets. One statement."""
    offered = select(TicketType).where(TicketType.is_offered)
    if company is None:
        return []
    mine = select(Membership).where(Membership.person_id == person.id, Membership.company_id == company.id)
    mine = mine.where(Membership.ended_at.is_(None))
    unrestricted = mine.where(
        Membership.tickets_restricted.is_(False) | (Membership.id == company.administrator_id)
    ).exists()
    consulting = mine.where(Membership.technical_consulting).exists()
    if company.financially_blocked:
        offered = offered.where(TicketType.needs_product.is_(False))
    offered = offered.where(unrestricted, TicketType.needs_technical_consulting.is_(False) | consulting)
    return db.session.scalars(offered.order_by(TicketType.position)).all()


def obstacle(person: Person, company: Company | None) -> Refused | None:
    """Why the person may open no ticket now, or none about a product, told before they type. One statement."""
    if company is None:
        return NoCompany()
    held = select(Membership).where(Membership.person_id == person.id, Membership.company_id == company.id)
    membership = db.session.scalar(held)
    if membership is not None and membership.tickets_restricted and membership.id != company.administrator_id:
        return Restricted()
    return FinanciallyBlocked() if company.financially_blocked else None


def _ensure_may_open(by: Person, company: Company | None, kind: TicketType) -> None:
    membership = _membership(by.id, company.id) if company is not None else None
    if company is None or membership is None:
        raise NoCompany
    if membership.tickets_restricted and membership.id != company.administrator_id:
        raise Restricted
    if kind.needs_product and company.financially_blocked:
        raise FinanciallyBlocked
    if kind.needs_technical_consulting and not membership.technical_consulting:
        raise NeedsPermission


def _membership(person_id: int, company_id: int) -> Membership | None:
    """The person's standing membership, locked."""
    asked = select(Membership).where(Membership.person_id == person_id, Membership.company_id == company_id)
    held = db.session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    return held if held is not None and held.ended_at is None else None


def _open(ticket: Ticket, by: Person, files: Sequence[Sent]) -> Ticket:
    try:
        with db.session.begin_nested():
            ticket.code = _next_code()
            db.session.add(ticket)
            db.session.flush()
            ticket.root_id = ticket.root_id or ticket.id
            db.session.flush()
    except IntegrityError:
        # The token's unique key spoke, now or in a race; or another rule of the database did.
        if (first := sql.sent_before(Ticket, ticket.client_token, Ticket.opened_by_id == by.id)) is None:
            raise
        return first
    attaching.keep(files, ticket_id=ticket.id, by=by)
    progressing.record("ticket_opened", ticket, by=by, company=db.session.get_one(Company, ticket.company_id).name)
    return ticket


def _next_code() -> str:
    """AAAA-NNNNNN of the year it is in São Paulo; the year's row stays locked until the transaction ends."""
    year = clock.date_in_sao_paulo(clock.now()).year
    insert = sql.upsert(TicketYear).values(year=year, last=1)
    taken = insert.on_conflict_do_update(index_elements=["year"], set_={"last": TicketYear.last + 1})
    number = db.session.scalar(taken.returning(TicketYear.last))
    return f"{year}-{number:06d}"


def _carry_people(closed: Ticket, made: Ticket, by: Person) -> None:
    """Those who took part in the closed one, and who goes on from it, take part in the new one."""
    people = set(
        db.session.scalars(select(TicketParticipant.person_id).where(TicketParticipant.ticket_id == closed.id))
    )
    db.session.add_all(
        TicketParticipant(ticket_id=made.id, person_id=person_id, company_id=made.company_id, added_by_id=by.id)
        for person_id in sorted((people | {by.id}) - {made.owner_id})
    )
    db.session.flush()
