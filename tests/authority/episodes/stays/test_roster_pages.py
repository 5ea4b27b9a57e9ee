"""The roster's pages over HTTP: who sees beds, who sees counts, and what is refused loses nothing."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from tests.authority.episodes.stays.conftest import COMMUNE, DAY, MORNING

from bluezone.authority.episodes.models import Roster, Stay
from bluezone.authority.episodes.stays import rosters, services
from bluezone.authority.episodes.stays.roster_rules import Fact
from bluezone.authority.officers.models import User
from bluezone.authority.units import services as units
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.services import Facts
from bluezone.authority.work.models import Task
from bluezone.geography.units import UnitCode

NEW = "00000"
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
def people(beds, arrive) -> list[Stay]:
    """Thirty people of the site, on the beds K1 to K30."""
    return arrive(beds, ", ".join(f"K{number}" for number in range(1, 31)))


@pytest.fixture
def few(beds, arrive) -> list[Stay]:
    """Seven people of the site, where no count is near a limit."""
    return arrive(beds, ", ".join(f"K{number}" for number in range(1, 8)))


def address(place, step: str = "", day: dt.date = DAY) -> str:
    return f"/officer/quarantine/{place.code}/{day}{f'/{step}' if step else ''}"


def ask(stays) -> None:
    """Note that people were asked."""
    for each in stays:
        services.note_fact(each, Fact.ASKED, value=True, now=MORNING)


def shown(response) -> str:
    """The page without its random tokens, in which any number of a bed could stand."""
    return re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode()).replace("\u00a0", " ")


def text_of(response, status: int = 200) -> str:
    assert response.status_code == status, response.content
    return shown(response)


def test_beds_are_seen_by_the_sites_head_and_its_commune_only(log_in, client, beds, people):
    for name, (_, _, opens) in ROLES.items():
        log_in(name)
        refused = 403 if name == "no role" else 404
        for path in (f"/officer/quarantine/{beds.code}", address(beds)):
            response = client.get(path)
            assert response.status_code == (200 if opens else refused), (name, path)
            assert ("K17" in shown(response)) is opens, (name, path)
        for path in ("/officer/quarantine/", f"/officer/units/{beds.code}", "/officer/rollout/"):
            assert "K17" not in shown(client.get(path)), (name, path)


def test_only_they_write_in_a_roster(log_in, client, beds, few):
    noted = []
    for name, (_, _, opens) in ROLES.items():
        log_in(name)
        expected = 302 if opens else 403 if name == "no role" else 404
        row = few[len(noted)]
        steps = {
            "note": {"set": f"{row.pk}:{NEW}:has_app:1"},
            "arrive": {"number": f"K{len(noted) + 8}"},
            "confirm": {},
        }
        Roster.objects.update(checked_at=None)
        for step, body in steps.items():
            assert client.post(address(beds, step), body).status_code == expected, (name, step)
        noted += [row] if opens else []
        roster = Roster.objects.get()
        expected_counts = (len(few) + len(noted), len(noted), opens)
        assert (roster.present, roster.has_app, roster.checked_at is not None) == expected_counts, name
    assert len(noted) == 2


def test_who_is_above_reads_counts_that_tell_of_nobody(log_in, client, beds, people):
    ask(people[:27])
    for name in ("province", "district", "ministry"):
        log_in(name)
        page = text_of(client.get("/officer/quarantine/"))
        assert "Khu cách ly A" in page, name
        assert "dưới 5" in page, name  # three were not asked yet
        assert ">27<" not in page, name
        assert "ít nhất 26" in page, name


def test_the_commune_reads_them_as_they_are(log_in, client, people):
    log_in("commune")
    page = text_of(client.get("/officer/quarantine/"))
    assert "chưa được mời: 30" in page


def test_a_day_begins_with_who_is_there_and_the_day_before_keeps_its_counts(log_in, client, beds, few, set_clock):
    log_in("head")
    set_clock.forward(days=1)
    page = text_of(client.get(f"/officer/quarantine/{beds.code}"))
    assert "K7" in page
    assert f"{len(few)} trong {len(few)} người ở đây" in page, "counted before the job of the day was round"
    closed = text_of(client.get(address(beds)))
    assert "đã khóa" in closed
    assert 'name="set"' not in closed
    assert "K7" not in closed
    assert client.post(address(beds, "note"), {"set": f"{few[0].pk}:{NEW}:asked:1"}).status_code == 404


def test_what_is_refused_is_named_once_and_what_was_written_stays(log_in, client, beds, few):
    log_in("head")
    for number, says in (
        ("Nguyễn Văn An", "có thể là tên người"),
        ("0912 345 678", "giống số điện thoại"),
        ("K1", "đang có người"),
        ("", "Còn thiếu số"),
    ):
        page = text_of(client.post(address(beds, "arrive"), {"number": number}), 400)
        assert says in page
        assert f'value="{number}"' in page or not number
        assert Stay.objects.count() == len(few)


def test_a_house_is_added_with_its_people_and_takes_one_more(log_in, client, houses):
    log_in("commune")
    body = {"hamlet": "Ấp 3", "number": "12a", "people": "3"}
    assert client.post(address(houses, "arrive"), body).status_code == 302
    assert list(Stay.objects.values_list("hamlet", "house")) == [("3", "12A")] * 3
    page = text_of(client.post(address(houses, "arrive"), body | {"hamlet": "Cô Lan", "people": "x"}), 400)
    assert "Cô Lan" in page
    row = Stay.objects.latest("pk")
    for _ in range(2):  # somebody else pressed it, too
        client.post(address(houses, "note"), {"set": f"{row.pk}:{NEW}:one_more:4"})
    assert Stay.objects.count() == 4
    client.post(address(houses, "note"), {"set": f"{row.pk}:{NEW}:one_more:21"})
    assert Stay.objects.count() == 4


def test_a_tap_of_the_script_gets_its_row_and_the_counts(log_in, client, beds, people):
    log_in("head")
    row = people[0]
    json = {"accept": "application/json"}
    answer = client.post(address(beds, "note"), {"set": f"{row.pk}:{NEW}:has_app:1"}, headers=json)
    facts = answer.json()
    assert (answer.status_code, facts["problem"], facts["reload"]) == (200, "", False)
    assert f"{row.pk}:01110:has_app:0" in facts["row"]
    assert "29 trong 30" in facts["tally"]
    stale = client.post(address(beds, "note"), {"set": f"{row.pk}:{NEW}:has_phone:0"}, headers=json)
    assert stale.status_code == 409
    assert "vui lòng xem lại" in stale.json()["problem"]
    assert f"{row.pk}:01110:has_phone:0" in stale.json()["row"]
    gone = client.post(address(beds, "note"), {"set": f"{row.pk}:01110:remove:1"}, headers=json)
    assert (gone.json()["row"], gone.json()["reload"]) == ("", True)


def test_a_stale_page_without_script_gets_the_sentence_and_the_newest_row(log_in, client, beds, few):
    log_in("head")
    row = few[0]
    services.note_fact(row, Fact.HAS_APP, value=True, now=MORNING)
    page = text_of(client.post(address(beds, "note"), {"set": f"{row.pk}:{NEW}:here:0"}), 400)
    assert "người khác vừa ghi thêm" in page.casefold()
    assert f"{row.pk}:01110:here:0" in page
    row.refresh_from_db()
    assert not row.away


def test_who_has_left_is_released_on_the_stays_page_and_comes_back_by_one_tap(log_in, client, beds, few):
    log_in("head")
    row = few[0]
    page = text_of(client.get(address(beds)))
    assert f"/officer/isolation/stays/{row.pk}/end" in page
    client.post(address(beds, "note"), {"set": f"{row.pk}:{NEW}:remove:1"})
    assert f"{row.pk}:00000:back:1" in text_of(client.get(address(beds)))
    client.post(address(beds, "note"), {"set": f"{row.pk}:00000:back:1"})
    row.refresh_from_db()
    assert row.ended_on is None


def test_no_other_step_and_no_other_day_is_known(log_in, client, beds, few):
    log_in("head")
    for asked in (
        "",
        "x",
        "1:00000:asked",
        "1:00000:asked:2",
        "1:1:asked:1",
        "1:00000:is_staff:1",
        "-1:00000:asked:1",
        "1:00000:here:dead",
        "9" * 30 + ":00000:asked:1",
    ):
        body = {"set": asked.replace("1:0", f"{few[0].pk}:0", 1)}
        assert client.post(address(beds, "note"), body).status_code == 404, asked
    for path in ("x", "2020-13-01", "2020-08-19", "20200820x"):
        assert client.get(f"/officer/quarantine/{beds.code}/{path}").status_code == 404, path


def test_a_row_of_another_roster_is_not_written_through_ones_own(log_in, client, beds, houses, few, arrive):
    [other] = arrive(houses, "7")
    log_in("head")
    for place in (beds, houses):
        assert client.post(address(place, "note"), {"set": f"{other.pk}:{NEW}:asked:1"}).status_code == 404
    other.refresh_from_db()
    assert not other.asked


def test_the_list_leaves_those_not_yet_asked_and_finds_a_bed(log_in, client, beds, few):
    ask([few[6]])
    log_in("head")
    page = text_of(client.get(f"{address(beds)}?only=unasked"))
    assert "<strong>K6</strong>" in page
    assert "<strong>K7</strong>" not in page
    found = text_of(client.get(f"{address(beds)}?q=k7"))
    assert "<strong>K7</strong>" in found
    assert "<strong>K6</strong>" not in found
    assert "Không có số này" in text_of(client.get(f"{address(beds)}?q=zz"))


def test_an_empty_database_says_what_to_do(officer, client):
    officer("province", "/63:93/")
    assert "Chưa có khu cách ly" in text_of(client.get("/officer/quarantine/"))
    officer("commune", COMMUNE)
    page = text_of(client.get("/officer/quarantine/"))
    assert "Cách ly tại nhà" in page
    assert "/officer/quarantine/63:31318" in page


# --- what leaves the place -------------------------------------------------------------------------------------------


def test_who_was_not_asked_yet_is_a_task_of_the_place(log_in, client, beds, people):
    ask(people[:26])
    task = Task.objects.get(source="roster", state="open")
    assert (task.place, task.subject, task.kind) == (beds.place, beds.code, "rollout")


def test_the_audit_log_shows_counts_to_the_own_place_only(log_in, client, beds, people):
    rosters.confirm(beds, log_in("head"), MORNING)
    own = text_of(client.get("/officer/changes"))
    assert "danh sách cách ly" in own
    assert "<ins>30</ins>" in own
    log_in("province")
    above = text_of(client.get("/officer/changes"))
    assert "danh sách cách ly" in above
    assert "<ins>30</ins>" not in above
    codes = Organisation.objects.values_list("code", flat=True)  # drawn: now and then one holds the same signs
    assert "K1" not in re.sub("|".join(map(re.escape, codes)), "", own + above)


def test_queries_stay_few_however_many_sites_there_are(log_in, client, arrive, django_assert_max_num_queries):
    for number in range(12):
        made = units.register(Facts(f"Khu {number}", "quarantine", UnitCode.parse("63:31318"), 60), DAY)
        arrive(rosters.RosterPlace(made.code, made.place, made), "1, 2")
    log_in("province")
    with django_assert_max_num_queries(12):
        client.get("/officer/quarantine/")
