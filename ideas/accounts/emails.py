"""The letters about one's account: a link to choose a password, a new address, what was changed.

They go at once and at any hour, to the person alone; nobody can switch them off. Registered in wiring/registries.py.
"""

from collections.abc import Iterable
from datetime import timedelta

from ideas import clock
from ideas.accounts import credentials, resetting
from ideas.accounts.models import EmailChange, Person
from ideas.db import db
from ideas.errors import N_
from ideas.outbox import kinds
from ideas.outbox.emails import Email
from ideas.outbox.kinds import Wording
from ideas.outbox.models import Event

#: A letter that could not leave until then helps nobody any more: they asked again.
STALE = timedelta(hours=6)

_NOT_YOU = Wording(
    N_(
        "Se não foi você, recupere a senha agora e avise o suporte de %(vendor)s: alguém pode ter entrado na sua conta."
    ),
)


def register() -> None:
    """Make the events of accounts and their letters known to the outbox."""
    for name in ("password_reset_asked", "password_changed", "email_change_asked", "email_changed"):
        kinds.register_kind(name)
    kinds.register_email("password_reset_asked", recipients=_the_person, write=_reset)
    kinds.register_email("password_changed", recipients=_the_person, write=_password_changed)
    kinds.register_email("email_change_asked", recipients=_the_person, write=_confirm_email)
    kinds.register_email("email_changed", recipients=_the_old_address, write=_email_changed)


def letter_to(person: Person, subject: Wording, *paragraphs: Wording, action: Wording | None = None,
              after: Iterable[Wording] = (), to: str = "", language: str | None = None) -> Email:  # fmt: skip
    """A letter in the person's language, to their address unless another is given."""
    return Email(
        to=to or person.email or "",
        name=person.name,
        language=person.language or language,
        zone=person.time_zone,
        subject=subject,
        paragraphs=[Wording(N_("Olá, %(name)s."), {"name": person.name.split()[0]}), *paragraphs],
        action=action,
        after=list(after),
    )


def _the_person(event: Event) -> list[str]:
    return [str(event.thing_id)] if event.thing_id is not None else []


def _the_old_address(event: Event) -> list[str]:
    return [event.data["before"]] if event.data["before"] else []


def _reset(event: Event, key: str) -> Email | None:
    person = db.session.get_one(Person, int(key))
    if not person.can_sign_in or event.recorded_at < clock.now() - STALE:
        return None
    return letter_to(
        person,
        Wording(N_("Crie uma senha nova")),
        Wording(N_("Recebemos um pedido para criar uma senha nova para a sua conta no portal %(portal)s.")),
        action=Wording(N_("Criar senha nova"), endpoint="resets.edit", values={"token": resetting.mint(person.id)}),
        after=[
            Wording(N_("O link vale por 1 hora e só pode ser usado uma vez.")),
            Wording(N_("Se você não pediu, pode ignorar esta mensagem: a sua senha continua a mesma.")),
        ],
        language=event.data["language"],
    )


def _password_changed(event: Event, key: str) -> Email:
    return letter_to(
        db.session.get_one(Person, int(key)),
        Wording(N_("Sua senha foi trocada")),
        Wording(N_("A senha da sua conta no portal %(portal)s foi trocada em %(when)s."), {"when": event.recorded_at}),
        Wording(N_("Por segurança, os outros aparelhos em que você estava foram desconectados.")),
        action=Wording(N_("Recuperar a senha"), endpoint="resets.new"),
        after=[_NOT_YOU],
    )


def _confirm_email(event: Event, key: str) -> Email | None:
    """To the new address: the link; or, when it is somebody's already, a word to its owner."""
    person, change = db.session.get_one(Person, int(key)), db.session.get(EmailChange, int(key))
    if change is None or person.closed_at is not None:
        return None
    if (owner := credentials.owner_of(change.email)) is not None:
        return _already_yours(owner)
    return letter_to(
        person,
        Wording(N_("Confirme o seu e-mail novo")),
        Wording(N_("Você pediu para entrar no portal %(portal)s com %(email)s."), {"email": change.email}),
        action=Wording(
            N_("Confirmar este e-mail"),
            endpoint="email_changes.edit",
            values={"token": credentials.mint_for_email(person.id)},
        ),
        after=[
            Wording(N_("O link vale por 24 horas e só pode ser usado uma vez.")),
            Wording(N_("Se você não pediu, pode ignorar esta mensagem: nada muda.")),
        ],
        to=change.email,
    )


def _already_yours(owner: Person) -> Email:
    return letter_to(
        owner,
        Wording(N_("Este e-mail já tem cadastro")),
        Wording(
            N_("Alguém pediu para usar este e-mail em outra conta do portal %(portal)s, mas ele já é o da sua conta.")
        ),
        Wording(N_("Se foi você, entre com este e-mail, ou recupere a senha.")),
        action=Wording(N_("Recuperar a senha"), endpoint="resets.new"),
        after=[Wording(N_("Se não foi você, pode ignorar esta mensagem: nada muda."))],
    )


def _email_changed(event: Event, key: str) -> Email:
    """To the old address, which is nobody's any more."""
    person = db.session.get_one(Person, event.thing_id)
    return letter_to(
        person,
        Wording(N_("O e-mail da sua conta mudou")),
        Wording(
            N_(
                "A sua conta no portal %(portal)s passou a usar outro e-mail em %(when)s. "
                "Este não serve mais para entrar."
            ),
            {"when": event.recorded_at},
        ),
        after=[
            Wording(N_("Se não foi você, avise o suporte de %(vendor)s agora: alguém pode ter entrado na sua conta."))
        ],
        to=key,
    )
