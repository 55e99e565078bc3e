"""The network of a client, in one form for the access log and for every limit.

An IPv4 address is a network. An IPv6 subscriber holds a whole /64, and a site a /48: limits count both.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

#: A site of IPv6 (a /48) is allowed five times as much as one of its networks.
SITE_FACTOR = 5
UNKNOWN = "unknown"
#: Proxies may add a port, and then put an IPv6 address in brackets.
_WITH_PORT_RE = re.compile(r"\[(?P<v6>[^\[\]]*)\](:[0-9]{1,5})?|(?P<v4>[0-9.]+):[0-9]{1,5}")
#: The four groups of an IPv6 /64 as it is stored: the first three are the site.
_STORED_V6_RE = re.compile(r"((?:[0-9a-f]{4}:){3})[0-9a-f]{4}::/64")


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address, without a port; None if the text is no address. IPv4-mapped IPv6 becomes IPv4."""
    text = text.strip()
    if found := _WITH_PORT_RE.fullmatch(text):
        text = found["v6"] or found["v4"] or ""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address


def network_of(candidates: Iterable[str]) -> str:
    """Return the network of the first candidate that is an address, at most 45 characters long.

    IPv6 is written with all its zeros (`2001:0db8:0001:0002::/64`), so that networks of one site share a prefix.
    """
    address = next(filter(None, map(parse_address, candidates)), None)
    if address is None:
        return UNKNOWN
    if isinstance(address, IPv4Address):
        return str(address)
    return ip_network((int(address), 64), strict=False).exploded[:19] + "::/64"


def site_prefix(network: str) -> str | None:
    """Return the prefix that all networks of the same IPv6 /48 share, or None for any other network."""
    found = _STORED_V6_RE.fullmatch(network)
    return found[1] if found else None
