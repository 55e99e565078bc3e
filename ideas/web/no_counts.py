"""How counts of zero are said. In Portuguese and Spanish, "0 voto" and "0 votos" read like a machine's output."""

from ideas.errors import N_

#: Singular of a count -> the words for zero.
NO_COUNTS = {
    "%(num)s voto": N_("nenhum voto"),
    "%(num)s pessoa": N_("nenhuma pessoa"),
    "%(num)s empresa": N_("nenhuma empresa"),
    "%(num)s comentário": N_("nenhum comentário"),
    "%(num)s ideia": N_("nenhuma ideia"),
    "%(num)s ideia parecida": N_("nenhuma ideia parecida"),
    "%(num)s ideia passa para %(status)s": N_("Nenhuma ideia passa para %(status)s"),
    "%(num)s linha": N_("nenhuma linha"),
    "%(num)s convidada": N_("ninguém convidado"),
    "%(num)s denúncia": N_("nenhuma denúncia"),
    "%(num)s denúncia até hoje": N_("nenhuma denúncia até hoje"),
    "%(num)s com razão": N_("nenhuma com razão"),
    "%(num)s pessoa convidada.": N_("Ninguém foi convidado."),
    "%(num)s pessoa pediu": N_("ninguém pediu"),
    "%(num)s pessoa que segue recebe um aviso.": N_("Ninguém segue estas ideias, então ninguém recebe um aviso."),
    "%(total)s apoio": N_("nenhum apoio"),
    "trouxe %(num)s voto": N_("não trouxe votos"),
    "Decidir sobre %(num)s texto": N_("Decidir sobre textos"),
    "Mudar %(num)s ideia": N_("Mudar ideias"),
    "Voto retirado. %(num)d voto.": N_("Voto retirado. Nenhum voto."),
}
