"""Compare versions of a form, and choose the one that is offered."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from tests.forms.broken import changed, field
from tests.forms.samples import FORMS

from bluezone.forms.definition import NATION, Form
from bluezone.forms.reading import read_form
from bluezone.forms.versions import differences, distributed, offered

FORM = FORMS["population"]
DAY = dt.date(2020, 8, 20)


def test_two_of_the_same_do_not_differ() -> None:
    assert differences(FORM, dataclasses.replace(FORM, version=2)) == ()


def test_what_came_went_and_changed_is_named() -> None:
    def change(found: dict[str, object]) -> None:
        sections = found["sections"]
        assert isinstance(sections, list)
        sections[0]["fields"] = [each for each in sections[0]["fields"] if each["name"] != "insurance"]
        field(found, "address")["most"] = 100
        sections[1]["fields"].append({**field(found, "address"), "name": "hamlet", "use": None})
        found["retention_days"] = 10

    after = read_form(changed(change))
    named = {(each.what, each.name, each.change) for each in differences(FORM, after)}
    assert named == {
        ("form", "retention_days", "changed"),
        ("field", "insurance", "gone"),
        ("field", "hamlet", "new"),
        ("field", "address", "changed"),
    }


def _version(version: int, **parts: object) -> Form:
    return dataclasses.replace(FORM, version=version, **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("forms", "province", "version"),
    [
        ([_version(1), _version(2)], "", 2),
        ([_version(2), _version(1)], "", 2),
        ([_version(1), _version(2, valid_from=dt.date(2020, 9, 1))], "", 1),
        ([_version(1), _version(2, valid_until=dt.date(2020, 8, 19))], "", 1),
        ([_version(5), _version(1, area="34:92")], "34:92", 1),
        ([_version(5), _version(1, area="34:92")], "34:01", 5),
        ([_version(1, valid_from=dt.date(2020, 9, 1))], "", None),
    ],
)
def test_the_newest_that_is_valid_is_offered_and_a_provinces_own_before(
    forms: list[Form], province: str, version: int | None
) -> None:
    assert [form.version for form in offered(forms, DAY, (province,))] == ([] if version is None else [version])


def test_phones_get_what_is_valid_and_what_will_be_of_one_area() -> None:
    later = dt.date(2020, 9, 1)
    forms = [_version(1), _version(2), _version(3, valid_from=later), _version(4, area="34:92")]
    assert [each.version for each in distributed(forms, NATION, DAY)] == [2, 3]
    assert [each.version for each in distributed(forms, NATION, later)] == [3]
    assert [each.version for each in distributed(forms, "34:92", DAY)] == [4]
    assert distributed(forms, "34:01", DAY) == ()
