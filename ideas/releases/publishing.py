"""Link ideas to the items of a release, and publish it: the linked ideas that wait for it become delivered.

Both operations lock the release before any idea, so that no idea is linked to a forecast that has just
been published.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import deciding
from ideas.board.deciding import Decision
from ideas.board.merging import locking
from ideas.board.models import Idea
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.products.models import Release
from ideas.releases.models import ReleaseItem, ReleaseItemIdea
from ideas.releases.roadmap import DELIVERED, IN_PROGRESS, PLANNED


class AlreadyPublished(Refused):
    """The release is published already."""

    message = N_("Esta release já foi publicada.")


class NotDeliveredByIt(Refused):
    """A published release takes no new ideas: it lists those that it delivered."""

    message = N_("Esta release já foi publicada: responda a ideia como Entregue nela, e depois ligue as duas.")


@dataclass(frozen=True)
class Published:
    """What publishing a release did to its ideas."""

    delivered: Sequence[Idea]
    #: Linked or planned for it, but not delivered: staff should look at each.
    left: Sequence[Idea]


def link(item: ReleaseItem, idea: Idea, *, by: Person) -> None:
    """Link the item to the idea. For a forecast, the idea's set becomes *Planejada* for that release.

    One that is being made stays so, with the release as its target. Doing so again changes nothing.
    Raises NotDeliveredByIt and what deciding raises, such as for a release of another product.
    """
    release = db.session.get_one(Release, item.release_id, with_for_update={"read": True}, populate_existing=True)
    root = locking.root_of(idea)
    if release.is_published and root.delivered_release_id != release.id:
        raise NotDeliveredByIt
    if not release.is_published and root.target_release_id != release.id:
        to = IN_PROGRESS if root.status_key == IN_PROGRESS else PLANNED
        deciding.decide(root, Decision(to=to, target_release_id=release.id), by=by)
    if db.session.get(ReleaseItemIdea, (item.id, idea.id)) is None:
        db.session.add(ReleaseItemIdea(item_id=item.id, idea_id=idea.id))
        db.session.flush()


def publish(release: Release, *, by: Person) -> Published:
    """Publish the release, and mark the linked ideas that still wait for it as delivered.

    Those that were answered otherwise, or put off to another release, are left as they are; so is
    what was planned for it and linked to none of its items. Raises AlreadyPublished.
    """
    db.session.refresh(release, with_for_update=locking.LOCK)
    if release.is_published:
        raise AlreadyPublished
    release.published_at = clock.now()
    release.announced_at = release.announced_at or release.published_at
    db.session.flush()
    linked, planned = _linked(release), _planned(release)
    delivered = [root for root in linked if _waits(root, release)]
    for root in delivered:
        deciding.decide(root, Decision(to=DELIVERED, delivered_release_id=release.id), by=by)
    return Published(delivered, [root for root in dict.fromkeys([*linked, *planned]) if root not in delivered])


def is_answered_by(idea: Idea, release: Release) -> bool:
    """Whether an item of the release is linked to an idea of the set."""
    items = select(ReleaseItem.id).where(ReleaseItem.release_id == release.id)
    linked = select(ReleaseItemIdea.item_id).join(Idea, Idea.id == ReleaseItemIdea.idea_id)
    return db.session.scalar(linked.where(ReleaseItemIdea.item_id.in_(items), Idea.root_id == idea.root_id)) is not None


def _linked(release: Release) -> list[Idea]:
    """The roots of the sets linked to the items of the release, locked."""
    items = select(ReleaseItem.id).where(ReleaseItem.release_id == release.id)
    links = select(ReleaseItemIdea.idea_id).where(ReleaseItemIdea.item_id.in_(items))
    return locking.roots_of(db.session.scalars(select(Idea).where(Idea.id.in_(links))).all())


def _planned(release: Release) -> Sequence[Idea]:
    planned = select(Idea).where(Idea.target_release_id == release.id, Idea.merged_into_id.is_(None))
    return db.session.scalars(planned.order_by(Idea.id)).all()


def _waits(root: Idea, release: Release) -> bool:
    shown = not (root.hidden_at or root.held_at or root.withdrawn_at)
    return shown and root.status_key in {PLANNED, IN_PROGRESS} and root.target_release_id in {None, release.id}
