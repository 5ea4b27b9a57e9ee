"""Write and read the QR codes of places: `https://HOST/p/CODE#PAYLOAD`, of which no server sees the part behind `#`.

CODE is that of the organisation's poster, by which installs are counted; PAYLOAD the venue record (base64url) in the
format of CrowdNotifier and Corona-Warn-App (`check_ins.proto`): description and address of up to 100 characters, a
kind, the usual stay and 16 random bytes. What a place is known by elsewhere is the hash of that record alone.

Codes of Corona-Warn-App (`https://e.coronawarn.app?v=1#...`) and SwissCovid (`https://qr.swisscovid.ch?v=4#...`, of its
forerunner NotifyMe `https://qr.notify-me.ch?v=3#...`) are read as places too.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from urllib.parse import SplitResult, parse_qs, urlsplit

from google.protobuf.message import DecodeError

from bluezone.protocol import wire
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.letters import read_unit_code
from bluezone.protocol.text import base64_bytes, is_clean

SEED_BYTES = 16
MAX_CHARACTERS = 100
#: what Corona-Warn-App takes the hash of a venue record after
_ID_DOMAIN = b"CWA-GUID"
#: longer than the longest record with a public key of CrowdNotifier in it; a QR code holds 2,953 bytes
MAX_PAYLOAD_BYTES = 1_024
_MAX_TEXT = 2_000
MAX_STAY_MIN = 24 * 60
#: where nothing says how long people stay
DEFAULT_STAY_MIN = 60

#: hosts of other systems, with the version of their codes that carries this venue record
_FOREIGN = {"e.coronawarn.app": ("1",), "qr.notify-me.ch": ("3", "4"), "qr.swisscovid.ch": ("3", "4")}
_OF_CORONA_WARN_APP = "e.coronawarn.app"


class PlaceKind(IntEnum):
    """Number the kinds of places as Corona-Warn-App does (TraceLocationType). Vehicles, which it has none of, are
    numbered far behind: its readers take them as places of no kind."""

    UNSPECIFIED = 0
    OTHER = 1
    TEMPORARY_OTHER = 2
    SHOP = 3
    FOOD = 4
    CRAFT = 5
    WORKPLACE = 6
    SCHOOL = 7
    PUBLIC_BUILDING = 8
    CULTURE = 9
    CLUB = 10
    PRIVATE_EVENT = 11
    WORSHIP = 12
    BUS = 101
    BOAT = 102
    TRAIN = 103
    PLANE = 104


#: what moves: a line or flight, with seats
VEHICLES = frozenset({PlaceKind.BUS, PlaceKind.BOAT, PlaceKind.TRAIN, PlaceKind.PLANE})


class Misread(StrEnum):
    """Name why a scanned text is not the code of a place."""

    NO_PLACE = "no place"
    OLD_CODE = "an older code"
    TOO_LARGE = "too large"
    MALFORMED = "malformed"


class PlaceError(ProtocolError):
    """Report a text or bytes that are no place; `misread` says why in one word."""

    def __init__(self, text: str, misread: Misread = Misread.MALFORMED) -> None:
        super().__init__(text)
        self.misread = misread


@dataclass(frozen=True, slots=True)
class Place:
    """Hold a venue record as read: `payload` are its bytes as they stand in the code. `stay_min` 0: not said."""

    payload: bytes
    description: str
    address: str
    kind: PlaceKind
    stay_min: int

    @property
    def location_id(self) -> bytes:
        """Return the id under which warnings of this place are encrypted: only who has the code can work it out."""
        return hashlib.sha256(_ID_DOMAIN + self.payload).digest()

    @property
    def usual_stay_min(self) -> int:
        """Return the usual stay, or that of places that do not say."""
        return self.stay_min or DEFAULT_STAY_MIN


@dataclass(frozen=True, slots=True)
class ScannedPlace:
    """Hold a place with the code of the poster it was on; the code is empty on posters of other systems."""

    place: Place
    unit_code: str


def location_id_hash(location_id: bytes) -> bytes:
    """Return what warnings of a place are filed under."""
    return hashlib.sha256(location_id).digest()


def make_payload(description: str, address: str, kind: PlaceKind, stay_min: int, seed: bytes) -> bytes:
    """Write a venue record. Raises PlaceError for a text that is empty or too long, a stay or a seed that cannot be."""
    if not description or len(description) > MAX_CHARACTERS or not is_clean(description):
        raise PlaceError(f"place: the description has 1 to {MAX_CHARACTERS} characters")
    if len(address) > MAX_CHARACTERS or not is_clean(address):
        raise PlaceError(f"place: the address has up to {MAX_CHARACTERS} characters")
    if not 0 <= stay_min <= MAX_STAY_MIN:
        raise PlaceError(f"place: a usual stay of {stay_min} minutes is not between 0 and {MAX_STAY_MIN}")
    if len(seed) != SEED_BYTES:
        raise PlaceError(f"place: a seed of {len(seed)} bytes where {SEED_BYTES} are meant")
    message = wire.QRCodePayload(
        version=1,
        location=wire.TraceLocation(version=1, description=description, address=address),
        crowd_notifier=wire.CrowdNotifierData(version=1, cryptographic_seed=seed),
        country_data=wire.LocationData(
            version=1, type=int(kind), default_check_in_length_in_minutes=stay_min
        ).SerializeToString(deterministic=True),
    )
    return message.SerializeToString(deterministic=True)


def place_address(origin: str, unit_code: str, payload: bytes) -> str:
    """Return the text of a place's QR code; `origin` is `https://HOST`, of a rehearsal `http://HOST`."""
    fragment = base64.urlsafe_b64encode(payload).decode("ascii").rstrip("=")
    return f"{origin.rstrip('/')}/p/{unit_code}#{fragment}"


def is_place_address(text: str) -> bool:
    """Return whether a scanned text is meant to be the code of a place, of whichever system, well written or not. A
    server of ours that is reached by http writes http, and nobody opens the address: it is read only."""
    address = _split(text)
    if address is None:
        return False
    if address.hostname in _FOREIGN:
        return address.scheme == "https"
    return address.scheme in ("http", "https") and address.path.startswith("/p/")


def read_place_address(text: str) -> ScannedPlace:
    """Read the text of a place's QR code. Raises PlaceError, whose `misread` says what else it is."""
    if len(text) > _MAX_TEXT:
        raise PlaceError(f"place: {len(text)} signs, more than the {_MAX_TEXT} of any code", Misread.TOO_LARGE)
    address = _split(text)
    if address is None or not is_place_address(text):
        raise PlaceError("place: not an address of a place", Misread.NO_PLACE)
    try:
        payload = base64_bytes(address.fragment.strip(), "place")
    except ProtocolError as error:
        raise PlaceError(str(error)) from error
    host = address.hostname or ""
    if host not in _FOREIGN:
        try:
            unit_code = read_unit_code(address.path.removeprefix("/p/").rstrip("/"))
        except ProtocolError as error:
            raise PlaceError(f"place: {error}") from error
        return ScannedPlace(read_payload(payload), unit_code)
    version = parse_qs(address.query).get("v", [""])[0]
    if version not in _FOREIGN[host]:
        raise PlaceError(f"place: a code of {host} in version {ascii(version)[:20]}, not read here", Misread.OLD_CODE)
    return ScannedPlace(read_payload(payload, has_kind=host == _OF_CORONA_WARN_APP), "")


def read_payload(payload: bytes, has_kind: bool = True) -> Place:
    """Read a venue record. `has_kind`: its country's part is that of Corona-Warn-App and of us, with kind and usual
    stay; others are passed over. Raises PlaceError."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise PlaceError(f"place: a record of {len(payload)} bytes", Misread.TOO_LARGE)
    try:
        message = wire.QRCodePayload.FromString(payload)
        country = wire.LocationData.FromString(message.country_data if has_kind else b"")
    except DecodeError as error:
        raise PlaceError("place: not a venue record") from error
    description, address = message.location.description.strip(), message.location.address.strip()
    if not description or len(description) > MAX_CHARACTERS or len(address) > MAX_CHARACTERS:
        raise PlaceError(f"place: a description and an address of up to {MAX_CHARACTERS} characters are meant")
    if not is_clean(description + address):
        raise PlaceError("place: signs that no text has")
    if not message.crowd_notifier.cryptographic_seed:
        raise PlaceError("place: a record without its random bytes, which anybody could make up")
    kind = PlaceKind(country.type) if country.type in PlaceKind._value2member_map_ else PlaceKind.UNSPECIFIED
    stay_min = min(country.default_check_in_length_in_minutes, MAX_STAY_MIN)
    return Place(payload, description, address, kind, stay_min)


def _split(text: str) -> SplitResult | None:
    try:
        address = urlsplit(text[: _MAX_TEXT + 1].strip())
        _ = address.hostname
    except ValueError:
        return None
    return address
