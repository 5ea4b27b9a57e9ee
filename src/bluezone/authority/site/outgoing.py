"""Ask other hosts over HTTP, and never one inside the own network unless a setting names it.

Whoever can enter an address (a source of keys, a gateway) could else make the server ask what only it can reach: a
cloud's metadata, a database, a neighbour's page. Judged are the addresses of a name at the moment of connecting, and
the connection goes to the very address judged: a name that changes its address in between gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import httpx
from django.conf import settings

#: host and port -> the addresses, as `socket.getaddrinfo` knows them
Resolve = Callable[[str, int], Sequence[str]]

#: IPv6 networks whose addresses carry an IPv4 address in the last four bytes, and 6to4, which does in bytes 2 to 5
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
_SETTING = "BLUEZONE_INTERNAL_HOSTS"


class RefusedError(httpx.ConnectError):
    """Report a host inside the own network that no setting names."""


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet: neither loopback, link-local, private, shared,
    multicast nor reserved, nor an IPv6 address that leads to such an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])  # without the interface of a link-local address
    return all(each.is_global and not each.is_multicast for each in (ip, *_carried(ip)))


def _carried(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """Yield the IPv4 addresses that a gateway would make of an IPv6 address."""
    if isinstance(ip, ipaddress.IPv4Address):
        return
    if ip.ipv4_mapped or ip.sixtofour:
        yield ip.ipv4_mapped or ip.sixtofour  # type: ignore[misc]  # one of them is there
    if any(ip in network for network in _NAT64):
        yield ipaddress.IPv4Address(ip.packed[-4:])


def resolved(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host. Raises OSError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def permitted(host: str, port: int, resolve: Resolve = resolved) -> Sequence[str]:
    """Return the addresses under which a host may be asked. Raises RefusedError where one of them lies inside the own
    network and the setting does not name the host; OSError where there is none."""
    addresses = resolve(host, port)
    if host in settings.BLUEZONE.internal_hosts:
        return addresses
    for address in addresses:
        if not is_public(address):
            raise RefusedError(f"{host} is inside this network ({address}); {_SETTING} names hosts that may be asked")
    return addresses


def check(url: str, resolve: Resolve = resolved) -> None:
    """Raise RefusedError where an address leads into the own network. A host that is not found now is judged when it
    is asked."""
    parts = urlsplit(url)
    try:
        permitted(parts.hostname or "", parts.port or 443, resolve)
    except (OSError, UnicodeError):
        return


class Guarded(httpx.BaseTransport):
    """Connect to addresses that were judged; the certificate is still that of the host's name."""

    def __init__(self, inner: httpx.BaseTransport, resolve: Resolve = resolved) -> None:
        self._inner, self._resolve = inner, resolve

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.raw_host.decode("ascii")  # as names are looked up, and stand in certificates
        try:
            addresses = permitted(host, request.url.port or 443, self._resolve)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(str(error), request=request) from error
        named = request.extensions if host in addresses else request.extensions | {"sni_hostname": host}
        for address in addresses[:-1]:
            try:
                return self._ask(request, address, named)
            except (httpx.ConnectError, httpx.ConnectTimeout):  # nothing was sent: try its next address
                continue
        return self._ask(request, addresses[-1], named)

    def _ask(self, request: httpx.Request, address: str, extensions: dict[str, object]) -> httpx.Response:
        url = request.url.copy_with(host=address)
        return self._inner.handle_request(
            httpx.Request(request.method, url, headers=request.headers, stream=request.stream, extensions=extensions)
        )

    def close(self) -> None:
        self._inner.close()


def client(timeout: httpx.Timeout | float) -> httpx.Client:
    """Return a client that asks public hosts and those that the setting names, and takes nothing from its environment:
    no proxy, no password."""
    return httpx.Client(timeout=timeout, trust_env=False, transport=Guarded(_transport()))


def client_of_ourselves(
    timeout: float, headers: Mapping[str, str], transport: httpx.BaseTransport | None = None
) -> httpx.Client:
    """Return a client that asks this authority at its own public address, which may lie inside the own network."""
    address = settings.BLUEZONE.public_url or ""
    return httpx.Client(
        base_url=address, timeout=timeout, headers=headers, transport=transport or _transport(), trust_env=False
    )


def _transport() -> httpx.HTTPTransport:
    """Believe whom the machine believes, and so a ministry's own authority of certificates, not httpx's list alone."""
    return httpx.HTTPTransport(verify=ssl.create_default_context(), trust_env=False)
