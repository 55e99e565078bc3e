"""What stands in the top bar, under the person's name, beside the rooms and in the footer."""

from ideas.errors import N_
from ideas.web import context
from ideas.web.person import Requester


def fill() -> None:
    """Name the menus' entries; each is shown to whoever may follow it."""
    voting = ("votes", "weights", "proxies", "supporters", "lines")
    context.add_to_menu("nav", N_("Ideias"), "ideas.index", "ideas", *voting, "follows", "comments", "merges", "orders")
    context.add_to_menu("nav", N_("Roteiro"), "roadmap.index")
    context.add_to_menu("nav", N_("Releases"), "releases.index")
    context.add_to_menu("nav", N_("Chamados"), "tickets.index", "tickets", "ticket_people", "ticket_conversions",
                 has_use=_of_a_company_or_an_analyst)  # fmt: skip
    context.add_to_menu("user", N_("Triagem"), "triage.index", "triage", "triage_items", "triage_batches")
    context.add_to_menu("user", N_("Moderação"), "moderation.index", "moderation", "cases", "bursts", "batches")
    context.add_to_menu("user", N_("Painel"), "panel.index")
    context.add_to_menu("user", N_("Minhas ideias"), "mine.index")
    company_pages = ("company", "members", "invitations", "access_requests", "invitation_batches")
    context.add_to_menu("user", N_("Minha empresa"), "company.show", *company_pages, has_use=_of_a_company)
    context.add_to_menu("panel", N_("Visão geral"), "panel.index")
    context.add_to_menu("panel", N_("Empresas"), "panel_companies.index")
    context.add_to_menu("panel", N_("Solicitações"), "newcomers.index")
    context.add_to_menu("panel", N_("Pessoas"), "panel_people.index")
    context.add_to_menu("panel", N_("Produtos"), "products.index", "products", "modules")
    context.add_to_menu("panel", N_("Filas"), "queues.index")
    context.add_to_menu("panel", N_("Importar ideias"), "imports.index", "imports")
    context.add_to_menu("panel", N_("Registro"), "log.index")
    context.add_to_menu("panel", N_("Correio"), "mailbox.index")
    context.add_to_menu(
        "user", N_("Meu perfil"), "profile.edit", "profile", "devices", "password_changes", "email_changes"
    )
    context.add_to_menu("profile", N_("Meus dados"), "profile.edit")
    context.add_to_menu("profile", N_("Senha"), "password_changes.edit")
    context.add_to_menu("profile", N_("E-mail"), "email_changes.new")
    context.add_to_menu("profile", N_("Aparelhos"), "devices.index")
    context.add_to_menu("foot", N_("Código de conduta"), "conduct.show")


def _of_a_company(asker: Requester) -> bool:
    """The vendor's people without a company have nothing there; a customer without one is told how to enter."""
    return asker.company is not None or not asker.roles


def _of_a_company_or_an_analyst(asker: Requester) -> bool:
    return _of_a_company(asker) or "analyst" in asker.roles
