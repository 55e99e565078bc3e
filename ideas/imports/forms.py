"""The forms of an import: the file with its origin, and the mapping of its columns."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import InputRequired, Optional

from ideas.imports import sources
from ideas.imports.sources import PRESETS, Preset
from ideas.products.models import Product
from ideas.web.forms import Form, LineField


class ImportForm(Form):
    """A new import."""

    file = FileField(_("Arquivo CSV"), [FileRequired(_("Escolha o arquivo."))])
    preset = SelectField(_("De onde vem"), [InputRequired()])
    #: Required, unless the preset has an origin: no flag says "optional" (`validate`).
    origin = LineField(_("Nome da origem"))
    product = SelectField(_("Produto"), [InputRequired()])

    def offer(self, products: Sequence[Product], language: str) -> None:
        """Set the choices: the presets, and these products."""
        self.preset.choices = [(one.key, gettext(one.label)) for one in PRESETS.values()]
        self.product.choices = [(product.key, product.name_in(language)) for product in products]

    @property
    def source(self) -> Preset:
        """The chosen preset; the form must be valid."""
        return PRESETS[str(self.preset.data)]

    @property
    def origin_name(self) -> str:
        """The preset's origin, or the submitted one."""
        return self.source.origin or str(self.origin.data)

    def validate(self, extra_validators: object = None) -> bool:
        """Also require an origin if the preset has none."""
        valid = bool(super().validate(extra_validators))
        if self.preset.data in PRESETS and self.source.origin is None and not sources.is_origin(self.origin.data or ""):
            message = gettext("Dê um nome curto, só com letras minúsculas, números e hífens: “forum-antigo”.")
            self.origin.errors = [message]
            return False
        return valid


def mapping_form(preset: Preset, columns: list[str], mapping: Mapping[str, str] | None) -> Form:
    """A form that maps the preset's columns to the file's; with `mapping` None it reads the request."""
    choices = {"": "–"} | {name: name for name in columns if name}
    fields = {
        column.key: SelectField(
            gettext(column.label),
            [InputRequired(gettext("Escolha a coluna."))] if column.required else [Optional()],
            choices=choices,
            description=gettext(column.about) if column.about else "",
        )
        for column in preset.columns
    }
    form = type("MappingForm", (Form,), fields)
    return form(prefix="column-") if mapping is None else form(None, data=dict(mapping), prefix="column-")  # type: ignore[no-any-return]


def chosen_mapping(form: Form, preset: Preset) -> dict[str, str]:
    """The chosen mapping; the form must be valid."""
    return {column.key: form[column.key].data for column in preset.columns if form[column.key].data}
