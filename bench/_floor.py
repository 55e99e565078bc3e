"""The floor: the least that Flask can do, on the same server, workers and Python as the portal.

`/hello` is a word. `/list` is bare Flask and Jinja: a page of 25 cards as long as the board's, from a
list in memory: **the floor** that every ratio is to. `/query` is the same page from one joined query, and
`/vote` one insert with its counter, in a transaction: the bare work behind the board and a vote.
"""

import itertools
import os
import random
import sqlite3
from collections.abc import Iterator
from typing import Any

from flask import Flask, render_template, url_for
from sqlalchemy import create_engine, event, text

CARDS = 25
_PAGE = """<!doctype html>
<html lang="pt-BR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
</head>
<body>
<header><a href="{{ url_for('listed') }}">{{ title }}</a></header>
<main>
<h1>{{ title }}</h1>
<ol class="ideas">
{% for idea in ideas %}
<li class="idea">
<form class="vote" method="post" action="{{ url_for('vote', number=idea.id) }}">
<button class="vote__button" type="submit">
  <svg width="20" height="20" aria-hidden="true"><use href="#up"/></svg>
  <span class="vote__count">{{ idea.votes }}</span>
  <span class="vote__label">Votar</span>
  <span class="only-spoken">: {{ idea.title }}</span>
</button>
</form>
<div>
<h2 class="idea__title"><a href="{{ url_for('show', number=idea.id) }}">{{ idea.title }}</a></h2>
<p class="idea__excerpt">{{ idea.excerpt }}</p>
<p class="facts">
<span class="status" data-status="{{ idea.status }}">
<svg width="14" height="14" aria-hidden="true"><use href="#{{ idea.status }}"/></svg>{{ idea.status }}
</span>
<span>{{ idea.product }}{% if idea.module %} › {{ idea.module }}{% endif %}</span>
{% if idea.comments %}
<span class="facts__item">
<svg width="14" height="14" aria-hidden="true"><use href="#comment"/></svg>
{{ idea.comments }} comentários
</span>
{% endif %}
{% if idea.companies %}
<span class="facts__item">
<svg width="14" height="14" aria-hidden="true"><use href="#building"/></svg>
{{ idea.companies }} empresas
</span>
{% endif %}
<time datetime="{{ idea.date }}">{{ idea.date }}</time>
</p>
</div>
</li>
{% endfor %}
</ol>
</main>
<footer>{{ title }}</footer>
</body>
</html>"""

_TEXT = """
hoje copiamos conta por conta do relatório para planilha todo fechamento são quase dois dias mês e um erro já custou uma
retificação na folha de férias o cálculo & desconto ficam em telas separadas quem confere precisa abrir cada cadastro
seria melhor exportar filtrar por filial centro custo período enviar aviso ao gestor quando nota fiscal for recusada
pela prefeitura assim ninguém digita número pedido estoque à mão nem espera suporte responder
"""
_WORDS = _TEXT.split()


def _ideas() -> Iterator[dict[str, Any]]:
    """Cards whose words differ, the same at every start; with what Jinja must escape."""
    chance = random.Random(CARDS)  # noqa: S311 - made-up cards, not secrets
    for number in range(1, CARDS + 1):
        yield {
            "id": number, "title": " ".join(chance.choices(_WORDS, k=10)).capitalize(),
            "excerpt": " ".join(chance.choices(_WORDS, k=54)).capitalize() + "…",
            "votes": chance.randrange(2_000), "status": chance.choice(("new", "planned", "under_review", "delivered")),
            "product": chance.choice(("ERP", "RH", "Vendas")), "module": chance.choice(("Fiscal", "Folha", "Estoque")),
            "comments": chance.randrange(20), "companies": chance.randrange(500),
            "date": f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        }  # fmt: skip


_IDEAS = list(_ideas())

_QUERY = text("""SELECT idea.id, title, substr(problem, 1, 280) AS excerpt, total_count AS votes, status_key AS status,
product.name_pt AS product, module.name_pt AS module, comment_count AS comments, company_count AS companies,
published_at AS date
FROM idea JOIN product ON product.id = idea.product_id LEFT JOIN module ON module.id = idea.module_id
WHERE merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL
ORDER BY trending DESC, idea.id DESC LIMIT 25""")

app = Flask(__name__)
app.jinja_env.autoescape = True
_template = app.jinja_env.from_string(_PAGE)
engine = create_engine(os.environ["DATABASE_URL"], pool_size=4)
_numbers = itertools.count()


@event.listens_for(engine, "connect")
def _as_in_the_portal(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "mmap_size=268435456"):
            connection.execute(f"PRAGMA {pragma}")


@app.get("/hello")
def hello() -> str:
    return "Olá"


@app.get("/list")
def listed() -> str:
    return render_template(_template, ideas=_IDEAS, title="Ideias")


@app.get("/query")
def queried() -> str:
    with engine.connect() as connection:
        return render_template(_template, ideas=connection.execute(_QUERY).mappings().all(), title="Ideias")


@app.post("/vote/<int:number>")
def vote(number: int) -> str:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execute(text("INSERT INTO floor_vote (idea, person) VALUES (:idea, :person)"),
                           {"idea": number, "person": os.getpid() * 1_000_000 + next(_numbers)})  # fmt: skip
        connection.execute(text("UPDATE floor_idea SET votes = votes + 1 WHERE id = :idea"), {"idea": number})
        connection.commit()
    return "ok"


@app.get("/ideia/<int:number>")
def show(number: int) -> str:
    return url_for("show", number=number)
