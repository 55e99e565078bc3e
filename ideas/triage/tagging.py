"""The words by which managers find ideas again. One word has one spelling: the first that was used."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select

from ideas import sql, text
from ideas.board.models import Idea
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.triage.models import IdeaTag, Tag

#: The most tags of one idea, and the longest tag in characters.
MOST, LONGEST = 10, 40
#: Tags offered while one types.
OFFERED = 200


class TooManyTags(Refused):
    message = N_("Uma ideia tem no máximo %(most)d etiquetas.")
    status = 422


class TagTooLong(Refused):
    message = N_("Uma etiqueta tem no máximo %(most)d letras.")
    status = 422


def put(idea: Idea, names: Iterable[str]) -> None:
    """Give the idea these tags and no others. Raises TooManyTags, TagTooLong."""
    wanted: dict[str, str] = {}
    for name in names:
        if key := _key(name):
            wanted.setdefault(key, name)
    if len(wanted) > MOST:
        raise TooManyTags(most=MOST)
    if any(len(name) > LONGEST for name in wanted.values()):
        raise TagTooLong(most=LONGEST)
    tags = _known(wanted)
    db.session.execute(delete(IdeaTag).where(IdeaTag.idea_id == idea.id, IdeaTag.tag_id.not_in(tags)))
    if tags:
        rows = [{"idea_id": idea.id, "tag_id": tag} for tag in tags]
        db.session.execute(sql.upsert(IdeaTag).values(rows).on_conflict_do_nothing())


def tags_among(numbers: Iterable[int]) -> dict[int, list[str]]:
    """The tags of each of these ideas, by name: one statement."""
    rows = select(IdeaTag.idea_id, Tag.name).join(Tag, Tag.id == IdeaTag.tag_id)
    found: dict[int, list[str]] = defaultdict(list)
    for number, name in db.session.execute(rows.where(IdeaTag.idea_id.in_(set(numbers))).order_by(Tag.key)):
        found[number].append(name)
    return found


def offered() -> Sequence[Tag]:
    """The tags in use, the most used first."""
    used = func.count(IdeaTag.idea_id)
    rows = select(Tag).join(IdeaTag, IdeaTag.tag_id == Tag.id).group_by(Tag.id).order_by(used.desc(), Tag.key)
    return db.session.scalars(rows.limit(OFFERED)).all()


def _known(wanted: dict[str, str]) -> list[int]:
    """The ids of these tags; those that nobody has used are made."""
    if not wanted:
        return []
    rows = [{"key": key, "name": name} for key, name in sorted(wanted.items())]
    insert = sql.upsert(Tag).values(rows)
    db.session.execute(insert.on_conflict_do_nothing(index_elements=["key"]))
    return list(db.session.scalars(select(Tag.id).where(Tag.key.in_(wanted))))


def _key(name: str) -> str:
    return text.fold(name).strip()
