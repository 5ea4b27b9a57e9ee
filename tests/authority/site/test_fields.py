"""Fields of forms: whole numbers as people write them, and sentences that are ours in Vietnamese, not Django's."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import django
import pytest
from babel.messages.pofile import read_po
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, override

from bluezone.authority.site.django_texts import COUNTED, SENTENCES
from bluezone.authority.site.fields import CountField, DayField


@pytest.mark.parametrize(
    ("written", "number"),
    [("1240", 1240), ("1.240", 1240), ("1,240", 1240), ("1 240", 1240), (" 7 ", 7), ("1,24 nghìn", 1240), ("", None)],
)
def test_a_whole_number_is_read_as_people_write_it(written: str, number: int | None) -> None:
    assert CountField(required=False, max_value=2_000).clean(written) == number


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("12,5", "“12,5” không phải số nguyên"),
        ("nhiều", "“nhiều” không phải là số"),
        ("-4", "“-4” không phải là số"),
        ("2.001", "Không được quá 2000."),
        ("0", "Phải từ 1 trở lên."),
        ("", "Hãy điền mục này."),
    ],
)
def test_what_is_no_such_number_is_said_in_vietnamese(written: str, said: str) -> None:
    with override("vi"):
        with pytest.raises(ValidationError) as refused:
            CountField(min_value=1, max_value=2_000).clean(written)
        assert said in refused.value.messages[0]


def test_every_sentence_of_djangos_forms_is_ours_in_vietnamese() -> None:
    path = Path(django.__file__).parent / "conf/locale/vi/LC_MESSAGES/django.po"
    catalogue = read_po(io.BytesIO(path.read_bytes()), locale="vi")
    theirs = {each.id: each.string for each in catalogue if isinstance(each.id, str)}
    with override("vi"):
        assert [each for each in SENTENCES if gettext(each) in (each, theirs.get(each))] == []
        assert [str(each % {"limit_value": 3, "max": 3, "show_value": 2, "length": 9})[:6] for each in COUNTED] == [
            "Cần ít", "Tối đa", "Tên tệ", "Tối đa", "Tối đa", "Tối đa",
        ]  # fmt: skip


def test_a_form_says_it_so() -> None:
    with override("vi"):
        form = type("F", (forms.Form,), {"count": forms.IntegerField(max_value=5)})({"count": "x"})
        assert form.errors["count"] == ["Hãy nhập một số nguyên, như 1.240."]


@pytest.mark.parametrize(
    ("written", "day", "shown"),
    [
        ("13/8/2020", dt.date(2020, 8, 13), "13/8/2020"),
        ("8-11-2020", dt.date(2020, 11, 8), "8-11-2020"),
        ("2020-08-13", dt.date(2020, 8, 13), "13/8/2020"),  # an address says so
        ("", None, ""),
    ],
)
def test_a_day_is_read_and_shown_as_letters_write_it(written: str, day: dt.date | None, shown: str) -> None:
    field = DayField(required=False)
    assert field.clean(written) == day
    assert field.prepare_value(written) == shown
    assert field.prepare_value(day) == (None if day is None else f"{day.day}/{day.month}/{day.year}")


@pytest.mark.parametrize("written", ["yesterday", "31/2/2020", "13/8", "8/13/2020"])
def test_what_is_no_day_is_said(written: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(written)):
        DayField().clean(written)
