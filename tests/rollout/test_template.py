"""A file made from the officer's template needs no choice."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.workbooks import template
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.opening import open_book
from bluezone.spreadsheets.propose import propose

DAY = dt.date(2020, 8, 20)


@pytest.mark.parametrize("language", [Language.VIETNAMESE, Language.ENGLISH])
@pytest.mark.parametrize("place", ["VN", "63:93", "63:935", "63:93 by commune"])
def test_a_template_filled_in_is_read_without_a_choice(place: str, language: Language) -> None:
    gazetteer = catalogue.all_units()
    code = UnitCode.parse(f"63:{place}" if place == "VN" else place.split()[0])
    units, above = list(gazetteer.children(code, DAY)), None
    if "commune" in place:
        above = {each.code: each for each in units}
        units = [child for each in units for child in gazetteer.children(each.code, DAY)]
    made = template(gazetteer.unit(code, DAY), units, DAY, language, above)

    book = load_workbook(io.BytesIO(made))
    sheet = book.worksheets[0]
    free = {cell.column for row in sheet.iter_rows(min_row=5) for cell in row if not cell.protection.locked}
    assert sheet.protection.sheet
    assert free == {3, 4} if above is None else free == {4, 5}
    for line in range(5, sheet.max_row + 1):
        sheet.cell(line, min(free)).value = 100 + line
    sheet.cell(5, max(free)).value = "báo qua điện thoại"
    stream = io.BytesIO()
    book.save(stream)

    context = Context(gazetteer, DAY, None if place == "VN" else code, catalogue.figures())
    proposal = propose(open_book(stream.getvalue(), "a.xlsx"), context)
    assert not proposal.unsure
    assert [row.unit and row.unit.code for row in proposal.stored] == [unit.code for unit in units]
    values = [
        (value.role, value.number, value.day or proposal.decided.day) for row in proposal.stored for value in row.values
    ]
    assert values == [("installs", 100 + line, DAY) for line in range(5, 5 + len(units))]
    assert proposal.stored[0].texts.get("remark") == "báo qua điện thoại"


def test_a_place_without_units_has_no_template() -> None:
    commune = catalogue.all_units().unit(UnitCode.parse("63:31441"), DAY)
    with pytest.raises(RolloutError, match="no units lie below"):
        template(commune, [], DAY)
