"""Advice to who was warned, of the authority or a careful one; and the message to a health station, of few texts."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from tests.phone.contacts import warning_of

from bluezone.exposure.policies import Evidence
from bluezone.phone.air.radio.monitored import RadioHealth, RadioState
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.stores.preference_store import Choices
from bluezone.phone.web.presenters import exposure
from bluezone.phone.web.presenters.common import shown_number, translator
from bluezone.phone.web.presenters.exposure import report_text
from bluezone.protocol.documents import Fault
from bluezone.protocol.guidance import Entry, Telephone

ZONE = timezone(timedelta(hours=7))
EN, VI = translator("en", ZONE), translator("vi", ZONE)
CONTACT = dt.date(2020, 8, 10)
ENTRY = Entry(
    place="34:92",
    from_day=dt.date(2020, 8, 1),
    until_day=dt.date(2021, 5, 4),
    grades=("low", "raised"),
    steps={"vi": ("Gọi trạm y tế.",), "en": ("Call your health station.",)},
    watch_days=14,
    test_days=(1, 7, 14),
    telephones=(Telephone({"vi": "Sở Y tế", "en": "Department of Health"}, "02933878123"),),
    source="Công văn 1",
    version="2",
)


def facts(now: dt.datetime, *entries: Entry, fault: str = "", places: tuple[str, ...] = ("34:31471", "34:92")):
    return PhoneFacts(
        now.timestamp(),
        Choices(),
        RadioHealth(RadioState.WORKING),
        guidance=entries,
        guidance_fault=fault,
        places=places,
    )


def at(day: int, *entries: Entry, month: int = 8, **more: object) -> PhoneFacts:
    return facts(dt.datetime(2020, month, day, 11, 20, tzinfo=ZONE), *entries, **more)


def advice(known: PhoneFacts, language=EN, grade: str = "raised") -> exposure.Advice:
    return exposure.advice(known, CONTACT, grade, language, "19009095")


def test_what_the_authority_says_for_the_place_is_shown_whole() -> None:
    found = advice(at(13, ENTRY))
    assert found.steps == ("Call your health station.",)
    assert (found.days_total, found.days_left, found.countdown, found.until) == (
        14,
        12,
        "12 days left",
        "Monday 24 August",
    )
    assert found.tests == "Ask your health station for tests on these days: Monday 17 August; Monday 24 August."
    assert [(one.name, one.shown) for one in found.calls] == [("Department of Health", "0293 3878 123")]
    assert found.source == exposure.Source("Source, in Vietnamese", "Công văn 1", "vi", "version 2")
    assert found.note == ""


@pytest.mark.parametrize(
    ("day", "month", "left", "is_over"),
    [
        pytest.param(10, 8, 14, False, id="the day itself"),
        pytest.param(24, 8, 1, False, id="the last day"),
        pytest.param(25, 8, 0, True, id="the day after"),
        pytest.param(30, 9, 0, True, id="weeks later"),
        pytest.param(5, 8, 14, False, id="a clock that is behind"),
    ],
)
def test_days_are_counted_from_the_last_contact(day: int, month: int, left: int, is_over: bool) -> None:
    found = advice(at(day, ENTRY, month=month))
    assert (found.days_left, found.is_over) == (left, is_over)


@pytest.mark.parametrize(
    ("language", "source_en", "label", "text", "lang"),
    [
        pytest.param(VI, "", "Nguồn", "Công văn 1", "", id="read in Vietnamese"),
        pytest.param(VI, "Letter 1", "Nguồn", "Công văn 1", "", id="in Vietnamese, where there is English too"),
        pytest.param(EN, "Letter 1", "Source", "Letter 1", "", id="read in English"),
        pytest.param(EN, "", "Source, in Vietnamese", "Công văn 1", "vi", id="in English, where there is none"),
    ],
)
def test_the_source_is_in_the_readers_language_or_says_in_which(
    language, source_en: str, label: str, text: str, lang: str
) -> None:
    found = advice(at(13, replace(ENTRY, source_en=source_en)), language).source
    assert found is not None
    assert (found.label, found.text, found.lang) == (label, text, lang)


def test_when_the_days_are_over_nothing_more_is_asked_for() -> None:
    found = advice(at(30, ENTRY))
    assert found.steps[0] == "The days of watching are over. If you feel well, nothing more is needed."
    assert found.tests == ""


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(at(13), id="no document yet"),
        pytest.param(at(13, ENTRY, places=()), id="place unknown"),
        pytest.param(at(13, replace(ENTRY, until_day=dt.date(2020, 8, 12))), id="expired"),
        pytest.param(at(13, replace(ENTRY, from_day=dt.date(2020, 8, 14))), id="not yet"),
        pytest.param(at(13, replace(ENTRY, grades=("high",))), id="of another grade"),
    ],
)
@pytest.mark.parametrize("language", [EN, VI])
def test_where_nothing_holds_the_advice_is_careful_and_names_no_number_of_days(known: PhoneFacts, language) -> None:
    found = advice(known, language)
    assert (found.days_total, found.until, found.countdown, found.tests) == (0, "", "", "")
    assert len(found.steps) == 4
    assert found.how_long
    said = " ".join((*found.steps, found.how_long, found.note))
    assert not re.search(r"\d+ (day|ngày)", said)
    assert [one.shown for one in found.calls] == ["1900 9095"]


def test_no_days_of_watching_are_none() -> None:
    found = advice(at(13, replace(ENTRY, watch_days=0)))
    assert (found.days_total, found.until, found.is_over) == (0, "", False)
    assert found.steps == ("Call your health station.",)


def test_what_was_not_translated_is_read_in_vietnamese_and_marked() -> None:
    found = advice(at(13, replace(ENTRY, steps={"vi": ("Gọi trạm y tế.",)}, telephones=())))
    assert (found.steps, found.lang) == (("Gọi trạm y tế.",), "vi")
    assert [one.name for one in found.calls] == ["Hotline"]


@pytest.mark.parametrize("fault", list(Fault))
def test_a_document_that_was_refused_leaves_the_last_and_says_so(fault: Fault) -> None:
    found = advice(at(13, ENTRY, fault=fault))
    assert found.days_total == 14
    assert "Your health station knows what holds today." in found.note


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("19009095", "1900 9095"),
        ("0912345678", "0912 345 678"),
        ("02933878123", "0293 3878 123"),
        ("02438462222", "024 3846 2222"),
        ("115", "115"),
        ("+84912345678", "+84912345678"),
    ],
)
def test_a_number_is_shown_in_groups(number: str, shown: str) -> None:
    assert shown_number(number) == shown


DAY = 1_597_017_600


@pytest.mark.parametrize("near", [0.0, 300.0, None])
@pytest.mark.parametrize("code", ["vi", "en"])
def test_the_message_is_the_owners_and_two_texts_long_three_in_vietnamese(code: str, near: float | None) -> None:
    warned = warning_of(DAY, DAY + 90_000.0, evidence=Evidence(36_000.0, 55.0, near_minutes=near))
    text = report_text(warned, translator(code, ZONE))
    # in parts of 153 letters; of 67 where one, as most of Vietnamese, is not of GSM's basic set
    assert len(text) <= 3 * 67 if code == "vi" else text.isascii() and len(text) <= 2 * 153
    assert {"vi": " tôi ", "en": " I "}[code] in text
    assert {"vi": "ngày 10/8", "en": "on 10 Aug."}[code] in text
    for word in ("your", "của bạn", "Nobody", "Không ai"):
        assert word not in text
