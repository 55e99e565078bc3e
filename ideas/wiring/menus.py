"""The entries of the menus: top bar, user menu, operations, profile and footer."""

from ideas.errors import N_
from ideas.web import context
from ideas.web.person import Requester


def register() -> None:
    """Register the entries. Each is shown to requesters who may use its route."""
    voting = ("votes", "importance", "proxies", "supporters", "pain_points")
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


def _of_a_company(requester: Requester) -> bool:
    """Hide it from the vendor's people without a company. A customer without one finds out there how to join."""
    return requester.company is not None or not requester.roles


def _of_a_company_or_an_analyst(requester: Requester) -> bool:
    return _of_a_company(requester) or "analyst" in requester.roles
