"""Test the proposal for lists of persons: roles by the headers of real forms, days, communes of addresses, rows of
nobody."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.spreadsheets.sheets import Rows, left_out, proposed, roles_of

from bluezone.spreadsheets import lexicon
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.mapping import Mapping
from bluezone.spreadsheets.roles import CASES, CODES, CONTACTS, Purpose

MAI = ["Trần Thị Mai", "1956", "0912345678"]


@pytest.mark.parametrize(
    ("purpose", "rows", "roles"),
    [
        (CONTACTS, [["STT", "Họ và tên", "Năm sinh", "SĐT", "Mối quan hệ", "Ngày tiếp xúc cuối"],
                    [1, *MAI, "vợ", "14/8/2020"]], "ignore name birth telephone relation met"),
        (CONTACTS, [["Họ tên F1", "Giới tính", "Nghề nghiệp", "Địa chỉ", "Triệu chứng", "Ngày gặp"],
                    ["Mai", "Nữ", "giáo viên", "Ấp 3", "ho", "14/8"]],
         "name sex occupation address symptoms met"),
        (CONTACTS, [["HO VA TEN", "Nam", "Nữ", "Xã", "Huyện", "Quan hệ với F0", "Mã ca bệnh", "NGAY TIEP XUC CUOI"],
                    ["Mai", "", "1956", "Long Trị", "Long Mỹ", "đồng nghiệp", "BN 812", "14/8/2020"]],
         "name ignore female address address relation index met"),
        (CONTACTS, [["Last day near", "Name", "Telephone", "Where they met", "Document", "Ghi chú"],
                    ["14/8/2020", "Mai", "0912", "work", "X1234567", "khó tính"]],
         "met name telephone setting document ignore"),
        (CONTACTS, [["Ngày tiếp xúc lần cuối với ca bệnh", "Tên người tiếp xúc", "SĐT liên hệ", "Moi quan he",
                     "CMND/CCCD", "Tuổi"],
                    ["14/8/2020", "Mai", "0912", "bạn", "X1234567", "64"]],
         "met name telephone relation document age"),
        (CONTACTS, [["Họ tên", "Năm sinh", None, "Ngày tiếp xúc"], [None, "Nam", "Nữ", None],
                    ["Mai", None, 1956, "14/8/2020"], ["An", 1980, None, "15/8/2020"]], "name male female met"),
        (CASES, [["STT", "Mã BN", "Họ và tên", "Kết quả XN", "Ngày khởi phát", "Ngày lấy mẫu", "Quan hệ"],
                 [1, "BN 812", "Mai", "Dương tính", "12/8/2020", "14/8/2020", "vợ"]],
         "ignore file_number name result onset tested ignore"),
        (CASES, [["file number", "test date"], ["A-1", "2020-08-14"]], "file_number tested"),
        (CODES, [["Số điện thoại", "Ngày xét nghiệm", "Ngày khởi phát", "Số hồ sơ", "Ngôn ngữ"],
                 ["0912345678", "14/8/2020", "12/8/2020", "HS 1", "vi"]],
         "telephone tested onset file_number language"),
    ],
)  # fmt: skip
def test_columns_of_persons_are_taken_by_the_words_of_real_forms(purpose: Purpose, rows: Rows, roles: str) -> None:
    assert roles_of(proposed(rows, purpose=purpose)) == roles


HEADER = ["Họ và tên", "Điện thoại", "Địa chỉ", "Ngày tiếp xúc", "Đã khai báo"]


def test_what_is_not_taken_is_said() -> None:
    found = proposed([HEADER, ["Mai", "0912", "Ấp 3", "14/8/2020", "rồi"]], purpose=CONTACTS)
    assert [str(note) for note in found.notes] == ["not taken: E “Đã khai báo”"]


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("14/8/2020", [14]),
        ("14/8", [14]),
        ("14/8, 15/8/2020", [14, 15]),
        ("14/8 và 16/8", [14, 16]),
        (44057, [14]),
        (dt.date(2020, 8, 14), [14]),
        ("hôm kia", []),
        ("=TODAY()", []),
    ],
)
def test_days_are_read_as_they_are_written_and_never_copied_down(written: object, days: list[int]) -> None:
    rows = [HEADER, ["Mai", "0912", "", written], ["An", "0913", "", None]]
    first, second = proposed(rows, purpose=CONTACTS).rows
    assert first.days.get("met", ()) == tuple(dt.date(2020, 8, day) for day in days)
    assert second.days == {}


@pytest.mark.parametrize(
    ("address", "commune"),
    [
        ("Ấp 3, xã Vĩnh Viễn, huyện Long Mỹ", "Thị trấn Vĩnh Viễn"),
        ("Ấp 3, Vĩnh Viễn", "Thị trấn Vĩnh Viễn"),
        ("Phường Bến Nghé, Quận 1, TP Hồ Chí Minh", "Phường Bến Nghé"),  # people live elsewhere, too
        ("xã Hòa Bình", None),
        ("gần chợ", None),
    ],
)
def test_an_address_names_the_commune_unless_several_are_called_so(address: str, commune: str | None) -> None:
    [row] = proposed([HEADER, ["Mai", "0912", address, "14/8/2020"]], purpose=CONTACTS).rows
    assert (row.unit.full_name if row.unit else None) == commune


def test_a_commune_that_the_officer_chose_holds() -> None:
    rows = [HEADER, ["Mai", "0912", "gần chợ", "14/8/2020"]]
    [row] = proposed(rows, purpose=CONTACTS, decided=Mapping(units={2: "63:31489"})).rows
    assert row.unit is not None
    assert str(row.unit.code) == "63:31489"


def test_rows_of_nobody_are_left_out_with_the_reason() -> None:
    rows = [
        ["DANH SÁCH F1 CỦA BN 812"],
        HEADER,
        ["Tống Văn A", "", "", "14/8/2020"],
        HEADER,
        ["", "", "", "15/8/2020", "x"],
        ["Lưu Thị Hoa", "vợ"],
        ["Tổng cộng", 2],
        ["Người lập bảng", "Thủ trưởng đơn vị"],
    ]
    found = proposed(rows, purpose=CONTACTS)
    assert {line: reason.split(":")[0] for line, reason in left_out(found).items()} == {
        4: "the header once more",
        5: "nothing says who it is",
        7: "a row of totals",
    }
    assert [row.line for row in found.stored] == [3, 6]


@pytest.mark.parametrize("purpose", [CASES, CONTACTS, CODES])
def test_a_table_of_figures_is_no_list_of_persons(purpose: Purpose) -> None:
    with pytest.raises(TableError, match="no column says who somebody is"):
        proposed([["Đơn vị", "Số người cài đặt"], ["Vị Thanh", 9876], ["Ngã Bảy", 6543]], purpose=purpose)


@pytest.mark.parametrize(
    ("kind", "text", "meaning"),
    [
        ("setting", "Cùng nhà", "household"),
        ("setting", "vợ", "household"),
        ("setting", "sống cùng nhà với bệnh nhân", "household"),
        ("setting", "con", "household"),
        ("setting", "đồng nghiệp", "work"),
        ("setting", "Học cùng lớp với con BN", "school"),
        ("setting", "Work or school", "work"),
        ("setting", "ngồi cạnh trên xe khách", "other"),
        ("setting", "", None),
        ("setting", "cùng nhà, làm cùng công ty", None),
        ("setting", "concert", None),
        ("sex", "Nữ", "female"),
        ("sex", "NAM", "male"),
        ("sex", "x", None),
        ("result", "dương tính lần 1", None),
        ("result", "Đang chờ kết quả", "suspected"),
        ("result", "âm tính", "negative"),
        ("language", "Tiếng Anh", "en"),
    ],
)
def test_a_cell_means_what_its_words_say(kind: str, text: str, meaning: str | None) -> None:
    assert lexicon.meant(kind, text, inside=kind == "setting") == meaning
