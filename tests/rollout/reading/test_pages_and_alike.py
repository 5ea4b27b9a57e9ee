"""A header of two rows above names, headers again on the next page, hidden columns of .ods, hamlets and their parts,
columns that say the same of different people."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.results import Reading

TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
DAY = "2020-08-20"


def read(*rows: list[object], merged: Sequence[str] = (), **more: object) -> Reading:
    return read_rows(book(("Sheet1", list(rows), list(merged))), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("merged", [(), ("A2:A3", "B2:C2", "D2:E2")])
@pytest.mark.parametrize("first", ["Khoa", "Khoa/phòng", "Bộ môn", "Nơi làm việc"])
def test_a_header_of_two_rows_heads_names_whatever_stands_over_them(first: str, merged: tuple[str, ...]) -> None:
    reading = read(
        TITLE,
        [first, "Nhân viên", "", "Bệnh nhân", ""],
        ["", "Tổng số", "Đã cài", "Tổng số", "Đã cài"],
        ["Dược", 10, 5, 20, 8],
        ["Gây mê", 7, 6, 30, 9],
        merged=merged,
    )
    assert not asked(reading)
    assert taken(reading) == {(kind, of, DAY) for kind in ("headcount", "installs") for of in ("staff", "patients")}
    assert {figure.name for figure in reading.figures} == {"Dược", "Gây mê"}


HEADER: list[list[object]] = [["STT", "Đơn vị", "Dân số", "Bluezone", ""], ["", "", "", "Trong ngày", "Lũy kế"]]
FIRST: list[list[object]] = [[1, "TP Vị Thanh", 72_000, 40, 5_600], [2, "TP Ngã Bảy", 60_000, 30, 4_500]]
SECOND: list[list[object]] = [[3, "H. Phụng Hiệp", 180_000, 90, 9_900], [4, "H. Vị Thủy", 90_000, 50, 4_000]]
TOTAL: list[object] = ["", "Tổng cộng", 402_000, 210, 24_000]


@pytest.mark.parametrize("page", ["Trang 1/2", "Trang 1", "- 1 -", "(Xem tiếp trang sau)", None])
@pytest.mark.parametrize("numbered", [True, False])
def test_a_header_of_two_rows_comes_again_on_the_next_page(page: str | None, numbered: bool) -> None:
    between: list[list[object]] = [[page], []] if page else []
    rows = [TITLE, *HEADER, *FIRST, *between, *HEADER, *SECOND, TOTAL, ["Trang 2/2"]]
    if not numbered:
        rows = [row if len(row) < 2 else row[1:] for row in rows]
    reading = read(*rows)
    assert not asked(reading)
    assert not [notice for notice in reading.notices if notice.kind in {"total", "column"}]
    assert [figure.value for figure in reading.figures if figure.kind == "installs"] == [5_600, 4_500, 9_900, 4_000]


def test_the_same_header_over_the_same_names_begins_another_table() -> None:
    again = [[row[1], row[2], row[3], row[4]] for row in FIRST]
    later = [[name, people, 55, total + 55] for name, people, _, total in again]  # type: ignore[operator]
    header = [row[1:] for row in HEADER]
    reading = read(["Đến ngày 19/8/2020"], *header, *again, ["Đến ngày 20/8/2020"], *header, *later)
    days = {(str(figure.date), figure.value) for figure in reading.figures if figure.kind == "installs"}
    assert days == {("2020-08-19", 5_600), ("2020-08-19", 4_500), (DAY, 5_655), (DAY, 4_555)}


def ods(columns: str, rows: Sequence[Sequence[object]]) -> bytes:
    """Return an OpenDocument workbook whose columns are declared so."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="float" office:value="{each}"/>'
            if isinstance(each, int)
            else f"<table:table-cell><text:p>{each}</text:p></table:table-cell>"
            for each in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1">{columns}{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return stream.getvalue()


HIDDEN = '<table:table-column table:visibility="collapse"/>'
PLAIN = "<table:table-column/>"
COLUMNS = {
    "alone": f"{PLAIN}{HIDDEN}{PLAIN}",
    "in a group": f"{PLAIN}<table:table-column-group>{HIDDEN}</table:table-column-group>{PLAIN}",
    "behind repeated ones": f'<table:table-column table:number-columns-repeated="1"/>{HIDDEN}',
}


@pytest.mark.parametrize("columns", COLUMNS.values(), ids=list(COLUMNS))
def test_hidden_columns_of_an_ods_are_left_out(columns: str) -> None:
    rows = [TITLE, ["Đơn vị", "Số đã cài", "Số đã cài"], ["TP Vị Thanh", 111, 5_600], ["TP Ngã Bảy", 222, 4_500]]
    reading = read_rows(ods(columns, rows), name="bieu.ods")
    assert not asked(reading)
    assert [figure.value for figure in reading.figures] == [5_600, 4_500]
    assert [notice.kind for notice in reading.notices] == ["hidden"]


@pytest.mark.parametrize(
    "header", ["Ấp, tổ", "Ấp/tổ", "Thôn, xóm", "Xóm", "Tổ nhân dân tự quản", "Thôn/xóm/tổ dân phố"]
)
def test_a_header_of_hamlets_and_their_parts_names_rows(header: str) -> None:
    assert guess([header]).kind == "hamlet"


def test_parts_of_hamlets_bear_the_name_of_the_heading_above_them() -> None:
    reading = read(
        TITLE, ["Ấp, tổ", "Đã cài"],
        ["Ấp 1"], ["Tổ 1", 5], ["Tổ 2", 6], ["Ấp 2"], ["Tổ 1", 7], ["Tổ 2", 8], ["Tổ 3", 9],
        within="63:31450",
    )  # fmt: skip
    names = [figure.name for figure in reading.figures]
    assert names == ["Tổ 1 (Ấp 1)", "Tổ 2 (Ấp 1)", "Tổ 1 (Ấp 2)", "Tổ 2 (Ấp 2)", "Tổ 3 (Ấp 2)"]


APART = [
    ("Công nhân", "Nhân viên văn phòng", "Công nhân", "Nhân viên văn phòng"),
    ("Lao động trực tiếp", "Cán bộ quản lý", "Lao động trực tiếp", "Cán bộ quản lý"),
    ("Bệnh nhân", "Người nhà bệnh nhân", "patients", "families"),
]


@pytest.mark.parametrize(("one", "other", "of_one", "of_other"), APART)
def test_columns_alike_under_different_people_are_kept_apart(one: str, other: str, of_one: str, of_other: str) -> None:
    reading = read(
        TITLE, ["STT", "Doanh nghiệp", one, "", "", other, "", ""],
        ["", "", "Tổng số", "Đã cài", "Tỷ lệ", "Tổng số", "Đã cài", "Tỷ lệ"],
        [1, "Công ty A", 900, 300, "33,3%", 50, 40, "80%"], [2, "Công ty B", 400, 100, "25%", 30, 20, "66,7%"],
        merged=("C2:E2", "F2:H2"),
    )  # fmt: skip
    assert not asked(reading)
    assert {each[:2] for each in taken(reading)} == {
        (kind, of) for kind in ("headcount", "installs") for of in (of_one, of_other)
    }


@pytest.mark.parametrize("part", ["Lao động nữ", "Lao động thời vụ"])
def test_people_whom_others_may_contain_are_asked_about(part: str) -> None:
    reading = read(
        TITLE, ["STT", "Doanh nghiệp", "Lao động", "", part, ""], ["", "", "Tổng số", "Đã cài", "Tổng số", "Đã cài"],
        [1, "Công ty A", 900, 300, 50, 40], [2, "Công ty B", 400, 100, 30, 20], merged=("C2:D2", "E2:F2"),
    )  # fmt: skip
    assert not {of for _, of, _ in taken(reading)} - {"staff"}
