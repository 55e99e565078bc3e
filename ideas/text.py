"""Normalise texts that people write, and render them safely.

`tidy` and `one_line` are for input, `to_html` and `excerpt` for output, `from_html` for texts imported from other
systems. Texts are stored as Markdown and rendered when they are shown, so that a stricter rule protects old texts too.
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

# --- Output: Markdown to HTML ----------------------------------------------------------------

_TAGS = {"a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol",
         "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}  # fmt: skip
_SCHEMES = {"http", "https", "mailto"}

_display_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    url_schemes=_SCHEMES,
    link_rel="nofollow ugc noopener",
)

#: How much markup a text may have to be parsed as Markdown. Parsing time grows with the number of marks, lines and
#: table cells, and with the number of openings in a paragraph times its length. Ordinary texts stay far below these
#: limits; a text above them is shown as plain text.
_MAX_MARKS, _MAX_LINES, _MAX_BARS, _MAX_SCANNED = 2_000, 1_000, 30, 2_500_000
_MARKS = re.compile(r"[\[\]<>*_`~|&\\:@!]")
_OPENINGS = re.compile(r"[\[<]|://")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
#: Anything that may be markup: a mark anywhere, a URL, or the start of a heading, list or quotation.
_MARKUP = re.compile(r"[\\`*_~<\[&|]|://|(?i:mailto:)|^[ \t]*(?:[#>=+-]|\d{1,9}[.)])", re.MULTILINE)


@lru_cache(maxsize=1024)
def to_html(source: str) -> Markup:
    """Render Markdown as safe HTML, in less than 100 ms for any text of 50 kB.

    Raw HTML is shown as text. Images become links, so that a page loads nothing from other sites. Headings start at
    h3, below those of the page. Links may use only http, https and mailto.
    """
    html = _plain_paragraphs(source) if _too_dense(source) else _parser.render(source)
    return Markup(_display_cleaner.clean(html))  # noqa: S704 - output of the sanitiser


def excerpt(source: str, length: int = 220) -> str:
    """Return the beginning of a Markdown text as plain text, truncated between two words."""
    return _excerpt(source[: length * 5], length)  # long enough to skip markup, short enough to parse quickly


@lru_cache(maxsize=2048)
def _excerpt(beginning: str, length: int) -> str:
    """Skip the parser when the text begins without markup, as most do: parsing is the slowest part of a card."""
    start = beginning[: length * 2]
    plain = "" if _MARKUP.search(start) else " ".join(start.split())
    if len(plain) <= length:
        is_plain = not _MARKUP.search(beginning) or _too_dense(beginning)
        plain = " ".join((beginning if is_plain else _plain_text(_parser.parse(beginning))).split())
    return plain if len(plain) <= length else _truncate(plain, length)


def _truncate(plain: str, length: int) -> str:
    """Truncate after the last whole word that fits; split a single word that is too long."""
    words, space, _ = plain[:length].rpartition(" ")
    return (words.rstrip(" ,;:.–—-") if space else plain[: length - 1]) + "…"


def _too_dense(source: str) -> bool:
    """Return whether parsing this as Markdown could take too long."""
    lines = source.split("\n")
    return (
        len(lines) > _MAX_LINES
        or len(_MARKS.findall(source)) > _MAX_MARKS
        or max(line.count("|") for line in lines) > _MAX_BARS
        or sum(len(part) * len(_OPENINGS.findall(part)) for part in _BLANK_LINES.split(source)) > _MAX_SCANNED
    )


def _plain_paragraphs(source: str) -> str:
    parts = (str(escape(part)).replace("\n", "<br>") for part in _BLANK_LINES.split(source))
    return "".join(f"<p>{part}</p>\n" for part in parts)


def _plain_text(tokens: Sequence[Token]) -> str:
    return " ".join(_token_text(token) for token in tokens if token.type in {"inline", "fence", "code_block"})


def _token_text(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return "".join(map(_token_text, token.children)) if token.children else token.content


def _demote_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"


def _image_as_link(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    source = str(tokens[idx].attrGet("src") or "")
    name = escape(_token_text(tokens[idx]) or source)
    inside_link = sum(token.nesting for token in tokens[:idx] if token.type.startswith("link_")) > 0
    return str(name) if inside_link else f'<a href="{escape(source)}">{name}</a>'


def _build_parser() -> MarkdownIt:
    # Parsing time grows with the square of the nesting depth; real texts do not reach 20.
    parser = MarkdownIt("js-default", {"html": False, "linkify": True, "breaks": True, "maxNesting": 20})
    # Reference definitions repeat a long URL with a few bytes: 50 kB became 160 MB of HTML.
    parser.disable("reference")
    # Only complete URLs become links: "relatorio.py" and "nota.br" are words, not sites.
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
        parser.linkify.add("//", None).add("ftp:", None)
    parser.core.ruler.push("demote_headings", _demote_headings)
    parser.add_render_rule("image", _image_as_link)
    return parser


_parser = _build_parser()

# --- Input: texts from forms and imports -----------------------------------------------------

_MAX_COMBINING_MARKS = 4
_JOINER, _TEXT_STYLE, _EMOJI_STYLE = "\u200d", "\ufe0e", "\ufe0f"
#: Letters and symbols that are invisible: Hangul fillers, the Braille blank, script joiners.
_BLANK_LETTERS = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
#: Variation selectors: after a letter they change nothing visible, and can hide data.
_SELECTORS = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f")
_ENCODED_WORD = re.compile(r"=(?=\?[^?]*\?[bq]\?)", re.IGNORECASE)
_NEWLINES = re.compile("\r\n?|[\x85\u2028\u2029]")


def has_forbidden(text: str) -> bool:
    """Return whether the text holds a NUL or a lone surrogate, which cannot be stored or encoded."""
    return "\0" in text or any("\ud800" <= char <= "\udfff" for char in text)


def tidy(text: str) -> str:
    """Normalise a text for storage: NFC, trimmed, without invisible characters. Idempotent.

    Control, zero-width and direction-changing characters are removed, because they hide or disguise words. Line breaks,
    tabs and complete emoji stay. A letter keeps at most four combining marks. Raises ValueError if `has_forbidden`:
    browsers do not send such text, so the request is answered with 400.
    """
    if has_forbidden(text):
        raise ValueError("the text holds a NUL or a lone surrogate")
    visible = "".join(_visible(_NEWLINES.sub("\n", text)))
    if not visible.isascii():
        limited = "".join(_limit_combining_marks(unicodedata.normalize("NFC", visible)))
        visible = unicodedata.normalize("NFC", limited)
    return visible.strip()


def clean(text: str) -> str:
    """Remove forbidden characters, then `tidy`: never raises. For forms that are shown again, and for files."""
    return tidy("".join(char for char in text if not has_forbidden(char)))


def one_line(text: str) -> str:
    """`tidy` a title or name, replace every run of white space by one space, and split encoded words."""
    return split_encoded_words(" ".join(tidy(text).split()))


def has_encoded_word(text: str) -> bool:
    """Return whether the text holds the start of an RFC 2047 encoded word, such as "=?utf-8?q?"."""
    return _ENCODED_WORD.search(text) is not None


def split_encoded_words(text: str) -> str:
    """Write a space into the start of every RFC 2047 encoded word: email libraries decode them to any character."""
    return _ENCODED_WORD.sub("= ", text)


def _visible(text: str) -> Iterator[str]:
    """Yield the visible characters, and the invisible ones that are part of an emoji."""
    flags = {index for match in _FLAG.finditer(text) for index in range(*match.span())}
    last = ""
    for index, char in enumerate(text):
        if index in flags or _is_visible(char) or _is_emoji_part(last, char, text[index + 1 : index + 2]):
            last = char
            yield char


def _is_visible(char: str) -> bool:
    if char.isascii():
        return char.isprintable() or char in "\n\t"
    hidden = char in _BLANK_LETTERS or _SELECTORS.match(char) or _NONCHARACTERS.match(char)
    return not hidden and unicodedata.category(char) not in {"Cc", "Cf"}


def _is_emoji_part(last: str, char: str, following: str) -> bool:
    """Return whether this invisible character is part of an emoji: a style selector, or a joiner between two."""
    if char in {_TEXT_STYLE, _EMOJI_STYLE}:
        return bool(last) and unicodedata.category(last) in {"So", "Sm", "Po", "Nd"}
    before = last == _EMOJI_STYLE or _is_emoji(last) or "\U0001f3fb" <= last <= "\U0001f3ff"
    return char == _JOINER and before and _is_emoji(following)


def _is_emoji(char: str) -> bool:
    return bool(char) and unicodedata.category(char) == "So" and char not in _BLANK_LETTERS


def _limit_combining_marks(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if marks <= _MAX_COMBINING_MARKS:
            yield char


# --- Comparison, slugs and CSV cells ---------------------------------------------------------

_MAX_SLUG_LENGTH = 60


def fold(text: str) -> str:
    """Lower-case and remove accents, for comparison: "Água" equals "agua"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def slug(title: str) -> str:
    """Return the title as a URL slug: ASCII, kebab-case, at most 60 characters, never empty."""
    words = "-".join(re.findall("[a-z0-9]+", fold(title)))
    if len(words) > _MAX_SLUG_LENGTH:
        words = words[: _MAX_SLUG_LENGTH + 1].rpartition("-")[0] or words[:_MAX_SLUG_LENGTH]
    return words or "ideia"


#: The start of a formula, also after a quote or white space, also in full width.
_FORMULA_RE = re.compile(r"""[\s"'‘’“”]*[=+\-@\t\r\n＝＋－＠]""")
_NUMBER_RE = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*%?")


def csv_cell(value: object) -> str:
    """Format a value as a CSV cell that no spreadsheet runs: a formula gets a leading apostrophe (OWASP, C08)."""
    words = "" if value is None else str(value)
    return "'" + words if _FORMULA_RE.match(words) and not _NUMBER_RE.fullmatch(words) else words


# --- Import: HTML to Markdown ----------------------------------------------------------------

_import_cleaner = nh3.Cleaner(
    tags=_TAGS | {"b", "h1", "h2", "i", "img", "strike"},
    attributes={"*": set(), "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}},
    url_schemes=_SCHEMES,
    link_rel=None,
    clean_content_tags={"head", "iframe", "noscript", "object", "script", "style", "svg", "template", "title"},
)
_tag_remover = nh3.Cleaner(tags=set())


def from_html(html: str) -> str:
    """Convert HTML from another system to tidy Markdown that shows the same words.

    Scripts and styles are removed with their contents. Words that look like Markdown or like a tag are escaped, so that
    they are shown as words.
    """
    clean = _import_cleaner.clean(html.replace("\0", ""))
    try:
        return tidy(_to_markdown(clean))
    except RecursionError:  # thousands of nested elements: take only the words
        return tidy(_to_markdown(_tag_remover.clean(clean)))


def _to_markdown(html: str) -> str:
    # In a <div>, because the parser warns about a single word that looks like a file name.
    return markdownify(f"<div>{html}</div>", heading_style="ATX", bullets="-", escape_misc=True)
