# ruff: noqa: E501 - forms are tables
"""Make forms of other shapes: days down and units across, days of a month, sums below their parts, names nobody knows."""

from __future__ import annotations

from typing import Any

from tests.rollout.reading.building import Form
from tests.rollout.reading.forms import COMMUNES, DAY, DISTRICTS, commune, form, installs
from tests.rollout.reading.forms_groups import single

Row = list[Any]
DAYS = ("18/8/2020", "19/8/2020", "20/8/2020")


@form
def days_down_and_units_across() -> Form:
    rows: list[Row] = [["Theo dõi Bluezone"], ["Ngày"], [None]]
    truth: dict[tuple[str, ...], float] = {}
    merged = ["A2:A3"]
    for at, d in enumerate(DISTRICTS):
        rows[1] += [d[1], None]
        rows[2] += ["Cài mới", "Lũy kế"]
        left, right = (chr(ord("B") + 2 * at + n) for n in (0, 1))
        merged.append(f"{left}2:{right}2")
    for n, day in enumerate(DAYS):
        rows.append([day])
        for d in DISTRICTS:
            rows[-1] += [20 + n, d[3] + 20 * n]
            iso = f"2020-08-{day[:2]}"
            truth |= {(d[0], iso, "increase"): 20 + n, (d[0], iso, "installs"): d[3] + 20 * n}
    return single("days down and units across", rows, truth, tuple(merged))


@form
def counts_over_units_across() -> Form:
    three = DISTRICTS[:3]
    rows: list[Row] = [
        ["Theo dõi Bluezone"],
        ["Ngày", "Lũy kế", None, None, "Phát sinh", None, None],
        [None, *[d[1] for d in three] * 2],
    ]
    truth: dict[tuple[str, ...], float] = {}
    for n, day in enumerate(DAYS):
        rows.append([day, *[d[3] + 30 * n for d in three], *[30 + n for _ in three]])
        for d in three:
            iso = f"2020-08-{day[:2]}"
            truth |= {(d[0], iso, "increase"): 30 + n, (d[0], iso, "installs"): d[3] + 30 * n}
    return single("counts over units across", rows, truth, ("A2:A3", "B2:D2", "E2:G2"))


@form
def days_of_the_month_that_a_title_names() -> Form:
    rows: list[Row] = [
        ["LŨY KẾ CÀI ĐẶT BLUEZONE THÁNG 8 NĂM 2020"],
        ["TT", "Địa phương", "Ngày 18", "Ngày 19", "Ngày 20"],
    ]
    rows += [[n, d[1], d[3], d[3] + 5, d[3] + 11] for n, d in enumerate(DISTRICTS, 1)]
    truth: dict[tuple[str, ...], float] = {}
    for d in DISTRICTS:
        truth |= {
            (d[0], "2020-08-18", "installs"): d[3],
            (d[0], "2020-08-19", "installs"): d[3] + 5,
            (d[0], DAY, "installs"): d[3] + 11,
        }
    return single("days of the month that a title names", rows, truth)


@form
def weeks_of_a_table_that_sums_up() -> Form:
    rows: list[Row] = [
        ["SỐ LIỆU LŨY KẾ BLUEZONE"],
        ["TT", "Đơn vị", "Tuần 2 (đến 14/8/2020)", "Tuần 3 (đến 20/8/2020)"],
    ]
    rows += [[n, d[1], d[3], d[3] + 60] for n, d in enumerate(DISTRICTS, 1)]
    truth = installs(((d[0], d[3]) for d in DISTRICTS), "2020-08-14") | installs((d[0], d[3] + 60) for d in DISTRICTS)
    return single("weeks of a table that sums up", rows, truth)


@form
def a_bank_is_not_every_day() -> Form:
    rows: list[Row] = [
        ["Báo cáo của ngân hàng (ngày 20/8/2020)"],
        ["TT", "Chi nhánh", "Số nhân viên", "Nhân viên cài Bluezone"],
        [1, "Chi nhánh A", 50, 45],
        [2, "Chi nhánh B", 31, 30],
    ]
    truth = {("Chi nhánh A", DAY, "installs", "staff"): 45, ("Chi nhánh B", DAY, "installs", "staff"): 30}
    return single("a bank is not every day", rows, truth)


@form
def groups_below_their_parts() -> Form:
    first, second = COMMUNES[:4], COMMUNES[4:]
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Đơn vị", "Số người cài đặt"]]
    for name, group in (("Nhóm các xã ven sông", first), ("Nhóm các xã còn lại", second)):
        rows += [[n, c[0], c[2]] for n, c in enumerate(group, 1)]
        rows.append([None, name, sum(c[2] for c in group)])
    return single(
        "groups below their parts",
        rows,
        installs((commune(c[0]), c[2]) for c in COMMUNES),
        within="63:935",
        says_not=("total",),
    )


@form
def names_that_are_no_place() -> Form:
    rows: list[Row] = [
        ["Bluezone đến 20/8/2020"],
        ["TT", "Đơn vị", "Số cài đặt"],
        [1, "Ánh Dương", 10],
        [2, "Thiên Long", 20],
    ]
    truth = {("Ánh Dương", DAY, "installs"): 10, ("Thiên Long", DAY, "installs"): 20}
    return single("names that are no place", rows, truth, says=("organisations",))


@form
def districts_under_names_that_nobody_knows() -> Form:
    rows: list[Row] = [["Bluezone đến 20/8/2020"], ["TT", "Huyện", "Số cài đặt"], [1, "Qwer", 10], [2, "Tyui", 20]]
    truth = {("Qwer", DAY, "installs"): 10, ("Tyui", DAY, "installs"): 20}
    return single("districts under names that nobody knows", rows, truth, asks="parent", answers={"parent": "63:93"})


@form
def families_that_teachers_told() -> Form:
    rows: list[Row] = [
        ["Kết quả đến 20/8/2020"],
        ["TT", "Trường", "Số gia đình được giáo viên vận động", "Số gia đình đã cài Bluezone"],
        [1, "THCS Lê Lợi", 450, 300],
        [2, "THCS Trần Phú", 380, 210],
    ]
    truth = {
        ("THCS Lê Lợi", DAY, "asked", "families"): 450,
        ("THCS Lê Lợi", DAY, "installs", "families"): 300,
        ("THCS Trần Phú", DAY, "installs", "families"): 210,
    }
    return single("families that teachers told", rows, truth, asks="installs", answers={"installs": "D"})


@form
def households_of_a_market() -> Form:
    rows: list[Row] = [
        ["Đến 20/8/2020"],
        ["TT", "Chợ", "Số hộ kinh doanh", "Số hộ đã cài Bluezone"],
        [1, "Chợ Xà Phiên", 300, 200],
        [2, "Chợ Vĩnh Viễn", 100, 50],
    ]
    truth = {
        ("Chợ Xà Phiên", DAY, "headcount", "traders"): 300,
        ("Chợ Xà Phiên", DAY, "installs", "traders"): 200,
        ("Chợ Vĩnh Viễn", DAY, "installs", "traders"): 50,
    }
    return single("households of a market", rows, truth)


@form
def an_order_that_is_carried_out() -> Form:
    rows: list[Row] = [
        ["Thực hiện Công văn số 1234/UBND-VX ngày 10/8/2020, kết quả hết ngày 20/8/2020 (phục vụ họp ngày 21/8/2020)"],
        ["TT", "Đơn vị", "Số lượt cài Bluezone"],
        *[[n, d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)],
    ]
    return single("an order that is carried out", rows, installs((d[0], d[3]) for d in DISTRICTS))


@form
def a_group_of_places_with_a_slip() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["Đơn vị", "Dân số", "Đã cài"],
                       ["Khu vực 10 xã", sum(c[1] for c in COMMUNES), sum(c[2] for c in COMMUNES) + 1], *[list(c) for c in COMMUNES]]  # fmt: skip
    return single(
        "a group of places with a slip",
        rows,
        installs((commune(c[0]), c[2]) for c in COMMUNES),
        within="63:935",
        says=("total",),
    )


@form
def parts_below_of_which() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Xã", "Tổng số đã cài", "Trong đó", None, None], [None, None, None, "Tự cài", "Do phụ nữ hướng dẫn", "Do dân quân giúp"],
                       *[[n, c[0], c[2], c[2] - 30, 20, 10] for n, c in enumerate(COMMUNES, 1)]]  # fmt: skip
    return single(
        "parts below of which",
        rows,
        installs((commune(c[0]), c[2]) for c in COMMUNES),
        ("A2:A3", "B2:B3", "C2:C3", "D2:F2"),
        within="63:935",
    )


@form
def new_declarations_of_ncovi() -> Form:
    rows: list[Row] = [["Ngày 20/8/2020"], ["TT", "Nhà nghỉ", "Số khách", "Bluezone", None, "NCOVI", None], [None, None, None, "Có sẵn", "Từ chối", "Đã khai", "Khai mới"],
                       [1, "Nhà nghỉ Hoa", 60, 20, 10, 25, 30], [2, "Nhà nghỉ Lá", 40, 10, 8, 15, 20]]  # fmt: skip
    truth = {
        ("Nhà nghỉ Hoa", DAY, "had", "guests"): 20,
        ("Nhà nghỉ Hoa", DAY, "ncovi", "guests"): 25,
        ("Nhà nghỉ Lá", DAY, "ncovi", "guests"): 15,
        ("Nhà nghỉ Lá", DAY, "refused", "guests"): 8,
    }
    return single("new declarations of NCOVI", rows, truth, ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2"))


@form
def a_header_that_only_its_numbers_tell() -> Form:
    rows: list[Row] = [["Bluezone đến 20/8/2020"], ["TT", "Cơ sở thờ tự", "Chức sắc", None, "Tín đồ", None], [None, None, "Tổng số", "Đã cài", "Tổng số", "Đã cài"],
                       [1, "Chùa Tân Phước", 4, 3, 500, 100], [2, "Nhà thờ Long Mỹ", 2, 1, 400, 90]]  # fmt: skip
    truth = {("Chùa Tân Phước", DAY, "installs", "Chức sắc"): 3, ("Chùa Tân Phước", DAY, "installs", "Tín đồ"): 100, ("Nhà thờ Long Mỹ", DAY, "headcount", "Tín đồ"): 400,
             ("Nhà thờ Long Mỹ", DAY, "installs", "Chức sắc"): 1, ("Nhà thờ Long Mỹ", DAY, "installs", "Tín đồ"): 90}  # fmt: skip
    return single("a header that only its numbers tell", rows, truth, ("A2:A3", "B2:B3", "C2:D2", "E2:F2"))


@form
def groups_of_rows_below_units_across() -> Form:
    four = DISTRICTS[:4]
    rows: list[Row] = [
        ["Bluezone đến 20/8/2020"],
        [None, None, *[d[1] for d in four]],
        ["I", "NHÂN KHẨU"],
        [1, "Dân số", *[d[2] for d in four]],
        ["II", "KẾT QUẢ"],
        [1, "Số lượt cài", *[d[3] for d in four]],
    ]
    return single("groups of rows below units across", rows, installs((d[0], d[3]) for d in four))


@form
def before_and_after_they_were_asked() -> Form:
    rows: list[Row] = [
        ["Vận động, kết quả 20/8/2020"],
        ["TT", "Tổ dân phố", "Số người được vận động", "Đã cài trước khi vận động", "Cài sau khi được vận động"],
        [1, "Tổ dân phố 1", 80, 30, 25],
        [2, "Tổ dân phố 2", 60, 20, 21],
    ]
    truth = {
        ("Tổ dân phố 1", DAY, "asked"): 80,
        ("Tổ dân phố 1", DAY, "had"): 30,
        ("Tổ dân phố 1", DAY, "increase"): 25,
        ("Tổ dân phố 2", DAY, "increase"): 21,
    }
    return single("before and after they were asked", rows, truth)


@form
def accounts_of_helpers() -> Form:
    rows: list[Row] = [
        ["Cộng tác viên, đến 20/8/2020"],
        ["TT", "Xã", "Họ tên", "Số tài khoản", "Số người cài tại chỗ", "Lũy kế đã cài Bluezone"],
        *[[n, c[0], "Trần A", f"0700 1234 56{n:02}", 10 + n, c[2]] for n, c in enumerate(COMMUNES, 1)],
    ]
    truth = installs((commune(c[0]), c[2]) for c in COMMUNES) | {
        (commune(c[0]), DAY, "increase"): 10 + n for n, c in enumerate(COMMUNES, 1)
    }
    return single("accounts of helpers", rows, truth, within="63:935", says_not=("bad-number",))
