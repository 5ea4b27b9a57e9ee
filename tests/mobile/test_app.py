from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import httpx
import pytest
from tests.phone.contacts import warning_of

from bluezone.cli.phone.edge import opened
from bluezone.phone.air.duty_cycle import DeviceState
from bluezone.phone.app import config as configuration
from bluezone.phone.stores import encryption
from bluezone.phone.web.handlers.base import WebSettings

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


def test_a_warning_is_posted_to_android_while_no_screen_was_ever_asked_for(tmp_path, ble, java_notices):
    from bluezone_mobile.android_notices import AndroidNotifier
    from bluezone_mobile.android_radio import AndroidRadio
    from bluezone_mobile.service import Engine

    folder, now_s = tmp_path / "phone", time.time()  # noqa: TID251
    with opened(configuration.load(folder), folder) as phone:
        phone.stores.preferences.change(agreed_at_s=now_s - 9_000, notifications=True, background=True)
        day_s = int(now_s // 86_400 - 1) * 86_400
        phone.stores.exposures.change_alerts([warning_of(day_s, now_s - 60)], [], now_s - 60)
    make_radio = lambda power: AndroidRadio(ble.make, time.time, power)  # noqa: E731, TID251
    engine = Engine(folder, make_radio, DeviceState, time.time, AndroidNotifier(java_notices))  # noqa: TID251
    engine.start()
    try:
        ends_s = time.monotonic() + 30
        while not java_notices.shown and time.monotonic() < ends_s:
            time.sleep(0.05)
    finally:
        engine.stop()
    [(title, _, path, urgent, rings)] = java_notices.shown
    assert (title, path) == ("Bluezone có điều muốn báo cho bạn", f"/exposure/{day_s}")
    assert urgent
    assert rings


def test_the_screens_have_the_apps_settings_and_its_links(tmp_path, ble, monkeypatch):
    from bluezone_mobile import service
    from bluezone_mobile.android_radio import AndroidRadio

    settings = []
    monkeypatch.setattr(
        service, "WebSettings", lambda *args, **named: settings.append(named) or WebSettings(*args, **named)
    )
    engine = service.Engine(
        tmp_path / "phone",
        lambda power: AndroidRadio(ble.make, time.time, power),  # noqa: TID251
        DeviceState,
        time.time,  # noqa: TID251
        built_in=b'{"authority_url": "https://bluezone.example.vn"}',
    )
    engine.start()
    engine.address(30)
    engine.stop()
    assert settings == [{"invite_url": "https://bluezone.example.vn", "link_host": "bluezone.example.vn"}]
    assert not (tmp_path / "phone" / "settings.json").exists()  # a later version of the app brings later ones


def test_an_engine_that_cannot_start_says_why(tmp_path, ble):
    from bluezone_mobile.service import Engine

    (tmp_path / "phone").mkdir()
    (tmp_path / "phone" / "settings.json").write_text("not json")
    engine = Engine(tmp_path / "phone", ble.make, DeviceState, lambda: 0.0)
    engine.start()
    with pytest.raises(RuntimeError, match=r"settings\.json"):
        engine.address(30)
    engine.stop()


@pytest.fixture
def engine_in(ble, monkeypatch):
    """Makes the engine of a folder, on the fake of Bluetooth."""
    from bluezone_mobile.android_radio import AndroidRadio
    from bluezone_mobile.service import Engine

    monkeypatch.setattr(encryption, "_keyring", lambda: None)  # a telephone has none
    return lambda folder: Engine(folder, lambda power: AndroidRadio(ble.make, time.time, power), DeviceState, time.time)  # noqa: TID251


def test_a_folder_of_another_version_is_one_sentence_and_stays_as_it_is(tmp_path, engine_in):
    database = tmp_path / "phone" / "phone.sqlite3"
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as later:
        later.executescript("PRAGMA user_version = 999; CREATE TABLE kept (what);")
    engine = engine_in(tmp_path / "phone")
    engine.start()
    with pytest.raises(RuntimeError, match=r"phone\.sqlite3: was made by another version"):
        engine.address(30)
    engine.stop()
    with closing(sqlite3.connect(database)) as later:
        assert later.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_engine_and_screens_need_no_bumble():
    """There is none on Android: it wants grpcio, which has no wheels for it."""
    code = (
        "import sys\n"
        "for name in ('bumble', 'grpc', 'bleak', 'dbus_fast', 'numba', 'django'): sys.modules[name] = None\n"
        "import bluezone.phone.app.loop, bluezone.phone.web.server, bluezone.phone.app.config\n"
        "import bluezone_mobile.android_radio, bluezone_mobile.service\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment())
    assert ended.returncode == 0, ended.stderr


def environment() -> dict[str, str]:
    import os

    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


# --- Java ---------------------------------------------------------------------------------------------


def test_python_and_java_name_the_same_methods(mobile):
    from bluezone_mobile import java_layer

    for name, protocol in (
        ("Ble", java_layer.Ble),
        ("Device", java_layer.Device),
        ("Notices", java_layer.Notices),
    ):
        java = (mobile / "android" / "java" / "vn" / "bluezone" / "mobile" / f"{name}.java").read_text()
        for method in (one for one in vars(protocol) if not one.startswith("_")):
            camel = re.sub(r"_(\w)", lambda match: match[1].upper(), method)
            assert re.search(rf"public \w+ {camel}\(", java), f"{name}.{camel}"
