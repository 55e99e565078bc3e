"""The emails of companies: invitations, access requests and refusals. Registered in wiring/registries.py."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies import inviting, requesting
from ideas.companies.models import AccessRequest, Company, Invitation
from ideas.db import db
from ideas.errors import N_
from ideas.outbox import kinds
from ideas.outbox.emails import Email, Quote
from ideas.outbox.kinds import Wording
from ideas.outbox.models import Event

#: Access requests per company and day that are emailed. Further ones are only shown (reliability.md A12).
MAX_REQUEST_EMAILS_PER_DAY, DAY = 5, timedelta(days=1)
_ASKS = N_("%(name)s (%(email)s) pede acesso a %(company)s no portal %(portal)s, de %(vendor)s.")


def register() -> None:
    """Register the emails with the outbox."""
    kinds.register_email("invitation_sent", recipients=_invitation_recipient, write=_write_invitation)
    kinds.register_email("access_requested", recipients=_request_recipients, write=_write_request)
    kinds.register_email("access_refused", recipients=_applicant_recipient, write=_write_refusal)


def invitation_email(invitation: Invitation, company: Company) -> Email:
    """Compose the email of an invitation, with a new link."""
    known = db.session.scalar(select(Person).where(Person.email == invitation.email))
    by = db.session.get(Person, invitation.invited_by_id) if invitation.invited_by_id else None
    facts = {"who": by.name if by else company.name, "company": company.name}
    token = inviting.create_link(invitation)
    return Email(
        to=invitation.email,
        name=invitation.name,
        language=(known.language if known else None) or invitation.language,
        subject=Wording(N_("Convite para %(company)s"), facts),
        paragraphs=[
            _greeting(invitation.name),
            Wording(_invitation_sentence(invitation), facts),
            Wording(
                N_("Ali você sugere melhorias, vota nas ideias de outros clientes e acompanha o que foi feito delas.")
            ),
        ],
        action=Wording(N_("Aceitar o convite"), endpoint="first_access.new", values={"token": token}),
        after=[
            Wording(N_("O link vale por 48 horas e só pode ser usado uma vez.")),
            Wording(N_("Se você já tem cadastro no portal, use a senha que já tem: o cadastro é um só por CPF.")),
            Wording(N_("Se não esperava este convite, pode ignorar esta mensagem.")),
        ],
    )


def _greeting(name: str) -> Wording:
    return Wording(N_("Olá, %(name)s."), {"name": name.split()[0]})


def _invitation_sentence(invitation: Invitation) -> str:
    if invitation.makes_administrator:
        return N_("%(who)s convidou você para administrar %(company)s no portal %(portal)s, de %(vendor)s.")
    return N_("%(who)s convidou você para fazer parte de %(company)s no portal %(portal)s, de %(vendor)s.")


def _invitation_recipient(event: Event) -> Iterable[str]:
    found = db.session.get(Invitation, event.thing_id)
    return [found.email] if found and found.is_open else []


def _write_invitation(event: Event, key: str) -> Email | None:
    row = db.session.execute(
        select(Invitation, Company).join(Invitation.company).where(Invitation.id == event.thing_id)
    ).one_or_none()
    return invitation_email(*row) if row and row[0].is_open else None


def _request_recipients(event: Event) -> Iterable[str]:
    """Return the administrator or, if there is none, the operators and the company's billing address."""
    asked = db.session.get(AccessRequest, event.thing_id)
    if asked is None or event.data["again"] or _is_over_daily_limit(asked):
        return []
    company = db.session.get(Company, asked.company_id) if asked.company_id else None
    billing = [company.financial_email] if company and company.financial_email and not company.administrator_id else []
    return [str(person) for person in requesting.deciders(asked)] + billing


def _is_over_daily_limit(asked: AccessRequest) -> bool:
    lately = select(func.count()).where(
        AccessRequest.company_id == asked.company_id, AccessRequest.asked_at > clock.now() - DAY
    )
    return (db.session.scalar(lately) or 0) > MAX_REQUEST_EMAILS_PER_DAY


def _write_request(event: Event, key: str) -> Email | None:
    asked = db.session.get(AccessRequest, event.thing_id)
    company = db.session.get(Company, asked.company_id) if asked and asked.company_id else None
    if asked is None or company is None or asked.outcome is not None:
        return None
    facts = {"name": asked.name, "email": asked.email, "company": company.name}
    if not key.isdigit():
        return _billing_contact_email(key, asked.language, facts)
    reader = db.session.get_one(Person, int(key))
    if reader.id not in requesting.deciders(asked):
        return None
    endpoint = "access_requests.index" if company.administrator_id else "newcomers.index"
    return Email(
        to=reader.email or "",
        name=reader.name,
        language=reader.language,
        zone=reader.time_zone,
        subject=Wording(N_("%(name)s pede acesso a %(company)s"), facts),
        paragraphs=[
            _greeting(reader.name),
            Wording(_ASKS, facts),
            Wording(N_("Aprove só quem você reconhece: o portal não confere o nome nem o e-mail.")),
        ],
        action=Wording(N_("Ver o pedido"), endpoint=endpoint),
        after=[
            Wording(
                N_("Quem você aprova recebe um convite por e-mail. Quem você recusa recebe o motivo que você escrever.")
            )
        ],
    )


def _billing_contact_email(address: str, language: str | None, facts: dict[str, str]) -> Email:
    """The billing contact has no account, so use the language of the applicant."""
    return Email(
        to=address,
        language=language,
        subject=Wording(N_("%(name)s pede acesso a %(company)s"), facts),
        paragraphs=[
            Wording(_ASKS, facts),
            Wording(
                N_("A empresa ainda não tem quem a administre no portal. Por isso escrevemos ao e-mail financeiro.")
            ),
            Wording(
                N_(
                    "%(vendor)s também recebeu este aviso. "
                    "Se a pessoa é da empresa, combine com eles quem vai administrar."
                )
            ),
        ],
    )


def _applicant_recipient(event: Event) -> Iterable[str]:
    asked = db.session.get(AccessRequest, event.thing_id)
    return [asked.email] if asked else []


def _write_refusal(event: Event, key: str) -> Email | None:
    asked = db.session.get(AccessRequest, event.thing_id)
    company = db.session.get(Company, asked.company_id) if asked and asked.company_id else None
    if asked is None or company is None:
        return None
    facts = {"company": company.name}
    return Email(
        to=asked.email,
        name=asked.name,
        language=asked.language,
        subject=Wording(N_("Seu pedido de acesso a %(company)s"), facts),
        paragraphs=[
            _greeting(asked.name),
            Wording(N_("Seu pedido de acesso a %(company)s no portal %(portal)s não foi aprovado. O motivo:"), facts),
            Quote(asked.reason),
        ],
        action=Wording(N_("Pedir acesso de novo"), endpoint="registrations.new"),
        after=[Wording(N_("Se foi engano, fale antes com quem administra a empresa no portal."))],
    )
