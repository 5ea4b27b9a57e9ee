# ruff: noqa: E501 - forms are tables
"""Make forms whose columns are headed with days only, so that a title says what they count, and blocks with days of their own."""

from __future__ import annotations

from typing import Any

from tests.rollout.reading.building import Form, Percent
from tests.rollout.reading.forms import COMMUNES, DISTRICTS, commune, form
from tests.rollout.reading.forms_groups import Row, single

DAYS = ("2020-08-19", "2020-08-26")
UP_TO = ("Đến 19/8/2020", "Đến 26/8/2020")
BARE = ("19/8/2020", "26/8/2020")


def below_days(
    name: str,
    title: str,
    kind: str,
    values: list[list[Any]],
    heads: tuple[str, ...] = UP_TO,
    of: str = "",
    shown: list[list[Any]] | None = None,
    **more: Any,
) -> Form:
    """Return a form of the districts under a title, with a column for each of two days; `kind` empty: nothing is read."""
    cells = shown or values
    rows: list[Row] = [[title], [], ["STT", "Huyện, thị xã, thành phố", *heads],
                       *[[n, d[1], *cells[n - 1]] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    truth = {(d[0], day, kind, *([of] if of else [])): values[n][at]
             for n, d in enumerate(DISTRICTS) for at, day in enumerate(DAYS) if kind}  # fmt: skip
    return single(name, rows, truth, **more)


COUNTS: list[list[Any]] = [[3000 + 31 * n, 3017 + 31 * n] for n in range(8)]
PERCENTS: list[list[Any]] = [[10.5 + n, 12.1 + n] for n in range(8)]
SHARES = "TỶ LỆ NGƯỜI DÂN CÀI ĐẶT BLUEZONE SO VỚI DÂN SỐ (%)"


@form
def shares_as_numbers() -> Form:
    return below_days("shares as numbers below days", SHARES, "percent_population", PERCENTS)


@form
def shares_as_whole_numbers() -> Form:
    values: list[list[Any]] = [[10 + n, 13 + n] for n in range(8)]
    return below_days("shares as whole numbers below days", SHARES, "percent_population", values)


@form
def shares_as_cells_of_percent() -> Form:
    shown = [[Percent(a / 100, "0.0%"), Percent(b / 100, "0.0%")] for a, b in PERCENTS]
    return below_days("shares as cells of percent below days", SHARES, "percent_population", PERCENTS, shown=shown)


@form
def shares_as_texts() -> Form:
    shown = [[f"{a}%".replace(".", ","), f"{b}%".replace(".", ",")] for a, b in PERCENTS]
    title = "TỶ LỆ NGƯỜI DÂN CÀI ĐẶT BLUEZONE SO VỚI DÂN SỐ (Văn bản 5008/UBND-VHXH ngày 19/8/2020)"
    return below_days("shares as texts below days", title, "percent_population", PERCENTS, shown=shown)


@form
def percents_without_a_word() -> Form:
    shown = [[f"{a}%".replace(".", ","), f"{b}%".replace(".", ",")] for a, b in PERCENTS]
    return below_days("percents without a word below days", "KẾT QUẢ CÀI ĐẶT BLUEZONE", "", PERCENTS, shown=shown,
                      asks="share:C", answers={"share:C": "none"})  # fmt: skip


@form
def shares_of_what_is_not_said() -> Form:
    return below_days("shares of what is not said below days", "KẾT QUẢ CÀI ĐẶT BLUEZONE (ĐVT: %)", "percent_population", PERCENTS,
                      asks="share:C", answers={"share:C": "percent_population"})  # fmt: skip


@form
def parts_of_one_below_days() -> Form:
    shown: list[list[Any]] = [[round(a / 100, 3), round(b / 100, 3)] for a, b in PERCENTS]
    return below_days("parts of one below days", SHARES.replace(" (%)", ""), "percent_population", PERCENTS, shown=shown,
                      asks="fraction:C", answers={"fraction:C": "fraction"})  # fmt: skip


@form
def targets_below_days() -> Form:
    return below_days("targets below days", "CHỈ TIÊU CÀI ĐẶT BLUEZONE GIAO CÁC HUYỆN", "target", COUNTS)


@form
def ncovi_below_days() -> Form:
    return below_days("NCOVI below days", "SỐ NGƯỜI CÀI ĐẶT ỨNG DỤNG NCOVI CÁC HUYỆN", "ncovi", COUNTS, BARE,
                      asks="flow", answers={"flow": "cumulative"})  # fmt: skip


@form
def gains_of_ncovi_below_days() -> Form:
    return below_days("gains of NCOVI below days", "SỐ NGƯỜI CÀI ĐẶT ỨNG DỤNG NCOVI CÁC HUYỆN", "", COUNTS, BARE,
                      asks="flow", answers={"flow": "increase"}, says=("column",))  # fmt: skip


@form
def those_who_have_not_installed_below_days() -> Form:
    return below_days("those who have not installed below days", "SỐ NGƯỜI CHƯA CÀI ĐẶT BLUEZONE CÁC HUYỆN", "",
                      COUNTS, BARE, says=("column",))  # fmt: skip


@form
def households_below_days() -> Form:
    return below_days(
        "households below days", "SỐ HỘ ĐÃ ĐƯỢC VẬN ĐỘNG CÀI BLUEZONE", "", COUNTS, BARE, says=("column",)
    )


@form
def staff_below_days() -> Form:
    return below_days(
        "staff below days", "CÁN BỘ, CÔNG CHỨC, VIÊN CHỨC CÁC HUYỆN CÀI ĐẶT BLUEZONE", "installs", COUNTS, of="staff"
    )


@form
def ranks_below_days() -> Form:
    values: list[list[Any]] = [[n + 1, 8 - n] for n in range(8)]
    return below_days("ranks below days", "XẾP HẠNG CÀI ĐẶT BLUEZONE CÁC HUYỆN", "rank", values, BARE)


@form
def a_title_of_ranks_above_counts() -> Form:
    return below_days("a title of ranks above counts", "BẢNG XẾP HẠNG CÀI ĐẶT BLUEZONE CÁC HUYỆN", "installs", COUNTS,
                      asks="measure", answers={"measure": "installs"})  # fmt: skip


@form
def a_title_of_a_share_and_a_number() -> Form:
    return below_days("a title of a share and a number", "KẾT QUẢ, TỶ LỆ CÀI ĐẶT BLUEZONE CÁC HUYỆN", "installs", COUNTS,
                      asks="measure", answers={"measure": "installs"})  # fmt: skip


@form
def what_was_added_below_days() -> Form:
    return below_days("what was added below days", "SỐ NGƯỜI CÀI MỚI BLUEZONE TỪNG NGÀY", "increase", COUNTS, BARE)


@form
def results_against_a_target_below_days() -> Form:
    title = "KẾT QUẢ THỰC HIỆN CHỈ TIÊU VẬN ĐỘNG NGƯỜI DÂN CÀI ĐẶT BLUEZONE"
    return below_days("results against a target below days", title, "installs", COUNTS)


@form
def blocks_with_days_of_their_own() -> Form:
    rows: list[Row] = [["UBND HUYỆN VỊ THỦY"], ["BÁO CÁO KẾT QUẢ CÀI BLUEZONE NĂM 2020"], []]
    truth = {}
    for number, day in enumerate(("20/8", "27/8")):
        rows += [[f"{'I' * (number + 1)}. Kỳ báo cáo thứ {number + 1} (đến ngày {day})"],
                 ["TT", "Xã, thị trấn", "Số khẩu", "Số người cài đặt", "%"]]  # fmt: skip
        for at, (name, people, count) in enumerate(COMMUNES, 1):
            rows.append([at, name, people, count + 9 * number, round((count + 9 * number) * 100 / people, 1)])
            truth[commune(name), f"2020-08-{day[:2]}", "installs"] = count + 9 * number
        rows += [["", "Cộng", sum(c[1] for c in COMMUNES), sum(c[2] + 9 * number for c in COMMUNES)], []]
    return single("blocks with days of their own", rows, truth, within="63:935", says_not=("twice",))


@form
def officials_by_name() -> Form:
    rows: list[Row] = [["DANH SÁCH CÁN BỘ XÃ VỊ BÌNH VÀ NGƯỜI THÂN CÀI ĐẶT BLUEZONE"], ["(đến ngày 28/8/2020)"], [],
                       ["STT", "Họ và tên", "Chức vụ", "Số điện thoại", "Bản thân đã cài", "Số người trong gia đình", "Số người thân đã cài"],
                       [1, "Nguyễn Văn Một", "Bí thư", "0900000001", "x", 4, 4], [2, "Trần Thị Hai", "Kế toán", "0900000002", "", 4, 2],
                       [3, "Lê Văn Ba", "Chủ tịch", "0900000003", "x", 5, 5], ["", "Cộng", "", "", 2, 13, 11]]  # fmt: skip
    return single("officials by name", rows, {}, refused="lists persons")


@form
def people_in_thousands_with_decimals_throughout() -> Form:
    rows: list[Row] = [["TỔNG HỢP CÀI ĐẶT BLUEZONE ĐẾN 20/8/2020"], ["ĐVT: nghìn người"], [], ["STT", "Địa phương", "Dân số", "Đã cài đặt"],
                       *[[n, d[1], f"{60 + n},{n}", f"{10 + n},0"] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    truth = {}
    for n, d in enumerate(DISTRICTS, 1):
        truth |= {
            (d[0], "2020-08-20", "population"): 60_000 + 1_100 * n,
            (d[0], "2020-08-20", "installs"): 10_000 + 1_000 * n,
        }
    return single(
        "people in thousands with decimals throughout",
        rows,
        truth,
        asks="scale",
        answers={"scale": "1000"},
        says_not=("number",),
    )
