"""A test mail: whether mail leaves with these settings, and if not, why, in plain words."""

import re

from ideas.config import Settings
from ideas.errors import N_, Refused
from ideas.outbox import composing, transports
from ideas.outbox.composing import BadAddress
from ideas.outbox.emails import Letter
from ideas.outbox.kinds import Words
from ideas.outbox.transports import NotSent

#: What the server or the network says -> what that means and what to do.
_MEANINGS = (
    (r"gaierror|Name or service|nodename", N_("Não existe servidor com o nome %(server)s. Confira MAIL_SERVER.")),
    (r"ConnectionRefused|refused", N_("%(server)s não aceita conexões na porta %(port)s. Confira MAIL_PORT.")),
    (r"Timeout|timed out|unreachable",
     N_("%(server)s não respondeu na porta %(port)s. Um firewall pode estar no caminho, ou a porta é outra.")),
    (r"CERTIFICATE|SSLCert", N_("O certificado de %(server)s não confere com este nome. Use o nome que está nele.")),
    (r"SSL|WRONG_VERSION",
     N_("%(server)s não fala TLS na porta %(port)s. Use 465 para TLS direto, 587 para STARTTLS.")),
    (r"STARTTLS is not offered",
     N_("%(server)s não oferece conexão cifrada na porta %(port)s, e a senha não vai às claras. Use outra porta.")),
    (r"\b53[0459]\b|Authentication", N_("O usuário ou a senha não conferem. Confira MAIL_USERNAME e MAIL_PASSWORD.")),
    (r"AUTH extension", N_("%(server)s não pede usuário e senha nesta porta. Deixe MAIL_USERNAME vazio ou use outra.")),
    (r"\b55[0134]\b", N_("%(server)s recusou a mensagem. Confira se ele deixa enviar como %(sender)s (MAIL_FROM).")),
    (r"\b4\d\d\b", N_("%(server)s adiou a mensagem. Tente de novo em alguns minutos.")),
)  # fmt: skip


class MailTrouble(Refused):
    """The test mail did not leave. `message` says why; the fact `said` is what the server itself said."""

    status = 502

    def __init__(self, message: str, **facts: object) -> None:
        self.message = message  # type: ignore[misc]  # one class, many reasons
        super().__init__(**facts)


def send_test(settings: Settings, to: str) -> str:
    """Send a test mail now; where it went ("smtp.example.com" or the folder). Raises MailTrouble, BadAddress."""
    mail = composing.compose(_letter(to))
    try:
        with transports.opened(settings) as post:
            post.send(mail)
    except NotSent as fault:
        raise _trouble(settings, str(fault)) from None
    return settings.mail_server or str(settings.instance_path / transports.FOLDER)


def _letter(to: str) -> Letter:
    return Letter(
        to=to,
        subject=Words(N_("Teste de e-mail do portal")),
        paragraphs=[Words(N_("Se você está lendo isto, o portal consegue enviar e-mails."))],
        action=Words(N_("Abrir o portal"), endpoint="ideas.index"),
    )


def _trouble(settings: Settings, said: str) -> MailTrouble:
    unknown = N_("O e-mail de teste não saiu. O servidor disse: %(said)s")
    meaning = next((words for pattern, words in _MEANINGS if re.search(pattern, said)), unknown)
    facts = {"server": settings.mail_server, "port": settings.mail_port, "sender": settings.mail_from, "said": said}
    return MailTrouble(meaning, **facts)


__all__ = ["BadAddress", "MailTrouble", "send_test"]
