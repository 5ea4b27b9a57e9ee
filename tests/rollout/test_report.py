"""The daily report as an office prints it: the table of all parts, praise and lag, sectors, the message for Zalo."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language
from bluezone.rollout.bulletin import Wanted, compose
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.letterhead import Letterhead, default_letterhead
from bluezone.rollout.reached import DoorSums, Families, Reached, sentences
from bluezone.rollout.report import (
    Assigned,
    Line,
    Order,
    Report,
    SectorLine,
    compose_report,
    equal_targets,
    praised,
    urged,
)
from bluezone.rollout.report_words import MOST_CHARACTERS, paper, short_message
from bluezone.rollout.sectors import BUILT_IN, Sector
from bluezone.rollout.series import choose_all
from bluezone.rollout.wording import words
from bluezone.rollout.workbooks import report_xlsx

DAY = dt.date(2020, 8, 20)
BASE = dt.date(2020, 8, 13)
DEADLINE = dt.date(2020, 8, 30)
HAU_GIANG = UnitCode("63", "93")
#: installs on 13 August and at the last report, with its day
DISTRICTS = {
    "930": (7_450, 14_310, 20),
    "931": (4_160, 9_480, 20),
    "932": (7_190, 15_240, 20),
    "933": (5_080, 8_020, 20),
    "934": (13_000, 13_500, 14),
    "935": (7_600, 12_080, 20),
    "936": (5_209, 6_300, 20),
    "937": (5_100, 5_700, 14),
}
ORDER = Order("1459/UBND-KGVX", dt.date(2020, 8, 14), "UBND tỉnh Hậu Giang")


def code(digits: str) -> UnitCode:
    return UnitCode("63", digits)


def counts(**changed: Count) -> list[Count]:
    made = [
        Count(HAU_GIANG, dt.date(2020, 8, day), installs=installs, origin=Origin.MINISTRY)
        for day, installs in ((13, 55_289), (16, 69_000), (20, 84_630))
    ]
    for digits, (before, last, day) in DISTRICTS.items():
        made.append(Count(code(digits), BASE, installs=before))
        made.append(changed.get(f"d{digits}") or Count(code(digits), dt.date(2020, 8, day), installs=last))
    return made


def sector(key: str, units: int, **values: Any) -> SectorLine:
    return SectorLine(BUILT_IN[key], f"Sở {key}", units, DEADLINE, **values)


def report(
    known: list[Count] | None = None,
    *,
    sectors: tuple[SectorLine, ...] = (),
    target: bool = True,
    forecast: bool = False,
    deadline: dt.date = DEADLINE,
) -> Report:
    gazetteer, figures = catalogue.all_units(), catalogue.figures()
    unit = gazetteer.unit(HAU_GIANG, DAY)
    series = choose_all(known or counts(), DAY)
    share = Fraction(3, 10) if target else None
    wanted = Wanted(base_date=BASE, target=share, deadline=deadline if target else None, forecast=forecast)
    bulletin = compose(unit, DAY, series, gazetteer.around(unit, DAY), figures, wanted)
    targets = equal_targets(bulletin.parts, share, figures, DAY) if share else {}
    return compose_report(bulletin, series, figures, Assigned(ORDER, targets, {}, sectors, {}))


def line(made: Report, digits: str) -> Line:
    return next(each for each in made.lines if each.unit.code == code(digits))


def row(made: Report, digits: str, language: Language = Language.VIETNAMESE) -> dict[str, str]:
    table = paper(made, language).parts
    assert table is not None
    at = [each.unit.code for each in made.lines].index(code(digits))
    return dict(zip(table.heads, (cell.text for cell in table.rows[at].cells), strict=True))


def test_the_table_gives_every_district_its_rank_count_share_gain_target_pace_and_last_report() -> None:
    assert row(report(), "930") == {
        "Hạng": "1",
        "Đơn vị": "TP. Vị Thanh",
        "Lượt cài đặt": "14.310",
        "% dân số": "19,52",
        "Tăng so với ngày 13/8": "+6.860",
        "Chỉ tiêu": "21.997",
        "Còn thiếu": "7.687",
        "Cần mỗi ngày": "769",
        "Báo cáo gần nhất": "20/8",
    }


def test_the_table_ends_with_the_whole() -> None:
    table = paper(report(), Language.VIETNAMESE).parts
    assert table is not None
    assert table.total is not None
    assert [cell.text for cell in table.total.cells] == [
        "", "Toàn tỉnh", "84.630", "11,55", "+29.341", "219.906", "135.276", "13.528", "20/8",
    ]  # fmt: skip


def test_both_shares_and_the_apps_in_use_stand_where_they_are_known() -> None:
    vi_thanh = Count(code("930"), DAY, installs=14_310, active=8_000)
    assert row(report(counts(d930=vi_thanh)), "930")["Đang sử dụng"] == "8.000"
    assert row(report(counts(d930=vi_thanh)), "931")["Đang sử dụng"] == "–"
    assert "Đang sử dụng" not in row(report(), "930")  # a column of dashes is none


def test_on_the_last_evening_nothing_is_needed_a_day_any_more() -> None:
    made = report(deadline=DAY, forecast=True)
    vietnamese = paper(made, Language.VIETNAMESE)
    assert ("135.276", "còn thiếu để đạt 30%") in vietnamese.highlights
    assert not any("mỗi ngày" in label or "khả năng" in label for _value, label in vietnamese.highlights)
    assert ("Còn thiếu", "135.276") in words(made.bulletin, Language.VIETNAMESE).facts
    assert row(made, "930")["Còn thiếu"] == "7.687"
    assert (
        row(made, "934")["Cần mỗi ngày"] == row(made, "934")["Còn thiếu"]
    )  # its figure of the last day may still come
    assert row(made, "930")["Cần mỗi ngày"] == "–"
    text = short_message(made, Language.VIETNAMESE)
    assert "còn thiếu 135.276" in text
    assert "/ngày" not in text.split("Dẫn đầu")[0]
    assert "thực tế" not in text  # of a day, which would no longer be said
    assert "thực tế" in short_message(report(forecast=True), Language.VIETNAMESE)


def test_an_old_figure_is_marked_and_its_day_stands_beside_it() -> None:
    table = paper(report(), Language.VIETNAMESE).parts
    assert table is not None
    assert [each.cells[1].text for each in table.rows if each.old] == ["TX. Long Mỹ", "H. Phụng Hiệp"]
    assert row(report(), "934")["Báo cáo gần nhất"] == "14/8"


def test_a_count_that_would_tell_who_is_hidden_and_nobody_can_subtract_it() -> None:
    made = report(counts(d936=Count(code("936"), DAY, installs=3)))
    hidden = [each for each in made.lines if each.hidden]
    assert len(hidden) == 0  # 76,909 people: 3 of them tell nobody
    gazetteer, figures = catalogue.all_units(), catalogue.figures()
    district = gazetteer.unit(code("930"), DAY)
    communes = gazetteer.children(district.code, DAY)
    known = [Count(each.code, DAY, installs=2 if at == 0 else 900) for at, each in enumerate(communes)]
    series = choose_all(known, DAY)
    bulletin = compose(district, DAY, series, gazetteer.around(district, DAY), figures, Wanted())
    made = compose_report(bulletin, series, figures)
    assert sum(each.hidden for each in made.lines) == 2
    table = paper(made, Language.VIETNAMESE).parts
    assert table is not None
    assert sum(cell.text == "ẩn" for each in table.rows for cell in each.cells) == 2


def test_who_is_on_the_way_is_praised_and_who_is_silent_or_behind_is_urged() -> None:
    made = report()
    assert [each.unit.name for each in made.praised] == ["Vị Thanh", "Ngã Bảy"]
    assert [each.unit.name for each in made.urged] == ["Phụng Hiệp", "Long Mỹ", "Châu Thành"]
    words = paper(made, Language.VIETNAMESE)
    assert words.praise == "Thành phố Vị Thanh (19,52%), thành phố Ngã Bảy (16,87%): đúng tiến độ."
    assert "Huyện Phụng Hiệp: chưa báo cáo từ ngày 14/8/2020" in words.urge
    assert "huyện Châu Thành: còn thiếu 18.404 lượt, bằng 14% số còn thiếu của cả địa bàn" in words.urge


def test_what_a_part_lacks_is_no_more_than_all_the_parts_lack_where_another_source_has_more_of_the_whole() -> None:
    whole = Count(HAU_GIANG, DAY, installs=200_000, origin=Origin.MINISTRY)
    words = paper(report([*counts(), whole]), Language.VIETNAMESE)
    # 19.906 are missing of the Ministry's figure, 134.853 of the districts' own
    assert "huyện Châu Thành: còn thiếu 18.404 lượt, bằng 14% số còn thiếu của cả địa bàn" in words.urge


def test_nobody_is_praised_for_an_old_figure_nor_without_a_target_for_being_in_the_lower_half() -> None:
    ahead = counts(d934=Count(code("934"), dt.date(2020, 8, 14), installs=180_000))
    assert "Phụng Hiệp" not in [each.unit.name for each in report(ahead).praised]
    without = report(target=False)
    assert [each.unit.name for each in without.praised] == ["Vị Thanh", "Ngã Bảy", "Châu Thành A"]
    assert praised(without.lines[:1], DAY) == ()


def test_nobody_is_praised_and_urged_at_once() -> None:
    made = report()
    assert not {each.unit.code for each in praised(made.lines, DAY)} & {
        each.unit.code for each in urged(made.lines, DAY)
    }


def test_a_sector_without_a_unit_is_named_with_the_office_that_answers() -> None:
    made = report(
        sectors=(
            sector("schools", 326, people=48_300, target=48_300, installs=19_711),
            sector("hospitality", 87, door=DoorSums(74, 3_120, 1_400, 800, 3_000, 1_900, 700, unconfirmed=15)),
            sector("stations", 0),
        )
    )
    words = paper(made, Language.VIETNAMESE)
    assert words.sectors is not None
    assert [[cell.text for cell in each.cells[2:6]] for each in words.sectors.rows] == [
        ["326", "19.711", "48.300", "28.589"],
        ["87", "–", "–", "–"],
        ["0", "–", "–", "–"],
    ]
    assert [cell.number for cell in words.sectors.rows[0].cells[2:6]] == [326, 19_711, 48_300, 28_589]
    (doors,) = words.reached
    assert doors == (
        "Nhà hàng, khách sạn, ở cửa: 74 nơi đã dán áp phích; "
        "Bluezone: đã hỏi 3.120 khách, 1.400 đã có, 800 được giúp cài; "
        "NCOVI: đã hỏi 3.000 khách, 1.900 đã có, 700 được giúp cài; 15 câu trả lời chưa xác nhận."
    )
    assert "chưa có đơn vị đăng ký: Sở stations (Bến xe, bến tàu, bến bãi)" in words.urge


def test_the_order_stands_in_the_first_sentence_and_the_head_is_that_of_the_decree() -> None:
    words = paper(report(), Language.VIETNAMESE)
    assert words.paragraphs[0].startswith(
        "Thực hiện Công văn số 1459/UBND-KGVX ngày 14 tháng 8 năm 2020 của UBND tỉnh Hậu Giang, tính đến ngày 20/8/2020"
    )
    assert words.motto[0] == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert words.body == ("ỦY BAN NHÂN DÂN", "TỈNH HẬU GIANG")
    assert words.number == "Số: ……/BC-UBND"
    assert words.place_and_date == "Hậu Giang, ngày 20 tháng 8 năm 2020"
    assert (words.signs_for, words.signer) == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")


def test_an_office_writes_its_own_head() -> None:
    own = Letterhead("SỞ Y TẾ", "Vị Thanh", "12/BC-SYT", "GIÁM ĐỐC", above="ỦY BAN NHÂN DÂN\nTỈNH HẬU GIANG")
    made = report()
    words = paper(
        compose_report(made.bulletin, choose_all(counts(), DAY), catalogue.figures(), letterhead=own),
        Language.VIETNAMESE,
    )
    assert (words.above, words.body, words.signs_for) == (("ỦY BAN NHÂN DÂN", "TỈNH HẬU GIANG"), ("SỞ Y TẾ",), "")


def test_the_ministry_signs_for_the_country() -> None:
    nation = catalogue.provinces().unit(UnitCode("63", "VN"))
    assert (default_letterhead(nation).body, default_letterhead(nation).signer) == ("BỘ Y TẾ", "BỘ TRƯỞNG")


@pytest.mark.parametrize(("code", "place"), [("63:31318", "Phường I"), ("63:93", "Hậu Giang"), ("63:760", "Quận 1")])
def test_a_letter_names_where_it_was_written_with_the_kind_of_a_numbered_unit(code: str, place: str) -> None:
    assert default_letterhead(catalogue.all_units().unit(UnitCode.parse(code))).place == place


def test_the_workbook_holds_numbers_as_numbers_shares_as_percent_and_days_as_days() -> None:
    book = load_workbook(io.BytesIO(report_xlsx(report(forecast=True))))
    parts, curve = book.worksheets[1], book.worksheets[-1]
    heads = [cell.value for cell in parts[1]]
    cells = dict(zip(heads, parts[2], strict=True))
    assert (cells["Lượt cài đặt"].value, cells["Lượt cài đặt"].number_format) == (14_310, "#,##0")
    assert cells["% dân số"].value == pytest.approx(14_310 / 73_322)
    assert cells["% dân số"].number_format == "0.00%"
    assert cells["Tăng so với ngày 13/8"].value == 6_860
    assert curve["A2"].value == dt.datetime(2020, 8, 13)  # noqa: DTZ001 - spreadsheets have no zones
    assert curve["A2"].number_format == "d/m/yyyy"


def test_units_that_have_told_nothing_of_families_get_no_sentence() -> None:
    assert sentences(Reached(families=Families(1)), Language.VIETNAMESE) == []
    assert sentences(Reached(families=Families(1, told=40)), Language.VIETNAMESE) == [
        "Gia đình: 40 người được phổ biến (theo 1 trường, cơ quan đã ghi)."
    ]


def test_the_name_of_a_sector_is_no_formula_in_the_workbook() -> None:
    live = '=HYPERLINK("https://example.org","x")'
    line = replace(sector("stations", 2), sector=Sector("own", live), office=live)
    book = load_workbook(io.BytesIO(report_xlsx(report(sectors=(line,)))))
    cells = [cell for sheet in book for each in sheet.iter_rows() for cell in each]
    assert all(cell.data_type != "f" for cell in cells)
    assert {cell.value for cell in cells if "HYPERLINK" in str(cell.value)} == {f"'{live}"}


def test_who_reported_yesterday_is_urged_for_what_is_missing_not_for_silence() -> None:
    for day, said in ((19, "huyện Phụng Hiệp: còn thiếu"), (18, "huyện Phụng Hiệp: chưa báo cáo từ ngày 18/8/2020")):
        made = report(counts(d934=Count(code("934"), dt.date(2020, 8, day), installs=13_500)))
        urge = paper(made, Language.VIETNAMESE).urge
        assert said in urge
        assert line(made, "934").is_late(DAY) == (day == 18)


def test_a_vietnamese_workbook_holds_no_english() -> None:
    made = report(sectors=(sector("stations", 0),), forecast=True)
    book = load_workbook(io.BytesIO(report_xlsx(made)))
    texts = {
        str(cell.value) for sheet in book for each in sheet.iter_rows() for cell in each if isinstance(cell.value, str)
    }
    english = {word for text in texts for word in text.lower().split()} & {"the", "of", "by", "units", "gain", "rank"}
    assert not english


def test_the_message_says_the_answer_the_order_and_whom_to_urge() -> None:
    text = short_message(report(forecast=True), Language.VIETNAMESE)
    assert "84.630 lượt cài đặt" in text
    assert "Chỉ tiêu 30% đến hết ngày 30/8: còn thiếu 135.276, cần 13.528/ngày" in text
    assert "Dẫn đầu: TP. Vị Thanh 19,52%, TP. Ngã Bảy 16,87%." in text
    assert "H. Phụng Hiệp (chưa báo cáo từ 14/8)" in text


@given(st.integers(1, 10**9), st.sampled_from(list(Language)), st.text("Thành phố ", min_size=1, max_size=900))
def test_the_message_is_never_longer_than_a_screen(installs: int, language: Language, source: str) -> None:
    """Whatever a source is called and however large the numbers."""
    own = Count(HAU_GIANG, DAY, installs=installs, active=installs, source=source, origin=Origin.MINISTRY)
    text = short_message(report([*counts(), own]), language)
    assert len(text) <= MOST_CHARACTERS
    assert str(installs)[:3].rstrip("0") in text.replace(".", "").replace(",", "")


def test_of_many_provinces_the_highest_and_lowest_are_named_and_the_silent_share_one_line() -> None:
    day = dt.date(2021, 5, 28)
    nation = UnitCode("63", "VN")
    gazetteer, figures = catalogue.provinces(), catalogue.figures()
    unit = gazetteer.unit(nation, day)
    provinces = gazetteer.children(nation, day)
    known = [Count(each.code, day, installs=10_000 * (at + 1)) for at, each in enumerate(provinces[:30])]
    series = choose_all(known, day)
    made = compose_report(compose(unit, day, series, gazetteer.around(unit, day), figures, Wanted()), series, figures)
    text = paper(made, Language.VIETNAMESE)
    assert text.parts is not None
    assert len(text.parts.rows) == 30
    assert text.extremes.count("%") == 10
    assert text.without.startswith("Chưa có số liệu (33): ")


def test_a_count_printed_as_more_than_is_a_bound_on_paper_and_in_the_workbook() -> None:
    known = [count for count in counts() if (count.unit, count.date) != (HAU_GIANG, DAY)]
    known.append(Count(HAU_GIANG, DAY, installs=80_000, origin=Origin.MINISTRY, bound=True))
    made = report(known)
    said = words(made.bulletin, Language.VIETNAMESE)
    assert "có hơn 80.000 lượt cài đặt Bluezone, đạt hơn 10,91%" in said.sentence.replace("\u00a0", " ")
    assert ("hơn 80.000", "lượt cài đặt") in paper(made, Language.VIETNAMESE).highlights
    cells = [
        cell.value
        for sheet in load_workbook(io.BytesIO(report_xlsx(made, Language.VIETNAMESE)))
        for row in sheet
        for cell in row
    ]
    assert 80_000 not in cells
    assert cells.count("hơn 80.000") == 3  # the facts, the total of the table, the curve
    gain = made.bulletin.base_gain
    assert gain is not None
    assert gain.bound
    assert any(value.startswith("hơn +") for _, value in said.facts)
    assert any(str(each).startswith("hơn +") for each in cells)


def test_a_sector_that_was_closed_is_marked_and_nobody_is_asked_for_its_units() -> None:
    closed = replace(sector("markets", 0, people=90, target=27), closed=True)
    made = report(sectors=(closed, sector("schools", 0)))
    text = paper(made, Language.VIETNAMESE)
    assert text.sectors is not None
    names = [row.cells[0].text for row in text.sectors.rows]
    assert [name.endswith(" (đã đóng)") for name in names] == [True, False]
    assert [each.sector.key for each in made.idle] == ["schools"]
