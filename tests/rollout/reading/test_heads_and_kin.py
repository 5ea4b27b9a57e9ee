# ruff: noqa: E501 - forms are tables
"""Test which organisation a form is of, whose relatives are counted, and offices and groups among hamlets."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.certainty import guess_surely

DAYS = [[], ["BÁO CÁO CÀI BLUEZONE"], ["Ngày", "Số khách", "Đã cài"], ["18/8/2020", 100, 40], ["19/8/2020", 110, 44]]
SLIP = [
    [],
    ["BÁO CÁO CÀI BLUEZONE NGÀY 20/8/2020"],
    ["Nội dung", "Số lượng"],
    ["Tổng số CBCNV", 41],
    ["Đã cài Bluezone", 40],
]


@pytest.mark.parametrize(
    ("above", "below", "unit", "said"),
    [
        ("XÍ NGHIỆP PHÀ SÓC TRĂNG", "BẾN PHÀ ĐẠI NGÃI", "BẾN PHÀ ĐẠI NGÃI", True),
        ("CÔNG TY CP CÀ PHÊ THẮNG LỢI", "ĐỘI SẢN XUẤT SỐ 3", "ĐỘI SẢN XUẤT SỐ 3, CÔNG TY CP CÀ PHÊ THẮNG LỢI", True),
        ("BỆNH VIỆN ĐA KHOA TỈNH", "KHOA NHI", "KHOA NHI, BỆNH VIỆN ĐA KHOA TỈNH", True),
        ("CÔNG TY CP DU LỊCH CẦN THƠ", "KHÁCH SẠN NINH KIỀU", "KHÁCH SẠN NINH KIỀU", True),
        ("SỞ GTVT", "BẾN PHÀ ĐẠI NGÃI", "BẾN PHÀ ĐẠI NGÃI", False),
        ("CÔNG TY TNHH MINH PHÁT", "PHÒNG TỔ CHỨC HÀNH CHÍNH", "CÔNG TY TNHH MINH PHÁT", False),
        ("CÔNG TY TNHH MINH PHÁT", "Số: 12/BC-CT", "CÔNG TY TNHH MINH PHÁT", False),
        ("UBND HUYỆN VỊ THỦY", "TRƯỜNG THCS VỊ ĐÔNG", "TRƯỜNG THCS VỊ ĐÔNG", False),
    ],
)
@pytest.mark.parametrize("below_them", [DAYS, SLIP])
def test_a_form_is_of_the_lower_organisation_at_its_head(
    above: str, below: str, unit: str, said: bool, below_them: list[list[object]]
) -> None:
    reading = read_rows(book(("S", [[above], [below], *below_them])))
    assert {figure.name for figure in reading.figures} == {unit}
    assert ("note" in {notice.kind for notice in reading.notices}) is said


@pytest.mark.parametrize(
    ("header", "of"),
    [
        ("Chồng, con hội viên đã cài", "families"),
        ("Số chồng, con hội viên đã cài", "families"),
        ("Con em hội viên đã cài Bluezone", "families"),
        ("Vợ, chồng, con CBCS đã cài", "families"),
        ("Người trong gia đình hội viên đã cài", "families"),
        ("Bố mẹ, anh chị em hội viên đã cài", "families"),
        ("Chồng con đã cài", "families"),
        ("Bố mẹ học sinh đã cài", "parents"),
        ("Cha mẹ học sinh đã cài", "parents"),
        ("Các em học sinh đã cài", "pupils"),
        ("Hội viên đã cài", "members"),
        ("Hội viên và chồng con đã cài", "Hội viên và chồng con"),
        ("Bệnh nhân, người nhà bệnh nhân đã cài", "patients"),
    ],
)
def test_relatives_are_not_those_whose_they_are(header: str, of: str) -> None:
    found = guess_surely([header])
    assert (found.kind, found.of) == ("installs", of)


@pytest.mark.parametrize("label", ["Đối tượng", "Chia theo đối tượng", "Đối tượng cài đặt", "Thành phần"])
def test_a_label_over_groups_of_people_weighs_nothing(label: str) -> None:
    assert guess_surely([label, "CB, GV, NV", "TS"]).kind == "headcount"
    assert guess_surely([label, "Cha mẹ học sinh", "Đã cài"]).of == "parents"


HAMLETS = [
    ["UBND XÃ LÝ QUỐC - KẾT QUẢ CÀI BLUEZONE ĐẾN NGÀY 23/8/2020"],
    ["TT", "Xóm, đơn vị", "Số khẩu", "Đã cài"],
    [1, "Xóm Bằng Ca", 598, 59],
    [2, "Xóm Lý Vạn", 371, 44],
    [3, "Trường PTDTBT THCS Lý Quốc", 19, 17],
    [4, "Trạm Y tế xã", 6, 5],
    [5, "Cán bộ, công chức UBND xã", 21, 18],
]


def test_offices_and_officials_among_hamlets_have_no_population() -> None:
    reading = read_rows(book(("S", HAMLETS)))
    assert {figure.name for figure in reading.figures if figure.kind == "population"} == {"Xóm Bằng Ca", "Xóm Lý Vạn"}
    assert ("headcount", "staff", "2020-08-23") in taken(reading)
    assert "people" in {notice.kind for notice in reading.notices}


def test_blocks_of_a_ward_are_hamlets_where_those_who_live_there_are_counted() -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE ĐẾN NGÀY 19/8/2020"], ["Khối", "Số nhân khẩu", "Đã cài"],
            ["Khối 1", 782, 216], ["Khối 2", 684, 183], ["Khối 3", 434, 124]]  # fmt: skip
    assert {kind for kind, _, _ in taken(read_rows(book(("S", rows))))} == {"population", "installs"}


@pytest.mark.parametrize("header", ["Tổ NDTQ", "Tổ", "Tổ dân phố", "Đội tự quản"])
@pytest.mark.parametrize("again", [True, False])
def test_groups_of_neighbours_are_told_apart_by_their_hamlet(header: str, again: bool) -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE ĐẾN NGÀY 24/8/2020"], ["STT", header, "Ấp", "Tổng số hộ", "Số người cài"],
            [1, "Tổ 1", "Thới Lợi 1", 42, 40], [2, "Tổ 2", "Thới Lợi 1" if again else None, 38, 33],
            [3, "Tổ 1", "Thới Bình", 45, 41], [4, "Tổ 2", "Thới Bình" if again else None, 40, 35],
            ["", "Cộng", None, 165, 149]]  # fmt: skip
    reading = read_rows(book(("S", rows)), within="63:935")
    assert asked(reading) == ""
    assert {figure.name: int(figure.value) for figure in reading.figures if figure.kind == "installs"} == {
        "Tổ 1 (Thới Lợi 1)": 40, "Tổ 2 (Thới Lợi 1)": 33, "Tổ 1 (Thới Bình)": 41, "Tổ 2 (Thới Bình)": 35,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "kind", "of"),
    [
        ("Tổng CN", "headcount", "staff"),
        ("Số đ/c", "headcount", "staff"),
        ("Đ/c đã cài", "installs", "staff"),
        ("TS CN", "headcount", "staff"),
        ("QS", "headcount", ""),
        ("Biên chế", "headcount", ""),
        ("Khẩu", "population", ""),
    ],
)
def test_words_for_those_who_work_somewhere(header: str, kind: str, of: str) -> None:
    found = guess_surely([header])
    assert (found.kind, found.of) == (kind, of)


def test_guests_who_have_it_stand_beside_those_who_installed_it_there() -> None:
    rows = [["VƯỜN QUỐC GIA TRÀM CHIM"], ["Khách tham quan cài Bluezone"],
            ["Ngày", "Lượt khách", "Khách đã cài", "Cài mới"],
            ["21/8/2020", 88, 50, 12], ["22/8/2020", 140, 81, 20], ["Cộng", 228, 131, 32]]  # fmt: skip
    reading = read_rows(book(("S", rows)))
    assert {(figure.kind, figure.of) for figure in reading.figures} == {
        ("headcount", "guests"),
        ("had", "guests"),
        ("increase", "guests"),
    }
    assert {figure.name for figure in reading.figures} == {"VƯỜN QUỐC GIA TRÀM CHIM"}


def test_a_share_of_an_unknown_whole_is_asked_about_once() -> None:
    rows = [["BÁO CÁO CÀI BLUEZONE NGÀY 20/8/2020"], ["Đơn vị", "Tổng số người", "Đã cài", "Tỷ lệ %"],
            ["Xã Vị Trung", 9500, 1425, 15.0], ["Xã Vị Thủy", 8200, 1230, 15.0], ["Phòng GD&ĐT", 15, 15, 100]]  # fmt: skip
    data = book(("S", rows))
    assert asked(read_rows(data, within="63:935")) == "column:S!B"
    answered = read_rows(data, within="63:935", answers={"column:S!B": "population"})
    assert asked(answered) == ""
    kinds = {figure.kind for figure in answered.figures}
    assert kinds == {"population", "installs", "percent_population", "headcount"}


@pytest.mark.parametrize("header", ["Số người cần cài (30%)", "Số phải cài (30% dân số)"])
def test_people_to_install_it_are_no_share(header: str) -> None:
    assert guess_surely([header]).kind == "target"


@pytest.mark.parametrize("name", ["Thị trấn Nông trường Mộc Châu", "TT NT Mộc Châu", "Nông trường Mộc Châu"])
def test_a_township_on_a_state_farm_is_known_by_its_full_name(name: str) -> None:
    rows = [
        ["CÀI BLUEZONE NGÀY 20/8/2020"],
        ["Đơn vị", "Đã cài"],
        [name, 2000],
        ["Thị trấn Mộc Châu", 3000],
        ["Xã Chiềng Hắc", 900],
    ]
    reading = read_rows(book(("S", rows)), within="63:123")
    assert asked(reading) == ""
    assert "63:03982" in {str(figure.unit.code) for figure in reading.figures if figure.unit}
