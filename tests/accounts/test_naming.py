"""Who may be called what: one's own name in one alphabet, and not the portal's."""

import pytest

from ideas.accounts import naming
from ideas.accounts.models import Person
from ideas.accounts.naming import NotOnesOwn, TwoAlphabets
from tests.companies.test_access_requests import ASK, NINA


@pytest.mark.parametrize(
    "name", ["Аdmin", "Bruno Lеal", "Αna Ribeiro", "Ana Ribeirо", "ÀnaР", "Hοrizonte", "аnа"[:1] + "na"]
)
def test_c10_a_word_of_two_alphabets_is_no_name(name: str) -> None:
    with pytest.raises(TwoAlphabets):
        naming.check(name)


@pytest.mark.parametrize(
    "name",
    ["Admin", "ADMIN", "Ad min", "Adm1n", "ådmïn", "𝐀𝐝𝐦𝐢𝐧", "Suporte", "Sup0rte", "A d m i n i s t r a d o r",
     "Moderação", "Central de Ideias", "CENTRAL-DE-IDEIAS", "Horizonte Sistemas", "H0rizonte Sistema$", "ｓｕｐｐｏｒｔ"],
)  # fmt: skip
def test_c10_nobody_is_called_like_who_speaks_for_the_portal(name: str) -> None:
    with pytest.raises(NotOnesOwn):
        naming.check(name)


@pytest.mark.parametrize(
    "name",
    ["Ana Ribeiro", "Íris Fontenele", "João d'Ávila", "Łukasz Żak", "Zoë O’Neill-Souza", "Иван Петров", "Анна Silva",
     "山田太郎", "ヤマダ 太郎", "キム・ヨンヒ", "محمد علي", "Administradora Lima", "Marcos Portal", "José Ma. Sac", "Nº 1 da Silva"],
)  # fmt: skip
def test_any_other_name_is_a_name(name: str) -> None:
    naming.check(name)


def test_c10_the_forms_that_ask_for_a_name_say_so(browser, ana: Person, carla: Person) -> None:
    whole = {"phone": "", "language": "auto", "time_zone": "America/Sao_Paulo"}
    for wrong, said in (("Аnа Ribeiro", "um só alfabeto"), ("Suporte", "quem cuida do portal")):
        mine = browser(ana).post("/perfil", data=whole | {"name": wrong})
        invited = browser(carla).post("/empresa/convites/novo", data={"name": wrong, "email": "nina@exemplo.example"})
        asked = browser().post(ASK, data=NINA | {"name": wrong})
        for answer in (mine, invited, asked):
            assert (answer.status_code, said in answer.text) == (422, True)
    assert ana.name == "Ana Ribeiro"
