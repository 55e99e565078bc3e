"""What a merge would produce: the total of several sets together. Also selects the ideas merged into one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CTE, func, select

from ideas.board.models import Idea, Vote
from ideas.db import db


@dataclass(frozen=True)
class Preview:
    """The result of a merge: each set's current total, and the total of all together.

    Totals are people and inherited votes, as the board shows them.
    """

    totals: dict[int, int]
    people: int
    #: People with active votes in more than one of the sets.
    common: int
    inherited: int

    @property
    def total(self) -> int:
        return self.people + self.inherited


def preview(roots: Sequence[Idea]) -> Preview:
    """Count these canonical ideas together: one statement, without locks."""
    each = (
        select(func.count(Idea.root_id.distinct()).label("sets"))
        .select_from(Vote)
        .join(Idea, Idea.id == Vote.idea_id)
        .where(Idea.root_id.in_([root.id for root in roots]), Vote.is_active)
        .group_by(Vote.person_id)
        .subquery()
    )
    people, common = db.session.execute(
        select(func.count(), func.count().filter(each.c.sets > 1)).select_from(each)
    ).one()
    totals = {root.id: root.total_count for root in roots}
    return Preview(totals, people, common, sum(root.inherited_votes for root in roots))


def branch(idea_id: int) -> CTE:
    """The ids of an idea and of all ideas merged into it, at any depth."""
    below = select(Idea.id, Idea.root_id).where(Idea.id == idea_id).cte("branch", recursive=True)
    # A branch has one root, so the index of `root_id` finds the children.
    children = select(Idea.id, Idea.root_id).join(below, Idea.merged_into_id == below.c.id)
    return below.union(children.where(Idea.root_id == below.c.root_id))
