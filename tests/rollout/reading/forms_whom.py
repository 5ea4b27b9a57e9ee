# ruff: noqa: E501 - forms are tables
"""Make forms of another place, with a column or blocks that say of whom, with days under a title, examples and lists of persons."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.rollout.reading.building import Form, Truth, book
from tests.rollout.reading.forms import COMMUNES, DAY, DISTRICTS, commune, form, installs
from tests.rollout.reading.forms_groups import Row, single

HEAD: list[Row] = [["Cài Bluezone đến 20/8/2020"]]
KIND = ("63:934", DAY, "installs")


@form
def another_province_with_names_of_ones_own() -> Form:
    names = ["Châu Thành", "Long Phú", "Kế Sách", "Mỹ Tú", "Mỹ Xuyên", "Trần Đề"]
    rows: list[Row] = [
        *HEAD,
        ["TT", "Huyện, TX, TP", "Đã cài"],
        *[[n, name, 100 * n] for n, name in enumerate(names, 1)],
    ]
    return single("another province with names of ones own", rows, {}, refused="of another place")


@form
def a_title_of_another_province() -> Form:
    rows: list[Row] = [
        ["UBND TỈNH SÓC TRĂNG"],
        *HEAD,
        ["TT", "Huyện", "Đã cài"],
        [1, "Châu Thành", 10],
        [2, "Long Phú", 20],
        [3, "Kế Sách", 30],
    ]
    return single("a title of another province", rows, {}, refused="of another place")


@form
def a_commune_is_no_answer_among_districts() -> Form:
    rows: list[Row] = [
        *HEAD,
        ["TT", "Huyện", "Đã cài"],
        *[[n, d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)],
        [9, "Long Phú", 20],
    ]
    return single(
        "a commune is no answer among districts", rows, installs((d[0], d[3]) for d in DISTRICTS), says=("outside",)
    )


@form
def of_whom_in_a_column() -> Form:
    rows: list[Row] = [*HEAD, ["TT", "Trường", "Nhóm đối tượng", "Tổng số", "Đã cài"],
                       [1, "THCS Thuận An", "Học sinh", 610, 120], [None, None, "Phụ huynh", 1100, 405], [None, None, "Thầy cô giáo", 44, 40]]  # fmt: skip
    truth = {("THCS Thuận An", DAY, "installs", "pupils"): 120, ("THCS Thuận An", DAY, "installs", "parents"): 405,
             ("THCS Thuận An", DAY, "installs", "Thầy cô giáo"): 40, ("THCS Thuận An", DAY, "headcount", "pupils"): 610}  # fmt: skip
    return single("of whom in a column", rows, truth, ("A3:A5", "B3:B5"))


@form
def a_column_that_parts_rows_unexplained() -> Form:
    rows: list[Row] = [
        *HEAD,
        ["TT", "Trường", "Hình thức", "Sĩ số", "Đã cài"],
        [1, "THCS Thuận An", "Bán trú", 610, 120],
        [2, "THCS Thuận An", "Ngoại trú", 600, 110],
    ]
    return single("a column that parts rows unexplained", rows, {}, says=("twice",))


@form
def grades_beside_their_school() -> Form:
    rows: list[Row] = [
        *HEAD,
        ["TT", "Trường", "Khối", "Sĩ số", "Đã cài"],
        [1, "THCS Thuận An", "Khối 6", 610, 120],
        [2, "THCS Thuận An", "Khối 7", 600, 110],
    ]
    truth = {(f"Khối {grade}", DAY, kind, "pupils"): value
             for grade, *values in ((6, 610, 120), (7, 600, 110))
             for kind, value in zip(("headcount", "installs"), values, strict=True)}  # fmt: skip
    return single("grades beside their school", rows, truth)


@form
def groups_of_each_hamlet() -> Form:
    """`Tổ 1` is in each hamlet; who wrote it calls the group so that no list of words has it."""
    rows: list[Row] = [
        *HEAD,
        ["TT", "Tổ Covid cộng đồng", "Ấp", "Số người dùng ĐTTM", "Đã cài"],
        [1, "Tổ 1", "Thới Lợi 1", 71, 40],
        [2, "Tổ 2", None, 60, 33],
        [3, "Tổ 1", "Thới Bình", 80, 41],
        [4, "Tổ 2", None, 66, 35],
        [None, "Cộng", None, 277, 149],
    ]
    truth = {(f"Tổ {group} ({hamlet})", DAY, kind): value
             for group, hamlet, *values in ((1, "Thới Lợi 1", 71, 40), (2, "Thới Lợi 1", 60, 33),
                                            (1, "Thới Bình", 80, 41), (2, "Thới Bình", 66, 35))
             for kind, value in zip(("smartphones", "installs"), values, strict=True)}  # fmt: skip
    return single("groups of each hamlet", rows, truth, ("C3:C4", "C5:C6"))


@form
def kinsfolk_of_members() -> Form:
    rows: list[Row] = [
        *HEAD,
        ["TT", "Chi hội", "Tổng số hội viên", "Hội viên đã cài", "Chồng, con hội viên đã cài"],
        [1, "Chi hội ấp 1", 107, 64, 32],
        [2, "Chi hội ấp 2", 114, 68, 34],
    ]
    truth = {(f"Chi hội ấp {number}", DAY, kind, of): value
             for number, *values in ((1, 107, 64, 32), (2, 114, 68, 34))
             for (kind, of), value in zip((("headcount", "members"), ("installs", "members"), ("installs", "families")),
                                          values, strict=True)}  # fmt: skip
    return single("kinsfolk of members", rows, truth)


@form
def kinds_of_people_over_all() -> Form:
    rows: list[Row] = [
        *HEAD,
        ["TT", "Trường", "Đối tượng", None, None, None],
        [None, None, "CB, GV, NV", None, "Học sinh", None],
        [None, None, "TS", "Đã cài", "TS", "Đã cài"],
        [1, "THCS Thuận An", 40, 38, 610, 200],
        [2, "THCS Bình Thới", 35, 33, 520, 170],
    ]
    truth = {(school, DAY, kind, of): value
             for school, *values in (("THCS Thuận An", 40, 38, 610, 200), ("THCS Bình Thới", 35, 33, 520, 170))
             for (kind, of), value in zip((("headcount", "staff"), ("installs", "staff"),
                                           ("headcount", "pupils"), ("installs", "pupils")), values, strict=True)}  # fmt: skip
    return single("kinds of people over all", rows, truth, ("C2:F2", "C3:D3", "E3:F3"))


@form
def an_organisation_twice() -> Form:
    rows: list[Row] = [
        *HEAD,
        ["TT", "Trường", "Đã cài"],
        [1, "THCS Thuận An", 100],
        [2, "THCS Long Trị", 90],
        [3, "THCS Thuận An", 140],
    ]
    return single("an organisation twice", rows, {("THCS Long Trị", DAY, "installs"): 90}, says=("twice",))


@form
def classes_called_alike_of_two_schools() -> Form:
    rows: list[Row] = [*HEAD, ["TT", "Lớp", "Sĩ số", "Đã cài"], ["I", "Trường THCS Lê Lợi"], [1, "Lớp 6A", 40, 30], [2, "Lớp 6B", 41, 31],
                       ["II", "Trường THCS Trần Phú"], [1, "Lớp 6A", 42, 32], [2, "Lớp 6B", 43, 33]]  # fmt: skip
    truth = {(f"Lớp 6{name} (Trường THCS {school})", DAY, "installs", "pupils"): value
             for name, school, value in (("A", "Lê Lợi", 30), ("B", "Lê Lợi", 31), ("A", "Trần Phú", 32), ("B", "Trần Phú", 33))}  # fmt: skip
    return single("classes called alike of two schools", rows, truth)


@form
def groups_of_people_in_the_rows() -> Form:
    rows: list[Row] = [
        ["UBND HUYỆN PHỤNG HIỆP"],
        *HEAD,
        ["TT", "Đối tượng", "Tổng số", "Đã cài"],
        [1, "Cán bộ, công chức", 1820, 1790],
        [2, "Học sinh", 9011, 2100],
        [3, "Công nhân", 60, 33],
    ]
    truth = {(*KIND, "Cán bộ, công chức"): 1790, (*KIND, "pupils"): 2100, (*KIND, "Công nhân"): 33}
    return single("groups of people in the rows", rows, truth)


@form
def unions_over_the_same_districts() -> Form:
    rows: list[Row] = [*HEAD]
    truth: dict[tuple[str, ...], float] = {}
    for n, union in enumerate(("Tỉnh đoàn", "Hội Nông dân"), 1):
        rows += [
            ["I" * n, union],
            ["TT", "Đơn vị", "Đã cài"],
            *[[k, d[1], d[3] // (n * 10)] for k, d in enumerate(DISTRICTS, 1)],
        ]
        truth |= {(d[0], DAY, "installs", union): d[3] // (n * 10) for d in DISTRICTS}
    return single("unions over the same districts", rows, truth, says_not=("twice",))


@form
def days_under_a_title_that_names_them() -> Form:
    days = [dt.date(2020, 8, day) for day in (18, 19, 20)]
    rows: list[Row] = [["Theo dõi số người cài Bluezone (lũy kế)"], ["TT", "Xã, thị trấn", "Ngày báo cáo"], [None, None, *days],
                       *[[n, c[0], c[2] - 20, c[2] - 10, c[2]] for n, c in enumerate(COMMUNES, 1)]]  # fmt: skip
    truth = {(commune(c[0]), f"2020-08-{18 + n}", "installs"): c[2] - 20 + 10 * n for c in COMMUNES for n in range(3)}
    return single("days under a title that names them", rows, truth, ("A2:A3", "B2:B3", "C2:E2"), within="63:935")


@form
def a_group_right_below_the_header() -> Form:
    rows: list[Row] = [*HEAD, ["STT", "Điểm cách ly", "Số người đang cách ly", "Số người có ĐTTM", "Số người đã cài"],
                       ["A", "Cách ly tập trung"], [1, "Khu cách ly Trường Quân sự", 212, 180, 170], [2, "Khu cách ly Long Mỹ", 14, 10, 9],
                       ["B", "Cách ly tại nhà"], [1, "Huyện Phụng Hiệp", 41, 30, 22]]  # fmt: skip
    truth = {("Khu cách ly Trường Quân sự", DAY, "installs", "quarantined"): 170, ("Khu cách ly Long Mỹ", DAY, "installs", "quarantined"): 9,
             (*KIND, "quarantined"): 22}  # fmt: skip
    return single("a group right below the header", rows, truth, ("B3:E3",))


@form
def last_week_has_a_day_of_its_own() -> Form:
    rows: list[Row] = [
        ["Cài Bluezone"],
        ["TT", "Đơn vị", "Kỳ trước (đến 13/8/2020)", "Kỳ này (đến 20/8/2020)", "Tăng"],
        *[[n, d[1], d[3] - n, d[3], n] for n, d in enumerate(DISTRICTS, 1)],
    ]
    truth: Truth = installs((d[0], d[3]) for d in DISTRICTS) | {
        (d[0], "2020-08-13", "installs"): d[3] - n for n, d in enumerate(DISTRICTS, 1)
    }
    truth = {**truth, **{(d[0], DAY, "increase"): n for n, d in enumerate(DISTRICTS, 1)}}
    return single("last week has a day of its own", rows, truth)


@form
def the_day_in_a_cell_of_its_own() -> Form:
    rows: list[Row] = [["Cài Bluezone"], ["Số liệu đến:", dt.date(2020, 8, 20)], ["Ngày gửi:", dt.date(2020, 8, 21)], ["TT", "Đơn vị", "Đã cài"],
                       *[[n, d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)], [None, "Σ", sum(d[3] for d in DISTRICTS)]]  # fmt: skip
    return single("the day in a cell of its own", rows, installs((d[0], d[3]) for d in DISTRICTS))


@form
def an_example_beside_the_form() -> Form:
    example: list[Row] = [["HƯỚNG DẪN"], ["Ví dụ:"], ["TT", "Đơn vị", "Số người đã cài"], [1, "Huyện Vị Thủy", 99_999]]
    rows: list[Row] = [
        ["BÁO CÁO SỐ NGƯỜI CÀI BLUEZONE NGÀY 20/8/2020"],
        ["TT", "Đơn vị", "Số người đã cài"],
        *[[n, d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)],
    ]
    return Form(
        "an example beside the form",
        "a.xlsx",
        book(("HuongDan", example), ("BAOCAO", rows)),
        installs((d[0], d[3]) for d in DISTRICTS),
    )


@form
def a_list_of_persons() -> Form:
    rows: list[Row] = [["Danh sách người dân đã cài Bluezone"], ["STT", "Họ và tên", "Năm sinh", "Số điện thoại", "Ngày cài"],
                       [1, "Nguyễn Văn Bảy", 1999, "0930191718", dt.date(2020, 8, 16)], [2, "Lê Văn Long Mỹ", 1961, "0933843176", dt.date(2020, 8, 18)]]  # fmt: skip
    return single("a list of persons", rows, {}, refused="lists persons")


@form
def hospitals_with_a_day_in_each_row() -> Form:
    rows: list[Row] = [["Cơ sở y tế", "Số bệnh nhân được khuyến cáo", "NVYT đã cài/tổng NVYT", "Thời điểm"],
                       ["BVĐK tỉnh", "1.250", "402/410", "20/08/2020 08:00"], ["TTYT huyện Vị Thủy", "310", "88/90", "20/08/2020 07:30"]]  # fmt: skip
    truth: dict[tuple[str, ...], Any] = {("BVĐK tỉnh", DAY, "asked", "patients"): 1250, ("BVĐK tỉnh", DAY, "installs", "staff"): 402,
                                         ("TTYT huyện Vị Thủy", DAY, "headcount", "staff"): 90, ("TTYT huyện Vị Thủy", DAY, "installs", "staff"): 88}  # fmt: skip
    return single("hospitals with a day in each row", rows, truth)


@form
def two_halves_and_one_total() -> Form:
    rows: list[Row] = [*HEAD, ["TT", "Đơn vị", "Đã cài", None, "TT", "Đơn vị", "Đã cài"]]
    for n, (left, right) in enumerate(zip(DISTRICTS[:4], DISTRICTS[4:], strict=True), 1):
        rows.append([n, left[1], left[3], None, n + 4, right[1], right[3]])
    rows.append([None, None, None, None, None, "Cộng", sum(d[3] for d in DISTRICTS)])
    return single("two halves and one total", rows, installs((d[0], d[3]) for d in DISTRICTS), says_not=("total",))


@form
def days_of_one_commune_and_a_total() -> Form:
    rows: list[Row] = [["Xã Vị Bình, huyện Vị Thủy: cài Bluezone tháng 8/2020"], ["Ngày", "Cài mới trong ngày", "Lũy kế"],
                       ["18/8", 10, 110], ["19/8", 20, 130], ["20/8", 5, 135], ["Cộng", 35, 135]]  # fmt: skip
    code = commune("Xã Vị Bình")
    truth = {(code, f"2020-08-{day}", "installs"): value for day, value in ((18, 110), (19, 130), (20, 135))}
    truth |= {(code, f"2020-08-{day}", "increase"): value for day, value in ((18, 10), (19, 20), (20, 5))}
    return single("days of one commune and a total", rows, truth, within="63:935", says_not=("total",))


@form
def the_day_as_text_beside_its_label() -> Form:
    rows: list[Row] = [["Kết quả cài Bluezone"], ["Đơn vị báo cáo:", "UBND huyện Vị Thủy"], ["Ngày chốt số liệu:", "20/8/2020"], ["Ngày lập biểu:", "22/8/2020"],
                       ["TT", "Xã, thị trấn", "Đã cài"], *[[n, c[0], c[2]] for n, c in enumerate(COMMUNES, 1)]]  # fmt: skip
    return single("the day as text beside its label", rows, installs((commune(c[0]), c[2]) for c in COMMUNES))


@form
def persons_with_their_posts() -> Form:
    rows: list[Row] = [
        ["Cán bộ đã cài Bluezone"],
        ["TT", "Họ tên", "Chức vụ", "Đơn vị", "SĐT đã đăng ký"],
        [1, "Trần Văn A", "Trưởng phòng", "Sở Y tế", "0909123123"],
    ]
    return single("persons with their posts", rows, {}, refused="lists persons")


@form
def of_whom_by_components() -> Form:
    rows: list[Row] = [*HEAD, ["TT", "Chợ", "Thành phần", "Số lượng", "Đã cài"], [1, "Chợ Ngã Bảy", "Tiểu thương", 100, 60], [1, "Chợ Ngã Bảy", "Nhân viên BQL", 10, 9],
                       [2, "Chợ Vị Thanh", "Tiểu thương", 200, 90], [2, "Chợ Vị Thanh", "Nhân viên BQL", 12, 12]]  # fmt: skip
    truth = {("Chợ Ngã Bảy", DAY, "installs", "traders"): 60, ("Chợ Ngã Bảy", DAY, "installs", "staff"): 9,
             ("Chợ Vị Thanh", DAY, "installs", "traders"): 90, ("Chợ Vị Thanh", DAY, "installs", "staff"): 12}  # fmt: skip
    return single("of whom by components", rows, truth)


@form
def taxpayers_of_a_tax_office() -> Form:
    rows: list[Row] = [
        *HEAD,
        ["TT", "Đội thuế", "Công chức", None, "Người nộp thuế đến giao dịch", None],
        [None, None, "Biên chế", "Đã cài", "Được hướng dẫn", "Cài mới"],
        [1, "Đội Kê khai", 9, 8, 40, 12],
        [2, "Đội Trước bạ", 7, 7, 328, 141],
    ]
    payers = "Người nộp thuế đến giao dịch"
    truth = {(team, DAY, kind, of): value
             for team, *values in (("Đội Kê khai", 9, 8, 40, 12), ("Đội Trước bạ", 7, 7, 328, 141))
             for (kind, of), value in zip((("headcount", "staff"), ("installs", "staff"), ("asked", payers),
                                           ("increase", payers)), values, strict=True)}  # fmt: skip
    return single("taxpayers of a tax office", rows, truth, ("C2:D2", "E2:F2"))


@form
def done_beside_a_target_and_the_staff() -> Form:
    """`Thực hiện` holds what the target was for; that the staff installed it too does not say so, and it is asked."""
    rows: list[Row] = [
        *HEAD,
        ["TT", "Xã", "Chỉ tiêu huyện giao (người)", "Thực hiện (người)", "Số cán bộ xã đã cài"],
        *[[number, each[0], 100 * number, 60 * number, 10 + number] for number, each in enumerate(COMMUNES, 1)],
    ]
    truth: Truth = installs((commune(each[0]), 60 * number) for number, each in enumerate(COMMUNES, 1))
    truth |= {(commune(each[0]), DAY, "installs", "staff"): 10 + number for number, each in enumerate(COMMUNES, 1)}
    return single("done beside a target and the staff", rows, truth, asks="installs", answers={"installs": "D"})


@form
def all_up_to_a_week_before_with_its_day() -> Form:
    rows: list[Row] = [
        ["Cài Bluezone tuần 3 tháng 8 (chốt ngày 20/8/2020)"],
        ["TT", "Xã", "Lũy kế số máy cài đến tuần trước (13/8)", "Cài mới trong tuần", "Lũy kế đến nay"],
        *[[number, each[0], 60 * number, 10, 60 * number + 10] for number, each in enumerate(COMMUNES, 1)],
    ]
    truth = installs((commune(each[0]), 60 * number + 10) for number, each in enumerate(COMMUNES, 1))
    truth |= installs(((commune(each[0]), 60 * number) for number, each in enumerate(COMMUNES, 1)), "2020-08-13")
    return single("all up to a week before with its day", rows, truth)


@form
def teams_of_each_evening() -> Form:
    rows: list[Row] = [
        ["NHẬT KÝ RA QUÂN CÀI BLUEZONE - HUYỆN ĐOÀN VỊ THỦY"],
        ["Ngày", "Đội tình nguyện", "Số người dân được vận động", "Số người dân được hướng dẫn cài", "Số người từ chối"],
        *[[f"{day}/8/2020", f"Đội xã {name}", 100 + day, 30 + day, 3]
          for day in (21, 22, 23) for name in ("Vị Trung", "Vị Thủy", "Vị Thắng")],
    ]  # fmt: skip
    truth = {(f"Đội xã {name}", f"2020-08-{day}", kind): value
             for day in (21, 22, 23) for name in ("Vị Trung", "Vị Thủy", "Vị Thắng")
             for kind, value in (("asked", 100 + day), ("helped", 30 + day), ("refused", 3))}  # fmt: skip
    return single("teams of each evening", rows, truth)
