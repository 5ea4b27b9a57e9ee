from __future__ import annotations

import asyncio
import re

import pytest

from bluezone.phone.app.host import Panel
from bluezone.phone.notices.port import NoticeError, Way, notice

SAID = notice("vi", "/exposure/1", urgent=True, rings=True)


@pytest.fixture
def notifier(java_notices):
    from bluezone_mobile.android_notices import AndroidNotifier

    return AndroidNotifier(java_notices)


def test_a_notice_is_shown_and_taken_back(notifier, java_notices):
    asyncio.run(notifier.show(SAID))
    assert java_notices.shown == [(SAID.title, SAID.text, "/exposure/1", True, True)]
    assert notifier.shown_since_s() == 1_597_276_800.0
    assert (notifier.health().way, notifier.health().allowed, notifier.health().reason) == (Way.ANDROID, True, "")
    asyncio.run(notifier.withdraw())
    assert not java_notices.shown


def test_what_its_owner_switched_off_is_no_notice(notifier, java_notices):
    java_notices.allowed = False
    with pytest.raises(NoticeError, match="switched off"):
        asyncio.run(notifier.show(SAID))
    assert notifier.health().allowed is False


def test_what_java_throws_is_said_and_ends_nothing(notifier, java_notices):
    java_notices.raises = RuntimeError("DeadObjectException")
    for act in (lambda: notifier.show(SAID), notifier.withdraw):
        with pytest.raises(NoticeError):
            asyncio.run(act())
    assert notifier.health().allowed is None


def test_the_telephone_is_asked_and_one_that_does_not_answer_says_nothing():
    from bluezone_mobile.android_notices import AndroidHost

    class Phone:
        asked: list[str]

        def __init__(self):
            self.asked = []

        def maker(self):
            return "Xiaomi"

        def spares_battery(self):
            return True

        def __getattr__(self, name):
            return lambda: self.asked.append(name)

    phone = Phone()
    host = AndroidHost(phone)
    for panel in Panel:
        host.open_panel(panel)
    host.ask_for_notices()
    assert phone.asked == ["open_notice_panel", "open_battery_panel", "ask_for_notices"]
    assert (host.maker(), host.spares_battery()) == ("xiaomi", True)

    class Dead:
        def __getattr__(self, name):
            def fails():
                raise RuntimeError(name)

            return fails

    dead = AndroidHost(Dead())
    for panel in Panel:
        dead.open_panel(panel)
    assert (dead.maker(), dead.spares_battery()) == ("", None)


def test_every_activity_and_service_of_the_java_is_in_the_manifest(mobile):
    manifest = (mobile / "android" / "AndroidManifest.xml").read_text()
    folder = mobile / "android" / "java" / "vn" / "bluezone" / "mobile"
    for path in folder.glob("*.java"):
        if re.search(r"extends (Activity|Service|BroadcastReceiver)\b", path.read_text()):
            assert f'android:name="vn.bluezone.mobile.{path.stem}"' in manifest
