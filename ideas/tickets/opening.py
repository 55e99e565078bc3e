"""Open a ticket, or the follow-up of a closed one (Acompanhamento).

Opening a ticket and removing a person from a company both lock the membership. So nobody leaves a company
with a ticket just opened, and nobody opens a ticket after leaving.
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
from ideas.tickets.attaching import StoredUpload
from ideas.tickets.conversing import TicketText
from ideas.tickets.models import Ticket, TicketParticipant, TicketType, TicketYear


class TicketNeedsCompany(NotAllowed):
    """The person belongs to no company: tickets are opened for one."""

    message = N_(
        "Para abrir chamados é preciso fazer parte de uma empresa cliente. Peça o convite ao administrador dela."
    )


class TicketAccessRestricted(NotAllowed):
    """The person has the restriction Restringir acesso aos chamados."""

    message = N_(
        "O administrador da sua empresa restringiu seu acesso aos chamados. Fale com ele se precisar abrir um."
    )


class NeedsPermission(NotAllowed):
    """Technical consulting is paid for, so the administrator must permit it."""

    message = N_("Para pedir consultoria técnica é preciso uma permissão que o administrador da sua empresa concede.")


class ConsultingNotOffered(Refused):
    """Technical consulting is paid for, and there is no term yet that the customer could accept."""

    message = N_(
        "A Consultoria Técnica ainda não se pede por aqui: o termo com as condições vem em breve. Abra um chamado de "
        "outro tipo."
    )


class FinanciallyBlocked(NotAllowed):
    """The company owes money: it may open only financial tickets."""

    message = N_(
        "Sua empresa tem uma pendência financeira, e por isso não abre chamados de produto por enquanto. Para "
        "regularizar, abra um chamado do tipo Administrativo e Financeiro: ele é atendido normalmente."
    )


class TypeNotOffered(Refused):
    """Customers do not open tickets of this type."""

    message = N_("Este tipo de solicitação não se abre por aqui. Escolha outro.")
    status = 422


class ProductTakesNoTickets(Refused):
    """The product is closed to new tickets."""

    message = N_("Este produto não recebe mais chamados. Escolha outro.")
    status = 422


class TicketStillOpen(Refused):
    """Only a closed ticket has a follow-up: an open one takes replies."""

    message = N_("Este chamado ainda está aberto: responda nele mesmo.")


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """A submitted ticket: texts in Markdown, type, product and files."""

    type_key: str
    subject: str
    description: str
    product: Product | None = None
    module_id: int | None = None
    #: The language of the texts: "pt-BR", "es" or "en".
    language: str = "pt-BR"
    #: The form's idempotency token: submitting the form twice opens one ticket.
    client_token: str | None = None
    files: tuple[StoredUpload, ...] = ()


def open_ticket(new: NewTicket, *, by: Person, company: Company | None) -> Ticket:
    """Open a ticket that `by` owns. Idempotent by the client token.

    A suspended person may open one: support is a paid service. Raises TicketNeedsCompany, TicketAccessRestricted,
    FinanciallyBlocked, NeedsPermission, ConsultingNotOffered, TypeNotOffered, ProductTakesNoTickets, TooManyFiles.
    """
    ticket_type = db.session.get(TicketType, new.type_key)
    if ticket_type is None:
        raise TypeNotOffered
    _ensure_has_a_term(ticket_type)
    if not ticket_type.is_offered:
        raise TypeNotOffered
    _ensure_may_open(by, company, ticket_type)
    assert company is not None
    if ticket_type.needs_product and (new.product is None or new.product.closed_at is not None):
        raise ProductTakesNoTickets
    ticket = Ticket(
        code="",
        company_id=company.id,
        owner_id=by.id,
        opened_by_id=by.id,
        type_key=ticket_type.key,
        subject=new.subject,
        description=new.description,
        language=new.language,
        product_id=new.product.id if new.product and ticket_type.needs_product else None,
        module_id=new.module_id if ticket_type.needs_product else None,
        client_token=new.client_token,
    )
    return _insert(ticket, by, new.files)


def open_follow_up(closed: Ticket, words: TicketText, *, by: Person) -> Ticket:
    """Open the follow-up of a closed ticket, with its people and its history; return the existing one if there is one.

    The owner stays the same; if they left the company, `by` becomes the owner. Raises TicketStillOpen,
    TicketAccessRestricted, FinanciallyBlocked, ConsultingNotOffered, NotTicketOwner; Missing if `by` may not see the
    ticket.
    """
    closed = locking.take(closed)
    if not roles.roles_of(by, closed).is_customer:
        raise roles.NotTicketOwner
    if not closed.is_closed:
        raise TicketStillOpen
    if (first := follow_up_of(closed)) is not None:
        return first
    _ensure_has_a_term(closed.type)
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
    new_ticket = _insert(ticket, by, words.files)
    _copy_participants(closed, new_ticket, by)
    return new_ticket


def follow_up_of(ticket: Ticket) -> Ticket | None:
    """The follow-up of the ticket, or None."""
    return db.session.scalar(select(Ticket).where(Ticket.follow_up_of_id == ticket.id))


def types_for(person: Person, company: Company | None) -> Sequence[TicketType]:
    """The types that the person may choose, in their order; empty without access to tickets. One statement."""
    offered = select(TicketType).where(TicketType.is_offered)
    if company is None:
        return []
    query = select(Membership).where(Membership.person_id == person.id, Membership.company_id == company.id)
    query = query.where(Membership.ended_at.is_(None))
    unrestricted = query.where(
        Membership.tickets_restricted.is_(False) | (Membership.id == company.administrator_id)
    ).exists()
    consulting = query.where(Membership.technical_consulting).exists()
    if company.financially_blocked:
        offered = offered.where(TicketType.needs_product.is_(False))
    offered = offered.where(unrestricted, TicketType.needs_technical_consulting.is_(False) | consulting)
    return db.session.scalars(offered.order_by(TicketType.position)).all()


def obstacle(person: Person, company: Company | None) -> Refused | None:
    """Why the person may not open tickets, or none about products; None if they may. One statement."""
    if company is None:
        return TicketNeedsCompany()
    held = select(Membership).where(Membership.person_id == person.id, Membership.company_id == company.id)
    membership = db.session.scalar(held)
    if membership is not None and membership.tickets_restricted and membership.id != company.administrator_id:
        return TicketAccessRestricted()
    return FinanciallyBlocked() if company.financially_blocked else None


def _ensure_has_a_term(ticket_type: TicketType) -> None:
    """Raise ConsultingNotOffered for a paid type that is not offered. Support's own types have follow-ups."""
    if ticket_type.needs_technical_consulting and not ticket_type.is_offered:
        raise ConsultingNotOffered


def _ensure_may_open(by: Person, company: Company | None, ticket_type: TicketType) -> None:
    membership = _membership(by.id, company.id) if company is not None else None
    if company is None or membership is None:
        raise TicketNeedsCompany
    if membership.tickets_restricted and membership.id != company.administrator_id:
        raise TicketAccessRestricted
    if ticket_type.needs_product and company.financially_blocked:
        raise FinanciallyBlocked
    if ticket_type.needs_technical_consulting and not membership.technical_consulting:
        raise NeedsPermission


def _membership(person_id: int, company_id: int) -> Membership | None:
    """The person's current membership, locked; None if there is none."""
    asked = select(Membership).where(Membership.person_id == person_id, Membership.company_id == company_id)
    held = db.session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    return held if held is not None and held.ended_at is None else None


def _insert(ticket: Ticket, by: Person, files: Sequence[StoredUpload]) -> Ticket:
    try:
        with db.session.begin_nested():
            ticket.code = _next_code()
            db.session.add(ticket)
            db.session.flush()
            ticket.root_id = ticket.root_id or ticket.id
            db.session.flush()
    except IntegrityError:
        # The token's unique key was violated, perhaps in a race; or another constraint.
        if (first := sql.sent_before(Ticket, ticket.client_token, Ticket.opened_by_id == by.id)) is None:
            raise
        return first
    attaching.attach(files, ticket_id=ticket.id, by=by)
    progressing.record("ticket_opened", ticket, by=by, company=db.session.get_one(Company, ticket.company_id).name)
    return ticket


def _next_code() -> str:
    """Return the next YYYY-NNNNNN of São Paulo's current year. Locks the year's row until the transaction ends."""
    year = clock.date_in_sao_paulo(clock.now()).year
    insert = sql.upsert(TicketYear).values(year=year, last=1)
    taken = insert.on_conflict_do_update(index_elements=["year"], set_={"last": TicketYear.last + 1})
    number = db.session.scalar(taken.returning(TicketYear.last))
    return f"{year}-{number:06d}"


def _copy_participants(closed: Ticket, new_ticket: Ticket, by: Person) -> None:
    """Make the closed ticket's participants, and `by`, participants of the new one."""
    people = set(
        db.session.scalars(select(TicketParticipant.person_id).where(TicketParticipant.ticket_id == closed.id))
    )
    db.session.add_all(
        TicketParticipant(
            ticket_id=new_ticket.id, person_id=person_id, company_id=new_ticket.company_id, added_by_id=by.id
        )
        for person_id in sorted((people | {by.id}) - {new_ticket.owner_id})
    )
    db.session.flush()
