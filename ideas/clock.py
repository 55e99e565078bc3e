"""The current time, dates in São Paulo, and working days.

Datetimes are stored and compared in UTC. A *date* (a deadline, the month of a statistic, "today") is the local date in
São Paulo: at 01:30 UTC on the 19th it is still the 18th there. Working days exclude weekends and the national holidays
of Leis 662/1949, 6.802/1980 and 14.759/2023, and Good Friday, which every published national list includes. Carnival
and Corpus Christi are optional days, not holidays, so they are working days.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton

if TYPE_CHECKING:
    from holidays import HolidayBase

SAO_PAULO = ZoneInfo("America/Sao_Paulo")

_SATURDAY = 5
#: A stored quarter: "2027-T1".
QUARTER_RE = re.compile(r"20\d\d-T[1-4]", re.ASCII)


def now() -> datetime:
    """Return the current time, timezone-aware, in UTC. The rest of the portal reads the time only here."""
    return datetime.now(UTC)


def date_in_sao_paulo(moment: datetime) -> date:
    """Return the local date in São Paulo at a timezone-aware moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no date in São Paulo")
    return moment.astimezone(SAO_PAULO).date()


def noon_in_sao_paulo(day: date) -> datetime:
    """Return the datetime for a day without a known time: noon has the same date from UTC−12 to UTC+8."""
    return datetime.combine(day, time(12), SAO_PAULO).astimezone(UTC)


def end_of_day_in_sao_paulo(day: date) -> datetime:
    """Return the last second of a day, for deadlines that include the day."""
    return datetime.combine(day, time(23, 59, 59), SAO_PAULO).astimezone(UTC)


@cache
def format_quarter(text: str, language: str) -> str:
    """Format a quarter such as "2027-T1" in that language; return any other text, such as a release, unchanged."""
    if not QUARTER_RE.fullmatch(text):
        return text
    year, number = map(int, text.split("-T"))
    return str(format_skeleton("yQQQQ", date(year, number * 3, 1), locale=Locale.parse(language, sep="-")))


def is_working_day(day: date) -> bool:
    """Return whether the day is neither on a weekend nor a national holiday."""
    return day.weekday() < _SATURDAY and day not in _national_holidays()


def nth_working_day(start: date, n: int) -> date:
    """Return the n-th working day after `start`; `start` itself does not count."""
    if n < 1:
        raise ValueError("working days are counted from 1")
    day = start
    while n:
        day += timedelta(days=1)
        n -= is_working_day(day)
    return day


@cache
def _national_holidays() -> "HolidayBase":
    """Import the calendar when it is first used: the library is slow to load."""
    from holidays import country_holidays

    return country_holidays("BR", language="pt_BR")
