"""Serve virtual Bluetooth controllers on TCP: phones in processes of their own meet there, in real time.

Who connects gets a controller of the town (`controllers`) and speaks HCI to it, packet by packet as over a serial port
(H4, as Bumble's `tcp-client` does). All controllers share one air; where their phones stand is the hub's to say. A
connection that ends, however it ends, takes its phone off the air at once.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from bumble import hci
from bumble.core import InvalidPacketError
from bumble.transport.common import StreamPacketSource
from numpy.typing import NDArray

from bluezone.town.air import Air
from bluezone.town.controllers import TownController
from bluezone.town.errors import TownError
from bluezone.town.fleet import TX_POWER_DBM
from bluezone.town.radio_model import RadioModel

Floats = NDArray[np.float64]

MAX_PHONES = 200
_MAX_UNREAD_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class HubSettings:
    """Say where phones stand: at `places` (x and y in m, taken in order by who comes), or else everybody `distance_m`
    from everybody. `walls_db`: loss between any two. `extended` False: controllers of Bluetooth 4.
    """

    places: tuple[tuple[float, float], ...] = ()
    distance_m: float = 1.5
    walls_db: float = 0.0
    phones: int = MAX_PHONES
    seed: int = 1
    extended: bool = True

    def __post_init__(self) -> None:
        if not 0.01 <= self.distance_m <= 10_000 or not 0 <= self.walls_db <= 200:
            raise TownError("a hub wants a distance of 0.01..10,000 m and walls of 0..200 dB")
        if not 1 <= self.phones <= MAX_PHONES or len(self.places) > MAX_PHONES:
            raise TownError(f"a hub holds 1..{MAX_PHONES} phones, not {max(self.phones, len(self.places))}")
        if not np.isfinite(np.array(self.places, dtype=np.float64)).all():
            raise TownError("a place is two numbers of metres, for example 0,1.5")

    @property
    def room(self) -> int:
        """Return how many phones may be here at once."""
        return len(self.places) or self.phones


@dataclass(slots=True)
class HubScene:
    """Place phones that stand still and come and go (a `town.air.Scene`)."""

    settings: HubSettings
    present: set[int] = field(default_factory=set)

    def in_earshot(self, station: int, at_s: float) -> Sequence[int]:  # noqa: ARG002 (whoever is here now)
        return sorted(self.present - {station})

    def geometry(self, one: int, others: NDArray[np.int64], times_s: Floats) -> tuple[Floats, Floats]:
        walls_db = np.full(len(times_s), self.settings.walls_db)
        if not self.settings.places:
            return np.full(len(times_s), self.settings.distance_m), walls_db
        places = np.array(self.settings.places)
        apart = places[others] - places[one]
        return np.hypot(apart[:, 0], apart[:, 1]), walls_db


class Hub:
    """Serve controllers until closed. `tell` gets a line for people whenever a phone comes or goes."""

    def __init__(self, settings: HubSettings, tell: Callable[[str], None] = lambda _: None) -> None:
        self.settings, self._tell = settings, tell
        self.scene = HubScene(settings)
        self._air = Air(self.scene, RadioModel(), settings.seed)
        self._server: asyncio.Server | None = None
        self._guests: set[_Guest] = set()

    async def open(self, host: str, port: int) -> int:
        """Listen, and give the port. Raises OSError where it is taken, or the host is not this machine's."""
        self._server = await asyncio.get_running_loop().create_server(lambda: _Guest(self), host, port)
        chosen: int = self._server.sockets[0].getsockname()[1]
        return chosen

    async def close(self) -> None:
        """End every connection and take all phones off the air."""
        if self._server is not None:
            self._server.close()
        for guest in tuple(self._guests):
            guest.dismiss("the hub closes")
        if self._server is not None:
            await self._server.wait_closed()

    # --- guests -----------------------------------------------------------------------------------

    def enter(self, guest: _Guest) -> TownController | None:
        """Return a controller at the first free place; None where there is none."""
        free = (number for number in itertools.count() if number not in self.scene.present)
        station = next(free)
        if station >= self.settings.room:
            self._tell(f"a phone was turned away: there is room for {self.settings.room}")
            return None
        self.scene.present.add(station)
        self._guests.add(guest)
        place = "" if not self.settings.places else " at {:g},{:g} m".format(*self.settings.places[station])
        self._tell(f"phone {station} is here{place}; {len(self.scene.present)} in all")
        return TownController(self._air, station, TX_POWER_DBM, extended=self.settings.extended)

    def leave(self, guest: _Guest, controller: TownController, why: str) -> None:
        """Silence and remove a controller."""
        self._guests.discard(guest)
        controller.host = None
        controller.on_hci_reset_command(hci.HCI_Reset_Command())
        self._air.remove_controller(controller)
        self.scene.present.discard(controller.station)
        self._tell(f"phone {controller.station} has left ({why}); {len(self.scene.present)} in all")


class _Guest(StreamPacketSource):
    """Pass the bytes of one connection to its controller as HCI packets, and back."""

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        self._controller: TownController | None = None
        self._transport: Any = None
        self._why = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._controller = self._hub.enter(self)
        if self._controller is None:
            self._transport.close()
            return
        self._controller.host = self
        self.set_packet_sink(self._controller)

    def data_received(self, data: bytes) -> None:
        if self._controller is None:
            return
        try:
            self.parser.feed_data(data)
        except InvalidPacketError:
            self.dismiss("it does not speak HCI")

    def on_packet(self, packet: bytes) -> None:
        """Send a packet of the controller to the phone."""
        if self._transport.get_write_buffer_size() > _MAX_UNREAD_BYTES:
            self.dismiss("it does not read what it is sent")
            return
        self._transport.write(packet)

    def dismiss(self, why: str) -> None:
        """End the connection."""
        self._why = why
        self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        controller, self._controller = self._controller, None
        if controller is not None:
            self._hub.leave(self, controller, self._why or "it closed the connection")
