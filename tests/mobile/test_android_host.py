from __future__ import annotations

import asyncio
import re

import pytest

from bluezone.phone.air.duty_cycle import DeviceState
from bluezone.phone.app.host import Panel
from bluezone.phone.notices.port import NoticeError, Way, notice

SAID = notice("vi", "/exposure/1", urgent=True, rings=True)


@pytest.fixture
def notifier(app):
    from bluezone_mobile.android_host import AndroidNotifier

    return AndroidNotifier(app)


def test_a_notice_is_shown_and_taken_back(notifier, app):
    asyncio.run(notifier.show(SAID))
    assert app.calls == [("show_notice", SAID.title, SAID.text, "/exposure/1", True, True)]
    assert notifier.shown_since_s() == 1_597_276_800.0
    assert (notifier.health().way, notifier.health().allowed, notifier.health().reason) == (Way.ANDROID, True, "")
    asyncio.run(notifier.withdraw())
    assert app.calls[1:] == [("withdraw_notice",)]


def test_what_its_owner_switched_off_is_no_notice(notifier, app):
    app.notices["allowed"] = False
    with pytest.raises(NoticeError, match="switched off"):
        asyncio.run(notifier.show(SAID))
    assert notifier.health().allowed is False


def test_what_java_throws_is_said_and_ends_nothing(notifier, app):
    app.refuses = "DeadObjectException"
    for act in (lambda: notifier.show(SAID), notifier.withdraw):
        with pytest.raises(NoticeError):
            asyncio.run(act())
    assert (notifier.health().allowed, notifier.shown_since_s()) == (None, None)


def test_the_telephone_is_asked_and_one_that_does_not_answer_says_nothing(app):
    from bluezone_mobile.android_host import AndroidHost

    host = AndroidHost(app)
    for panel in Panel:
        host.open_panel(panel)
    host.ask_for_notices()
    assert app.calls == [("open_panel", "notices"), ("open_panel", "battery"), ("ask_for_notices",)]
    assert (host.maker(), host.spares_battery()) == ("xiaomi", True)
    app.refuses = "gone"
    for panel in Panel:
        host.open_panel(panel)
    assert (host.maker(), host.spares_battery()) == ("", None)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"battery_percent": 42}, DeviceState(battery=0.42)),
        ({"battery_percent": 3, "charging": True, "screen_on": True}, DeviceState(True, 0.03, None, True)),
        ({"battery_percent": -1}, DeviceState()),
        (None, DeviceState()),  # one that does not answer costs no scan
    ],
)
def test_the_plan_learns_of_battery_charger_and_screen(app, facts, state):
    from bluezone_mobile.android_host import sense_of

    app.refuses = "" if facts else "gone"
    app.device |= facts or {}
    assert sense_of(app)() == state


def test_every_activity_and_service_of_the_java_is_in_the_manifest(mobile):
    manifest = (mobile / "android" / "AndroidManifest.xml").read_text()
    folder = mobile / "android" / "java" / "vn" / "bluezone" / "mobile"
    for path in folder.glob("*.java"):
        if re.search(r"extends (Activity|Service|BroadcastReceiver)\b", path.read_text()):
            assert f'android:name="vn.bluezone.mobile.{path.stem}"' in manifest
