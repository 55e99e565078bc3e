"""What every template may use: the portal, the asker, the three menus, dates and names in words."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from flask import Flask, g, request, url_for
from flask_babel import format_date, format_datetime, format_timedelta, get_locale, gettext
from markupsafe import Markup

from ideas import clock, rights, text
from ideas.config import HTMX_CDN, HTMX_INTEGRITY, Settings
from ideas.rights import ROUTES, Who
from ideas.web import cookies, fragments, languages, panels
from ideas.web.person import Asker, asker, asker_is_known, has_role, is_curator, is_staff, manages, visitor
from ideas.web.preferences import THEME


class Link(NamedTuple):
    """One entry of a menu."""

    label: str
    url: str
    current: bool


class Byline(NamedTuple):
    """Somebody under their words, as this reader may see them."""

    name: str
    initials: str
    photo: str | None
    #: Whether their account was closed.
    gone: bool


class When(NamedTuple):
    """A moment in this reader's words: exact, and how long ago."""

    iso: str
    moment: str
    day: str
    ago: str


class Portal(NamedTuple):
    """What the settings say that templates show."""

    name: str
    vendor: str
    url: str
    htmx_url: str
    htmx_integrity: str
    logo: str


class Entry(NamedTuple):
    """A menu's entry as wiring/menus.py names it: a msgid, an endpoint, and what of the site it stands for."""

    label: str
    endpoint: str
    section: tuple[str, ...]
    #: Whether there is something behind it for whoever may follow it.
    has_use: Callable[[Asker], bool]


_menus: dict[str, list[Entry]] = {"nav": [], "user": [], "foot": [], "panel": [], "profile": []}


def _to_all(_: Asker) -> bool:
    return True


def menu(name: str, label: str, endpoint: str, *section: str, has_use: Callable[[Asker], bool] = _to_all) -> None:
    """Put a link into a menu; `section` names the blueprints that it stands for. Called by wiring/menus.py."""
    entry = Entry(label, endpoint, section or (endpoint.split(".")[0],), has_use)
    if entry not in _menus[name]:
        _menus[name].append(entry)


def _links(name: str) -> tuple[Link, ...]:
    shown = tuple(entry for entry in _menus[name] if _shown(ROUTES[entry.endpoint]) and entry.has_use(asker()))
    return _made(shown, request.blueprint or "", languages.language(), request.script_root)


@lru_cache(maxsize=512)
def _made(entries: tuple[Entry, ...], section: str, language: str, root: str) -> tuple[Link, ...]:
    """The links to those entries: the same for all who may see them, in a section and a language."""
    return tuple(Link(gettext(e.label), url_for(e.endpoint), section in e.section) for e in entries)


def _shown(who: Who) -> bool:
    if who in {Who.ANYONE, Who.READERS}:
        return True
    return visitor() is not None and rights.allows(who, asker())


def provide(app: Flask, settings: Settings, *, asset: Callable[[str], str], icon: Callable[..., Markup]) -> None:
    """Give templates their globals and filters."""
    portal = Portal(
        settings.portal_name,
        settings.portal_vendor,
        settings.portal_url,
        settings.htmx_url or HTMX_CDN,
        HTMX_INTEGRITY,
        settings.brand_logo,
    )
    app.jinja_env.globals.update(
        fragment=fragments.fragment, portal=portal, asset=asset, icon=icon, panels=panels.on, menu=_links
    )
    app.jinja_env.globals.update(has_role=has_role, is_staff=is_staff, is_curator=is_curator, manages=manages)
    app.jinja_env.globals.update(with_query=with_query, fragment=fragments.fragment)
    app.jinja_env.filters.update(
        markdown=text.to_html,
        excerpt=text.excerpt,
        ago=ago,
        day=day,
        moment=moment,
        aim=aim,
        byline=byline,
        when=when,
        name=name_of,
        person_name=person_name,
        photo=photo_of,
    )
    app.context_processor(_per_request)


def _per_request() -> dict[str, Any]:
    """Found once: a page's panels and fragments are rendered with the same."""
    if "shown" not in g:
        g.shown = _shown_to_all_templates()
    return cast(dict[str, Any], g.shown)


def _shown_to_all_templates() -> dict[str, Any]:
    who = asker() if request.endpoint is not None or asker_is_known() else None
    return {
        "me": who.person if who else None,
        "company": who.company if who else None,
        "my_companies": who.companies if who else (),
        "administrator": who.administrator if who else None,
        "unread_count": who.unread if who else 0,
        "nav": _links("nav"),
        "user_menu": _links("user"),
        "foot": _links("foot"),
        "locale": languages.language(),
        "theme": theme if (theme := cookies.held(THEME)) in {"light", "dark"} else "",
        "current_path": request.full_path.rstrip("?"),
        "canonical_url": None,
    }


def name_of(thing: Any) -> str:
    """A named thing's name in the request's language."""
    return str(thing.name_in(languages.language()))


def person_name(person: Any) -> str:
    """A name as this asker may see it: "ex-cliente" for a closed account."""
    if person is None or person.closed_at is not None:
        return str(gettext("ex-cliente"))
    return str(person.name if visitor() is not None else person.short_name)


def photo_of(person: Any) -> str | None:
    """The address of a person's photo, for members alone; None where initials stand."""
    if person is None or person.photo_id is None or person.closed_at is not None or visitor() is None:
        return None
    return url_for("photos.show", number=person.id, photo=person.photo_id)


def byline(person: Any) -> Byline:
    """The person, or an author, for a fragment: its template knows no reader."""
    gone = person.closed_at is not None
    return Byline(person_name(person), "–" if gone else person.initials, photo_of(person), gone)


def when(at: datetime) -> When:
    """The moment, for a fragment."""
    there, spoken = at.astimezone(languages.zone()), get_locale().language
    return When(at.isoformat(), _moment(there.replace(tzinfo=None), spoken), _day(there.date(), spoken), ago(at))


def ago(when: datetime) -> str:
    """ "há 3 dias": for a title beside the exact moment."""
    seconds = round((when - clock.now()).total_seconds())
    # Three digits say as much; so the same words are found again.
    return _ago(round(seconds, min(3 - len(str(abs(seconds))), 0)), get_locale().language)


@lru_cache(maxsize=4096)
def _ago(seconds: int, spoken: str) -> str:
    """In the language in force, which `spoken` names; so do those below."""
    return str(format_timedelta(timedelta(seconds=seconds), add_direction=True, threshold=1.2))


def day(when: datetime) -> str:
    """A date in words, in the reader's zone."""
    return _day(when.astimezone(languages.zone()).date(), get_locale().language)


@lru_cache(maxsize=4096)
def _day(when: date, spoken: str) -> str:
    return str(format_date(when, "long"))


def moment(when: datetime) -> str:
    """A date and an hour, in the reader's zone."""
    return _moment(when.astimezone(languages.zone()).replace(tzinfo=None), get_locale().language)


@lru_cache(maxsize=4096)
def _moment(when: datetime, spoken: str) -> str:
    return str(format_datetime(when, "d MMM y, HH:mm", rebase=False))


def aim(words: str) -> str:
    """What an idea is planned for: a release as it is called, a quarter in the reader's words."""
    return clock.format_quarter(words, get_locale().language)


def with_query(**changes: Any) -> str:
    """This page's address with some of its query changed; None takes a parameter away."""
    query = {key: request.args.getlist(key) for key in request.args}
    for key, value in changes.items():
        query[key] = [] if value is None else value if isinstance(value, list) else [str(value)]
    words = urlencode([(key, value) for key, values in query.items() for value in values])
    return request.path + ("?" + words if words else "")
