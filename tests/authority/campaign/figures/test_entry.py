"""One figure typed in: the checks of a table, what it replaces, who may, what the audit log keeps."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from auditlog.models import LogEntry

from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.campaign.figures.store import store
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count, Origin

NEW = "/officer/rollout/figures/new"


def typed(unit="63:93", date="13/8/2020", installs="55.289", **others):
    return {"unit": unit, "date": date, "installs": installs, **others}


def confirmation(response) -> str:
    return re.search(r'name="confirm" value="(\w+)"', response.content.decode())[1]


def test_a_figure_is_stored_with_its_source_and_in_the_audit_log(signed_in, officer, text_of):
    client = signed_in("province")
    response = client.post(NEW, typed(percent_population="7,54%", source="https://baohaugiang.com.vn/1"))
    assert response.status_code == 302
    row = DailyCount.objects.get()
    assert (row.key, row.place, row.date, row.installs) == ("63:93", "/63:93/", dt.date(2020, 8, 13), 55_289)
    assert (row.percent_population, row.source) == ("7.54", "https://baohaugiang.com.vn/1")
    entry = LogEntry.objects.get(object_id=row.pk, content_type__model="dailycount")
    assert (entry.actor, entry.action) == (officer("province"), LogEntry.Action.CREATE)
    assert entry.changes["installs"] == ["None", "55289"]
    assert entry.additional_data["place"] == "/63:93/"
    page = text_of(client.get(response.url))
    assert "55.289" in page
    assert "7,54%" in page
    assert "13/8/2020" in page
    assert 'value="7,54"' in text_of(client.get(f"/officer/rollout/figures/{row.pk}/correct"))


def test_without_a_source_the_figure_is_the_units_report(signed_in):
    signed_in("province").post(NEW, typed())
    assert DailyCount.objects.get().source == "report"


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (typed(unit="Atlantis"), "unit"),
        (typed(unit="Cần Thơ"), "unit"),
        (typed(unit="34:92"), "unit"),  # that does not exist yet
        (typed(date="19/8/2020"), "date"),
        (typed(date="31/2/2020"), "date"),
        (typed(date="1/1/2019"), "date"),
        (typed(installs="viele"), "installs"),
        (typed(installs=""), "installs"),
        (typed(installs="9" * 30), "installs"),
        (typed(percent_population="120"), "percent_population"),
        (typed(source="=HYPERLINK(1)"), "source"),
        (typed(source="devices"), "source"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_stored(signed_in, cells, field):
    response = signed_in("province").post(NEW, cells)
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not DailyCount.objects.exists()


def test_an_abolished_district_is_refused_with_the_date_it_ended(signed_in, set_clock, text_of):
    set_clock.now = dt.datetime(2026, 1, 5, 3, tzinfo=dt.UTC)
    response = signed_in("ministry").post(NEW, typed(unit="63:930", date="4/1/2026"))
    assert response.status_code == 400
    assert "30/6/2025" in text_of(response)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (typed(date="14/8/2020", installs="50.000"), "giảm từ 55.289"),
        (typed(date="14/8/2020", installs="60.000", percent_population="12,0"), "12,0%"),
        (typed(date="14/8/2020", installs="6.000.000"), "733.017"),
    ],
)
def test_what_is_odd_is_asked_about_and_stored_only_once_it_is_confirmed(signed_in, text_of, cells, said):
    client = signed_in("province")
    client.post(NEW, typed())
    response = client.post(NEW, cells)
    assert response.status_code == 400
    assert said in text_of(response)
    assert DailyCount.objects.count() == 1
    assert client.post(NEW, cells | {"confirm": "yes"}).status_code == 400  # not what was shown
    unsaid = client.post(NEW, cells | {"confirm": confirmation(response)})
    assert (unsaid.status_code, unsaid.context["reason_missing"]) == (400, True)
    sent = cells | {"confirm": confirmation(response), "reason": "đã đếm lại"}
    assert client.post(NEW, sent).status_code == 302
    assert DailyCount.objects.count() == 2
    assert LogEntry.objects.filter(additional_data__why="đã đếm lại").count() == 1


def test_a_confirmation_holds_for_the_number_that_was_shown_only(signed_in):
    client = signed_in("province")
    client.post(NEW, typed())
    seen = confirmation(client.post(NEW, typed(date="14/8/2020", installs="50.000")))
    assert client.post(NEW, typed(date="14/8/2020", installs="40.000", confirm=seen)).status_code == 400
    assert DailyCount.objects.count() == 1


def test_ones_own_number_is_corrected_without_a_question(signed_in):
    client = signed_in("province")
    client.post(NEW, typed())
    assert client.post(NEW, typed()).status_code == 302  # the same again changes nothing
    assert client.post(NEW, typed(installs="55.300")).status_code == 302
    row = DailyCount.objects.get()
    assert row.installs == 55_300
    assert client.post(f"/officer/rollout/figures/{row.pk}/correct", {"installs": "55.310"}).status_code == 302
    changes = [entry.changes for entry in LogEntry.objects.filter(content_type__model="dailycount").order_by("id")]
    assert changes[1:] == [{"installs": ["55289", "55300"]}, {"installs": ["55300", "55310"]}]


def test_somebody_elses_number_is_replaced_only_when_confirmed(signed_in, officer, text_of):
    client = signed_in("province")
    client.post(NEW, typed())
    LogEntry.objects.filter(content_type__model="dailycount").update(actor=officer("district"))
    response = client.post(NEW, typed(installs="55.300"))
    assert "55.289. Số đó sẽ được thay" in text_of(response)
    assert DailyCount.objects.get().installs == 55_289
    client.post(NEW, typed(installs="55.300", confirm=confirmation(response)))
    assert DailyCount.objects.get().installs == 55_300
    assert client.post(NEW, typed(installs="55.301")).status_code == 302, "now it is the officer's own"


def test_what_is_odd_about_ones_own_number_is_still_asked(signed_in, text_of):
    client = signed_in("province")
    client.post(NEW, typed())
    client.post(NEW, typed(date="14/8/2020", installs="56.000"))
    response = client.post(NEW, typed(date="14/8/2020", installs="50.000"))
    assert response.status_code == 400, "it falls"
    assert "Số đó sẽ được thay" not in text_of(response)


def test_a_correction_keeps_the_old_value_in_the_audit_log(signed_in, officer, text_of):
    client = signed_in("district")
    store([Count(UnitCode.parse("63:930"), dt.date(2020, 8, 13), installs=5_000, source="report")])
    row = DailyCount.objects.get()
    page = client.get(f"/officer/rollout/figures/{row.pk}/correct")
    assert 'value="5.000"' in text_of(page)
    response = client.post(f"/officer/rollout/figures/{row.pk}/correct", {"installs": "5.100"})
    response = client.post(
        f"/officer/rollout/figures/{row.pk}/correct", {"installs": "5.100", "confirm": confirmation(response)}
    )
    assert response.status_code == 302
    entry = LogEntry.objects.filter(content_type__model="dailycount").latest("id")
    assert (entry.actor, entry.changes) == (officer("district"), {"installs": ["5000", "5100"]})


def test_a_correction_is_asked_about_only_where_the_figure_has_changed_since_it_was_read(signed_in, text_of):
    store([Count(UnitCode.parse("63:930"), dt.date(2020, 8, 13), installs=5_000, source="report")])
    row = DailyCount.objects.get()
    address = f"/officer/rollout/figures/{row.pk}/correct"
    pages = {name: text_of(signed_in(name).get(address)) for name in ("district", "province")}
    read = {name: re.search(r'name="read" value="([^"]+)"', page)[1] for name, page in pages.items()}
    first = signed_in("district").post(address, {"installs": "5.100", "read": read["district"]})
    assert first.status_code == 302, "it is the figure that was on the page"
    second = signed_in("province").post(address, {"installs": "5.200", "read": read["province"]})
    assert second.status_code == 400
    assert "đã có số liệu: 5.100. Số đó sẽ được thay" in text_of(second)
    assert DailyCount.objects.get().installs == 5_100
    sent = {"installs": "5.200", "read": read["province"], "confirm": confirmation(second)}
    assert signed_in("province").post(address, sent).status_code == 302
    assert DailyCount.objects.get().installs == 5_200


def test_a_correction_changes_neither_unit_nor_day_nor_source(signed_in):
    store([Count(UnitCode.parse("63:93"), dt.date(2020, 8, 13), installs=5_000, source="report")])
    row = DailyCount.objects.get()
    client = signed_in("ministry")
    sent = typed(unit="63:92", date="14/8/2020", installs="5.100", source="other")
    seen = confirmation(client.post(f"/officer/rollout/figures/{row.pk}/correct", sent))
    client.post(f"/officer/rollout/figures/{row.pk}/correct", sent | {"confirm": seen})
    row = DailyCount.objects.get()
    assert (row.key, row.date, row.installs, row.source) == ("63:93", dt.date(2020, 8, 13), 5_100, "report")


def test_a_figure_taken_back_is_gone_and_kept_in_the_audit_log(signed_in):
    store([Count(UnitCode.parse("63:93"), dt.date(2020, 8, 13), installs=5_000, source="report")])
    row = DailyCount.objects.get()
    client = signed_in("province")
    client.post(f"/officer/rollout/figures/{row.pk}/withdraw")
    assert DailyCount.objects.exists()  # not sure
    client.post(f"/officer/rollout/figures/{row.pk}/withdraw", {"sure": "yes"})
    assert not DailyCount.objects.exists()
    entry = LogEntry.objects.get(content_type__model="dailycount")
    assert (entry.action, entry.changes) == (LogEntry.Action.DELETE, {"installs": ["5000", "None"]})


def test_what_the_server_counted_itself_is_nobodys_to_correct(signed_in):
    store(
        [Count(UnitCode.parse("63:93"), dt.date(2020, 8, 13), installs=5_000, source="devices", origin=Origin.COUNTED)]
    )
    row = DailyCount.objects.get()
    client = signed_in("ministry")
    for address in ("correct", "withdraw"):
        assert client.post(f"/officer/rollout/figures/{row.pk}/{address}", {"sure": "yes"}).status_code == 404
    assert "correct" not in client.get("/officer/rollout/figures/of/63:93").content.decode()


def test_a_total_does_not_fall_from_what_the_server_counted(signed_in):
    """That is another series: the phones of this server only."""
    store(
        [Count(UnitCode.parse("63:93"), dt.date(2020, 8, 12), installs=60_000, source="devices", origin=Origin.COUNTED)]
    )
    assert signed_in("province").post(NEW, typed()).status_code == 302


def test_a_break_of_the_series_stands_between_the_figures_it_parts(signed_in, set_clock, text_of):
    set_clock.now = dt.datetime(2021, 7, 5, tzinfo=dt.UTC)
    for day, installs in ((28, 155_000), (30, 120_000)):
        store([Count(UnitCode.parse("63:93"), dt.date(2021, 6, day), installs=installs, source="report")])
    page = text_of(signed_in("province").get("/officer/rollout/figures/of/63:93"))
    assert page.index("120.000") < page.index("29/6/2021") < page.index("155.000")


def test_the_ministrys_figure_is_corrected_by_the_ministry_alone(signed_in):
    day = dt.date(2020, 8, 13)
    store(
        [
            Count(UnitCode.parse("63:93"), day, installs=55_289, source="paper", origin=Origin.MINISTRY),
            Count(UnitCode.parse("63:93"), day, installs=60_000, source="report", origin=Origin.REPORTED),
        ]
    )
    ministrys, reported = (DailyCount.objects.get(origin=origin) for origin in (Origin.MINISTRY, Origin.REPORTED))
    province = signed_in("province")
    page = province.get("/officer/rollout/figures/of/63:93").content.decode()
    assert f"figures/{reported.pk}/correct" in page
    assert f"figures/{ministrys.pk}/correct" not in page
    assert province.get(f"/officer/rollout/figures/{reported.pk}/correct").status_code == 200
    for address, sent in (("correct", {"installs": "1"}), ("withdraw", {"sure": "yes"})):
        assert province.post(f"/officer/rollout/figures/{ministrys.pk}/{address}", sent).status_code == 404
    assert DailyCount.objects.get(pk=ministrys.pk).installs == 55_289
    assert signed_in("ministry").get(f"/officer/rollout/figures/{ministrys.pk}/correct").status_code == 200


def test_a_bound_is_entered_and_shown_as_one_everywhere(signed_in, text_of, client):
    ministry = signed_in("ministry")
    answer = ministry.post(NEW, typed(unit="63:VN", installs="hơn 20 triệu", source="https://mic.gov.vn/1"))
    if answer.status_code == 200:
        answer = ministry.post(
            NEW,
            typed(unit="63:VN", installs="hơn 20 triệu", source="https://mic.gov.vn/1", confirm=confirmation(answer)),
        )
    assert answer.status_code == 302, text_of(answer)
    row = DailyCount.objects.get()
    assert (row.installs, row.bound) == (20_000_000, True)
    assert "hơn 20.000.000" in text_of(ministry.get(answer.url))
    assert 'value="hơn 20.000.000"' in text_of(ministry.get(f"/officer/rollout/figures/{row.pk}/correct"))
    assert "có hơn 20.000.000 lượt cài đặt, đạt hơn 20,8% dân số" in text_of(ministry.get("/rollout/?date=2020-08-13"))
    said = ministry.get("/officer/bulletins/63:VN/2020-08-13.txt").content.decode()
    assert "có hơn 20.000.000 lượt cài đặt Bluezone, đạt hơn 20,79%" in said.replace("\u00a0", " ")
    corrected = ministry.post(f"/officer/rollout/figures/{row.pk}/correct", {"installs": "20.100.000"})
    assert corrected.status_code == 302
    row.refresh_from_db()
    assert (row.installs, row.bound) == (20_100_000, False)
