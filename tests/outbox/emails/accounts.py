"""Emails about accounts."""

from ideas.accounts import credentials, resetting
from tests import make
from tests.outbox.emails.scenes import Expected, discard_earlier_events, scene

NETWORK = "203.0.113.7"
ANA, BRUNO, NEW = "ana@exemplo.example", "bruno@exemplo.example", "ana.nova@exemplo.example"


@scene("password_reset_asked")
def reset_requested(language: str) -> Expected:
    resetting.request_link(ANA, NETWORK, language=language)
    return Expected(ANA, ("Ana",), "/esqueci-minha-senha/")


@scene("password_changed")
def password_changed(language: str) -> Expected:
    credentials.replace_password(make.person("ana"), "x")
    return Expected(ANA, ("Ana", "2026", "11:00"), "/esqueci-minha-senha")


@scene("email_change_asked")
def email_change_requested(language: str) -> Expected:
    credentials.request_email_change(make.person("ana"), NEW, network=NETWORK)
    return Expected(NEW, ("Ana", NEW), "/confirmar-email/")


@scene("email_change_asked", "taken")
def email_change_to_a_used_address(language: str) -> Expected:
    credentials.request_email_change(make.person("ana"), BRUNO, network=NETWORK)
    return Expected(BRUNO, ("Bruno",), "/esqueci-minha-senha")


@scene("email_changed")
def email_changed(language: str) -> Expected:
    ana = make.person("ana")
    credentials.request_email_change(ana, NEW, network=NETWORK)
    discard_earlier_events()
    credentials.confirm_email(credentials.create_email_link(ana.id))
    return Expected(ANA, ("Ana", "2026", "11:00"))
