"""The emails about an account: a link to set a password, a new address to confirm, what was changed.

They are sent at once, at any hour, to the person only, and cannot be switched off. Registered in wiring/registries.py.
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

#: Emails of older requests are dropped: by then the person has requested another link.
MAX_REQUEST_AGE = timedelta(hours=6)

_NOT_YOU = Wording(
    N_(
        "Se não foi você, recupere a senha agora e avise o suporte de %(vendor)s: alguém pode ter entrado na sua conta."
    ),
)


def register() -> None:
    """Register the events of accounts and their emails with the outbox."""
    for name in ("password_reset_asked", "password_changed", "email_change_asked", "email_changed"):
        kinds.register_kind(name)
    kinds.register_email("password_reset_asked", recipients=_person_recipient, write=_write_password_reset)
    kinds.register_email("password_changed", recipients=_person_recipient, write=_write_password_changed)
    kinds.register_email("email_change_asked", recipients=_person_recipient, write=_write_email_confirmation)
    kinds.register_email("email_changed", recipients=_old_address_recipient, write=_write_email_changed)


def email_to(person: Person, subject: Wording, *paragraphs: Wording, action: Wording | None = None,
              after: Iterable[Wording] = (), to: str = "", language: str | None = None) -> Email:  # fmt: skip
    """Compose an email in the person's language, to their address unless `to` is given."""
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


def _person_recipient(event: Event) -> list[str]:
    return [str(event.thing_id)] if event.thing_id is not None else []


def _old_address_recipient(event: Event) -> list[str]:
    return [event.data["before"]] if event.data["before"] else []


def _write_password_reset(event: Event, key: str) -> Email | None:
    person = db.session.get_one(Person, int(key))
    if not person.can_sign_in or event.recorded_at < clock.now() - MAX_REQUEST_AGE:
        return None
    return email_to(
        person,
        Wording(N_("Crie uma senha nova")),
        Wording(N_("Recebemos um pedido para criar uma senha nova para a sua conta no portal %(portal)s.")),
        action=Wording(
            N_("Criar senha nova"), endpoint="resets.edit", values={"token": resetting.create_link(person.id)}
        ),
        after=[
            Wording(N_("O link vale por 1 hora e só pode ser usado uma vez.")),
            Wording(N_("Se você não pediu, pode ignorar esta mensagem: a sua senha continua a mesma.")),
        ],
        language=event.data["language"],
    )


def _write_password_changed(event: Event, key: str) -> Email:
    return email_to(
        db.session.get_one(Person, int(key)),
        Wording(N_("Sua senha foi trocada")),
        Wording(N_("A senha da sua conta no portal %(portal)s foi trocada em %(when)s."), {"when": event.recorded_at}),
        Wording(N_("Por segurança, os outros aparelhos em que você estava foram desconectados.")),
        action=Wording(N_("Recuperar a senha"), endpoint="resets.new"),
        after=[_NOT_YOU],
    )


def _write_email_confirmation(event: Event, key: str) -> Email | None:
    """Send the link to the new address or, if another account has that address, a notice to its owner."""
    person, change = db.session.get_one(Person, int(key)), db.session.get(EmailChange, int(key))
    if change is None or person.closed_at is not None:
        return None
    if (owner := credentials.person_by_email(change.email)) is not None:
        return _write_email_in_use(owner)
    return email_to(
        person,
        Wording(N_("Confirme o seu e-mail novo")),
        Wording(N_("Você pediu para entrar no portal %(portal)s com %(email)s."), {"email": change.email}),
        action=Wording(
            N_("Confirmar este e-mail"),
            endpoint="email_changes.edit",
            values={"token": credentials.create_email_link(person.id)},
        ),
        after=[
            Wording(N_("O link vale por 24 horas e só pode ser usado uma vez.")),
            Wording(N_("Se você não pediu, pode ignorar esta mensagem: nada muda.")),
        ],
        to=change.email,
    )


def _write_email_in_use(owner: Person) -> Email:
    return email_to(
        owner,
        Wording(N_("Este e-mail já tem cadastro")),
        Wording(
            N_("Alguém pediu para usar este e-mail em outra conta do portal %(portal)s, mas ele já é o da sua conta.")
        ),
        Wording(N_("Se foi você, entre com este e-mail, ou recupere a senha.")),
        action=Wording(N_("Recuperar a senha"), endpoint="resets.new"),
        after=[Wording(N_("Se não foi você, pode ignorar esta mensagem: nada muda."))],
    )


def _write_email_changed(event: Event, key: str) -> Email:
    """Notify the old address."""
    person = db.session.get_one(Person, event.thing_id)
    return email_to(
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
