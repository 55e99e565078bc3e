"""What no database can keep, in an address or in a field: refused in words or left out, never a fault (PostgreSQL takes no NUL)."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from ideas.db import db
from tests import make
from tests.web.every_form import FORMS

#: Words of the pages' own addresses, as far as they say something to a database.
WORDS = ("q", "produto", "modulo", "situacao", "etiqueta", "titulo", "title", "assunto", "subject", "autor", "sobre")


def address(rule: Rule) -> str:
    return re.sub("<(int:)?[^>]+>", lambda found: "1" if found[1] else "a%00b", rule.rule)


@pytest.mark.parametrize("who", ["carla", "elisa", "fabio", "heitor", "iris"])
def test_no_address_is_a_fault_for_what_stands_in_it(who: str, app: Flask, browser) -> None:
    make.idea()
    make.ticket()
    db.session.commit()
    ours = browser(make.person(who))
    query = dict.fromkeys(WORDS, "a\x00b")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and not rule.rule.endswith("/saude"):
            # Without a query only the addresses that contain a value differ from those of other tests.
            for asked in ({}, query) if rule.arguments else (query,):
                assert ours.get(address(rule), query_string=asked, buffered=True).status_code < 500, rule.rule


@pytest.mark.parametrize("endpoint", sorted(FORMS))
def test_no_field_is_a_fault_for_what_was_sent_in_it(endpoint: str, browser) -> None:
    filled = FORMS[endpoint]()
    db.session.commit()
    ours = browser(make.person(filled.who) if filled.who else None)
    for name, value in filled.data.items():
        if isinstance(value, str):
            answer = ours.post(filled.address, data=filled.fields() | {name: "a\0b"}, buffered=True)
            assert answer.status_code < 500, name
