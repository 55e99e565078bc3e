"""The network that a client counts as."""

import pytest

from ideas import networks

pytestmark = pytest.mark.engine_independent


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("203.0.113.1", "203.0.113.1"),
        (" 203.0.113.1 ", "203.0.113.1"),
        ("203.0.113.1:50001", "203.0.113.1"),
        ("::ffff:203.0.113.1", "203.0.113.1"),
        ("[::ffff:203.0.113.1]:80", "203.0.113.1"),
        ("2001:db8:1:2::7", "2001:0db8:0001:0002::/64"),
        ("[2001:db8:1:2::7]", "2001:0db8:0001:0002::/64"),
        ("[2001:db8:1:2::7]:443", "2001:0db8:0001:0002::/64"),
        ("fe80::1%eth0", "fe80:0000:0000:0000::/64"),
        ("[::1]:80", "0000:0000:0000:0000::/64"),
    ],
)
def test_a_network_is_an_ipv4_address_or_an_ipv6_64(text: str, network: str) -> None:
    assert networks.network_of([text]) == network
    assert len(network) <= 45


@pytest.mark.parametrize(
    "text", ["", "unknown", "_hidden", "203.0.113", "203.0.113.1:", "203.0.113.1:port", "[]:80", "[::1", "a" * 5000]
)
def test_what_is_no_address_falls_back_to_the_next_candidate(text: str) -> None:
    assert networks.network_of([text, "198.51.100.7"]) == "198.51.100.7"
    assert networks.network_of([text]) == networks.UNKNOWN


def test_networks_of_one_48_share_a_prefix() -> None:
    near, near_too, far = (networks.network_of([text]) for text in ("2001:db8::1", "2001:db8:0:9::1", "2001:db8:1::1"))
    assert networks.site_prefix(near) == networks.site_prefix(near_too) != networks.site_prefix(far)
    assert networks.site_prefix("203.0.113.1") is None
