"""Linking ideas to the items of a release, and publishing it."""

import pytest
from sqlalchemy import select

from ideas import clock
from ideas.board import deciding, undoing
from ideas.board.deciding import Decision
from ideas.board.merging import merging, separating
from ideas.board.models import StatusChange
from ideas.db import db
from ideas.errors import Missing
from ideas.products.models import Product, Release
from ideas.releases import publishing
from ideas.releases.models import ReleaseItemIdea
from tests import make

FORECAST, OUT = "12.1.2610", "12.1.2510"


def links() -> list[tuple[int, int]]:
    return [(one.item_id, one.idea_id) for one in db.session.scalars(select(ReleaseItemIdea))]


def test_linking_makes_an_idea_planned_for_that_release(item, elisa) -> None:
    idea, release = make.idea(), make.release(FORECAST)
    made = item(release, "Razão em planilha")
    publishing.link(made, idea, by=elisa)
    assert (idea.status_key, idea.target_release_id) == ("planned", release.id)
    assert links() == [(made.id, idea.id)]


def test_linking_twice_is_one_link_and_one_step(item, elisa) -> None:
    idea, made = make.idea(), item(make.release(FORECAST), "Razão em planilha")
    publishing.link(made, idea, by=elisa)
    publishing.link(made, idea, by=elisa)
    assert len(links()) == 1
    assert len(db.session.scalars(select(StatusChange)).all()) == 1


def test_two_items_of_a_release_may_answer_one_idea(item, elisa) -> None:
    idea, release = make.idea(), make.release(FORECAST)
    for title in ("Razão em planilha", "Filtros do razão"):
        publishing.link(item(release, title), idea, by=elisa)
    assert len(links()) == 2
    assert len(db.session.scalars(select(StatusChange)).all()) == 1


def test_an_idea_in_progress_stays_so_and_gets_the_release_as_its_target(item, elisa) -> None:
    idea, release = make.idea(status="in_progress"), make.release(FORECAST)
    publishing.link(item(release, "Razão em planilha"), idea, by=elisa)
    assert (idea.status_key, idea.target_release_id) == ("in_progress", release.id)


def test_a_merged_idea_is_linked_and_its_canonical_one_is_planned(item, elisa) -> None:
    root, merged = make.idea(), make.idea()
    merged.merged_into_id = merged.root_id = root.id
    made = item(make.release(FORECAST), "Razão em planilha")
    publishing.link(made, merged, by=elisa)
    assert root.status_key == "planned"
    assert links() == [(made.id, merged.id)]


@pytest.mark.parametrize("answered", [True, False])
def test_an_idea_separated_after_its_target_is_out_does_not_wait_for_it(item, elisa, answered) -> None:
    """It was delivered if an item answers it; otherwise it is planned without a date."""
    release = make.release(FORECAST)
    root, duplicate = make.idea(), make.idea(status="planned", target_release_id=release.id)
    merging.merge([duplicate], root, by=elisa)
    publishing.link(item(release, "Razão em planilha"), duplicate if answered else root, by=elisa)
    publishing.publish(release, by=elisa)
    separating.unmerge(duplicate, by=elisa)
    expected = ("delivered", None, release.id) if answered else ("planned", None, None)
    assert (duplicate.status_key, duplicate.target_release_id, duplicate.delivered_release_id) == expected


def test_an_undone_decision_does_not_restore_a_target_that_is_out(item, elisa) -> None:
    release = make.release(FORECAST)
    idea = make.idea(status="planned", target_release_id=release.id)
    before = undoing.state_before(idea)
    decided = deciding.decide(idea, Decision(to="declined", text="Não cabe."), by=elisa)
    publishing.publish(release, by=elisa)
    assert undoing.undo(decided.change, before, by=elisa)
    assert (idea.status_key, idea.target_release_id) == ("planned", None)


def test_an_idea_of_another_product_is_refused(item, elisa) -> None:
    with pytest.raises(deciding.ReleaseNotAhead):
        publishing.link(item(make.release(FORECAST), "Razão em planilha"), make.idea(product="rh"), by=elisa)


def test_an_unannounced_release_makes_no_idea_planned(item, elisa) -> None:
    erp = db.session.query(Product).filter_by(key="erp").one()
    release = Release(product_id=erp.id, version="13.0")
    db.session.add(release)
    db.session.flush()
    with pytest.raises(deciding.ReleaseNotAhead):
        publishing.link(item(release, "Razão em planilha"), make.idea(), by=elisa)


def test_a_published_release_takes_only_ideas_it_delivered(item, elisa) -> None:
    made = item(make.release(OUT), "Razão em planilha")
    with pytest.raises(publishing.NotDeliveredByIt):
        publishing.link(made, make.idea(status="planned"), by=elisa)
    delivered = make.idea(status="delivered", delivered_release_id=make.release(OUT).id)
    publishing.link(made, delivered, by=elisa)
    assert links() == [(made.id, delivered.id)]


def test_a_hidden_idea_cannot_be_linked(item, elisa) -> None:
    with pytest.raises(Missing):
        publishing.link(item(make.release(FORECAST), "Razão"), make.idea(hidden_at=clock.now()), by=elisa)


def test_publishing_delivers_the_linked_ideas_that_still_wait(item, elisa) -> None:
    release = make.release(FORECAST)
    waits = make.idea(status="planned", target_release_id=release.id)
    being_made = make.idea(status="in_progress", target_release_id=release.id)
    item(release, "Razão em planilha", waits, being_made)
    done = publishing.publish(release, by=elisa)
    assert release.is_published
    assert [idea.id for idea in done.delivered] == [waits.id, being_made.id]
    assert {(idea.status_key, idea.delivered_release_id) for idea in done.delivered} == {("delivered", release.id)}
    assert done.left == []
    steps = db.session.scalars(select(StatusChange)).all()
    assert [(step.to_key, step.target, step.by_id) for step in steps] == [("delivered", FORECAST, elisa.id)] * 2


def test_publishing_leaves_and_lists_the_rest(item, elisa) -> None:
    release = make.release(FORECAST)
    declined = make.idea(status="declined")
    put_off = make.idea(status="planned", target_release_id=make.release(OUT).id)
    hidden = make.idea(status="planned", target_release_id=release.id, hidden_at=clock.now())
    unlinked = make.idea(status="planned", target_release_id=release.id)
    item(release, "Razão em planilha", declined, put_off, hidden)
    other = make.idea(status="planned")
    done = publishing.publish(release, by=elisa)
    assert done.delivered == []
    assert [idea.id for idea in done.left] == [declined.id, put_off.id, hidden.id, unlinked.id]
    assert {idea.status_key for idea in [put_off, hidden, unlinked, other]} == {"planned"}


def test_an_idea_of_two_items_is_delivered_once(item, elisa) -> None:
    release = make.release(FORECAST)
    idea = make.idea(status="planned", target_release_id=release.id)
    item(release, "Razão em planilha", idea)
    item(release, "Filtros do razão", idea)
    assert len(publishing.publish(release, by=elisa).delivered) == 1


def test_a_release_is_published_once(elisa) -> None:
    release = make.release(FORECAST)
    publishing.publish(release, by=elisa)
    at = release.published_at
    with pytest.raises(publishing.AlreadyPublished):
        publishing.publish(release, by=elisa)
    assert release.published_at == at


def test_publishing_announces_an_unannounced_release(elisa) -> None:
    release = make.release(FORECAST)
    release.announced_at = None
    db.session.flush()
    publishing.publish(release, by=elisa)
    assert release.announced_at == release.published_at


def test_publishing_twice_at_once_publishes_once(at_once, elisa, item) -> None:
    release = make.release(FORECAST)
    item(release, "Razão em planilha", make.idea(status="planned", target_release_id=release.id))
    release_id, elisa_id = release.id, elisa.id

    def work(_: int) -> int:
        from ideas.accounts.models import Person

        found, by = db.session.get(Release, release_id), db.session.get(Person, elisa_id)
        done = publishing.publish(found, by=by)
        db.session.commit()
        return len(done.delivered)

    results = at_once(4, work)
    assert sorted(str(one) if isinstance(one, int) else type(one).__name__ for one in results) == [
        "1",
        "AlreadyPublished",
        "AlreadyPublished",
        "AlreadyPublished",
    ]
    assert len(db.session.scalars(select(StatusChange)).all()) == 1
