"""The CPF: read strictly, looked up by a keyed hash, kept sealed, shown masked.

There are only a thousand million CPFs, so a plain hash of one is undone in minutes; hence a keyed
one (HMAC) for looking up and an authenticated encryption for the rare times it must be shown. Both
keys come from `CPF_KEY`, kept outside the database. Losing that ring means that nobody can be
found by CPF again.
"""

import base64
import hmac
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from stdnum.br import cpf as check_digits

from ideas.errors import N_, Refused


class InvalidCpf(Refused):
    """What was typed is not a CPF. Never says what was typed."""

    message = N_("Este CPF não é válido. Confira os 11 números.")
    status = 422


class CannotOpen(Exception):
    """A sealed CPF was altered, belongs to another row, or its key is not on the ring."""


# --- The number ------------------------------------------------------------------------------

_SHAPES = re.compile(r"[0-9]{11}|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Cpf:
    """A valid CPF. Printed, logged or formatted it is masked; only `.digits` is the number."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _is_valid(self.digits):
            raise InvalidCpf

    @classmethod
    def parse(cls, typed: str) -> Self:
        """The CPF in one of its two shapes, `11144477735` or `111.444.777-35`, in ASCII.

        Spaces around are forgiven, since people paste them. Raises InvalidCpf for anything else:
        repeated digits (they satisfy the check digits), other separators, other scripts' digits.
        """
        typed = typed.strip(" \t\r\n")
        if not _SHAPES.fullmatch(typed):
            raise InvalidCpf
        return cls(typed.replace(".", "").replace("-", ""))

    def __str__(self) -> str:
        return _mask(self.digits)

    def __repr__(self) -> str:
        return f"<Cpf {self}>"


def _is_valid(digits: str) -> bool:
    return bool(
        re.fullmatch("[0-9]{11}", digits)
        and len(set(digits)) > 1  # repeated digits satisfy the check digits
        and check_digits.is_valid(digits)
    )


def _mask(digits: str) -> str:
    return f"***.{digits[3:6]}.{digits[6:9]}-**"


# --- Finding and hiding CPFs in other texts --------------------------------------------------

#: Eleven digits, alone or with one kind of separator, in any script, standing by themselves: not
#: within a longer number, a decimal, a CNPJ, a hexadecimal digest or an international phone.
_CANDIDATE = re.compile(
    r"""(?: (?<=cpf) | (?<![^\W_]) (?<!\d[.-]) (?<!\+\d\d[ ]) )
        \d{3} ([. -]?) \d{3} \1 \d{3} [. -]? \d{2}
        (?! [^\W_] | [.-]\d )""",
    re.VERBOSE | re.IGNORECASE,
)


def find_cpfs(text: str) -> Iterator[re.Match[str]]:
    """The places where a text shows a valid CPF. A CNPJ, a phone, a longer number is not one.

    A bare mobile number of eleven digits passes for a CPF one time in a hundred; nothing in it
    tells them apart.
    """
    return (match for match in _CANDIDATE.finditer(text) if _is_valid(_digits_of(match)))


def looks_like_cpf(text: str) -> bool:
    """Does a valid CPF stand anywhere in the text?"""
    return any(True for _ in find_cpfs(text))


def mask_cpfs(text: str) -> str:
    """The text with every valid CPF as `***.444.777-**`."""
    return _CANDIDATE.sub(lambda match: _mask(digits) if _is_valid(digits := _digits_of(match)) else match[0], text)


def _digits_of(match: re.Match[str]) -> str:
    return "".join(str(int(char)) for char in match[0] if char.isdecimal())


# --- Looking up and sealing ------------------------------------------------------------------

_KEY_BYTES = 32
_NONCE_BYTES = 12
_KEY_ID = re.compile("[A-Za-z0-9_-]{1,16}")


@dataclass(frozen=True, slots=True, repr=False)
class _Key:
    id: str
    index: bytes
    sealing: bytes


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The keys for CPFs: the first is current, the others still open and find what they made."""

    keys: tuple[_Key, ...]

    @classmethod
    def parse(cls, setting: str) -> Self:
        """`id:base64key,id:base64key`, each key of 32 bytes. Raises ValueError, never naming a key."""
        keys = tuple(_parse_key(part.strip(), place) for place, part in enumerate(setting.split(","), 1))
        if len({key.id for key in keys}) < len(keys):
            raise ValueError("two CPF keys have the same id")
        return cls(keys)

    @property
    def current_id(self) -> str:
        """The id of the key that new rows are made with."""
        return self.keys[0].id

    def lookup(self, cpf: Cpf) -> str:
        """What stands for the CPF in the database: 64 hexadecimal digits, under the current key."""
        return _lookup(self.keys[0], cpf)

    def lookups(self, cpf: Cpf) -> tuple[str, ...]:
        """The same under every key, the current one first: for finding rows during a rotation."""
        return tuple(_lookup(key, cpf) for key in self.keys)

    def seal(self, cpf: Cpf, context: str) -> str:
        """The CPF encrypted for one place (`context`, such as "person:12"), as `key-id:base64`."""
        key, nonce = self.keys[0], os.urandom(_NONCE_BYTES)
        sealed = AESGCM(key.sealing).encrypt(nonce, cpf.digits.encode(), _bound_to(key, context))
        return f"{key.id}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, context: str) -> Cpf:
        """The CPF that was sealed for that same context. Raises CannotOpen."""
        key_id, _, token = sealed.partition(":")
        key = next((key for key in self.keys if key.id == key_id), None)
        if key is None:
            raise CannotOpen(f"no CPF key {key_id!r} on the ring")
        try:
            raw = base64.b64decode(token, validate=True)
            digits = AESGCM(key.sealing).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound_to(key, context))
        except (InvalidTag, ValueError):
            raise CannotOpen("a sealed CPF was altered or moved") from None
        return Cpf(digits.decode())

    def __repr__(self) -> str:
        return f"<KeyRing {', '.join(key.id for key in self.keys)}>"


def _parse_key(part: str, place: int) -> _Key:
    key_id, _, encoded = part.partition(":")
    try:
        secret = base64.b64decode(encoded, altchars=b"-_" if set(encoded) & set("-_") else None, validate=True)
    except ValueError:
        raise ValueError(f"CPF key number {place} is not base64") from None
    if not _KEY_ID.fullmatch(key_id) or len(secret) != _KEY_BYTES:
        raise ValueError(f"CPF key number {place} must be an id, a colon and {_KEY_BYTES} bytes in base64")
    return _Key(key_id, index=_derive(secret, b"ideas/cpf/index"), sealing=_derive(secret, b"ideas/cpf/seal"))


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(secret)


def _lookup(key: _Key, cpf: Cpf) -> str:
    return hmac.digest(key.index, cpf.digits.encode(), "sha256").hex()


def _bound_to(key: _Key, context: str) -> bytes:
    return f"{key.id}\0{context}".encode()
