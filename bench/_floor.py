"""The floor: the least that Flask can do, on the same server, workers and Python as the portal.

`/hello` is a word. `/list` is bare Flask and Jinja: a page of 25 cards as long as the board's, from a
list in memory: **the floor** that every ratio is to. `/query` is the same page from one joined query, and
`/vote` one insert with its counter, in a transaction: the bare work behind the board and a vote.
"""

import itertools
import os
import sqlite3
from typing import Any

from flask import Flask, render_template, url_for
from sqlalchemy import create_engine, event, text

CARDS = 25
_PAGE = """<!doctype html><html lang="pt-BR"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<header><a href="{{ url_for('listed') }}">{{ title }}</a></header><main><h1>{{ title }}</h1><ol>
{% for idea in ideas %}<li class="idea">
<form class="vote" method="post" action="{{ url_for('vote', number=idea.id) }}">
<button class="vote__button" type="submit"><svg width="20" height="20" aria-hidden="true"><use href="#up"/></svg>
<span class="vote__count">{{ idea.votes }}</span> <span class="vote__label">Votar</span></button></form>
<div><h2 class="idea__title"><a href="{{ url_for('show', number=idea.id) }}">{{ idea.title }}</a></h2>
<p class="idea__excerpt">{{ idea.excerpt }}</p>
<p class="facts"><span class="status" data-status="{{ idea.status }}"><svg width="14" height="14" aria-hidden="true">
<use href="#{{ idea.status }}"/></svg>{{ idea.status }}</span><span>{{ idea.product }}{% if idea.module %}
 › {{ idea.module }}{% endif %}</span>{% if idea.comments %}<span class="facts__item"><svg width="14" height="14"
aria-hidden="true"><use href="#comment"/></svg>{{ idea.comments }} comentários</span>{% endif %}
{% if idea.companies %}<span
class="facts__item"><svg width="14" height="14" aria-hidden="true"><use href="#building"/></svg>{{ idea.companies }}
empresas</span>{% endif %}<time datetime="{{ idea.date }}">{{ idea.date }}</time></p></div></li>{% endfor %}
</ol></main><footer>{{ title }}</footer></body></html>"""

_WORDS = ("Hoje copiamos conta por conta do relatório para a planilha, todo fechamento: quase dois dias por mês, e um "
          "erro já custou uma retificação. ")  # fmt: skip
_IDEAS = [
    {
        "id": number, "title": f"Exportar o razão contábil & os saldos direto para a planilha, parte {number}",
        "excerpt": _WORDS * 2, "votes": number * 3, "status": "planned", "product": "ERP", "module": "Fiscal",
        "comments": number, "companies": number // 2, "date": "2026-11-20",
    }
    for number in range(1, CARDS + 1)
]  # fmt: skip

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
_numbers = itertools.count(os.getpid() * 1_000_000)


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
                           {"idea": number, "person": next(_numbers)})  # fmt: skip
        connection.execute(text("UPDATE floor_idea SET votes = votes + 1 WHERE id = :idea"), {"idea": number})
        connection.commit()
    return "ok"


@app.get("/ideia/<int:number>")
def show(number: int) -> str:
    return url_for("show", number=number)
