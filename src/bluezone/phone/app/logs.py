"""Bound what a phone may write into a log: never an identifier, a key, an address, a code, a name or a telephone
number."""

from __future__ import annotations

import logging

#: libraries that log what they carry when asked to: packets with identifiers and addresses, requests with their heads
_CARRIERS = ("bumble", "bleak", "dbus_fast", "httpcore", "httpx", "hpack", "keyring", "usb", "asyncio")


def start_logging(level: int = logging.WARNING) -> None:
    """Log to standard error from `level` on; carriers only what goes wrong with them, whatever the level."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s")
    for name in _CARRIERS:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # It prints packets it does not like, and tracebacks of what we tell once as a RadioError.
    logging.getLogger("bumble").setLevel(logging.CRITICAL)
