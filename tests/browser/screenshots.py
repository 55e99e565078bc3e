"""Take the screenshots of docs/screenshots/ with the demo data: `python -m tests.browser.screenshots [PREFIX ...]`.

Each page is taken at 375 and 1280 px, light and dark. No file may exceed 150 kB.
"""

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from ideas.config import ROOT
from tests.browser.network import OUTSIDE, QUIET, answer
from tests.conftest import CHROMIUM

FOLDER = ROOT / "docs" / "screenshots"
MAX_BYTES = 150_000
PASSWORD = "demonstracao-2026"
#: Screenshot name -> (person signed in, address)
PAGES = {
    "board": ("ana", "/"),
    "board-visitor": (None, "/"),
    "idea": ("ana", "/ideias/19"),
    "idea-manager": ("elisa", "/ideias/19"),
    "votes": ("elisa", "/ideias/19/votos"),
    "vote-on-behalf": ("heitor", "/ideias/19/voto/em-nome?q=padaria"),
    "form": ("bruno", "/ideias/nova"),
    "notices": ("ana", "/notificacoes"),
    "notice-choices": ("ana", "/notificacoes/preferencias"),
    "sign-in": (None, "/entrar"),
    "releases": (None, "/releases"),
    "roadmap": (None, "/roteiro"),
    "mine": ("ana", "/minhas-ideias"),
    "followed": ("ana", "/minhas-ideias?aba=seguidas"),
    "merging": ("elisa", "/ideias/reunir/previa?ideia=48&ideia=107"),
    "merged": (None, "/ideias/99"),
    "order": (None, "/ideias/32/ordem"),
    "profile": ("ana", "/perfil"),
    "forgotten": (None, "/esqueci-minha-senha"),
    "password": ("ana", "/perfil/senha"),
    "conduct": (None, "/codigo-de-conduta"),
    "panel": ("iris", "/painel"),
    "panel-companies": ("iris", "/painel/empresas"),
    "panel-company": ("iris", "/painel/empresas/2"),
    "panel-person": ("iris", "/painel/pessoas/4"),
    "triage": ("elisa", "/triagem"),
    "triage-idea": ("elisa", "/triagem?caixa=abertas&ideia=2"),
    "moderation": ("gilda", "/moderacao"),
    "case": ("gilda", "/moderacao/casos/3"),
    "appeal": ("gilda", "/moderacao/casos/2"),
    "texts": ("gilda", "/moderacao/textos"),
    "decision": ("joao", "/moderacao/decisoes/2"),
    "report": ("bruno", "/moderacao/denuncias/nova/ideia-19"),
    "company": ("ana", "/empresa"),
    "company-people": ("carla", "/empresa/pessoas"),
    "company-invitations": ("carla", "/empresa/convites"),
    "company-batch": ("carla", "/empresa/pessoas/lote"),
    "company-requests": ("carla", "/empresa/solicitacoes"),
    "tickets": ("ana", "/chamados"),
    "tickets-queue": ("heitor", "/chamados"),
    "ticket-new": ("ana", "/chamados/novo"),
    "queues": ("iris", "/painel/filas"),
    "join": (None, "/quero-me-cadastrar"),
}


def main() -> None:
    """Take all screenshots, or those whose names start with a given prefix."""
    wanted = [name for name in PAGES if not sys.argv[1:] or name.startswith(tuple(sys.argv[1:]))]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _demo() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        cookies = {who: _enter(browser, site, who) for who in {PAGES[name][0] for name in wanted} if who}
        for name in wanted:
            for width, height in ((375, 812), (1280, 720)):
                for scheme in ("light", "dark"):
                    _take(browser, site, name, width, height, scheme, cookies)
        browser.close()


@contextmanager
def _demo() -> Iterator[str]:
    """Serve a portal with the demo data on a free port; yield its address."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(INSTANCE_PATH=folder, LOG_LEVEL="error")
        from flask_migrate import upgrade

        from ideas import jobs
        from ideas.app import create_app
        from ideas.db import db
        from ideas.demo import seeding
        from ideas.modes import Mode, in_mode

        app = create_app()
        with app.app_context(), in_mode(Mode.WRITE):
            upgrade()
            jobs.migrate(db.engine)
            seeding.seed()
            db.session.commit()
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.port}"
        server.shutdown()


def _enter(browser: Browser, site: str, who: str) -> list[dict[str, object]]:
    """Sign in a person of the demo, and return the cookies."""
    context = browser.new_context(base_url=site, locale="pt-BR")
    context.route(OUTSIDE, answer)
    page = context.new_page()
    page.goto("/entrar")
    page.get_by_label("CPF ou e-mail").fill(_email(who))
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Entrar").click()
    page.wait_for_url(lambda url: "/entrar" not in url)
    cookies = context.cookies()
    context.close()
    return list(cookies)  # type: ignore[arg-type]


def _email(who: str) -> str:
    import tomllib

    people = tomllib.loads((ROOT / "ideas/demo/people.toml").read_text(encoding="utf-8"))["people"]
    return str(next(person["email"] for person in people if person["key"] == who))


def _take(browser: Browser, site: str, name: str, width: int, height: int, scheme: str, cookies: dict) -> None:  # type: ignore[type-arg]
    who, address = PAGES[name]
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": height}, color_scheme=scheme, locale="pt-BR", reduced_motion="reduce"
    )  # fmt: skip
    context.route(OUTSIDE, answer)
    if who:
        context.add_cookies(cookies[who])
    page: Page = context.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    path = FOLDER / f"{name}-{width}-{scheme}.png"
    page.screenshot(path=path)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}  {size // 1000} kB")
    assert size <= MAX_BYTES, f"{path.name} is {size} bytes"
    context.close()


if __name__ == "__main__":
    main()
