"""Every address is declared in ideas/rights.py and written in kebab case."""

import re

import pytest
from flask import Flask

from ideas.rights import ROUTES

pytestmark = pytest.mark.engine_independent


def test_every_route_has_declared_rights_and_every_declaration_a_route(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(ROUTES) == set(), "not in ideas/rights.py"
    assert set(ROUTES) - endpoints == set(), "declared, but no such route"


def test_addresses_are_kebab_case(app: Flask) -> None:
    kebab = re.compile(r"(/\.well-known)?(/[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?|/(<[^>]+>[-.]?)+[a-z]*)*/?")
    assert [rule.rule for rule in app.url_map.iter_rules() if not kebab.fullmatch(rule.rule)] == []
