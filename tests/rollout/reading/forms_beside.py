# ruff: noqa: E501 - forms are tables
"""Make forms that are understood from what stands beside: hamlets of two communes, sites above districts, weeks, shares of installs, both apps."""

from __future__ import annotations

from tests.rollout.reading.building import Form, Truth, book
from tests.rollout.reading.forms import COMMUNES, DAY, DISTRICTS, commune, form, installs
from tests.rollout.reading.forms_groups import Row, single


@form
def a_sum_beside_what_a_week_added() -> Form:
    rows: list[Row] = [
        ["Biểu tổng hợp tình hình cài đặt ứng dụng Bluezone tuần 3 tháng 8/2020"],
        ["TT", "Đơn vị", "Dân số", "Lũy kế đến 13/8", "Trong tuần (14/8 - 20/8)", None, "Lũy kế đến 20/8", None],
        [None, None, None, None, "Cài mới", "Tăng so tuần trước (%)", "Số người", "Đạt tỷ lệ %"],
    ]
    for n, (name, people, count) in enumerate(COMMUNES, 1):
        before = count - 100 - n
        rows.append(
            [
                n,
                name,
                people,
                before,
                100 + n,
                round((100 + n) * 100 / before, 1),
                count,
                round(count * 100 / people, 2),
            ]
        )
    merged = ("C2:C3", "D2:D3", "A2:A3", "B2:B3", "E2:F2", "G2:H2")
    truth: Truth = {
        **{(commune(name), DAY, "installs"): count for name, _, count in COMMUNES},
        **{
            (commune(name), "2020-08-13", "installs"): count - 100 - n for n, (name, _, count) in enumerate(COMMUNES, 1)
        },
        **{(commune(name), DAY, "increase"): 100 + n for n, (name, _, _) in enumerate(COMMUNES, 1)},
    }
    return single("a sum beside what a week added", rows, truth, merged, within="63:935")


@form
def hamlets_of_two_communes() -> Form:
    rows: list[Row] = [["Kết quả các ấp trên địa bàn huyện Vị Thủy đến ngày 20/8/2020"], ["Xã", "Ấp", "Số hộ", "Số người cài Bluezone"],
                       ["Vị Trung", "Ấp 1", 271, 155], [None, "Ấp 2", 268, 221], [None, "Cộng xã Vị Trung", 539, 376],
                       ["Vị Thắng", "Ấp 1", 270, 157], [None, "Ấp 2", 182, 239], [None, "Cộng xã Vị Thắng", 452, 396]]  # fmt: skip
    truth = {("Ấp 1 (Vị Trung)", DAY, "installs"): 155, ("Ấp 2 (Vị Trung)", DAY, "installs"): 221,
             ("Ấp 1 (Vị Thắng)", DAY, "installs"): 157, ("Ấp 2 (Vị Thắng)", DAY, "installs"): 239}  # fmt: skip
    return single("hamlets of two communes", rows, truth, ("A3:A4", "A6:A7"), within="63:935", says_not=("twice",))


@form
def sites_above_districts() -> Form:
    rows: list[Row] = [["DANH SÁCH KHU CÁCH LY VÀ KẾT QUẢ CÀI ĐẶT BLUEZONE - Ngày: 20/08/2020"],
                       ["TT", "Nơi cách ly", "Số người đang cách ly", "Đã cài"], ["A. Cách ly tập trung"],
                       [1, "Trường Quân sự tỉnh", 117, 103], [2, "Trung đoàn 114", 116, 65], [3, "KTX Cao đẳng Cộng đồng", 24, 12],
                       ["B. Cách ly tại nhà"], [1, "TP Vị Thanh", 40, 17], [2, "Huyện Vị Thủy", 88, 37],
                       [3, "Huyện Phụng Hiệp", 68, 21], [4, "Thành phố Ngã Bảy", 30, 11]]  # fmt: skip
    of = ("installs", "quarantined")
    truth = {("Trường Quân sự tỉnh", DAY, *of): 103, ("Trung đoàn 114", DAY, *of): 65, ("KTX Cao đẳng Cộng đồng", DAY, *of): 12,
             ("63:930", DAY, *of): 17, ("63:935", DAY, *of): 37, ("63:934", DAY, *of): 21, ("63:931", DAY, *of): 11}  # fmt: skip
    return single("sites above districts", rows, truth, ("A3:D3", "A7:D7"), says_not=("unknown-unit",))


@form
def helped_of_those_who_were_asked() -> Form:
    rows: list[Row] = [["Kết quả phổ biến, hỗ trợ cài đặt Bluezone tại bến xe ngày 20/8/2020"],
                       ["TT", "Bến", "Số hành khách được tuyên truyền", "Trong đó"],
                       [None, None, None, "Đã cài trước", "Được hỗ trợ cài", "Không đồng ý cài"],
                       [1, "Bến xe Vị Thanh", 321, 80, 29, 9], [2, "Bến xe Ngã Bảy", 364, 91, 86, 9]]  # fmt: skip
    truth = {("Bến xe Vị Thanh", DAY, "helped", "guests"): 29, ("Bến xe Ngã Bảy", DAY, "helped", "guests"): 86,
             ("Bến xe Vị Thanh", DAY, "had", "guests"): 80}  # fmt: skip
    return single("helped of those who were asked", rows, truth, ("A2:A3", "B2:B3", "C2:C3", "D2:F2"))


@form
def a_share_of_installs_in_use() -> Form:
    rows: list[Row] = [["Hậu Giang - thống kê Bluezone lúc 08:00 20/8/2020"], ["Khu vực", "Lượt tải", "Đang hoạt động", "% hoạt động"],
                       *[[d[1], d[3], d[3] * 45 // 100 + n, round((d[3] * 45 // 100 + n) * 100 / d[3], 2)] for n, d in enumerate(DISTRICTS)]]  # fmt: skip
    truth: Truth = {**installs((d[0], d[3]) for d in DISTRICTS),
                    **{(d[0], DAY, "active"): d[3] * 45 // 100 + n for n, d in enumerate(DISTRICTS)}}  # fmt: skip
    return single("a share of installs in use", rows, truth)


def _of_two_weeks(answer: str, truth: Truth) -> Form:
    rows: list[Row] = [["SO SÁNH KẾT QUẢ CÀI ĐẶT BLUEZONE GIỮA HAI TUẦN"],
                       ["TT", "Xã, thị trấn", "Tuần trước (đến 13/8/2020)", None, "Tuần này (đến 20/8/2020)", None, "Tăng (+), giảm (-)"],
                       [None, None, "Số lượng", "Tỷ lệ (%)", "Số lượng", "Tỷ lệ (%)", None],
                       *[[n, name, count - 90, 3.5 + n, count, 4.5 + n, 90] for n, (name, _, count) in enumerate(COMMUNES, 1)]]  # fmt: skip
    counts: Truth = {**{(commune(name), DAY, "installs"): count for name, _, count in COMMUNES},
                     **{(commune(name), "2020-08-13", "installs"): count - 90 for name, _, count in COMMUNES}}  # fmt: skip
    return single(f"shares of two weeks, {answer}", rows, {**counts, **truth}, ("A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:G3"), within="63:935",
                  asks="share:D", answers={"share:D": answer})  # fmt: skip


@form
def shares_of_two_weeks() -> Form:
    first = commune(COMMUNES[0][0])
    return _of_two_weeks(
        "percent_smartphones",
        {(first, "2020-08-13", "percent_smartphones"): 4.5, (first, DAY, "percent_smartphones"): 5.5},
    )


@form
def shares_of_two_weeks_left_out() -> Form:
    first = commune(COMMUNES[0][0])
    return _of_two_weeks(
        "none", {(first, "2020-08-13", "percent_smartphones"): None, (first, DAY, "percent_population"): None}
    )


def _both_apps(answer: str, kind: str, sheet: str = "Sheet1") -> Form:
    rows: list[Row] = [["Kết quả cài đặt NCOVI và Bluezone đến 20/8/2020"], ["TT", "Huyện", "Đã cài"],
                       *[[n, d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    truth = {(d[0], DAY, kind): d[3] for d in DISTRICTS} if kind else {}
    return Form(f"both apps, {answer or sheet}", "a.xlsx", book((sheet, rows)), truth, answers={"app": answer} if answer else {},
                asks="app" if answer else None)  # fmt: skip


@form
def a_title_of_both_apps() -> Form:
    return _both_apps("bluezone", "installs")


@form
def a_title_of_both_apps_over_ncovi() -> Form:
    return _both_apps("ncovi", "ncovi")


@form
def a_title_of_both_apps_together() -> Form:
    return _both_apps("none", "")


@form
def a_sheet_says_which_of_both_apps() -> Form:
    return _both_apps("", "ncovi", "NCOVI")


@form
def both_apps_in_columns_of_their_own() -> Form:
    rows: list[Row] = [["Kết quả cài đặt NCOVI và Bluezone đến 20/8/2020"], ["TT", "Huyện", "NCOVI", "Bluezone"],
                       *[[n, d[1], d[3] + 70, d[3]] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    return single("both apps in columns of their own", rows, installs((d[0], d[3]) for d in DISTRICTS))


def _weeks(first: str, second: str, key: str, answer: str, truth: Truth) -> Form:
    rows: list[Row] = [["Kết quả cài Bluezone đến 20/8/2020"], ["TT", "Huyện", first, second],
                       *[[n, d[1], d[3] - 90, d[3]] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    return single(f"weeks, {first} {second}", rows, truth, asks=key, answers={key: answer})


@form
def weeks_by_number_without_days() -> Form:
    return _weeks("Tuần 2", "Tuần 3", "installs", "D", installs((d[0], d[3]) for d in DISTRICTS))


@form
def weeks_before_and_now_without_days() -> Form:
    return _weeks(
        "Đã cài tuần trước", "Đã cài tuần này", "flow", "cumulative", installs((d[0], d[3]) for d in DISTRICTS)
    )


@form
def a_day_after_the_area() -> Form:
    rows: list[Row] = [["Công nhân lao động cài Bluezone theo địa bàn - 20/8/2020"], ["TT", "Đơn vị", "Tổng số", "Đã cài"],
                       *[[n, d[1], d[3] + 70, d[3]] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    return single("a day after the area", rows, {(d[0], DAY, "installs", "staff"): d[3] for d in DISTRICTS})
