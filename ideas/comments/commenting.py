"""Comment on an idea."""

from dataclasses import dataclass

from ideas import sql
from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.merging import locking
from ideas.board.models import Idea, Reason
from ideas.board.voting import counters
from ideas.comments.models import Comment
from ideas.companies.models import Company
from ideas.conduct import participation
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.outbox import recording

#: Characters.
MAX_LENGTH = 5_000


class CommentsClosed(Refused):
    """The idea is hidden, held or withdrawn."""

    message = N_("Esta ideia saiu do ar e não recebe mais comentários.")


@dataclass(frozen=True, kw_only=True)
class NewComment:
    """A comment to be posted: its text as typed (Markdown), 1 to MAX_LENGTH characters."""

    text: str
    #: The language it is written in: "pt-BR", "es" or "en".
    language: str = "pt-BR"
    #: The token of the form: sending it twice posts one comment.
    client_token: str | None = None


def add(idea: Idea, new: NewComment, *, author: Person, company: Company | None) -> Comment:
    """Publish a comment and let its author follow the idea. If this form was sent before, return that comment.

    Staff comment without a company. Raises CommentsClosed and what taking_part raises.
    """
    company = participation.ensure_may_comment(author, company)
    root = locking.root_of(idea)
    if (first := sql.sent_before(Comment, new.client_token, Comment.author_id == author.id)) is not None:
        return first
    if not (root.open_to_comments and idea.open_to_comments):
        raise CommentsClosed
    comment = Comment(
        idea_id=idea.id,
        author_id=author.id,
        text=new.text,
        language=new.language,
        company_id=company.id if company else None,
        client_token=new.client_token,
    )
    db.session.add(comment)
    db.session.flush()
    counters.comment_added(idea)
    following.follow(idea, author, Reason.COMMENTED)
    facts = {"idea_id": root.id, "title": root.title}
    recording.record("idea_commented", thing="comment", thing_id=comment.id, by=author.id, **facts)
    return comment
