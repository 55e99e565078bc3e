"""A new field of an idea is handled wherever the others are (docs/architecture.md, "Adding a field to an idea").

When one of these tests fails for your new column, add it to a list below and handle it in the files it names.
"""

import re
from pathlib import Path

import pytest

from ideas.board.detail import IdeaDetail
from ideas.board.models import Idea

ROOT = Path(__file__).parents[2]

#: What people write about an idea. Each of these fields is handled in all of `PLACES`.
WRITTEN = {"title", "problem", "proposal"}
#: Everything else: chosen from a list, or set by the portal.
NOT_WRITTEN = {
    "id", "product_id", "module_id", "kind", "status_key", "language", "author_id", "posted_by_id", "company_id",
    "origin", "external_id", "client_token", "published_at", "withdrawn_at", "hidden_at", "hidden_reason", "held_at",
    "held_reason", "merged_into_id", "root_id", "target_release_id", "target_quarter", "delivered_release_id",
    "answered_at", "own_inherited", "own_comments", "people_count", "company_count", "inherited_votes", "total_count",
    "nice_count", "important_count", "critical_count", "comment_count", "trending", "random_key",
}  # fmt: skip
PLACES = {
    "ideas/board/forms.py": "the form that posts an idea",
    "ideas/board/posting.py": "NewIdea, its insert and what the search index gets",
    "ideas/drafts/routes/written_fields.py": "the name of the field in a saved draft",
    "ideas/imports/inserting.py": "imported ideas and what the search index gets",
    "ideas/imports/sources/own_list.py": "the columns of the portal's own import sheet",
    "ideas/moderation/targets.py": "what a moderator reads of a reported idea",
    "ideas/demo/discussion.py": "the demo community",
    "templates/board/_idea_form.html": "the form",
    "templates/board/merging/index.html": "the texts of merged ideas",
    "templates/moderation/_text.html": "what a moderator reads of a reported idea",
    "templates/tickets/conversion.html": "turning a ticket into an idea",
    "templates/triage/_idea.html": "the idea beside the triage form",
}


def test_every_column_is_classified_as_written_by_people_or_not() -> None:
    unknown = {column.key for column in Idea.__table__.columns} ^ (WRITTEN | NOT_WRITTEN)
    assert unknown == set(), f"add it to WRITTEN or NOT_WRITTEN; what people write is handled in {sorted(PLACES)}"


@pytest.mark.parametrize("place", PLACES)
def test_every_written_field_is_handled_in(place: str) -> None:
    text = (ROOT / place).read_text(encoding="utf-8")
    assert {field for field in WRITTEN if not re.search(rf"\b{field}\b", text)} == set(), PLACES[place]


def test_the_page_of_an_idea_reads_and_shows_every_written_field() -> None:
    shown = "".join((ROOT / "templates/board" / name).read_text() for name in ("_masthead.html", "_article.html"))
    assert set(IdeaDetail._fields) >= WRITTEN
    assert {field for field in WRITTEN if f"idea.{field}" not in shown} == set()
