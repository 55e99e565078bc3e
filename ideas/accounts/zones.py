"""The time zones to choose from: those of the vendor's customers, Brazil first."""

from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

_AMERICA = [
    "Sao_Paulo", "Bahia", "Belem", "Fortaleza", "Maceio", "Recife", "Araguaina", "Noronha", "Campo_Grande", "Cuiaba",
    "Manaus", "Porto_Velho", "Boa_Vista", "Rio_Branco", "Eirunepe", "Santarem",
    "Argentina/Buenos_Aires", "La_Paz", "Santiago", "Bogota", "Costa_Rica", "Havana", "Guayaquil", "El_Salvador",
    "Guatemala", "Tegucigalpa", "Mexico_City", "Cancun", "Monterrey", "Tijuana", "Managua", "Panama", "Asuncion",
    "Lima", "Santo_Domingo", "Montevideo", "Caracas", "New_York", "Chicago", "Denver", "Los_Angeles", "Toronto",
]  # fmt: skip
#: Names of the time zone database.
ZONES = (
    *(f"America/{place}" for place in _AMERICA),
    *("Africa/Luanda", "Africa/Maputo", "Atlantic/Cape_Verde", "Europe/Lisbon", "Europe/Madrid", "Europe/London"),
)


@lru_cache(maxsize=256)
def place_in(zone: str, locale: str) -> tuple[str, str]:
    """Return the country and the city of a zone in that locale ("pt_BR")."""
    territory = get_global("zone_territories").get(zone, "")
    country = Locale.parse(locale).territories.get(territory, zone)
    return country, str(get_timezone_location(zone, locale=locale, return_city=True)).rpartition("/")[2]
