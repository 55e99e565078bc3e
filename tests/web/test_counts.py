"""Counts of zero and moments of just now are said in words, in three languages."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from ideas import clock
from ideas.cli import translations
from ideas.web import context
from ideas.web.languages import ngettext
from ideas.web.no_counts import NO_COUNTS

#: Counts that are shown only when there is something to count.
NEVER_ZERO = {
    "%(num)s apoio veio de outro sistema.",
    "%(num)s dia",
    "%(num)s empresa sem administrador em exercício",
    "%(num)s fica como está: veja por quê ao lado.",
    "%(num)s herdado",
    "%(num)s ideia de quem usa o produto todo dia.",
    "%(num)s ideia foi respondida depois e ficou como está.",
    "%(num)s ideia foi reunida a esta: os votos e os comentários contam juntos.",
    "%(num)s ideia mudou de situação.",
    "%(num)s já entregue.",
    "%(num)s já faz parte",
    "%(num)s já tinha convite",
    "%(num)s novidade",
    "%(num)s novidade desde sua visita",
    "%(num)s pessoa pede acesso à empresa.",
    "%(num)s pessoa votou em mais de uma e conta uma vez.",
    "%(num)s pessoa votou nas duas e conta uma vez.",
    "%(num)s regra, em uma linha",
    "%(num)s sessão aberta",
    "A decisão vale também para mais %(num)s texto seu:",
    "Confira %(num)s campo",
    "Convidar %(num)s pessoa",
    "Importar %(num)s ideia",
    "Mais %(num)s ideia",
    "Notificações, %(num)s nova",
    "Você deixou de seguir %(num)s ideia.",
    "Voto registrado. %(num)d voto.",
}


@pytest.mark.engine_independent
def test_every_count_has_words_for_zero_or_is_never_zero() -> None:
    counts = {message.id[0] for message in translations.marked() if isinstance(message.id, tuple)}
    counts = {count for count in counts if "%(" in count}
    assert sorted(counts - set(NO_COUNTS) - NEVER_ZERO) == []
    assert sorted((set(NO_COUNTS) | NEVER_ZERO) - counts) == []


@pytest.mark.parametrize(("locale", "words"), [("pt_BR", "nenhum voto"), ("es", "ningún voto"), ("en", "no votes")])
def test_zero_is_said_in_words(app, locale: str, words: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert ngettext("%(num)s voto", "%(num)s votos", 0) == words
        assert ngettext("%(num)s voto", "%(num)s votos", 2).startswith("2 ")
        shown = app.jinja_env.from_string('{{ ngettext("%(num)s voto", "%(num)s votos", 0, num="0") }}').render()
        assert shown == words


@pytest.mark.parametrize(("locale", "words"), [("pt_BR", "agora"), ("es", "ahora"), ("en", "now")])
def test_a_moment_of_just_now_is_said_in_words(app, locale: str, words: str) -> None:
    """Also a moment of a server whose clock is a little ahead."""
    with app.test_request_context(), force_locale(locale):
        for seconds in (0, 5, -5):
            assert context.ago(clock.now() - timedelta(seconds=seconds)) == words
        assert context.ago(clock.now() - timedelta(seconds=40)) != words
