"""Hosts inside the own network are not asked unless a setting names them, whatever their names say."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from bluezone import authority
from bluezone.authority.site import outgoing
from bluezone.authority.site.outgoing import Guarded, RefusedError

PUBLIC, METADATA = "93.184.216.34", "169.254.169.254"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (PUBLIC, True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("127.255.0.3", False),
        ("::1", False),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("172.32.0.1", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),  # shared by customers of a carrier
        (METADATA, False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("224.0.0.1", False),
        ("ff02::1", False),
        ("255.255.255.255", False),
        ("240.0.0.1", False),
        ("198.18.0.1", False),  # for measurements of networks
        ("::ffff:127.0.0.1", False),
        ("::127.0.0.1", False),
        ("64:ff9b::a9fe:a9fe", False),  # a translator makes 169.254.169.254 of it
        (f"64:ff9b::{PUBLIC}", True),
        ("2002:7f00:1::", False),  # 6to4 of 127.0.0.1
    ],
)
def test_an_address_is_public_or_inside(address, expected):
    assert outgoing.is_public(address) is expected


@pytest.mark.parametrize(
    ("host", "addresses", "named", "refused"),
    [
        ("keys.example", [PUBLIC], (), False),
        ("keys.example", ["10.0.0.5"], (), True),
        ("keys.example", [PUBLIC, "10.0.0.5"], (), True),  # one inside is one too many
        ("keys.example", ["10.0.0.5"], ("keys.example",), False),
        ("keys.example", ["10.0.0.5"], ("10.0.0.5",), True),  # the name is what was written
        ("10.0.0.5", ["10.0.0.5"], ("10.0.0.5",), False),
        ("10.0.0.6", ["10.0.0.6"], ("10.0.0.5",), True),
        ("meta.example", [METADATA], (), True),
    ],
)
def test_a_host_may_be_asked(environment, host, addresses, named, refused):
    environment(internal_hosts=named)
    if refused:
        with pytest.raises(RefusedError, match="BLUEZONE_INTERNAL_HOSTS"):
            outgoing.permitted(host, 443, lambda *_: addresses)
    else:
        assert outgoing.permitted(host, 443, lambda *_: addresses) == addresses


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost", "[::1]"])
def test_every_way_to_write_this_machine_is_refused(environment, host):
    environment(internal_hosts=())
    with pytest.raises(RefusedError):
        outgoing.check(f"http://{host}:8000/i.txt")
    with outgoing.client(1.0) as client, pytest.raises(RefusedError):
        client.get(f"http://{host}:9/i.txt")


def asked_of(resolve, url: str = "https://keys.example/i.txt", down: tuple[str, ...] = ()):
    """Ask for an address; the requests that would have been sent."""
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.host in down:
            raise httpx.ConnectError("no route", request=request)
        return httpx.Response(200, text="fine")

    with httpx.Client(transport=Guarded(httpx.MockTransport(answer), resolve)) as client:
        assert client.get(url).text == "fine"
    return seen


def test_the_address_judged_is_the_one_asked_under_the_hosts_name():
    (request,) = asked_of(lambda *_: [PUBLIC])
    assert str(request.url) == f"https://{PUBLIC}/i.txt"
    assert request.headers["Host"] == "keys.example"
    assert request.extensions["sni_hostname"] == "keys.example"


def test_a_name_that_changes_its_address_is_looked_up_once_a_request():
    turns = iter([[PUBLIC], [METADATA]])
    resolve = lambda *_: next(turns)  # noqa: E731
    asked_of(resolve)
    with pytest.raises(RefusedError):
        asked_of(resolve)


def test_the_next_address_is_tried_where_one_does_not_answer():
    second = "2606:2800:220:1:248:1893:25c8:1946"
    requests = asked_of(lambda *_: [PUBLIC, second], down=(PUBLIC,))
    assert [each.url.host for each in requests] == [PUBLIC, second]
    assert str(requests[1].url) == f"https://[{second}]/i.txt"


def test_a_host_that_is_not_found_is_no_answer():
    def nobody(host: str, port: int) -> list[str]:
        raise OSError("not known")

    outgoing.check("https://keys.example/i.txt", nobody)  # judged when it is asked
    with pytest.raises(httpx.ConnectError, match="not known"):
        asked_of(nobody)


def test_the_authority_asks_over_http_by_this_module_alone():
    package = Path(authority.__path__[0])
    asking = re.compile(
        r"httpx\.(Client|AsyncClient|HTTPTransport|get|post|request|stream)\(|urllib\.request|http\.client"
    )
    found = {path.name for path in package.rglob("*.py") if asking.search(path.read_text("utf-8"))}
    assert found == {"outgoing.py"}
