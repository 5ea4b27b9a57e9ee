# ruff: noqa: E501 - forms are tables
"""Make forms with words that no list knows, households in place of people, groups under the header, another's rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.rollout.reading.building import Form, Truth
from tests.rollout.reading.forms import DAY, DISTRICTS, form, installs, pct
from tests.rollout.reading.forms_groups import Row, single

CAFES = (("Cà phê Mộc", 31, 12, 9, 10), ("Cà phê Phố", 22, 10, 8, 4))


def asked(header: str, name: str, **more: Any) -> Form:
    """Return a form of cafés whose second column counts those who were asked, in the words of its header."""
    rows: list[Row] = [["Tổng hợp khách cài Bluezone đến 20/8/2020"], ["TT", "Cơ sở", header, "Đã có sẵn", "Cài mới", "Từ chối"],
                       *[[n, *cafe] for n, cafe in enumerate(CAFES, 1)]]  # fmt: skip
    truth: dict[tuple[str, ...], float] = {}
    for cafe, *values in CAFES:
        for kind, value in zip(("asked", "had", "increase", "refused"), values, strict=True):
            truth[cafe, DAY, kind, "guests"] = value
    return single(name, rows, truth, **more)


@form
def persuaded_by_a_verb() -> Form:
    return asked("Số khách đã được thuyết phục cài đặt", "guests who were persuaded")


@form
def asked_in_words_unknown() -> Form:
    return asked("Số khách được rỉ tai cài", "what adds up was asked")


@form
def a_verb_unknown_is_asked() -> Form:
    rows: list[Row] = [["Hành khách cài Bluezone đến 20/8/2020"], ["TT", "Bến xe", "Số hành khách", "Số hành khách được chấm công cài", "Số hành khách đã cài"],
                       [1, "Bến xe Cái Tắc", 90, 44, 30], [2, "Bến xe Kinh Cùng", 50, 31, 11]]  # fmt: skip
    truth: dict[tuple[str, ...], float] = {}
    for name, every, some in (("Bến xe Cái Tắc", 90, 30), ("Bến xe Kinh Cùng", 50, 11)):
        truth |= {(name, DAY, "headcount", "guests"): every, (name, DAY, "installs", "guests"): some}
    return single("a verb unknown is asked", rows, truth, asks="column:Sheet1!D", answers={"column:Sheet1!D": "none"})


@form
def households_that_were_visited() -> Form:
    rows: list[Row] = [["Xã Vị Bình, cài Bluezone đến 20/8/2020"],
                       ["STT", "Ấp", "Tổng số hộ", "Số hộ đã rà soát", "Số hộ đã có người cài", "Số người đã cài"],
                       [1, "Ấp 7", 210, 180, 95, 130], [2, "Ấp 8", 190, 160, 70, 88]]  # fmt: skip
    truth = {("Ấp 7", DAY, "households"): 210, ("Ấp 8", DAY, "households"): 190,
             ("Ấp 7", DAY, "installs"): 130, ("Ấp 8", DAY, "installs"): 88}  # fmt: skip
    return single("households that were visited", rows, truth, says=("column",), says_not=("twice",))


@form
def two_columns_of_gain() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Đơn vị", "Lũy kế", "Tăng so với hôm trước", "Tăng so với tuần trước"],
                       *[[n, d[1], d[3], n, 20 * n] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    truth = {**installs((d[0], d[3]) for d in DISTRICTS),
             **{(d[0], DAY, "increase"): n for n, d in enumerate(DISTRICTS, 1)}}  # fmt: skip
    return single("two columns of gain", rows, truth, says=("column",), says_not=("twice",))


@form
def subscribers_are_left_out() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Đơn vị", "Số thuê bao", "Số lượt cài đặt"],
                       *[[n, d[1], 2 * d[3], d[3]] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    none = dict.fromkeys((d[0], DAY, "smartphones") for d in DISTRICTS)
    truth = {**installs((d[0], d[3]) for d in DISTRICTS), **none}
    return single("subscribers are left out", rows, truth, says=("column",))


@form
def people_under_their_own_words() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Hợp tác xã", "Số thợ gặt", "Thợ gặt đã cài", "Số tài công đã cài"],
                       [1, "HTX Vị Thắng", 60, 33, 7], [2, "HTX Hỏa Tiến", 44, 21, 5]]  # fmt: skip
    truth: dict[tuple[str, ...], float] = {}
    for name, every, some, others in (("HTX Vị Thắng", 60, 33, 7), ("HTX Hỏa Tiến", 44, 21, 5)):
        truth |= {(name, DAY, "headcount", "Thợ gặt"): every, (name, DAY, "installs", "Thợ gặt"): some,
                  (name, DAY, "installs", "Tài công"): others}  # fmt: skip
    return single("people under their own words", rows, truth)


@form
def both_of_different_people() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Cơ sở", "Nhân viên bếp đã cài", "Nhân viên bàn đã cài"],
                       [1, "Nhà hàng Sông Hậu", 6, 11], [2, "Nhà hàng Xà No", 4, 9]]  # fmt: skip
    truth: dict[tuple[str, ...], float] = {}
    for name, kitchen, tables in (("Nhà hàng Sông Hậu", 6, 11), ("Nhà hàng Xà No", 4, 9)):
        truth |= {(name, DAY, "installs", "Nhân viên bếp"): kitchen, (name, DAY, "installs", "Nhân viên bàn"): tables}
    return single("both of different people", rows, truth, asks="installs", answers={"installs": "both"})


@form
def y_and_i() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Đơn vị", "Số lượt cài đặt"],
                       *[[n, d[1].replace("Mỹ", "Mĩ"), d[3]] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    return single("y written as i", rows, installs((d[0], d[3]) for d in DISTRICTS))


@form
def a_name_of_elsewhere() -> Form:
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Huyện", "Số lượt cài đặt"],
                       *[[n, "Vị Thùy" if d[0] == "63:935" else d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    rows = [[each if each != "Vị Thùy" else "Tân Thủy" for each in row] for row in rows]
    return single("a name that only others bear", rows, installs((d[0], d[3]) for d in DISTRICTS),
                  asks="unit:Tân Thủy", answers={"unit:Tân Thủy": "63:935"})  # fmt: skip


def with_heads(heads: tuple[str, str], dash: str | None) -> tuple[list[Row], Truth]:
    """Return organisations below two heads that stand beside dashes."""
    rows: list[Row] = [["Cài Bluezone đến 20/8/2020"], ["STT", "Tên đơn vị", "Tổng số người", "Số người đã cài"]]
    truth: dict[tuple[str, ...], float] = {}
    for mark, head in zip(("I", "II"), heads, strict=True):
        rows.append([mark, head, dash, dash])
        for n in (1, 2):
            name = f"{head} Hoa Sen {n}"
            rows.append([n, name, 40 + n, 20 + n])
            truth |= {(name, DAY, "headcount"): 40 + n, (name, DAY, "installs"): 20 + n}
    return rows, truth


@form
def a_group_right_under_the_header() -> Form:
    rows, truth = with_heads(("Khách sạn", "Trường học"), "–")
    return single("a group right under the header", rows, truth, says_not=("no-figures",))


@form
def a_group_without_dashes() -> Form:
    rows, truth = with_heads(("Chợ", "Doanh nghiệp"), None)
    return single("a group without dashes", rows, truth, says_not=("no-figures",))


@form
def another_province_before_questions() -> Form:
    rows: list[Row] = [["Cài Bluezone"], ["STT", "Huyện", "Số lượt cài đặt", "Tỷ lệ"],
                       [1, "Huyện Bàu Bàng", 5000, 5.1], [2, "Huyện Dầu Tiếng", 4000, 4.2], [3, "Huyện Phú Giáo", 3000, 3.3]]  # fmt: skip
    return single("another province before questions", rows, {}, refused="of another place")


@form
def the_midnight_before() -> Form:
    rows: list[Row] = [["BÁO CÁO NGÀY 21/8 (số liệu tính đến 24h ngày 20/8)"], ["STT", "Huyện", "Số người cài"],
                       *[[n, d[1], d[3]] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    return single("the midnight before", rows, installs((d[0], d[3]) for d in DISTRICTS), today=dt.date(2020, 9, 15))


@form
def a_round_at_places() -> Form:
    rows: list[Row] = [["Vận động cài Bluezone đến 20/8/2020"], ["STT", "Huyện", "Dân số", "Lũy kế đã cài", "Tỷ lệ % dân số", "Từ chối"],
                       *[[n, d[1], d[2], d[3], pct(d[3], d[2]), 3 * n] for n, d in enumerate(DISTRICTS, 1)]]  # fmt: skip
    return single("a round at places", rows, installs((d[0], d[3]) for d in DISTRICTS))
