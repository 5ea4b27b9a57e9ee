"""Advertise the phone's rolling proximity identifier, and change it together with the Bluetooth address.

When an identifier changes. Each has its ten minutes (EN) by the clock. The change comes at the edge plus an offset,
drawn anew and uniformly from 0 to `max_offset_s` (30 s):
- drawn anew, because an offset that stayed would be a mark: whoever hears two changes of one phone could tell it from
  its neighbours by its phase, and so would know it again after the change. A clock that is 1.7 s slow is such a mark
  too, and is covered by the same draw;
- uniformly, because no other distribution on a bounded span leaves less to learn from one draw;
- bounded far below the two hours which matching forgives (`TOLERANCE_S`), and at 5 % of the interval, so that an
  identifier is practically only heard in its own time.
What this cannot do: who stays within reach of a lone phone through the change sees one identifier end and one begin.

Which address. It is computed from the key and the identifier's start, so that each identifier has exactly one address,
for ever: neither a restart of the program nor a clock set back can send an identifier from a second address. Without
the key it cannot be told from a random one; who has the published key knows the identifiers anyway.
"""

from __future__ import annotations

import hmac
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from bluezone.phone.air.radio.port import Radio
from bluezone.phone.clock import Chance, Clock, ClockWatch
from bluezone.phone.stores.key_store import KeyStore
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import IdentifierScheme

MAX_OFFSET_S = 30.0

_LOOK_AT_CLOCK_S = 60.0  # how long a jump of the clock may go unnoticed
_BACK_S = 60.0  # a clock put right by less than this changes nothing


@dataclass(frozen=True, slots=True)
class Identity:
    """Hold one identifier's turn: what is sent from which address, and its time [start_s, end_s)."""

    address: bytes
    advertisement: bytes
    start_s: int
    end_s: int


def address_of(key: DailyKey, slot_start_s: int) -> bytes:
    """Return the non-resolvable private address (two most significant bits 0) of the identifier that starts then."""
    digest = hmac.digest(key.key, b"bluezone address" + slot_start_s.to_bytes(8, "big"), "sha256")
    return bytes((digest[0] & 0x3F,)) + digest[1:6]


def identity_at(scheme: IdentifierScheme, key: DailyKey, now_s: float, tx_power_dbm: int) -> Identity:
    """Return what `key` puts on the air at `now_s`."""
    slots = scheme.slots(key)
    slot = max(bisect_right(slots, now_s) - 1, 0)
    return Identity(
        address=address_of(key, slots[slot]),
        advertisement=scheme.build(key, slot, tx_power_dbm),
        start_s=slots[slot],
        end_s=slots[slot + 1] if slot + 1 < len(slots) else key.end_s,
    )


class Advertiser:
    """Send identifiers until cancelled."""

    def __init__(
        self,
        radio: Radio,
        keys: KeyStore,
        scheme: IdentifierScheme,
        clock: Clock,
        chance: Chance,
        max_offset_s: float = MAX_OFFSET_S,
        sent_power_dbm: Callable[[], int] | None = None,
        watch: ClockWatch | None = None,
        knows_time: Callable[[], bool] = lambda: True,
    ) -> None:
        """`sent_power_dbm`: what to tell of the transmit power; the radio's own where not given. `knows_time`: while it
        says no, nothing is sent: the identifiers of another time match nobody's, and were sent before."""
        self._knows_time = knows_time
        self._radio, self._keys, self._scheme, self._clock = radio, keys, scheme, clock
        self._chance, self._max_offset_s = chance, max_offset_s
        self._watch = watch or ClockWatch(clock)
        self._sent_power_dbm = sent_power_dbm or (lambda: radio.tx_power_dbm)

    async def run(self) -> None:
        """Send until cancelled. Raises RadioError where the radio fails."""
        while True:
            if not self._knows_time():
                await self._radio.stop_advertising()
                await self._watch.sleep(_LOOK_AT_CLOCK_S)
                continue
            now_s = self._clock()
            key = self._keys.key_at(now_s)
            identity = identity_at(self._scheme, key, now_s, self._sent_power_dbm())
            await self._radio.advertise(identity.address, identity.advertisement)
            await self._stay(identity.start_s, identity.end_s + self._chance.uniform(0, self._max_offset_s))

    async def _stay(self, start_s: float, until_s: float) -> None:
        while start_s - _BACK_S <= (now_s := self._clock()) < until_s and self._knows_time():
            await self._watch.sleep(min(until_s - now_s, _LOOK_AT_CLOCK_S))
