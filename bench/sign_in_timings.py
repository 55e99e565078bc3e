"""Does the time an answer takes tell who has an account? `python -m bench.sign_in_timings` (case A02).

500 asks about people who exist and 500 about people who don't, in turns, with the password cost of
production: signing in with a wrong password, and asking for a new one. Prints both medians and the
probability that such a difference is chance (Mann-Whitney's test). A timing is never asserted.
"""

import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from math import erfc, sqrt

from flask import Flask
from flask_migrate import upgrade

ROUNDS = 500


def main() -> None:
    """Measure both questions on a database of its own, and print."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(PORTAL_ENV="test", INSTANCE_PATH=folder, LOG_LEVEL="error")
        app = _portal()
        for title, ask in (("sign-in", _sign_in), ("forgotten password", _forgotten)):
            known, unknown = _in_turns(app, ask)
            print(f"{title:20} known {_said(known)}   unknown {_said(unknown)}   p = {_by_chance(known, unknown):.3f}")


def _portal() -> Flask:
    from ideas import jobs
    from ideas.accounts import passwords, resetting, signing_in
    from ideas.accounts.models import Person
    from ideas.app import create_app
    from ideas.db import begin_for_writing, db

    # Everything is asked from one place here; the limits are another case's affair.
    signing_in.PER_NETWORK = signing_in.OVERALL = resetting.PER_NETWORK = 10**6
    app = create_app()
    with app.app_context():
        begin_for_writing(True)
        upgrade()
        jobs.migrate(db.engine)
        kept = passwords.hashed("the-right-password-of-all")
        db.session.add_all(
            Person(name=f"Pessoa {number}", email=_email("known", number), password_hash=kept)
            for number in range(ROUNDS)
        )
        db.session.commit()
    return app


def _email(kind: str, number: int) -> str:
    return f"{kind}-{number:04}@exemplo.example"


def _in_turns(app: Flask, ask: Callable[[Flask, str], float]) -> tuple[list[float], list[float]]:
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(-10, ROUNDS):
        # Which comes first changes from turn to turn; the first turns only warm up.
        for kind in ("known", "unknown") if number % 2 else ("unknown", "known"):
            took = ask(app, _email(kind, number % ROUNDS))
            if number >= 0:
                times[kind].append(took)
    return times["known"], times["unknown"]


def _sign_in(app: Flask, email: str) -> float:
    return _post(app, "/entrar", {"key": email, "password": "a-wrong-password"}, expect=422)


def _forgotten(app: Flask, email: str) -> float:
    return _post(app, "/esqueci-minha-senha", {"key": email}, expect=303)


def _post(app: Flask, address: str, fields: dict[str, str], *, expect: int) -> float:
    """Milliseconds from the form to its answer."""

    client = app.test_client()
    token = re.search(r'csrf_token" value="([^"]+)"', client.get(address).text)
    assert token is not None
    started = time.perf_counter()
    answer = client.post(address, data={**fields, "csrf_token": token[1]})
    took = (time.perf_counter() - started) * 1000
    assert answer.status_code == expect, answer.status_code
    return took


def _said(times: Sequence[float]) -> str:
    return f"median {statistics.median(times):6.2f} ms, 95 % {statistics.quantiles(times, n=20)[-1]:6.2f} ms"


def _by_chance(some: Sequence[float], others: Sequence[float]) -> float:
    """The two-sided probability of so great a difference, were there none (normal approximation)."""
    ranked = sorted([(time_, 0) for time_ in some] + [(time_, 1) for time_ in others])
    ranks = sum(rank for rank, (_, whose) in enumerate(ranked, 1) if whose == 0)
    n, m = len(some), len(others)
    score = (ranks - n * (n + 1) / 2 - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
    return erfc(abs(score) / sqrt(2))


if __name__ == "__main__":
    main()
