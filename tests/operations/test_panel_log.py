"""/painel/registro: the audit log."""

from ideas.audit import log
from ideas.audit.actions import ACTIONS

LOG = "/painel/registro"


def test_an_entry_shows_actor_action_reason_and_changes(browser, iris, ana):
    log.write(by=iris, action="roles_changed", thing="person", thing_id=ana.id,
              before={"roles": ["moderator"], "products": []}, after={"roles": ["operator"], "products": []}, why="Férias")  # fmt: skip
    page = browser(iris).get(LOG).text
    for words in (
        "Mudou papéis",
        "Íris Campos",
        "moderador",
        "operador do portal",
        "Férias",
        f"/painel/pessoas/{ana.id}",
    ):
        assert words in page
    assert "produtos:" not in page, "what stayed the same is not shown"


def test_entries_of_all_features_are_shown_in_words(browser, iris, heitor):
    log.write(by=iris, action="analyst_queues_changed", thing="person", thing_id=heitor.id,
              before={"queues": []}, after={"queues": [["question", 1], ["admin_finance", None]]})  # fmt: skip
    log.write(by=iris, action="case_decided", thing="moderation_case", thing_id=1, before={},
              after={"outcome": "suspension", "hides": True, "until": "2026-12-17T02:59:00+00:00"})  # fmt: skip
    log.write(by=iris, action="ideas_merged", thing="idea", thing_id=3, before={"3": 4}, after={"3": 9})
    page = browser(iris).get(LOG).text
    for words in ("filas:\n<del>0", "<ins>2</ins>", "decisão:\n<ins>suspensão", "oculta o texto:\n<ins>sim", "até:\n<ins>16 dez. 2026",
                  "votos da ideia nº 3:\n<del>4"):  # fmt: skip
        assert words in page


def test_the_log_is_filtered_by_person_action_and_thing(browser, iris, heitor, ana):
    log.write(by=iris, action="person_locked", thing="person", thing_id=ana.id, why="um")
    log.write(by=heitor, action="person_locked", thing="person", thing_id=heitor.id, why="dois")
    log.write(by=ana, action="company_closed", thing="company", thing_id=1, why="três")
    log.write(by=None, action="company_closed", thing="company", thing_id=2, why="quatro")
    mine = browser(iris)

    def shown(query: str) -> list[str]:
        page = mine.get(f"{LOG}?{query}").text
        return [why for why in ("um", "dois", "três", "quatro") if f"“{why}”" in page]

    assert shown("") == ["um", "dois", "três", "quatro"]
    assert shown(f"pessoa={heitor.id}") == ["dois"]
    assert shown(f"pessoa={ana.id}") == ["três"], "also someone who is no staff"
    assert shown("ato=company_closed") == ["três", "quatro"]
    assert shown("sobre=company&numero=2") == ["quatro"]
    for wrong in ("pessoa=x", "pessoa=99999", "pessoa=99999999999", "ato=outro", "sobre=company&numero=²"):
        assert mine.get(f"{LOG}?{wrong}").status_code == 404, wrong


def test_the_log_is_paged_by_keyset(browser, iris):
    for number in range(35):
        log.write(by=iris, action="company_closed", thing="company", thing_id=number, why=f"ato {number};")
    mine = browser(iris)
    first = mine.get(LOG).text
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = mine.get(following).text
    assert all((f"ato {number};" in first) != (f"ato {number};" in second) for number in range(35))


def test_an_unknown_action_is_shown_as_stored(browser, iris):
    log.write(by=None, action="forgotten_action", thing="thing", thing_id=None, after={"x": [1, 2], "y": True})
    page = browser(iris).get(LOG).text
    assert "forgotten_action" in page
    assert "Por comando, ou o próprio portal" in page
    assert "forgotten_action" not in ACTIONS
