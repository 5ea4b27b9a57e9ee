"""Every form is read as what it truly says, with at most one question; none is misread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rollout.reading import (  # noqa: F401 - register their forms
    forms,
    forms_beside,
    forms_found,
    forms_groups,
    forms_more,
    forms_odd,
    forms_shapes,
    forms_some,
    forms_titles,
    forms_unknown,
    forms_whom,
)
from tests.rollout.reading.building import Form, book

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.reading.cells import Cell, Sheet, clean
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.interpret import read_book, read_file
from bluezone.rollout.reading.opening import open_book
from bluezone.rollout.reading.results import Reading

#: kinds that a form's truth gives whole: nothing else may be read of them
_WHOLE = {"installs", "with_phone", "active", "increase"}


def read(form: Form, answers: dict[str, str] | None = None) -> Reading:
    """Return a form as read with some answers."""
    within = UnitCode.parse(form.within) if form.within else None
    context = Context(catalogue.all_units(), form.today, within, None, answers or {}, catalogue.figures())
    return read_file(form.data, form.file_name, context)


def said(reading: Reading) -> dict[tuple[str, ...], float]:
    """Return what was read: (code or name, day, kind, of whom) -> value."""
    found = {}
    for figure in reading.figures:
        key = (str(figure.unit.code) if figure.unit else figure.name, str(figure.date), figure.kind)
        found[(*key, figure.of) if figure.of else key] = float(figure.value)
    return found


@pytest.mark.parametrize("make", forms.MAKERS, ids=[make.__name__ for make in forms.MAKERS])
def test_form(make: Callable[[], Form]) -> None:
    """A form is made when its test runs: every test process collects this file, and one runs it."""
    form = make()
    if form.refused:
        with pytest.raises(TableError, match=form.refused):
            read(form)
        return
    reading = read(form)
    if form.asks:
        assert reading.question is not None
        assert reading.question.key == form.asks
    if reading.question is not None:
        assert reading.figures == []
        key = reading.question.key
        values = [choice.value for choice in reading.question.choices]
        assert key in form.answers
        assert form.answers[key] in values or reading.question.free
        reading = read(form, {key: form.answers[key]})
    assert reading.question is None
    found = said(reading)
    stated = {key: value for key, value in form.truth.items() if value is not None}
    assert {key: found.get(key) for key in stated} == pytest.approx(stated, abs=0.006)
    assert not [key for key, value in form.truth.items() if value is None and key in found]
    kinds = {key[2] for key in form.truth} & _WHOLE | {"installs"}
    assert {key for key in found if key[2] in kinds} <= set(stated)
    assert set(form.says) <= {notice.kind for notice in reading.notices}
    assert not set(form.says_not) & {notice.kind for notice in reading.notices}


#: saved by an office program as .xls and .ods, which no package of the tests writes
SAVED = Path(__file__).parent / "data"


@pytest.mark.parametrize("name", ["two_rows_of_header.xls", "communes_of_a_district.xls", "communes_of_a_district.ods"])
def test_a_form_saved_in_another_format_says_the_same(name: str) -> None:
    form = next(each for make in forms.MAKERS if (each := make()).name.replace(" ", "_") == name.partition(".")[0])
    assert said(read(replace(form, data=(SAVED / name).read_bytes()))) == pytest.approx(said(read(form)), abs=0.006)


def test_a_workbook_with_a_password_says_so() -> None:
    with pytest.raises(TableError, match="has a password"):
        open_book((SAVED / "password.xlsx").read_bytes(), "password.xlsx")


NOTES = ("Ghi chú: số liệu sơ bộ", "Nơi nhận: - Lưu VT", "Người lập biểu")


@given(st.integers(0, len(forms.MAKERS) - 1), st.integers(0, 4), st.integers(0, 2), st.sampled_from(NOTES))
@settings(max_examples=40)
def test_noise_around_a_form_changes_nothing_or_is_asked(number: int, down: int, right: int, note: str) -> None:
    """Rows and columns before it, spaces around texts, a note below: what is read stays true, or is asked."""
    form = forms.MAKERS[number]()
    if form.refused or form.data[:2] != b"PK":
        return
    opened = open_book(form.data, form.file_name)
    noisy = replace(opened, sheets=tuple(_noisy(sheet, down, right, note) for sheet in opened.sheets))
    within = UnitCode.parse(form.within) if form.within else None
    answers = {key: value for key, value in form.answers.items() if ":" not in key and key != "installs"}
    context = Context(catalogue.all_units(), form.today, within, None, answers, catalogue.figures())
    try:
        found = said(read_book(noisy, context))
    except TableError:
        return
    kinds = {key[2] for key in form.truth} & _WHOLE
    wrong = {
        key: value
        for key, value in found.items()
        if key[2] in kinds and form.truth.get(key) != pytest.approx(value, abs=0.006)
    }
    assert not wrong


def _noisy(sheet: Sheet, down: int, right: int, note: str) -> Sheet:
    """Return a sheet moved down and to the right, with spaces around its texts and a note below."""
    cells = {
        (row + down, column + right): replace(cell, text=clean(f" {cell.text}  "))
        for (row, column), cell in sheet.cells.items()
    }
    merged = [(a + down, b + right, c + down, d + right) for a, b, c, d in sheet.merged]
    last = max((row for row, _ in cells), default=0)
    cells[last + 3, 1 + right] = Cell(note)
    rows = frozenset(row + down for row in sheet.hidden_rows)
    columns = frozenset(column + right for column in sheet.hidden_columns)
    return Sheet(sheet.name, cells, merged, sheet.hidden, rows, columns)


def test_names_and_telephones_are_not_told_with_the_columns() -> None:
    rows = [
        ["Kết quả cài Bluezone đến 20/8/2020"],
        ["TT", "Lớp", "Họ và tên GVCN", "Số điện thoại", "Sĩ số", "Đã cài"],
        [1, "6A", "Nguyễn Văn Một", "0900000001", 40, 31],
        [2, "6B", "Trần Thị Hai", "0900000002", 41, 30],
    ]
    reading = read(Form("a", "a.xlsx", book(("Sheet1", rows))))
    told = {column.header: column.values for column in reading.columns}
    assert told["Sĩ số"] == ("40", "41")
    assert told["Họ và tên GVCN"] == told["Số điện thoại"] == ()
