"""The letters about one's account."""

from ideas.accounts import credentials, resetting
from tests import make
from tests.outbox.emails.playing import Told, scene, so_far

NETWORK = "203.0.113.7"
ANA, BRUNO, NEW = "ana@exemplo.example", "bruno@exemplo.example", "ana.nova@exemplo.example"


@scene("password_reset_asked")
def asked_for_a_password(language: str) -> Told:
    resetting.ask(ANA, NETWORK, language=language)
    return Told(ANA, ("Ana",), "/esqueci-minha-senha/")


@scene("password_changed")
def password_changed(language: str) -> Told:
    credentials.replace_password(make.person("ana"), "x")
    return Told(ANA, ("Ana", "2026", "11:00"), "/esqueci-minha-senha")


@scene("email_change_asked")
def asked_for_an_email(language: str) -> Told:
    credentials.ask_for_email(make.person("ana"), NEW, network=NETWORK)
    return Told(NEW, ("Ana", NEW), "/confirmar-email/")


@scene("email_change_asked", "taken")
def asked_for_somebodys_email(language: str) -> Told:
    credentials.ask_for_email(make.person("ana"), BRUNO, network=NETWORK)
    return Told(BRUNO, ("Bruno",), "/esqueci-minha-senha")


@scene("email_changed")
def email_changed(language: str) -> Told:
    ana = make.person("ana")
    credentials.ask_for_email(ana, NEW, network=NETWORK)
    so_far()
    credentials.confirm_email(credentials.mint_for_email(ana.id))
    return Told(ANA, ("Ana", "2026", "11:00"))
