"""Templates without their indentation, so that pages do not carry it."""

import re

from jinja2.ext import Extension

#: The line break before an attribute of a tag that is written over several lines.
_WRAPPED_ATTRIBUTE = re.compile(r'(?<=["}])\n[ \t]+(?=(?:data-|aria-)?[a-z_-]+(?:=["{]|[\n>]))')
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Unindented(Extension):
    """Remove indentation from the source of templates; what values hold stays as it is."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _INDENTATION.sub("", _WRAPPED_ATTRIBUTE.sub(" ", source))
