"""Post an idea, with its author's vote and follow in the same transaction."""

import secrets
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from ideas import search, sql
from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.models import RANDOM_KEYS, Idea, Reason
from ideas.board.voting import casting, proxying
from ideas.board.voting.proxying import OnBehalf
from ideas.companies.models import Company
from ideas.conduct import participation
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.products.models import Product


class ProductClosed(Refused):
    """The product takes no new ideas."""

    message = N_("Este produto não recebe mais ideias. Escolha outro.")


@dataclass(frozen=True, kw_only=True)
class NewIdea:
    """What an author wrote: texts as typed (Markdown), a product and optionally one of its modules."""

    title: str
    problem: str
    product: Product
    kind: str
    proposal: str | None = None
    module_id: int | None = None
    #: The language of the texts: "pt-BR", "es" or "en".
    language: str = "pt-BR"
    #: Unique per form: a form that is sent twice posts once.
    client_token: str | None = None


def post(new: NewIdea, *, author: Person, company: Company | None) -> Idea:
    """Publish an idea with its author's vote. Return the first one if this form was sent before.

    Raises ProductClosed and what `ensure_may_participate` raises.
    """
    participation.ensure_may_participate(author, company)
    assert company is not None
    if new.product.closed_at is not None:
        raise ProductClosed
    try:
        with db.session.begin_nested():
            idea = _insert(new, author, company)
    except IntegrityError:
        # Either the form was sent before, perhaps concurrently, or another constraint failed.
        if (first := sql.sent_before(Idea, new.client_token, Idea.author_id == author.id)) is None:
            raise
        return first
    casting.cast(idea, voter=author, company=company)
    following.follow(idea, author, Reason.AUTHOR)
    _index(idea, new)
    return idea


def post_for(new: NewIdea, vote: OnBehalf, *, by: Person) -> Idea:
    """Publish an idea that a customer asked for elsewhere, with the customer's vote, on their behalf.

    Return the first one if this form was sent before. The caller notifies the customer. Raises ProductClosed, what
    `ensure_may_comment` raises about `by`, and what `ensure_customer` raises.
    """
    participation.ensure_may_comment(by, None)
    proxying.ensure_customer(vote, by)
    if new.product.closed_at is not None:
        raise ProductClosed
    if (first := sql.sent_before(Idea, new.client_token, Idea.author_id == vote.voter.id)) is not None:
        return first
    idea = _insert(new, vote.voter, vote.company, posted_by=by)
    proxying.cast_without_notification(idea, vote, by=by)
    following.follow(idea, vote.voter, Reason.AUTHOR)
    _index(idea, new)
    return idea


def _index(idea: Idea, new: NewIdea) -> None:
    body = "\n\n".join(filter(None, [new.problem, new.proposal]))
    search.index(db.session(), "idea", idea.id, new.title, body, new.language)


def _insert(new: NewIdea, author: Person, company: Company, posted_by: Person | None = None) -> Idea:
    idea = Idea(
        title=new.title,
        problem=new.problem,
        proposal=new.proposal or None,
        product_id=new.product.id,
        module_id=new.module_id,
        kind=new.kind,
        language=new.language,
        author_id=author.id,
        company_id=company.id,
        posted_by_id=posted_by.id if posted_by else None,
        client_token=new.client_token,
        random_key=secrets.randbelow(RANDOM_KEYS),
    )
    db.session.add(idea)
    db.session.flush()
    idea.root_id = idea.id
    db.session.flush()
    return idea
