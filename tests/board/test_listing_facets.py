"""Filters and facets: exact counts of listed ideas for every combination."""

import itertools

import pytest

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import deciding
from ideas.board.deciding import Decision
from ideas.board.listing import facets, pages
from ideas.board.listing import filters as listing_filters
from ideas.board.listing.filters import Filters, Mine
from ideas.board.models import Follow, Idea
from ideas.board.voting import casting
from ideas.db import db
from tests import make
from tests.conftest import statements


@pytest.fixture
def varied() -> list[Idea]:
    """Listed ideas of every product, module, kind and some statuses, with an unlisted one for each."""
    sorts = itertools.product([("erp", "fiscal"), ("erp", "estoque"), ("erp", None), ("rh", "folha"), ("rh", None)],
                              ["improvement", "innovation"], ["new", "planned", "declined"])  # fmt: skip
    ideas = [
        make.idea(product=product, module=module, kind=kind, status=status)
        for number, ((product, module), kind, status) in enumerate(sorts)
        for _ in range(number % 4)
    ]
    for fact in ("hidden_at", "held_at", "withdrawn_at"):
        make.idea(module="fiscal", **{fact: clock.now()})
    return ideas


def listed(filters: Filters, *, scan: bool = False) -> set[int]:
    return {card.id for card in pages.board(filters, size=500, scan=scan).cards}


def fits(idea: Idea, filters: Filters) -> bool:
    """Whether the idea matches, computed in Python."""
    products = {1: "erp", 2: "rh"}
    modules = {1: "erp.fiscal", 2: "erp.estoque", 3: "rh.folha"}
    return (
        (not filters.products or products[idea.product_id] in filters.products)
        and (not filters.modules or modules.get(idea.module_id or 0) in filters.modules)
        and (not filters.statuses or idea.status_key in filters.statuses)
        and (not filters.kinds or idea.kind in filters.kinds)
    )


CHOSEN = [
    Filters(),
    Filters(products=frozenset({"erp"})),
    Filters(products=frozenset({"erp", "rh"}), statuses=frozenset({"planned"})),
    Filters(modules=frozenset({"erp.fiscal", "rh.folha"})),
    Filters(products=frozenset({"erp"}), modules=frozenset({"erp.fiscal"}), kinds=frozenset({"innovation"})),
    Filters(statuses=frozenset({"new", "declined"}), kinds=frozenset({"improvement"})),
    Filters(products=frozenset({"rh"}), modules=frozenset({"erp.fiscal"})),
]


@pytest.mark.parametrize("filters", CHOSEN)
def test_filters_select_ideas_with_any_value_of_each_facet(varied: list[Idea], filters: Filters) -> None:
    assert listed(filters) == {idea.id for idea in varied if fits(idea, filters)}


@pytest.mark.parametrize("filters", CHOSEN)
def test_scanning_in_order_finds_the_same_ideas_as_sorting_the_matches(varied: list[Idea], filters: Filters) -> None:
    assert listed(filters, scan=True) == listed(filters)


def test_many_matches_are_scanned_and_few_are_sorted(varied: list[Idea]) -> None:
    counts = facets.facets(Filters(statuses=frozenset({"new"})))
    assert counts.favor_scan(page=1)
    assert not counts.favor_scan(page=25)
    status = frozenset({"new"})
    shape = pages.PageShape("recent", paged=False, wrapped=False, scan=True, size=2)
    assert "status_key ||" in str(pages._build(Filters(statuses=status), shape))
    assert "status_key ||" not in str(listing_filters.conditions(Filters(statuses=status))[-1])


@pytest.mark.parametrize("filters", CHOSEN)
def test_each_count_is_the_number_of_ideas_with_only_that_value_of_its_facet(
    varied: list[Idea], filters: Filters
) -> None:
    counts = facets.facets(filters)
    assert counts.total.ideas == len(listed(filters))
    assert counts.total.everywhere == len(varied)
    for choice in counts.values("product"):
        alone = Filters(products=frozenset({choice.key}), statuses=filters.statuses, kinds=filters.kinds)
        assert choice.ideas == len(listed(alone)), choice.key
    for choice in counts.values("status"):
        alone = Filters(products=filters.products, modules=filters.modules, statuses=frozenset({choice.key}),
                        kinds=filters.kinds)  # fmt: skip
        assert choice.ideas == len(listed(alone)), choice.key
    for choice in counts.values("module"):
        alone = Filters(products=filters.products, modules=frozenset({choice.key}), statuses=filters.statuses,
                        kinds=filters.kinds)  # fmt: skip
        assert choice.ideas == len(listed(alone)), choice.key


def test_products_modules_and_statuses_without_ideas_are_facet_values_too() -> None:
    counts = facets.facets(Filters())
    assert [choice.key for choice in counts.values("product")] == ["erp", "rh"]
    assert {choice.key for choice in counts.values("module")} == {"erp.fiscal", "erp.estoque", "rh.folha"}
    assert len(counts.values("status")) == 8
    assert counts.total.ideas == 0


def test_counts_change_immediately_with_posts_decisions_and_hiding(elisa: Person) -> None:
    idea, other = make.idea(module="fiscal"), make.idea(module="fiscal")
    assert of_status() == {"new": 2}
    deciding.decide(idea, Decision(to="under_review"), by=elisa)
    db.session.flush()
    assert of_status() == {"new": 1, "under_review": 1}
    other.hidden_at = clock.now()
    db.session.flush()
    assert of_status() == {"under_review": 1}
    other.hidden_at = None
    other.merged_into_id = other.root_id = idea.id
    db.session.flush()
    assert of_status() == {"under_review": 1}


def of_status() -> dict[str, int]:
    return {choice.key: choice.ideas for choice in facets.facets(Filters()).values("status") if choice.ideas}


def test_facets_take_one_statement() -> None:
    with statements() as sent:
        facets.facets(CHOSEN[2])
    assert len(sent) == 1


def test_an_unknown_key_is_recognized() -> None:
    counts = facets.facets(Filters())
    assert counts.know(CHOSEN[4])
    assert not counts.know(Filters(products=frozenset({"erp", "crm"})))
    assert not counts.know(Filters(modules=frozenset({"fiscal"})))
    assert not counts.know(Filters(statuses=frozenset({"novo"})))


# --- personal filters ------------------------------------------------------------------


@pytest.fixture
def about_bruno(bruno: Person, carla: Person) -> dict[str, Idea]:
    """An idea for each way to concern Bruno, and one that does not."""
    ideas = {
        name: make.idea(author=carla) for name in ("voted", "withdrawn", "followed", "ignored", "none", "colleague")
    }
    ideas["posted"] = make.idea(author=bruno)
    casting.cast(ideas["voted"], voter=bruno, company=make.company_of(bruno))
    casting.cast(ideas["withdrawn"], voter=bruno, company=make.company_of(bruno))
    casting.withdraw(ideas["withdrawn"], voter=bruno)
    colleague = make.customer(company=make.company_of(bruno))
    casting.cast(ideas["colleague"], voter=colleague, company=make.company_of(bruno))
    db.session.add(Follow(person_id=bruno.id, idea_id=ideas["followed"].id, commented=True))
    db.session.add(Follow(person_id=bruno.id, idea_id=ideas["ignored"].id, commented=True, level="nothing"))
    db.session.flush()
    return ideas


@pytest.mark.parametrize(
    ("mine", "names"),
    [
        ({Mine.VOTED}, {"voted"}),
        ({Mine.FOLLOWED}, {"voted", "followed"}),
        ({Mine.POSTED}, {"posted"}),
        ({Mine.COMPANY}, {"voted", "colleague"}),
        ({Mine.POSTED, Mine.COMPANY}, {"posted", "voted", "colleague"}),
    ],
)
def test_personal_filters_find_the_reader_s_ideas(about_bruno, bruno: Person, mine: set[Mine], names: set[str]) -> None:
    filters = Filters(mine=frozenset(mine), reader=bruno, company=make.company_of(bruno))
    assert listed(filters) == {about_bruno[name].id for name in names}
    counts = facets.facets(filters)
    assert counts.total.ideas == len(names)
    assert sum(choice.ideas for choice in counts.values("product")) == len(names)


def test_a_vote_on_a_merged_idea_finds_the_canonical_one(bruno: Person) -> None:
    canonical, merged = make.idea(), make.idea()
    casting.cast(merged, voter=bruno, company=make.company_of(bruno))
    merged.merged_into_id = merged.root_id = canonical.id
    db.session.flush()
    assert listed(Filters(mine=frozenset({Mine.VOTED}), reader=bruno)) == {canonical.id}
