"""Android without Android: a fake of the app at the other end of the link."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import apk
from apk_parts import inputs

MOBILE = Path(__file__).resolve().parents[2] / "mobile"


@pytest.fixture(autouse=True)
def _mobile_package(monkeypatch):
    monkeypatch.syspath_prepend(str(MOBILE / "src"))


class FakeApp:
    """`link.Link` with a telephone at its other end, which tells what it hears on a thread of its own, as the link."""

    def __init__(self, **facts) -> None:
        self.radio = {"present": True, "on": True, "advertises": True} | facts
        device = {"maker": "Xiaomi", "battery_percent": 50, "charging": False, "screen_on": False}
        self.device = device | {"spares_battery": True}
        self.notices = {"allowed": True, "since_ms": 1_597_276_800_000}
        self.handlers, self.calls, self.told, self.shown = {}, [], [], []
        self.code, self.refuses, self.scanning = 0, "", False

    def ask(self, name, **fields):
        from bluezone_mobile.link import LinkError

        if self.refuses:
            raise LinkError(self.refuses)
        if name in ("radio", "device", "notices"):
            return getattr(self, name)
        self.calls.append((name, *fields.values()))
        self.scanning = {"scan": True, "stop_scanning": False}.get(name, self.scanning)
        if name == "show_notice":
            self.shown = [tuple(fields.values())]
        return {"code": self.code} if name == "advertise" else {}

    async def wait(self, name, **fields):
        return self.ask(name, **fields)

    def tell(self, name, **fields):
        self.told.append((name, fields))

    def hear(self, address: str, rssi_dbm: int, record: bytes) -> None:
        self.on_a_thread(lambda: self.handlers["heard"](address=address, rssi_dbm=rssi_dbm, record=record.hex()))

    @staticmethod
    def on_a_thread(act) -> None:
        thread = threading.Thread(target=act)
        thread.start()
        thread.join()


@pytest.fixture
def app() -> FakeApp:
    return FakeApp()


@pytest.fixture
def app_of():
    return FakeApp


@pytest.fixture(scope="session")
def mobile() -> Path:
    return MOBILE


@pytest.fixture(scope="session")
def apk_inputs(require_tool) -> inputs.Inputs:
    """Bring the inputs of the Android app; skip where the registries reached here do not have them."""
    for name, package in (("mvn", "maven"), ("javac", "default-jdk-headless"), ("aapt2", "aapt")):
        require_tool.program(name, package=package)
    try:
        return inputs.bring(inputs.read_table(apk.TABLE), apk.default_cache())
    except inputs.NotToBeHad as error:
        pytest.skip(f"the Android app cannot be built here: {error}")
