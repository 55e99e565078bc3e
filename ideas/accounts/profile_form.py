"""The forms of the profile page (*Meu perfil*)."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import SelectField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from ideas.accounts.forms import validate_person_name
from ideas.accounts.models import Person
from ideas.accounts.phones import InvalidPhone, Phone
from ideas.accounts.profiles import ProfileData
from ideas.accounts.zones import ZONES, place_in
from ideas.web.forms import Form, LineField
from ideas.web.languages import LANGUAGES, language

MAX_NAME_LENGTH = 120
#: The choice to use the browser's language.
BROWSER_LANGUAGE = "auto"


class ProfileForm(Form):
    """The profile of a person. Create it with `for_person`, which sets its choices and values."""

    name = LineField(
        _("Nome"),
        [
            DataRequired(_("Escreva seu nome.")),
            Length(max=MAX_NAME_LENGTH, message=_("Encurte o nome: o limite é de %(max)d caracteres.")),
            validate_person_name,
        ],
    )
    phone = LineField(_("Telefone"))
    language = SelectField(_("Idioma"), [InputRequired()])
    time_zone = SelectField(_("Fuso horário"), [InputRequired()])

    @classmethod
    def for_person(cls, person: Person) -> "ProfileForm":
        """Return the form with the submitted values, or else the stored ones."""
        stored = {"name": person.name, "phone": Phone(person.phone).formatted if person.phone else "",
                 "language": person.language or BROWSER_LANGUAGE, "time_zone": person.time_zone}  # fmt: skip
        form = cls(data=stored)
        names = [(code, _LANGUAGE_NAMES[code]) for code in LANGUAGES]
        form.language.choices = [(BROWSER_LANGUAGE, gettext("O do navegador")), *names]
        form.time_zone.choices = _zone_choices(person.time_zone)
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

    def profile_data(self) -> ProfileData:
        """Return the submitted profile. Call only after validation."""
        return ProfileData(
            name=self.name.data or "",
            phone=Phone.parse(self.phone.data) if self.phone.data else None,
            language=None if self.language.data == BROWSER_LANGUAGE else self.language.data,
            time_zone=self.time_zone.data,
        )


class PhotoForm(Form):
    """A photo of the person. The upload is validated in `files.accepting`."""

    photo = FileField(_("Foto"))


_LANGUAGE_NAMES = {"pt-BR": "Português (Brasil)", "es": "Español", "en": "English"}


def _zone_choices(own: str) -> dict[str, Any]:
    """Return country -> (zone, city) in the reader's language, including their own zone if it is no longer offered."""
    offered = [*ZONES, own] if own not in ZONES else [*ZONES]
    places = [(zone, *place_in(zone, LANGUAGES[language()])) for zone in offered]
    countries = dict.fromkeys(country for _, country, _ in places)
    return {one: [(zone, place) for zone, country, place in places if country == one] for one in countries}
