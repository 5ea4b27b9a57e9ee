# ruff: noqa: E501 - forms are tables
"""Make the forms that a stranger found misread: groups of people, offices, totals beside gains, initials, hidden rows."""

from __future__ import annotations

import io

from openpyxl import load_workbook
from tests.rollout.reading.building import Form, book, saved
from tests.rollout.reading.forms import COMMUNES, DAY, DISTRICTS, commune, form, installs

STAFF = [(d[0], d[1], 900 + n, 800 + n) for n, d in enumerate(DISTRICTS)]


def hiding(data: bytes, *rows: int, columns: str = "") -> bytes:
    """Return a workbook with some rows and columns of its first sheet hidden."""
    workbook = load_workbook(io.BytesIO(data))
    for row in rows:
        workbook.worksheets[0].row_dimensions[row].hidden = True
    for column in columns:
        workbook.worksheets[0].column_dimensions[column].hidden = True
    return saved(workbook)


@form
def staff_of_the_districts() -> Form:
    rows = [
        ["Công chức các huyện cài Bluezone đến 20/8/2020"],
        ["TT", "Đơn vị", "Tổng số CBCCVC", "Đã cài"],
        *[[n, name, all_, some] for n, (_, name, all_, some) in enumerate(STAFF, 1)],
    ]
    truth = {(code, DAY, "headcount", "staff"): all_ for code, _, all_, _ in STAFF}
    truth |= {(code, DAY, "installs", "staff"): some for code, _, _, some in STAFF}
    return Form("staff of the districts", "cd.xlsx", book(("Sheet", rows)), truth)


@form
def two_groups_and_one_bare_count() -> Form:
    rows = [
        ["Bluezone đến 20/8/2020"],
        ["TT", "Đơn vị", "Tổng số CBCCVC", "Số học sinh", "Đã cài"],
        *[[n, name, all_, 5000 + n, some] for n, (_, name, all_, some) in enumerate(STAFF, 1)],
    ]
    truth = {(code, DAY, "headcount", "staff"): all_ for code, _, all_, _ in STAFF}
    return Form("two groups and one bare count", "cd.xlsx", book(("Sheet", rows)), truth, says=("column",),
                asks="installs", answers={"installs": "none"})  # fmt: skip


@form
def offices_named_after_districts() -> Form:
    names = ["Sở Y tế", "Sở Nội vụ", "UBND huyện Vị Thủy", "UBND TP Vị Thanh", "UBND TX Long Mỹ"]
    rows = [
        ["Cán bộ, công chức cài Bluezone, số liệu đến 20/8/2020"],
        ["TT", "Cơ quan", "Tổng số CBCCVC", "Đã cài"],
        *[[n, name, 50 + n, 40 + n] for n, name in enumerate(names, 1)],
    ]
    truth = {(name, DAY, "headcount", "staff"): 50 + n for n, name in enumerate(names, 1)}
    truth |= {(name, DAY, "installs", "staff"): 40 + n for n, name in enumerate(names, 1)}
    return Form("offices named after districts", "co quan.xlsx", book(("Sheet", rows)), truth)


@form
def an_office_of_a_district_among_others() -> Form:
    names = ["Huyện ủy Vị Thủy", "UBND huyện Vị Thủy", "Công an thị xã Long Mỹ", "BHXH huyện Phụng Hiệp"]
    rows = [
        ["Bluezone các cơ quan, số liệu đến 20/8/2020"],
        ["TT", "Đơn vị", "Tổng số CBCCVC", "Đã cài"],
        *[[n, name, 50 + n, 40 + n] for n, name in enumerate(names, 1)],
    ]
    truth = {(name, DAY, "installs", "staff"): 40 + n for n, name in enumerate(names, 1)}
    return Form("an office of a district among others", "x.xlsx", book(("Sheet", rows)), truth)


GAINS = [(d[0], d[1], d[3], 200 + n) for n, d in enumerate(DISTRICTS)]
GAINED = {(code, "2020-08-23", "installs"): some for code, _, some, _ in GAINS} | {
    (code, "2020-08-23", "increase"): gain for code, _, _, gain in GAINS
}


@form
def a_total_beside_its_gain() -> Form:
    rows = [
        ["Bluezone - cập nhật lúc 8h00 ngày 23/8/2020"],
        ["TT", "ĐƠN VỊ", "TỔNG SỐ", "TĂNG SO VỚI NGÀY HÔM TRƯỚC"],
        *[[n, name, some, gain] for n, (_, name, some, gain) in enumerate(GAINS, 1)],
    ]
    return Form("a total beside its gain", "v10.xlsx", book(("Sheet", rows)), GAINED)


@form
def a_total_beside_its_gain_without_a_word() -> Form:
    rows = [
        ["Cập nhật lúc 8h00 ngày 23/8/2020"],
        ["TT", "ĐƠN VỊ", "SỐ LƯỢNG", "TĂNG SO VỚI NGÀY HÔM TRƯỚC"],
        *[[n, name, some, gain] for n, (_, name, some, gain) in enumerate(GAINS, 1)],
    ]
    return Form("a total beside its gain without a word", "10.xlsx", book(("Sheet", rows)), GAINED,
                asks="installs", answers={"installs": "C"})  # fmt: skip


@form
def two_days_and_the_difference() -> Form:
    rows = [
        ["SO SÁNH KẾT QUẢ CÀI BLUEZONE NĂM 2020"],
        ["TT", "Đơn vị", "Ngày 13/8", "Ngày 20/8", "Tăng/giảm"],
        [None, None, "Số lượng", "Số lượng", "Số lượng"],
        *[[n, name, some, some + gain, gain] for n, (_, name, some, gain) in enumerate(GAINS, 1)],
    ]
    truth = installs(((code, some) for code, _, some, _ in GAINS), "2020-08-13")
    truth |= installs((code, some + gain) for code, _, some, gain in GAINS)
    truth |= {(code, DAY, "increase"): gain for code, _, _, gain in GAINS}
    return Form("two days and the difference", "x.xlsx", book(("Sheet", rows, ["A2:A3", "B2:B3"])), truth)


@form
def three_groups_of_schools() -> Form:
    schools = [("THPT Vị Thanh", 72, 67, 1057, 630, 1057, 413), ("THPT Cây Dương", 71, 68, 809, 394, 809, 307),
               ("THPT Tầm Vu", 50, 45, 1090, 439, 1090, 358)]  # fmt: skip
    rows = [
        ["Danh sách các trường THPT triển khai cài đặt Bluezone đến 20/8/2020"],
        ["TT", "Đơn vị", "Kết quả cài đặt ứng dụng Bluezone"],
        [None, None, "CBGV-NV", None, "Học sinh", None, "Phụ huynh"],
        [None, None, *["Tổng", "Đã cài"] * 3],
        *[[n, *school] for n, school in enumerate(schools, 1)],
    ]
    truth = {}
    for name, *numbers in schools:
        for at, of in enumerate(("staff", "pupils", "parents")):
            truth[name, DAY, "headcount", of] = numbers[2 * at]
            truth[name, DAY, "installs", of] = numbers[2 * at + 1]
    merged = ["A2:A4", "B2:B4", "C2:H2", "C3:D3", "E3:F3", "G3:H3"]
    return Form("three groups of schools", "Sở GDĐT.xlsx", book(("Sheet", rows, merged)), truth)


@form
def hotels_that_were_refused() -> Form:
    names = ["Khách sạn Bông Sen", "Khách sạn Kim Sơn", "Khách sạn Gia Bảo", "Hoàng Yến"]
    rows = [
        ["Khách lưu trú cài Bluezone ngày 20/8/2020"],
        ["TT", "Tên cơ sở", "Khách trong ngày", "Bluezone", None, "NCOVI"],
        [None, None, None, "Đã cài", "Từ chối", "Đã cài", "Từ chối"],
        *[[n, name, 60 + n, 50 + n, 3, 40 + n, 5] for n, name in enumerate(names, 1)],
    ]
    truth = {}
    for n, name in enumerate(names, 1):
        truth |= {(name, DAY, "headcount", "guests"): 60 + n, (name, DAY, "installs", "guests"): 50 + n,
                  (name, DAY, "ncovi", "guests"): 40 + n}  # fmt: skip
    merged = ["A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2"]
    return Form("hotels that were refused", "ks.xlsx", book(("Sheet", rows, merged)), truth)


@form
def districts_by_initials() -> Form:
    names = ["TPVT", "TP N.Bảy", "CT A", "C.Thành", "P.Hiệp", "V.Thủy", "L.Mỹ", "TXLM"]
    rows = [
        ["BLUEZONE 20/08/2020 (17H)"],
        ["TT", "ĐV", "SL CÀI ĐẶT"],
        *[[n, name, d[3]] for n, (name, d) in enumerate(zip(names, DISTRICTS, strict=True), 1)],
    ]
    return Form("districts by initials", "x.xlsx", book(("Sheet", rows)), installs((d[0], d[3]) for d in DISTRICTS))


@form
def hidden_row_and_column() -> Form:
    rows = [
        ["Số lượt cài Bluezone đến 20/8/2020"],
        ["TT", "Đơn vị", "Số lượt cài cũ", "Số lượt cài đặt"],
        *[[n, d[1], 1, d[3]] for n, d in enumerate(DISTRICTS, 1)],
        [9, "Thị xã Long Mỹ", 1, 111],
    ]
    data = hiding(book(("Sheet", rows)), 11, columns="C")
    return Form("hidden row and column", "an.xlsx", data, installs((d[0], d[3]) for d in DISTRICTS), says=("hidden",))


@form
def district_below_its_communes() -> Form:
    rows = [
        ["Kết quả cài Bluezone huyện Vị Thủy đến 20/8/2020"],
        ["TT", "Xã, thị trấn", "Số người cài đặt lũy kế"],
        *[[n, c[0].removeprefix("Xã ").removeprefix("Thị trấn "), c[2]] for n, c in enumerate(COMMUNES, 1)],
        [None, "Huyện Vị Thủy", sum(c[2] for c in COMMUNES)],
    ]
    truth = installs((commune(c[0]), c[2]) for c in COMMUNES) | {
        ("63:935", DAY, "installs"): sum(c[2] for c in COMMUNES)
    }
    return Form("district below its communes", "VT.xlsx", book(("Sheet", rows)), truth)


@form
def places_under_names_that_nobody_knows() -> Form:
    rows = [
        ["BLUEZONE 20/08/2020 (17H)"],
        ["TT", "ĐV", "DÂN SỐ", "SL CÀI ĐẶT"],
        *[[n, f"K{n}{n}", d[2], d[3]] for n, d in enumerate(DISTRICTS, 1)],
    ]
    return Form("places under names that nobody knows", "x.xlsx", book(("Sheet", rows)),
                {(f"K{n}{n}", DAY, "installs"): d[3] for n, d in enumerate(DISTRICTS, 1)},
                asks="parent", answers={"parent": "63:93"})  # fmt: skip


@form
def guests_who_were_asked_and_what_they_did() -> Form:
    names = ["Khách sạn Bông Sen", "KS Kim Sơn", "Nhà nghỉ Hoàng Yến"]
    rows = [
        ["Kết quả hướng dẫn khách lưu trú cài đặt Bluezone, NCOVI ngày 20 tháng 8 năm 2020"],
        ["TT", "Tên cơ sở", "Số khách được đề nghị", "Bluezone", None, None, "NCOVI"],
        [None, None, None, *["Đã có", "Cài mới", "Từ chối"] * 2],
        *[[n, name, 60 + n, 20 + n, 11, 4, 30 + n, 12, 5] for n, name in enumerate(names, 1)],
    ]
    truth = {}
    for n, name in enumerate(names, 1):
        truth |= {(name, DAY, "asked", "guests"): 60 + n, (name, DAY, "had", "guests"): 20 + n,
                  (name, DAY, "increase", "guests"): 11, (name, DAY, "ncovi", "guests"): None}  # fmt: skip
    merged = ["A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:I2"]
    return Form(
        "guests who were asked and what they did", "ks.xlsx", book(("Sheet", rows, merged)), truth, says=("column",)
    )
