"""What stands around the board's list: its orders, its filters with their counts, those that were chosen."""

from typing import Any, NamedTuple

from flask_babel import gettext

from ideas.board.faceting import Choice, Facets
from ideas.board.routes import asking
from ideas.board.routes.asking import KIND_WORDS, MINE_WORDS, ORDER_WORDS, RELEVANT, Asked
from ideas.web.languages import language


class Box(NamedTuple):
    """One checkbox of the filters."""

    value: str
    label: str
    #: How many ideas it leaves; None where that is not counted.
    ideas: int | None
    chosen: bool


#: (legend, the address's word, boxes)
Sort = tuple[str, str, tuple[Box, ...]]


def around(asked: Asked, facets: Facets) -> dict[str, Any]:
    """What the board's templates show around the list."""
    sorts = _sorts(asked, facets)
    return {
        "orders": _orders(asked),
        "sorts": sorts,
        "standing": [
            (box.label, asking.without(name, box.value)) for _, name, boxes in sorts for box in boxes if box.chosen
        ],
        "bare_url": asking.bare(),
        "feed_url": asking.feed(),
    }


def _orders(asked: Asked) -> list[tuple[str, str, str]]:
    """(word, name, address) of every order; a search's own comes first."""
    orders = [(word, gettext(ordering.name), asking.address(ordem=word)) for word, ordering in ORDER_WORDS.items()]
    if asked.search is None:
        return orders
    return [(RELEVANT, gettext("Relevância"), asking.address(ordem=None)), *orders]


def _sorts(asked: Asked, facets: Facets) -> tuple[Sort, ...]:
    filters = asked.filters
    sorts = [
        (gettext("Produto"), "produto", _boxes(facets.of("product"), filters.products)),
        (gettext("Módulo"), "modulo", _boxes(_modules(asked, facets), filters.modules)),
        (gettext("Situação"), "situacao", _boxes(facets.of("status"), filters.statuses)),
        (gettext("Tipo"), "tipo", _kinds(asked, facets)),
        (gettext("Minhas"), "minhas", _mine(asked)),
    ]
    # A tuple of tuples: the key of the fragment that shows them.
    return tuple((legend, name, tuple(boxes)) for legend, name, boxes in sorts if boxes)


def _boxes(choices: list[Choice], chosen: frozenset[str]) -> list[Box]:
    return [Box(one.key, one.name_in(language()), one.ideas, one.key in chosen) for one in choices]


def _modules(asked: Asked, facets: Facets) -> list[Choice]:
    """The modules of the chosen products; of all of them there would be too many."""
    chosen = asked.filters.products | {key.partition(".")[0] for key in asked.filters.modules}
    modules = [one for one in facets.of("module") if one.key.partition(".")[0] in chosen]
    return [one for one in modules if one.everywhere or one.key in asked.filters.modules]


def _kinds(asked: Asked, facets: Facets) -> list[Box]:
    counts = {one.key: one.ideas for one in facets.of("kind")}
    names = {"melhoria": gettext("Melhoria"), "inovacao": gettext("Inovação")}
    return [
        Box(word, names[word], counts.get(kind, 0), kind in asked.filters.kinds) for word, kind in KIND_WORDS.items()
    ]


def _mine(asked: Asked) -> list[Box]:
    if asked.filters.reader is None:
        return []
    names = {
        "votei": gettext("Que votei"),
        "sigo": gettext("Que sigo"),
        "enviei": gettext("Que enviei"),
        "empresa": gettext("Que minha empresa apoia"),
    }
    return [
        Box(word, names[word], None, mine in asked.filters.mine)
        for word, mine in MINE_WORDS.items()
        if word != "empresa" or asked.filters.company is not None
    ]
