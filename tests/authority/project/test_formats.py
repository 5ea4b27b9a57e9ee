"""Templates write short dates and numbers as `bluezone.i18n` does."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import formats, translation

from bluezone import i18n
from bluezone.i18n import LANGUAGES, Language

AT = dt.datetime(2020, 8, 13, 19, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize("language", [Language(code) for code in LANGUAGES])
@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("SHORT_DATE_FORMAT", i18n.format_short_date),
        ("SHORT_DATETIME_FORMAT", i18n.format_moment),
    ],
)
def test_a_template_writes_a_date_as_every_other_room_does(language, name, write):
    with translation.override(language.value):
        assert formats.date_format(AT, name) == write(AT, language)


@pytest.mark.parametrize("language", [Language(code) for code in LANGUAGES])
def test_a_template_writes_a_number_as_every_other_room_does(language):
    with translation.override(language.value):
        assert formats.number_format(55289.5, 1, force_grouping=True) == i18n.format_number(55289.5, language, 1)
