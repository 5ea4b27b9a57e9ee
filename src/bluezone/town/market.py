"""Warn of a place by its QR code: the case checked in there, and so did somebody who only passes through.

A unit is registered and opened as a place on the officer's own pages; what its code says is read as by a phone's
camera. The case's phone shares the check-in after its keys, an officer confirms it, the package of the hour goes out,
and the traveller's phone, whose radio nobody was near, compares it with its diary. It was there twice: in the last half
hour of the case's stay, and on the day before.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass

import httpx
import numpy as np

from bluezone.phone.app import reporting
from bluezone.phone.app.engine import Phone, PhoneSettings
from bluezone.phone.client.downloads import fetch_places
from bluezone.phone.client.reports import send_check_ins
from bluezone.phone.stores.diary_store import DiaryPlace, DiaryStore
from bluezone.phone.stores.records import Stage
from bluezone.protocol.check_ins import PlaceKind, ScannedPlace, read_place_address
from bluezone.town import country
from bluezone.town.errors import TownError
from bluezone.town.fleet import Fleet, of_phone
from bluezone.town.paths import OUTDOORS, ROOMS_PER_BUILDING
from bluezone.town.places import MARKET_X_M, STALL_PITCH_M, STALLS_PER_ROW
from bluezone.town.plans import DAY_S
from bluezone.town.server import OFFICER, TownAuthority
from bluezone.town.tracing import Officer
from bluezone.town.world import World

#: a place counts from so long on, and whoever steps out for as long has not left
_SHORTEST_S, _STEP_S = 600.0, 60.0
#: for how long the traveller stays
_TRAVELLER_S = 1_800.0
_USUAL_STAY_MIN = 60
_TRAVELLER = 14  # what chance is for: never the same numbers as a phone of the fleet
#: the market's ground: its stalls, the aisles before them and a step beside
_MARKET_X0_M, _MARKET_X1_M, _MARKET_Y0_M = MARKET_X_M - 3.0, MARKET_X_M + STALL_PITCH_M * STALLS_PER_ROW + 3.0, 14.0
#: a commune of Hậu Giang in 2020; no result depends on it
_COMMUNE = "63:31318"
#: name, sector and kind of the unit that is registered
_UNITS = {"market": ("Chợ", "markets", PlaceKind.SHOP), "company": ("Công ty", "companies", PlaceKind.WORKPLACE)}


@dataclass(frozen=True, slots=True)
class Stay:
    """Hold where somebody was, a key of the places with a code, and when: in seconds of the rehearsal."""

    place: str
    came_s: float
    left_s: float


@dataclass(frozen=True, slots=True)
class TravellerVisit:
    """Hold a visit of who passed through, in seconds of the rehearsal, and whether the phone warned of it."""

    came_s: float
    left_s: float
    is_warned: bool


@dataclass(frozen=True, slots=True)
class PlaceStory:
    """Hold what became of it. `confirmed`: stays of the case that the officer confirmed."""

    was: Stay
    confirmed: int
    visits: tuple[TravellerVisit, ...]


def where_was(world: World, person: int, from_s: float, until_s: float) -> Stay | None:
    """Return the longest stay of a person at the town's market, or else at its company, of ten minutes or more between
    two times; None where there was none."""
    times_s = np.arange(max(from_s, 0.0), until_s, _STEP_S)
    if not len(times_s):
        return None
    path = world.paths[person]
    xy_m, rooms = path.at(times_s), path.rooms_at(times_s)
    x_m, y_m = xy_m[:, 0], xy_m[:, 1]
    at_market = (rooms == OUTDOORS) & (x_m > _MARKET_X0_M) & (x_m < _MARKET_X1_M) & (y_m > _MARKET_Y0_M)
    at_company = (rooms >= 0) & (rooms // ROOMS_PER_BUILDING == world.town.office_building)
    for place, inside in (("market", at_market), ("company", at_company)):
        edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False])).astype(np.int8)))
        spans = [(float(times_s[first]), float(times_s[last - 1])) for first, last in edges.reshape(-1, 2)]
        longest = max(spans, key=lambda span: span[1] - span[0], default=(0.0, 0.0))
        if longest[1] - longest[0] >= _SHORTEST_S:
            return Stay(place, *longest)
    return None


class Market:
    """Carry the story of one place through, on real pages, requests and stores."""

    def __init__(self, fleet: Fleet, authority: TownAuthority, client: httpx.Client, epoch_s: float) -> None:
        self._fleet, self._authority, self._client, self._epoch_s = fleet, authority, client, epoch_s

    def warn(
        self, was: Stay, open_case: Callable[[], AbstractContextManager[Phone]], clock: Callable[[], float]
    ) -> PlaceStory:
        """Open the place, check both in, share, confirm, publish and compare. `open_case` opens the phone of the case,
        whose keys are published. Raises TownError where anything is refused."""
        name, sector, kind = _UNITS[was.place]
        with Officer(self._authority.url, OFFICER, self._authority.password) as officer:
            code = officer.open_place(name, sector, _COMMUNE, int(kind), _USUAL_STAY_MIN)
            told = json.loads(self._authority.command("places", "codes", code, "--json"))
            scanned = read_place_address(told["codes"][0]["text"])
            with open_case() as phone:
                self._share(phone, scanned, was)
            confirmed = officer.confirm_stays(code)
        if not json.loads(self._authority.command("places", "publish", "--json"))["published"]:
            raise TownError("the authority published no warning of the place")
        return PlaceStory(was, confirmed, self._pass_through(scanned, was, clock))

    def _share(self, phone: Phone, scanned: ScannedPlace, was: Stay) -> None:
        number = self._check_in(phone.stores.diary, scanned, was.came_s, was.left_s)
        if reporting.give_check_ins(phone, [number]) != 1:
            raise TownError("the case's phone offers no check-in to share")
        phone.send(send_check_ins, self._client)
        given = phone.stores.check_ins.read()
        if given is None or given.stage is not Stage.SENT:
            raise TownError("the authority refused a check-in")

    def _check_in(self, diary: DiaryStore, scanned: ScannedPlace, came_s: float, left_s: float) -> int:
        place = scanned.place
        kept = DiaryPlace(place.description, place.address, place.location_id.hex(), scanned.unit_code)
        came_at_s, left_at_s = self._epoch_s + came_s, self._epoch_s + left_s
        return diary.add(kept, came_at_s, max(left_at_s, came_at_s + 60 * place.usual_stay_min), left_at_s)

    def _pass_through(self, scanned: ScannedPlace, was: Stay, clock: Callable[[], float]) -> tuple[TravellerVisit, ...]:
        came_s = max(was.came_s, was.left_s - _TRAVELLER_S)
        spans = ((came_s, was.left_s), (came_s - DAY_S, was.left_s - DAY_S))
        entropy, chance = of_phone(self._fleet.seed, _TRAVELLER)
        url, keys = self._authority.url, self._authority.trusted_keys
        settings = PhoneSettings(
            self._fleet.directory / "traveller", authority_url=url, trusted_keys=keys, **country.SETTINGS
        )
        with closing(Phone(settings, None, clock, entropy, chance)) as phone:
            stores = phone.stores
            visits = {self._check_in(stores.diary, scanned, *span): span for span in spans}
            report = fetch_places(self._client, stores, url, phone.clock())
            if report.bad:
                raise TownError(f"the traveller's phone refused {report.bad[0][0]}: {report.bad[0][1]}")
            warned = {alert.visit for alert in stores.places.alerts()}
        return tuple(TravellerVisit(*span, number in warned) for number, span in visits.items())
