"""Texts, values and moments in one language."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bluezone.errors import TranslatableError
from bluezone.i18n import LANGUAGES, Catalogue, I18nError, Language, Translator, format_value
from bluezone.i18n.catalogues import COMMON

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
#: 20 August 2020, 19:05 in Vietnam
EVENING_S = dt.datetime(2020, 8, 20, 12, 5, tzinfo=dt.UTC).timestamp()
DAY_S = 86_400


def speak(code: str) -> Translator:
    return COMMON.translator(Language(code), HANOI)


def test_vietnamese_is_the_default_language() -> None:
    assert LANGUAGES == ("vi", "en")


@pytest.mark.parametrize(
    ("seconds", "vietnamese", "english"),
    [
        (20, "chưa đến một phút", "less than a minute"),
        (60, "1 phút", "1 minute"),
        (15 * 60, "15 phút", "15 minutes"),
        (3600, "1 giờ", "1 hour"),
        (2 * 3600 + 300, "2 giờ 5 phút", "2 hours 5 minutes"),
    ],
)
def test_a_duration_is_said_to_the_minute(seconds: float, vietnamese: str, english: str) -> None:
    assert speak("vi").duration(seconds) == vietnamese
    assert speak("en").duration(seconds) == english


@pytest.mark.parametrize(
    ("days", "vietnamese", "english"),
    [
        (0, "19:05 hôm nay", "19:05 today"),
        (1, "19:05 hôm qua", "19:05 yesterday"),
        (2, "19:05 thứ Năm, 20/8", "19:05 on Thursday 20 August"),
    ],
)
def test_a_moment_is_said_from_the_readers_day(days: int, vietnamese: str, english: str) -> None:
    now_s = EVENING_S + days * DAY_S
    assert speak("vi").moment(EVENING_S, now_s) == vietnamese
    assert speak("en").moment(EVENING_S, now_s) == english


def test_the_readers_day_begins_at_the_readers_midnight() -> None:
    late_s = dt.datetime(2020, 8, 20, 18, 0, tzinfo=dt.UTC).timestamp()  # 01:00 of the 21st in Vietnam
    local = speak("en")
    assert local.date(late_s) == "Friday 21 August"
    assert local.in_zone(dt.UTC).date(late_s) == "Thursday 20 August"
    assert local.day(late_s) == "21 Aug"
    assert local.weekday(late_s) == "Friday"
    assert local.midnight_s(late_s) == late_s - 3600
    assert local.midnight_s(late_s, days=-1) == late_s - 3600 - DAY_S


@pytest.mark.parametrize(
    ("value", "said"),
    [(1234, "1.234"), (Decimal("7.50"), "7,50"), ("1234", "1234"), (dt.date(2020, 8, 1), "1/8/2020"), (True, "True")],
)
def test_any_value_of_a_message_is_said(value: object, said: str) -> None:
    assert format_value(value, Language.VIETNAMESE) == said


def test_an_error_is_said_with_its_values() -> None:
    error = TranslatableError("{time} on {date}", time=1234, date=dt.date(2020, 8, 13))
    assert speak("vi").sentence(error) == "1.234 13/8/2020"
    assert speak("en").sentence(error) == "1,234 on 13 August 2020"


def test_a_catalogue_that_is_not_compiled_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "room_without_texts").mkdir()
    (tmp_path / "room_without_texts" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    catalogue = Catalogue("room_without_texts", "room")
    with pytest.raises(I18nError, match="make messages-update"):
        catalogue.translator(Language.VIETNAMESE)
    assert catalogue.translator(Language.ENGLISH).gettext("a text") == "a text"


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        COMMON.texts("fr")  # type: ignore[arg-type]
