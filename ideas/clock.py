"""Time, read in one place; and days as they are counted in São Paulo.

Moments are stored and compared in UTC. A *date* (a deadline, a figure's month, "today") is the
one on the wall in São Paulo: at 01:30 UTC on the 19th it is still the 18th there. Working days
leave out weekends and the national holidays of Leis 662/1949, 6.802/1980 and 14.759/2023, with
Good Friday as every published national list has it; Carnival and Corpus Christi are optional
days, not holidays, and do count.
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
#: A quarter, as it is kept: "2027-T1".
QUARTER = re.compile(r"20\d\d-T[1-4]", re.ASCII)


def now() -> datetime:
    """This moment, aware, in UTC. Nothing else in the portal asks what time it is."""
    return datetime.now(UTC)


def date_in_sao_paulo(moment: datetime) -> date:
    """The date on the wall in São Paulo at an aware moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no date in São Paulo")
    return moment.astimezone(SAO_PAULO).date()


def noon_in_sao_paulo(day: date) -> datetime:
    """The moment that stands for a day known without its hour: the same date from UTC−12 to UTC+8."""
    return datetime.combine(day, time(12), SAO_PAULO).astimezone(UTC)


def end_in_sao_paulo(day: date) -> datetime:
    """The last second of a day, for what holds until its end."""
    return datetime.combine(day, time(23, 59, 59), SAO_PAULO).astimezone(UTC)


@cache
def quarter_in_words(words: str, language: str) -> str:
    """A quarter such as "2027-T1" as that language calls it; any other words, such as a release's, as they are."""
    if not QUARTER.fullmatch(words):
        return words
    year, number = map(int, words.split("-T"))
    return str(format_skeleton("yQQQQ", date(year, number * 3, 1), locale=Locale.parse(language, sep="-")))


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a national holiday."""
    return day.weekday() < _SATURDAY and day not in _national_holidays()


def nth_working_day(start: date, n: int) -> date:
    """The n-th working day after `start`, which itself is not counted."""
    if n < 1:
        raise ValueError("working days are counted from 1")
    day = start
    while n:
        day += timedelta(days=1)
        n -= is_working_day(day)
    return day


@cache
def _national_holidays() -> "HolidayBase":
    """The calendar, imported at the first question only: the library is slow to load."""
    from holidays import country_holidays

    return country_holidays("BR", language="pt_BR")
