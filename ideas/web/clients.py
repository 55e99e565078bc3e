"""The network of the client that sent the request."""

from flask import request

from ideas import networks


def client_network() -> str:
    """Return the network for the access log and for counting attempts and requests.

    A proxy may forward something that is no address: then it is the proxy's own.
    """
    before_proxies = request.environ.get("werkzeug.proxy_fix.orig") or {}
    return networks.network_of((request.remote_addr or "", before_proxies.get("REMOTE_ADDR") or ""))
