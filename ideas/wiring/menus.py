"""What stands in the top bar, under the person's name, beside the rooms and in the footer."""

from ideas.errors import N_
from ideas.web import context
from ideas.web.person import Asker


def fill() -> None:
    """Name the menus' entries; each is shown to whoever may follow it."""
    voting = ("votes", "weights", "proxies", "supporters", "lines")
    context.menu("nav", N_("Ideias"), "ideas.index", "ideas", *voting, "follows", "comments", "merges", "orders")
    context.menu("nav", N_("Roteiro"), "roadmap.index")
    context.menu("nav", N_("Releases"), "releases.index")
    context.menu("nav", N_("Chamados"), "tickets.index", "tickets", "ticket_people", "ticket_conversions",
                 has_use=_of_a_company_or_an_analyst)  # fmt: skip
    context.menu("user", N_("Triagem"), "triage.index", "triage", "triage_items", "triage_batches")
    context.menu("user", N_("Moderação"), "moderation.index", "moderation", "cases", "bursts", "batches")
    context.menu("user", N_("Painel"), "panel.index")
    context.menu("user", N_("Minhas ideias"), "mine.index")
    context.menu("user", N_("Minha empresa"), "company.show", "company", "members", "invitations", "access_requests",
                 "invitation_batches", has_use=_of_a_company)  # fmt: skip
    context.menu("panel", N_("Visão geral"), "panel.index")
    context.menu("panel", N_("Empresas"), "panel_companies.index")
    context.menu("panel", N_("Solicitações"), "newcomers.index")
    context.menu("panel", N_("Pessoas"), "panel_people.index")
    context.menu("panel", N_("Produtos"), "products.index", "products", "modules")
    context.menu("panel", N_("Filas"), "queues.index")
    context.menu("panel", N_("Importar ideias"), "imports.index", "imports")
    context.menu("panel", N_("Registro"), "log.index")
    context.menu("panel", N_("Correio"), "mailbox.index")
    context.menu("user", N_("Meu perfil"), "profile.edit", "profile", "devices", "password_changes", "email_changes")
    context.menu("profile", N_("Meus dados"), "profile.edit")
    context.menu("profile", N_("Senha"), "password_changes.edit")
    context.menu("profile", N_("E-mail"), "email_changes.new")
    context.menu("profile", N_("Aparelhos"), "devices.index")
    context.menu("foot", N_("Código de conduta"), "conduct.show")


def _of_a_company(asker: Asker) -> bool:
    """The vendor's people without a company have nothing there; a customer without one is told how to enter."""
    return asker.company is not None or not asker.roles


def _of_a_company_or_an_analyst(asker: Asker) -> bool:
    return _of_a_company(asker) or "analyst" in asker.roles
