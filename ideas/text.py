"""What people write, made fit to keep and safe to show.

`tidy` and `one_line` are for texts on their way in, `to_html` and `excerpt` for texts on their
way out, `from_html` for texts that come from elsewhere. Texts are kept as they were written, in
Markdown; the HTML is made at display, so that a stricter rule protects old texts as well.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markdownify import markdownify
from markupsafe import Markup, escape

# --- Showing: Markdown to HTML ---------------------------------------------------------------

_TAGS = {"a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol",
         "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}  # fmt: skip
_SCHEMES = {"http", "https", "mailto"}

_safe = nh3.Cleaner(
    tags=_TAGS,
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    url_schemes=_SCHEMES,
    link_rel="nofollow ugc noopener",
)

#: How much markup a text may hold and still be read as Markdown. The parser's time grows with
#: marks, lines, table cells, and with each opening times the length of its paragraph. A person's
#: text stays far below; one that does not is shown as it was typed.
_MOST_MARKS, _MOST_LINES, _MOST_BARS, _MOST_SCANNING = 2_000, 1_000, 30, 2_500_000
_MARKS = re.compile(r"[\[\]<>*_`~|&\\:@!]")
_OPENINGS = re.compile(r"[\[<]|://")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
#: What may be more than words: a mark anywhere, an address, or the sign that begins a heading, a list, a quotation.
_MARKUP = re.compile(r"[\\`*_~<\[&|]|://|(?i:mailto:)|^[ \t]*(?:[#>=+-]|\d{1,9}[.)])", re.MULTILINE)


@lru_cache(maxsize=1024)
def to_html(source: str) -> Markup:
    """Markdown as a safe piece of HTML, whatever was typed, in under 100 ms for 50 kB.

    Raw HTML shows as text; images become links, so that reading a page calls no other site;
    headings begin at h3, below the page's own; links go only to http, https and mailto.
    """
    html = _plain_paragraphs(source) if _too_dense(source) else _markdown.render(source)
    return Markup(_safe.clean(html))  # noqa: S704 - what the sanitiser let through


def excerpt(source: str, length: int = 220) -> str:
    """The beginning of a Markdown text as plain words, cut between two of them."""
    return _excerpt(source[: length * 5], length)  # enough for the markup between the words; parsing stays short


@lru_cache(maxsize=2048)
def _excerpt(beginning: str, length: int) -> str:
    """Reading Markdown costs more than all else of a card, and most texts begin without any."""
    start = beginning[: length * 2]
    plain = "" if _MARKUP.search(start) else " ".join(start.split())
    if len(plain) <= length:
        as_typed = not _MARKUP.search(beginning) or _too_dense(beginning)
        plain = " ".join((beginning if as_typed else _words(_markdown.parse(beginning))).split())
    return plain if len(plain) <= length else _cut(plain, length)


def _cut(plain: str, length: int) -> str:
    """At the last whole word that fits; a single word longer than all is cut itself."""
    words, space, _ = plain[:length].rpartition(" ")
    return (words.rstrip(" ,;:.–—-") if space else plain[: length - 1]) + "…"


def _too_dense(source: str) -> bool:
    """Would reading this as Markdown take longer than any honest text deserves?"""
    lines = source.split("\n")
    return (
        len(lines) > _MOST_LINES
        or len(_MARKS.findall(source)) > _MOST_MARKS
        or max(line.count("|") for line in lines) > _MOST_BARS
        or sum(len(part) * len(_OPENINGS.findall(part)) for part in _BLANK_LINES.split(source)) > _MOST_SCANNING
    )


def _plain_paragraphs(source: str) -> str:
    parts = (str(escape(part)).replace("\n", "<br>") for part in _BLANK_LINES.split(source))
    return "".join(f"<p>{part}</p>\n" for part in parts)


def _words(tokens: Sequence[Token]) -> str:
    return " ".join(_text_of(token) for token in tokens if token.type in {"inline", "fence", "code_block"})


def _text_of(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return "".join(map(_text_of, token.children)) if token.children else token.content


def _demote_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"


def _image_as_link(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    source = str(tokens[idx].attrGet("src") or "")
    name = escape(_text_of(tokens[idx]) or source)
    inside_link = sum(token.nesting for token in tokens[:idx] if token.type.startswith("link_")) > 0
    return str(name) if inside_link else f'<a href="{escape(source)}">{name}</a>'


def _reader() -> MarkdownIt:
    # Boxes in boxes in boxes cost their square; nobody writes twenty.
    reader = MarkdownIt("js-default", {"html": False, "linkify": True, "breaks": True, "maxNesting": 20})
    # Definitions let a few bytes stand for a long address many times over: 50 kB became 160 MB.
    reader.disable("reference")
    # Only whole addresses become links: "relatorio.py" and "nota.br" are words, not sites.
    if reader.linkify is not None:
        reader.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
        reader.linkify.add("//", None).add("ftp:", None)
    reader.core.ruler.push("demote_headings", _demote_headings)
    reader.add_render_rule("image", _image_as_link)
    return reader


_markdown = _reader()

# --- Keeping: what a form or an import hands in ----------------------------------------------

_MOST_COMBINING = 4
_JOINER, _TEXT_STYLE, _EMOJI_STYLE = "\u200d", "\ufe0e", "\ufe0f"
#: Letters and symbols that show as nothing: Hangul fillers, the Braille blank, joiners of scripts.
_BLANK_LETTERS = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
#: Variation selectors: after a letter they change nothing one sees, and carry hidden bytes.
_SELECTORS = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f")
_NEWLINES = re.compile("\r\n?|[\x85\u2028\u2029]")


def has_forbidden(text: str) -> bool:
    """Does it hold what no database or browser can keep: a NUL, or half a surrogate pair?"""
    return "\0" in text or any("\ud800" <= char <= "\udfff" for char in text)


def tidy(text: str) -> str:
    """The text as it will be kept: composed (NFC), trimmed, without characters nobody sees.

    Controls, zero-width and direction-changing characters go, since they hide or disguise words;
    new lines, tabs and whole emoji stay; heaps of accents on one letter are cut to four. Tidying
    twice changes nothing. Raises ValueError for what `has_forbidden`: no person types it, and the
    edge answers 400.
    """
    if has_forbidden(text):
        raise ValueError("the text holds a NUL or a lone surrogate")
    seen = "".join(_seen(_NEWLINES.sub("\n", text)))
    if not seen.isascii():
        level = "".join(_without_heaps(unicodedata.normalize("NFC", seen)))
        seen = unicodedata.normalize("NFC", level)
    return seen.strip()


def kept(typed: str) -> str:
    """`tidy`, without what `has_forbidden`: for what is shown again, or was never typed by hand."""
    return tidy("".join(letter for letter in typed if not has_forbidden(letter)))


def one_line(text: str) -> str:
    """`tidy`, for titles and names: every run of blanks is one space."""
    return " ".join(tidy(text).split())


def _seen(text: str) -> Iterator[str]:
    """The characters that show, with the invisible ones that hold an emoji together."""
    flags = {place for match in _FLAG.finditer(text) for place in range(*match.span())}
    last = ""
    for place, char in enumerate(text):
        if place in flags or _shows(char) or _belongs(last, char, text[place + 1 : place + 2]):
            last = char
            yield char


def _shows(char: str) -> bool:
    if char.isascii():
        return char.isprintable() or char in "\n\t"
    hidden = char in _BLANK_LETTERS or _SELECTORS.match(char) or _NONCHARACTERS.match(char)
    return not hidden and unicodedata.category(char) not in {"Cc", "Cf"}


def _belongs(last: str, char: str, following: str) -> bool:
    """Is this invisible character part of an emoji: its style, or the joint between two?"""
    if char in {_TEXT_STYLE, _EMOJI_STYLE}:
        return bool(last) and unicodedata.category(last) in {"So", "Sm", "Po", "Nd"}
    before = last == _EMOJI_STYLE or _is_emoji(last) or "\U0001f3fb" <= last <= "\U0001f3ff"
    return char == _JOINER and before and _is_emoji(following)


def _is_emoji(char: str) -> bool:
    return bool(char) and unicodedata.category(char) == "So" and char not in _BLANK_LETTERS


def _without_heaps(text: str) -> Iterator[str]:
    heap = 0
    for char in text:
        heap = heap + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if heap <= _MOST_COMBINING:
            yield char


# --- Comparing and addressing ----------------------------------------------------------------

_SLUG_LENGTH = 60


def fold(text: str) -> str:
    """Lower case and without accents, for comparing: "Água" and "agua" are one."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def slug(title: str) -> str:
    """The title's words for an address: ASCII, kebab-case, at most 60 characters, never empty."""
    words = "-".join(re.findall("[a-z0-9]+", fold(title)))
    if len(words) > _SLUG_LENGTH:
        words = words[: _SLUG_LENGTH + 1].rpartition("-")[0] or words[:_SLUG_LENGTH]
    return words or "ideia"


#: What begins a formula, also behind a quote or white space, also in full width.
_FORMULA = re.compile(r"""[\s"'‘’“”]*[=+\-@\t\r\n＝＋－＠]""")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*%?")


def cell(fact: object) -> str:
    """A fact as a cell of a CSV that no spreadsheet computes: a formula stands behind an apostrophe (OWASP, C08)."""
    words = "" if fact is None else str(fact)
    return "'" + words if _FORMULA.match(words) and not _NUMBER.fullmatch(words) else words


# --- Bringing in: HTML to Markdown -----------------------------------------------------------

_readable = nh3.Cleaner(
    tags=_TAGS | {"b", "h1", "h2", "i", "img", "strike"},
    attributes={"*": set(), "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}},
    url_schemes=_SCHEMES,
    link_rel=None,
    clean_content_tags={"head", "iframe", "noscript", "object", "script", "style", "svg", "template", "title"},
)
_words_only = nh3.Cleaner(tags=set())


def from_html(html: str) -> str:
    """HTML from another system as tidy Markdown that shows the same words, and nothing more.

    Scripts and styles go with their contents; whatever looked like Markdown or like a tag in the
    words is escaped, so that it shows as words again.
    """
    clean = _readable.clean(html.replace("\0", ""))
    try:
        return tidy(_to_markdown(clean))
    except RecursionError:  # thousands of boxes in boxes: keep the words
        return tidy(_to_markdown(_words_only.clean(clean)))


def _to_markdown(html: str) -> str:
    # In a box of its own: alone, a word that resembles a file's name makes the parser warn.
    return markdownify(f"<div>{html}</div>", heading_style="ATX", bullets="-", escape_misc=True)
