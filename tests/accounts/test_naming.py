"""Rules for names: one alphabet, and no name that impersonates the portal."""

import pytest

from ideas.accounts import naming
from ideas.accounts.models import Person
from ideas.accounts.naming import EncodedName, ImpersonatingName, MixedAlphabets
from tests.companies.test_access_requests import ASK, NINA


@pytest.mark.parametrize(
    "name", ["Аdmin", "Bruno Lеal", "Αna Ribeiro", "Ana Ribeirо", "ÀnaР", "Hοrizonte", "аnа"[:1] + "na"]
)
def test_c10_a_word_with_two_alphabets_is_refused(name: str) -> None:
    with pytest.raises(MixedAlphabets):
        naming.check(name)


@pytest.mark.parametrize("name", ["=?utf-8?q?=0d=0aReply-To=3a?=", "Ana =?UTF-8?B?DQpCY2M6IHg=?=", "=?a*pt?Q?x"])
def test_name_with_an_encoded_word_is_refused(name: str) -> None:
    with pytest.raises(EncodedName):
        naming.check(name)


@pytest.mark.parametrize(
    "name",
    ["Admin", "ADMIN", "Ad min", "Adm1n", "ådmïn", "𝐀𝐝𝐦𝐢𝐧", "Suporte", "Sup0rte", "A d m i n i s t r a d o r",
     "Moderação", "Central de Ideias", "CENTRAL-DE-IDEIAS", "Horizonte Sistemas", "H0rizonte Sistema$", "ｓｕｐｐｏｒｔ"],
)  # fmt: skip
def test_c10_names_that_impersonate_the_portal_are_refused(name: str) -> None:
    with pytest.raises(ImpersonatingName):
        naming.check(name)


@pytest.mark.parametrize(
    "name",
    ["Ana Ribeiro", "Íris Fontenele", "João d'Ávila", "Łukasz Żak", "Zoë O’Neill-Souza", "Иван Петров", "Анна Silva",
     "山田太郎", "ヤマダ 太郎", "キム・ヨンヒ", "محمد علي", "Administradora Lima", "Marcos Portal", "José Ma. Sac", "Nº 1 da Silva"],
)  # fmt: skip
def test_other_names_are_accepted(name: str) -> None:
    naming.check(name)


def test_c10_forms_show_the_refusal_of_a_name(browser, ana: Person, carla: Person) -> None:
    whole = {"phone": "", "language": "auto", "time_zone": "America/Sao_Paulo"}
    for wrong, said in (("Аnа Ribeiro", "um só alfabeto"), ("Suporte", "quem cuida do portal")):
        mine = browser(ana).post("/perfil", data=whole | {"name": wrong})
        invited = browser(carla).post("/empresa/convites/novo", data={"name": wrong, "email": "nina@exemplo.example"})
        asked = browser().post(ASK, data=NINA | {"name": wrong})
        for answer in (mine, invited, asked):
            assert (answer.status_code, said in answer.text) == (422, True)
    assert ana.name == "Ana Ribeiro"
