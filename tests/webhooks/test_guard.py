"""Where webhooks may go: every spelling of a forbidden address, when it is saved and when it is called."""

import socket
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from webhooks import guard

FORBIDDEN_V4 = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254"),  # noqa: S104
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
    *("198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
    "255.255.255.255",
]
PUBLIC_V4 = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.0.1",
    "172.32.0.1",
    "192.0.1.1",
    "198.20.0.1",
]
FORBIDDEN_V6 = [
    *("::", "::1", "fe80::1", "febf::1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1", "3fff::1"),
    *("2001:10::1", "2001:20::1", "2001:2::1", "100::1", "5f00::1", "64:ff9b:1::a00:1", "4000::1"),
]
PUBLIC_V6 = ["2606:4700:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888"]


@pytest.fixture(autouse=True)
def _nothing_is_allowed(settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = []


def inside(v4: str) -> list[str]:
    """The IPv6 forms that carry an IPv4 address."""
    number = int(ip_address(v4))
    high, low = number >> 16, number & 0xFFFF
    return [
        f"::ffff:{v4}",
        f"::{v4}",
        f"64:ff9b::{v4}",
        f"2002:{high:x}:{low:x}::1",
        f"2001:0:{high:x}:{low:x}:0:0:f7f7:f7f7",  # Teredo: the server is the IPv4 address, the client 8.8.8.8
        f"2001:0:808:808:0:0:{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}",  # the client is
    ]


def target(host: str) -> guard.Target:
    return guard.Target("https", host, 443, "/")


@pytest.mark.parametrize("text", [*FORBIDDEN_V4, *FORBIDDEN_V6])
def test_special_addresses_are_forbidden(text: str) -> None:
    assert not guard.may_reach(ip_address(text), target(text))


@pytest.mark.parametrize("text", [*PUBLIC_V4, *PUBLIC_V6])
def test_public_addresses_are_called(text: str) -> None:
    assert guard.may_reach(ip_address(text), target(text))


@pytest.mark.parametrize("v4", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.0.1"])
def test_what_an_ipv6_form_carries_inside_counts(v4: str) -> None:
    for form in inside(v4):
        assert not guard.may_reach(ip_address(form), target(form)), form
    for form in inside("8.8.8.8"):
        assert guard.may_reach(ip_address(form), target(form)), form


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0"),
        *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[fe80::1]", "10.0.0.1"),
        *("0x0a000001", "169.254.169.254", "2852039166", "[2002:7f00:1::]", "127.0.0.1."),
    ],
)
def test_no_spelling_of_a_forbidden_address_is_saved(host: str) -> None:
    with pytest.raises(guard.Forbidden, match="may not go to this address"):
        guard.check(f"https://{host}/")


@pytest.mark.parametrize("host", ["localhost", "localhost.", "LOCALHOST", "127.0.0.1", "127.1", "0x7f.1", "2130706433"])
def test_what_a_name_resolves_to_is_checked_when_it_is_called(host: str) -> None:
    with pytest.raises(guard.Unreachable):
        guard.resolve(guard.read(f"https://{host}/"))


def test_one_forbidden_address_among_many_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(guard.Unreachable):
        guard.resolve(target("rebinding.example"))


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.com", "//example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/"),
        *(
            "https://",
            "https:///x",
            "https://user@example.com/",
            "https://user:word@example.com/",
            "https://@example.com/",
        ),
        *("https://example.com:0/", "https://example.com:99999/", "https://example.com:x/", "https://exa mple.com/"),
        *(
            "https://example.com\\@127.0.0.1/",
            "https://example.com/\r\nX: y",
            "https://example.com/\x00",
            "https://exämple.com/",
        ),
        *(
            "https://[::1%25lo]/",
            "https://[::1",
            "https://[x]/",
            "https://example.com%2f@127.0.0.1/",
            "javascript:alert(1)",
        ),
        *("http://example.com/", "https://example.com:22/", "https://example.com:7999/", "https://example.com:10000/"),
        *("https://example.com:3000/", "https://example.com:8443@10.0.0.1/"),
    ],
)
def test_what_is_no_public_https_address_is_not_saved(url: str) -> None:
    with pytest.raises(guard.Forbidden):
        guard.check(url)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://example.com", ("https", "example.com", 443, "/")),
        ("https://EXAMPLE.com:8443/a/b?c=d#e", ("https", "example.com", 8443, "/a/b?c=d")),
        ("https://example.com.:9999/", ("https", "example.com", 9999, "/")),
        ("https://xn--exmple-cua.com:80/", ("https", "xn--exmple-cua.com", 80, "/")),
        ("https://8.8.8.8/", ("https", "8.8.8.8", 443, "/")),
        ("https://[2606:4700:4700::1111]/", ("https", "2606:4700:4700::1111", 443, "/")),
    ],
)
def test_what_is_saved_is_what_will_be_called(url: str, parts: tuple[str, str, int, str]) -> None:
    assert guard.check(url) == guard.Target(*parts)


def test_plain_http_where_the_installation_allows_it(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_HTTP = True
    assert guard.check("http://example.com/").port == 80
    with pytest.raises(guard.Forbidden):
        guard.check("http://10.0.0.1/")


def test_allowed_ranges_may_be_private_plain_and_on_any_port(settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = [ip_network("10.1.0.0/16"), ip_network("fd00:1::/32"), ip_network("127.0.0.0/8")]
    for url in (
        "http://10.1.2.3:5000/",
        "http://[fd00:1::5]:22/",
        "http://[::ffff:10.1.2.3]/",
        "http://receiver:5000/",
    ):
        assert guard.check(url)
    for url in (
        "http://10.2.0.1/",
        "https://192.168.0.1/",
        "http://8.8.8.8/",
        "https://8.8.8.8:22/",
        "http://[fd00:2::5]/",
    ):
        with pytest.raises(guard.Forbidden):
            guard.check(url)
    assert guard.resolve(guard.read("http://127.0.0.1:5000/")) == ["127.0.0.1"]


def test_a_name_outside_the_allowed_ranges_still_needs_https_and_a_usual_port(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = [ip_network("10.1.0.0/16")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("8.8.8.8", 1))])
    for url in ("http://example.com/", "https://example.com:22/"):
        with pytest.raises(guard.Unreachable):
            guard.resolve(guard.check(url))
    assert guard.resolve(guard.check("https://example.com/")) == ["8.8.8.8"]
