"""Send a test email, and explain a failure in plain words."""

import re

from ideas.config import Settings
from ideas.errors import N_, Refused
from ideas.outbox import composing, transports
from ideas.outbox.emails import Email
from ideas.outbox.kinds import Wording
from ideas.outbox.transports import NotSent

#: A pattern in the error message -> what it means and what to do.
_EXPLANATIONS = (
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


class MailCheckFailed(Refused):
    """The test email was not sent. `message` explains why; the fact `said` is the server's own response."""

    status = 502

    def __init__(self, message: str, **facts: object) -> None:
        self.message = message  # type: ignore[misc]  # one class, several messages
        super().__init__(**facts)


def send_test_email(settings: Settings, to: str) -> str:
    """Send a test email and return where it went: the server or the folder. Raises MailCheckFailed, BadAddress."""
    mail = composing.compose(_test_email(to))
    try:
        with transports.open_transport(settings) as transport:
            transport.send(mail)
    except NotSent as fault:
        raise _explain(settings, str(fault)) from None
    return settings.mail_server or str(settings.instance_path / transports.FOLDER)


def _test_email(to: str) -> Email:
    return Email(
        to=to,
        subject=Wording(N_("Teste de e-mail do portal")),
        paragraphs=[Wording(N_("Se você está lendo isto, o portal consegue enviar e-mails."))],
        action=Wording(N_("Abrir o portal"), endpoint="ideas.index"),
    )


def _explain(settings: Settings, said: str) -> MailCheckFailed:
    other = N_("O e-mail de teste não saiu. O servidor disse: %(said)s")
    message = next((message for pattern, message in _EXPLANATIONS if re.search(pattern, said)), other)
    facts = {"server": settings.mail_server, "port": settings.mail_port, "sender": settings.mail_from, "said": said}
    return MailCheckFailed(message, **facts)
