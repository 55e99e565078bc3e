"""The CPF: parsed strictly, looked up by a keyed hash, stored encrypted, shown masked.

There are only a thousand million CPFs, so a plain hash can be reversed in minutes. Look-up therefore uses a keyed hash
(HMAC), and the CPF is encrypted for the rare cases in which it must be shown. The keys for both are derived from
`CPF_KEY`, which is not in the database. Without that key ring, nobody can be found by CPF.
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
    """The input is not a CPF. The message never repeats the input."""

    message = N_("Este CPF não é válido. Confira os 11 números.")
    status = 422


class CannotOpen(Exception):
    """An encrypted CPF was altered, belongs to another row, or its key is not on the ring."""


# --- The number ------------------------------------------------------------------------------

_SHAPE_RE = re.compile(r"[0-9]{11}|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Cpf:
    """A valid CPF. Its string and repr are masked; only `.digits` is the number."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _is_valid(self.digits):
            raise InvalidCpf

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a CPF in one of its two formats, `11144477735` or `111.444.777-35`, in ASCII.

        Surrounding spaces are ignored, because people paste them. Raises InvalidCpf for anything else, such as repeated
        digits (they satisfy the check digits), other separators, or digits of other scripts.
        """
        text = text.strip(" \t\r\n")
        if not _SHAPE_RE.fullmatch(text):
            raise InvalidCpf
        return cls(text.replace(".", "").replace("-", ""))

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

#: Eleven digits of any script, with one kind of separator or none, that are not part of anything else:
#: a longer number, a decimal, a CNPJ, a hexadecimal digest or an international phone number.
_CANDIDATE_RE = re.compile(
    r"""(?: (?<=cpf) | (?<![^\W_]) (?<!\d[.-]) (?<!\+\d\d[ ]) )
        \d{3} ([. -]?) \d{3} \1 \d{3} [. -]? \d{2}
        (?! [^\W_] | [.-]\d )""",
    re.VERBOSE | re.IGNORECASE,
)


def find_cpfs(text: str) -> Iterator[re.Match[str]]:
    """Find the valid CPFs in a text, but not CNPJs, phone numbers or longer numbers.

    One in a hundred mobile numbers of eleven digits is also a valid CPF; those cannot be distinguished.
    """
    return (match for match in _CANDIDATE_RE.finditer(text) if _is_valid(_digits_of(match)))


def looks_like_cpf(text: str) -> bool:
    """Return whether the text contains a valid CPF."""
    return any(True for _ in find_cpfs(text))


def mask_cpfs(text: str) -> str:
    """Replace every valid CPF in the text by `***.444.777-**`."""
    return _CANDIDATE_RE.sub(lambda match: _mask(digits) if _is_valid(digits := _digits_of(match)) else match[0], text)


def _digits_of(match: re.Match[str]) -> str:
    return "".join(str(int(char)) for char in match[0] if char.isdecimal())


# --- Look-up and encryption ------------------------------------------------------------------

_KEY_BYTES = 32
_NONCE_BYTES = 12
_KEY_ID_RE = re.compile("[A-Za-z0-9_-]{1,16}")


@dataclass(frozen=True, slots=True, repr=False)
class _Key:
    id: str
    index: bytes
    sealing: bytes


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The keys for CPFs: the first one encrypts; the others still decrypt and find older rows."""

    keys: tuple[_Key, ...]

    @classmethod
    def parse(cls, setting: str) -> Self:
        """Parse `id:base64key,id:base64key`, each key 32 bytes. Raises ValueError, without repeating a key."""
        keys = tuple(_parse_key(part.strip(), position) for position, part in enumerate(setting.split(","), 1))
        if len({key.id for key in keys}) < len(keys):
            raise ValueError("two CPF keys have the same id")
        return cls(keys)

    @property
    def current_id(self) -> str:
        """The id of the key that encrypts new rows."""
        return self.keys[0].id

    def lookup(self, cpf: Cpf) -> str:
        """Return the keyed hash of the CPF with the current key, in 64 hexadecimal digits."""
        return _lookup(self.keys[0], cpf)

    def lookups(self, cpf: Cpf) -> tuple[str, ...]:
        """Return the hashes with every key, the current one first, to find rows during a rotation."""
        return tuple(_lookup(key, cpf) for key in self.keys)

    def seal(self, cpf: Cpf, context: str) -> str:
        """Encrypt the CPF for one `context`, such as "person:12", as `key-id:base64`."""
        key, nonce = self.keys[0], os.urandom(_NONCE_BYTES)
        sealed = AESGCM(key.sealing).encrypt(nonce, cpf.digits.encode(), _associated_data(key, context))
        return f"{key.id}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, context: str) -> Cpf:
        """Decrypt a CPF that was sealed for the same context. Raises CannotOpen."""
        key_id, _, token = sealed.partition(":")
        key = next((key for key in self.keys if key.id == key_id), None)
        if key is None:
            raise CannotOpen(f"no CPF key {key_id!r} on the ring")
        try:
            raw = base64.b64decode(token, validate=True)
            digits = AESGCM(key.sealing).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _associated_data(key, context))
        except (InvalidTag, ValueError):
            raise CannotOpen("a sealed CPF was altered or moved") from None
        return Cpf(digits.decode())

    def __repr__(self) -> str:
        return f"<KeyRing {', '.join(key.id for key in self.keys)}>"


def _parse_key(part: str, position: int) -> _Key:
    key_id, _, encoded = part.partition(":")
    try:
        secret = base64.b64decode(encoded, altchars=b"-_" if set(encoded) & set("-_") else None, validate=True)
    except ValueError:
        raise ValueError(f"CPF key number {position} is not base64") from None
    if not _KEY_ID_RE.fullmatch(key_id) or len(secret) != _KEY_BYTES:
        raise ValueError(f"CPF key number {position} must be an id, a colon and {_KEY_BYTES} bytes in base64")
    return _Key(key_id, index=_derive(secret, b"ideas/cpf/index"), sealing=_derive(secret, b"ideas/cpf/seal"))


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(secret)


def _lookup(key: _Key, cpf: Cpf) -> str:
    return hmac.digest(key.index, cpf.digits.encode(), "sha256").hex()


def _associated_data(key: _Key, context: str) -> bytes:
    return f"{key.id}\0{context}".encode()
