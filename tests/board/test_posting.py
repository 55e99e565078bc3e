"""An idea is posted once, with its author's vote, and found immediately."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import following, posting
from ideas.board.listing import finding
from ideas.board.models import RANDOM_KEYS, Idea, Level, Vote
from ideas.board.voting import casting, recounting
from ideas.conduct import participation
from ideas.db import db
from ideas.products.models import Module, Product
from tests import make
from tests.architecture.source_files import IDEAS, ROOT
from tests.make import companies_of, company_of


@pytest.fixture
def new() -> posting.NewIdea:
    """The input of an author."""
    return posting.NewIdea(
        title="Exportar o razão contábil para planilha",
        problem="Copiamos conta por conta, todo fechamento.",
        proposal="Um botão **Planilha** no razão.",
        product=db.session.scalars(select(Product).filter_by(key="erp")).one(),
        kind="improvement",
    )


def post(new: posting.NewIdea, author: Person) -> Idea:
    return posting.post(new, author=author, company=company_of(author))


def ideas() -> int:
    return db.session.scalar(select(func.count()).select_from(Idea)) or 0


def test_a_new_idea_is_its_own_root_in_its_first_status(new: posting.NewIdea, bruno: Person) -> None:
    idea = post(new, bruno)
    db.session.commit()
    idea = db.session.get_one(Idea, idea.id, populate_existing=True)
    assert (idea.root_id, idea.merged_into_id, idea.status_key) == (idea.id, None, "new")
    assert (idea.author_id, idea.company_id) == (bruno.id, company_of(bruno).id)
    assert 0 <= idea.random_key < RANDOM_KEYS


def test_the_limit_of_the_random_order_is_stated_once() -> None:
    """The column holds numbers below 2**63; code and comments name the constant."""
    idea = make.idea()
    idea.random_key = RANDOM_KEYS - 1
    db.session.flush()
    assert RANDOM_KEYS == 2**63
    powers = re.compile(r"2 ?\*\* ?6\d|getrandbits\(6\d\)")
    sources = [path for folder in (IDEAS / "board", IDEAS / "imports", IDEAS / "demo", ROOT / "bench")
               for path in folder.rglob("*.py")]  # fmt: skip
    stated = [path.name for path in sources for _ in powers.findall(path.read_text(encoding="utf-8"))]
    assert stated == ["idea.py"]


def test_every_idea_has_a_root(new: posting.NewIdea, bruno: Person, carla: Person) -> None:
    post(new, bruno)
    post(new, carla)
    assert db.session.scalar(select(func.count()).select_from(Idea).where(Idea.root_id.is_(None))) == 0


def test_the_author_votes_by_posting_and_can_withdraw_the_vote(new: posting.NewIdea, bruno: Person) -> None:
    idea = post(new, bruno)
    assert (idea.people_count, idea.company_count, idea.total_count) == (1, 1, 1)
    assert recounting.drift_of(idea) is None
    casting.withdraw(idea, voter=bruno)
    assert idea.people_count == 0


def test_the_author_follows_everything_even_without_the_vote(new: posting.NewIdea, bruno: Person) -> None:
    idea = post(new, bruno)
    assert following.follow_of(idea, bruno).level is Level.ALL
    casting.withdraw(idea, voter=bruno)
    assert following.follow_of(idea, bruno).level is Level.ALL


def test_a_new_idea_is_found_immediately_by_all_its_texts(new: posting.NewIdea, bruno: Person) -> None:
    idea = post(new, bruno)
    for typed in ("razao contabil", "fechamento", "botao planilha"):
        assert list(finding.search(typed).hits.ranks) == [idea.id], typed


def test_sending_the_same_form_twice_posts_once(new: posting.NewIdea, bruno: Person) -> None:
    new = replace(new, client_token="formulario-1")
    first = post(new, bruno)
    assert post(replace(new, title="Outro título, o mesmo formulário"), bruno) is first
    assert (ideas(), first.people_count) == (1, 1)
    assert first.title == new.title


def test_two_forms_post_two_ideas(new: posting.NewIdea, bruno: Person) -> None:
    first = post(replace(new, client_token="formulario-1"), bruno)
    assert post(replace(new, client_token="formulario-2"), bruno) is not first
    assert post(new, bruno) is not post(new, bruno)
    assert ideas() == 4


def test_another_person_s_token_returns_no_idea(new: posting.NewIdea, bruno: Person, carla: Person) -> None:
    new = replace(new, client_token="formulario-1")
    post(new, bruno)
    with pytest.raises(IntegrityError):
        post(new, carla)


def test_concurrent_submissions_of_one_form_post_one_idea(new: posting.NewIdea, bruno: Person, at_once) -> None:
    token, product_id, author_id = "formulario-1", new.product.id, bruno.id

    def send(place: int) -> int:
        author = db.session.get_one(Person, author_id)
        mine = replace(new, client_token=token, product=db.session.get_one(Product, product_id))
        idea = posting.post(mine, author=author, company=companies_of(author)[0])
        db.session.commit()
        return idea.id

    numbers = at_once(12, send)
    assert len(set(numbers)) == 1
    assert ideas() == 1
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 1


def test_staff_and_suspended_people_cannot_post(new: posting.NewIdea, elisa: Person, joao: Person, ana: Person) -> None:
    with pytest.raises(participation.NoCompany):
        posting.post(new, author=elisa, company=None)
    with pytest.raises(participation.Suspended):
        post(new, joao)
    with pytest.raises(participation.CodeNotAccepted):
        post(new, ana)
    assert ideas() == 0


def test_a_closed_product_takes_no_ideas(new: posting.NewIdea, bruno: Person) -> None:
    new.product.closed_at = clock.now()
    with pytest.raises(posting.ProductClosed):
        post(new, bruno)


@pytest.mark.parametrize("title", ["Oi!!", "x" * 121])
def test_the_database_itself_refuses_a_title_of_another_length(new: posting.NewIdea, title: str, bruno: Person) -> None:
    with pytest.raises(IntegrityError):
        post(replace(new, title=title), bruno)


@pytest.mark.parametrize("length", [5, 120])
def test_titles_of_5_to_120_characters_are_accepted(new: posting.NewIdea, length: int, bruno: Person) -> None:
    assert post(replace(new, title="ã" * length), bruno).id


def test_a_module_of_another_product_is_refused(new: posting.NewIdea, bruno: Person) -> None:
    folha = db.session.scalars(select(Module).filter_by(key="folha")).one()
    with pytest.raises(IntegrityError):
        post(replace(new, module_id=folha.id), bruno)
