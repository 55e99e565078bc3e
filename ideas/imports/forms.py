"""The forms of an import: the file with where it comes from, and which of its columns is which."""

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
    origin = LineField(_("Nome da origem"), [Optional()])
    product = SelectField(_("Produto"), [InputRequired()])

    def offer(self, products: Sequence[Product], language: str) -> None:
        """What may be chosen: the presets, and the products that ideas may be about."""
        self.preset.choices = [(one.key, gettext(one.label)) for one in PRESETS.values()]
        self.product.choices = [(product.key, product.name_in(language)) for product in products]

    @property
    def source(self) -> Preset:
        """The preset chosen, of a form that was validated."""
        return PRESETS[str(self.preset.data)]

    @property
    def origin_name(self) -> str:
        """The preset's own origin, else the one typed."""
        return self.source.origin or str(self.origin.data)

    def validate(self, extra_validators: object = None) -> bool:
        """A preset without an origin of its own needs one."""
        valid = bool(super().validate(extra_validators))
        if self.preset.data in PRESETS and self.source.origin is None and not sources.is_origin(self.origin.data or ""):
            words = gettext("Dê um nome curto, só com letras minúsculas, números e hífens: “forum-antigo”.")
            self.origin.errors = [words]
            return False
        return valid


def mapping_form(preset: Preset, columns: list[str], mapping: Mapping[str, str] | None) -> Form:
    """For each of the preset's columns, which of the file's it is; `mapping` None takes what was sent."""
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


def mapping_of(form: Form, preset: Preset) -> dict[str, str]:
    """What was chosen, of a form that was validated."""
    return {column.key: form[column.key].data for column in preset.columns if form[column.key].data}
