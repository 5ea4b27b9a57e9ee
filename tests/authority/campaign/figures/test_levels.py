"""Two sources against each other, rules between levels, completeness and approved days, over HTTP: August 2020."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from bluezone.authority.campaign.bulletins import services as bulletins
from bluezone.authority.campaign.figures.models import ApprovedDay, DailyCount
from bluezone.authority.campaign.figures.store import store
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language
from bluezone.rollout.bulletin import Wanted
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.report_words import paper

ROLLOUT = "/officer/rollout/"
NEW = f"{ROLLOUT}figures/new"
HAU_GIANG = UnitCode.parse("63:93")
DISTRICTS = [each.code for each in catalogue.all_units().children(HAU_GIANG, dt.date(2020, 8, 18))]
#: what the eight districts reported on the 18th: 61,333 together
REPORTED = (7_100, 5_300, 8_200, 7_400, 15_600, 7_500, 5_533, 4_700)


def on(day: int) -> dt.date:
    return dt.date(2020, 8, day)


@pytest.fixture
def august(db):
    """The Ministry's figure of the 8th, and the districts' of the 18th."""
    printed = Count(HAU_GIANG, on(8), 55_289, percent_population=Decimal("7.54"), rank=50, source="https://mic.gov.vn",
                    origin=Origin.MINISTRY)  # fmt: skip
    store([printed, *(Count(each, on(18), n, source="report") for each, n in zip(DISTRICTS, REPORTED, strict=True))])


def confirmation(response) -> str:
    return re.search(r'name="confirm" value="(\w+)"', response.content.decode())[1]


def test_every_source_stands_beside_the_one_that_speaks(august, signed_in, text_of):
    page = signed_in("province").get(f"{ROLLOUT}figures/of/63:93")
    sources = [(each.origin, each.speaks, each.figure) for each in page.context["sources"]]
    assert sources == [
        (Origin.MINISTRY, False, "55.289"), (Origin.REPORTED, False, ""), (Origin.PARTS, True, "61.333"),
        (Origin.COUNTED, False, ""),
    ]  # fmt: skip
    assert "cả 8 đơn vị trực thuộc đã báo cáo" in text_of(page)
    assert "61.333 lượt" in text_of(signed_in("province").get("/rollout/63:93"))
    bulletin = signed_in("province").get("/officer/bulletins/63:93/2020-08-18.txt")
    assert "61.333" in text_of(bulletin)


def test_a_printed_share_speaks_as_people(august, signed_in, text_of, set_clock):
    set_clock.now = dt.datetime(2020, 8, 28, 3, tzinfo=dt.UTC)
    share = Count(HAU_GIANG, on(28), percent_population=Decimal("19.31"), rank=45, source="x", origin=Origin.MINISTRY)
    store([share])
    page = text_of(signed_in("province").get(f"{ROLLOUT}figures/of/63:93"))
    assert "<strong>141.546</strong>" in page
    assert "<strong>≈ 141.546</strong>" in page  # in the list of figures, where the share alone is printed
    assert "công bố: 19,31%" in page
    assert "141.546 lượt" in text_of(signed_in("province").get("/rollout/63:93"))


@pytest.mark.parametrize(
    ("unit", "installs", "said"),
    [
        ("63:93", "60.000", "Hậu Giang có 60.000 ngày 18/8/2020, ít hơn tổng các đơn vị trực thuộc cùng ngày"),
        ("63:31318", "15.000", "nhiều hơn cả Vị Thanh là nơi quản lý nó (7.100)"),
        ("63:930", "71.000", "tăng vọt"),
    ],
)
def test_what_breaks_a_rule_is_said_and_stored_with_a_reason_only(august, signed_in, text_of, unit, installs, said):
    store([Count(DISTRICTS[0], on(17), 7_000, source="report")])
    client = signed_in("ministry")
    sent = {"unit": unit, "date": "18/8/2020", "installs": installs, "source": "1/BC"}
    store([Count(DISTRICTS[0], on(17), 7_000, source="report", origin=Origin.MINISTRY)])
    response = client.post(NEW, sent)
    assert said in text_of(response)
    assert client.post(NEW, sent | {"confirm": confirmation(response)}).status_code == 400
    sent |= {"confirm": confirmation(response), "reason": "theo văn bản"}
    assert client.post(NEW, sent).status_code == 302
    assert "theo văn bản" in text_of(client.get(f"{ROLLOUT}figures/of/{unit}"))


def test_a_page_and_a_bulletin_say_what_does_not_fit(august, signed_in, text_of):
    store([Count(HAU_GIANG, on(18), 60_000, source="report")])
    client = signed_in("province")
    said = "ít hơn tổng các đơn vị trực thuộc cùng ngày (8 trên 8 đơn vị: 61.333)"
    assert said in text_of(client.get(f"{ROLLOUT}figures/of/63:93"))
    assert said in text_of(client.get(ROLLOUT))  # the home page's bulletin
    report = bulletins.report_of(catalogue.all_units().unit(HAU_GIANG), on(18), Wanted())
    text = paper(report, Language.VIETNAMESE)
    assert any(said in each.replace("\u00a0", " ") for each in text.paragraphs)
    assert any("tổng các đơn vị trực thuộc 61.333" in each for each in text.notes)


def test_a_table_asks_about_the_rows_that_do_not_fit(august, signed_in, text_of):
    client = signed_in("province")
    file = SimpleUploadedFile("a.csv", "Ngày;Đơn vị;Số lượt cài\n18/8/2020;Hậu Giang;50.000".encode())
    page = client.get(client.post(f"{ROLLOUT}import", {"file": file}).url)
    assert "ít hơn tổng các đơn vị trực thuộc cùng ngày" in text_of(page)


def test_completeness_is_shown_day_by_day_and_level_by_level(august, signed_in, text_of):
    store([Count(each, on(17), 4_000, source="report") for each in DISTRICTS[:6]])
    page = signed_in("province").get(f"{ROLLOUT}reports/completeness")
    rows = {row["day"]: [(cell["known"], cell["all"]) for cell in row["cells"]] for row in page.context["rows"]}
    assert [rows[on(day)] for day in (18, 17, 16)] == [
        [("8", "8"), ("0", "75"), ("0", "2")], [("6", "8"), ("0", "75"), ("0", "0")],
        [("0", "8"), ("0", "75"), ("0", "0")],
    ]  # fmt: skip
    assert "thiếu: Huyện Long Mỹ, Thị xã Long Mỹ" in text_of(page)
    assert "reports/completeness" in text_of(signed_in("province").get(ROLLOUT))
    assert signed_in("head").get(f"{ROLLOUT}reports/completeness").status_code == 403
    assert signed_in("ministry").get(f"{ROLLOUT}reports/completeness?date=2020-08-10").status_code == 200


@pytest.fixture
def approved(august, signed_in):
    """The day that the province has approved."""
    response = signed_in("province").post(f"{ROLLOUT}reports/approve", {"of": "districts", "date": "2020-08-18"})
    assert response.status_code == 302


def test_an_approved_day_is_said_with_who_and_when(approved, signed_in, text_of):
    assert ApprovedDay.objects.get().place == "/63:93/"
    for name, page in (("province", "reports"), ("district", "reports"), ("district", f"figures/of/{DISTRICTS[0]}")):
        assert "Officer province" in text_of(signed_in(name).get(f"{ROLLOUT}{page}")), page
    assert signed_in("head").post(f"{ROLLOUT}reports/approve").status_code == 403
    assert "duyệt số liệu một ngày" in text_of(signed_in("province").get("/officer/changes"))


def test_an_approved_figure_changes_only_by_a_correction_that_is_shown(approved, signed_in, text_of):
    row = DailyCount.objects.get(key=str(DISTRICTS[0]), date=on(18))
    client, address = signed_in("district"), f"{ROLLOUT}figures/{row.pk}/correct"
    read = re.search(r'name="read" value="([^"]+)"', text_of(client.get(address)))[1]
    sent = {"installs": "7.200", "read": read}
    response = client.post(address, sent)
    assert "đã được duyệt" in text_of(response)
    sent |= {"confirm": confirmation(response)}
    assert client.post(address, sent).status_code == 400
    assert client.post(address, sent | {"reason": "cộng sót một phường"}).status_code == 302
    page = text_of(signed_in("province").get(f"{ROLLOUT}figures/of/{DISTRICTS[0]}"))
    assert "sau khi duyệt:" in page
    assert "7.100 → 7.200. Lý do: cộng sót một phường" in page
    entry = LogEntry.objects.filter(content_type__model="dailycount").latest("id")
    assert (entry.additional_data["why"], entry.additional_data["after_approval"]) == ("cộng sót một phường", True)


def test_an_approved_figure_is_taken_back_with_a_reason_only(approved, signed_in, text_of):
    row = DailyCount.objects.get(key=str(DISTRICTS[0]), date=on(18))
    client, address = signed_in("district"), f"{ROLLOUT}figures/{row.pk}/withdraw"
    refused = client.post(address, {"sure": "yes"})
    assert refused.status_code == 400
    assert "đã được duyệt" in text_of(refused)
    assert client.post(address, {"sure": "yes", "reason": "nhầm huyện"}).status_code == 302
    assert "nhầm huyện" in text_of(client.get(f"{ROLLOUT}figures/of/{DISTRICTS[0]}"))


def test_an_approval_is_withdrawn_with_a_reason_by_who_gave_it_only(approved, signed_in, text_of):
    address, of_the_18th = f"{ROLLOUT}reports/approval/withdraw", {"of": "districts", "date": "2020-08-18"}
    why = {"reason": "thị xã Long Mỹ gửi nhầm bảng"}
    province, district = signed_in("province"), signed_in("district")
    assert address not in text_of(district.get(f"{ROLLOUT}reports"))
    assert district.post(address, of_the_18th | {"of": "communes"} | why).status_code == 400
    assert signed_in("head").post(address, of_the_18th | why).status_code == 403
    assert address in text_of(province.get(f"{ROLLOUT}reports"))
    refused = province.post(address, of_the_18th | {"reason": " "})
    assert (refused.status_code, ApprovedDay.objects.count()) == (400, 1)
    assert refused.context["withdrawal"].errors
    assert province.post(address, of_the_18th | why).status_code == 302
    for each in (province, district):
        page = text_of(each.get(f"{ROLLOUT}reports?date=2020-08-18"))
        assert "Officer province: đã rút duyệt. Lý do: thị xã Long Mỹ gửi nhầm bảng" in page
    entry = LogEntry.objects.filter(content_type__model="approvedday").latest("id")
    assert (entry.action, entry.actor.username) == (LogEntry.Action.DELETE, "province")
    row = DailyCount.objects.get(key=str(DISTRICTS[0]), date=on(18))
    assert district.post(f"{ROLLOUT}figures/{row.pk}/withdraw", {"sure": "yes"}).status_code == 302
    assert province.post(address, of_the_18th | why).status_code == 400  # nothing to withdraw any more


def test_the_own_approval_of_a_place_does_not_bind_its_own_figure(approved, signed_in):
    client = signed_in("province")
    sent = {"unit": "63:93", "date": "18/8/2020", "installs": "62.000"}
    assert client.post(NEW, sent).status_code == 302
    assert client.post(NEW, sent | {"installs": "62.100"}).status_code == 302
