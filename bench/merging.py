"""Merge two much-voted ideas and part them again: how many idea pages does the answer cost?

    bin/bench merging [--votes 10000] [--rounds 7]

Half of each idea's voters voted for both. Pages and merges are asked for in turns, in one process; the medians are
printed with the cost of the merge in idea pages. Exits with 1 above GOAL, or if a counter differs from its rows.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from bench import _checking, _fresh
from ideas import clock
from ideas.accounts import sessions
from ideas.accounts.models import Person, ProductManager, StaffRole
from ideas.board.models import Follow, Idea, Vote
from ideas.board.voting import recounting, trending
from ideas.companies.models import Company
from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.products.models import Product

#: A merge of two ideas of 10,000 votes answers within so many idea pages.
GOAL = 10
COMPANIES = 500


def main() -> int:
    arguments = argparse.ArgumentParser(prog="bin/bench merging", description=__doc__.splitlines()[0])
    arguments.add_argument("--votes", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=7)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, _fresh.portal(Path(folder)) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            set_mode(Mode.WRITE)
            one, other, token = _fill(given.votes)
            db.session.remove()
        times = _measure(_client(app, token), one, other, given.rounds)
        with app.app_context():
            drift = _checking.drift()
    return _tell(times, drift)


def _fill(votes: int) -> tuple[int, int, str]:
    """Two ideas, their votes and followers, and a signed-in manager: the ideas' numbers, the session's token."""
    people, now = votes + votes // 2, clock.now()
    db.session.execute(insert(Company), [{"id": n, "cnpj": f"{n:014d}", "root": f"{n:014d}"[:8], "name": f"Empresa {n}",
                                          "created_at": now} for n in range(1, COMPANIES + 1)])  # fmt: skip
    db.session.execute(insert(Person), [{"id": n, "name": f"Pessoa {n}", "email": f"p{n}@exemplo.example",
                                         "created_at": now} for n in range(1, people + 2)])  # fmt: skip
    manager = people + 1
    product = Product(key="erp", name_pt="ERP", name_es="ERP", name_en="ERP", position=0)
    db.session.add(product)
    db.session.flush()
    db.session.add_all([StaffRole(person_id=manager, role="product_manager"),
                        ProductManager(person_id=manager, product_id=product.id)])  # fmt: skip
    made = []
    for place, title in enumerate(("Exportar o balancete para planilha", "Balancete direto no Excel")):
        idea = Idea(title=title, product_id=product.id, problem="À mão, conta por conta.", kind="improvement",
                    author_id=1, company_id=1)  # fmt: skip
        db.session.add(idea)
        db.session.flush()
        idea.root_id = idea.id
        first = 1 + place * votes // 2
        voters = range(first, first + votes)
        db.session.execute(insert(Vote), [_vote(person, idea.id) for person in voters])
        db.session.execute(insert(Follow), [{"person_id": person, "idea_id": idea.id, "author": False, "voted": True,
                                             "commented": False, "chose": False} for person in voters])  # fmt: skip
        db.session.flush()
        recounting.recount(idea)
        made.append(idea.id)
    token = sessions.start(db.session.get_one(Person, manager), device="bench")
    db.session.commit()
    return made[0], made[1], token


def _vote(person: int, idea: int) -> dict[str, Any]:
    at = clock.now() - timedelta(minutes=person)
    return {"person_id": person, "idea_id": idea, "company_id": person % COMPANIES + 1, "cast_at": at,
            "term": trending.vote_score(at), "importance": "critical" if person % 9 == 0 else None}  # fmt: skip


def _client(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session.permanent = True
    return client


def _measure(client: FlaskClient, one: int, other: int, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each answer, in turns."""
    with client.application.app_context():
        slug = db.session.get_one(Idea, one).slug
    both = {"ideia": [one, other], "em": one}
    asked: dict[str, Callable[[], Any]] = {
        "page": lambda: client.get(f"/ideias/{one}-{slug}"),
        "preview": lambda: client.get(f"/ideias/reunir/previa?ideia={one}&ideia={other}"),
        "merge": lambda: client.post("/ideias/reunir", data=both),
        "page of the whole": lambda: client.get(f"/ideias/{one}-{slug}"),
        "unmerge": lambda: client.post("/ideias/separar", data={"ideia": other}),
    }
    times: dict[str, list[float]] = {name: [] for name in asked}
    for turn in range(rounds + 1):
        for name, ask in asked.items():
            begun = time.perf_counter()
            answer = ask()
            took = (time.perf_counter() - begun) * 1000
            if answer.status_code not in {200, 303}:
                raise SystemExit(f"{name}: {answer.status_code}")
            if turn:  # the first warms up
                times[name].append(took)
    return times


def _tell(times: dict[str, list[float]], drift: int) -> int:
    median = {name: statistics.median(each) for name, each in times.items()}
    print(
        f"{'':20}{'median ms':>12}{'min–max':>18}{'idea pages':>14}   ({os.environ.get('DATABASE_URL', 'sqlite')[:10]})"
    )
    for name, each in times.items():
        pages = median[name] / median["page"]
        print(f"{name:20}{median[name]:>12.1f}{f'{min(each):.1f}–{max(each):.1f}':>18}{pages:>14.1f}")
    print(f"drift: {drift}")
    return 1 if drift or median["merge"] > GOAL * median["page"] else 0


if __name__ == "__main__":
    sys.exit(main())
