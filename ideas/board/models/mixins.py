"""What the table of ideas and the read models of an idea have in common."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_
from sqlalchemy.ext.hybrid import hybrid_property

from ideas import text

#: An idea is in sight while none of these is set, and listed while it is in sight and not merged.
OUT_OF_SIGHT = ("hidden_at", "held_at", "withdrawn_at")
UNLISTED = ("merged_into_id", *OUT_OF_SIGHT)


class GroupMember(Protocol):
    """Something that belongs to a merged set: an idea, or a read model of one."""

    @property
    def id(self) -> int: ...

    @property
    def root_id(self) -> int | None: ...


class Linkable:
    """Something with an id and a title, from which its address is made."""

    id: int
    title: str

    @property
    def slug(self) -> str:
        return text.slug(self.title)


class Visibility:
    """The marks that take an idea off the board. `is_listed` and `in_sight` are also SQL conditions."""

    merged_into_id: int | None
    hidden_at: datetime | None
    held_at: datetime | None
    withdrawn_at: datetime | None

    @hybrid_property
    def is_listed(self) -> bool:
        """Whether the board shows it: it is in sight, and the root of its merged set."""
        return self.merged_into_id is None and self.in_sight

    @is_listed.inplace.expression
    @classmethod
    def _is_listed(cls) -> ColumnElement[bool]:
        return and_(*(getattr(cls, name).is_(None) for name in UNLISTED))

    @hybrid_property
    def in_sight(self) -> bool:
        """Whether everyone may see it: it is not hidden, held or withdrawn."""
        return not (self.hidden_at or self.held_at or self.withdrawn_at)

    @in_sight.inplace.expression
    @classmethod
    def _in_sight(cls) -> ColumnElement[bool]:
        return and_(*(getattr(cls, name).is_(None) for name in OUT_OF_SIGHT))

    @property
    def state(self) -> str:
        """What keeps it off the board: "hidden", "held", "withdrawn" or "merged"; "" if it is listed."""
        if self.hidden_at:
            return "hidden"
        if self.held_at:
            return "held"
        if self.withdrawn_at:
            return "withdrawn"
        return "merged" if self.merged_into_id else ""

    @property
    def open_to_comments(self) -> bool:
        """Comments stay open in every status."""
        return self.in_sight
