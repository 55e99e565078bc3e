"""Who may ask for which address: one table, enforced before every view (ideas/web/gate.py).

Object access is another question: it is `Model.visible_to(person)` in a loader and
`row.…_by(person)` on the row; there is no third place.
"""

from enum import StrEnum


class Who(StrEnum):
    """The kinds of askers that routes are declared for."""

    #: Anyone, always: also while PORTAL_READING=members.
    ANYONE = "anyone"
    #: Visitors too, unless PORTAL_READING=members.
    READERS = "readers"
    SIGNED_IN = "signed_in"
    PRODUCT_MANAGERS = "product_manager"
    MODERATORS = "moderator"
    OPERATORS = "operator"
    #: Only while PORTAL_ENV is development.
    DEVELOPERS = "developers"


#: endpoint -> who. A route that stands here not, or a line whose route is gone, fails the build.
ROUTES: dict[str, Who] = {
    "health.alive": Who.ANYONE,
    "health.ready": Who.ANYONE,
    "site.favicon": Who.ANYONE,
    "site.robots": Who.ANYONE,
    "sitemap.index": Who.ANYONE,
    "preferences.update": Who.ANYONE,
    "sessions.new": Who.ANYONE,
    "sessions.create": Who.ANYONE,
    "sessions.destroy": Who.SIGNED_IN,
    "active_company.update": Who.SIGNED_IN,
    "drafts.show": Who.SIGNED_IN,
    "drafts.destroy": Who.SIGNED_IN,
    "conduct.show": Who.ANYONE,
    "conduct.version": Who.ANYONE,
    "ideas.index": Who.READERS,
    "ideas.show": Who.READERS,
    "ideas.short": Who.READERS,
    "ideas.new": Who.SIGNED_IN,
    "ideas.create": Who.SIGNED_IN,
    "ideas.similar": Who.SIGNED_IN,
    "votes.create": Who.SIGNED_IN,
    "votes.destroy": Who.SIGNED_IN,
    "follows.update": Who.SIGNED_IN,
    "answers.create": Who.PRODUCT_MANAGERS,
    "comments.index": Who.READERS,
    "comments.create": Who.SIGNED_IN,
    "notifications.index": Who.SIGNED_IN,
    "notifications.show": Who.SIGNED_IN,
    "notifications.update": Who.SIGNED_IN,
    "roadmap.index": Who.READERS,
    "releases.index": Who.READERS,
    "releases.product": Who.READERS,
    "releases.show": Who.READERS,
    "mine.index": Who.SIGNED_IN,
    "components.index": Who.DEVELOPERS,
}

#: Endpoints that take a POST from someone who is not signed in.
PUBLIC_POSTS = {"sessions.create", "preferences.update"}
