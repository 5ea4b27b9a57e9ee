"""Broadcasts, leaflets, households of traders and corrected numbers are no installations."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.no_results import counts_things
from bluezone.rollout.reading.vocabulary import key_of

#: communes of Vị Thủy
COMMUNES = ["TT Nàng Mau", "Vị Trung", "Vị Thủy", "Vị Thắng"]
WITHIN = "63:935"


def table(title: str, *headers: str) -> bytes:
    rows = [[n, name, *[100 * at + n for at in range(1, len(headers) + 1)]] for n, name in enumerate(COMMUNES, 1)]
    return book(("Sheet1", [[title], ["TT", "Xã", *headers], *rows]))


@pytest.mark.parametrize("work", ["Tuyên truyền", "Kết quả phát thanh", "Tuyên truyền cài đặt", "Lịch phát thanh về",
                                  "Kết quả vận động", "Công tác truyền thông"])  # fmt: skip
@pytest.mark.parametrize("header", ["Tổng số lượt", "Tổng số", "Số lượng"])
def test_a_bare_number_under_a_title_of_spreading_the_word_is_asked(work: str, header: str) -> None:
    data = table(f"{work} Bluezone huyện Vị Thủy đến 27/8/2020", header)
    question = read_rows(data, within=WITHIN).question
    assert question
    assert question.key == "measure"
    assert [choice.value for choice in question.choices] == ["asked", "installs", "with_phone", "increase", "none"]
    assert not taken(read_rows(data, within=WITHIN, answers={"measure": "none"}))


def test_a_title_that_speaks_of_both_is_not_asked() -> None:
    title = "KẾT QUẢ TUYÊN TRUYỀN VÀ CÀI ĐẶT BLUEZONE HUYỆN VỊ THỦY ĐẾN 27/8/2020"
    reading = read_rows(table(title, "Số tờ rơi đã phát", "Lũy kế từ đầu đợt"), within=WITHIN)
    assert not asked(reading)
    assert {int(figure.value) for figure in reading.figures} == {201, 202, 203, 204}


def test_a_column_that_names_the_installed_is_taken_under_it() -> None:
    reading = read_rows(
        table("Tuyên truyền Bluezone huyện Vị Thủy đến 27/8/2020", "Số buổi", "Số người đã cài"), within=WITHIN
    )
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-27")}
    assert {int(figure.value) for figure in reading.figures} == {201, 202, 203, 204}


@pytest.mark.parametrize("header", ["Số cụm loa", "Số buổi/ngày", "Tổng số lượt phát", "Thời lượng (phút)", "Số cuộc",
                                    "Số lần phát", "Tin bài", "Số tờ rơi"])  # fmt: skip
def test_things_are_known_by_their_header(header: str) -> None:
    assert counts_things(key_of(header))


@pytest.mark.parametrize(
    "header", ["Số người dự", "Lần 2", "Số lượt", "Đã cài", "Số lượt cài qua loa", "Số khách", "Tổng"]
)
def test_people_are_no_things(header: str) -> None:
    assert not counts_things(key_of(header))


def test_a_table_of_things_only_is_refused_with_a_reason() -> None:
    data = table("Lịch phát thanh tuyên truyền cài đặt Bluezone (từ 20/8 đến 31/8/2020)", "Số cụm loa", "Số buổi/ngày",
                 "Tổng số lượt phát", "Thời lượng (phút)")  # fmt: skip
    with pytest.raises(TableError, match="no figures of people"):
        read_rows(data, within=WITHIN)


def test_things_beside_those_who_came_are_no_choice() -> None:
    question = read_rows(table("Tuyên truyền Bluezone đến 27/8/2020", "Số người dự", "Số cuộc"), within=WITHIN).question
    assert question
    assert [choice.value for choice in question.choices] == ["C", "none"]


@pytest.mark.parametrize(
    "note", ["đính chính: 6.250", "sửa lại 7.500", "báo lại: 85", "Số đúng là 1,200", "thay bằng 99"]
)
def test_a_number_in_a_note_that_corrects_leaves_the_row_out(note: str) -> None:
    rows = [["Bluezone 18/8/2020"], ["Xã", "Đã cài", "Ghi chú"], ["Vị Trung", 904, note], ["Vị Thủy", 926, None]]
    reading = read_rows(book(("Sheet1", rows)), within=WITHIN)
    assert [int(figure.value) for figure in reading.figures] == [926]
    assert [(notice.line, notice.kind) for notice in reading.notices] == [(3, "remark")]
    assert "corrected there" in str(reading.notices[0].text)


@pytest.mark.parametrize(
    "note", ["đã sửa: 904", "báo lại lần 2", "sửa lúc 17h30", "đính chính theo CV 12/UBND", "sửa ngày 19/8"]
)
def test_a_note_that_gives_no_other_number_leaves_it(note: str) -> None:
    rows = [["Bluezone 18/8/2020"], ["Xã", "Đã cài", "Ghi chú"], ["Vị Trung", 904, note], ["Vị Thủy", 926, None]]
    assert {int(figure.value) for figure in read_rows(book(("Sheet1", rows)), within=WITHIN).figures} == {904, 926}


def test_a_number_behind_a_name_that_corrects_leaves_the_row_out() -> None:
    rows = [
        ["Bluezone 18/8/2020"],
        ["Xã", "Đã cài"],
        ["Vị Trung (sửa lại: 950)", 904],
        ["Vị Thủy", 926],
        ["Vị Thắng", 700],
    ]
    reading = read_rows(book(("Sheet1", rows)), within=WITHIN)
    assert {int(figure.value) for figure in reading.figures} == {926, 700}


def test_households_of_traders_are_not_the_traders() -> None:
    head = ["Tên chợ", "Tổng số hộ kinh doanh", "Tiểu thương đã cài Bluezone"]
    rows = [["Chợ Ngã Bảy", 312, 135], ["Chợ Lái Hiếu", 306, 160], ["Chợ Hiệp Lợi", 100, 84]]
    reading = read_rows(book(("Sheet1", [["Tiểu thương các chợ cài Bluezone (26/8/2020)"], head, *rows])))
    assert not asked(reading)
    assert taken(reading) == {("installs", "traders", "2020-08-26")}
