"""The clock, dates in São Paulo, and working days."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
import time_machine

from ideas import clock

pytestmark = pytest.mark.engine_independent


def test_now_is_aware_and_in_utc():
    assert clock.now().tzinfo is UTC


def test_tests_can_move_the_clock():
    with time_machine.travel(datetime(2026, 11, 21, 9, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_after_midnight_utc_it_is_still_the_previous_day_in_sao_paulo():
    assert clock.date_in_sao_paulo(datetime(2026, 11, 19, 1, 30, tzinfo=UTC)) == date(2026, 11, 18)


def test_a_naive_datetime_is_rejected():
    with pytest.raises(ValueError, match="time zone"):
        clock.date_in_sao_paulo(datetime(2026, 11, 19))


@pytest.mark.parametrize(
    ("day", "hour"),
    [(date(2026, 11, 21), 15), (date(2019, 1, 10), 14)],  # daylight saving time still applied in January 2019
)
def test_a_day_without_a_time_is_noon_in_sao_paulo(day, hour):
    noon = clock.noon_in_sao_paulo(day)
    assert noon == datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    assert clock.date_in_sao_paulo(noon) == day


@pytest.mark.parametrize(
    ("start", "seventh"),
    [
        (date(2026, 11, 18), date(2026, 11, 30)),
        (date(2026, 11, 20), date(2026, 12, 1)),
        (date(2026, 12, 23), date(2027, 1, 5)),
        (date(2026, 12, 30), date(2027, 1, 11)),
        (date(2026, 2, 12), date(2026, 2, 23)),
        (date(2026, 4, 1), date(2026, 4, 13)),
        (date(2026, 5, 29), date(2026, 6, 9)),
    ],
)
def test_nth_working_day(start, seventh):
    assert clock.nth_working_day(start, 7) == seventh


def test_nth_working_day_rejects_zero():
    with pytest.raises(ValueError, match="from 1"):
        clock.nth_working_day(date(2026, 11, 18), 0)


@pytest.mark.parametrize(
    "day",
    [date(2026, 11, 20), date(2026, 4, 3), date(2026, 12, 25), date(2026, 11, 21), date(2026, 11, 22)],
)
def test_national_holidays_and_weekends_are_not_working_days(day):
    assert not clock.is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 2, 16), date(2026, 6, 4), date(2026, 12, 24), date(2023, 11, 20)])
def test_optional_days_are_working_days(day):
    assert clock.is_working_day(day)


def test_importing_the_clock_does_not_import_the_holidays_library():
    code = "import sys, ideas.clock; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [("pt-BR", "1º trimestre de 2027"), ("pt", "1º trimestre de 2027"), ("es", "1.er trimestre de 2027"), ("en", "1st quarter 2027")],
)  # fmt: skip
def test_quarters_are_formatted_by_language_and_other_text_is_unchanged(language, words):
    assert clock.format_quarter("2027-T1", language) == words
    assert clock.format_quarter("12.1.2610", language) == "12.1.2610"
