"""Days as officers read them: the days of the week as Decree 30/2020 writes them, never `Thứ 6`."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.formats import date_format

from bluezone.authority.site.language import named_day

FRIDAY, SUNDAY = dt.date(2026, 11, 27), dt.date(2026, 11, 29)
EVENING = dt.datetime(2026, 11, 27, 20, 5, tzinfo=dt.UTC)
SOURCES = Path(__file__).parents[3] / "src/bluezone/authority"


@pytest.mark.parametrize(
    ("language", "day", "options", "text"),
    [
        ("vi", FRIDAY, {}, "Thứ Sáu 27/11/2026"),
        ("vi", FRIDAY, {"inside": True}, "thứ Sáu 27/11/2026"),
        ("vi", SUNDAY, {"inside": True}, "Chủ nhật 29/11/2026"),
        ("vi", FRIDAY, {"has_year": False}, "Thứ Sáu 27/11"),
        ("en", FRIDAY, {}, "Friday 27 Nov 2026"),
        ("en", FRIDAY, {"inside": True, "has_year": False}, "Friday 27 Nov"),
    ],
)
def test_a_day_is_named_in_the_readers_language(language: str, day: dt.date, options: dict[str, bool], text: str):
    with translation.override(language):
        assert named_day(day, **options) == text


def test_a_moment_has_no_day_of_the_week_that_django_writes_by_number():
    with translation.override("vi"):
        assert date_format(EVENING, "DATETIME_FORMAT") == "20:05 ngày 27/11/2026"
    with translation.override("en"):
        assert date_format(EVENING, "DATETIME_FORMAT") == "20:05, Friday 27 November 2026"


def test_no_page_asks_django_for_a_day_of_the_week():
    asked = re.compile(r"""date(_format\([^)]*, ['"]|:['"])[^'"_]*[lD]\b""")
    files = [*SOURCES.rglob("*.py"), *SOURCES.rglob("*.html")]
    assert len(files) > 500
    assert [str(file) for file in files if asked.search(file.read_text("utf-8"))] == []
