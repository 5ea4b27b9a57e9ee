"""Identify a caller, as far as the network allows, and without keeping the address; and its platform, by what it says.

An address is personal data: it is used to count, under a keyed digest, and never stored or logged.
"""

from __future__ import annotations

import enum
import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from bluezone.authority.site import secrets as keyed


def client_address(request: HttpRequest) -> str:
    """Return the address that called our outermost proxy (BLUEZONE_TRUSTED_PROXIES of them are in front).

    Entries of X-Forwarded-For left of ours are what the caller claims: not believed.
    """
    proxies: int = settings.BLUEZONE.trusted_proxies
    address = request.META.get("REMOTE_ADDR", "")
    if proxies:
        chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if chain:
            address = chain[-min(proxies, len(chain))]
    return str(_parsed(address) or "0.0.0.0")  # noqa: S104 (no address: all such callers count as one)


def network(address: str) -> str:
    """Return what counts as one caller: an IPv4 address, or the /64 an IPv6 household has all to itself."""
    parsed = _parsed(address)
    if parsed is None:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return str(parsed)


def wide_network(address: str) -> str:
    """Return the network that an address is likely to share with others in one hand: a /24 of IPv4, a /48 of IPv6."""
    parsed = _parsed(address)
    if parsed is None:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 48), strict=False))
    return str(ipaddress.IPv4Network((parsed, 24), strict=False))


@dataclass(frozen=True, slots=True)
class Origin:
    """Hold the digests under which what comes from an address is counted: its own, and its wide network's."""

    address: str
    network: str

    @classmethod
    def of(cls, address: str) -> Origin:
        """Return where an address belongs."""
        return cls(keyed.digest("caller", network(address)), keyed.digest("caller network", wide_network(address)))


def caller(request: HttpRequest) -> str:
    """Return the digest under which a caller is counted."""
    return keyed.digest("caller", network(client_address(request)))


def origin(request: HttpRequest) -> Origin:
    """Return the digests under which a caller's wrong codes are counted."""
    return Origin.of(client_address(request))


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None)
    return mapped or parsed


class Platform(enum.IntEnum):
    """Name what sent a request."""

    UNKNOWN = 0
    ANDROID = 1
    IOS = 2


def platform_of(user_agent: str) -> Platform:
    """Return the platform that a User-Agent names, by the words that the reference servers look for."""
    text = user_agent.lower()
    if "android" in text:
        return Platform.ANDROID
    is_ios = "iphone" in text or ("bluetoothd" in text and "cfnetwork" in text)
    return Platform.IOS if is_ios else Platform.UNKNOWN
