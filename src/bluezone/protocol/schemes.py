"""Give both identifier schemes one small interface: phone, matching and exports need not care which is in use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from bluezone.protocol import advertisements, bluezone_v1
from bluezone.protocol import exposure_notification as en
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import DAY_S, INTERVAL_S, day_start_s
from bluezone.protocol.keys import DailyKey

#: gives n bytes of key material: `secrets.token_bytes` on a real phone, a seeded generator in a rehearsal
Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Hold what a phone hears of another: an identifier, and metadata (or none) that only its published key can
    open."""

    identifier: bytes
    encrypted_metadata: bytes = b""


class IdentifierScheme(Protocol):
    """Define how daily keys follow one another and become identifiers on the air."""

    @property
    def name(self) -> str:
        """Return the name that the command line and the stores use."""

    @property
    def key_bytes(self) -> int:
        """Return the length of a daily key."""

    @property
    def identifier_bytes(self) -> int:
        """Return the length of an identifier."""

    def next_key(self, previous: DailyKey | None, now_s: float, entropy: Entropy) -> DailyKey:
        """Return the key in use at `now_s`, given the last one (None on a new phone)."""

    def slots(self, key: DailyKey) -> list[int]:
        """Return the start (Unix seconds) of each identifier of the key, ascending."""

    def identifiers(self, key: DailyKey) -> bytes:
        """Return all identifiers of the key, concatenated in the order of `slots`."""

    def build(self, key: DailyKey, slot: int, tx_power_dbm: int) -> bytes:
        """Build the advertisement (at most 31 bytes) of identifier number `slot` of the key."""

    def parse(self, advertisement: bytes) -> Broadcast:
        """Read an advertisement. Raises ProtocolError where it is not of this scheme."""

    def tx_power_dbm(self, key: DailyKey, broadcast: Broadcast) -> int | None:
        """Return the sender's transmit power, decrypted with its published key; None where the scheme does not send
        it."""


@lru_cache(maxsize=64)
def _padded(start_interval: int, count: int) -> bytes:
    return en.padded_intervals(start_interval, count)


@dataclass(frozen=True, slots=True)
class ExposureNotificationScheme:
    """Make an independent random key each UTC day, an RPI every ten minutes."""

    name: str = "en"
    key_bytes: int = en.TEK_BYTES
    identifier_bytes: int = en.RPI_BYTES

    def next_key(self, previous: DailyKey | None, now_s: float, entropy: Entropy) -> DailyKey:
        if previous is not None and previous.start_s <= now_s < previous.end_s:
            return previous
        start = day_start_s(now_s)
        return DailyKey(entropy(self.key_bytes), start, start + DAY_S)

    def slots(self, key: DailyKey) -> list[int]:
        return list(range(key.start_s, key.end_s, INTERVAL_S))

    def identifiers(self, key: DailyKey) -> bytes:
        return en.encipher_intervals(key.key, _padded(*self._span(key)))

    def build(self, key: DailyKey, slot: int, tx_power_dbm: int) -> bytes:
        start, count = self._span(key)
        if not 0 <= slot < count:
            raise ProtocolError(f"EN: slot {slot} is outside 0..{count - 1}")
        rpi = en.rolling_proximity_identifiers(key.key, start + slot, 1)
        aem = en.crypt_metadata(key.key, rpi, en.Metadata(tx_power_dbm).to_bytes())
        return advertisements.build_en(rpi, aem)

    def parse(self, advertisement: bytes) -> Broadcast:
        payload = advertisements.parse_en(advertisement)
        return Broadcast(payload.rpi, payload.aem)

    def tx_power_dbm(self, key: DailyKey, broadcast: Broadcast) -> int | None:
        plain = en.crypt_metadata(key.key, broadcast.identifier, broadcast.encrypted_metadata)
        return en.Metadata.from_bytes(plain).tx_power_dbm

    def _span(self, key: DailyKey) -> tuple[int, int]:
        if key.start_s % INTERVAL_S or key.end_s % INTERVAL_S or key.end_s - key.start_s > DAY_S:
            raise ProtocolError("EN key: its span is not of whole ten-minute intervals within a day")
        return key.start_s // INTERVAL_S, (key.end_s - key.start_s) // INTERVAL_S


@dataclass(frozen=True, slots=True)
class BluezoneV1Scheme:
    """Make keys and identifiers as the original app did. Off by default: a day key reveals all later days (see
    `bluezone_v1`)."""

    per_day: int = bluezone_v1.DEFAULT_PER_DAY
    name: str = "bluezone-v1"
    key_bytes: int = bluezone_v1.DAY_KEY_BYTES
    identifier_bytes: int = bluezone_v1.IDENTIFIER_BYTES

    def __post_init__(self) -> None:
        bluezone_v1.check_per_day(self.per_day)

    def next_key(self, previous: DailyKey | None, now_s: float, entropy: Entropy) -> DailyKey:
        start = day_start_s(now_s)
        if previous is None or previous.start_s > start:  # new phone, or a clock set back before the chain's day
            return DailyKey(entropy(self.key_bytes), start, start + DAY_S)
        days = (start - previous.start_s) // DAY_S
        return previous if days == 0 else DailyKey(bluezone_v1.day_key_after(previous.key, days), start, start + DAY_S)

    def slots(self, key: DailyKey) -> list[int]:
        return [bluezone_v1.identifier_start_s(key.start_s, index, self.per_day) for index in range(self._count(key))]

    def identifiers(self, key: DailyKey) -> bytes:
        return bluezone_v1.identifiers(key.key, self.per_day)[: self._count(key) * self.identifier_bytes]

    def build(self, key: DailyKey, slot: int, tx_power_dbm: int) -> bytes:  # noqa: ARG002 (the original sends no power)
        if not 0 <= slot < self._count(key):
            raise ProtocolError(f"bluezone-v1: slot {slot} is outside 0..{self._count(key) - 1}")
        at = slot * self.identifier_bytes
        return advertisements.build_bluezone_v1(self.identifiers(key)[at : at + self.identifier_bytes])

    def parse(self, advertisement: bytes) -> Broadcast:
        return Broadcast(advertisements.parse_bluezone_v1(advertisement))

    def tx_power_dbm(self, key: DailyKey, broadcast: Broadcast) -> int | None:  # noqa: ARG002 (not sent)
        return None

    def _count(self, key: DailyKey) -> int:
        """How many identifiers start within the key's span: all of a whole day, fewer on a trace's last day."""
        return min(self.per_day, -(-(key.end_s - key.start_s) * self.per_day // DAY_S))


def scheme_named(name: str) -> IdentifierScheme:
    """Return the scheme `en` or `bluezone-v1`. Raises ProtocolError on another name."""
    if name == "en":
        return ExposureNotificationScheme()
    if name == "bluezone-v1":
        return BluezoneV1Scheme()
    raise ProtocolError(f"identifier scheme {name!r} is not known; there are en and bluezone-v1")
