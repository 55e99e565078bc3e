"""The names of roles, things and facts in the panel and its log, marked for translation."""

from ideas.errors import N_

ROLES = {
    "product_manager": N_("gestor de produto"),
    "moderator": N_("moderador"),
    "analyst": N_("analista de suporte"),
    "operator": N_("operador do portal"),
}
THINGS = {
    "product": N_("Produto nº %(id)s"),
    "module": N_("Módulo nº %(id)s"),
    "company": N_("Empresa nº %(id)s"),
    "person": N_("Pessoa nº %(id)s"),
    "invitation": N_("Convite nº %(id)s"),
    "membership": N_("Vínculo nº %(id)s"),
    "idea": N_("Ideia nº %(id)s"),
    "moderation_case": N_("Caso nº %(id)s"),
    "decision": N_("Decisão nº %(id)s"),
    "decision_batch": N_("Decisões em lote nº %(id)s"),
    "vote_burst": N_("Rajada de votos nº %(id)s"),
    "idea_import": N_("Importação nº %(id)s"),
    "access_request": N_("Pedido de acesso nº %(id)s"),
    "invitation_batch": N_("Planilha de convites nº %(id)s"),
}
#: The outcomes of decisions and of appeals.
OUTCOMES = {
    "nothing": N_("nada a fazer"),
    "reminder": N_("lembrete"),
    "hide": N_("ocultar"),
    "warning": N_("advertência"),
    "suspension": N_("suspensão"),
    "ban": N_("banimento"),
    "upheld": N_("decisão mantida"),
    "reversed": N_("decisão revertida"),
}
#: How much it matters to the voters that were exported.
IMPORTANCES = {"nice": N_("Seria bom"), "important": N_("Importante"), "critical": N_("Crítico")}
FACTS = {
    "key": N_("chave"),
    "name": N_("nome"),
    "name_pt": N_("nome em português"),
    "name_es": N_("nome em espanhol"),
    "name_en": N_("nome em inglês"),
    "financial_email": N_("e-mail financeiro"),
    "administrator": N_("administrador"),
    "roles": N_("papéis"),
    "products": N_("produtos"),
    "suspended_until": N_("suspensão até"),
    "company": N_("empresa"),
    "outcome": N_("decisão"),
    "batch_id": N_("lote"),
    "rule_id": N_("regra"),
    "hides": N_("oculta o texto"),
    "until": N_("até"),
    "decisions": N_("decisões"),
    "self_service": N_("acesso ao Autoatendimento"),
    "technical_consulting": N_("Consultoria Técnica"),
    "tickets_restricted": N_("acesso restrito aos chamados"),
    "person": N_("pessoa"),
    "invitations": N_("convites"),
    "origin": N_("origem"),
    "product": N_("produto"),
    "rows": N_("linhas"),
    "idea_id": N_("ideia"),
    "company_id": N_("empresa"),
    "newcomers": N_("pessoas novas"),
    "importance": N_("importância"),
    "reasoned": N_("só com motivo"),
    "queues": N_("filas"),
}
