"""A valid submission of every form of the portal: the person, the address and the fields.

`FORMS[endpoint]()` creates the rows that the form needs and returns its submission. A route that accepts POST
without an entry here fails tests/web/test_posts.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from sqlalchemy import select

from ideas import clock
from ideas.accounts import credentials, profiles, resetting, sanctions, sessions
from ideas.accounts.documents import Cpf
from ideas.accounts.models import Session
from ideas.board import deciding, following
from ideas.board.deciding import Decision
from ideas.board.merging import merging
from ideas.board.models import Idea, Reason
from ideas.board.voting import casting
from ideas.companies import batch_inviting, batch_validation, inviting, operator_actions, requesting
from ideas.companies.batch_models import InvitationBatch
from ideas.companies.cnpj import Cnpj
from ideas.companies.inviting import NewInvitation
from ideas.companies.models import AccessRequest, Invitation, Membership
from ideas.companies.requesting import NewAccessRequest
from ideas.conduct import publishing
from ideas.db import db
from ideas.files import accepting, sheets, storing
from ideas.imports import running, sources
from ideas.imports.models import IdeaImport
from ideas.moderation import appealing, cases, reporting, targets
from ideas.moderation import deciding as judging
from ideas.moderation.deciding import Verdict
from ideas.moderation.models import Case, DecisionBatch, DecisionOutcome, VoteBurst
from ideas.moderation.reporting import NewReport
from ideas.moderation.targets import TargetKey
from ideas.notifications import preferences
from ideas.notifications.preferences import Topic
from ideas.outbox import recording
from ideas.outbox.models import QueuedEmail
from ideas.products import editing
from ideas.products.models import Module, Product
from ideas.tickets.models import Ticket, TicketParticipant
from ideas.triage import bulk
from tests import make
from tests.cast import PASSWORD
from tests.files.test_accepting import picture
from tests.imports.sheets_of_ideas import csv_of, row

NEW = "uma frase nova e comprida"
CPF = "153.509.460-56"
UNREGISTERED_CNPJ = "11.444.777/0001-61"


@dataclass(frozen=True)
class Filled:
    """A form as a person of the cast submits it (None: a visitor). A file is (name, bytes)."""

    who: str | None
    address: str
    data: dict[str, Any] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        """Return the fields, with files as streams."""
        return {name: (BytesIO(value[1]), value[0]) if isinstance(value, tuple) else value
                for name, value in self.data.items()}  # fmt: skip


FORMS: dict[str, Callable[[], Filled]] = {}


def form(endpoint: str) -> Callable[[Callable[[], Filled]], Callable[[], Filled]]:
    def register(fill: Callable[[], Filled]) -> Callable[[], Filled]:
        assert endpoint not in FORMS, endpoint
        FORMS[endpoint] = fill
        return fill

    return register


def form_without_rows(endpoint: str, who: str | None, address: str, **data: Any) -> None:
    """Register a form that needs no rows."""
    form(endpoint)(lambda: Filled(who, address, data))


def saved(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


# --- accounts ----------------------------------------------------------------------------------

form_without_rows("sessions.create", None, "/entrar", key="ana@exemplo.example", password=PASSWORD, next="/")
form_without_rows("sessions.destroy", "bruno", "/sair")
form_without_rows("resets.create", None, "/esqueci-minha-senha", key="ana@exemplo.example")
form_without_rows("password_changes.update", "bruno", "/perfil/senha", current_password=PASSWORD, password=NEW)
form_without_rows(
    "email_changes.create", "bruno", "/perfil/email", email="novo@exemplo.example", current_password=PASSWORD
)
form_without_rows("profile.update", "bruno", "/perfil", name="Bruno Leal Neto", phone="", language="es",
      time_zone="America/Manaus")  # fmt: skip
form_without_rows("profile.create_photo", "bruno", "/perfil/foto", photo=("eu.png", picture()))
form_without_rows("devices.destroy_others", "bruno", "/perfil/aparelhos/encerrar")


@form("resets.update")
def choose_password() -> Filled:
    return Filled(None, f"/esqueci-minha-senha/{resetting.create_link(make.person('ana').id)}", {"password": NEW})


@form("email_changes.update")
def confirm_email() -> Filled:
    bruno = make.person("bruno")
    credentials.request_email_change(bruno, "novo@exemplo.example", network="192.0.2.7")
    return Filled(None, f"/confirmar-email/{credentials.create_email_link(bruno.id)}")


@form("profile.destroy_photo")
def destroy_photo() -> Filled:
    bruno = make.person("bruno")
    accepted = accepting.accept(BytesIO(picture()), "eu.png", accepting.PORTRAIT)
    profiles.set_photo(bruno, storing.save(accepted, by=bruno.id))
    return Filled("bruno", "/perfil/foto/remover")


@form("devices.destroy")
def destroy_device() -> Filled:
    token = sessions.start(make.person("bruno"), device="Outro")
    other = db.session.scalars(select(Session.id).where(Session.token_hash == sessions.hash_token(token))).one()
    return Filled("bruno", f"/perfil/aparelhos/{other}/encerrar")


@form("preferences.update")
def choose_language() -> Filled:
    make.person("bruno").language = "en"
    return Filled("bruno", "/preferencias", {"lang": "es", "back": "/"})


# --- companies ---------------------------------------------------------------------------------


def member() -> Membership:
    """Create a member of Aurora."""
    person = make.customer(company=make.aurora())
    return db.session.scalars(select(Membership).where(Membership.person_id == person.id)).one()


def invitation(email: str = "nina@exemplo.example") -> Invitation:
    return inviting.invite(make.aurora(), NewInvitation(name="Nina Alves", email=email), by=make.person("carla"))


def access_request(cnpj: str) -> AccessRequest:
    requesting.submit(NewAccessRequest(cpf=Cpf.parse(CPF), name="Nina Alves", email="nina@exemplo.example",
                              cnpj=Cnpj.parse(cnpj), language="pt-BR", network="192.0.2.7"))  # fmt: skip
    return db.session.scalars(select(AccessRequest)).one()


def request_without_administrator() -> AccessRequest:
    """Create an access request for a company without an administrator."""
    make.company().cnpj = Cnpj.parse(UNREGISTERED_CNPJ).code
    return access_request(UNREGISTERED_CNPJ)


def batch() -> InvitationBatch:
    sheet = sheets.Sheet(sheets.in_memory(b"nome;e-mail\nNina Alves;nina@exemplo.example\n"))
    return batch_inviting.create_batch(
        make.aurora(), batch_validation.validate(sheet), file_name="a.csv", by=make.person("carla")
    )


form_without_rows("registrations.create", None, "/quero-me-cadastrar", cpf=CPF, name="Nina Alves", email="nina@exemplo.example",
      cnpj="11.222.333/0001-81")  # fmt: skip
form_without_rows("invitations.create", "carla", "/empresa/convites/novo", name="Nina Alves", email="nina@exemplo.example",
      self_service="y")  # fmt: skip
form_without_rows("invitation_batches.create", "carla", "/empresa/pessoas/lote",
      sheet=("a.csv", b"nome;e-mail\nNina Alves;nina@exemplo.example\n"))  # fmt: skip

form("members.destroy")(lambda: Filled("carla", f"/empresa/pessoas/{member().id}/remover"))
form("members.hand_over")(lambda: Filled("carla", f"/empresa/pessoas/{member().id}/administracao"))
form("invitations.send_again")(lambda: Filled("carla", f"/empresa/convites/{invitation().id}/reenviar"))
form("invitations.destroy")(lambda: Filled("carla", f"/empresa/convites/{invitation().id}/revogar"))
form("members.update")(lambda: Filled("carla", f"/empresa/pessoas/{member().id}", {"technical_consulting": "y"}))
form("access_requests.approve")(
    lambda: Filled(
        "carla", f"/empresa/solicitacoes/{access_request('11.222.333/0001-81').id}/aprovar", {"self_service": "y"}
    )
)
form("access_requests.refuse")(
    lambda: Filled(
        "carla", f"/empresa/solicitacoes/{access_request('11.222.333/0001-81').id}/recusar", {"reason": "Não é."}
    )
)
form("newcomers.approve")(lambda: Filled("iris", f"/painel/solicitacoes/{request_without_administrator().id}/aprovar"))
form("newcomers.refuse")(
    lambda: Filled(
        "iris", f"/painel/solicitacoes/{request_without_administrator().id}/recusar", {"reason": "Não é cliente."}
    )
)
form("invitation_batches.confirm")(lambda: Filled("carla", f"/empresa/pessoas/lote/{batch().id}/convidar"))
form("first_access.create")(
    lambda: Filled(None, f"/primeiro-acesso/{inviting.create_link(invitation())}", {"cpf": CPF, "password": NEW})
)


@form("active_company.update")
def switch_company() -> Filled:
    other = make.companies_of(make.person("davi"))[1]
    return Filled("davi", "/empresa/ativa", {"company": str(other.id), "back": "/"})


# --- ideas -------------------------------------------------------------------------------------


def idea() -> Idea:
    return make.idea(author=make.person("davi"))


def voted() -> Idea:
    """Create an idea with a vote of Bruno's."""
    about, bruno = idea(), make.person("bruno")
    casting.cast(about, voter=bruno, company=make.company_of(bruno))
    return about


def merged() -> Idea:
    """Create an idea with a vote of Bruno's, merged into another."""
    duplicate = voted()
    merging.merge([duplicate], idea(), by=make.person("elisa"))
    return duplicate


def answer(about: Idea) -> dict[str, str]:
    return {"seen": deciding.version_token(about), "to": "declined", "text": "Não por agora.", "link": "", "reason": ""}


def imported(phase: str = "") -> IdeaImport:
    """Create an import of one idea; with a phase, start its check or finish it."""
    erp = db.session.query(Product).filter_by(key="erp").one()
    accepted = accepting.accept(BytesIO(csv_of([row(1)])), "ideias.csv", accepting.SHEET)
    one = running.create(accepted, preset=sources.PRESETS["csv"], origin="forum", product=erp, by=make.person("iris"))
    db.session.flush()
    if phase:
        running.check(one, one.mapping)
    if phase == "checked":
        db.session.commit()
        running.process(one.id, one.turn)
    return one


def columns(one: IdeaImport) -> dict[str, str]:
    return {f"column-{key}": name for key, name in one.mapping.items()}


IDEA = {"title": "Exportar o razão por filial", "product": "erp", "module": "erp.fiscal", "kind": "innovation",
        "problem": "Hoje copiamos à mão.", "proposal": "Um botão.", "client_token": "ficha-1", "confirmed": "1"}  # fmt: skip
form_without_rows("ideas.create", "bruno", "/ideias/nova", **IDEA)
form_without_rows("followings.update", "bruno", "/seguir/padrao", voted="all", commented="nothing", back="/")
form_without_rows("drafts.destroy", "bruno", "/continuar/descartar", next="/")
form_without_rows("imports.create", "iris", "/painel/importar", preset="csv", origin="forum", product="erp",
      file=("ideias.csv", csv_of([row(1)])))  # fmt: skip
form("votes.create")(lambda: Filled("bruno", f"/ideias/{idea().id}/voto", {"size": "small"}))
form("votes.destroy")(lambda: Filled("bruno", f"/ideias/{voted().id}/voto/retirar"))
form("importance.update")(
    lambda: Filled("bruno", f"/ideias/{voted().id}/voto/peso", {"importance": "critical", "reason": "Multa."})
)
form("supporters.export")(lambda: Filled("elisa", f"/ideias/{voted().id}/votos/exportar"))
form("follows.update")(lambda: Filled("bruno", f"/ideias/{idea().id}/seguir", {"level": "results"}))
form("objections.create")(lambda: Filled("bruno", f"/ideias/{merged().id}/nao-e-a-mesma", {"reason": "Esta é do RH."}))
form("merges.destroy")(lambda: Filled("elisa", "/ideias/separar", {"ideia": [str(merged().id)]}))
form("comments.create")(
    lambda: Filled("bruno", f"/ideias/{idea().id}/comentarios", {"text": "Aqui também.", "client_token": "ficha-2"})
)
form("imports.stop")(lambda: Filled("iris", f"/painel/importar/{imported('going').id}/parar"))
form("imports.run")(lambda: Filled("iris", f"/painel/importar/{imported('checked').id}/importar"))


@form("imports.check")
def check_import() -> Filled:
    one = imported()
    return Filled("iris", f"/painel/importar/{one.id}/conferir", columns(one))


@form("proxies.create")
def vote_for_a_customer() -> Filled:
    data = {"member": str(member().id), "source": "chamado 2026-1", "importance": "nice", "reason": "Perde tempo."}
    return Filled("elisa", f"/ideias/{idea().id}/voto/em-nome", data)


@form("followings.destroy")
def unfollow_an_idea() -> Filled:
    about = idea()
    following.follow(about, make.person("bruno"), reason=Reason.VOTED)
    return Filled("bruno", "/seguir/deixar", {"ideia": [str(about.id)], "back": "/"})


@form("merges.create")
def merge_two() -> Filled:
    one, other = idea(), idea()
    return Filled("elisa", "/ideias/reunir", {"ideia": [str(one.id), str(other.id)], "em": str(other.id)})


@form("answers.create")
def answer_an_idea() -> Filled:
    about = idea()
    return Filled("elisa", f"/ideias/{about.id}/resposta", answer(about))


# --- triage ------------------------------------------------------------------------------------

TO = {"to": "under_review", "quarter": "", "words": "", "reason": ""}
form("triage_items.own")(
    lambda: Filled("elisa", f"/triagem/{idea().id}/responsavel", {"owner": str(make.person("elisa").id)})
)
form("triage_items.tag")(lambda: Filled("elisa", f"/triagem/{idea().id}/etiquetas", {"tags": "Fiscal, Reforma"}))
form("triage_items.note")(lambda: Filled("elisa", f"/triagem/{idea().id}/notas", {"words": "Falar com o fiscal."}))
form("triage_batches.create")(
    lambda: Filled("elisa", "/triagem/lote", {**TO, "idea": [str(idea().id)], "confirmed": "1"})
)


@form("triage_items.answer")
def answer_in_triage() -> Filled:
    about = idea()
    return Filled("elisa", f"/triagem/{about.id}/resposta", answer(about))


@form("triage_batches.destroy")
def undo_a_batch() -> Filled:
    changed = bulk.change_status([idea()], Decision(to="under_review"), by=make.person("elisa"))
    return Filled("elisa", f"/triagem/lote/{changed.batch.id}/desfazer")


# --- moderation --------------------------------------------------------------------------------


def rule() -> Any:
    code = publishing.current()
    assert code is not None
    return publishing.rules_of(code)[0]


def name_of(about: Idea) -> TargetKey:
    return TargetKey("idea", about.id)


def reported() -> Case:
    """Create a case: Carla reports an idea of Bruno's."""
    about, carla = make.idea(author=make.person("bruno")), make.person("carla")
    thing = targets.load([name_of(about)])[name_of(about)]
    report = reporting.report(thing, NewReport(rule(), "Ofende."), reporter=carla, company=make.company_of(carla))
    return db.session.get_one(Case, report.case_id)


def claimed() -> Case:
    case = reported()
    cases.claim(case, make.person("fabio"))
    return case


def judged() -> DecisionBatch:
    """Create a case in which Fábio hid the idea."""
    verdict = Verdict(outcome=DecisionOutcome.HIDE, rule=rule(), quote="à mão", reason="Veja a regra.")
    return judging.decide([targets.key_of(reported())], verdict, by=make.person("fabio"))


def decision() -> Any:
    return db.session.scalars(select(judging.Decision).where(judging.Decision.batch_id == judged().id)).one()


def appealed() -> Any:
    about = decision()
    appealing.appeal(about, "Não ofende.", by=make.person("bruno"))
    return about


def burst() -> VoteBurst:
    now = clock.now()
    made: VoteBurst = saved(VoteBurst(idea_id=idea().id, company_id=make.aurora().id, first_at=now, last_at=now, people=30,
                                     newcomers=30, same_network=30, only_this=30))  # fmt: skip
    return made


def verdict() -> dict[str, str]:
    return {"judged": "1", "outcome": "hide", "rule": str(rule().id), "quote": "à mão", "reason": "Veja a regra.",
            "hides": "y", "gravity": "", "until": "", "confirmed": "1"}  # fmt: skip


form("cases.claim")(lambda: Filled("fabio", f"/moderacao/casos/{reported().id}/assumir"))
form("cases.give_back")(lambda: Filled("fabio", f"/moderacao/casos/{claimed().id}/devolver"))
form("cases.decide")(lambda: Filled("fabio", f"/moderacao/casos/{reported().id}", verdict()))
form("cases.answer")(
    lambda: Filled(
        "gilda", f"/moderacao/casos/{appealed().case_id}/recurso", {"outcome": "reversed", "words": "Certo."}
    )
)
form("batches.create")(lambda: Filled("fabio", "/moderacao/textos", {**verdict(), "thing": [f"ideia-{idea().id}"]}))
form("batches.destroy")(lambda: Filled("fabio", f"/moderacao/lotes/{judged().id}/desfazer"))
form("bursts.update")(lambda: Filled("fabio", f"/moderacao/rajadas/{burst().id}", {"note": "Uma feira."}))
form("decisions.appeal")(
    lambda: Filled("bruno", f"/moderacao/decisoes/{decision().id}/recurso", {"words": "Não ofende."})
)
form("reports.create")(
    lambda: Filled(
        "bruno", f"/moderacao/denuncias/nova/ideia-{idea().id}", {"rule": str(rule().id), "words": "Ofende."}
    )
)

# --- tickets -----------------------------------------------------------------------------------


def ticket(**facts: Any) -> Ticket:
    """Create a ticket of Carla's about the ERP, in Heitor's queue."""
    return make.ticket(owner=make.person("carla"), **facts)


def participant(about: Ticket) -> int:
    taking = TicketParticipant(ticket_id=about.id, person_id=make.customer(company=make.aurora()).id,
                               company_id=about.company_id, added_by_id=about.owner_id)  # fmt: skip
    return int(saved(taking).person_id)


form_without_rows("tickets.create", "carla", "/chamados/novo", type="question", subject="Nota que não sai", product="erp",
      module="erp.fiscal", description="Fica em branco.", client_token="ficha-3", confirmed="1")  # fmt: skip
REPLY = {"text": "Alguma novidade?", "client_token": "ficha-4", "then": ""}
form("ticket_conversation.reply")(lambda: Filled("carla", f"/chamados/{ticket().code}/mensagens", REPLY))
form("ticket_conversation.note")(
    lambda: Filled("heitor", f"/chamados/{ticket().code}/notas", {"text": "Ver o log.", "client_token": "ficha-5"})
)
form("ticket_conversation.follow_up")(
    lambda: Filled("carla", f"/chamados/{ticket(state='closed').code}/acompanhamento", REPLY)
)
form("ticket_states.update")(
    lambda: Filled(
        "carla", f"/chamados/{ticket(state='awaiting_customer_validation').code}/situacao", {"to": "resolved"}
    )
)
form("ticket_assignments.update")(
    lambda: Filled("heitor", f"/chamados/{ticket().code}/analista", {"person": str(make.person("heitor").id)})
)
form("ticket_people.create")(
    lambda: Filled("carla", f"/chamados/{ticket().code}/pessoas", {"person": str(make.person("ana").id)})
)
form("ticket_people.transfer")(
    lambda: Filled("carla", f"/chamados/{ticket().code}/pessoas/proprietario", {"person": str(make.person("ana").id)})
)
form("ticket_conversions.create")(lambda: Filled("heitor", f"/chamados/{ticket().code}/ideia", IDEA))
form("ticket_conversions.vote")(lambda: Filled("heitor", f"/chamados/{ticket().code}/voto", {"idea": str(idea().id)}))
form("queues.update")(
    lambda: Filled("iris", f"/painel/filas/{make.person('heitor').id}", {"queue": ["admin_finance."]})
)


@form("ticket_people.destroy")
def remove_from_a_ticket() -> Filled:
    about = ticket()
    return Filled("carla", f"/chamados/{about.code}/pessoas/{participant(about)}/retirar")


# --- notices -----------------------------------------------------------------------------------

form_without_rows("notifications.update", "bruno", "/notificacoes/lidas", up_to="9")
form_without_rows("mail_choices.update", "bruno", "/notificacoes/preferencias", results="never", news="never", tickets="digest",
      personal="at_once", hour="9")  # fmt: skip
form("unsubscribing.update")(
    lambda: Filled(None, f"/notificacoes/sair/{preferences.unsubscribe_token(make.person('bruno').id, [Topic.NEWS])}")
)


@form("queued_emails.retry_email")
def retry_email() -> Filled:
    event = recording.record("password_changed", thing="person", thing_id=make.person("ana").id, by=None)
    queued = saved(QueuedEmail(event_id=event.id, recipient_key="1", next_try_at=None, given_up_at=clock.now()))
    return Filled("iris", f"/painel/correio/cartas/{queued.id}/tentar")


@form("overdue_events.retry_event")
def retry_event() -> Filled:
    event = recording.record("password_changed", thing="person", thing_id=make.person("ana").id, by=None)
    return Filled("iris", f"/painel/correio/avisos/{event.id}/tentar")


# --- operations --------------------------------------------------------------------------------

NAMES = {"name_pt": "Ponto", "name_es": "Fichaje", "name_en": "Timesheet"}


def product(*, ended: bool = False) -> str:
    one = db.session.query(Product).filter_by(key="rh").one()
    if ended:
        editing.close(one, by=make.person("iris"))
    return f"/painel/produtos/{one.id}"


def module(*, ended: bool = False) -> str:
    one = db.session.query(Module).filter_by(key="folha").one()
    if ended:
        editing.close(one, by=make.person("iris"))
    return f"{product()}/modulos/{one.id}"


def company() -> str:
    return f"/painel/empresas/{make.company().id}"


def company_with_invitation() -> str:
    """Create a company with an invited administrator."""
    made = make.company()
    operator_actions.invite_administrator(made, "Nina Alves", "nina@exemplo.example", by=make.person("iris"))
    return f"/painel/empresas/{made.id}"


def customer() -> str:
    return f"/painel/pessoas/{make.customer().id}"


form_without_rows("products.create", "iris", "/painel/produtos", **NAMES, key="ponto")
form_without_rows(
    "panel_companies.create", "iris", "/painel/empresas", name="Oficina Sul", cnpj=UNREGISTERED_CNPJ, financial_email=""
)
form_without_rows("panel_people.find", "iris", "/painel/pessoas/busca", cpf_or_name="ana")
form("products.update")(lambda: Filled("iris", product(), NAMES))
form("products.end")(lambda: Filled("iris", product() + "/encerrar"))
form("products.take_up")(lambda: Filled("iris", product(ended=True) + "/retomar"))
form("modules.create")(
    lambda: Filled("iris", product() + "/modulos", {f"module-{name}": value for name, value in NAMES.items()})
)
form("modules.update")(lambda: Filled("iris", module(), NAMES))
form("modules.end")(lambda: Filled("iris", module() + "/encerrar"))
form("modules.take_up")(lambda: Filled("iris", module(ended=True) + "/retomar"))
form("panel_companies.update")(
    lambda: Filled("iris", company(), {"name": "Oficina Norte", "financial_email": "nf@exemplo.example"})
)
form("panel_companies.block")(lambda: Filled("iris", company() + "/pendencia", {"block-why": "Faturas."}))
form("panel_companies.close")(lambda: Filled("iris", company() + "/encerrar", {"close-why": "Pediu."}))
form("panel_companies.invite_administrator")(
    lambda: Filled("iris", company() + "/convite", {"invite-name": "Nina", "invite-email": "nina@exemplo.example"})
)
form("panel_companies.send_again")(lambda: Filled("iris", company_with_invitation() + "/convite/reenviar"))
form("panel_companies.withdraw")(lambda: Filled("iris", company_with_invitation() + "/convite/cancelar"))
form("panel_people.assign")(
    lambda: Filled("iris", customer() + "/papeis", {"sent": "1", "roles": ["moderator"], "products": []})
)
form("panel_people.suspend")(
    lambda: Filled("iris", customer() + "/suspender", {"suspend-why": "Ofensas", "suspend-until": "2999-12-31"})
)
form("panel_people.send_reset")(lambda: Filled("iris", customer() + "/senha"))
form("panel_people.lock")(lambda: Filled("iris", customer() + "/bloquear", {"lock-why": "Celular roubado"}))


@form("panel_companies.unblock")
def unblock() -> Filled:
    blocked = make.company()
    operator_actions.block(blocked, by=make.person("iris"), why="Faturas.")
    return Filled("iris", f"/painel/empresas/{blocked.id}/pendencia/retirar")


@form("panel_companies.reopen")
def reopen() -> Filled:
    closed = make.company()
    operator_actions.close(closed, by=make.person("iris"), why="Pediu.")
    return Filled("iris", f"/painel/empresas/{closed.id}/reabrir")


@form("panel_companies.name_administrator")
def name_administrator() -> Filled:
    made = make.company()
    person = make.customer(company=made)
    return Filled("iris", f"/painel/empresas/{made.id}/administrador", {"email": str(person.email)})


@form("panel_people.restore")
def restore() -> Filled:
    return Filled("iris", f"/painel/pessoas/{make.person('joao').id}/restaurar")


@form("panel_people.unlock")
def unlock() -> Filled:
    locked = make.customer()
    sanctions.lock(locked, by=make.person("iris"))
    return Filled("iris", f"/painel/pessoas/{locked.id}/desbloquear")
