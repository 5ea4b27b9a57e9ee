# ruff: noqa: E501 - forms are tables
"""People without a smartphone, headers in two languages, days of gains and ranks, numbers that are no less or about so
many."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import Percent, book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.geography import catalogue
from bluezone.rollout.imports import Scope, preview
from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.inexact import bound_in, is_about, without_mark
from bluezone.rollout.reading.results import Reading
from bluezone.rollout.reading.tables import table_of

TITLE = "Kết quả cài Bluezone đến ngày 20/8/2020"
DAY = "2020-08-20"


def said(reading: Reading) -> list[str]:
    return [str(notice.text) for notice in reading.notices]


# --- who has none ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        ["Không smartphone"], ["No smartphone"], ["No smart phone"], ["Without smartphone"], ["Non-smartphone"], ["Don't have smartphone"],
        ["Máy không phải smartphone"], ["Điện thoại không thông minh"], ["Ko có ĐTTM"], ["K có ĐTTM"], ["Thiếu smartphone"],
        ["Smartphone: không có"], ["Chưa cài", "Không smartphone"], ["Chưa cài Bluezone", "Điện thoại không thông minh"],
        ["Không cài", "Không ĐTTM"], ["Chưa cài", "Điện thoại thông minh"], ["Chưa có", "ĐTTM"], ["Điện thoại thông minh", "Không"],
        ["Sử dụng smartphone", "Không"], ["Cài Bluezone", "Không"], ["Chưa cài", "Tổng số"], ["Not installed"], ["Not yet"],
        ["Có smartphone, chưa cài"],
    ],
)  # fmt: skip
def test_those_without_a_smartphone_or_the_app_are_no_smartphones_and_no_installations(path: list[str]) -> None:
    assert guess_surely(path).kind == "missing"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (["Điện thoại thông minh", "Có"], "smartphones"), (["Sử dụng smartphone", "Có"], "smartphones"), (["Số người có ĐTTM"], "smartphones"),
        (["HS K10 có smartphone"], "smartphones"), (["Mầm non có smartphone"], "smartphones"), (["Cài Bluezone", "Có"], "installs"),
        (["Chưa cài", "Không đồng ý"], "refused"), (["Installed"], "installs"), (["Hội viên", "Số HV có ĐTTM"], "smartphones"),
        (["Đã cài BLZ"], "installs"),
    ],
)  # fmt: skip
def test_those_with_one_stay_what_they_are(path: list[str], kind: str) -> None:
    found = guess_surely(path)
    assert found.kind == kind
    assert found.sure


VIETNAMESE = ["No.", "Bộ phận", "Tổng số CNV", "Đã cài", "Chưa cài", "Không có smartphone"]
ENGLISH = ["", "Department", "Headcount", "Installed", "Not yet", "No smartphone"]
PARTS = [[1, "Production 1", 486, 371, 55, 60], [2, "Production 2", 455, 330, 54, 71], [3, "SMT", 212, 188, 15, 9]]


@pytest.mark.parametrize(
    "head",
    [
        [VIETNAMESE, ENGLISH], [VIETNAMESE, ["No.", *ENGLISH[1:]]], [["TT", *VIETNAMESE[1:]], ["", *(f"({text})" for text in ENGLISH[1:])]],
        [["No.", *ENGLISH[1:]], ["TT", *VIETNAMESE[1:]]], [VIETNAMESE],
    ],
)  # fmt: skip
def test_a_header_in_two_languages_is_one(head: list[list[object]]) -> None:
    rows = [["CÔNG TY TNHH ABC VINA"], ["BÁO CÁO CÀI ĐẶT BLUEZONE 24/8/2020"], *head, *PARTS]
    reading = read_rows(book(("Report", rows)), within="63:93")
    assert not asked(reading)
    assert taken(reading) == {("headcount", "staff", "2020-08-24"), ("installs", "staff", "2020-08-24")}
    assert len(reading.figures) == 6


@pytest.mark.parametrize(
    ("phones", "key"), [((300, 250, 444), "column:Sheet1!D"), ((700, 250, 444), ""), ((700, 600, 500), "")]
)
def test_fewer_smartphones_than_installations_in_most_rows_are_asked_about(phones: tuple[int, ...], key: str) -> None:
    names = ["Xã Vị Bình", "Xã Vị Đông", "Xã Vị Trung"]
    rows = [
        [n, name, 6000, count, installs]
        for n, (name, count, installs) in enumerate(zip(names, phones, (600, 500, 400), strict=True), 1)
    ]
    data = book(("Sheet1", [[TITLE], ["TT", "Xã", "Dân số", "Số ĐTTM", "Đã cài"], *rows]))
    assert asked(read_rows(data, within="63:935")) == key
    if key:
        assert ("smartphones", "", DAY) in taken(read_rows(data, within="63:935", answers={key: "smartphones"}))
        assert ("smartphones", "", DAY) not in taken(read_rows(data, within="63:935", answers={key: "none"}))


def test_contacts_of_two_kinds_are_each_of_those_who_installed_it_among_them() -> None:
    rows = [[n, name, 20 + n, 18 + n, 50 + n, 44 + n] for n, name in enumerate(["Vị Bình", "Vị Đông", "Vị Trung"], 1)]
    head = ["TT", "Xã", "F1 đang cách ly", "F1 đã cài", "F2 đang cách ly", "F2 đã cài"]
    reading = read_rows(
        book(("Sheet1", [["TRUNG TÂM Y TẾ"], ["Người cách ly tại nhà cài Bluezone ngày 20/8/2020"], head, *rows])),
        within="63:935",
    )
    assert taken(reading) == {(kind, of, DAY) for kind in ("headcount", "installs") for of in ("F1", "F2")}


# --- days of what hangs on counts -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Tăng so với 17/8", "increase"), ("Tăng", "increase"), ("Số lượt cài mới", "increase"), ("Chênh lệch", "increase"), ("Xếp hạng", "rank"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["BC 21-8-2020.xlsx", "bieu.xlsx"])
def test_a_gain_or_a_rank_beside_counts_of_two_days_is_of_the_later(header: str, kind: str, name: str) -> None:
    counts = [("Vị Thanh", 9120, 12487), ("Ngã Bảy", 6905, 8100), ("Vị Thủy", 4000, 5200)]
    rows = [[unit, one, two, at if kind == "rank" else two - one] for at, (unit, one, two) in enumerate(counts, 1)]
    reading = read_rows(
        book(("Sheet1", [["Số lượt cài Bluezone"], ["Đơn vị", "Đến 17/8/2020", "Đến 20/8/2020", header], *rows])),
        name=name,
    )
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-17"), ("installs", "", DAY), (kind, "", DAY)}


def test_a_gain_of_today_keeps_the_day_of_the_report() -> None:
    rows = [["Vị Thanh", 9120, 12487, 300], ["Ngã Bảy", 6905, 8100, 200], ["Vị Thủy", 4000, 5200, 100]]
    reading = read_rows(
        book(
            (
                "Sheet1",
                [
                    ["Số lượt cài Bluezone đến ngày 21/8/2020"],
                    ["Đơn vị", "Đến 17/8/2020", "Đến 20/8/2020", "Tăng hôm nay"],
                    *rows,
                ],
            )
        )
    )
    assert ("increase", "", "2020-08-21") in taken(reading)


def test_a_last_decimal_that_is_nowhere_used_is_none() -> None:
    counts = [
        ("Thị trấn Nàng Mau", 8012, 1306),
        ("Xã Vị Bình", 8745, 802),
        ("Xã Vị Đông", 7013, 611),
        ("Xã Vị Trung", 9011, 1400),
        ("Xã Vị Thanh", 6999, 503),
    ]
    rows = [[name, people, count, Percent(round(count / people, 3))] for name, people, count in counts]
    plain = [[*row[:3], round(count * 100 / people, 1)] for row, (_, people, count) in zip(rows, counts, strict=True)]
    for each, form in ((rows, {}), (plain, {"D3:D7": "0.00"})):
        reading = read_rows(
            book(
                ("Sheet1", [[TITLE], ["Xã, thị trấn", "Số khẩu", "Số người đã cài", "Đạt tỷ lệ (%)"], *each], (), form)
            ),
            within="63:935",
        )
        assert not asked(reading)
        assert ("percent_population", "", DAY) in taken(reading)


# --- bounds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "> 20.000",
        "trên 20.000",
        "hơn 20.000",
        "20.000+",
        "hơn 20 nghìn",
        "≥ 20.000",
        "hơn 20.000 người",
        "từ 20.000 trở lên",
    ],
)
def test_no_less_than_so_many_is_a_bound(text: str) -> None:
    rows = [
        [TITLE],
        ["Đơn vị", "Số lượt cài đặt"],
        ["Huyện Vị Thủy", text],
        ["Huyện Phụng Hiệp", 15_000],
        ["Thành phố Vị Thanh", 14_000],
    ]
    reading = read_rows(book(("Sheet1", rows)))
    assert [(figure.value, figure.bound) for figure in reading.figures] == [
        (20_000, True),
        (15_000, False),
        (14_000, False),
    ]
    scope = Scope(today=dt.date(2020, 8, 31))
    found = preview(table_of(reading), catalogue.all_units(), catalogue.figures(), scope)
    assert [(row.count.installs, row.count.bound) for row in found.rows if row.count] == [
        (20_000, True),
        (15_000, False),
        (14_000, False),
    ]


@pytest.mark.parametrize(
    "text", ["gần 500", "khoảng 500", "~500", "xấp xỉ 500", "dưới 500", "ước 500", "gần 20 nghìn", "<500"]
)
def test_about_so_many_is_no_figure_and_is_said(text: str) -> None:
    rows = [
        [TITLE],
        ["Đơn vị", "Số lượt cài đặt"],
        ["Huyện Vị Thủy", text],
        ["Huyện Phụng Hiệp", 15_000],
        ["Thành phố Vị Thanh", 14_000],
    ]
    reading = read_rows(book(("Sheet1", rows)))
    assert len(reading.figures) == 2
    assert f"“{text}” in B3 is no exact number: it was left out" in said(reading)


def test_a_bound_of_people_is_no_figure() -> None:
    rows = [
        [TITLE],
        ["Đơn vị", "Dân số", "Đã cài"],
        ["Huyện Vị Thủy", "> 90.000", 9000],
        ["Huyện Phụng Hiệp", 190_000, 19_000],
        ["Thành phố Vị Thanh", 70_000, 8000],
    ]
    reading = read_rows(book(("Sheet1", rows)))
    assert [figure.name for figure in reading.figures if figure.kind == "population"] == [
        "Huyện Phụng Hiệp",
        "Thành phố Vị Thanh",
    ]
    assert "“> 90.000” in B3 is no exact number: it was left out" in said(reading)


@pytest.mark.parametrize(("text", "bound", "about", "bare"), [
    ("Trên 60", "60", False, "Trên 60"), ("> 20.000", "20.000", False, "20.000"), ("20.000", "", False, "20.000"),
    ("gần 500", "", True, "500"), ("Trên địa bàn", "", False, "Trên địa bàn"), ("Gần chợ 1", "", False, "Gần chợ 1"),
])  # fmt: skip
def test_the_words_of_an_inexact_number(text: str, bound: str, *, about: bool, bare: str) -> None:
    assert (bound_in(text), is_about(text), without_mark(text)) == (bound, about, bare)


def test_citizens_who_installed_it_are_those_in_quarantine_beside_them() -> None:
    rows = [[n, name, 200 + n, 150 + n] for n, name in enumerate(["Trung đoàn 114", "Trường Quân sự tỉnh"], 1)]
    data = book(
        ("Sheet1", [[TITLE], ["TT", "Khu cách ly", "Công dân đang cách ly", "Công dân đã cài Bluezone"], *rows])
    )
    assert taken(read_rows(data)) == {("headcount", "quarantined", DAY), ("installs", "quarantined", DAY)}
