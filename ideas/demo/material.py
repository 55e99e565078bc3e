"""The data files beside this one, and dates relative to the seeding."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import resources
from typing import Any

from ideas import clock

#: The portal opened so many days ago: before the oldest idea.
OPENING = 730


def read(name: str) -> dict[str, Any]:
    """Read a data file by its name without the extension."""
    return tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Calendar:
    """Dates in São Paulo relative to the day of seeding; nothing happens later than `now`."""

    now: datetime

    def ago(self, days: float, *, minute: int = 720) -> datetime:
        """Return a time this many days ago, this many minutes after midnight."""
        moment = clock.noon_in_sao_paulo(self.on(-int(days))) + timedelta(minutes=minute - 720)
        return min(moment, self.now)

    def on(self, in_days: int) -> date:
        """Return the date this many days ahead."""
        return clock.date_in_sao_paulo(self.now) + timedelta(days=in_days)

    def quarter(self, in_days: int) -> str:
        """Return the quarter of that date, such as "2027-T1"."""
        day = self.on(in_days)
        return f"{day.year}-T{(day.month + 2) // 3}"

    def midnight(self, in_days: int) -> datetime:
        """Return the start of that date."""
        return datetime.combine(self.on(in_days), time(), clock.SAO_PAULO)
