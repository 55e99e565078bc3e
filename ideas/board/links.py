"""The smallest read model of an idea: as much as a link to it needs."""

from ideas.board.models.mixins import Linkable
from ideas.read_models import read_model


@read_model
class IdeaLink(Linkable):
    """An idea as a link shows it. Read models that show more of an idea inherit from this."""

    id: int
    title: str
    language: str
