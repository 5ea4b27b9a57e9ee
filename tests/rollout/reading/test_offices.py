"""Schools, offices and hamlets that are called like places are not the places."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

TITLE = "KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN 20/8/2020"
COMMUNES = ("Vị Trung", "Vị Thủy", "Vị Thắng", "Vĩnh Tường")


def form(
    heading: str, count: str = "Đã cài", title: str = TITLE, values: tuple[int, ...] = (812, 640, 733, 590)
) -> bytes:
    """Return a form of rows called like communes of Vị Thủy below a heading."""
    rows = [[n, name, value] for n, (name, value) in enumerate(zip(COMMUNES, values, strict=True), 1)]
    return book(("Sheet1", [[title], ["TT", heading, count], *rows]))


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Trường", "Trường Vị Trung"),
        ("Trường tiểu học", "Trường tiểu học Vị Trung"),
        ("Chợ", "Chợ Vị Trung"),
        ("HTX", "HTX Vị Trung"),
        ("Chi bộ", "Chi bộ Vị Trung"),
        ("Tên cơ sở", "Cơ sở Vị Trung"),
        ("Khách sạn", "Khách sạn Vị Trung"),
        ("Bến xe", "Bến xe Vị Trung"),
    ],
)
def test_sites_called_like_places_are_named_in_full(heading: str, name: str) -> None:
    reading = read_rows(form(heading), within="63:935")
    assert {figure.unit for figure in reading.figures} == {None}
    assert reading.figures[0].name == name


@pytest.mark.parametrize(
    "heading",
    ["Trạm y tế", "Công an xã, thị trấn", "Đoàn xã", "Hội LHPN xã", "Bưu điện", "Tổ công nghệ cộng đồng xã", "Khu vực"],
)
def test_offices_of_places_are_asked(heading: str) -> None:
    data = form(heading)
    assert asked(read_rows(data, within="63:935")) == "rows"
    others = read_rows(data, within="63:935", answers={"rows": "others"})
    assert [figure.unit for figure in others.figures] == [None] * 4
    places = read_rows(data, within="63:935", answers={"rows": "places"})
    assert all(figure.unit is not None for figure in places.figures)
    assert len(places.figures) == 4


@pytest.mark.parametrize("heading", ["Địa phương", "Đơn vị", "Xã, thị trấn", "Đơn vị báo cáo", "UBND xã"])
def test_headings_of_places_are_not_asked(heading: str) -> None:
    reading = read_rows(form(heading), within="63:935")
    assert not asked(reading)
    assert all(figure.unit is not None for figure in reading.figures)


def test_a_council_with_as_many_as_its_officials_is_asked() -> None:
    assert asked(read_rows(form("UBND xã", values=(18, 20, 19, 21)), within="63:935")) == "rows"


@pytest.mark.parametrize("heading", ["Ấp", "Thôn", "Tổ dân phố"])
def test_hamlets_called_like_communes_are_none(heading: str) -> None:
    reading = read_rows(form(heading), within="63:935")
    assert [figure.unit for figure in reading.figures] == [None] * 4


def test_hamlets_called_like_communes_of_other_places_are_read() -> None:
    rows = [[n, name, 250 + n] for n, name in enumerate(["Đông Lợi", "Tân Long", "Đông Thuận"], 1)]
    reading = read_rows(book(("Sheet1", [[TITLE], ["TT", "Ấp", "Số người đã cài"], *rows])), within="63:31384")
    assert [figure.name for figure in reading.figures] == ["Đông Lợi", "Tân Long", "Đông Thuận"]


def test_a_place_that_names_a_market_in_brackets_is_the_market() -> None:
    rows = [[n, f"{name} (Chợ)", 60 + n] for n, name in enumerate(COMMUNES, 1)]
    reading = read_rows(book(("Sheet1", [[TITLE], ["TT", "Đơn vị", "Đã cài"], *rows])), within="63:935")
    assert [figure.unit for figure in reading.figures] == [None] * 4


@pytest.mark.parametrize(
    "title",
    [
        "KẾT QUẢ CÀI BLUEZONE CỦA CÁC TRẠM Y TẾ ĐẾN 20/8/2020",
        "KẾT QUẢ CÀI BLUEZONE CỦA TỔ CHỨC TÔN GIÁO ĐẾN 20/8/2020",
        "KẾT QUẢ CÀI BLUEZONE TẠI CÁC CHỐT KIỂM SOÁT ĐẾN 20/8/2020",
    ],
)
def test_titles_that_name_offices_are_asked(title: str) -> None:
    assert asked(read_rows(form("Địa bàn", title=title), within="63:935")) == "whom"


def test_a_header_of_people_beats_a_title_of_households() -> None:
    title = "CÀI ĐẶT BLUEZONE TỪNG HỘ GIA ĐÌNH ĐẾN 22/8/2020"
    reading = read_rows(form("Ấp", "Số người đã cài", title), within="63:935")
    assert {figure.kind for figure in reading.figures} == {"installs"}


def test_councils_that_count_so_few_may_count_their_officials() -> None:
    title = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN 20/8/2020"]
    rows = [["UBND huyện Vị Thủy", 90], ["UBND huyện Phụng Hiệp", 120], ["UBND huyện Châu Thành", 88]]
    data = book(("Sheet1", [title, ["Đơn vị", "Đã cài"], *rows]))
    assert asked(read_rows(data)) == "rows"
    assert all(figure.unit is None for figure in read_rows(data, answers={"rows": "others"}).figures)
    assert all(figure.unit is not None for figure in read_rows(data, answers={"rows": "places"}).figures)
    many = book(("Sheet1", [title, ["Đơn vị", "Đã cài"], *[[name, 60 * count] for name, count in rows]]))
    assert not asked(read_rows(many))


def test_councils_beside_other_offices_are_offices() -> None:
    rows = [["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN 20/8/2020"], ["Cơ quan", "Đã cài"], ["UBND huyện Vị Thủy", 90],
            ["UBND huyện Phụng Hiệp", 120], ["Sở Y tế", 88]]  # fmt: skip
    assert all(figure.unit is None for figure in read_rows(book(("Sheet1", rows))).figures)


def test_a_last_row_called_like_the_district_sums_its_communes() -> None:
    rows = [["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN 20/8/2020"], ["TT", "Đơn vị", "Đã cài"], [1, "Nàng Mau", 600],
            [2, "Vị Trung", 900], [3, "Vị Thủy", 400], [None, "Vị Thủy", 1900]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)), within="63:935")
    assert [int(figure.value) for figure in reading.figures] == [600, 900, 400]
