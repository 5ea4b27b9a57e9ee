"""Who has reported and who is reminded, over HTTP; the figure of a school by its head and by who is above."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from auditlog.models import LogEntry
from tests.authority.due import due

from bluezone.authority.campaign.figures.models import DailyCount, Reminder
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.units import services as units
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count, Origin

REPORTS = "/officer/rollout/reports"


@pytest.fixture
def reported(places):
    """Stores a report: `reported("district", days_ago=2)`."""

    def report(unit: str, days_ago: int = 0, installs: int = 1_000, source: str = "report", **more: Any) -> None:
        code = UnitCode.parse(getattr(places, unit))
        store([Count(code, places.day - dt.timedelta(days=days_ago), installs=installs, source=source, **more)])

    return report


def states(page: str) -> dict[str, str]:
    rows = re.findall(r"<tr>\s*<th scope=\"row\"[^>]*>(.*?)</th>(.*?)</tr>", page, re.DOTALL)
    return {
        name: re.search(r'state-tag \w+">.*?</svg>(.*?)</span>', cells, re.DOTALL)[1].strip() for name, cells in rows
    }


def test_a_province_sees_who_has_reported_and_who_is_silent_for_how_long(signed_in, officer, reported, text_of):
    client = signed_in("province")
    reported("district")
    reported("sister", days_ago=3)
    page = text_of(client.get(REPORTS))
    found = states(page)
    assert len(found) == 8
    assert sorted(found.values())[-1] == "đã nhận"
    assert "3 ngày chưa báo cáo" in found.values()
    assert list(found.values()).count("chưa từng báo cáo") == 6
    assert "Soạn 7 tin nhắc" in page


def test_what_the_server_counts_itself_is_no_report(signed_in, reported, text_of):
    client = signed_in("province")
    reported("district", source="devices", origin=Origin.COUNTED)
    assert "đã nhận" not in states(text_of(client.get(REPORTS))).values()


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("ministry", ["provinces", "organisations"]),
        ("province", ["districts", "communes", "organisations"]),
        ("district", ["communes", "organisations"]),
        ("commune", ["organisations"]),
    ],
)
def test_each_officer_sees_those_below(signed_in, name, groups):
    response = signed_in(name).get(REPORTS)
    assert [value for value, _ in response.context["groups"]] == groups
    for group in groups:
        assert signed_in(name).get(f"{REPORTS}?of={group}").status_code == 200
    assert signed_in(name).get(f"{REPORTS}?of=cows").status_code == 404


def test_after_june_2025_a_province_has_no_districts(signed_in, set_clock):
    set_clock.now = dt.datetime(2026, 1, 5, 3, tzinfo=dt.UTC)
    response = signed_in("successor").get(REPORTS)
    assert [value for value, _ in response.context["groups"]] == ["communes", "organisations"]
    assert response.context["all"] == 103


def test_a_day_that_cannot_be_is_no_page(signed_in):
    for day in ("2020-08-19", "2019-01-01", "yesterday"):
        assert signed_in("province").get(f"{REPORTS}?date={day}").status_code == 404


def test_a_reminder_has_a_text_ready_to_copy(signed_in, reported, text_of):
    client = signed_in("province")
    reported("sister", days_ago=3, installs=1_234)
    page = text_of(client.get(f"{REPORTS}/remind?of=districts"))
    assert "Tỉnh Hậu Giang chưa nhận được số liệu cài đặt Bluezone ngày 18/8/2020 của đơn vị" in page
    assert "Số gần nhất là 1.234, ngày 15/8/2020." in page
    assert "http://testserver/officer/rollout/" in page
    assert page.count("<textarea") == 9  # one for each of eight, one for all


def test_only_those_ticked_are_written_to(signed_in, places, text_of):
    page = text_of(signed_in("province").get(f"{REPORTS}/remind?of=districts&key={places.sister}"))
    assert page.count("<textarea") == 1


def test_who_was_reminded_is_not_due_again_that_day(signed_in, officer, places, text_of):
    client = signed_in("province")
    response = client.post(f"{REPORTS}/reminded", {"of": "districts", "date": "2020-08-18", "key": [places.sister]})
    assert response.status_code == 302
    row = Reminder.objects.get()
    assert (row.key, row.officer, row.day) == (places.sister, officer("province"), places.day)
    page = text_of(client.get(REPORTS))
    assert "đã gửi 19:00 18/8/2020" in page
    assert "Soạn 7 tin nhắc" in page
    client.post(f"{REPORTS}/reminded", {"of": "districts", "date": "2020-08-18", "key": [places.sister]})
    assert Reminder.objects.count() == 1
    assert LogEntry.objects.filter(content_type__model="reminder", actor=officer("province")).count() == 1


@pytest.mark.parametrize("name", ["neighbour", "sister", "other_commune", "commune"])
def test_nobody_reminds_those_of_another_jurisdiction(signed_in, places, name):
    group = {"neighbour": "districts", "sister": "communes"}.get(name, "organisations")
    sent = {"of": group, "date": "2020-08-18", "key": [places.district]}
    assert signed_in(name).post(f"{REPORTS}/reminded", sent).status_code == 403
    assert not Reminder.objects.exists()


# --- schools, offices, companies --------------------------------------------------------------------------------------


def confirmation(response) -> str:
    return re.search(r'name="confirm" value="(\w+)"', response.content.decode())[1]


def test_a_head_reports_the_own_figure(signed_in, officer, school, text_of):
    client = signed_in("head")
    assert "Số cài đặt hôm nay" in due(client)
    assert "Số cài đặt hôm nay" in text_of(client.get("/officer/rollout/"))
    response = client.post("/officer/rollout/own", {"date": "18/8/2020", "installs": "310", "active": "290"})
    assert response.status_code == 302
    row = DailyCount.objects.get()
    assert (row.key, row.place, row.installs, row.active) == (school.code, school.place, 310, 290)
    assert (row.origin, row.source) == ("reported", "report")
    page = text_of(client.get(response.url))
    assert "310 trên 900 người" in page
    assert "ngày 18/8/2020" in page
    assert "Số cài đặt hôm nay" not in page  # settled by the report itself
    assert "Số cài đặt hôm nay" not in due(client)
    entry = LogEntry.objects.get(content_type__model="dailycount")
    assert (entry.actor, entry.additional_data["place"]) == (officer("head"), school.place)


def test_a_head_corrects_and_the_old_value_stays_in_the_audit_log(signed_in):
    client = signed_in("head")
    for installs in ("310", "320"):
        client.post("/officer/rollout/own", {"date": "18/8/2020", "installs": installs})
    assert DailyCount.objects.get().installs == 320
    last = LogEntry.objects.filter(content_type__model="dailycount").latest("id")
    assert last.changes == {"installs": ["310", "320"]}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"date": "19/8/2020", "installs": "5"}, "date"),
        ({"date": "x", "installs": "5"}, "date"),
        ({"date": "18/8/2020", "installs": ""}, "installs"),
        ({"date": "18/8/2020", "installs": "-5"}, "installs"),
        ({"date": "18/8/2020", "installs": "99999999999"}, "installs"),
        ({"date": "18/8/2020", "installs": "5", "active": "a"}, "active"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_at_its_field(signed_in, sent, field):
    response = signed_in("head").post("/officer/rollout/own", sent)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert not DailyCount.objects.exists()


def test_a_figure_that_falls_is_asked_about(signed_in, text_of):
    client = signed_in("head")
    client.post("/officer/rollout/own", {"date": "17/8/2020", "installs": "310"})
    sent = {"date": "18/8/2020", "installs": "300"}
    response = client.post("/officer/rollout/own", sent)
    assert "giảm từ 310" in text_of(response)
    assert DailyCount.objects.count() == 1
    client.post("/officer/rollout/own", sent | {"confirm": confirmation(response), "reason": "ba em chuyển trường"})
    assert DailyCount.objects.count() == 2


def test_a_head_and_an_officer_above_do_not_overwrite_each_other_unasked(signed_in, school, text_of):
    head, address = signed_in("head"), f"/officer/rollout/organisations/{school.code}/figure"
    head.post("/officer/rollout/own", {"date": "18/8/2020", "installs": "310"})
    commune, sent = signed_in("commune"), {"date": "18/8/2020", "installs": "320"}
    response = commune.post(address, sent)
    assert response.status_code == 400
    said = text_of(response)
    assert "đã có số liệu. Số đó sẽ được thay" in said
    assert "310" not in said.split("<table")[0]  # those above read a head's number as it is disclosed
    assert DailyCount.objects.get().installs == 310
    assert commune.post(address, sent | {"confirm": confirmation(response)}).status_code == 302
    assert DailyCount.objects.get().installs == 320
    assert commune.post(address, sent | {"installs": "330"}).status_code == 302  # its own: nothing to ask
    response = signed_in("head").post("/officer/rollout/own", {"date": "18/8/2020", "installs": "315"})
    assert "đã có số liệu: 330. Số đó sẽ được thay" in text_of(response)
    assert DailyCount.objects.get().installs == 330


@pytest.mark.parametrize(
    ("name", "status"),
    [("ministry", 200), ("province", 200), ("district", 200), ("commune", 200), ("neighbour", 404), ("sister", 404),
     ("other_commune", 404), ("head", 302), ("other_head", 302), ("without a role", 403)],
)  # fmt: skip
def test_who_may_note_the_figure_of_a_school(signed_in, school, name, status):
    client = signed_in(name)
    address = f"/officer/rollout/organisations/{school.code}/figure"
    assert client.get(address).status_code == status
    client.post(address, {"date": "18/8/2020", "installs": "5"})
    assert DailyCount.objects.exists() == (status == 200)


@pytest.mark.parametrize("merged", [False, True])
def test_a_figure_of_a_unit_that_was_closed_meanwhile_is_not_stored_and_stays_on_the_page(
    signed_in, school, text_of, merged
):
    day = dt.date(2020, 8, 18)
    client, address = signed_in("commune"), f"/officer/rollout/organisations/{school.code}/figure"
    assert client.get(address).status_code == 200
    if merged:
        facts = units.Facts("Trường B", school.sector, UnitCode.parse(school.within), 300)
        units.merge(school, units.register(facts, day), day)
    else:
        units.close(school, day)
    late = client.post(address, {"date": "15/8/2020", "installs": "31"})
    assert late.status_code == 400
    page = text_of(late)
    assert ("đã sáp nhập vào Trường B" if merged else "đã đóng từ ngày") in page
    assert "Chưa lưu gì" in page
    assert 'value="31"' in page
    assert not DailyCount.objects.exists()
    assert client.get(address)["Location"] == f"/officer/units/{school.code}"


def test_a_commune_sees_its_schools_and_who_is_silent(signed_in, school, text_of):
    client = signed_in("commune")
    assert states(text_of(client.get(REPORTS))) == {school.name: "chưa từng báo cáo"}
    client.post(f"/officer/rollout/organisations/{school.code}/figure", {"date": "18/8/2020", "installs": "5"})
    assert states(text_of(client.get(REPORTS))) == {school.name: "đã nhận"}


def test_few_people_of_an_office_are_suppressed_for_those_above(signed_in, school, text_of):
    """Three of thirty name themselves."""
    school.headcount, school.with_families = 30, False
    school.save()
    signed_in("head").post("/officer/rollout/own", {"date": "17/8/2020", "installs": "3"})
    above = signed_in("commune")
    address = f"/officer/rollout/organisations/{school.code}/figure"
    reminder = f"{REPORTS}/remind?of=organisations&key={school.code}"
    for page in (above.get(REPORTS), above.get(address), above.get(reminder)):
        assert ">3<" not in text_of(page)
        assert "là 3," not in text_of(page)
    asked = text_of(above.post(address, {"date": "18/8/2020", "installs": "2"}))
    assert "thấp hơn tổng của" in asked
    assert "giảm từ 3 " not in asked
    assert "<ins>3</ins>" not in text_of(above.get("/officer/changes"))
    assert "<ins>3</ins>" in text_of(signed_in("head").get("/officer/changes"))
