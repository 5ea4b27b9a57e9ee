"""Contacts, warnings, notices, proofs: what they say, by tables."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from tests.phone.contacts import warning_of

from bluezone.exposure.policies import Evidence, Grade
from bluezone.i18n import Translator
from bluezone.phone.air.radio.monitored import RadioHealth, RadioState
from bluezone.phone.app.engine import PhoneStatus
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.matching.presences import Count, Presence
from bluezone.phone.matching.watched import Watched, WatchedDay
from bluezone.phone.stores.preference_store import Choices
from bluezone.phone.web.presenters import contacts, diagnostics, exposure, home, notifications
from bluezone.phone.web.presenters.common import translator
from bluezone.phone.web.presenters.diagnostics import Mark

NOW_S, DAY_S, HOUR_S = 1_597_292_400.0, 86_400, 3_600
ZONE = timezone(timedelta(hours=7))
EN, VI = translator("en", ZONE), translator("vi", ZONE)
DAY = int(NOW_S // DAY_S - 3) * DAY_S
ALERT = warning_of(DAY, NOW_S - 3_600)
STATUS = PhoneStatus({}, 3, 2, 0, 1, (), False, "bluezone 1")


def present(start_s: float, minutes: float, near: bool = False) -> Presence:
    return Presence(start_s, start_s + 60 * minutes, 60 * minutes, near, near, near)


# --- contacts -----------------------------------------------------------------------------------------


def watched(*hours: float | None) -> Watched:
    return Watched(tuple(WatchedDay(DAY_S * day, None if h is None else h * HOUR_S) for day, h in enumerate(hours)))


def test_bars_have_the_height_of_their_number_and_few_are_still_seen() -> None:
    days = [(0.0, []), (1.0 * DAY_S, [present(DAY_S, 20, True)]), (2.0 * DAY_S, [present(DAY_S, 5)] * 1_000)]
    screen = contacts.contacts(days, watched(1, 20, 3.9), EN)
    assert [(bar.met.about, bar.height) for bar in screen.bars] == [(0, 0.0), (1, 3.0), (1_000, 96.0)]
    assert [bar.near.about for bar in screen.bars] == [0, 1, 0]
    assert screen.sentence == (
        "In the 24 hours watched in the last 14 days you met at most about 1,000 people a day. "
        "On the day with the most, about 1 was near for 15 minutes or more."
    )


def test_a_day_before_joining_is_blank_and_a_day_without_bluetooth_is_not() -> None:
    screen = contacts.contacts([(DAY_S * day, []) for day in range(3)], watched(None, 0, 2.5), EN)
    assert [bar.is_blank for bar in screen.bars] == [True, False, False]
    assert [bar.watched for bar in screen.bars] == [
        "not yet in use",
        "watched for less than a minute",
        "watched for 2 hours",
    ]
    assert "met" not in screen.bars[0].text


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (0.0, "Trong 14 ngày qua máy chưa quét, nên không thể ghi nhận ai."),
        (3.2, "Trong 3 giờ đã quét của 14 ngày qua, chưa ghi nhận máy nào có Bluezone."),
        (0.5, "Trong 30 phút đã quét của 14 ngày qua, chưa ghi nhận máy nào có Bluezone."),
    ],
)
def test_nobody_met_says_how_long_was_watched(hours: float, sentence: str) -> None:
    screen = contacts.contacts([(DAY_S * day, []) for day in range(14)], watched(*[None] * 13, hours), VI)
    assert screen.is_empty
    assert screen.sentence == sentence


@pytest.mark.parametrize(
    ("met", "just_begun", "sentence"),
    [
        (0, True, "This phone has only begun to watch, so nobody could be noted yet."),
        (0, False, "Nothing was watched in the last 14 days, so nobody could be noted."),
        (3, True, "This phone has hardly watched yet. So far you met about 3 people."),
        (1, False, "This phone has hardly watched yet. So far you met about 1 person."),
    ],
)
def test_the_first_minute_says_what_it_knows(met: int, just_begun: bool, sentence: str) -> None:
    seen = replace(watched(None, 45 / HOUR_S), has_just_begun=just_begun)
    days = [(0.0, []), (DAY_S, [present(DAY_S, 0)] * met)]
    assert contacts.contacts(days, seen, EN).sentence == sentence


def test_a_day_shows_the_hours_in_which_somebody_was_there() -> None:
    midnight_s = EN.midnight_s(NOW_S)
    met = [present(midnight_s + 8.5 * HOUR_S, 60, True), present(midnight_s + 8.6 * HOUR_S, 6)]
    day = contacts.day(midnight_s, midnight_s + DAY_S, met, 10.2 * HOUR_S, EN)
    assert [(hour.label, hour.most, hour.near) for hour in day.hours] == [("08–09", 2, 1), ("09–10", 1, 1)]
    assert day.sentences == (
        "About 2 people met (2 to 3).",
        "About 1 of them was near for 15 minutes or more.",
        "This phone watched for 10 hours.",
    )


@pytest.mark.parametrize(
    ("near", "sentence", "of_days", "words"),
    [
        (
            Count(0, 0, 0),
            "Probably none of them was near for 15 minutes.",
            "Probably nobody was near for 15 minutes.",
            "none near for 15 minutes",
        ),
        (
            Count(2, 2, 2),
            "About 2 of them were near for 15 minutes or more.",
            "On the day with the most, about 2 were near for 15 minutes or more.",
            "2 near for 15 minutes",
        ),
        (
            Count(0, 0, 1),
            "At most 1 of them was near for 15 minutes or more.",
            "On no day was more than 1 near for 15 minutes or more.",
            "at most 1 near for 15 minutes",
        ),
        (
            Count(5, 3, 7),
            "3 to 7 of them were near for 15 minutes or more.",
            "On the day with the most, 3 to 7 were near for 15 minutes or more.",
            "3 to 7 near for 15 minutes",
        ),
    ],
)
def test_how_many_were_near_is_said_as_the_range_that_holds(
    monkeypatch: pytest.MonkeyPatch, near: Count, sentence: str, of_days: str, words: str
) -> None:
    monkeypatch.setattr(contacts, "people_near", lambda met: near)
    midnight_s = EN.midnight_s(NOW_S)
    met = [present(midnight_s + 8.5 * HOUR_S, 60)]
    assert contacts.day(midnight_s, midnight_s + DAY_S, met, 10.2 * HOUR_S, EN).sentences[1] == sentence
    screen = contacts.contacts([(DAY_S, met)], watched(10), EN)
    assert screen.sentence.endswith(of_days)
    assert words in screen.bars[0].text
    assert screen.bars[0].near_text == (words if near.high else "")


def test_the_day_with_most_near_need_not_be_the_day_on_which_most_were_met(monkeypatch: pytest.MonkeyPatch) -> None:
    near = iter([Count(1, 1, 2), Count(0, 0, 3)])
    monkeypatch.setattr(contacts, "people_near", lambda met: next(near))
    days = [(0.0, [present(0, 20)] * 2), (DAY_S, [present(DAY_S, 20)] * 8)]
    said = contacts.contacts(days, watched(10, 10), EN).sentence
    assert "at most about 8 people a day" in said
    assert said.endswith("On the day with the most, 1 to 3 were near for 15 minutes or more.")
    assert "of them" not in said


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (None, "Bluezone was not yet in use on this day."),
        (0.0, "This phone did not watch on this day, so nobody could be noted."),
        (59.0, "On this day this phone watched for less than a minute, so nobody could be noted."),
        (7_300.0, "In the 2 hours watched, no other phone with Bluezone was noted."),
    ],
)
def test_a_day_without_anybody_says_why(seconds: float | None, sentence: str) -> None:
    midnight_s = EN.midnight_s(NOW_S)
    assert contacts.day(midnight_s, midnight_s + DAY_S, [], seconds, EN).sentences == (sentence,)


def test_one_reading_is_a_meeting_without_length() -> None:
    midnight_s = EN.midnight_s(NOW_S)
    day = contacts.day(midnight_s, midnight_s + DAY_S, [Presence(midnight_s, midnight_s, 60)], 60.0, EN)
    assert [(hour.label, hour.near) for hour in day.hours] == [("00–01", 0)]


# --- a warning ----------------------------------------------------------------------------------------


SURE = Evidence(1_500, 52.0, 12.0, Grade.RAISED, 25, "bluezone", "3", 40)
EXPLAINED = replace(ALERT, evidence=SURE, watched_s=30_000.0)


def test_a_warning_gives_the_sentences_of_its_rule_in_both_languages() -> None:
    english, vietnamese = (exposure.exposure_screen(EXPLAINED, language) for language in (EN, VI))
    assert (english.title, vietnamese.title) == (
        "On 10 Aug you may have been near a confirmed case",
        "Ngày 10/8, có thể bạn đã ở gần người nhiễm COVID-19",
    )
    assert english.noted[0].startswith("On 10 August 2020 ")
    assert english.noted[1:] == (
        "Together it was about 30 minutes.",
        "It was near for about 10 minutes.",
    )
    assert english.certainty == "A close contact is possible."
    assert english.rule == (
        "By this rule the exposure was raised.",
        "This was decided by the rule en-v1-buckets, version 1.",
    )
    assert english.unknown[-1] == "The other hours of that day: this phone watched for about 8 hours 15 minutes."
    for name in ("noted", "unknown", "rule"):
        said, in_vietnamese = getattr(english, name), getattr(vietnamese, name)
        assert len(said) == len(in_vietnamese)
        assert not set(said) & set(in_vietnamese)


@pytest.mark.parametrize(
    ("met_at_s", "day"),
    [
        pytest.param(DAY + 3 * 3_600.0, "10 Aug", id="10:00 in Viet Nam"),
        pytest.param(DAY + 18 * 3_600.0, "11 Aug", id="01:00 of the night, of the UTC day before"),
    ],
)
def test_a_warning_names_the_owners_day(met_at_s: float, day: str) -> None:
    alert = replace(EXPLAINED, met_at_s=met_at_s)
    screen = exposure.exposure_screen(alert, EN)
    assert screen.title.startswith(f"On {day} ")
    assert screen.noted[0].startswith(f"On {day.replace('Aug', 'August')} 2020 ")
    assert f"{exposure.last_contact([ALERT, alert], EN):%-d %b}" == day


def test_screen_message_and_report_say_the_same_of_a_warning() -> None:
    screen, message = exposure.exposure_screen(EXPLAINED, EN), exposure.report_text(EXPLAINED, EN)
    assert screen.near_percent == 33  # 10 of 30 minutes
    story = " ".join((screen.noted[-1], screen.certainty))
    assert story == "It was near for about 10 minutes. A close contact is possible."
    facts = PhoneFacts(NOW_S, Choices(), RadioHealth(RadioState.WORKING), alerts=(EXPLAINED,))
    [notice] = notifications.notices(facts, EN)
    at_home = home.home(facts, EN).state
    assert all(story in said for said in (message, notice.text, at_home.text))
    assert at_home.step is not None
    assert notice.href == at_home.step.href == f"/exposure/{EXPLAINED.day_start_s}"


@pytest.mark.parametrize("language", [EN, VI])
def test_no_sentence_of_a_warning_tells_a_minute_a_person_or_a_number_of_days(language: Translator) -> None:
    screen = exposure.exposure_screen(EXPLAINED, language)
    said = " ".join((screen.title, *screen.noted, screen.certainty, *screen.unknown, *screen.rule))
    assert not re.search(r"\d:\d|14 (days|ngày)", said)


# --- notices and proofs -------------------------------------------------------------------------------


def test_notices_come_newest_first_and_are_unread_until_seen() -> None:
    choices = Choices(published_at_s=NOW_S - 60, notices_seen_at_s=NOW_S - 1_800)
    facts = PhoneFacts(NOW_S, choices, RadioHealth(RadioState.WORKING), alerts=(ALERT,))
    found = notifications.notices(facts, EN)
    assert [(one.title, one.unread) for one in found] == [
        ("Thank you for sharing", True),
        ("You may have been near a confirmed case", False),
    ]
    assert notifications.unread(facts, EN) == 1


def test_a_warning_taken_back_says_so() -> None:
    alert = replace(ALERT, withdrawn_at_s=NOW_S - 5)
    facts = PhoneFacts(NOW_S, Choices(), RadioHealth(RadioState.WORKING), alerts=(alert,))
    assert [one.title for one in notifications.notices(facts, EN)] == ["A warning was taken back"]


GOOD = PhoneFacts(
    NOW_S,
    Choices(agreed_at_s=0.0, checked_at_s=NOW_S - 600),
    RadioHealth(RadioState.WORKING),
    watched={int(at_s // 3_600) * 3_600: 1_800.0 for at_s in (NOW_S, NOW_S + 3 * DAY_S)},
    last_scan_s=NOW_S - 20,
)


@pytest.mark.parametrize(
    ("facts", "can_write", "marks"),
    [
        pytest.param(GOOD, True, "good good good good good", id="all good"),
        pytest.param(replace(GOOD, radio=RadioHealth(RadioState.OFF)), True, "bad bad bad good good", id="off"),
        pytest.param(
            replace(GOOD, radio=RadioHealth(RadioState.WORKING, sends=False)),
            True,
            "good bad good good good",
            id="only hears",
        ),
        pytest.param(replace(GOOD, watched={}), True, "good good unknown good good", id="just started"),
        pytest.param(replace(GOOD, authority_known=False), True, "good good good bad good", id="no authority"),
        pytest.param(replace(GOOD, now_s=NOW_S + 3 * DAY_S), False, "good good good bad bad", id="stale and full"),
    ],
)
def test_the_self_test(facts: PhoneFacts, can_write: bool, marks: str) -> None:
    proofs = diagnostics.self_test(facts, STATUS, can_write, trusted_keys=1, language=EN)
    assert [proof.mark for proof in proofs[:5]] == [Mark(mark) for mark in marks.split()]
