"""Who a CPF or an e-mail belongs to. The key ring is given once, at start (ideas/app.py)."""

import hmac

from sqlalchemy import Select, select

from ideas.accounts.documents import Cpf, InvalidCpf, KeyRing
from ideas.accounts.models import IdentityDocument, Person
from ideas.db import db

_ring: KeyRing | None = None
_secret = b""


def use(ring: KeyRing, secret: str) -> None:
    """Look CPFs up with this ring; `secret` hashes what is typed at sign-in."""
    global _ring, _secret
    _ring, _secret = ring, secret.encode()


def ring() -> KeyRing:
    """The ring in use."""
    assert _ring is not None, "identifying.use(ring, secret) comes first"
    return _ring


def person_by_cpf(cpf: Cpf) -> Person | None:
    """The person of that CPF, under whichever key of the ring the row was made."""
    return db.session.scalar(_by_cpf(cpf))


def person_by_key(typed: str) -> Person | None:
    """The person whose CPF (in one of its two shapes) or e-mail this is: one statement, whatever was typed."""
    key = canonical(typed)
    return db.session.scalar(_by_cpf(key) if isinstance(key, Cpf) else select(Person).where(Person.email == key))


def keep(cpf: Cpf, person: Person) -> IdentityDocument:
    """Write down that this CPF is the person's, looked up and sealed under the current key."""
    document = IdentityDocument(
        person_id=person.id,
        lookup=ring().lookup(cpf),
        sealed=ring().seal(cpf, context=f"person:{person.id}"),
        key_id=ring().current_id,
    )
    db.session.add(document)
    return document


def account_key(typed: str) -> str:
    """What stands for the account that someone tries to enter: a keyed hash, so that no CPF lies in the log."""
    key = canonical(typed)
    words = f"cpf:{key.digits}" if isinstance(key, Cpf) else f"email:{key}"
    return hmac.digest(_secret, f"ideas/sign-in\0{words}".encode("utf-8", "replace"), "sha256").hex()


def canonical(typed: str) -> Cpf | str:
    """The CPF, or else what was typed as an e-mail is kept: lower-cased, without what has no place in one."""
    try:
        return Cpf.parse(typed)
    except InvalidCpf:
        return "".join(letter for letter in typed[:254] if letter.isprintable()).strip().lower()


def _by_cpf(cpf: Cpf) -> Select[Person]:
    documents = select(IdentityDocument.person_id).where(
        IdentityDocument.kind == "cpf", IdentityDocument.lookup.in_(ring().lookups(cpf))
    )
    return select(Person).where(Person.id.in_(documents))
