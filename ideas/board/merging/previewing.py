"""What several ideas are together: who voted in more than one, and which ideas hang below one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CTE, func, select

from ideas.board.models import Idea, Vote
from ideas.db import db


@dataclass(frozen=True)
class Preview:
    """What a merge would come to: each set's total now, and the whole's.

    Totals are people and inherited votes, as the board shows them.
    """

    totals: dict[int, int]
    people: int
    #: People whose vote stands in more than one of the sets.
    common: int
    inherited: int

    @property
    def total(self) -> int:
        return self.people + self.inherited


def preview(roots: Sequence[Idea]) -> Preview:
    """What these canonical ideas are together: one statement. Locks nothing: it is a look ahead."""
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
    """The ids of an idea and of all that was merged into it, however deep."""
    below = select(Idea.id, Idea.root_id).where(Idea.id == idea_id).cte("branch", recursive=True)
    # All of a branch has one root: its index finds the children.
    children = select(Idea.id, Idea.root_id).join(below, Idea.merged_into_id == below.c.id)
    return below.union(children.where(Idea.root_id == below.c.root_id))
