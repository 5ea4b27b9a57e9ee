# ruff: noqa: E501 - forms are tables
"""Make forms with subtotals above their parts, several groups of people, those who help, tables turned, telephones."""

from __future__ import annotations

from typing import Any

from tests.rollout.reading.building import Form, Truth, book
from tests.rollout.reading.forms import COMMUNES, DAY, DISTRICTS, commune, form, installs

Row = list[Any]


def single(name: str, rows: list[Row], truth: Truth, merged: tuple[str, ...] = (), **more: Any) -> Form:
    """Return a form of one sheet."""
    return Form(name, "a.xlsx", book(("Sheet1", rows, merged)), truth, **more)


def grouped(
    heads: tuple[str, str], marks: tuple[str, str], parts: tuple[str, ...], wrong: int = 0
) -> tuple[list[Row], Truth]:
    """Return the communes of a district below two heads that sum them."""
    first, second = COMMUNES[:4], COMMUNES[4:]
    rows: list[Row] = []
    for head, mark, group in ((heads[0], marks[0], first), (heads[1], marks[1], second)):
        rows.append([mark or None, head, sum(c[1] for c in group), sum(c[2] for c in group) + wrong])
        rows += [[parts[n] if n < len(parts) else None, c[0], c[1], c[2]] for n, c in enumerate(group)]
    return rows, installs((commune(c[0]), c[2]) for c in COMMUNES)


NUMBERS = tuple(str(n) for n in range(1, 20))


@form
def clusters_above_communes() -> Form:
    rows, truth = grouped(("Cụm 1", "Cụm 2"), ("A", "B"), NUMBERS)
    head: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Xã, thị trấn", "Dân số", "Đã cài"]]
    total = [None, "Toàn huyện", sum(c[1] for c in COMMUNES), sum(c[2] for c in COMMUNES)]
    return single("clusters above communes", [*head, *rows, total], truth, within="63:935", says_not=("total",))


@form
def areas_without_numbers() -> Form:
    rows, truth = grouped(("Khu vực trung tâm", "Khu vực vùng sâu"), ("", ""), ())
    head: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Xã, thị trấn", "Dân số", "Đã cài"]]
    return single("areas without numbers", [*head, *rows], truth, within="63:935", says_not=("total",))


@form
def a_head_that_does_not_add_up() -> Form:
    rows, truth = grouped(("Các xã vùng I", "Các xã vùng II"), ("I", "II"), NUMBERS, wrong=7)
    head: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["TT", "Đơn vị", "Dân số", "Số người cài"]]
    return single("a head that does not add up", [*head, *rows], truth, within="63:935", says=("total",))


@form
def marks_within_the_names() -> Form:
    rows, truth = grouped(("I. Địa bàn thị trấn và lân cận", "II. Địa bàn còn lại"), ("", ""), ())
    rows = [[row[1] if row[1][:1] == "I" else f"{n}. {row[1]}", *row[2:]] for n, row in enumerate(rows)]
    head: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["Xã, thị trấn", "Dân số", "Đã cài"]]
    return single("marks within the names", [*head, *rows], truth, within="63:935", says_not=("total",))


@form
def grades_above_schools() -> Form:
    schools = [
        ("Mầm non Hoa Sen", 210, 180),
        ("Mầm non Hoa Mai", 190, 120),
        ("Tiểu học Lê Lợi", 800, 460),
        ("Tiểu học Kim Đồng", 640, 400),
    ]
    rows: list[Row] = [
        ["Phụ huynh cài Bluezone đến 20/8/2020"],
        ["TT", "Trường", "Tổng số phụ huynh", "Phụ huynh đã cài"],
    ]
    truth: dict[tuple[str, ...], float] = {}
    for mark, head, group in (("I", "Bậc mầm non", schools[:2]), ("II", "Bậc tiểu học", schools[2:])):
        rows.append([mark, head, sum(s[1] for s in group), sum(s[2] for s in group)])
        rows += [[n, *school] for n, school in enumerate(group, 1)]
        for name, all_, some in group:
            truth |= {(name, DAY, "headcount", "parents"): all_, (name, DAY, "installs", "parents"): some}
    rows.append([None, "Tổng I+II", 1840, 1160])
    return single("grades above schools", rows, truth, says_not=("total",))


@form
def groups_within_groups() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Đơn vị", "Dân số", "Đã cài"]]
    first, second, third = COMMUNES[:3], COMMUNES[3:6], COMMUNES[6:]

    def sums(*groups: Any) -> list[int]:
        return [sum(c[at] for group in groups for c in group) for at in (1, 2)]

    rows += [["A", "Các xã phía Đông", *sums(first, second)], ["I", "Nhóm 1", *sums(first)]]
    rows += [[n, *c] for n, c in enumerate(first, 1)]
    rows += [["II", "Nhóm 2", *sums(second)], *[[n, *c] for n, c in enumerate(second, 1)]]
    rows += [["B", "Các xã phía Tây", *sums(third)], *[[n, *c] for n, c in enumerate(third, 1)]]
    truth = installs((commune(c[0]), c[2]) for c in COMMUNES)
    return single("groups within groups", rows, truth, within="63:935", says_not=("total",))


@form
def a_hamlet_is_no_group() -> Form:
    rows: list[Row] = [["Xã Vị Bình, cài Bluezone đến 20/8/2020"], ["STT", "Ấp", "Số dân", "Đã cài"],
                       [1, "Khu vực 1", 300, 30], [2, "Khu vực 2", 100, 10], [3, "Khu vực 3", 200, 20]]  # fmt: skip
    truth = {(f"Khu vực {n}", DAY, "installs"): v for n, v in ((1, 30), (2, 10), (3, 20))}
    return single("a hamlet is no group", rows, truth)


@form
def passengers_who_had_it() -> Form:
    rows: list[Row] = [["Vận động hành khách cài Bluezone đến 20/8/2020"], ["TT", "Bến xe", "Hành khách"],
                       [None, None, "Đã gặp", "Đã cài từ trước", "Được giúp cài", "Không đồng ý"],
                       [1, "Bến xe Ô Môn", 90, 40, 30, 20], [2, "Bến xe Thới Lai", 50, 20, 10, 20]]  # fmt: skip
    truth: dict[tuple[str, ...], float] = {}
    for name, had, helped, refused in (("Bến xe Ô Môn", 40, 30, 20), ("Bến xe Thới Lai", 20, 10, 20)):
        truth |= {
            (name, DAY, "had", "guests"): had,
            (name, DAY, "helped", "guests"): helped,
            (name, DAY, "refused", "guests"): refused,
        }
    merged = ("A2:A3", "B2:B3", "C2:F2")
    return single(
        "passengers who had it",
        rows,
        truth | {("Bến xe Ô Môn", DAY, "asked", "guests"): 90, ("Bến xe Thới Lai", DAY, "asked", "guests"): 50},
        merged,
    )


@form
def customers_who_had_it() -> Form:
    rows: list[Row] = [["Khách hàng cài Bluezone, ngày 20/8/2020"],
                       ["TT", "Nhà hàng", "Số khách được mời cài", "Khách có sẵn", "Khách cài mới", "Khách từ chối"],
                       [1, "Nhà hàng Sen Vàng", 70, 30, 25, 15], [2, "Nhà hàng Hương Quê", 40, 11, 20, 9]]  # fmt: skip
    truth: dict[tuple[str, ...], float] = {}
    for name, asked, had, new, refused in (
        ("Nhà hàng Sen Vàng", 70, 30, 25, 15),
        ("Nhà hàng Hương Quê", 40, 11, 20, 9),
    ):
        truth |= {
            (name, DAY, "asked", "guests"): asked,
            (name, DAY, "had", "guests"): had,
            (name, DAY, "increase", "guests"): new,
            (name, DAY, "refused", "guests"): refused,
        }
    return single("customers who had it", rows, truth)


def had_and_new(first: str, second: str) -> list[Row]:
    rows: list[Row] = [["Bluezone đến ngày 20/8/2020"], ["TT", "Đơn vị", first, second]]
    return [*rows, *[[n, d[1], d[3], 100 + n] for n, d in enumerate(DISTRICTS, 1)]]


@form
def had_and_new_make_all() -> Form:
    truth = installs((d[0], d[3] + 100 + n) for n, d in enumerate(DISTRICTS, 1))
    return single("had and new make all", had_and_new("Đã có sẵn", "Cài mới"), truth | {(d[0], DAY, "increase"): 100 + n for n, d in enumerate(DISTRICTS, 1)},
                  asks="sum", answers={"sum": "both"})  # fmt: skip


@form
def what_had_it_holds_all() -> Form:
    truth = installs((d[0], d[3]) for d in DISTRICTS)
    return single("what had it holds all", had_and_new("Đã có", "Cài thêm"), truth | {(d[0], DAY, "increase"): 100 + n for n, d in enumerate(DISTRICTS, 1)},
                  asks="sum", answers={"sum": "first"})  # fmt: skip


HELPED = [
    ("Hội Nông dân TP Vị Thanh", 3100, 1200, 456), ("Hội Nông dân huyện Vị Thủy", 2000, 801, 322), ("Hội Nông dân TX Long Mỹ", 1500, 700, 99),
]  # fmt: skip


def helpers(*headers: str) -> list[Row]:
    return [["Kết quả đến 20/8/2020"], ["TT", "Đơn vị", *headers], *[[n, *row] for n, row in enumerate(HELPED, 1)]]


def by_helpers(kind: str, whom: str) -> Truth:
    truth: dict[tuple[str, ...], float] = {}
    for name, members, some, helped in HELPED:
        truth |= {
            (name, DAY, "headcount", "members"): members,
            (name, DAY, "installs", "members"): some,
            (name, DAY, kind, whom): helped,
        }
    return truth


@form
def people_whom_members_told() -> Form:
    rows = helpers("Tổng số hội viên", "Hội viên đã cài Bluezone", "Số người dân do hội viên vận động cài đặt")
    return single("people whom members told", rows, by_helpers("asked", "residents"))


@form
def members_who_help_people() -> Form:
    rows = helpers("Số hội viên", "Trong đó hội viên đã cài Bluezone", "Hội viên hỗ trợ người dân cài (lượt)")
    return single("members who help people", rows, by_helpers("helped", "residents"))


@form
def nurses_who_help_patients() -> Form:
    rows: list[Row] = [["Bluezone đến 20/8/2020"], ["TT", "Bệnh viện", "Số nhân viên y tế", "NVYT đã cài", "Số người bệnh được nhân viên y tế hướng dẫn cài"],
                       [1, "Bệnh viện Mắt", 120, 118, 77], [2, "Bệnh viện Nhi", 310, 300, 205]]  # fmt: skip
    truth = {("Bệnh viện Mắt", DAY, "helped", "patients"): 77, ("Bệnh viện Nhi", DAY, "helped", "patients"): 205}
    return single("nurses who help patients", rows, truth | {("Bệnh viện Mắt", DAY, "headcount", "staff"): 120} | {
        ("Bệnh viện Mắt", DAY, "installs", "staff"): 118, ("Bệnh viện Nhi", DAY, "installs", "staff"): 300})  # fmt: skip


def two_groups(first: str, second: str, whole: str, part: str) -> tuple[list[Row], tuple[str, ...]]:
    rows: list[Row] = [["Bluezone đến 20/8/2020"], ["TT", "Tên đơn vị", first, None, second], [None, None, whole, part, whole, part],
                       [1, "Bệnh viện Mắt", 120, 118, 77, 30], [2, "Bệnh viện Nhi", 310, 300, 205, 100]]  # fmt: skip
    return rows, ("A2:A3", "B2:B3", "C2:D2", "E2:F2")


def truth_of_two(first: str, second: str) -> Truth:
    return {
        ("Bệnh viện Mắt", DAY, "headcount", first): 120, ("Bệnh viện Mắt", DAY, "installs", first): 118,
        ("Bệnh viện Mắt", DAY, "headcount", second): 77, ("Bệnh viện Mắt", DAY, "installs", second): 30,
        ("Bệnh viện Nhi", DAY, "headcount", first): 310, ("Bệnh viện Nhi", DAY, "installs", first): 300,
        ("Bệnh viện Nhi", DAY, "headcount", second): 205, ("Bệnh viện Nhi", DAY, "installs", second): 100,
    }  # fmt: skip


@form
def doctors_and_patients() -> Form:
    rows, merged = two_groups("Y bác sĩ, nhân viên", "Người bệnh, người nhà", "Tổng số", "Số đã cài đặt")
    return single("doctors and patients", rows, truth_of_two("staff", "patients"), merged)


@form
def groups_that_no_list_knows() -> Form:
    rows, merged = two_groups("Thầy thuốc", "Người hiến máu", "Tổng", "Đã cài")
    return single("groups that no list knows", rows, truth_of_two("Thầy thuốc", "Người hiến máu"), merged)


@form
def an_indicator_is_asked_of() -> Form:
    rows: list[Row] = [["Bluezone đến 20/8/2020"], ["TT", "Khách sạn", "Khách lưu trú"], [None, None, "Đã cài", "Gặp trục trặc"],
                       [1, "Khách sạn An Bình", 40, 5], [2, "Khách sạn Hòa Bình", 60, 4]]  # fmt: skip
    truth = {
        ("Khách sạn An Bình", DAY, "installs", "guests"): 40,
        ("Khách sạn Hòa Bình", DAY, "installs", "guests"): 60,
    }
    return single(
        "a doing that no list knows is asked",
        rows,
        truth,
        ("A2:A3", "B2:B3", "C2:D2"),
        asks="column:Sheet1!D",
        answers={"column:Sheet1!D": "none"},
    )


@form
def days_of_institutions_named_after_people() -> Form:
    names = ["Công ty vận tải hành khách An Phú", "Trường Cán bộ Thành phố", "Hội Khách du lịch"]
    rows: list[Row] = [["Ngày báo cáo", "Đơn vị", "Tổng số lao động", "Số lao động đã cài Bluezone"]]
    truth: dict[tuple[str, ...], float] = {}
    for day in ("18/8/2020", "19/8/2020"):
        for n, name in enumerate(names):
            rows.append([day, name, 40 + n, 20 + n + int(day[:2]) - 18])
            truth[name, f"2020-08-{day[:2]}", "installs", "staff"] = 20 + n + int(day[:2]) - 18
    return single("days of institutions named after people", rows, truth)


def across(corner: str | None, *, number: bool = False) -> tuple[list[Row], Truth]:
    rows: list[Row] = [["Kết quả cài đặt Bluezone đến 20/8/2020"], [corner, *[d[1] for d in DISTRICTS]],
                       ["Tổng dân số", *[d[2] for d in DISTRICTS]], ["Lượt cài đặt", *[d[3] for d in DISTRICTS]]]  # fmt: skip
    if number:
        rows = [rows[0], *[["TT" if n == 0 else n, *row] for n, row in enumerate(rows[1:])]]
    return rows, installs((d[0], d[3]) for d in DISTRICTS)


@form
def units_across_below_an_empty_corner() -> Form:
    return single("units across below an empty corner", *across(None))


@form
def units_across_beside_criteria() -> Form:
    return single("units across beside criteria", *across("Tiêu chí"))


@form
def units_across_beside_targets() -> Form:
    return single("units across beside targets", *across("Chỉ tiêu báo cáo"))


@form
def units_across_with_numbers() -> Form:
    return single("units across with numbers", *across("Các mặt công tác", number=True))


def with_column(header: str, values: list[Any]) -> tuple[list[Row], Truth]:
    rows: list[Row] = [["Bluezone đến 20/8/2020"], ["STT", "Xã", "Số người cài đặt", header]]
    rows += [[n, c[0], c[2], value] for n, (c, value) in enumerate(zip(COMMUNES, values, strict=False), 1)]
    return rows, installs((commune(c[0]), c[2]) for c in COMMUNES[: len(values)])


@form
def telephones_of_those_in_charge() -> Form:
    return single(
        "telephones of those in charge",
        *with_column("ĐT lãnh đạo phụ trách", [918000100 + n for n in range(10)]),
        within="63:935",
        says_not=("bad-number",),
    )


@form
def telephones_as_text() -> Form:
    return single(
        "telephones as text",
        *with_column("Đầu mối tiếp nhận", [f"0918 000 {n}00" for n in range(10)]),
        within="63:935",
        says_not=("bad-number",),
    )


@form
def telephones_without_a_word() -> Form:
    return single(
        "telephones without a word",
        *with_column("Bluezone (số máy)", [918000100 + n for n in range(10)]),
        within="63:935",
    )


@form
def identity_numbers() -> Form:
    return single(
        "identity numbers", *with_column("Số định danh", [93088000100 + n for n in range(10)]), within="63:935"
    )


@form
def a_count_above_the_people() -> Form:
    rows, truth = with_column("Dân số", [c[1] for c in COMMUNES])
    rows[2][2] = 9_876_543
    return single(
        "a count above the people",
        rows,
        {key: value for key, value in truth.items() if key[0] != commune(COMMUNES[0][0])},
        within="63:935",
        says=("too-many",),
    )


@form
def a_target_of_a_later_day() -> Form:
    rows: list[Row] = [
        ["Bluezone đến 20/8/2020"],
        ["TT", "Đơn vị", "Chỉ tiêu đến 30/8/2020", "Đã thực hiện"],
        *[[n, d[1], d[3] * 3, d[3]] for n, d in enumerate(DISTRICTS, 1)],
    ]
    truth = installs((d[0], d[3]) for d in DISTRICTS) | {(d[0], "2020-08-30", "target"): d[3] * 3 for d in DISTRICTS}
    return single("a target of a later day", rows, truth)
