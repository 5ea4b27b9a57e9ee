"""QR codes of places: published venue records and their ids, our own, those of other systems, and all that is none."""

from __future__ import annotations

import base64
import contextlib
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol import check_ins_pb2 as wire
from bluezone.protocol.check_ins import (
    Misread,
    PlaceError,
    PlaceKind,
    is_place_address,
    location_id_hash,
    make_payload,
    place_address,
    read_payload,
    read_place_address,
)
from bluezone.protocol.text import base64_bytes

SEED = bytes(range(16))
PAYLOAD = make_payload("Chợ Vị Thanh, cổng 2", "Phường I, Vị Thanh, Hậu Giang", PlaceKind.SHOP, 45, SEED)
ADDRESS = place_address("https://bluezone.example", "7K3M-Q2XS", PAYLOAD)

#: github.com/corona-warn-app/cwa-app-android, TraceLocationIdTest: payload, location id
PUBLISHED = [
    (
        (
            "CAESLAgBEhFNeSBCaXJ0aGRheSBQYXJ0eRoLYXQgbXkgcGxhY2Uo04ekATD3h6QBGmUIARJbMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEc7"
            "DEstcUIRcyk35OYDJ95/hTg3UVhsaDXKT0zK7NhHPXoyzipEnOp3GyNXDVpaPi3cAfQmxeuFMZAIX2+6A5XhoEMTIzNCIECAEQAg=="
        ),
        "jNcJTCajd9Sen6Tbexl2Yb7O3J7ps47b6k4+QMT4xS0=",
        ("My Birthday Party", "at my place", PlaceKind.TEMPORARY_OTHER, 0),
    ),
    (
        (
            "CAESIAgBEg1JY2VjcmVhbSBTaG9wGg1NYWluIFN0cmVldCAxGmUIARJbMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEc7DEstcUIRcyk35OYD"
            "J95/hTg3UVhsaDXKT0zK7NhHPXoyzipEnOp3GyNXDVpaPi3cAfQmxeuFMZAIX2+6A5XhoEMTIzNCIGCAEQARgK"
        ),
        "GMuCjqNmOdYyrFhyvFNTVEeLaZh+uShgUoY0LYJo4YQ=",
        ("Icecream Shop", "Main Street 1", PlaceKind.OTHER, 10),
    ),
    (
        (
            "CAESKAgBEhRBcHBsZSBDb21wdXRlciwgSW5jLhoOMTk1OCBGb2hlIFJvYWQadggBEmA4xNrp5hKJoO_yVbXfF1gS8Yc5nURhOIVLG3nUcSg8IPsI"
            "2e8JSIhg-FrHUymQ3RR80KUKb1lZjLQkfTUINUP16r6-jFDURwUlCQQi6NXCgI0rQw0a4MrVrKMbF4NzhQMaENXiVYke5XY0HddkDmj-3HYiBwgBEA"
            "QYqQE"
        ),
        "/JJUOfRUF6FEA7Jclf3G2HEWU/iqCMDQlnvTCmNIx/w=",
        ("Apple Computer, Inc.", "1958 Fohe Road", PlaceKind.FOOD, 169),
    ),
    (
        (
            "CAESMggBEg9NZXRhbHMgVVNBIEluYy4aETk2NiBEaXZ1ZCBIZWlnaHRzKLD6qYMGMNDZtoMGGnYIARJgOMTa6eYSiaDv8lW13xdYEvGHOZ1EYTiF"
            "Sxt51HEoPCD7CNnvCUiIYPhax1MpkN0UfNClCm9ZWYy0JH01CDVD9eq-voxQ1EcFJQkEIujVwoCNK0MNGuDK1ayjGxeDc4UDGhD_mjsnT4b74d8M1P"
            "4cUflpIgcIARAKGOkJ"
        ),
        "cFHgQgbvnK86MWXoLQ/sTP563ncKLgHZwORWrddgk00=",
        ("Metals USA Inc.", "966 Divud Heights", PlaceKind.CLUB, 1257),
    ),
]


@pytest.mark.parametrize(("payload", "location_id", "facts"), PUBLISHED)
def test_published_codes_are_read_and_have_their_published_ids(payload, location_id, facts):
    place = read_place_address(f"https://e.coronawarn.app?v=1#{payload}").place
    assert (place.description, place.address, place.kind, place.stay_min) == facts
    assert base64.b64encode(place.location_id).decode() == location_id


#: the same, and cwa-server's TraceTimeIntervalWarningServiceTest
@pytest.mark.parametrize(
    ("location_id", "filed_under"),
    [
        ("afa27b44d43b02a9fea41d13cedc2e4016cfcf87c5dbf990e593669aa8ce286d",
         "0f37dac11d1b8118ea0b44303400faa5e3b876da9d758058b5ff7dc2e5da8230"),
        ("1b02111da7c0799df6ad67deb7b397bdfb07e63da0fdea30fae335762826e34f",
         "394db434a2e9c2ca9f32eed266d30bc037b4314cb3d53249fada68de45450cbb"),
    ],
)  # fmt: skip
def test_warnings_are_filed_under_the_published_hash(location_id, filed_under):
    assert location_id_hash(bytes.fromhex(location_id)).hex() == filed_under


def test_our_code_is_read_and_its_record_stays_behind_the_hash_sign():
    scanned = read_place_address(ADDRESS)
    assert scanned.unit_code == "7K3M-Q2XS"
    place = scanned.place
    assert (place.description, place.address) == ("Chợ Vị Thanh, cổng 2", "Phường I, Vị Thanh, Hậu Giang")
    assert (place.kind, place.stay_min, place.payload) == (PlaceKind.SHOP, 45, PAYLOAD)
    sent = urlsplit(ADDRESS)
    assert (sent.path, sent.query) == ("/p/7K3M-Q2XS", "")


def test_the_code_of_a_server_without_https_is_a_place_and_no_poster_of_installs():
    scanned = read_place_address(ADDRESS.replace("https:", "http:"))
    assert (scanned.unit_code, scanned.place.payload) == ("7K3M-Q2XS", PAYLOAD)


def test_rooms_of_a_place_have_ids_of_their_own():
    """Hold two entrances apart by their random bytes alone."""
    ids = {read_payload(make_payload("Chợ", "", PlaceKind.SHOP, 0, bytes([n]) * 16)).location_id for n in range(3)}
    assert len(ids) == 3


def test_a_place_that_says_no_usual_stay_has_that_of_such_places():
    assert read_payload(make_payload("Chợ", "", PlaceKind.SHOP, 0, SEED)).usual_stay_min == 60
    assert read_payload(PAYLOAD).usual_stay_min == 45


def _swiss(country: bytes) -> str:
    """Write a record as SwissCovid's own (github.com/SwissCovid, QR-code format): another country part, 32 bytes of
    seed, times at other numbers."""
    record = wire.QRCodePayload(
        version=4,
        location=wire.TraceLocation(version=4, description="Kantine", address="Bern"),
        crowd_notifier=wire.CrowdNotifierData(version=4, public_key=b"k" * 96, cryptographic_seed=b"s" * 32),
        country_data=country,
    ).SerializeToString()
    return base64.urlsafe_b64encode(record).decode().rstrip("=")


SWISS = _swiss(bytes.fromhex("0804100020c0843d28c0843d"))


@pytest.mark.parametrize("address", ["https://qr.swisscovid.ch?v=4#", "https://qr.notify-me.ch/?v=3#"])
@pytest.mark.parametrize("record", [SWISS, _swiss(b"\xff\xff")])
def test_codes_of_swisscovid_are_read_without_kind_or_stay(address, record):
    scanned = read_place_address(address + record)
    assert (scanned.place.description, scanned.place.address, scanned.unit_code) == ("Kantine", "Bern", "")
    assert (scanned.place.kind, scanned.place.stay_min) == (PlaceKind.UNSPECIFIED, 0)


def _record(description: str = "Chợ", address: str = "", seed: bytes = SEED) -> str:
    record = wire.QRCodePayload(
        location=wire.TraceLocation(description=description, address=address),
        crowd_notifier=wire.CrowdNotifierData(cryptographic_seed=seed),
    ).SerializeToString()
    return "https://bluezone.example/p/7K3M-Q2XS#" + base64.urlsafe_b64encode(record).decode()


@pytest.mark.parametrize(
    ("text", "misread"),
    [
        ("https://bluezone.example/install/7K3M-Q2XS", Misread.NO_PLACE),
        ("javascript:alert(1)//p/7K3M-Q2XS#AA", Misread.NO_PLACE),
        ("http://e.coronawarn.app?v=1#" + ADDRESS.partition("#")[2], Misread.NO_PLACE),
        ("ftp://bluezone.example/p/7K3M-Q2XS#" + ADDRESS.partition("#")[2], Misread.NO_PLACE),
        ("https://[", Misread.NO_PLACE),
        ("BZ1:ABC", Misread.NO_PLACE),
        ("", Misread.NO_PLACE),
        # a venue of NotifyMe's second version: github.com/CrowdNotifier/crowdnotifier-sdk-ios, NotifyMeTests
        ("https://qr.notify-me.ch/?v=2#CAISRgoETmFtZRIITG9jYXRpb24aBFJvb20", Misread.OLD_CODE),
        ("https://e.coronawarn.app?v=9#CAE", Misread.OLD_CODE),
        (ADDRESS + "A" * 3_000, Misread.TOO_LARGE),
        ("https://bluezone.example/p/7K3M-Q2XS", Misread.MALFORMED),
        ("https://bluezone.example/p/7K3M-Q2XD#" + ADDRESS.partition("#")[2], Misread.MALFORMED),
        ("https://bluezone.example/p/7K3M-Q2XS#<script>", Misread.MALFORMED),
        ("https://bluezone.example/p/7K3M-Q2XS#////", Misread.MALFORMED),
        (_record(description=""), Misread.MALFORMED),
        (_record(description="x" * 101), Misread.MALFORMED),
        (_record(address="x" * 101), Misread.MALFORMED),
        (_record(description="a\0b"), Misread.MALFORMED),
        (_record(seed=b""), Misread.MALFORMED),
    ],
)
def test_what_is_no_place_is_refused_in_one_sentence(text, misread):
    with pytest.raises(PlaceError) as refused:
        read_place_address(text)
    assert refused.value.misread is misread
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 200


@given(st.text(max_size=300) | st.binary(max_size=300).map(
    lambda data: "https://bluezone.example/p/7K3M-Q2XS#" + base64.urlsafe_b64encode(data).decode()))  # fmt: skip
def test_any_text_is_read_or_refused(text):
    is_place_address(text)
    with contextlib.suppress(PlaceError):
        read_place_address(text)


@pytest.mark.parametrize(
    "changes", [{"description": ""}, {"description": "x" * 101}, {"address": "x" * 101}, {"stay_min": -1},
                {"stay_min": 1_441}, {"seed": b"short"}, {"description": "\ud800"}],
)  # fmt: skip
def test_what_is_not_written(changes):
    values = {"description": "Chợ", "address": "", "kind": PlaceKind.SHOP, "stay_min": 0, "seed": SEED} | changes
    with pytest.raises(PlaceError):
        make_payload(**values)


def test_the_longest_record_fits_a_code_that_cheap_cameras_read():
    """Hold the address of a record of 200 Vietnamese letters of three bytes to QR version 26 at M (1,059 bytes)."""
    payload = make_payload("ệ" * 100, "ở" * 100, PlaceKind.PUBLIC_BUILDING, 1_440, SEED)
    assert len(place_address("https://bluezone.moh.gov.vn", "7K3M-Q2XS", payload)) <= 1_059
    assert len(ADDRESS) <= 213  # version 10: this one, of usual length
    assert base64_bytes(ADDRESS.partition("#")[2], "") == PAYLOAD
