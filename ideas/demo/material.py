"""The files beside this one, and days counted from the day of seeding."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import resources
from typing import Any

from ideas import clock

#: The portal opened so many days ago: before the oldest idea.
OPENING = 730


def read(name: str) -> dict[str, Any]:
    """A file of the demo by its name, without the ending."""
    return tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Calendar:
    """Days as São Paulo counts them, from the day of seeding; nothing happens later than `now`."""

    now: datetime

    def ago(self, days: float, *, minute: int = 720) -> datetime:
        """A moment so many days back, so many minutes after midnight."""
        moment = clock.noon_in_sao_paulo(self.on(-int(days))) + timedelta(minutes=minute - 720)
        return min(moment, self.now)

    def on(self, in_days: int) -> date:
        """The date in so many days."""
        return clock.date_in_sao_paulo(self.now) + timedelta(days=in_days)

    def quarter(self, in_days: int) -> str:
        """The quarter of that date, such as "2027-T1"."""
        day = self.on(in_days)
        return f"{day.year}-T{(day.month + 2) // 3}"

    def midnight(self, in_days: int) -> datetime:
        """The beginning of that date."""
        return datetime.combine(self.on(in_days), time(), clock.SAO_PAULO)
