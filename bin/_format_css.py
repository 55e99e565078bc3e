"""Format the style sheets of static/css; with --check only name those that are not formatted."""

import sys
from pathlib import Path

import cssbeautifier

SHEETS = Path(__file__).parent.parent / "static" / "css"


def formatted(css: str) -> str:
    """The sheet with one declaration a line and the author's blank lines."""
    options = cssbeautifier.default_options()
    options.indent_size = 2
    options.end_with_newline = True
    options.space_around_combinator = True
    options.newline_between_rules = False
    return str(cssbeautifier.beautify(css, options))


def main(check: bool) -> int:
    changed = []
    for sheet in sorted(SHEETS.rglob("*.css")):
        text = sheet.read_text("utf-8")
        if (result := formatted(text)) != text:
            changed.append(sheet)
            if not check:
                sheet.write_text(result, "utf-8")
    for sheet in changed if check else []:
        print(f"would reformat {sheet.relative_to(SHEETS.parent.parent)}")
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
