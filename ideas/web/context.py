"""Globals, filters and variables of all templates: the portal, the requester, menus, formatted dates and names."""

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
from ideas.web.person import (
    Requester,
    has_role,
    is_curator,
    is_staff,
    manages,
    person_or_none,
    requester,
    requester_is_known,
)
from ideas.web.preferences import THEME
from ideas.web.secret_addresses import path_without_secret


class MenuLink(NamedTuple):
    """A link in a menu, for display."""

    label: str
    url: str
    current: bool


class Byline(NamedTuple):
    """The author of a text, as this reader may see them."""

    name: str
    initials: str
    photo: str | None
    #: Whether the account is closed.
    gone: bool


class DisplayTime(NamedTuple):
    """A time in the reader's language and zone: exact, and how long ago."""

    iso: str
    moment: str
    day: str
    ago: str


class Portal(NamedTuple):
    """The settings that templates use."""

    name: str
    vendor: str
    url: str
    htmx_url: str
    htmx_integrity: str
    logo: str


class MenuEntry(NamedTuple):
    """A registered menu entry: a msgid, an endpoint, and the blueprints for which it is marked as current."""

    label: str
    endpoint: str
    section: tuple[str, ...]
    #: Whether the page is useful to the requester.
    has_use: Callable[[Requester], bool]


_menus: dict[str, list[MenuEntry]] = {"nav": [], "user": [], "foot": [], "panel": [], "profile": []}


def _always(_: Requester) -> bool:
    return True


def add_to_menu(
    name: str, label: str, endpoint: str, *section: str, has_use: Callable[[Requester], bool] = _always
) -> None:
    """Add an entry to a menu; `section` names blueprints. Called by wiring/menus.py."""
    entry = MenuEntry(label, endpoint, section or (endpoint.split(".")[0],), has_use)
    if entry not in _menus[name]:
        _menus[name].append(entry)


def _links(name: str) -> tuple[MenuLink, ...]:
    who = requester()
    shown = tuple(entry for entry in _menus[name] if _may_follow(ROUTES[entry.endpoint], who) and entry.has_use(who))
    return _build_links(shown, request.blueprint or "", languages.language(), request.script_root)


@lru_cache(maxsize=512)
def _build_links(entries: tuple[MenuEntry, ...], section: str, language: str, root: str) -> tuple[MenuLink, ...]:
    """Build links, cached by entries, current blueprint and language; `root` is only a cache key."""
    return tuple(MenuLink(gettext(e.label), url_for(e.endpoint), section in e.section) for e in entries)


def _may_follow(right: Who, who: Requester) -> bool:
    if right is Who.ANYONE or right is Who.READERS:
        return True
    return who.person is not None and rights.allows(right, who)


def install(app: Flask, settings: Settings, *, asset: Callable[[str], str], icon: Callable[..., Markup]) -> None:
    """Register the globals, filters and variables of templates."""
    portal = Portal(
        settings.portal_name,
        settings.portal_vendor,
        settings.portal_url,
        settings.htmx_url or HTMX_CDN,
        HTMX_INTEGRITY,
        settings.brand_logo,
    )
    app.jinja_env.globals.update(
        fragment=fragments.fragment, portal=portal, asset=asset, icon=icon, panels=panels.render, menu=_links
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


#: How long something counts as happening now.
NOW_SECONDS = 10


def _per_request() -> dict[str, Any]:
    """Compute the variables once per request; panels and fragments use them too."""
    if "shown" not in g:
        g.shown = _template_context()
    return cast(dict[str, Any], g.shown)


def _template_context() -> dict[str, Any]:
    current_path = request.full_path.rstrip("?")
    who = requester() if request.endpoint is not None or requester_is_known() else None
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
        "theme": theme if (theme := cookies.get(THEME)) in {"light", "dark"} else "",
        "current_path": current_path,
        "return_path": path_without_secret(current_path),
        "canonical_url": None,
    }


def name_of(thing: Any) -> str:
    """Return the name of an object in the request's language."""
    return str(thing.name_in(languages.language()))


def person_name(person: Any) -> str:
    """Return a name as the requester may see it: "ex-cliente" for a closed account."""
    if person is None or person.closed_at is not None:
        return str(gettext("ex-cliente"))
    return str(person.name if person_or_none() is not None else person.short_name)


def photo_of(person: Any) -> str | None:
    """Return the address of a person's photo, for signed-in people; None if initials are shown."""
    if person is None or person.photo_id is None or person.closed_at is not None or person_or_none() is None:
        return None
    return url_for("photos.show", number=person.id, photo=person.photo_id)


def byline(person: Any) -> Byline:
    """Return the author for a fragment, whose template does not know the reader."""
    gone = person.closed_at is not None
    return Byline(person_name(person), "–" if gone else person.initials, photo_of(person), gone)


def when(at: datetime) -> DisplayTime:
    """Return the time for a fragment."""
    local, spoken = at.astimezone(languages.zone()), get_locale().language
    return DisplayTime(at.isoformat(), _moment(local.replace(tzinfo=None), spoken), _day(local.date(), spoken), ago(at))


def ago(when: datetime) -> str:
    """Return how long ago it was: "há 3 dias" or "agora"."""
    seconds = round((when - clock.now()).total_seconds())
    if abs(seconds) < NOW_SECONDS:
        return str(gettext("agora"))
    # Round to three digits: the text is the same, and more calls hit the cache.
    return _ago(round(seconds, min(3 - len(str(abs(seconds))), 0)), get_locale().language)


@lru_cache(maxsize=4096)
def _ago(seconds: int, spoken: str) -> str:
    """Format in the current locale; here and below, `spoken` is only the cache key."""
    return str(format_timedelta(timedelta(seconds=seconds), add_direction=True, threshold=1.2))


def day(when: datetime) -> str:
    """Format a date in the reader's zone."""
    return _day(when.astimezone(languages.zone()).date(), get_locale().language)


@lru_cache(maxsize=4096)
def _day(when: date, spoken: str) -> str:
    return str(format_date(when, "long"))


def moment(when: datetime) -> str:
    """Format a date and time in the reader's zone."""
    return _moment(when.astimezone(languages.zone()).replace(tzinfo=None), get_locale().language)


@lru_cache(maxsize=4096)
def _moment(when: datetime, spoken: str) -> str:
    return str(format_datetime(when, "d MMM y, HH:mm", rebase=False))


def aim(words: str) -> str:
    """Format an idea's target: the name of a release, or a quarter in the reader's language."""
    return clock.format_quarter(words, get_locale().language)


def with_query(**changes: Any) -> str:
    """Return the address of this page with changed parameters; None removes one."""
    query = {key: request.args.getlist(key) for key in request.args}
    for key, value in changes.items():
        query[key] = [] if value is None else value if isinstance(value, list) else [str(value)]
    words = urlencode([(key, value) for key, values in query.items() for value in values])
    return request.path + ("?" + words if words else "")
