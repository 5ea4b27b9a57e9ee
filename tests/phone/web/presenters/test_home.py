"""Which of all a phone could say it says first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from tests.phone.contacts import warning_of

from bluezone.phone.air.radio.monitored import RadioHealth, RadioState
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.matching.presences import Nearby, Presence
from bluezone.phone.stores.preference_store import Choices
from bluezone.phone.web.presenters.common import Tone, translator
from bluezone.phone.web.presenters.home import dots, home

NOW_S, DAY_S = 1_597_292_400.0, 86_400
EN = translator("en", timezone(timedelta(hours=7)))
VI = translator("vi", timezone(timedelta(hours=7)))
USUAL = Choices(language="en", agreed_at_s=NOW_S - 20 * DAY_S, checked_at_s=NOW_S - 600)
#: ten hours on each of the last 14 days
HOURS = {int(NOW_S) - day * DAY_S - hour * 3_600: 3_600.0 for day in range(14) for hour in range(1, 11)}
WORKING = PhoneFacts(NOW_S, USUAL, RadioHealth(RadioState.WORKING), watched=HOURS)
NOTED = "In the 140 hours watched, no contact with a confirmed case was noted"
ALERT = warning_of(int(NOW_S // DAY_S - 3) * DAY_S, NOW_S - 3_600)


def _first(hours: int) -> dict[int, float]:
    return dict(list(HOURS.items())[:hours])


@pytest.mark.parametrize(
    ("facts", "tone", "title", "step"),
    [
        pytest.param(WORKING, Tone.SAFE, NOTED, None, id="all is well"),
        pytest.param(
            replace(WORKING, choices=replace(USUAL, checked_at_s=None, agreed_at_s=NOW_S - 60)),
            Tone.CALM,
            "The first check is on its way",
            "/check",
            id="just begun",
        ),
        pytest.param(
            replace(WORKING, choices=replace(USUAL, agreed_at_s=NOW_S - 60), watched={int(NOW_S): 60.0}),
            Tone.CALM,
            "This phone has only begun to watch",
            None,
            id="a minute after joining",
        ),
        pytest.param(
            replace(WORKING, choices=replace(USUAL, agreed_at_s=NOW_S - 3 * 3_600), watched=_first(3)),
            Tone.CALM,
            "In the 3 hours watched, no contact with a confirmed case was noted",
            None,
            id="three hours after joining: no green",
        ),
        pytest.param(
            replace(WORKING, radio=RadioHealth(RadioState.OFF)), Tone.WATCH, "Turn on Bluetooth", "/self-test", id="off"
        ),
        pytest.param(
            replace(WORKING, radio=RadioHealth(RadioState.ABSENT)),
            Tone.WATCH,
            "This device has no Bluetooth radio in use",
            "/self-test",
            id="no radio",
        ),
        pytest.param(
            replace(WORKING, choices=replace(USUAL, paused=True), radio=RadioHealth(RadioState.OFF)),
            Tone.WATCH,
            "Recording is paused",
            "/settings/resume",
            id="paused by the owner: nothing about Bluetooth",
        ),
        pytest.param(
            replace(WORKING, choices=replace(USUAL, checked_at_s=NOW_S - 2 * DAY_S + 1)),
            Tone.SAFE,
            NOTED,
            None,
            id="checked a second less than two days ago",
        ),
        pytest.param(
            replace(WORKING, choices=replace(USUAL, checked_at_s=NOW_S - 2 * DAY_S), unreachable=True, trouble="x"),
            Tone.WATCH,
            "No check for 2 days",
            "/check",
            id="two days without a check",
        ),
        pytest.param(
            replace(WORKING, choices=replace(USUAL, checked_at_s=None, agreed_at_s=NOW_S - 10.5 * DAY_S)),
            Tone.WATCH,
            "No check for 10 days",
            "/check",
            id="never checked since the yes",
        ),
        pytest.param(
            replace(WORKING, authority_known=False),
            Tone.WATCH,
            "No health authority is set yet",
            "/questions",
            id="none",
        ),
        pytest.param(
            replace(WORKING, storage_trouble="full"),
            Tone.WATCH,
            "This phone can hardly store anything",
            "/self-test",
            id="full",
        ),
        pytest.param(
            replace(WORKING, alerts=(ALERT,)),
            Tone.ACT,
            "You may have been near a confirmed case",
            f"/exposure/{ALERT.day_start_s}",
            id="warned",
        ),
        pytest.param(
            replace(WORKING, alerts=(replace(ALERT, withdrawn_at_s=NOW_S),)),
            Tone.SAFE,
            NOTED,
            None,
            id="warning taken back",
        ),
        pytest.param(
            replace(WORKING, alerts=(ALERT,), choices=replace(USUAL, published_at_s=NOW_S - DAY_S)),
            Tone.CALM,
            "The people you met are being warned",
            "/positive",
            id="shared",
        ),
        pytest.param(
            replace(WORKING, choices=replace(USUAL, published_at_s=NOW_S - 14 * DAY_S)),
            Tone.SAFE,
            NOTED,
            None,
            id="shared two weeks ago",
        ),
    ],
)
def test_the_big_state(facts: PhoneFacts, tone: Tone, title: str, step: str | None) -> None:
    state = home(facts, EN).state
    assert (state.tone, state.title) == (tone, title)
    assert (state.step.href if state.step else None) == step


def test_a_warning_stands_above_a_radio_that_is_off_and_hides_it_not() -> None:
    screen = home(replace(WORKING, alerts=(ALERT,), radio=RadioHealth(RadioState.OFF)), EN)
    assert screen.state.tone is Tone.ACT
    assert [other.title for other in screen.others] == ["Turn on Bluetooth"]
    assert not screen.listening


def test_the_latest_of_two_warnings_is_the_one_shown() -> None:
    later = warning_of(ALERT.day_start_s + DAY_S, NOW_S - 3_600)
    state = home(replace(WORKING, alerts=(ALERT, later)), EN).state
    assert state.step is not None
    assert state.step.href.endswith(str(later.day_start_s))
    assert "Tuesday 11 August" in state.text


def test_vietnamese_says_the_same_with_its_own_numbers() -> None:
    sure, near = (Presence(NOW_S - 3_600, NOW_S, 3_600, True, is_sure, True) for is_sure in (True, False))
    screen = home(replace(WORKING, nearby=Nearby(near=1_250), today=(sure, sure, near)), VI)
    assert screen.state.title == "Trong 140 giờ đã quét, chưa ghi nhận bạn ở gần người nhiễm COVID-19"
    assert screen.state.text.startswith("Kiểm tra lúc 11:10 hôm nay.")
    assert screen.around_text == "1.250 máy ở gần bạn"
    assert screen.met == 3
    assert screen.met_text == ("khoảng 3 đến 4", "2 đến 3 người ở gần từ 15 phút")


def test_fourteen_days_of_watching_are_drawn_and_those_before_joining_are_blank() -> None:
    facts = replace(WORKING, choices=replace(USUAL, agreed_at_s=NOW_S - 2 * DAY_S), watched=_first(10))
    found = home(facts, EN).watching
    assert [bar.kind for bar in found.bars] == ["blank"] * 11 + ["idle", "idle", "watched"]
    assert found.sentence == "Watched for 10 hours in the last 14 days. Bluezone has been in use for 3 days."


def test_a_minute_after_joining_nothing_is_said_to_be_the_matter() -> None:
    facts = replace(
        WORKING, choices=replace(USUAL, agreed_at_s=NOW_S - 60), watched={int(NOW_S // 3_600) * 3_600: 45.0}
    )
    screen = home(facts, EN)
    assert [bar.kind for bar in screen.watching.bars] == ["blank"] * 13 + ["watched"]
    assert screen.watching.sentence == "This phone has only begun to watch. Today is its first day with Bluezone."
    assert screen.watching.scale == "The top line is 3 hours."
    assert screen.state.title == "This phone has only begun to watch"


@pytest.mark.parametrize(
    ("seconds", "met", "text"),
    [
        pytest.param(0.0, None, ("not watched yet",), id="Bluetooth was off all day"),
        pytest.param(59.0, None, ("not watched yet",), id="less than a minute"),
        pytest.param(600.0, 0, ("none near for 15 minutes",), id="nobody in ten minutes"),
    ],
)
def test_nobody_met_is_said_of_a_day_that_was_watched(seconds: float, met: int | None, text: tuple[str, ...]) -> None:
    screen = home(replace(WORKING, today=(), watched={int(NOW_S // 3_600) * 3_600: seconds}), EN)
    assert (screen.met, screen.met_text) == (met, text)


@pytest.mark.parametrize(
    ("nearby", "kinds"),
    [
        (Nearby(), []),
        (Nearby(near=1, normal=2, weak=1), ["near", "normal", "normal", "weak"]),
        (Nearby(near=5_000, normal=5_000, weak=5_000), ["near"] * 6 + ["normal"] * 10 + ["weak"] * 14),
    ],
)
def test_the_radar_never_draws_more_than_it_can_show(nearby: Nearby, kinds: list[str]) -> None:
    drawn = list(dots(nearby))
    assert [dot.kind for dot in drawn] == kinds
    assert all(0 <= dot.x <= 200 and 0 <= dot.y <= 200 for dot in drawn)
    assert len({(dot.x, dot.y) for dot in drawn}) == len(drawn)
