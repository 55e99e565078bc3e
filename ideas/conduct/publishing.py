"""Publish the versions of the code that come with the portal, and find the current one."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from ideas import clock
from ideas.conduct.models import ConductRule, ConductVersion
from ideas.db import db

SHIPPED_VERSIONS_PATH = Path(__file__).with_name("code.toml")


def publish_shipped() -> list[int]:
    """Publish the versions of `code.toml` that the database lacks, and return their numbers. Runs at every start."""
    known = set(db.session.scalars(select(ConductVersion.number)))
    missing = [version for version in _shipped() if version["number"] not in known]
    for version in missing:
        _publish(**version)
    return [version["number"] for version in missing]


def versions() -> list[ConductVersion]:
    """Return every version without its rules, the current one first."""
    return list(db.session.scalars(select(ConductVersion).order_by(ConductVersion.number.desc())))


def current() -> ConductVersion | None:
    """Return the current version (the highest number), or None if none was published yet."""
    return db.session.scalar(select(ConductVersion).order_by(ConductVersion.number.desc()).limit(1))


def rules_of(version: ConductVersion) -> list[ConductRule]:
    """Return the rules of the version, in order."""
    rules = select(ConductRule).where(ConductRule.version == version.number)
    return list(db.session.scalars(rules.order_by(ConductRule.position)))


def _shipped() -> list[dict[str, Any]]:
    with SHIPPED_VERSIONS_PATH.open("rb") as file:
        versions: list[dict[str, Any]] = tomllib.load(file)["versions"]
    return sorted(versions, key=lambda version: int(version["number"]))


def _publish(*, number: int, published_on: date, rules: list[dict[str, str]], **words: Any) -> None:
    words = {name: word.strip() if isinstance(word, str) else word for name, word in words.items()}
    published = clock.noon_in_sao_paulo(published_on)
    db.session.add(ConductVersion(number=number, published_at=published, **words))
    db.session.flush()
    db.session.add_all(
        ConductRule(version=number, position=position, **rule) for position, rule in enumerate(rules, start=1)
    )
    db.session.flush()
