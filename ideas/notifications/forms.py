"""What a person chooses of the mail they get."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from ideas.notifications.preferences import FIRST_HOUR, LAST_HOUR, Choice, Mail, Topic
from ideas.web.forms import Form


def _choices() -> dict[str, str]:
    return {
        Choice.AT_ONCE.value: gettext("Na hora"),
        Choice.DIGEST.value: gettext("No resumo do dia"),
        Choice.NEVER.value: gettext("Não enviar"),
    }


class MailForm(Form):
    """One choice for each topic, and the hour of the digest."""

    results = RadioField(_("O que foi feito das ideias que acompanho"), [InputRequired()], choices=_choices)
    news = RadioField(_("Comentários e outras novidades das ideias"), [InputRequired()], choices=_choices)
    tickets = RadioField(_("Chamados"), [InputRequired()], choices=_choices)
    personal = RadioField(_("O que é sobre mim: empresa, permissões, moderação"), [InputRequired()], choices=_choices)
    hour = SelectField(
        _("Hora do resumo"),
        coerce=int,
        choices=lambda: {str(hour): f"{hour}h" for hour in range(FIRST_HOUR, LAST_HOUR + 1)},
    )

    @classmethod
    def of(cls, mail: Mail) -> "MailForm":
        """The form as that person chose."""
        chosen: dict[str, Any] = {topic.value: choice.value for topic, choice in mail.choices.items()}
        return cls(data={**chosen, "hour": mail.hour})

    def mail(self) -> Mail:
        """What was chosen; only of a valid form."""
        return Mail({topic: Choice(self[topic.value].data) for topic in Topic}, self.hour.data)
