# ruff: noqa: E501 - forms are tables
"""Persons on duty, offices at the head of a list, parts of an office, shares over their wholes, names beside places."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.results import Reading

TITLE = "KẾT QUẢ CÀI BLUEZONE ĐẾN NGÀY 24/8/2020"
DAY = "2020-08-24"
COMMUNES = ("Vị Bình", "Vị Đông", "Vị Thắng")


def said(reading: Reading) -> list[str]:
    return [str(notice.text) for notice in reading.notices]


@pytest.mark.parametrize(
    "names",
    [
        ("Hà, Tú", "Hà, Bình", "Tú, Bình"),
        ("Hà - Tú", "Mai - Lan", "Tú - Hà"),
        ("Trần Văn Hà", "Lê Thị Tú", "Phạm Bình"),
        ("Hà", "Tú", "Bình"),
    ],
)
@pytest.mark.parametrize("head", ["Nhân viên trực", "Người trực", "Cán bộ trực"])
def test_persons_on_duty_name_no_rows(head: str, names: tuple[str, ...]) -> None:
    rows = [[dt.date(2020, 8, 15 + n), 24, 184 + n, 61, 78, 45, name] for n, name in enumerate(names)]
    over = [["CÔNG TY CP VẬN TẢI ĐƯỜNG SẮT"], ["GA THÁP CHÀM"], ["SỔ THEO DÕI CÀI ĐẶT BLUEZONE"]]
    heads = [
        "Ngày",
        "Số tàu khách dừng đón, trả",
        "Số hành khách được vận động",
        "Đã cài từ trước",
        "Cài mới tại ga",
        "Từ chối",
        head,
    ]
    reading = read_rows(book(("S", [*over, heads, *rows], [])))
    assert asked(reading) == ""
    assert {figure.name for figure in reading.figures} == {"GA THÁP CHÀM, CÔNG TY CP VẬN TẢI ĐƯỜNG SẮT"}
    assert {(figure.kind, figure.of) for figure in reading.figures} == {
        (kind, "guests") for kind in ("asked", "had", "increase", "refused")
    }


@pytest.mark.parametrize(
    "office",
    ["CÔNG AN HUYỆN VỊ THỦY", "BAN CHỈ HUY QUÂN SỰ HUYỆN VỊ THỦY", "HẠT KIỂM LÂM HUYỆN VỊ THỦY", "HUYỆN ĐOÀN VỊ THỦY"],
)
def test_whether_an_office_counts_its_own_or_the_district_is_asked(office: str) -> None:
    rows = [
        [1, "Tổng số cán bộ, chiến sĩ", "người", 126],
        [2, "Số cán bộ, chiến sĩ đã cài đặt", "người", 119],
        [3, "Số thân nhân CBCS đã cài đặt", "người", 208],
    ]
    data = book(("S", [[office], [TITLE], ["STT", "Nội dung", "Đơn vị tính", "Số lượng"], *rows], []))
    reading = read_rows(data, within="63:935")
    assert asked(reading) == "unit"
    assert office in {choice.value for choice in reading.question.choices} if reading.question else False
    assert {figure.name for figure in read_rows(data, within="63:935", answers={"unit": office}).figures} == {office}


@pytest.mark.parametrize(
    "parts", [("Trong đó: - Chi cục Kiểm lâm", "- Chi cục Thủy lợi"), ("Trong đó: Chi cục Kiểm lâm", "Trong đó: Chi cục Thủy lợi")]
)  # fmt: skip
def test_parts_of_an_office_are_no_units_beside_it(parts: tuple[str, str]) -> None:
    rows = [
        [1, "Sở Tài chính", 55, 54],
        [2, "Sở NN&PTNT", 418, 371],
        ["", parts[0], 120, 100],
        ["", parts[1], 60, 58],
        [3, "Sở Y tế", 48, 48],
        ["", "Cộng", 521, 473],
    ]
    reading = read_rows(book(("S", [[TITLE], ["TT", "Đơn vị", "Tổng số CBCCVC", "Đã cài đặt"], *rows], [])))
    assert {figure.name for figure in reading.figures} == {"Sở Tài chính", "Sở NN&PTNT", "Sở Y tế"}
    assert [text for text in said(reading) if "part of the row above" in text]
    assert not [text for text in said(reading) if "add up" in text]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (["Tỷ lệ cài đặt trên", "Dân số"], "percent_population"), (["Tỷ lệ cài đặt trên", "Smartphone"], "percent_smartphones"),
        (["Tỷ lệ cài đặt (%)", "Điện thoại thông minh"], "percent_smartphones"), (["Tỷ lệ trên tổng số", "Dân số"], "percent_population"),
        (["Số Bluezoner có số điện thoại", "% dân số"], "percent_population"), (["Số máy đang hoạt động", "% dân số"], "percent_population"),
        (["Tỷ lệ cài đặt", "Số người đã cài"], "installs"), (["Số máy đang hoạt động", "Lũy kế"], "active"), (["Dân số", "Smartphone"], "smartphones"),
    ],
)  # fmt: skip
def test_shares_below_what_they_are_of(path: list[str], kind: str) -> None:
    assert guess_surely(path).kind == kind


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("Tổ công tác", ("Tổ 1", "Tổ 2", "Tổ 3")),
        ("Cơ quan đỡ đầu", ("VNPT", "Viettel", "Bưu điện")),
        ("Cụm", ("Cụm Bắc", "Cụm Nam", "Cụm Đông")),
    ],
)
def test_who_helps_places_is_no_unit_beside_the_people_who_live_there(head: str, names: tuple[str, ...]) -> None:
    rows = [[n + 1, *each, 8200 + n, 900 + n] for n, each in enumerate(zip(COMMUNES, names, strict=True))]
    reading = read_rows(book(("S", [[TITLE], ["TT", "Xã", head, "Dân số", "Đã cài"], *rows], [])), within="63:935")
    assert taken(reading) == {("population", "", DAY), ("installs", "", DAY)}
    assert {figure.unit.name for figure in reading.figures if figure.unit} == set(COMMUNES)
    assert [text for text in said(reading) if "holds names that were not taken" in text]


def test_a_name_keeps_no_mark_of_a_footnote() -> None:
    rows = [[1, "TH Vị Thanh (*)", 20], [2, "TH Vị Đông", 30], ["", "(*) Số liệu đến ngày 20/8/2020"]]
    reading = read_rows(book(("S", [[TITLE], ["TT", "Trường", "HS đã cài"], *rows], [])))
    assert {(figure.name, str(figure.date)) for figure in reading.figures} == {
        ("TH Vị Thanh", "2020-08-20"),
        ("TH Vị Đông", DAY),
    }


@pytest.mark.parametrize("answer", ["foo", "headcount:guests;column:S!E=increase", "installs:staff:x"])
def test_an_answer_that_says_no_kind_is_refused(answer: str) -> None:
    data = book(
        ("S", [[TITLE], ["TT", "Xã", "Đã cài", "Khác"], *([n + 1, name, 90, 9] for n, name in enumerate(COMMUNES))], [])
    )
    with pytest.raises(TableError, match="says not what a column counts"):
        read_rows(data, within="63:935", answers={"column:S!D": answer})
    for right in ("none", "", "increase", "installs:Thợ may"):
        read_rows(data, within="63:935", answers={"column:S!D": right})


@pytest.mark.parametrize(
    "heads", [("Số người có smartphone", "Số người đã cài Bluezone"), ("Có smartphone", "Đã cài Bluezone"), ("Trong đó: có smartphone", "Trong đó: đã cài")]
)  # fmt: skip
def test_columns_behind_people_count_these_though_others_follow_with_their_own(heads: tuple[str, str]) -> None:
    rows = [[1, "Trung đoàn 114", 40, 38, 30, 9, 8], [2, "Trường Quân sự", 50, 44, 40, 7, 7]]
    over = [
        ["TT", "Khu cách ly", "Số người đang cách ly", *heads, "Cán bộ phục vụ", ""],
        ["", "", "", "", "", "Tổng số", "Đã cài"],
    ]
    reading = read_rows(book(("S", [[TITLE], *over, *rows], ["F2:G2", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3"])))
    quarantined = {(kind, "quarantined", DAY) for kind in ("headcount", "smartphones", "installs")}
    assert taken(reading) == quarantined | {("headcount", "staff", DAY), ("installs", "staff", DAY)}


def test_guests_who_installed_it_at_the_counter_were_added() -> None:
    head = ["TT", "Khách sạn", "Số nhân viên", "Đã cài", "Lượt khách", "Có sẵn", "Cài tại quầy lễ tân"]
    reading = read_rows(book(("S", [[TITLE], head, [1, "KS A", 40, 38, 30, 9, 8], [2, "KS B", 50, 44, 40, 7, 7]], [])))
    assert {(kind, of) for kind, of, _ in taken(reading) if of == "guests"} == {
        (kind, "guests") for kind in ("headcount", "had", "increase")
    }
    assert ("installs", "staff", DAY) in taken(reading)


@pytest.mark.parametrize("had", ["Đã có app", "Đã có ứng dụng", "Đã có Bluezone"])
def test_who_has_it_already_is_a_part_only_where_people_were_asked(had: str) -> None:
    rows = [[1, "KS A", 40, 18, 12, 10], [2, "KS B", 50, 24, 16, 10]]
    asked_too = read_rows(
        book(("S", [[TITLE], ["TT", "Khách sạn", "Khách được nhắc cài", had, "Cài mới", "Từ chối"], *rows], []))
    )
    assert {kind for kind, _, _ in taken(asked_too)} == {"asked", "had", "increase", "refused"}
    alone = read_rows(book(("S", [[TITLE], ["TT", "Bộ phận", "Quân số", had], *(row[:4] for row in rows)], [])))
    assert {kind for kind, _, _ in taken(alone)} == {"headcount", "installs"}
    before = read_rows(
        book(("S", [[TITLE], ["TT", "Bộ phận", "Quân số", "Đã có sẵn"], *(row[:4] for row in rows)], []))
    )
    assert {kind for kind, _, _ in taken(before)} == {"headcount", "had"}
