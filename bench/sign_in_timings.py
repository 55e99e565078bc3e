"""Does the time an answer takes tell who has an account? (case A02)

    bin/bench sign_in_timings [--rounds 500]

At each door, asks about people who exist and as many about people who don't, in turns, with the password cost of
production: signing in, a forgotten password, an invitation's link, asking to join, another e-mail. Prints for each
the medians, the difference with its 95 % interval (bootstrap), how often somebody who exists takes longer than
somebody who doesn't (0.5: nothing is told), and the probability that such a difference is chance (Mann-Whitney).
The same of the processor's time, which nobody sees, but which no other work on the machine blurs. A timing is
never asserted.
"""

import argparse
import gc
import os
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from stdnum.br import cpf

from bench import _fresh
from ideas.accounts import credentials, identifying, links, passwords, resetting, sessions, signing_in
from ideas.accounts.documents import Cpf
from ideas.accounts.models import Person
from ideas.companies import inviting, requesting
from ideas.companies.models import Company, Invitation
from ideas.db import db
from ideas.modes import Mode, set_mode

#: Each asks once about each person; the first ones only warm up.
WARMING = 20
RESAMPLED = 2000
RIGHT, WRONG = "the-right-password-of-all", "girassol na varanda"
DICE = random.Random(1)  # noqa: S311 - not a secret
CNPJ, NO_CNPJ = "11222333000181", "11444777000161"
Times = Sequence[float]
#: Milliseconds from a form to its answer, and of the processor meanwhile.
Took = tuple[float, float]


@dataclass(frozen=True)
class Asked:
    """The person a request is about: by number, and whether they exist."""

    number: int
    exists: bool

    @property
    def cpf(self) -> str:
        nine = f"{(1 if self.exists else 5) * 10**8 + self.number:09}"
        return next(nine + digits for digits in map("{:02}".format, range(100)) if cpf.is_valid(nine + digits))

    @property
    def email(self) -> str:
        return f"{'somebody' if self.exists else 'nobodyyy'}-{self.number:05}@exemplo.example"


class Doors:
    """The questions that a stranger may ask, each as one request."""

    def __init__(self, app: Flask, invited: dict[Asked, str], token: str) -> None:
        self._app, self._invited, self._token = app, invited, token

    def signing_in(self, asked: Asked) -> Took:
        return self._post("/entrar", {"key": asked.cpf, "password": WRONG}, 422)

    def forgotten(self, asked: Asked) -> Took:
        return self._post("/esqueci-minha-senha", {"key": asked.cpf}, 303)

    def first_access(self, asked: Asked) -> Took:
        """By a link to an address that is somebody's already: a CPF that has an account, or that has none."""
        return self._post(self._invited[asked], {"cpf": asked.cpf, "password": WRONG}, 422)

    def joining(self, asked: Asked) -> Took:
        facts = {"cpf": asked.cpf, "name": "Nina Alves", "email": asked.email, "cnpj": CNPJ}
        return self._post("/quero-me-cadastrar", facts, 303)

    def joining_a_company(self, asked: Asked) -> Took:
        """The same person each time; the company exists, or not."""
        email = f"nina-{asked.number}@exemplo.example"
        facts = {"cpf": Asked(asked.number, exists=False).cpf, "name": "Nina Alves", "email": email,
                 "cnpj": CNPJ if asked.exists else NO_CNPJ}  # fmt: skip
        return self._post("/quero-me-cadastrar", facts, 303)

    def another_email(self, asked: Asked) -> Took:
        """A signed-in person requests an address that belongs to someone else, or to no account."""
        return self._post("/perfil/email", {"email": asked.email, "current_password": RIGHT}, 303, self._token)

    def _post(self, address: str, fields: dict[str, str], expect: int, token: str = "") -> Took:
        client: FlaskClient = self._app.test_client()
        if token:
            with client.session_transaction() as session:
                session["_user_id"] = token
        shown = re.search(r'csrf_token" value="([^"]+)"', client.get(address).text)
        assert shown is not None
        started, worked = time.perf_counter(), time.process_time()
        answer = client.post(address, data={**fields, "csrf_token": shown[1]})
        took = (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000
        assert answer.status_code == expect, (address, answer.status_code)
        return took


def main() -> None:
    """Measure every door on a database of its own, and print."""
    arguments = argparse.ArgumentParser(prog="bin/bench sign_in_timings", description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=500)
    rounds = arguments.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, _fresh.portal(Path(folder)) as app:
        # Everything is asked from one place here; the limits are another case's affair.
        for limits, names in ((signing_in, ("MAX_PER_NETWORK", "MAX_PER_KEY", "MAX_OVERALL")),
                              (resetting, ("MAX_PER_NETWORK_AND_HOUR",)),
                              (requesting, ("MAX_REQUESTS_PER_NETWORK",)),
                              (credentials, ("MAX_EMAIL_CHANGES_PER_DAY",))):  # fmt: skip
            for name in names:
                setattr(limits, name, 10**6)
        with app.app_context():
            set_mode(Mode.WRITE)
            doors = Doors(app, *_fill(rounds + WARMING))
            db.session.remove()
        print(f"{rounds} and {rounds} in turns, {os.environ.get('DATABASE_URL', 'sqlite').partition(':')[0]}\n")
        print("| door | who exists: median, 95 % | who doesn't | difference of medians | longer | p | processor |")
        print("|---|---|---|---|---|---|---|")
        for title, ask in (("signing in", doors.signing_in), ("forgotten password", doors.forgotten),
                           ("an invitation's link", doors.first_access), ("asking to join: person", doors.joining),
                           ("asking to join: company", doors.joining_a_company),
                           ("another e-mail", doors.another_email)):  # fmt: skip
            print(_row(title, *_in_turns(ask, rounds)), flush=True)


def _fill(people: int) -> tuple[dict[Asked, str], str]:
    """People with an account, each with an invitation to a company; one session. Links, and the session's token."""
    kept = passwords.hash_password(RIGHT)
    company = Company(cnpj=CNPJ, root=CNPJ[:8], name="Padaria Aurora")
    asking = Person(name="Carla Nunes", email="carla@exemplo.example", password_hash=kept)
    db.session.add_all([company, asking])
    db.session.flush()
    invited = {}
    for number in range(people):
        one = Asked(number, exists=True)
        person = Person(name=f"Pessoa {number}", email=one.email, password_hash=kept)
        db.session.add(person)
        db.session.flush()
        identifying.store_cpf(Cpf.parse(one.cpf), person)
        for asked in (one, Asked(number, exists=False)):
            other = company if asked.exists else _company(number)
            invitation = Invitation(company_id=other.id, email=one.email, name="Nina Alves")
            db.session.add(invitation)
            db.session.flush()
            token = links.create_link(inviting.LINK_PURPOSE, f"invitation:{invitation.id}", inviting.LINK_LIFETIME)
            invited[asked] = f"/primeiro-acesso/{token}"
    token = sessions.start(asking, device="bench")
    db.session.commit()
    return invited, token


def _company(number: int) -> Company:
    """One more: of each, an address is invited once."""
    made = Company(cnpj=f"{number:014d}", root=f"{number:014d}"[:8], name=f"Empresa {number}")
    db.session.add(made)
    db.session.flush()
    return made


def _in_turns(ask: Callable[[Asked], Took], rounds: int) -> tuple[list[Took], list[Took]]:
    took: dict[bool, list[Took]] = {True: [], False: []}
    gc.disable()
    for number in range(rounds + WARMING):
        # Which comes first changes from turn to turn, not by turns: nothing else must go by the same beat.
        first = DICE.random() < 0.5
        for exists in (first, not first):
            one = ask(Asked(number, exists))
            if number >= WARMING:
                took[exists].append(one)
        if number % 20 == 0:
            # Between two turns, never within one.
            gc.collect()
    gc.enable()
    return took[True], took[False]


def _row(title: str, known: list[Took], unknown: list[Took]) -> str:
    (seen, worked), (unseen, not_worked) = zip(*known, strict=True), zip(*unknown, strict=True)
    low, high = _interval(seen, unseen)
    longer, chance = _mann_whitney(seen, unseen)
    harder, by_chance = _mann_whitney(worked, not_worked)
    difference = statistics.median(seen) - statistics.median(unseen)
    processor = f"{_said(worked)} / {_said(not_worked)}: {harder:.3f}, p {by_chance:.3f}"
    return (f"| {title} | {_said(seen)} | {_said(unseen)} | {difference:+.2f} ms ({low:+.2f} to {high:+.2f}) "
            f"| {longer:.3f} | {chance:.3f} | {processor} |")  # fmt: skip


def _said(times: Times) -> str:
    return f"{statistics.median(times):.2f} ms, {statistics.quantiles(times, n=20)[-1]:.2f}"


def _interval(some: Times, others: Times) -> tuple[float, float]:
    """Where the difference of the medians lies, 95 % of the time, when both are drawn again from themselves."""
    drawn = sorted(
        statistics.median(DICE.choices(some, k=len(some))) - statistics.median(DICE.choices(others, k=len(others)))
        for _ in range(RESAMPLED)
    )
    return drawn[RESAMPLED // 40], drawn[-RESAMPLED // 40]


def _mann_whitney(some: Times, others: Times) -> tuple[float, float]:
    """How often one of `some` is above one of `others`, and how probable so uneven a share is by chance."""
    ranked = sorted([(time_, 0) for time_ in some] + [(time_, 1) for time_ in others])
    ranks = sum(rank for rank, (_, whose) in enumerate(ranked, 1) if whose == 0)
    n, m = len(some), len(others)
    above = ranks - n * (n + 1) / 2
    score = (above - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
    return above / (n * m), erfc(abs(score) / sqrt(2))


if __name__ == "__main__":
    main()
