"""The diary of places, as pages and forms; and giving check-ins after a positive test."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from urllib.parse import quote

import pytest

from bluezone.phone.app import reporting
from bluezone.phone.stores.diary_store import DiaryPlace, PlaceAlert
from bluezone.phone.stores.records import Stage
from bluezone.phone.stores.report_store import SharedCheckIns
from bluezone.protocol.check_ins import PlaceKind, make_payload, place_address, read_place_address
from bluezone.protocol.reports import ReportAnswer, ReportRefusal
from bluezone.protocol.shared_check_ins import CHECK_INS_BODY_BYTES, CheckInUpload


def address(name: str = "Chợ Vị Thanh", seed: int = 1) -> str:
    payload = make_payload(name, "Phường I", PlaceKind.SHOP, 45, bytes([seed]) * 16)
    return place_address("https://bluezone.example", "7K3M-Q2XS", payload)


def bus(name: str, kind: PlaceKind) -> str:
    payload = make_payload(name, "Công ty Phương Trang", kind, 180, bytes([9]) * 16)
    return place_address("https://bluezone.example", "7K3M-Q2XS", payload)


@pytest.fixture
def owner(seeded: Any, visitor: Any) -> Any:
    seeded.agree(language="en")
    return visitor


def visits(seeded: Any) -> Any:
    return seeded.runner.stores.diary.visits()


def test_a_scanned_place_is_shown_noted_and_left(owner, seeded):
    found = owner.send_form("/scan", text=address(), **{"for": "diary"})
    assert found.status_code == 303
    page = owner.text(found.headers["location"])
    assert "Chợ Vị Thanh" in page
    assert "45 minutes" in page
    assert visits(seeded) == []
    assert owner.send_form("/diary/in", text=address(), along="  bà   nội ").headers["location"] == "/diary"
    [visit] = visits(seeded)
    assert visit.place.location_id == read_place_address(address()).place.location_id.hex()
    assert (visit.place.along, visit.usual_until_s - visit.came_at_s) == ("bà nội", 2_700)
    assert "You are here" in owner.text("/diary")
    seeded.clock.now_s = seeded.clock() + 600
    owner.send_form(f"/diary/{visit.number}/leave")
    assert visits(seeded)[0].left_at_s == visit.came_at_s + 600
    assert "You are here" not in owner.text("/diary")


def test_the_next_place_ends_the_one_before(owner, seeded):
    owner.send_form("/diary/in", text=address())
    seeded.clock.now_s = seeded.clock() + 300
    owner.send_form("/diary/in", text=address("Trường học", 2))
    second, first = visits(seeded)
    assert (first.left_at_s, second.left_at_s) == (second.came_at_s, None)


def test_a_vehicle_is_asked_for_its_seat_and_leads_to_the_declaration_of_the_journey(owner, seeded):
    text = bus("SE3", PlaceKind.TRAIN)
    page = owner.text(f"/diary/in?text={quote(text, safe='')}")
    assert "Are you on this train?" in page
    assert "Your seat" in page
    owner.send_form("/diary/in", text=text, seat="  toa 3  ghế 25 ")
    [visit] = visits(seeded)
    assert (visit.place.kind, visit.place.seat) == (PlaceKind.TRAIN, "toa 3 ghế 25")
    shown = owner.text("/diary")
    assert "seat toa 3 ghế 25" in shown
    assert "Is this a bus" not in shown
    assert "toa 3 ghế 25" in owner.text("/diary/show")


def test_a_place_that_stands_is_asked_for_no_seat_and_no_journey(owner, seeded):
    assert "Your seat" not in owner.text(f"/diary/in?text={quote(address(), safe='')}")
    owner.send_form("/diary/in", text=address(), seat="12A")
    [visit] = visits(seeded)
    assert visit.place.seat == ""
    assert "/declare/journey/" not in owner.get("/diary").text


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (PlaceKind.BUS, "on the same bus as you"),
        (PlaceKind.BOAT, "on the same boat as you"),
        (PlaceKind.TRAIN, "on the same train as you"),
        (PlaceKind.PLANE, "on the same flight as you"),
    ],
)
def test_a_warning_of_a_vehicle_has_words_of_its_own(owner, seeded, kind, title):
    owner.send_form("/diary/in", text=bus("65B-012.34", kind))
    [visit] = visits(seeded)
    alert = PlaceAlert(
        visit.number, "65B-012.34", "", visit.came_at_s, visit.usual_until_s, 1_500, seeded.clock(), visit.place.kind
    )
    seeded.runner.stores.places.keep("452/places/1.zip", [alert], seeded.clock())
    path = f"/diary/{visit.number}/warning"
    for page in ("/", "/notices", path):
        assert title in owner.text(page), page
    assert "where you sat" in owner.text(path)


def test_a_poster_of_a_place_counts_the_phone_where_that_is_wanted(owner):
    found = owner.send_form("/scan", text=address(), **{"for": "unit"})
    assert found.headers["location"] == "/unit?given=7K3M-Q2XS"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://bluezone.example/p/7K3M-Q2XS#AAAA", "cannot be read"),
        ("https://qr.notify-me.ch/?v=2#CAISRgoE", "older form"),
        ("https://example.com/", "something else"),
        ("BZ1:AAAA", "something else"),
    ],
)
def test_what_is_no_place_is_said_in_a_sentence(owner, text, said):
    answer = owner.send_form("/scan", text=text, **{"for": "diary"})
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize("path", ["/diary/in", "/diary/in?text=<script>", "/diary/in?text=" + quote("https://x/p/A#B")])
def test_an_address_of_no_place_leads_to_the_camera(owner, path):
    assert owner.get(path).headers["location"] == "/scan?for=diary"


def test_nothing_is_noted_before_the_owner_agreed(seeded, visitor):
    for path in ("/diary/in", "/diary/typed"):
        assert visitor.send_form(path, text=address(), place="Chợ", came="2020-08-12T07:15").status_code == 303
    assert visits(seeded) == []
    assert visitor.get("/diary").headers["location"] == "/welcome"


def local(seeded: Any, seconds: float, web: Any) -> str:
    return dt.datetime.fromtimestamp(seeded.clock() + seconds, web.ZONE).strftime("%Y-%m-%dT%H:%M")


def test_a_place_typed_by_hand_has_no_id(owner, seeded, web):
    came, left = local(seeded, -7_200, web), local(seeded, -3_600, web)
    owner.send_form("/diary/typed", place=" Quán  cà phê ", address="Đường Trần Hưng Đạo", came=came, left=left)
    [visit] = visits(seeded)
    assert (visit.place.description, visit.place.location_id) == ("Quán cà phê", "")
    assert visit.left_at_s is not None
    assert visit.left_at_s - visit.came_at_s == 3_600
    assert "typed by hand" in owner.text("/diary")


@pytest.mark.parametrize(
    ("came", "left", "name", "said"),
    [
        (-7_200, -9_000, "Chợ", "before you came"),
        (7_200, None, "Chợ", "yet to come"),
        (-7_200, 7_200, "Chợ", "yet to come"),
        (-15 * 86_400, None, "Chợ", "more than 14 days"),
        (-3 * 86_400, -86_400, "Chợ", "longer than a day"),
        (-7_200, None, "  ", "what the place is called"),
        (-7_200, None, "x" * 101, "up to 100 letters"),
        (None, None, "Chợ", "day and time"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_and_kept_on_the_screen(owner, seeded, web, came, left, name, said):
    given = {"came": "soon" if came is None else local(seeded, came, web)}
    if left is not None:
        given["left"] = local(seeded, left, web)
    answer = owner.send_form("/diary/typed", place=name, address="<b>", **given)
    assert answer.status_code == 422
    assert said in answer.text
    assert "&lt;b&gt;" in answer.text
    assert visits(seeded) == []


def test_the_diary_is_shown_exported_and_forgotten(owner, seeded):
    owner.send_form("/diary/in", text=address(), along="bà nội")
    shown = owner.text("/diary/show")
    assert "Chợ Vị Thanh" in shown
    assert "bà nội" in shown
    exported = [json.loads(line) for line in owner.get("/settings/export").text.splitlines()]
    assert any(line["kind"] == "visit" and line["place"]["description"] == "Chợ Vị Thanh" for line in exported)
    owner.send_form(f"/diary/{visits(seeded)[0].number}/forget")
    assert visits(seeded) == []


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Somebody infected was at a place where you were"),
        ("vi", "Người nhiễm COVID-19 đã ở cùng nơi với bạn"),
    ],
)
def test_a_warning_of_a_place_is_said_everywhere_and_apart_from_bluetooth(owner, seeded, language, title):
    seeded.runner.choose(language=language)
    owner.send_form("/diary/in", text=address())
    [visit] = visits(seeded)
    alert = PlaceAlert(visit.number, "Chợ Vị Thanh", "", visit.came_at_s, visit.usual_until_s, 1_500, seeded.clock())
    seeded.runner.stores.places.keep("452/places/1.zip", [alert], seeded.clock())
    path = f"/diary/{visit.number}/warning"
    for page in ("/", "/notices", path):
        assert title in owner.text(page), page
    assert path in owner.get("/diary").text
    assert "Bluetooth" in owner.text(path)
    opened = seeded.runner.phone.stores.notices.read().opened
    assert any(key.startswith(f"place {visit.number} ") for key in opened)


def test_a_warning_that_is_not_there_leads_to_the_diary(owner):
    assert owner.get("/diary/99/warning").headers["location"] == "/diary"


HOUR_S, DAY_S = 3_600, 86_400
MARKET = DiaryPlace("Chợ Vị Thanh", "Phường I", "ab" * 32, "7K3M-Q2XD", along="bé Na")


def visit(seeded: Any, days_ago: float, minutes: float, place: DiaryPlace = MARKET) -> int:
    came_s = seeded.clock() - days_ago * DAY_S
    return seeded.runner.stores.diary.add(place, came_s, came_s + 60 * minutes, came_s + 60 * minutes)


@pytest.fixture
def published(seeded: Any, office: Any) -> Any:
    """A phone whose owner published with symptoms of three days ago."""
    seeded.agree()
    seeded.runner.choose(language="en")
    stores, now_s = seeded.runner.stores, seeded.clock()
    for day in range(9, -1, -1):
        stores.keys.key_at(now_s - day * DAY_S)
    stores.keys.end_key_at(now_s)
    stores.keys.mark_published(key.key for key in stores.keys.publishable(now_s))
    stores.publications.finish("revision-token", now_s)
    today = dt.datetime.fromtimestamp(now_s, dt.UTC).date()
    stores.check_ins.write(SharedCheckIns((today - dt.timedelta(days=5)).isoformat(), now_s))
    return seeded


def test_before_a_publication_nothing_is_offered(visitor: Any, seeded: Any, office: Any) -> None:
    seeded.agree()
    visit(seeded, 1, 60)
    assert visitor.get("/check-ins").headers["location"] == "/positive"
    visitor.send_form("/check-ins", consent="yes", **{"visit-1": "yes"})
    assert office.bodies == []


def test_offered_is_what_counts_and_nothing_is_ticked(visitor: Any, published: Any, office: Any) -> None:
    wanted = visit(published, 1, 60)
    for days_ago, minutes, place in (
        (1.2, 9, MARKET),
        (8, 60, MARKET),
        (1.4, 60, DiaryPlace("Nhà bác Tư")),
    ):
        visit(published, days_ago, minutes, place)
    store, now_s = published.runner.stores.diary, published.clock()
    store.add(MARKET, now_s - 1_200, now_s + 1_200)  # its owner is still there
    page = visitor.get("/check-ins").text
    assert page.count('type="checkbox"') == 1
    assert f'name="visit-{wanted}"' in page
    assert " checked" not in page
    assert "bé Na" not in page
    assert "/check-ins" in visitor.get("/positive").text
    assert "/check-ins" in visitor.get("/diary").text
    assert office.bodies == []


@pytest.mark.parametrize("form", [{}, {"consent": "no"}, {"consent": "yes"}, {"consent": "yes", "visit-77": "yes"}])
def test_without_a_yes_and_a_tick_nothing_is_sent(
    visitor: Any, published: Any, office: Any, form: dict[str, str]
) -> None:
    visit(published, 1, 60)
    answer = visitor.send_form("/check-ins", **form)
    assert answer.status_code == (422 if form.get("consent") == "yes" else 303)
    assert office.bodies == []


def test_what_was_ticked_is_sent_once_and_no_name(visitor: Any, published: Any, office: Any) -> None:
    one, other = visit(published, 1, 60), visit(published, 2, 30)
    for _ in range(2):
        visitor.send_form("/check-ins", consent="yes", **{f"visit-{one}": "yes"})
    [body] = office.bodies
    assert len(body) == CHECK_INS_BODY_BYTES
    assert set(json.loads(body)) == {"revisionToken", "checkIns", "padding"}
    upload = CheckInUpload.from_json(body)
    [given] = upload.check_ins
    assert upload.revision_token == "revision-token"
    assert (given.location_id.hex(), given.end_s - given.start_s) == (MARKET.location_id, HOUR_S)
    kept = published.runner.stores.check_ins.read()
    assert (kept.stage, kept.message, kept.visits) == (Stage.SENT, "", (one,))
    page = visitor.get("/check-ins").text
    assert "You shared places" in page
    assert f'name="visit-{other}"' in page
    assert f'name="visit-{one}"' not in page
    lines = [json.loads(line) for line in visitor.get("/settings/export").text.splitlines()]
    assert [line["visits"] for line in lines if line["kind"] == "shared_check_ins"] == [[one]]


def test_it_waits_for_internet_and_then_goes_as_it_was(visitor: Any, published: Any, office: Any) -> None:
    number = visit(published, 1, 60)
    office.away = True
    visitor.send_form("/check-ins", consent="yes", **{f"visit-{number}": "yes"})
    assert published.runner.stores.check_ins.read().stage is Stage.WAITING
    assert not reporting.offered_check_ins(published.runner.phone)
    office.away = False
    published.runner.check()
    assert len(office.bodies) == 1
    assert published.runner.stores.check_ins.read().stage is Stage.SENT


def test_a_refusal_says_what_helps(visitor: Any, published: Any, office: Any) -> None:
    number = visit(published, 1, 60)
    office.says = ReportAnswer("no", ReportRefusal.TOKEN_INVALID)
    visitor.send_form("/check-ins", consent="yes", **{f"visit-{number}": "yes"})
    assert "call the health station" in visitor.get("/check-ins").text


def test_taking_the_keys_back_forgets_it_and_says_so_before(visitor: Any, published: Any, office: Any) -> None:
    number = visit(published, 1, 60)
    visitor.send_form("/check-ins", consent="yes", **{f"visit-{number}": "yes"})
    assert "Places that you shared are taken back, too" in visitor.get("/withdraw").text
    visitor.send_form("/withdraw", consent="yes")
    assert published.runner.stores.check_ins.read() is None
    assert not reporting.offered_check_ins(published.runner.phone)
