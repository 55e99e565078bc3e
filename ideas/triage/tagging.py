"""The managers' tags on ideas. Tags are case-insensitive and keep the spelling of their first use."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select

from ideas import sql, text
from ideas.board.models import Idea
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.triage.models import IdeaTag, Tag

#: Tags per idea; characters per tag.
MAX_TAGS, MAX_TAG_LENGTH = 10, 40
#: Tags suggested while typing.
MAX_SUGGESTIONS = 200


class TooManyTags(Refused):
    message = N_("Uma ideia tem no máximo %(most)d etiquetas.")
    status = 422


class TagTooLong(Refused):
    message = N_("Uma etiqueta tem no máximo %(most)d letras.")
    status = 422


def set_tags(idea: Idea, names: Iterable[str]) -> None:
    """Replace the idea's tags. Raises TooManyTags, TagTooLong."""
    wanted: dict[str, str] = {}
    for name in names:
        if key := _key(name):
            wanted.setdefault(key, name)
    if len(wanted) > MAX_TAGS:
        raise TooManyTags(most=MAX_TAGS)
    if any(len(name) > MAX_TAG_LENGTH for name in wanted.values()):
        raise TagTooLong(most=MAX_TAG_LENGTH)
    tags = _tag_ids(wanted)
    db.session.execute(delete(IdeaTag).where(IdeaTag.idea_id == idea.id, IdeaTag.tag_id.not_in(tags)))
    if tags:
        rows = [{"idea_id": idea.id, "tag_id": tag} for tag in tags]
        db.session.execute(sql.upsert(IdeaTag).values(rows).on_conflict_do_nothing())


def tags_among(idea_ids: Iterable[int]) -> dict[int, list[str]]:
    """The tags of each of these ideas, by name: one statement."""
    rows = select(IdeaTag.idea_id, Tag.name).join(Tag, Tag.id == IdeaTag.tag_id)
    found: dict[int, list[str]] = defaultdict(list)
    for idea_id, name in db.session.execute(rows.where(IdeaTag.idea_id.in_(set(idea_ids))).order_by(Tag.key)):
        found[idea_id].append(name)
    return found


def suggestions() -> Sequence[Tag]:
    """The tags in use, most used first: at most MAX_SUGGESTIONS."""
    used = func.count(IdeaTag.idea_id)
    rows = select(Tag).join(IdeaTag, IdeaTag.tag_id == Tag.id).group_by(Tag.id).order_by(used.desc(), Tag.key)
    return db.session.scalars(rows.limit(MAX_SUGGESTIONS)).all()


def _tag_ids(wanted: dict[str, str]) -> list[int]:
    """The ids of these tags; inserts the missing ones."""
    if not wanted:
        return []
    rows = [{"key": key, "name": name} for key, name in sorted(wanted.items())]
    insert = sql.upsert(Tag).values(rows)
    db.session.execute(insert.on_conflict_do_nothing(index_elements=["key"]))
    return list(db.session.scalars(select(Tag.id).where(Tag.key.in_(wanted))))


def _key(name: str) -> str:
    return text.fold(name).strip()
