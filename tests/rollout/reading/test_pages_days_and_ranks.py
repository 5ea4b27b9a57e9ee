"""Sums that a printed page carries to the next, sites below headings of days, ranks by a measure,
titles in a table of HTML of their own."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.page_breaks import is_carried
from bluezone.rollout.reading.results import Reading
from bluezone.rollout.reading.textfiles import open_html


def read(*rows: list[object], **more: object) -> Reading:
    return read_rows(book(("Sheet1", list(rows))), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Trang 1 chuyển sang", "Trang 1 mang sang", "Cộng trang 1", "Cộng trang 1 mang sang", "Chuyển trang sau",
        "Chuyển sang trang 2", "Cộng chuyển trang sau", "Mang sang từ trang 1", "Số liệu trang trước chuyển sang",
        "Cộng trang 1 chuyển sang trang 2", "Lũy kế đến trang 2", "Cộng trang này", "Cộng dồn trang 2", "Mang sang",
    ],
)  # fmt: skip
def test_sums_carried_between_pages(text: str) -> None:
    assert is_carried(text)


@pytest.mark.parametrize(
    "text", ["Tổ 1 chuyển sang", "Nha Trang", "Trang 1", "Chuyển Mỹ", "Mang Thít", "Cộng Hòa", "Tổng cộng"]
)
def test_places_and_totals_are_no_sums_carried(text: str) -> None:
    assert not is_carried(text)


HAMLETS = [("Thôn Tân Trung", 842, 148), ("Thôn Tân Bắc", 732, 159), ("Thôn Tân Bằng", 625, 88)]
MORE_HAMLETS = [("Thôn Tân Sơn", 444, 85), ("Thôn Tân Yên", 549, 93)]


@pytest.mark.parametrize(
    ("ends", "begins"),
    [("Cộng trang 1", "Trang 1 chuyển sang"), ("Chuyển trang sau", "Trang 1 mang sang"),
     ("Cộng trang 1 chuyển sang", "Cộng trang 1")],
)  # fmt: skip
def test_a_page_begins_with_the_sum_of_the_page_before(ends: str, begins: str) -> None:
    head: list[object] = ["TT", "Thôn, buôn", "Số khẩu", "Số người đã cài"]
    first: list[list[object]] = [[at, *row] for at, row in enumerate(HAMLETS, 1)]
    second: list[list[object]] = [[at, *row] for at, row in enumerate(MORE_HAMLETS, len(HAMLETS) + 1)]
    carried = [sum(row[1] for row in HAMLETS), sum(row[2] for row in HAMLETS)]
    total = [sum(row[1] for row in HAMLETS + MORE_HAMLETS), sum(row[2] for row in HAMLETS + MORE_HAMLETS)]
    reading = read(
        ["SỐ NGƯỜI CÀI BLUEZONE ĐẾN NGÀY 26/8/2020"], head, *first, ["", ends, *carried],
        head, ["", begins, *carried], *second, ["", "Tổng cộng", *total],
        within="63:24349",
    )  # fmt: skip
    installs = {figure.written: int(figure.value) for figure in reading.figures if figure.kind == "installs"}
    assert installs == {name: value for name, _, value in HAMLETS + MORE_HAMLETS}


SITES = ["Trường Quân sự tỉnh", "Trung đoàn 174"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ngày 25/8", "Ngày 26/8"), ("NGÀY 25 THÁNG 8", "NGÀY 26 THÁNG 8"), ("I. Ngày 25/8", "II. Ngày 26/8"),
     ("Tính đến ngày 25/8", "Tính đến ngày 26/8")],
)  # fmt: skip
def test_a_heading_of_a_day_gives_the_units_below_no_name(one: str, other: str) -> None:
    reading = read(
        ["CÔNG DÂN CÁCH LY TẬP TRUNG CÀI ĐẶT BLUEZONE NĂM 2020"],
        ["TT", "Khu cách ly", "Đang cách ly", "Đã cài Bluezone"],
        [one], [1, SITES[0], 112, 81], [2, SITES[1], 143, 92],
        [other], [1, SITES[0], 118, 92], [2, SITES[1], 149, 98],
        within="63:72", answers={"flow": "cumulative"},
    )  # fmt: skip
    assert not asked(reading)
    installs = [(figure.written, str(figure.date), int(figure.value))
                for figure in reading.figures if figure.kind == "installs"]  # fmt: skip
    assert sorted(installs) == sorted([
        (SITES[0], "2020-08-25", 81), (SITES[1], "2020-08-25", 92),
        (SITES[0], "2020-08-26", 92), (SITES[1], "2020-08-26", 98),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (["Hạng theo smartphone"], "rank"),
        (["Hạng (theo smartphone)"], "rank"),
        (["Vị trí theo smartphone"], "rank"),
        (["Thứ tự theo ĐTTM"], "rank"),
        (["Hạng theo dân số"], "rank"),
        (["Hạng theo số lượt cài đặt"], "rank"),
        (["Hạng % smartphone"], "rank"),
        (["Xếp hạng", "Theo smartphone"], "rank"),
        (["Hạng ngày 20/8"], "rank"),
        (["Hạng theo smartphone tuần trước"], "unknown"),
        (["Tăng/giảm hạng theo smartphone"], "unknown"),
        (["Thứ tự"], "order"),
        (["Hàng ngày cài đặt"], "installs"),
        (["Xếp hạng", "Đơn vị"], "unit"),
        (["Hạng", "Số người đã cài"], "installs"),
    ],
)
def test_a_header_that_begins_with_a_word_of_rank_and_names_a_measure(path: list[str], kind: str) -> None:
    assert guess(path).kind == kind


TITLE_TABLE = """<table><tr><td colspan="3">UBND TỈNH HẬU GIANG</td><td>Ngày kết xuất: 22/08/2020 08:12</td></tr>
<tr><td colspan="4">BIỂU 03: KẾT QUẢ CÀI ĐẶT BLUEZONE</td></tr><tr><td colspan="4">{period}</td></tr></table>"""
FIGURES_TABLE = """<table><tr><th rowspan="2">STT</th><th rowspan="2">Đơn vị</th><th colspan="2">Bluezone</th></tr>
<tr><th>Dân số</th><th>Lũy kế số người đã cài đặt</th></tr>
<tr><td>1</td><td>Vị Thanh</td><td>97.200</td><td>12.345</td></tr>
<tr><td>2</td><td>Phụng Hiệp</td><td>188.000</td><td>9.012</td></tr></table>"""
SIGNED_TABLE = "<table><tr><td>Người lập biểu</td><td>Giám đốc</td></tr></table>"


@pytest.mark.parametrize("end", ["", SIGNED_TABLE])
@pytest.mark.parametrize(
    "period", ["Kỳ báo cáo: từ ngày 14/08/2020 đến ngày 20/08/2020", "Số liệu đến ngày 20/08/2020"]
)
def test_a_title_in_a_table_of_its_own_is_that_of_the_figures_in_the_next(period: str, end: str) -> None:
    page = f"<html><body>{TITLE_TABLE.format(period=period)}{FIGURES_TABLE}{end}</body></html>"
    reading = read_rows(page.encode(), name="bieu.xls")
    assert not asked(reading)
    assert {(figure.name, figure.kind, str(figure.date), int(figure.value)) for figure in reading.figures} == {
        ("Thành phố Vị Thanh", "population", "2020-08-20", 97200),
        ("Thành phố Vị Thanh", "installs", "2020-08-20", 12345),
        ("Huyện Phụng Hiệp", "population", "2020-08-20", 188000),
        ("Huyện Phụng Hiệp", "installs", "2020-08-20", 9012),
    }


def test_two_tables_of_figures_stay_two() -> None:
    page = f"<html><body>{FIGURES_TABLE}{FIGURES_TABLE}</body></html>"
    assert len(open_html(page, "bieu.xls")) == 2
