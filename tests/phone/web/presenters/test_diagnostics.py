"""Whether the phone is let run and its notices reach its owner, as the screens say it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from bluezone.i18n import LANGUAGES
from bluezone.phone.air.radio.monitored import RadioHealth, RadioState
from bluezone.phone.app.engine import PhoneStatus
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.notices.port import NotifierHealth, Way
from bluezone.phone.stores.preference_store import Choices
from bluezone.phone.web.presenters import diagnostics, home
from bluezone.phone.web.presenters.common import translator
from bluezone.phone.web.presenters.diagnostics import Mark

NOW_S = 1_597_292_400.0
ZONE = timezone(timedelta(hours=7))
EN = translator("en", ZONE)
FACTS = PhoneFacts(
    NOW_S,
    Choices(agreed_at_s=NOW_S - 86_400, checked_at_s=NOW_S, notifications=True, background=True),
    RadioHealth(RadioState.WORKING),
    running_since_s=NOW_S - 7_200,
    listened_at_s=NOW_S - 60,
    notices=NotifierHealth(Way.ANDROID, allowed=True),
    spares_battery=False,
    authority_known=True,
)
STATUS = PhoneStatus({}, 3, 2, 0, 1, (), False, "bluezone 1")


def marks(facts: PhoneFacts) -> list[Mark]:
    return [proof.mark for proof in diagnostics.self_test(facts, STATUS, True, 1, EN)[5:]]


def test_a_phone_that_is_let_run_has_nothing_to_mend() -> None:
    assert marks(FACTS) == [Mark.GOOD] * 3
    assert not list(home.troubles(FACTS, EN))


@pytest.mark.parametrize(
    ("change", "index", "mark"),
    [
        ({"running_since_s": None}, 0, Mark.UNKNOWN),
        ({"listened_at_s": None}, 0, Mark.UNKNOWN),
        ({"listened_at_s": NOW_S - 3_600}, 0, Mark.BAD),
        ({"notices": NotifierHealth(Way.ANDROID, allowed=False)}, 1, Mark.BAD),
        ({"notices": NotifierHealth(Way.ANDROID, allowed=True, reason="no answer")}, 1, Mark.BAD),
        ({"notices": NotifierHealth(Way.DESKTOP)}, 1, Mark.GOOD),
        ({"notices": NotifierHealth(Way.BROWSER, reason="no page is open")}, 1, Mark.UNKNOWN),
        ({"notices": NotifierHealth(Way.NONE)}, 1, Mark.BAD),
        ({"choices": Choices(notifications=False)}, 1, Mark.BAD),
        ({"spares_battery": True}, 2, Mark.BAD),
    ],
)
def test_each_proof_says_what_is_known(change: dict[str, object], index: int, mark: Mark) -> None:
    assert marks(replace(FACTS, **change))[index] is mark  # type: ignore[arg-type]


def test_a_machine_without_a_saver_says_nothing_of_one() -> None:
    assert len(marks(replace(FACTS, spares_battery=None))) == 2


def test_home_offers_what_the_owner_can_mend_and_nothing_else() -> None:
    refused = replace(FACTS, notices=NotifierHealth(Way.ANDROID, allowed=False), spares_battery=True)
    assert [one.step.href for one in home.troubles(refused, EN)] == ["/settings/notices/system", "/battery"]
    unwanted = replace(refused, choices=Choices(notifications=False, background=False))
    assert [one.step.href for one in home.troubles(unwanted, EN)] == ["/settings/background"]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("way", Way)
def test_each_way_is_said_in_both_languages(code: str, way: Way) -> None:
    said = diagnostics.way_text(NotifierHealth(way), translator(code, ZONE))
    assert ("notice" in said) is (code == "en")
