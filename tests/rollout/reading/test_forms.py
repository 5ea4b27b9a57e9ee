"""Every form is read as what it truly says, with at most one question; none is misread."""

from __future__ import annotations

import pytest
from tests.rollout.reading import forms, forms_more, forms_odd  # noqa: F401 - registers its forms
from tests.rollout.reading.building import Form

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.interpret import read_file
from bluezone.rollout.reading.results import Reading

FORMS = forms.every()
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


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_form(form: Form) -> None:
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
    assert {key: found.get(key) for key in form.truth} == pytest.approx(dict(form.truth), abs=0.006)
    kinds = {key[2] for key in form.truth} & _WHOLE | {"installs"}
    assert {key for key in found if key[2] in kinds} <= set(form.truth)
    assert set(form.says) <= {notice.kind for notice in reading.notices}
