"""CNPJ: numeric, alphanumeric and invalid input."""

import pytest

from ideas.companies.cnpj import Cnpj, InvalidCnpj

pytestmark = pytest.mark.engine_independent


#: Published examples: the alphanumeric one of IN RFB 2.229/2024, the usual one of tutorials, python-stdnum's
#: documentation (16.727.230/0001-97), and two large companies (Banco do Brasil, Petrobras).
@pytest.mark.parametrize(
    "typed",
    [
        "12.ABC.345/01DE-35",
        "11.222.333/0001-81",
        "16.727.230/0001-97",
        "00.000.000/0001-91",
        "33.000.167/0001-01",
        "AA.345.678/000A-29",
    ],
)
def test_a_cnpj_is_parsed_with_and_without_punctuation(typed):
    cnpj = Cnpj.parse(typed)
    assert cnpj.formatted == str(cnpj) == typed
    assert Cnpj.parse(cnpj.code) == cnpj
    assert len(cnpj.code) == 14


def test_lower_case_is_accepted():
    assert Cnpj.parse(" 12abc34501de35\n") == Cnpj.parse("12.ABC.345/01DE-35")


def test_branches_share_their_root():
    assert Cnpj.parse("12.ABC.345/01DE-35").root == "12ABC345"


@pytest.mark.parametrize(
    "typed",
    [
        "12.ABC.345/01DE-36",
        "12.ABC.345/01DE-53",
        "12.ACB.345/01DE-35",
        "16.727.230/0001-98",
        "12.ABC.345/01DE-3A",
        "00.000.000/0000-00",
        "112.223.33/0001-81",
        "11.222.333.0001-81",
        "1122233300018",
        "112223330001810",
        "１１222333000181",
        "12ſBC34501DE35",
        "11 222 333 0001 81",
        "",
        "\0",
    ],
)
def test_an_invalid_cnpj_is_refused(typed):
    with pytest.raises(InvalidCnpj):
        Cnpj.parse(typed)


def test_a_dotless_i_does_not_become_an_i():
    valid = _with_check_digits("1I2223330001")
    assert Cnpj.parse(valid)
    with pytest.raises(InvalidCnpj):
        Cnpj.parse(valid.replace("I", "ı"))


def test_a_cnpj_cannot_be_created_without_valid_check_digits():
    with pytest.raises(InvalidCnpj):
        Cnpj("12ABC34501DE36")


def _with_check_digits(start: str) -> str:
    for digits in range(100):
        try:
            return Cnpj(f"{start}{digits:02}").code
        except InvalidCnpj:
            continue
    raise AssertionError("no check digits fit")
