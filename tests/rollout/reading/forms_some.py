# ruff: noqa: E501 - forms are tables
"""Make forms that count some people only, give one thing in several columns, or write two numbers in a cell."""

from __future__ import annotations

from typing import Any

from tests.rollout.reading.building import Form, Truth
from tests.rollout.reading.forms import DAY, DISTRICTS, form, installs
from tests.rollout.reading.forms_groups import Row, single

DONE = installs((d[0], d[3]) for d in DISTRICTS)


def districts(
    name: str, headers: list[str], *values: Any, truth: Truth | None = None, title: str = "", **more: Any
) -> Form:
    """Return a form of the districts, a column for each header; `values` are numbers, texts or functions of a row."""
    rows: list[Row] = [[title or "Kết quả cài Bluezone đến ngày 20/8/2020"], ["STT", "Đơn vị", *headers]]
    for n, d in enumerate(DISTRICTS, 1):
        rows.append([n, d[1], *(value(n, d) if callable(value) else value for value in values)])
    return single(name, rows, DONE if truth is None else truth, **more)


def people(_: int, d: tuple[str, str, int, int]) -> int:
    return d[2]


def done(_: int, d: tuple[str, str, int, int]) -> int:
    return d[3]


@form
def people_twice() -> Form:
    truth = DONE | {(d[0], DAY, "population"): d[2] + 99 for d in DISTRICTS}
    return districts("people twice", ["Dân số 2019", "Dân số 2020", "Số người cài"], people, lambda n, d: d[2] + 99, done,
                     truth=truth, asks="which:C", answers={"which:C": "D"})  # fmt: skip


@form
def phones_twice() -> Form:
    truth = DONE | {(d[0], DAY, "smartphones"): d[2] // 2 for d in DISTRICTS}
    return districts("phones twice", ["Số ĐTTM (điều tra)", "Số ĐTTM (nhà mạng)", "Đã cài"], lambda n, d: d[2] // 2, lambda n, d: d[2] // 3,
                     done, truth=truth, asks="which:C", answers={"which:C": "C"})  # fmt: skip


@form
def in_use_twice() -> Form:
    return districts(
        "in use twice",
        ["Đã cài", "Đang sử dụng", "Đang hoạt động"],
        done,
        90,
        95,
        asks="which:D",
        answers={"which:D": "none"},
    )


@form
def guests_told_in_two_ways_and_in_all() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["TT", "Khách sạn", "Khách được giới thiệu", "Khách được tư vấn", "Tổng số khách được giới thiệu", "Khách đã cài"],
                       [1, "Khách sạn An Bình", 40, 30, 70, 20], [2, "Khách sạn Hòa Bình", 50, 10, 60, 9]]  # fmt: skip
    truth = {("Khách sạn An Bình", DAY, "asked", "guests"): 70, ("Khách sạn An Bình", DAY, "installs", "guests"): 20,
             ("Khách sạn Hòa Bình", DAY, "asked", "guests"): 60, ("Khách sạn Hòa Bình", DAY, "installs", "guests"): 9}  # fmt: skip
    return single("guests told in two ways and in all", rows, truth, says_not=("twice",))


@form
def people_of_an_age() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["TT", "Cơ quan", "Số người từ 15 tuổi trở lên", "Đã cài", "Tỷ lệ"],
                       [1, "Sở Y tế", 20, 11, "55%"], [2, "Sở Nội vụ", 30, 15, "50%"]]  # fmt: skip
    truth = {("Sở Y tế", DAY, "installs"): 11, ("Sở Nội vụ", DAY, "installs"): 15, ("Sở Y tế", DAY, "headcount"): None}
    return single("people of an age", rows, truth, says=("column",))  # type: ignore[arg-type]


@form
def women_are_not_the_people() -> Form:
    truth: dict[tuple[str, ...], Any] = DONE | {(d[0], DAY, "population"): None for d in DISTRICTS}
    return districts("women are not the people", ["Dân số nữ", "Đã cài"], people, done, truth=truth, says=("column",))


@form
def those_who_have_yet_to_install() -> Form:
    return districts(
        "those who have yet to install", ["Số người cần cài", "Số người đã cài"], people, done, says=("column",)
    )


@form
def what_is_expected() -> Form:
    return districts("what is expected", ["Đã cài", "Dự kiến cài đến 31/8"], done, 99_999, says=("column",))


@form
def what_failed() -> Form:
    return districts("what failed", ["Cài đặt thành công", "Cài đặt không thành công"], done, 5, says=("column",))


@form
def held_against_a_plan() -> Form:
    truth = DONE | {(d[0], DAY, "target"): 9000 for d in DISTRICTS}
    return districts("held against a plan", ["Chỉ tiêu", "Thực hiện", "So với kế hoạch", "Thay đổi thứ hạng"], 9000, done, 98, 2,
                     truth=truth, says=("column",), says_not=("twice",))  # fmt: skip


@form
def some_of_all_in_a_cell() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["TT", "Tên trường", "Số GV đã cài/tổng số GV", "Số HS đã cài/sĩ số"],
                       [1, "THCS Lê Lợi", "45/50", "120/300 (40%)"], [2, "THCS Trần Phú", "4/5", "20/30"], [None, "Cộng", "49/55", "140/330"]]  # fmt: skip
    truth = {("THCS Lê Lợi", DAY, "installs", "staff"): 45, ("THCS Lê Lợi", DAY, "headcount", "staff"): 50, ("THCS Lê Lợi", DAY, "installs", "pupils"): 120,
             ("THCS Trần Phú", DAY, "installs", "staff"): 4, ("THCS Trần Phú", DAY, "installs", "pupils"): 20, ("THCS Trần Phú", DAY, "headcount", "pupils"): 30}  # fmt: skip
    return single("some of all in a cell", rows, truth)


@form
def two_numbers_of_what() -> Form:
    truth = {
        (d[0], DAY, kind): n * value
        for n, d in enumerate(DISTRICTS, 1)
        for kind, value in (("installs", 5), ("target", 10))
    }
    return districts(
        "two numbers of what",
        ["Kết quả"],
        lambda n, d: f"{n * 5}/{n * 10}",
        truth=truth,
        asks="pair:C",
        answers={"pair:C": "target"},
    )


@form
def a_share_behind_the_count() -> Form:
    return districts("a share behind the count", ["Đã cài (tỷ lệ)"], lambda n, d: f"{d[3]} ({n},5%)")


@form
def pagodas_are_not_what_is_missing() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["TT", "Cơ sở tôn giáo", "Tín đồ đã cài", "Số chùa đã cài", "Tín đồ chưa cài"],
                       [1, "Chùa Phổ Minh", 20, 1, 4], [2, "Chùa Giác Long", 30, 1, 5]]  # fmt: skip
    truth = {("Chùa Phổ Minh", DAY, "installs", "Tín đồ"): 20, ("Chùa Giác Long", DAY, "installs", "Tín đồ"): 30}
    return single("pagodas are not what is missing", rows, truth, says=("column",))


@form
def the_district_is_not_written_again() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["TT", "Huyện", "Xã", "Đã cài"],
                       [1, "Huyện Vị Thủy", "Xã Vị Trung", 1100], [2, "nt", "Xã Vị Thủy", 1200], [3, '"', "Xã Vị Thắng", 1300]]  # fmt: skip
    from tests.rollout.reading.forms import commune

    return single(
        "the district is not written again",
        rows,
        installs([(commune("Xã Vị Trung"), 1100), (commune("Xã Vị Thủy"), 1200), (commune("Xã Vị Thắng"), 1300)]),
    )


@form
def thousands_in_a_title_that_says_only_unit() -> Form:
    truth = {(d[0], DAY, "installs"): n * 1000 for n, d in enumerate(DISTRICTS, 1)}
    return districts("thousands in a title that says only unit", ["Đã cài"], lambda n, d: n, truth=truth,
                     title="Kết quả cài Bluezone đến 20/8/2020 (Đơn vị: 1.000 người)", asks="scale", answers={"scale": "1000"})  # fmt: skip


@form
def thousands_in_a_header_behind_a_comma() -> Form:
    truth = DONE | {(d[0], DAY, "population"): n * 30_000 for n, d in enumerate(DISTRICTS, 1)}
    return districts(
        "thousands in a header behind a comma", ["Dân số, 1000 người", "Đã cài"], lambda n, d: n * 30, done, truth=truth
    )


@form
def gains_with_a_sign() -> Form:
    truth = DONE | {(d[0], DAY, "increase"): n for n, d in enumerate(DISTRICTS, 1)}
    return districts("gains with a sign", ["Đã cài", "Tăng trong ngày"], done, lambda n, d: f"+{n}", truth=truth)


@form
def no_count_is_less_than_nothing() -> Form:
    return districts("no count is less than nothing", ["Dân số", "Đã cài"], people, -5, truth={}, says=("bad-number",))


@form
def texts_in_place_of_numbers() -> Form:
    return districts("texts in place of numbers", ["Đã cài"], "khoảng 1200", refused="holds a number that can be read")


@form
def this_week_beside_the_last() -> Form:
    return districts(
        "this week beside the last",
        ["Tuần trước", "Tuần này", "Chênh lệch"],
        people,
        done,
        9,
        asks="flow",
        answers={"flow": "cumulative"},
    )


@form
def notes_below_that_hold_numbers() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Đơn vị", "Đã cài"], *[[n, d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)],
                       [None, "Người lập: Nguyễn Văn A", "0912345678"], ["*", "Ghi chú: số đơn vị chưa báo cáo", 3]]  # fmt: skip
    return single("notes below that hold numbers", rows, DONE)


@form
def a_target_in_percent() -> Form:
    truth: dict[tuple[str, ...], Any] = DONE | {(d[0], DAY, "target"): None for d in DISTRICTS}
    return districts("a target in percent", ["Chỉ tiêu (%)", "Đã cài"], 30, done, truth=truth)


@form
def so_many_percent_of_the_people() -> Form:
    truth: dict[tuple[str, ...], Any] = DONE | {(d[0], DAY, "percent_population"): None for d in DISTRICTS}
    truth |= {(d[0], DAY, "target"): d[2] * 3 // 10 for d in DISTRICTS}
    return districts("so many percent of the people", ["Dân số", "30% dân số", "Đã cài"], people, lambda n, d: d[2] * 3 // 10, done,
                     truth=truth)  # fmt: skip


@form
def ranks_in_words() -> Form:
    truth = DONE | {(d[0], DAY, "rank"): n for n, d in enumerate(DISTRICTS, 1)}
    return districts(
        "ranks in words", ["Đã cài", "Xếp hạng"], done, lambda n, d: f"Hạng {n}" if n % 2 else f"{n}/8", truth=truth
    )


@form
def ranks_by_two_measures() -> Form:
    return districts("ranks by two measures", ["Đã cài", "Xếp hạng theo số lượng", "Xếp hạng theo tỷ lệ"], done, lambda n, d: n, lambda n, d: 9 - n,
                     asks="which:D", answers={"which:D": "none"})  # fmt: skip


@form
def both_apps_of_the_day_and_in_all() -> Form:
    rows: list[Row] = [["Cài Bluezone, NCOVI đến 20/8/2020"], ["TT", "Đơn vị", "Bluezone", None, "NCOVI", None], [None, None, "Trong ngày", "Lũy kế", "Trong ngày", "Lũy kế"],
                       *[[n, d[1], 5, d[3], 6, d[3] // 2] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    truth = (
        DONE | {(d[0], DAY, "increase"): 5 for d in DISTRICTS} | {(d[0], DAY, "ncovi"): d[3] // 2 for d in DISTRICTS}
    )
    return single("both apps of the day and in all", rows, truth, ("A2:A3", "B2:B3", "C2:D2", "E2:F2"))
