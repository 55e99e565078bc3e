"""The form of the email preferences."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from ideas.notifications.preferences import FIRST_HOUR, LAST_HOUR, MailFrequency, MailPreferences, Topic
from ideas.web.forms import Form


def _choices() -> dict[str, str]:
    return {
        MailFrequency.AT_ONCE.value: gettext("Na hora"),
        MailFrequency.DIGEST.value: gettext("No resumo do dia"),
        MailFrequency.NEVER.value: gettext("Não enviar"),
    }


class MailForm(Form):
    """A frequency for each topic, and the hour of the digest."""

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
    def from_preferences(cls, preferences: MailPreferences) -> "MailForm":
        """Return the form, filled with the preferences."""
        chosen: dict[str, Any] = {topic.value: frequency.value for topic, frequency in preferences.frequencies.items()}
        return cls(data={**chosen, "hour": preferences.hour})

    def preferences(self) -> MailPreferences:
        """Return the chosen preferences. Call it on a valid form only."""
        return MailPreferences({topic: MailFrequency(self[topic.value].data) for topic in Topic}, self.hour.data)
