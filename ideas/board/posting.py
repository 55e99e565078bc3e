"""Write an idea. Its author's vote and following come with it, in the same transaction."""

import secrets
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from ideas import search, sql
from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.models import Idea, Reason
from ideas.board.voting import casting, proxying
from ideas.board.voting.proxying import OnBehalf
from ideas.companies.models import Company
from ideas.conduct import participation
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.products.models import Product

#: Keys of the random order lie below this.
RANDOM_KEYS = 2**63


class ProductClosed(Refused):
    """The product takes no new ideas."""

    message = N_("Este produto não recebe mais ideias. Escolha outro.")


@dataclass(frozen=True, kw_only=True)
class NewIdea:
    """What an author wrote: texts as typed (Markdown), a product and perhaps one of its modules."""

    title: str
    problem: str
    product: Product
    kind: str
    proposal: str | None = None
    module_id: int | None = None
    #: The language it is written in: "pt-BR", "es" or "en".
    language: str = "pt-BR"
    #: The form's own: sent twice, it posts once.
    client_token: str | None = None


def post(new: NewIdea, *, author: Person, company: Company | None) -> Idea:
    """The idea, published, with its author's vote; the first one if this form was sent before.

    Raises ProductClosed and what taking_part raises.
    """
    participation.ensure_may_participate(author, company)
    assert company is not None
    if new.product.closed_at is not None:
        raise ProductClosed
    try:
        with db.session.begin_nested():
            idea = _insert(new, author, company)
    except IntegrityError:
        # The token's unique key spoke, now or in a race; or another rule of the database did.
        if (first := sql.sent_before(Idea, new.client_token, Idea.author_id == author.id)) is None:
            raise
        return first
    casting.cast(idea, voter=author, company=company)
    following.follow(idea, author, Reason.AUTHOR)
    _index(idea, new)
    return idea


def post_for(new: NewIdea, asked: OnBehalf, *, by: Person) -> Idea:
    """A customer's idea, written down by staff from what they asked for elsewhere, with the customer's vote.

    The first one if this form was sent before. Who calls tells the customer. Raises ProductClosed,
    what taking_part raises about `by`, and what proxying raises about the customer.
    """
    participation.ensure_may_comment(by, None)
    proxying.ensure_customer(asked, by)
    if new.product.closed_at is not None:
        raise ProductClosed
    if (first := sql.sent_before(Idea, new.client_token, Idea.author_id == asked.voter.id)) is not None:
        return first
    idea = _insert(new, asked.voter, asked.company, posted_by=by)
    proxying.cast_without_notification(idea, asked, by=by)
    following.follow(idea, asked.voter, Reason.AUTHOR)
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
