"""Texts: safe to show, normalised for storage, fast to render whatever was typed."""

import re
import sys
import unicodedata
from bisect import bisect
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from ideas import text

pytestmark = pytest.mark.engine_independent

# --- Output ----------------------------------------------------------------------------------


def test_markdown_becomes_html():
    html = text.to_html("Um **texto** com\n\n- lista\n- outra\n\n> citação\n\n`código`")
    assert isinstance(html, Markup)
    assert "<strong>texto</strong>" in html
    assert html.count("<li>") == 2
    assert "<blockquote>" in html
    assert "<code>código</code>" in html


def test_c01_html_is_shown_as_text():
    assert text.to_html("a <b>b</b> <!-- c -->") == "<p>a &lt;b&gt;b&lt;/b&gt; &lt;!-- c --&gt;</p>\n"


def test_line_breaks_are_kept():
    assert "<br>" in text.to_html("Rua A\nRua B")


def test_headings_start_at_h3():
    html = text.to_html("# a\n\n## b\n\n### c\n\n###### d\n\ne\n===")
    assert re.findall(r"<(h\d)>(\w)", html) == [("h3", "a"), ("h4", "b"), ("h5", "c"), ("h6", "d"), ("h3", "e")]


def test_complete_urls_become_nofollow_links():
    html = text.to_html("Veja https://example.org/a?b=1&c=2.")
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow ugc noopener">' in html


@pytest.mark.parametrize("word", ["relatorio.py", "nota.com.br", "ana@example.org", "10.0.0.1", "//example.org/x"])
def test_words_that_resemble_urls_are_not_linked(word):
    assert "<a" not in text.to_html(f"abra {word} e veja")


def test_mail_links_work():
    assert 'href="mailto:ana@example.org"' in text.to_html("[escreva](mailto:ana@example.org)")


def test_images_become_links_so_that_pages_load_nothing_from_other_sites():
    html = text.to_html('![o relatório *novo*](https://example.org/"x.png "título")')
    html += text.to_html("![](https://example.org/b.png) [![dentro](https://example.org/c.png)](https://example.org/d)")
    assert "<img" not in html
    assert ">o relatório novo</a>" in html
    assert ">https://example.org/b.png</a>" in html
    assert '<a href="https://example.org/d" rel="nofollow ugc noopener">dentro</a>' in html


_SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>@import 'https://example.org'</style>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    '![" onerror="alert(1)](https://example.org)',
    '[x](https://example.org "\\" onclick=\\"alert(1)")',
    "<javascript:alert(1)>",
    '<https://example.org/"onclick=alert(1)>',
    "[a [b](javascript:1)](https://example.org)",
    "[x]: javascript:alert(1)\n\n[x]",
    '```html" onclick="alert(1)\n<script>\n```',
    "|<script>|\n|-|\n|<img onerror=alert(1)>|",
    "\\<script>alert(1)\\</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
_AROUND = [
    "{}",
    "> {}",
    "- {}",
    "**{}**",
    "[{}](https://example.org)",
    "# {}",
    "a\n{}",
    "`{}",
    "<{}",
    "| {} |\n|-|\n| {} |",
]


@pytest.mark.parametrize("script", _SCRIPTS)
@pytest.mark.parametrize("around", _AROUND)
def test_c01_c02_v1_2_2_v1_3_1_scripts_are_removed_in_any_context(script, around):
    assert_safe(text.to_html(around.replace("{}", script)))


@given(st.text(alphabet="[]()<>!*_`~|&;:#\\\"'=/ \n\tajsx1-", max_size=200))
def test_c02_v1_3_1_any_combination_of_marks_is_safe(source):
    assert_safe(text.to_html(source))


@pytest.mark.parametrize("source", ["{{7*7}}", "${7*7}", "%s %(x)s", "{0.real}", "{% raw %}", "#{7*7}"])
def test_c05_v1_3_7_template_syntax_is_shown_as_text(source):
    assert text.to_html(source) == f"<p>{source}</p>\n"


def test_a_text_with_too_many_marks_is_shown_as_plain_text():
    source = "[" * 10_000 + "\n\n<b>"
    assert text.to_html(source) == f"<p>{'[' * 10_000}</p>\n<p>&lt;b&gt;</p>\n"


def _fifty_kb(piece: str) -> str:
    return (piece * (50_000 // len(piece) + 1))[:50_000]


_HOSTILE = [
    *(
        "[",
        "[a](",
        "![",
        "![[]()",
        "]",
        "<",
        "<a ",
        "<!--",
        "<http://",
        "http://",
        "*a **a ",
        "a**b",
        "*a_",
        "~~a",
        "`",
    ),
    *(
        "&",
        "&#",
        "\\",
        "> ",
        ">",
        "- ",
        "1. ",
        "- a\n",
        "1) a\n",
        "# a\n",
        "a\n=\n",
        "|\n",
        "a|",
        "a@",
        "a@a.",
        "a.com ",
    ),
    *(
        "[a]: b\n",
        "[a]: <",
        "[x](<",
        "[x](a '",
        "[a](b)",
        "***",
        "* - ",
        "::",
        "\n",
        "\t",
        "👨‍👩‍👧 ",
        "palavra comum ",
        "a",
    ),
]


@pytest.mark.parametrize("piece", _HOSTILE)
def test_c02_v1_3_12_fifty_kilobytes_of_anything_render_quickly(piece):
    assert_light(_fifty_kb(piece))


@pytest.mark.parametrize("piece", _HOSTILE)
def test_c02_hostile_texts_below_the_limits_render_quickly(piece):
    source = _fifty_kb(piece)
    fits = bisect(range(len(source)), False, key=lambda size: text._too_dense(source[:size])) - 1
    assert_light(source[:fits] + "a" * (50_000 - fits))
    assert_light(source[:fits])


@pytest.mark.parametrize(
    "source",
    [
        "|".join("a" * 1000) + "\n" + "|".join("-" * 1000) + "\n" + "|\n" * 20_000,
        "|".join("a" * 400) + "\n" + "|".join("-" * 400) + "\n" + "|\n" * 900,
        "|".join("a" * 100) + "\n" + "|".join("-" * 100) + "\n" + "|\n" * 990,
        "a|a\n-|-\n" + "a|\n" * 900,
        "[a]: https://example.org/" + "y" * 20_000 + "\n\n" + "[a]" * 900,
        "".join("`" * n + "e" for n in range(1, 310)),
        "[a]: https://example.org/" + "y" * 20_000 + "\n\n" + "[a]" * 9_000,
        "\n".join("  " * n + "- a" for n in range(200)),
        "[" * 300 + "a" + "](x)" * 300,
        "![" * 60 + "a" + "](x)" * 60,
        "[![" * 60 + "a" + "](x)](y)" * 60,
    ],
)
def test_c02_crafted_structures_render_quickly_and_stay_small(source):
    assert_light(source)
    assert len(text.to_html(source)) < 500_000


def test_an_ordinary_long_text_is_rendered_as_markdown():
    paragraph = (
        "Uma frase longa com *ênfase* e palavras, " * 8 + "[um link](https://example.org/x).\n\n- um\n- dois\n\n"
    )
    source = (paragraph * 50)[:30_000]
    assert "<em>" in text.to_html(source)
    assert text.to_html(source).count("<li>") > 50


# --- Excerpts --------------------------------------------------------------------------------


def test_an_excerpt_is_plain_text():
    source = "# Título\n\nUm **texto** com [link](https://example.org) e ![foto](https://example.org/a.png).\n\n- item"
    assert text.excerpt(source) == "Título Um texto com link e foto. item"


@given(st.text(st.sampled_from("ab1 \n\t-+=#>.):*_~`"), max_size=50))
@example("a\n=")
@example("1) a\n\n    b")
@example("a\n---\nb")
def test_an_excerpt_has_the_words_of_the_rendered_text(source):
    html = str(text.to_html(source)).replace("<br>", " ")
    words = " ".join(unescape(re.sub("<[^>]+>", "", html)).split())
    assert text.excerpt(source, length=1_000) == words
    assert words.startswith(text.excerpt(source, length=10).removesuffix("…"))


def test_an_excerpt_is_truncated_between_words():
    cut = text.excerpt("palavra, " * 100, length=30)
    assert cut == "palavra, palavra, palavra…"
    assert len(text.excerpt("x" * 500)) == 220


def test_the_excerpt_of_an_empty_text_is_empty():
    assert text.excerpt(" \n") == ""


@given(st.text(max_size=400), st.integers(2, 80))
def test_an_excerpt_never_exceeds_its_length(source, length):
    assert len(text.excerpt(source, length)) <= length


# --- Input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  texto \r\n com\rlinhas\n", "texto \n com\nlinhas"),
        ("a\tb", "a\tb"),
        ("e\u0301", "é"),
        ("admin\u202egnp.exe", "admingnp.exe"),
        ("zero\u200bwidth\ufeff\u2060\u00ad", "zerowidth"),
        ("\u2066a\u2069\u200e\u200f\u061c", "a"),
        ("a\x1b[31mb\x07\x7f\x85c", "a[31mb\nc"),
        ("\u3164\u2800\u115f", ""),
        ("a\u200db\u200cc", "abc"),
        ("a\ufe0f\U000e0101\U000e0041\ufe01", "a"),
        ("\ufffe\ufdd0x\U0001ffff", "x\U0001ffff"),
        ("linha\u2028outra", "linha\noutra"),
        ("água ﬁm №", "água ﬁm №"),
    ],
)
def test_c10_invisible_characters_are_removed(typed, expected):
    assert text.tidy(typed) == expected


@pytest.mark.parametrize("emoji", ["👩‍💻", "👨‍👩‍👧‍👦", "👩🏽‍🚀", "❤️‍🔥", "🏳️‍🌈", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "✔️", "🇧🇷"])
def test_complete_emoji_are_kept(emoji):
    assert text.tidy(f"bom {emoji} dia") == f"bom {emoji} dia"


def test_a_joiner_that_joins_no_emoji_is_removed():
    assert text.tidy("👩\u200d a \u200d👩 👩\u200b\u200d💻") == "👩 a 👩 👩\u200d💻"


def test_c10_combining_marks_are_limited_to_four():
    assert text.tidy("z" + "\u0300" * 50 + "a") == "z" + "\u0300" * 4 + "a"


@pytest.mark.parametrize("typed", ["a\0b", "\ud800", "a\udfff"])
def test_c10_nul_and_lone_surrogates_are_rejected(typed):
    assert text.has_forbidden(typed)
    with pytest.raises(ValueError, match="surrogate"):
        text.tidy(typed)


_ANYTHING = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(_ANYTHING)
def test_tidy_is_idempotent(typed):
    once = text.tidy(typed)
    assert text.tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)


_INVISIBLE = "\u200d\ufe0f\u200b\u0301\u3164👩💻🏽🏴\U000e0067\U000e007fae\n \u202e"


@given(st.text(_INVISIBLE))
def test_tidy_is_idempotent_for_invisible_characters(typed):
    assert text.tidy(text.tidy(typed)) == text.tidy(typed)


@pytest.mark.parametrize(
    ("title", "stored"),
    [("=?utf-8?q?=0d=0aBcc=3a?=", "= ?utf-8?q?=0d=0aBcc=3a?="), ("a=?UTF-8?B?DQo=?= b", "a= ?UTF-8?B?DQo=?= b"),
     ("Cobrar =?", "Cobrar =?"), ("f(x)=?", "f(x)=?")],
)  # fmt: skip
def test_one_line_splits_encoded_words(title: str, stored: str) -> None:
    assert text.one_line(title) == text.one_line(stored) == stored


def test_one_line_removes_line_breaks():
    assert text.one_line(" um\n título\t\u00a0longo ") == "um título longo"


# --- Comparison and slugs --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"), [("Água", "agua"), ("EMISSÃO", "emissao"), ("Niño", "nino"), ("Nº", "no"), ("Straße", "strasse")]
)
def test_fold_ignores_accents_and_case(one, other):
    assert text.fold(one) == other


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Emissão da NF-e: 2ª via!", "emissao-da-nf-e-2a-via"),
        ("", "ideia"),
        ("日本語 👩‍💻", "ideia"),
        ("--- <script>", "script"),
        ("a" * 80, "a" * 60),
        ("palavra " * 20, "palavra-palavra-palavra-palavra-palavra-palavra-palavra"),
    ],
)
def test_slug(title, slug):
    assert text.slug(title) == slug


@given(st.text())
def test_any_title_has_a_slug(title):
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", text.slug(title))
    assert len(text.slug(title)) <= 60


# --- Import ----------------------------------------------------------------------------------


def test_imported_html_becomes_equivalent_markdown():
    source = text.from_html(
        "<h2>Título</h2><p>Um <b>texto</b> e <a href='https://example.org'>link</a></p><ul><li>a<li>b</ul>"
    )
    html = text.to_html(source)
    assert "Título</h4>" in html
    assert "<strong>texto</strong>" in html
    assert 'href="https://example.org"' in html
    assert html.count("<li>") == 2


def test_scripts_and_styles_are_removed_with_their_contents():
    html = "<p>fica</p><script>alert(1)</script><style>p{}</style><iframe>x</iframe><title>y</title>"
    assert text.from_html(html) == "fica"


def test_words_that_look_like_markup_are_escaped():
    words = "2 * 3 * 4, a_b_c, [x](https://example.org), # não, <img onclick=alert(1)>, `y`, C:\\dir"
    shown = text.to_html(text.from_html(f"<p>{Markup.escape(words)}</p>"))
    assert_safe(shown)
    assert shown.striptags() == words


@pytest.mark.parametrize("script", _SCRIPTS)
def test_c01_v1_3_5_scripts_are_removed_on_import(script):
    assert_safe(text.to_html(text.from_html(f"<p>{script}</p>")))
    assert_safe(text.to_html(text.from_html(f"<p>{Markup.escape(script)}</p>")))


@pytest.mark.parametrize("tag", ["<blockquote>", "<ul><li>", "<b>", "<div>", "<a href=x>"])
def test_thousands_of_nested_elements_keep_their_words(tag):
    assert "palavra" in text.from_html(tag * 3_000 + "palavra")


def test_a_word_that_looks_like_a_path_is_kept():
    assert text.from_html("/etc/relatorio.html") == "/etc/relatorio.html"


def test_broken_html_keeps_its_words():
    assert text.from_html("<p>um<p>dois <b>três\0") == "um\n\ndois **três**"


# --- What "safe" and "quick" mean here -------------------------------------------------------


class _SafetyChecker(HTMLParser):
    """Fail on any tag or attribute that a page must not contain."""

    tags = frozenset(
        re.findall(
            r"\w+", "a blockquote br code del em h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul"
        )
    )

    def handle_starttag(self, tag, attrs):
        assert tag in self.tags, tag
        for name, value in attrs:
            assert name in {"href", "rel", "start"}, name
            if name == "href" and re.match(r"\s*[\w+.-]+:", value or ""):
                assert re.match(r"(https?|mailto):", value, re.IGNORECASE), value


def assert_safe(html):
    checker = _SafetyChecker()
    checker.feed(html)
    checker.close()


#: Function calls while a text is rendered: the slowest here makes 790,000; without one of the limits it is millions.
MAX_CALLS = 1_000_000
#: Characters that the parser scans from each start of a URL. Regular expressions make no calls, so they count here.
MAX_SCANNED = 2_500_000


def assert_light(source):
    """Count the work instead of timing it: function calls, and the characters scanned for the ends of links."""
    calls = 0

    def count(*event):
        nonlocal calls
        calls += 1

    text.to_html.cache_clear()
    parsed = []
    render = text._parser.render
    text._parser.render = lambda source: parsed.append(source) or render(source)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        text.to_html(source)
    finally:
        sys.setprofile(before)
        text._parser.render = render
    assert calls < MAX_CALLS
    for part in (part for source in parsed for part in re.split(r"\n\s*\n", source)):
        assert len(part) * len(re.findall(r"[\[<]|://", part)) <= MAX_SCANNED


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        '"=1+1',
        "' =1",
        "  =1",
        "＝1+1",
        "＋1-",
        "－x",
        "＠x",
        "'=1",
        '=HYPERLINK("http://x")',
        "+55 11",
    ],
)
def test_c08_v1_2_10_formulas_are_escaped(cell: str) -> None:
    assert text.csv_cell(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell",
    ["Padaria Aurora", "-12", "+3,5", "-0.25", "10%", "1.234,56", "-12,5", "2026-11-22", "a=b", "", "e-mail@exemplo"],
)
def test_c08_numbers_and_plain_words_are_unchanged(cell: str) -> None:
    assert text.csv_cell(cell) == cell
