from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET

import httpx
import pytest

from bluezone.phone.air.duty_cycle import DeviceState

ANDROID = "{http://schemas.android.com/apk/res/android}"


@pytest.fixture
def manifest(mobile):
    """The permissions of the manifest: name -> the last version it is for (None: all)."""
    app = tomllib.loads((mobile / "pyproject.toml").read_text())["tool"]["briefcase"]["app"]["bluezone_mobile"]
    text = app["android"]["android_manifest_extra_content"]
    root = ET.fromstring(f'<manifest xmlns:android="http://schemas.android.com/apk/res/android">{text}</manifest>')
    return {
        one.get(f"{ANDROID}name"): int(last) if (last := one.get(f"{ANDROID}maxSdkVersion")) else None
        for one in root.findall("uses-permission")
    }


# --- permissions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("api_level", "asked"),
    [
        (26, ["ACCESS_FINE_LOCATION"]),
        (28, ["ACCESS_FINE_LOCATION"]),
        (29, ["ACCESS_FINE_LOCATION", "ACCESS_BACKGROUND_LOCATION"]),
        (30, ["ACCESS_FINE_LOCATION", "ACCESS_BACKGROUND_LOCATION"]),
        (31, ["BLUETOOTH_SCAN", "BLUETOOTH_ADVERTISE", "BLUETOOTH_CONNECT"]),
        (33, ["BLUETOOTH_SCAN", "BLUETOOTH_ADVERTISE", "BLUETOOTH_CONNECT", "POST_NOTIFICATIONS"]),
        (35, ["BLUETOOTH_SCAN", "BLUETOOTH_ADVERTISE", "BLUETOOTH_CONNECT", "POST_NOTIFICATIONS"]),
    ],
)
def test_each_android_is_asked_what_it_wants_and_nothing_else(api_level, asked):
    from bluezone_mobile.permissions import questions

    found = [name.removeprefix("android.permission.") for one in questions(api_level) for name in one.permissions]
    assert found == asked


def test_every_question_has_its_reason_in_both_languages_and_location_is_never_asked_where_it_need_not_be():
    from bluezone_mobile.permissions import FIRST_API, LAST_API, needs_location_on, questions

    for api_level in range(FIRST_API, LAST_API + 1):
        for one in questions(api_level):
            assert len(one.reason_vi) > 20
            assert len(one.reason_en) > 20
            assert needs_location_on(api_level) or "LOCATION" not in "".join(one.permissions)


def test_what_is_granted_is_not_asked_again():
    from bluezone_mobile.permissions import open_questions

    assert open_questions(35, lambda _: True) == ()
    assert open_questions(35, lambda name: "NOTIFICATIONS" not in name) == ()  # a screen with the reason asks it
    assert len(open_questions(35, lambda name: "CONNECT" not in name)) == 1


def test_the_manifest_has_what_is_asked_and_no_more(manifest):
    from bluezone_mobile.permissions import FIRST_API, INSTALL_TIME, LAST_API, questions

    for api_level in range(FIRST_API, LAST_API + 1):
        for name in (name for one in questions(api_level) for name in one.permissions):
            assert name in manifest
            assert manifest[name] is None or manifest[name] >= api_level
    asked = {name for level in range(FIRST_API, LAST_API + 1) for one in questions(level) for name in one.permissions}
    assert set(manifest) == asked | INSTALL_TIME
    assert not [name for name, last in manifest.items() if "LOCATION" in name and last != 30]


# --- the state of the telephone -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"percent": 42}, DeviceState(battery=0.42)),
        ({"percent": 3, "charging": True, "screen_on": True}, DeviceState(True, 0.03, None, True)),
        ({"percent": -1}, DeviceState()),
    ],
)
def test_the_plan_learns_of_battery_charger_and_screen(fakes, facts, state):
    from bluezone_mobile.device import sense_of

    assert sense_of(fakes[1](**facts))() == state


def test_a_telephone_that_does_not_answer_costs_no_scan(fakes):
    from bluezone_mobile.device import sense_of

    assert sense_of(object())() == DeviceState()


# --- the engine in its thread -------------------------------------------------------------------------


def test_the_engine_serves_its_screens_from_a_thread_and_closes_everything(tmp_path, ble):
    import time

    from bluezone_mobile.android_radio import AndroidRadio
    from bluezone_mobile.service import Engine

    engine = Engine(tmp_path / "phone", lambda power: AndroidRadio(ble.make, time.time, power), DeviceState, time.time)  # noqa: TID251
    engine.start()
    try:
        address = engine.address(30)
        assert address.startswith("http://127.0.0.1:")
        answer = httpx.get(address, follow_redirects=True, timeout=20)
        assert answer.status_code == 200
        assert "Bluezone" in answer.text
    finally:
        engine.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, timeout=5)


def test_an_engine_that_cannot_start_says_why(tmp_path, ble):
    from bluezone_mobile.service import Engine

    (tmp_path / "phone").mkdir()
    (tmp_path / "phone" / "settings.json").write_text("not json")
    engine = Engine(tmp_path / "phone", ble.make, DeviceState, lambda: 0.0)
    engine.start()
    with pytest.raises(RuntimeError, match=r"settings\.json"):
        engine.address(30)
    engine.stop()


def test_engine_and_screens_need_no_bumble():
    """There is none on Android: it wants grpcio, which has no wheels for it."""
    code = (
        "import sys\n"
        "for name in ('bumble', 'grpc', 'bleak', 'dbus_fast', 'numba', 'django'): sys.modules[name] = None\n"
        "import bluezone.phone.app.loop, bluezone.phone.web.server, bluezone.phone.app.config\n"
        "import bluezone_mobile.android_radio, bluezone_mobile.service, bluezone_mobile.permissions\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment())
    assert ended.returncode == 0, ended.stderr


def environment() -> dict[str, str]:
    import os

    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


# --- Java ---------------------------------------------------------------------------------------------


def test_the_java_is_java(require_tool, mobile, tmp_path):
    """Parsed only: mobile/android/test.sh compiles it against Android's classes, and runs its tests."""
    javac = require_tool.program("javac", package="default-jdk-headless")
    sources = sorted((mobile / "android" / "java").rglob("*.java"))
    assert len(sources) == 8
    ended = subprocess.run(
        [javac, "-XDshould-stop.ifNoError=PARSE", "-proc:none", "-d", str(tmp_path), *map(str, sources)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_python_and_java_name_the_same_methods(mobile):
    from bluezone_mobile import java_layer

    for name, protocol in (("Ble", java_layer.Ble), ("Device", java_layer.Device), ("Notices", java_layer.Notices)):
        java = (mobile / "android" / "java" / "vn" / "bluezone" / "mobile" / f"{name}.java").read_text()
        for method in (one for one in vars(protocol) if not one.startswith("_")):
            camel = re.sub(r"_(\w)", lambda match: match[1].upper(), method)
            assert re.search(rf"public \w+ {camel}\(", java), f"{name}.{camel}"
