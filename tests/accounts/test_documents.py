"""CPF: strict parsing, masking, search in texts, look-up and encryption."""

import base64
import pickle
import re
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideas.accounts.documents import (
    CannotOpen,
    Cpf,
    InvalidCpf,
    KeyRing,
    find_cpfs,
    looks_like_cpf,
    mask_cpfs,
)

pytestmark = pytest.mark.engine_independent

ANA = "111.444.777-35"
OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


#: Published examples: tutorials of the check digits (111.444.777-35, 529.982.247-25, 280.012.389-38) and
#: python-stdnum's documentation (390.533.447-05); the lowest CPF.
@pytest.mark.parametrize("typed", [ANA, "529.982.247-25", "280.012.389-38", "390.533.447-05", "000.000.001-91"])
def test_a_cpf_is_parsed_with_and_without_punctuation(typed):
    cpf = Cpf.parse(typed)
    assert cpf.digits == re.sub(r"\D", "", typed)
    assert Cpf.parse(f" {cpf.digits}\n") == cpf


@pytest.mark.parametrize(
    "typed",
    [
        "111.444.777-36",
        "111.444.777-05",
        "529.982.247-52",
        "231.002.999-00",
        "191",
        "11.144.477.735",
        "111.444.777.35",
        "111 444 777 35",
        "111.444.77735",
        "１１１44477735",
        "111\n44477735",
        "1114447773",
        "111444777350",
        "",
        "\0",
        *(str(digit) * 11 for digit in range(10)),
    ],
)
def test_the_refusal_does_not_repeat_the_input(typed):
    with pytest.raises(InvalidCpf) as refusal:
        Cpf.parse(typed)
    assert not typed or typed not in "".join(traceback.format_exception_only(refusal.value))


@given(st.from_regex("[0-9]{9}", fullmatch=True).filter(lambda base: len(set(base)) > 1))
def test_nine_digits_have_exactly_one_pair_of_check_digits(base):
    assert sum(looks_like_cpf(f"{base}{check:02}") for check in range(100)) == 1


def test_str_and_repr_of_a_cpf_are_masked():
    cpf = Cpf.parse(ANA)
    shown = f"{cpf} {cpf!r} {cpf!s} {[cpf]}"
    assert "***.444.777-**" in shown
    assert not looks_like_cpf(shown)
    assert "11144477735" not in shown


def test_a_cpf_cannot_be_created_without_valid_check_digits():
    with pytest.raises(InvalidCpf):
        Cpf("11144477736")
    assert pickle.loads(pickle.dumps(Cpf(_digits(ANA)))).digits == _digits(ANA)  # noqa: S301


# --- In other texts --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "O CPF é 111.444.777-35.",
        "cpf=11144477735&nome=ana",
        '{"cpf": "11144477735"}',
        "CPF11144477735",
        "cpf_11144477735",
        "1,11144477735,Ana",
        "111.444.777-35/529.982.247-25",
        "111444777-35",
        "111 444 777 35",
        "１１１４４４７７７３５",
        "<td>111.444.777-35</td>",
        "11144477735@example.org",
        "/pessoas/11144477735",
    ],
)
def test_a_cpf_is_found_and_masked_anywhere_in_a_text(text):
    assert looks_like_cpf(text)
    masked = mask_cpfs(text)
    assert "***.444.777-**" in masked
    assert not looks_like_cpf(masked)


@pytest.mark.parametrize(
    "text",
    [
        "11.222.333/0001-81",
        "11222333000181",
        "12.ABC.345/01DE-35",
        "(11) 98765-4321",
        "+5511144477735",
        "+55 11144477735",
        "5511144477735",
        "111444777350",
        "0.11144477735",
        "11144477735.25",
        "1.111.444.777-35",
        "e11144477735a",
        "11144477736",
        "111.444.777-36",
        "00000000000",
        "550e8400-e29b-41d4-a716-11144477735f",
        "2026-11144477735",
        "2026-11-21 11:14:44.777",
        "",
    ],
)
def test_numbers_that_resemble_a_cpf_are_not_masked(text):
    assert not looks_like_cpf(text)
    assert mask_cpfs(text) == text


def test_every_cpf_of_a_text_is_found_in_order():
    text = f"Ana: {ANA}; Bruno: 52998224725; ninguém: 11144477736"
    assert [match[0] for match in find_cpfs(text)] == [ANA, "52998224725"]


def test_a_long_line_of_digits_is_fast_and_contains_no_cpf():
    assert mask_cpfs("1" * 1_000_000) == "1" * 1_000_000


# --- Looking up and sealing ------------------------------------------------------------------


def test_equal_cpfs_have_equal_lookups():
    ring = KeyRing.parse(f"a:{OLD}")
    assert ring.lookup(Cpf.parse(ANA)) == ring.lookup(Cpf.parse(_digits(ANA)))
    assert ring.lookup(Cpf.parse(ANA)) != ring.lookup(Cpf.parse("529.982.247-25"))
    assert re.fullmatch("[0-9a-f]{64}", ring.lookup(Cpf.parse(ANA)))


def test_the_lookup_is_stable_across_versions():
    """It is stored in rows: another derivation would lock everyone out. Computed by hand from RFC 5869."""
    ring = KeyRing.parse(f"a:{OLD}")
    assert ring.lookup(Cpf.parse(ANA)) == "0aeaa2da1ee0de3aa58683ad703e0a164430bcc8c0eccf497feed8504de10730"


def test_during_a_rotation_old_keys_find_rows_and_the_new_key_writes():
    old, both = KeyRing.parse(f"a:{OLD}"), KeyRing.parse(f"b:{NEW}, a:{OLD}")
    cpf = Cpf.parse(ANA)
    assert both.current_id == "b"
    assert both.lookups(cpf) == (both.lookup(cpf), old.lookup(cpf))
    assert both.lookup(cpf) != old.lookup(cpf)
    assert both.open(old.seal(cpf, "person:1"), "person:1") == cpf


def test_a_cpf_is_decrypted_only_in_its_context():
    ring, cpf = KeyRing.parse(f"a:{OLD}"), Cpf.parse(ANA)
    sealed = ring.seal(cpf, "person:1")
    assert ring.open(sealed, "person:1") == cpf
    with pytest.raises(CannotOpen):
        ring.open(sealed, "person:2")


def test_sealing_twice_gives_different_values_without_the_digits():
    ring, cpf = KeyRing.parse(f"a:{OLD}"), Cpf.parse(ANA)
    assert ring.seal(cpf, "x") != ring.seal(cpf, "x")
    assert cpf.digits not in ring.seal(cpf, "x")


@pytest.mark.parametrize("change", ["{0}AAAA", "z:{1}{2}", "a:{1}", "a:{1}AAAA", "", "a:", "a:é", "a"])
def test_an_altered_value_is_not_decrypted(change):
    ring = KeyRing.parse(f"a:{OLD}")
    sealed = ring.seal(Cpf.parse(ANA), "x")
    with pytest.raises(CannotOpen):
        ring.open(change.format(sealed[:-4], sealed[2:6], sealed[6:]), "x")


def test_a_value_relabelled_with_another_key_is_not_decrypted():
    ring = KeyRing.parse(f"a:{OLD},b:{OLD}")
    sealed = ring.seal(Cpf.parse(ANA), "x")
    with pytest.raises(CannotOpen):
        ring.open("b" + sealed[1:], "x")


@pytest.mark.parametrize(
    "setting",
    [
        "",
        "a",
        "a:",
        f":{OLD}",
        "a:not base64!",
        "a:AAAA",
        f"a:{OLD},a:{NEW}",
        f"a b:{OLD}",
        f"a:{OLD},",
        f"a:{OLD[:-1]}",
    ],
)
def test_an_invalid_key_ring_is_refused_without_repeating_a_key(setting):
    with pytest.raises(ValueError, match="CPF key") as error:
        KeyRing.parse(setting)
    assert OLD[:20] not in str(error.value)


def test_url_safe_base64_is_accepted():
    key = base64.urlsafe_b64encode(b"\xfb\xff" * 16).decode()
    assert KeyRing.parse(f"a:{key}").current_id == "a"


def test_the_repr_of_a_key_ring_shows_no_key():
    assert repr(KeyRing.parse(f"a:{OLD},b:{NEW}")) == "<KeyRing a, b>"


def _digits(typed: str) -> str:
    return re.sub(r"\D", "", typed)
