"""Who a CPF or an e-mail belongs to. The key ring is given once, at start (ideas/app.py)."""

import hmac

from sqlalchemy import Select, func, select

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


def cpf_of(person: Person) -> Cpf | None:
    """The person's own CPF, unsealed; None for whoever has none. Print it: it shows itself masked."""
    of_theirs = IdentityDocument.person_id == person.id, IdentityDocument.kind == "cpf"
    sealed = db.session.scalar(select(IdentityDocument.sealed).where(*of_theirs))
    return ring().open(sealed, context=f"person:{person.id}") if sealed else None


def person_by_key(typed: str) -> Person | None:
    """The person whose CPF (in one of its two shapes) or e-mail this is: one statement, whatever was typed."""
    return db.session.scalar(_by_key(typed))


def mailable_by_key(typed: str) -> int | None:
    """The id of that person, if they have an e-mail and can sign in: one row in the same shape, also for nobody."""
    may = Person.email.is_not(None), Person.locked_at.is_(None), Person.closed_at.is_(None)
    return db.session.scalar(_by_key(typed).where(*may).with_only_columns(func.max(Person.id)))


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
    return keyed_hash(f"ideas/sign-in\0{words}")


def keyed_hash(words: str) -> str:
    """Words under the portal's own secret: 64 hexadecimal digits that nobody else can make or undo."""
    return hmac.digest(_secret, words.encode("utf-8", "replace"), "sha256").hex()


def canonical(typed: str) -> Cpf | str:
    """The CPF, or else what was typed as an e-mail is kept: lower-cased, without what has no place in one."""
    try:
        return Cpf.parse(typed)
    except InvalidCpf:
        return "".join(letter for letter in typed[:254] if letter.isprintable()).strip().lower()


def _by_key(typed: str) -> Select[Person]:
    key = canonical(typed)
    return _by_cpf(key) if isinstance(key, Cpf) else select(Person).where(Person.email == key)


def _by_cpf(cpf: Cpf) -> Select[Person]:
    documents = select(IdentityDocument.person_id).where(
        IdentityDocument.kind == "cpf", IdentityDocument.lookup.in_(ring().lookups(cpf))
    )
    return select(Person).where(Person.id.in_(documents))
