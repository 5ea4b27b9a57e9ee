"""The roster's pages over HTTP: who sees beds, who sees counts, and what is refused loses nothing."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bluezone.authority.officers.models import User
from bluezone.authority.quarantine import retention, services
from bluezone.authority.quarantine.models import Roster, Row
from bluezone.authority.quarantine.numbers import read_numbers
from bluezone.authority.quarantine.rules import Fact
from bluezone.authority.units import services as units
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode

DAY = dt.date(2020, 8, 20)
COMMUNE = "/63:93/63:930/63:31318/"
#: role and place of each, and whether the rows of the site in ward I are open to it
ROLES = {
    "ministry": ("ministry", "/", False),
    "province": ("province", "/63:93/", False),
    "neighbour": ("province", "/63:92/", False),
    "district": ("district", "/63:93/63:930/", False),
    "commune": ("commune", COMMUNE, True),
    "sister commune": ("commune", "/63:93/63:930/63:31321/", False),
    "head": ("unit-head", "", True),
    "head of a school": ("unit-head", "school", False),
    "no role": ("", "", False),
}


@pytest.fixture
def log_in(officer, site):
    school = units.register(Facts("Trường A", "schools", UnitCode.parse("63:31318"), 60), DAY)

    def as_(name: str) -> User:
        role, place, _ = ROLES[name]
        place = {"head": site.place, "head of a school": school.place}.get(name, place)
        return officer(role, place)

    return as_


@pytest.fixture
def roster(beds, started):
    return started(beds, ", ".join(f"K{number}" for number in range(1, 31)))


def address(roster: Roster, step: str = "") -> str:
    code = roster.organisation.code if roster.organisation else "63:31318"
    return f"/officer/quarantine/{code}/{roster.day}{f'/{step}' if step else ''}"


def shown(response) -> str:
    """The page without its random tokens, in which any number of a bed could stand."""
    return re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode()).replace("\u00a0", " ")


def text_of(response, status: int = 200) -> str:
    assert response.status_code == status, response.content
    return shown(response)


@pytest.mark.parametrize("name", ROLES)
def test_beds_are_seen_by_the_sites_head_and_its_commune_only(log_in, client, roster, name):
    log_in(name)
    opens = ROLES[name][2]
    refused = 403 if name == "no role" else 404
    for path in (f"/officer/quarantine/{roster.organisation.code}", address(roster)):
        response = client.get(path)
        assert response.status_code == (200 if opens else refused)
        assert ("K17" in shown(response)) is opens
    for path in ("/officer/quarantine/", f"/officer/units/{roster.organisation.code}", "/officer/rollout/"):
        assert "K17" not in shown(client.get(path))


@pytest.mark.parametrize("name", ROLES)
def test_only_they_write_in_a_roster(log_in, client, roster, bed, name):
    log_in(name)
    row = bed(roster, "K1")
    steps = {
        "note": {"set": f"{row.pk}:1:has_app:1"},
        "arrive": {"number": "K31"},
        "confirm": {},
    }
    expected = 302 if ROLES[name][2] else 403 if name == "no role" else 404
    for step, body in steps.items():
        assert client.post(address(roster, step), body).status_code == expected, step
    assert client.post(f"/officer/quarantine/{roster.organisation.code}/start").status_code == expected
    roster.refresh_from_db()
    assert (roster.present, roster.has_app, roster.checked_at is not None) == (
        (31, 1, True) if ROLES[name][2] else (30, 0, False)
    )


@pytest.mark.parametrize("name", ["province", "district", "ministry"])
def test_who_is_above_reads_counts_that_tell_of_nobody(log_in, client, roster, name):
    for row in roster.rows.order_by("number_key")[:27]:
        services.note(roster, row.pk, Fact.ASKED, value=True, seen=1, today=DAY)
    log_in(name)
    page = text_of(client.get("/officer/quarantine/"))
    assert "Khu cách ly A" in page
    assert "dưới 5" in page  # three were not asked yet
    assert ">27<" not in page
    assert "ít nhất 26" in page


def test_the_commune_reads_them_as_they_are(log_in, client, roster):
    log_in("commune")
    page = text_of(client.get("/officer/quarantine/"))
    assert "chưa được mời: 30" in page


def test_the_day_is_started_with_those_of_yesterday_in_one_step(log_in, client, roster, set_clock):
    log_in("head")
    set_clock.forward(days=1)
    page = text_of(client.get(f"/officer/quarantine/{roster.organisation.code}"))
    assert "30 người" in page
    assert client.post(f"/officer/quarantine/{roster.organisation.code}/start").status_code == 302
    page = text_of(client.get(f"/officer/quarantine/{roster.organisation.code}"))
    assert "K30" in page
    assert Roster.objects.count() == 2
    closed = text_of(client.get(address(roster)))
    assert "đã khóa" in closed
    assert 'name="set"' not in closed
    set_clock.forward(days=14)  # the fifteenth day after its own
    retention.RULES[0].purge(set_clock.now)
    gone = text_of(client.get(address(roster)))
    assert "số giường, số hộ đã bị xóa" in gone
    assert "Còn xem được" not in gone
    assert "K30" not in gone


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("Nguyễn Văn An", "có thể là tên người"),
        ("0912 345 678", "giống số điện thoại"),
        ("K1", "đang có người"),
        ("", "Còn thiếu số"),
    ],
)
def test_what_is_refused_is_named_once_and_what_was_written_stays(log_in, client, roster, number, says):
    log_in("head")
    page = text_of(client.post(address(roster, "arrive"), {"number": number}), 400)
    assert says in page
    assert f'value="{number}"' in page or not number
    assert roster.rows.count() == 30


def test_a_house_is_added_with_its_people(log_in, client, houses):
    log_in("commune")
    roster = services.start(houses, DAY, DAY)
    body = {"hamlet": "Ấp 3", "number": "12a", "people": "3"}
    assert client.post(address(roster, "arrive"), body).status_code == 302
    assert list(Row.objects.values_list("hamlet", "number", "person")) == [
        ("3", "12A", 1),
        ("3", "12A", 2),
        ("3", "12A", 3),
    ]
    page = text_of(client.post(address(roster, "arrive"), body | {"hamlet": "Cô Lan", "people": "x"}), 400)
    assert "Cô Lan" in page
    assert Row.objects.count() == 3


def test_a_tap_of_the_script_gets_its_row_and_the_counts(log_in, client, roster, bed):
    log_in("head")
    row = bed(roster, "K1")
    answer = client.post(
        address(roster, "note"), {"set": f"{row.pk}:1:has_app:1"}, headers={"accept": "application/json"}
    )
    facts = answer.json()
    assert (answer.status_code, facts["problem"], facts["reload"]) == (200, "", False)
    assert f"{row.pk}:2:has_app:0" in facts["row"]
    assert "29 trong 30" in facts["tally"]
    stale = client.post(
        address(roster, "note"), {"set": f"{row.pk}:1:has_phone:0"}, headers={"accept": "application/json"}
    )
    assert stale.status_code == 409
    assert "vui lòng xem lại" in stale.json()["problem"]
    assert f"{row.pk}:2:has_phone:0" in stale.json()["row"]
    gone = client.post(
        address(roster, "note"), {"set": f"{row.pk}:2:presence:left"}, headers={"accept": "application/json"}
    )
    assert (gone.json()["row"], gone.json()["reload"]) == ("", True)


def test_a_stale_page_without_script_gets_the_sentence_and_the_newest_row(log_in, client, roster, bed):
    log_in("head")
    row = bed(roster, "K1")
    services.note(roster, row.pk, Fact.HAS_APP, value=True, seen=1, today=DAY)
    page = text_of(client.post(address(roster, "note"), {"set": f"{row.pk}:1:presence:left"}), 409)
    assert "người khác vừa ghi thêm" in page.casefold()
    assert f"{row.pk}:2:presence:left" in page
    assert bed(roster, "K1").presence == "present"


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "x",
        "1:1:asked",
        "1:1:asked:2",
        "1:1:is_staff:1",
        "-1:1:asked:1",
        "1:1:presence:dead",
        "9" * 30 + ":1:asked:1",
    ],
)
def test_no_other_step_is_known(log_in, client, roster, asked):
    log_in("head")
    assert client.post(address(roster, "note"), {"set": asked}).status_code == 404


@pytest.mark.parametrize("path", ["x", "2020-13-01", "2020-08-19", "20200820x"])
def test_no_other_day_is_known(log_in, client, roster, path):
    log_in("head")
    assert client.get(f"/officer/quarantine/{roster.organisation.code}/{path}").status_code == 404


def test_a_row_of_another_roster_is_not_written_through_ones_own(log_in, client, roster, houses, started):
    other = started(houses, "7")
    log_in("head")
    row = other.rows.get()
    assert client.post(address(roster, "note"), {"set": f"{row.pk}:1:asked:1"}).status_code == 400
    assert client.post(address(other, "note"), {"set": f"{row.pk}:1:asked:1"}).status_code == 404
    row.refresh_from_db()
    assert not row.asked


def test_the_list_leaves_those_not_yet_asked_and_finds_a_bed(log_in, client, roster, bed):
    services.note(roster, bed(roster, "K7").pk, Fact.ASKED, value=True, seen=1, today=DAY)
    log_in("head")
    page = text_of(client.get(f"{address(roster)}?only=unasked"))
    assert "<strong>K6</strong>" in page
    assert "<strong>K7</strong>" not in page
    found = text_of(client.get(f"{address(roster)}?q=k7"))
    assert "<strong>K7</strong>" in found
    assert "<strong>K6</strong>" not in found
    assert "Không có số này" in text_of(client.get(f"{address(roster)}?q=zz"))


def test_an_empty_database_says_what_to_do(officer, client):
    officer("province", "/63:93/")
    assert "Chưa có khu cách ly" in text_of(client.get("/officer/quarantine/"))
    officer("commune", COMMUNE)
    page = text_of(client.get("/officer/quarantine/"))
    assert "Cách ly tại nhà" in page
    assert "/officer/quarantine/63:31318" in page


# --- the home page ---------------------------------------------------------------------------------------------------


def test_the_home_page_says_how_many_were_not_asked_yet(log_in, client, roster):
    for row in roster.rows.order_by("number_key")[:26]:
        services.note(roster, row.pk, Fact.ASKED, value=True, seen=1, today=DAY)
    for name in ("head", "commune"):
        log_in(name)
        page = text_of(client.get("/officer/rollout/"))
        assert "4 người chưa được mời cài" in page
        assert f"/officer/quarantine/{roster.organisation.code}?only=unasked" in page
    for name in ("district", "province"):
        log_in(name)
        page = text_of(client.get("/officer/rollout/"))
        assert "4 người chưa" not in page
        assert "Người đang cách ly: 30" in page


def test_the_home_page_says_that_todays_roster_is_not_started(log_in, client, roster, set_clock):
    log_in("head")
    set_clock.forward(days=2)
    page = text_of(client.get("/officer/rollout/"))
    assert "chưa lập danh sách hôm nay" in page
    assert "20/8" in page


def test_a_head_of_another_unit_hears_nothing_of_it(log_in, client, roster):
    log_in("head of a school")
    assert "/officer/quarantine/" not in text_of(client.get("/officer/rollout/"))


def test_the_audit_log_shows_counts_to_the_own_place_only(log_in, client, roster):
    services.confirm(roster, log_in("head"), dt.datetime(2020, 8, 20, 15, tzinfo=dt.UTC), DAY)
    own = text_of(client.get("/officer/changes"))
    assert "danh sách cách ly" in own
    assert "<ins>30</ins>" in own
    log_in("province")
    above = text_of(client.get("/officer/changes"))
    assert "danh sách cách ly" in above
    assert "<ins>30</ins>" not in above
    assert read_numbers("K1")  # the number of a bed is nowhere in it
    codes = Organisation.objects.values_list("code", flat=True)  # drawn: now and then one holds the same signs
    assert "K1" not in re.sub("|".join(map(re.escape, codes)), "", own + above)


def test_queries_stay_few_however_many_sites_there_are(log_in, client, started, django_assert_max_num_queries):
    from bluezone.authority.quarantine.places import RosterPlace

    for number in range(12):
        made = units.register(Facts(f"Khu {number}", "quarantine", UnitCode.parse("63:31318"), 60), DAY)
        started(RosterPlace(made.code, made.place, made), "1, 2")
    log_in("province")
    with django_assert_max_num_queries(12):
        client.get("/officer/quarantine/")
