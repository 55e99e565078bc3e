"""The passwords that are refused; there are no composition rules."""

import pytest

from ideas.accounts import password_rules
from ideas.accounts.password_rules import MadeOfNames, TooCommon, TooLong, TooShort
from ideas.errors import Refused


def refusal(password: str, *own: str) -> type[Refused] | None:
    try:
        password_rules.check(password, *own)
    except Refused as fault:
        return type(fault)
    return None


@pytest.mark.parametrize("password", ["1234567", "", "ação-já", "é" * 2 + "\u0301" * 10])
def test_v6_2_1_fewer_than_eight_characters_are_refused(password: str) -> None:
    assert refusal(password) in {TooShort, TooCommon}
    assert refusal("1234567") is TooShort


def test_v6_2_9_up_to_128_characters_are_accepted() -> None:
    long = "uma frase bem comprida que ninguém adivinha " * 3
    assert refusal(long[:128]) is None
    assert refusal(long[:128] + "x") is TooLong
    assert refusal("x" * 1_000_000) is TooLong


def test_a18_the_length_is_counted_after_normalisation() -> None:
    """Seven accented letters typed as fourteen characters count as seven."""
    assert refusal("ãéîõüçáx".replace("x", "")) is TooShort
    import unicodedata

    assert refusal(unicodedata.normalize("NFD", "ãéîõüçá")) is TooShort


@pytest.mark.parametrize(
    "password",
    ["password1", "senha123", "Senha@2026", "PASSWORD1", "brasil123", "Flamengo2026", "mudar123", "aaaaaaaa",
     "abababab", "abcdefgh", "87654321", "qwertyui", "asdfghjk", "12345678", "São Paulo 10", "Bem-vindo1"],
)  # fmt: skip
def test_v6_2_4_v6_2_12_common_passwords_are_refused(password: str) -> None:
    assert refusal(password) is TooCommon


def test_v6_2_4_v6_2_12_leaked_passwords_are_refused() -> None:
    """The list is local: no password is sent to a service."""
    leaked = password_rules._common_passwords()
    assert len(leaked) > 25_000
    long_enough = sorted(password for password in leaked if len(password) >= password_rules.MIN_LENGTH)
    assert len(long_enough) > 3_000
    for password in long_enough[:: len(long_enough) // 200]:
        assert refusal(password) is TooCommon
        assert refusal(password.upper()) is TooCommon


@pytest.mark.parametrize(
    "password",
    ["Central de Ideias", "centraldeideias1", "Horizonte2026", "horizonte-sistemas", "ana ribeiro", "anaribeiro99",
     "ribeiroana", "AnaRibeiro!", "ana@exemplo.example", "erp-RH-erp-2026", "Ideias Central 1"],
)  # fmt: skip
def test_v6_2_11_passwords_made_of_names_are_refused(password: str) -> None:
    assert refusal(password, "Ana Ribeiro", "ana@exemplo.example") is MadeOfNames


@pytest.mark.parametrize(
    "password",
    [
        "uma-senha-de-teste",
        "cavalo bateria grampo",
        "ana gosta de manga",
        "xK9#mQ2$vL",
        "🐙🐙🦀🦞🐡🐠🐟🐬",
        "        a b c d e",
    ],
)
def test_v6_2_5_other_passwords_are_accepted_without_composition_rules(password: str) -> None:
    assert refusal(password, "Ana Ribeiro", "ana@exemplo.example") is None
