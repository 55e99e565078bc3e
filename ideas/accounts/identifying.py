"""Find people by CPF or email. The key ring is configured once, at start (ideas/app.py)."""

import hmac

from sqlalchemy import Select, func, select

from ideas.accounts.documents import Cpf, InvalidCpf, KeyRing
from ideas.accounts.models import IdentityDocument, Person
from ideas.db import db

_ring: KeyRing | None = None
_secret = b""


def configure(ring: KeyRing, secret: str) -> None:
    """Set the key ring for CPFs, and the secret for hashing sign-in keys."""
    global _ring, _secret
    _ring, _secret = ring, secret.encode()


def ring() -> KeyRing:
    """Return the configured key ring."""
    assert _ring is not None, "call identifying.configure(ring, secret) first"
    return _ring


def person_by_cpf(cpf: Cpf) -> Person | None:
    """Return the person with that CPF, with whichever key of the ring the row was encrypted."""
    return db.session.scalar(_by_cpf(cpf))


def cpf_of(person: Person) -> Cpf | None:
    """Return the person's decrypted CPF, or None. Its string is masked."""
    own_cpf = IdentityDocument.person_id == person.id, IdentityDocument.kind == "cpf"
    sealed = db.session.scalar(select(IdentityDocument.sealed).where(*own_cpf))
    return ring().open(sealed, context=f"person:{person.id}") if sealed else None


def person_by_key(login: str) -> Person | None:
    """Return the person with that CPF (in either format) or email. Always sends one statement."""
    return db.session.scalar(_by_key(login))


def mailable_person_id(login: str) -> int | None:
    """Return the id of that person if they have an email and can sign in. The query returns one row in any case."""
    can_receive = Person.email.is_not(None), Person.locked_at.is_(None), Person.closed_at.is_(None)
    return db.session.scalar(_by_key(login).where(*can_receive).with_only_columns(func.max(Person.id)))


def store_cpf(cpf: Cpf, person: Person) -> IdentityDocument:
    """Store the person's CPF, hashed and encrypted with the current key."""
    document = IdentityDocument(
        person_id=person.id,
        lookup=ring().lookup(cpf),
        sealed=ring().seal(cpf, context=f"person:{person.id}"),
        key_id=ring().current_id,
    )
    db.session.add(document)
    return document


def account_key(login: str) -> str:
    """Return a keyed hash of the sign-in key, so that the access log holds no CPF."""
    key = canonical(login)
    words = f"cpf:{key.digits}" if isinstance(key, Cpf) else f"email:{key}"
    return keyed_hash(f"ideas/sign-in\0{words}")


def keyed_hash(words: str) -> str:
    """Hash text with the portal's secret (HMAC), in 64 hexadecimal digits."""
    return hmac.digest(_secret, words.encode("utf-8", "replace"), "sha256").hex()


def canonical(login: str) -> Cpf | str:
    """Return the CPF, or the text normalised like an email: lower-cased, without unprintable characters."""
    try:
        return Cpf.parse(login)
    except InvalidCpf:
        return "".join(letter for letter in login[:254] if letter.isprintable()).strip().lower()


def _by_key(login: str) -> Select[Person]:
    key = canonical(login)
    return _by_cpf(key) if isinstance(key, Cpf) else select(Person).where(Person.email == key)


def _by_cpf(cpf: Cpf) -> Select[Person]:
    documents = select(IdentityDocument.person_id).where(
        IdentityDocument.kind == "cpf", IdentityDocument.lookup.in_(ring().lookups(cpf))
    )
    return select(Person).where(Person.id.in_(documents))
