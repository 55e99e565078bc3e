"""The form of Meu perfil, and that of the photo."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import SelectField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from ideas.accounts.forms import own_name
from ideas.accounts.models import Person
from ideas.accounts.phones import InvalidPhone, Phone
from ideas.accounts.profiles import Description
from ideas.accounts.zones import ZONES, place_in
from ideas.web.forms import Form, LineField
from ideas.web.languages import LANGUAGES, language

LONGEST_NAME = 120
#: The choice of following the browser.
BROWSERS = "auto"


class ProfileForm(Form):
    """What a person says of themselves. `of` it is made, so that choices and values are theirs."""

    name = LineField(
        _("Nome"),
        [
            DataRequired(_("Escreva seu nome.")),
            Length(max=LONGEST_NAME, message=_("Encurte o nome: o limite é de %(max)d caracteres.")),
            own_name,
        ],
    )
    phone = LineField(_("Telefone"))
    language = SelectField(_("Idioma"), [InputRequired()])
    time_zone = SelectField(_("Fuso horário"), [InputRequired()])

    @classmethod
    def of(cls, person: Person) -> "ProfileForm":
        """The form, filled with what was sent or else with what is known."""
        known = {"name": person.name, "phone": Phone(person.phone).formatted if person.phone else "",
                 "language": person.language or BROWSERS, "time_zone": person.time_zone}  # fmt: skip
        form = cls(data=known)
        form.language.choices = [(BROWSERS, gettext("O do navegador"))] + [(word, _NAMES[word]) for word in LANGUAGES]
        form.time_zone.choices = _zones(person.time_zone)
        return form

    def validate_name(self, field: LineField) -> None:
        if not any(letter.isalpha() for letter in field.data or ""):
            raise ValidationError(_("Escreva seu nome com letras."))

    def validate_phone(self, field: LineField) -> None:
        if not field.data:
            return
        try:
            Phone.parse(field.data)
        except InvalidPhone as refusal:
            raise ValidationError(gettext(refusal.message)) from None

    def description(self) -> Description:
        """What was typed, as the deed takes it; only of a form that was validated."""
        return Description(
            name=self.name.data or "",
            phone=Phone.parse(self.phone.data) if self.phone.data else None,
            language=None if self.language.data == BROWSERS else self.language.data,
            time_zone=self.time_zone.data,
        )


class PhotoForm(Form):
    """A picture of the person. Whether it is one is asked where files are judged."""

    photo = FileField(_("Foto"))


_NAMES = {"pt-BR": "Português (Brasil)", "es": "Español", "en": "English"}


def _zones(own: str) -> dict[str, Any]:
    """Country -> (zone, place), in the reader's language; also a zone of their own that is no longer offered."""
    offered = [*ZONES, own] if own not in ZONES else [*ZONES]
    places = [(zone, *place_in(zone, LANGUAGES[language()])) for zone in offered]
    countries = dict.fromkeys(country for _, country, _ in places)
    return {one: [(zone, place) for zone, country, place in places if country == one] for one in countries}
