"""A bare number below what people did counts those who did it, of all or of a period."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading import flows
from bluezone.rollout.reading.certainty import guess_surely

TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 21/8/2020"]


@pytest.mark.parametrize(
    ("above", "leaf", "kind"),
    [
        ("Người dân được Hội vận động, hướng dẫn cài đặt", "Lũy kế", "helped"),
        ("Người dân được Hội vận động, hướng dẫn cài đặt", "Trong tuần", "helped"),
        ("Số người dân được vận động cài đặt", "Lũy kế", "asked"),
        ("Người dân được tuyên truyền, vận động", "Lũy kế", "asked"),
        ("Người dân từ chối cài đặt", "Lũy kế", "refused"),
        ("Hỗ trợ người dân cài đặt", "Cộng dồn", "helped"),
        ("Đã có sẵn", "Tổng số", "had"),
        ("Kích hoạt", "Lũy kế", "active"),
        ("Có khai báo SĐT", "Tăng trong ngày", "unknown"),
        ("Số hộ có người cài", "Lũy kế", "unknown"),
        ("Kết quả vận động cài đặt", "Lũy kế", "installs"),
        ("Số người cài đặt", "Trong tuần", "increase"),
        ("Dân số", "Tổng", "population"),
        ("Hội viên phụ nữ", "Tổng số hội viên", "headcount"),
    ],
)
def test_a_bare_number_keeps_what_stands_above_it(above: str, leaf: str, kind: str) -> None:
    assert guess_surely([above, leaf]).kind == kind


def test_those_whom_somebody_won_did_install() -> None:
    assert guess_surely(["Đã vận động cài được"]).kind == "installs"


def test_what_stands_below_those_who_declined_is_asked() -> None:
    assert guess_surely(["Khách từ chối", "Cài đặt"]).doubt == "refused"


def test_of_a_period_and_of_all_the_latter_is_kept() -> None:
    head = ["Đơn vị", "Người dân được hướng dẫn cài đặt trong tuần", "Lũy kế người dân được hướng dẫn cài đặt"]
    rows = [["Hội LHPN xã Vị Thủy", 39, 177], ["Hội LHPN xã Vị Thắng", 50, 159]]
    reading = read_rows(book(("Sheet1", [TITLE, head, *rows])))
    assert not asked(reading)
    assert {kind for kind, _, _ in taken(reading)} == {"helped"}
    assert [int(figure.value) for figure in reading.figures] == [177, 159]
    assert any(str(notice.text.values.get("why")) == flows.OF_A_PERIOD for notice in reading.notices)


def test_the_number_before_a_gain_is_read_where_it_has_a_day() -> None:
    rows = [["TP Vị Thanh", 9_000, 9_900, 900], ["TP Ngã Bảy", 7_000, 7_450, 450], ["H. Vị Thủy", 5_000, 5_210, 210]]
    head = ["Đơn vị", "Kỳ trước (14/8/2020)", "Kỳ này (21/8/2020)", "Tăng (người)"]
    reading = read_rows(book(("Sheet1", [["SO SÁNH KẾT QUẢ CÀI BLUEZONE"], head, *rows])))
    assert not asked(reading)
    assert {("installs", "", "2020-08-14"), ("installs", "", "2020-08-21")} <= taken(reading)


def test_ca_mau_is_no_template_and_stalls_of_a_kind_are_no_people() -> None:
    rows: list[list[object]] = [["Hãng taxi A", 186, 171], ["HTX vận tải B", 74, 40]]
    data = book(("Sheet", [["Doanh nghiệp", "Số lái xe, phụ xe", "Đã cài Bluezone"], *rows]))
    assert not asked(read_rows(data, within="63:96", name="DN van tai Ca Mau 22.8.2020.xlsx"))
    assert guess_surely(["Số hộ KD cố định"]).named


def test_a_name_with_a_remark_behind_it_is_known_by_its_initials() -> None:
    rows = [["TP V.Thanh", 9_000], ["TP N.Bảy (số liệu đến 18/8)", 7_000], ["H. V.Thủy", 5_000]]
    reading = read_rows(book(("Sheet1", [TITLE, ["Đơn vị", "Đã cài"], *rows])))
    assert not asked(reading)
    assert {str(figure.unit.code) for figure in reading.figures if figure.unit} == {"63:930", "63:931", "63:935"}


@pytest.mark.parametrize(("above", "kind", "doubt"), [
    ("Bạn hàng", "unknown", "asked"),
    ("Mối lái quen", "unknown", "asked"),
    ("CN", "asked", ""),
    ("Chia ra", "asked", ""),
    ("Kết quả", "asked", ""),
])  # fmt: skip
def test_what_people_did_below_words_that_are_not_known_is_asked(above: str, kind: str, doubt: str) -> None:
    found = guess_surely([above, "Được nhắc"])
    assert (found.kind, found.doubt) == (kind, doubt)
