"""A plain model of the rules of votes: lists and dicts, no database.

What the portal does to its tables must come to the same as what this does to its rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ideas.board.models import Importance
from ideas.board.voting import recounting, trending


class No(Exception):
    """The rules refuse the operation."""


@dataclass
class Row:
    """One person's vote on one idea."""

    person: int
    idea: int
    company: int
    cast_at: datetime
    order: int
    importance: str | None = None
    on_behalf: bool = False
    withdrawn: bool = False
    set_aside: bool = False

    @property
    def is_active(self) -> bool:
        return not (self.withdrawn or self.set_aside)


class Ballots:
    """Ideas by number, people and companies by theirs, and everything that can be done to votes."""

    def __init__(self, inherited: list[int]) -> None:
        self.inherited = inherited
        self.rows: list[Row] = []
        self.parent: dict[int, int] = {}
        self.closed: set[int] = set()
        self.suspended: set[int] = set()

    # --- sets -------------------------------------------------------------------------------

    def root(self, idea: int) -> int:
        while idea in self.parent:
            idea = self.parent[idea]
        return idea

    def set_of(self, idea: int) -> set[int]:
        return {one for one in range(len(self.inherited)) if self.root(one) == self.root(idea)}

    def merge(self, idea: int, into: int) -> None:
        """Only a canonical idea joins another's set."""
        if self.root(idea) != idea or self.root(into) == idea:
            raise No
        self.parent[idea] = into

    def unmerge(self, idea: int) -> None:
        self.parent.pop(idea, None)

    # --- votes ------------------------------------------------------------------------------

    def rows_of(self, person: int, idea: int) -> list[Row]:
        return [row for row in self.rows if row.person == person and row.idea in self.set_of(idea)]

    def cast(self, person: int, idea: int, company: int, now: datetime) -> None:
        if person in self.suspended or self.root(idea) in self.closed:
            raise No
        earlier = self.rows_of(person, idea)
        if any(row.is_active for row in earlier):
            return
        row = next((row for row in earlier if row.idea == idea), None)
        if row is None:
            first = min([row.cast_at for row in earlier], default=now)
            row = Row(person, idea, company, first, len(self.rows))
            self.rows.append(row)
        row.company, row.on_behalf, row.withdrawn, row.set_aside = company, False, False, False

    def withdraw(self, person: int, idea: int) -> None:
        if self.root(idea) in self.closed:
            raise No
        for row in self.rows_of(person, idea):
            row.withdrawn = True

    def say(self, person: int, idea: int, importance: str | None) -> None:
        standing = [row for row in self.rows_of(person, idea) if row.is_active]
        if person in self.suspended or self.root(idea) in self.closed or not standing:
            raise No
        for row in standing:
            row.importance = importance

    def vote_for(self, person: int, idea: int, company: int, importance: str | None, now: datetime) -> None:
        if person in self.suspended or self.root(idea) in self.closed or self.rows_of(person, idea):
            raise No
        self.rows.append(Row(person, idea, company, now, len(self.rows), importance, on_behalf=True))

    def settle(self, person: int) -> None:
        """What the job does: set active votes aside, or restore those set aside."""
        for row in self.rows:
            if row.person == person and not row.withdrawn:
                row.set_aside = person in self.suspended

    # --- the resulting counters -------------------------------------------------------------------

    def tally(self, root: int) -> recounting.Tally:
        """Compute the counters of a set."""
        members = self.set_of(root)
        rows = [row for row in self.rows if row.idea in members and row.is_active]
        people = sorted({row.person for row in rows})
        first = [min((r for r in rows if r.person == one), key=lambda r: (r.cast_at, r.order)) for one in people]
        said = [_strongest(row.importance for row in rows if row.person == one) for one in people]
        inherited = sum(self.inherited[one] for one in members)
        return recounting.Tally(
            people_count=len(people),
            company_count=len({row.company for row in first}),
            inherited_votes=inherited,
            total_count=len(people) + inherited,
            nice_count=said.count(Importance.NICE),
            important_count=said.count(Importance.IMPORTANT),
            critical_count=said.count(Importance.CRITICAL),
            comment_count=0,
            trending=sum(trending.vote_score(row.cast_at) for row in first),
        )


def _strongest(stated: Iterable[str | None]) -> str | None:
    found = set(stated)
    return next((one for one in (Importance.CRITICAL, Importance.IMPORTANT, Importance.NICE) if one in found), None)
