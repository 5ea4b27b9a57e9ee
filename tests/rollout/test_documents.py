"""Bulletins and posters: what they say, and that they are one good page."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from openpyxl import load_workbook

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode, nation_on
from bluezone.i18n import Language
from bluezone.protocol.check_ins import PlaceKind, make_payload, place_address, read_place_address
from bluezone.rollout.bulletin import Bulletin, Wanted, compose
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.documents import (
    DocumentError,
    Paper,
    Poster,
    PosterKind,
    bulletin_pdf,
    poster_pdf,
    posters_pdf,
)
from bluezone.rollout.history import reported_counts
from bluezone.rollout.ranking import printed_ranks
from bluezone.rollout.report import Report, compose_report
from bluezone.rollout.sectors import UnitCodeError
from bluezone.rollout.series import choose_all
from bluezone.rollout.wording import words
from bluezone.rollout.workbooks import report_xlsx

DAY = dt.date(2020, 8, 13)
HAU_GIANG = UnitCode("63", "93")
ORDER = Wanted(target=Fraction(3, 10), deadline=dt.date(2020, 8, 30), base_date=dt.date(2020, 8, 6))


def bulletin(*more: Count, wanted: Wanted = ORDER) -> Bulletin:
    gazetteer = catalogue.all_units()
    unit = gazetteer.unit(HAU_GIANG)
    counts = [*reported_counts(), *more]
    around, printed = gazetteer.around(unit, DAY), printed_ranks(counts, DAY)
    return compose(unit, DAY, choose_all(counts, DAY), around, catalogue.figures(), wanted, printed)


def district(digits: str, installs: int, day: dt.date = DAY) -> Count:
    return Count(UnitCode("63", digits), day, installs=installs)


def own(day: int, installs: int) -> Count:
    return Count(HAU_GIANG, dt.date(2020, 8, day), installs=installs, origin=Origin.MINISTRY)


def full() -> Bulletin:
    """A bulletin with all a bulletin can have."""
    districts = [district(str(930 + n), 2000 + 900 * n) for n in range(7)]
    return bulletin(own(1, 9_000), own(6, 20_000), own(10, 40_000), own(12, 51_000), *districts)


def national() -> Bulletin:
    wanted = Wanted(base_date=dt.date(2021, 4, 28), target=Fraction(1, 2), deadline=dt.date(2021, 8, 30))
    day = dt.date(2021, 5, 28)
    around = catalogue.provinces().around(nation_on(dt.date(2020, 8, 13)), day)
    return compose(
        nation_on(dt.date(2020, 8, 13)), day, choose_all(reported_counts(), day), around, catalogue.figures(), wanted
    )


def text_of(made: Bulletin, language: Language) -> str:
    """All that a bulletin says of the whole, as lines."""
    said = words(made, language)
    facts = (f"{label}: {value}" for label, value in said.facts)
    return "\n".join([said.title, said.subtitle, said.sentence, *facts, *said.sources]).replace("\u00a0", " ")


def report(made: Bulletin) -> Report:
    return compose_report(made, {}, catalogue.figures())


def test_the_bulletin_of_hau_giang_says_what_the_province_wrote() -> None:
    text = text_of(bulletin(), Language.VIETNAMESE)
    assert "55.289 lượt cài đặt Bluezone, đạt 7,54% trong tổng số 733.017 người, xếp hạng 50 trong 63" in text
    assert "theo Bộ công bố ngày 13/8/2020; xếp hạng 8 trong 9 đơn vị có số liệu ở đây (cả thảy 63)." in text
    assert "thêm 164.617 lượt, mỗi ngày 9.684 trong 17 ngày" in text
    assert "Có số liệu: 0/8 đơn vị cấp huyện" in text
    assert "Tổng điều tra dân số và nhà ở ngày 1/4/2019" in text


def test_the_same_in_english() -> None:
    text = text_of(bulletin(), Language.ENGLISH)
    assert "Hậu Giang had 55,289 installs of Bluezone: 7.54 % of its 733,017 people, rank 50 of 63 as " in text
    assert "printed it for 13 August 2020; rank 8 of the 9 with figures here (of 63)." in text
    assert "164,617 more, 9,684 a day for 17 days" in text


def test_gains_and_who_is_silent_are_told() -> None:
    made = full()
    assert made.day_gain is not None
    assert (made.day_gain.since, made.day_gain.count) == (dt.date(2020, 8, 12), 4_289)
    assert made.base_gain is not None
    assert (made.base_gain.since, made.base_gain.count) == (dt.date(2020, 8, 6), 35_289)
    assert [unit.full_name for unit in made.silent] == ["Thị xã Long Mỹ"]
    assert made.outlook is not None
    text = text_of(made, Language.VIETNAMESE)
    assert "Tăng so với ngày 12/8/2020: +4.289 (+0,59 điểm phần trăm)" in text


def test_figures_of_an_earlier_day_are_told_by_name_or_all_at_once_where_there_are_no_people_too() -> None:
    day = dt.date(2020, 8, 11)

    def said(made: Bulletin) -> str:
        return dict(words(made, Language.ENGLISH).facts)["With a figure"]

    assert said(bulletin(*[district(str(930 + n), 2_000, day) for n in range(8)])) == (
        "8 of 8 districts; all of 11 August 2020"
    )
    some = [district(str(930 + n), 2_000, day if n == 5 else DAY) for n in range(8)]
    assert said(bulletin(*some)) == "8 of 8 districts; of an earlier day: Vị Thủy district (11 August 2020)"
    # Nobody knows how many people a commune has: it has no rank, but its figure is as old.
    gazetteer = catalogue.all_units()
    unit = gazetteer.unit(UnitCode("63", "935"))
    around = gazetteer.around(unit, DAY)
    series = choose_all([Count(each.code, day, installs=900) for each in around.parts], DAY)
    made = compose(unit, DAY, series, around, catalogue.figures(), ORDER)
    assert [row.rank for row in made.old] == [None] * 10
    assert said(made) == "10 of 10 communes and wards; all of 11 August 2020"


def test_a_unit_without_any_figure_says_so() -> None:
    gazetteer = catalogue.all_units()
    unit = gazetteer.find("Cần Thơ", on=DAY)
    made = compose(unit, DAY, {}, gazetteer.around(unit, DAY), catalogue.figures(), ORDER)
    assert "Chưa có số liệu của thành phố Cần Thơ tính đến ngày 13/8/2020." in text_of(made, Language.VIETNAMESE)
    assert bulletin_pdf(report(made)).startswith(b"%PDF")


def test_a_figure_four_days_older_is_no_gain_of_a_day() -> None:
    assert bulletin(own(9, 40_000)).day_gain is None


def _pdf_text(tools: Any, data: bytes, tmp_path: Path) -> str:
    program = tools.program("pdftotext", package="poppler-utils")
    file = tmp_path / "document.pdf"
    file.write_bytes(data)
    return subprocess.run([program, "-layout", file, "-"], capture_output=True, text=True, check=True).stdout


def _pdf_facts(tools: Any, data: bytes, tmp_path: Path) -> dict[str, str]:
    program = tools.program("pdfinfo", package="poppler-utils")
    file = tmp_path / "document.pdf"
    file.write_bytes(data)
    lines = subprocess.run([program, file], capture_output=True, text=True, check=True).stdout.splitlines()
    return dict(re.split(r":\s*", line, maxsplit=1) for line in lines)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("made", [bulletin, full, national])
def test_a_bulletin_is_tagged_and_of_two_pages_of_a4_at_most(
    made: Any, language: Language, tmp_path: Path, require_tool: Any
) -> None:
    facts = _pdf_facts(require_tool, bulletin_pdf(report(made()), language), tmp_path)
    assert facts["Pages"] in ("1", "2")
    assert "A4" in facts["Page size"]
    assert facts["Tagged"] == "yes"


def test_the_page_says_what_the_text_says(tmp_path: Path, require_tool: Any) -> None:
    text = _pdf_text(require_tool, bulletin_pdf(report(full())), tmp_path).replace("\u00a0", " ")
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "ỦY BAN NHÂN DÂN",
        "Hậu Giang, ngày 13 tháng 8 năm 2020",
        "7,54%",
        "50 trong 63",
        "9.684",
    ):
        assert said in text


def test_the_same_figures_give_the_same_bytes() -> None:
    assert bulletin_pdf(report(full())) == bulletin_pdf(report(full()))


def test_the_spreadsheet_says_the_same_and_holds_numbers() -> None:
    book = load_workbook(io.BytesIO(report_xlsx(report(full()))))
    first, second = book.worksheets[0], book.worksheets[-1]
    facts = {row[0].value: row[1] for row in first.iter_rows(max_col=2)}
    total, share = facts["Tổng số lượt cài đặt"], facts["Tỷ lệ trên dân số"]
    assert (total.value, total.number_format, share.number_format) == (55_289, "#,##0", "0.00%")
    assert share.value == pytest.approx(55_289 / 733_017)
    rows = [[cell.value for cell in row] for row in second.iter_rows(min_row=2)]
    assert rows[0][:2] == [dt.datetime(2020, 8, 1, tzinfo=None), 9_000]  # noqa: DTZ001 - spreadsheets have no zones
    assert rows[-1][2] > 55_289
    assert rows[-1][3] <= rows[-1][2] <= rows[-1][4]


def test_the_sheet_of_counts_says_so_with_one_count_too() -> None:
    book = load_workbook(io.BytesIO(report_xlsx(report(bulletin(Count(HAU_GIANG, DAY, installs=60_000))))))
    assert book.worksheets[-1].title == "Diễn biến số lượt cài đặt"


def test_a_spreadsheet_never_holds_a_formula_from_a_name_or_source() -> None:
    made = bulletin(Count(HAU_GIANG, DAY, installs=60_000, source='=HYPERLINK("http://x","y")'))
    book = load_workbook(io.BytesIO(report_xlsx(report(made))))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


POSTER = Poster(
    "Trường THPT Vị Thanh", "Thành phố Vị Thanh, tỉnh Hậu Giang", "C5H6-6S3A", "https://bluezone.test/i/C5H6-6S3A"
)


def test_a_poster_is_one_page_with_its_unit_and_code(tmp_path: Path, require_tool: Any) -> None:
    data = poster_pdf(POSTER, DAY)
    assert _pdf_facts(require_tool, data, tmp_path)["Pages"] == "1"
    text = _pdf_text(require_tool, data, tmp_path)
    for said in ("Cài đặt Bluezone và NCOVI", "Trường THPT Vị Thanh", "C5H6-6S3A"):
        assert said in text


def _codes_on(data: bytes, tmp_path: Path, require_tool: Any, dots_per_inch: int = 72) -> list[str]:
    """Read the QR codes off the first page."""
    program = require_tool.program("pdftoppm", package="poppler-utils")
    file = tmp_path / "poster.pdf"
    file.write_bytes(data)
    resolution = ["-r", str(dots_per_inch), "-gray", "-singlefile"]
    printed = subprocess.run([program, *resolution, file], capture_output=True, check=True).stdout
    header = re.match(rb"P5\s+(\d+)\s+(\d+)\s+\d+\s", printed)
    assert header is not None
    width, height = int(header[1]), int(header[2])
    pixels = np.frombuffer(printed[header.end() :], np.uint8).reshape(height, width)
    return [result.text for result in zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormat.QRCode)]


def test_a_phone_reads_the_address_off_the_printed_poster(tmp_path: Path, require_tool: Any) -> None:
    assert _codes_on(poster_pdf(POSTER, DAY), tmp_path, require_tool) == [POSTER.url]


@pytest.mark.parametrize("size", list(Paper))
@pytest.mark.parametrize(
    ("kind", "title"), [(PosterKind.PLACE, "Quét mã khi đến đây"), (PosterKind.VEHICLE, "Quét mã khi lên xe, tàu")]
)
def test_the_poster_of_a_place_is_one_page_and_its_code_checks_in(
    size: Paper, kind: PosterKind, title: str, tmp_path: Path, require_tool: Any
) -> None:
    name = "Chợ Vị Thanh – cổng số 2 phía đường Trần Hưng Đạo"
    payload = make_payload(name, "Số 12 Trần Hưng Đạo, Phường I, Vị Thanh", PlaceKind.SHOP, 45, bytes(range(16)))
    url = place_address("https://bluezone.test", POSTER.code, payload)
    data = posters_pdf([replace(POSTER, unit=name, url=url, kind=kind)], DAY, size=size)
    facts = _pdf_facts(require_tool, data, tmp_path)
    assert (facts["Pages"], facts["Tagged"]) == ("1", "yes")
    assert facts["Page size"].startswith("595" if size is Paper.A4 else "297")
    assert title in _pdf_text(require_tool, data, tmp_path)
    [text] = _codes_on(data, tmp_path, require_tool, dots_per_inch=100 if size is Paper.A4 else 150)
    scanned = read_place_address(text)
    assert (text, scanned.unit_code, scanned.place.payload) == (url, POSTER.code, payload)


def test_posters_of_places_and_vehicles_stand_in_one_file(tmp_path: Path, require_tool: Any) -> None:
    posters = [replace(POSTER, kind=kind) for kind in PosterKind for _ in range(2)]
    data = posters_pdf(posters, DAY, Language.ENGLISH, Paper.A6)
    assert _pdf_facts(require_tool, data, tmp_path)["Pages"] == str(len(posters))
    text = _pdf_text(require_tool, data, tmp_path)
    for title in ("Install Bluezone and NCOVI", "Scan when you come in", "Scan when you get on"):
        assert text.count(title) == 2


def test_a_poster_with_a_wrong_code_or_address_is_refused() -> None:
    with pytest.raises(UnitCodeError):
        poster_pdf(Poster("A", "", "C5H6-6S3B", "https://bluezone.test/i"), DAY)
    with pytest.raises(DocumentError):
        poster_pdf(Poster("A", "", "C5H6-6S3A", "javascript:alert(1)"), DAY)


def test_text_that_looks_like_markup_is_printed_as_it_is(tmp_path: Path, require_tool: Any) -> None:
    hostile = '#image("/etc/passwd") *x* $y$ <script> \\ "'
    text = _pdf_text(require_tool, poster_pdf(Poster(hostile, "", "C5H6-6S3A", "https://x.test/#"), DAY), tmp_path)
    assert '#image("/etc/passwd") *x* $y$ <script>' in text
