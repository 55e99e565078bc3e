"""Put the icons that a page uses into the page.

Templates draw an icon as a reference to a symbol of the same page (`assets.Assets.icon`). When a page is finished, the
symbols it refers to are added at its end. Browsers show them without loading the external sprite, which costs a
document for every reference. A fragment for htmx refers to the external sprite instead, because the page that
receives it may not have the symbol.
"""

import re

from flask import Flask
from werkzeug.wrappers import Response

from ideas.web.assets import Assets

_REFERENCE = re.compile(rb'<use href="#icon-([\w-]+)"/>')
_START, _END = b'<use href="#icon-', b"</body>"


def install(app: Flask, assets: Assets) -> None:
    """Complete the icons of every HTML response."""
    symbols = {name.encode(): symbol.encode() for name, symbol in assets.symbols.items()}
    sprite_url = assets.url("icons.svg").encode()

    @app.after_request
    def complete(response: Response) -> Response:
        if response.mimetype != "text/html" or response.is_streamed:
            return response
        html = response.get_data()
        end = html.rfind(_END)
        if end < 0:
            response.set_data(_REFERENCE.sub(rb'<use href="' + sprite_url + rb'#\1"/>', html))
            return response
        # Ten times as fast as the regular expression.
        names = {rest[: rest.index(b'"')] for rest in html.split(_START)[1:]}
        used = b"".join(symbols[name] for name in sorted(names))
        response.set_data(b"%b<div hidden><svg>%b</svg></div>%b" % (html[:end], used, html[end:]))
        return response
