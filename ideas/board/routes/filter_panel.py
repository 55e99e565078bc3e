"""The panel around the board's list: orders, filters with their counts, and the active filters."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from flask_babel import gettext

from ideas.board.listing.facets import Facets, FacetValue
from ideas.board.listing.filters import Mine
from ideas.board.routes import query_params
from ideas.board.routes.query_params import KIND_WORDS, MINE_WORDS, ORDER_WORDS, RELEVANT, BoardQuery
from ideas.web.languages import language


class FilterBox(NamedTuple):
    """One checkbox of the filters."""

    value: str
    label: str
    #: How many ideas it matches; None if that is not counted.
    ideas: int | None
    chosen: bool


#: (legend, the address's word, boxes)
Sort = tuple[str, str, tuple[FilterBox, ...]]


def around(asked: BoardQuery, facets: Facets) -> dict[str, Any]:
    """Return the context of the templates around the list."""
    sorts = _sorts(asked, facets)
    return {
        "orders": _orders(asked),
        "sorts": sorts,
        "active_filters": [
            (box.label, query_params.without(name, box.value))
            for _, name, boxes in sorts
            for box in boxes
            if box.chosen
        ],
        "bare_url": query_params.bare(),
        "feed_url": query_params.feed(),
    }


def _orders(asked: BoardQuery) -> tuple[tuple[str, str, str], ...]:
    """(word, name, address) of every order; a search's own comes first."""
    orders = [(word, _order_name(word, language()), query_params.address(ordem=word)) for word in ORDER_WORDS]
    if asked.search is not None:
        orders.insert(0, (RELEVANT, gettext("Relevância"), query_params.address(ordem=None)))
    # A tuple, as the sorts are: part of the key of the fragment that shows them.
    return tuple(orders)


@cache
def _order_name(word: str, language: str) -> str:
    return str(gettext(ORDER_WORDS[word].name))


class Chosen(NamedTuple):
    """The active filters, and which personal ones can be chosen."""

    products: frozenset[str]
    modules: frozenset[str]
    statuses: frozenset[str]
    kinds: frozenset[str]
    mine: frozenset[Mine]
    reads: bool
    acts: bool


def _sorts(asked: BoardQuery, facets: Facets) -> tuple[Sort, ...]:
    f = asked.filters
    has_company = f.company is not None
    chosen = Chosen(f.products, f.modules, f.statuses, f.kinds, f.mine, f.reader is not None, has_company)
    return _named(facets, chosen, language())


@lru_cache(maxsize=512)
def _named(facets: Facets, chosen: Chosen, language: str) -> tuple[Sort, ...]:
    """The boxes in words of that language: the same for everyone with those counts and filters."""
    sorts = [
        (gettext("Produto"), "produto", _boxes(facets.values("product"), chosen.products, language)),
        (gettext("Módulo"), "modulo", _boxes(_modules(chosen, facets), chosen.modules, language)),
        (gettext("Situação"), "situacao", _boxes(facets.values("status"), chosen.statuses, language)),
        (gettext("Tipo"), "tipo", _kinds(chosen, facets)),
        (gettext("Minhas"), "minhas", _mine(chosen)),
    ]
    # A tuple of tuples: the key of the fragment that shows them.
    return tuple((legend, name, tuple(boxes)) for legend, name, boxes in sorts if boxes)


def _boxes(choices: Sequence[FacetValue], chosen: frozenset[str], language: str) -> list[FilterBox]:
    return [FilterBox(one.key, one.name_in(language), one.ideas, one.key in chosen) for one in choices]


def _modules(chosen: Chosen, facets: Facets) -> list[FacetValue]:
    """The modules of the chosen products; of all of them there would be too many."""
    products = chosen.products | {key.partition(".")[0] for key in chosen.modules}
    modules = [one for one in facets.values("module") if one.key.partition(".")[0] in products]
    return [one for one in modules if one.everywhere or one.key in chosen.modules]


def _kinds(chosen: Chosen, facets: Facets) -> list[FilterBox]:
    counts = {one.key: one.ideas for one in facets.values("kind")}
    names = {"melhoria": gettext("Melhoria"), "inovacao": gettext("Inovação")}
    return [
        FilterBox(word, names[word], counts.get(kind, 0), kind in chosen.kinds) for word, kind in KIND_WORDS.items()
    ]


def _mine(chosen: Chosen) -> list[FilterBox]:
    if not chosen.reads:
        return []
    names = {
        "votei": gettext("Que votei"),
        "sigo": gettext("Que sigo"),
        "enviei": gettext("Que enviei"),
        "empresa": gettext("Que minha empresa apoia"),
    }
    return [
        FilterBox(word, names[word], None, mine in chosen.mine)
        for word, mine in MINE_WORDS.items()
        if word != "empresa" or chosen.acts
    ]
