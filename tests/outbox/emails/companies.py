"""Emails about companies and their members."""

from sqlalchemy import select

from ideas.accounts.documents import Cpf
from ideas.accounts.models import Person
from ideas.companies import accepting as coming_in
from ideas.companies import (
    administering,
    batch_inviting,
    inviting,
    joining,
    leaving,
    listing,
    operator_actions,
    requesting,
)
from ideas.companies.batch_validation import ValidatedRow
from ideas.companies.cnpj import Cnpj
from ideas.companies.inviting import NewInvitation
from ideas.companies.models import AccessRequest, Company, Membership, Permissions
from ideas.companies.requesting import NewAccessRequest
from ideas.db import db
from tests import make
from tests.outbox.emails.scenes import Expected, discard_earlier_events, scene

ANA, CARLA, IRIS = "ana@exemplo.example", "carla@exemplo.example", "iris@exemplo.example"
NINA, PAYING = "nina@exemplo.example", "financeiro@oficina.example"
AURORA, ORPHAN = "11.222.333/0001-81", "11.444.777/0001-61"


def orphan() -> Company:
    """Create a company without an administrator."""
    company = make.company("Oficina Sul")
    company.cnpj, company.financial_email = "11444777000161", PAYING
    return company


def membership(key: str) -> Membership:
    found = listing.membership_of(make.person(key), make.aurora())
    assert found is not None
    return found


def asked(cnpj: str, language: str) -> AccessRequest:
    requesting.submit(NewAccessRequest(cpf=Cpf.parse("153.509.460-56"), name="Nina Alves", email=NINA,
                              cnpj=Cnpj.parse(cnpj), language=language, network="192.0.2.1"))  # fmt: skip
    return db.session.scalars(select(AccessRequest)).one()


@scene("invitation_sent")
def invited(language: str) -> Expected:
    inviting.invite(make.aurora(), NewInvitation(name="Nina Alves", email=NINA), by=make.person("carla"))
    return Expected(NINA, ("Nina", "Carla Nunes", "Padaria Aurora"), "/primeiro-acesso/")


@scene("invitation_sent", "administrator")
def invited_to_administer(language: str) -> Expected:
    operator_actions.invite_administrator(orphan(), "Nina Alves", NINA, by=make.person("iris"))
    return Expected(NINA, ("Nina", "Íris Campos", "Oficina Sul"), "/primeiro-acesso/")


@scene("invitation_sent", "approved")
def let_in(language: str) -> Expected:
    request = asked(AURORA, language)
    discard_earlier_events()
    requesting.approve(request, Permissions(), by=make.person("carla"))
    return Expected(NINA, ("Nina", "Carla Nunes", "Padaria Aurora"), "/primeiro-acesso/")


@scene("invitations_sent")
def invited_with_others(language: str) -> Expected:
    carla = make.person("carla")
    rows = [ValidatedRow(number, f"{name} Alves", f"{name.lower()}@exemplo.example", Permissions(), [])
            for number, name in ((2, "Nina"), (3, "Otto"))]  # fmt: skip
    batch = batch_inviting.create_batch(make.aurora(), rows, file_name="p.csv", by=carla)
    batch_inviting.confirm(batch, company=make.aurora(), by=carla)
    db.session.commit()
    batch_inviting.invite_all(batch.id)
    return Expected(NINA, ("Nina", "Carla Nunes", "Padaria Aurora"), "/primeiro-acesso/")


@scene("access_requested")
def asked_for_access(language: str) -> Expected:
    asked(AURORA, language)
    return Expected(CARLA, ("Carla", "Nina Alves", NINA, "Padaria Aurora"), "/empresa/solicitacoes")


@scene("access_requested", "operators")
def asked_for_access_to_a_company_without_administrator(language: str) -> Expected:
    orphan()
    asked(ORPHAN, language)
    return Expected(IRIS, ("Íris", "Nina Alves", NINA, "Oficina Sul"), "/painel/solicitacoes")


@scene("access_requested", "paying")
def asked_for_access_to_the_billing_contact(language: str) -> Expected:
    orphan()
    asked(ORPHAN, language)
    return Expected(PAYING, ("Nina Alves", NINA, "Oficina Sul"))


@scene("access_refused")
def access_refused(language: str) -> Expected:
    request = asked(AURORA, language)
    discard_earlier_events()
    requesting.refuse(request, "Você não trabalha conosco.\n\nFale com o RH.", by=make.person("carla"))
    return Expected(
        NINA, ("Nina", "Padaria Aurora", "Você não trabalha conosco.", "Fale com o RH."), "/quero-me-cadastrar"
    )


@scene("permissions_changed")
def permissions_changed(language: str) -> Expected:
    administering.set_permissions(
        membership("ana"), Permissions(self_service=True), company=make.aurora(), by=make.person("carla")
    )
    return Expected(ANA, ("Ana", "Carla Nunes", "Padaria Aurora"), "/empresa")


@scene("membership_ended")
def removed(language: str) -> Expected:
    leaving.remove_member(membership("ana"), company=make.aurora(), by=make.person("carla"))
    return Expected(ANA, ("Ana", "Carla Nunes", "Padaria Aurora"), "/")


@scene("administration_received")
def made_administrator(language: str) -> Expected:
    administering.hand_over(make.aurora(), membership("ana"), by=make.person("carla"))
    return Expected(ANA, ("Ana", "Carla Nunes", "Padaria Aurora"), "/empresa")


@scene("administration_received", "from_nobody")
def made_administrator_by_the_portal(language: str) -> Expected:
    company = make.company("Oficina Sul")
    member = joining.join(make.person("ana"), company)
    administering.appoint(company, member, by=None)
    return Expected(ANA, ("Ana", "Oficina Sul"), "/empresa")


@scene("administration_ended")
def no_administrator_any_more(language: str) -> Expected:
    make.person("carla").locked_at = None
    administering.appoint(make.aurora(), membership("ana"), by=make.person("iris"))
    return Expected(CARLA, ("Carla", "Padaria Aurora"), "/empresa")


@scene("invitation_accepted")
def came_in(language: str) -> Expected:
    bruno: Person = make.person("bruno")
    new = NewInvitation(name=bruno.name, email=bruno.email or "")
    invitation = inviting.invite(make.aurora(), new, by=make.person("carla"))
    discard_earlier_events()
    coming_in.accept(invitation, bruno)
    return Expected(CARLA, ("Carla", "Bruno Leal", "Padaria Aurora"), "/empresa/pessoas")
