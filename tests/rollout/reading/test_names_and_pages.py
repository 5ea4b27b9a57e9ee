"""Names under a header that no list knows, people in short, days of parts, pages of one table, its totals."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.results import Reading

TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
NAMES = ["TP Vị Thanh", "TP Ngã Bảy", "H. Phụng Hiệp"]
DAY = "2020-08-20"


def read(*rows: list[object], **more: object) -> Reading:
    return read_rows(book(("Sheet1", list(rows))), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize("header", ["Tuyến", "Tuyến xe", "Khu vực / ngành hàng", "Dây chuyền"])
def test_the_first_column_names_rows_whatever_it_is_headed_with(header: str, numbered: bool) -> None:
    heads: list[object] = [header, "Số xe", "Số lái, phụ xe", "Lái, phụ xe đã cài Bluezone"]
    rows: list[list[object]] = [["Khu một - Bến trên", 18, 36, 33], ["Khu hai - Bến dưới", 9, 18, 15]]
    if numbered:
        heads, rows = ["STT", *heads], [[at, *row] for at, row in enumerate(rows, start=1)]
    reading = read(TITLE, heads, *rows, within="63:94")
    assert not asked(reading)
    assert taken(reading) == {("headcount", "drivers", DAY), ("installs", "drivers", DAY)}
    assert {figure.written for figure in reading.figures} == {"Khu một - Bến trên", "Khu hai - Bến dưới"}


@pytest.mark.parametrize("names", [("Khu một", "Khu một"), (None, "Khu hai"), (1, 2)])
def test_a_first_column_of_the_same_texts_names_no_rows(names: tuple[object, object]) -> None:
    with pytest.raises(TableError):
        read(TITLE, ["Dây chuyền", "Số xe", "Đã cài Bluezone"], [names[0], 18, 33], [names[1], 9, 15])


@pytest.mark.parametrize("header", ["Cộng tác viên", "Tình nguyện viên", "TNV"])
def test_a_list_of_single_persons_is_no_table_of_units(header: str) -> None:
    with pytest.raises(TableError):
        read(TITLE, [header, "Số hộ", "Đã cài Bluezone"], ["Lê Thị Hoa", 18, 33], ["Trần Văn Nam", 9, 15])


def test_a_list_of_stalls_with_telephone_numbers_is_no_table_of_units() -> None:
    heads: list[object] = ["Lô", "Số điện thoại", "Số người trong sạp", "Đã cài Bluezone"]
    with pytest.raises(TableError):
        read(TITLE, heads, ["A01", "0978 112 305", 3, 1], ["A02", "0978 112 306", 2, 0])


def test_a_table_without_installations_needs_a_known_header() -> None:
    with pytest.raises(TableError):
        read(["Theo dõi xe"], ["Dây chuyền", "Số xe", "Số ghế"], ["Khu một", 18, 33], ["Khu hai", 9, 15])


def test_those_who_sell_go_before_their_households() -> None:
    heads: list[object] = ["Khu vực / ngành hàng", "Số hộ kinh doanh", "Số người bán hàng", "Đã cài Bluezone"]
    title: list[object] = ["Bảng theo dõi tiểu thương cài đặt Bluezone đến ngày 20/8/2020"]
    reading = read(title, heads, ["Nhà tròn", 312, 488, 371], ["Khu hải sản", 146, 255, 210], within="63:568")
    assert not asked(reading)
    assert [(figure.kind, figure.of, int(figure.value)) for figure in reading.figures] == [
        ("headcount", "traders", 488), ("installs", "traders", 371),
        ("headcount", "traders", 255), ("installs", "traders", 210),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "kind", "of"),
    [
        ("HV có ĐT thông minh", "smartphones", "HV"),
        ("Số ĐV có smartphone", "smartphones", "ĐV"),
        ("CN đang dùng điện thoại thông minh", "smartphones", "CN"),
        ("HS có ĐT thông minh", "smartphones", "pupils"),
        ("Số người dùng (có SĐT)", "with_phone", ""),
        ("Số người dùng có số điện thoại", "with_phone", ""),
    ],
)
def test_people_in_short_and_users_with_a_number(header: str, kind: str, of: str) -> None:
    found = guess_surely([header])
    assert (found.kind, found.of) == (kind, of)


def test_members_in_short_are_those_of_the_column_beside() -> None:
    heads: list[object] = ["STT", "Chi hội", "Số hội viên", "HV có ĐT thông minh", "HV đã cài Bluezone"]
    reading = read(TITLE, heads, [1, "Ấp 1", 100, 74, 47], [2, "Ấp 2", 150, 111, 90], within="63:25288")
    assert not asked(reading)
    assert taken(reading) == {(kind, "members", DAY) for kind in ("headcount", "smartphones", "installs")}


@pytest.mark.parametrize("stamp", ["2020-08-20T17:00:00", "2020-08-20T17:00:00Z", "2020-08-20 17:00:00"])
@pytest.mark.parametrize("header", ["thoi_gian_chot", "Thời gian chốt"])
def test_a_stamp_with_its_hour_is_a_day(header: str, stamp: str) -> None:
    lines = [f"ten_don_vi;so_luot_cai_dat;{header}", *(f"{name};7200;{stamp}" for name in NAMES)]
    reading = read_rows("\n".join(lines).encode(), name="export.csv")
    assert not asked(reading)
    assert taken(reading) == {("installs", "", DAY)}


def test_a_part_has_the_day_of_its_whole() -> None:
    title: list[object] = ["Kết quả cài đặt và sử dụng Bluezone"]
    heads: list[object] = ["Đơn vị", "Số người đã cài (đến 16h ngày 19/8/2020)", "Trong đó: đang sử dụng thường xuyên"]
    reading = read(title, heads, *([name, 7200, 6100] for name in NAMES))
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-19"), ("active", "", "2020-08-19")}


@pytest.mark.parametrize("mark", ["Ngày khóa sổ: 20/8/2020", "Khoá sổ ngày 20/8/2020"])
def test_a_book_is_closed_on_the_day_of_its_figures(mark: str) -> None:
    reading = read(["SỔ THEO DÕI BLUEZONE"], [mark], ["Đơn vị", "Đã cài"], *([name, 7200] for name in NAMES))
    assert not asked(reading)
    assert taken(reading) == {("installs", "", DAY)}


HEAD: list[object] = ["TT", "Đơn vị", "Dân số", "Đã cài"]


@pytest.mark.parametrize(("total", "differs"), [(32_100, False), (32_000, True)])
def test_a_header_that_a_page_repeats_begins_no_table(total: int, differs: bool) -> None:
    pages = [[1, NAMES[0], 73_000, 7200], [2, NAMES[1], 61_000, 6100]], [[3, NAMES[2], 188_000, 18_800]]
    last: list[object] = [None, "Toàn tỉnh", 322_000, total]
    reading = read(TITLE, HEAD, *pages[0], [], HEAD, *pages[1], last)
    assert len(reading.figures) == 6
    assert [notice.kind for notice in reading.notices] == ["total"] * differs


def test_a_numbering_that_begins_anew_is_another_table() -> None:
    above, below = [1, NAMES[0], 73_000, 7200], [1, NAMES[2], 188_000, 18_800]
    total: list[object] = [None, "Tổng", 188_000, 18_800]
    reading = read(TITLE, HEAD, above, [2, NAMES[1], 61_000, 6100], [], HEAD, below, total)
    assert len(reading.figures) == 6
    assert not [notice for notice in reading.notices if notice.kind == "total"]


@pytest.mark.parametrize(("whole", "differs"), [(13_300, False), (13_000, True)])
def test_the_next_group_ends_the_one_before_it(whole: int, differs: bool) -> None:
    heads: list[object] = ["TT", "Đối tượng, địa bàn", "Đã cài Bluezone"]
    rows: list[list[object]] = [
        ["I", "Cán bộ của đồn", 74], ["II", "Nhân dân các xã biên giới", whole], [1, NAMES[0], 7200],
        [2, NAMES[1], 6100], ["III", "Lái xe hàng qua cửa khẩu", 402],
    ]  # fmt: skip
    reading = read(TITLE, heads, *rows)
    assert [notice.line for notice in reading.notices if notice.kind == "total"] == [4] * differs


@pytest.mark.parametrize(("total", "differs"), [(4.108, False), (4.208, True)])
def test_a_total_is_in_thousands_as_its_rows_are(total: float, differs: bool) -> None:
    rows: list[list[object]] = [[NAMES[0], 1.276], [NAMES[1], 1.832], [NAMES[2], 1000]]
    reading = read(TITLE, ["Đơn vị", "Đã cài"], *rows, ["Tổng", total], answers={"thousands:B": "yes"})
    assert [int(figure.value) for figure in reading.figures] == [1276, 1832, 1000]
    assert [notice.kind for notice in reading.notices] == ["total"] * differs


@pytest.mark.parametrize("header", ["Tuyến", "Tuyến xe"])
def test_a_route_is_no_place(header: str) -> None:
    rows: list[list[object]] = [["Sóc Trăng - Cần Thơ", 18, 36, 33], ["Sóc Trăng - Vĩnh Châu", 9, 18, 15]]
    heads: list[object] = [header, "Số xe", "Số lái, phụ xe", "Lái, phụ xe đã cài Bluezone"]
    reading = read(TITLE, heads, *rows, within="63:94")
    assert [(figure.unit, figure.written) for figure in reading.figures if figure.kind == "installs"] == [
        (None, "Sóc Trăng - Cần Thơ"), (None, "Sóc Trăng - Vĩnh Châu")]  # fmt: skip
