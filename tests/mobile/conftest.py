"""Android without Android: a fake of the Java layer."""

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


class FakeBle:
    """`java_layer.Ble`. It answers from a thread of its own, as Android does."""

    def __init__(self, present=True, on=True, advertises=True) -> None:
        self.present, self.on, self.advertises = present, on, advertises
        self.calls: list[tuple] = []
        self.answer: int | None = 0
        self.raises: Exception | None = None
        self.listener = None
        self.scanning = self.advertising = False

    def make(self, listener) -> FakeBle:
        self.listener = listener
        return self

    def is_present(self) -> bool:
        return self.present

    def is_on(self) -> bool:
        return self.on

    def can_advertise(self) -> bool:
        return self.advertises

    def start_advertising(self, uuid, service_data, company, manufacturer_data) -> None:
        self._note("advertise", uuid, service_data, company, manufacturer_data)
        self.advertising = True
        if self.answer is not None:
            self.on_a_thread(self.listener.advertised, self.answer)

    def stop_advertising(self) -> None:
        self._note("silence")
        self.advertising = False

    def start_scanning(self, uuids) -> None:
        self._note("scan", tuple(uuids))
        self.scanning = True

    def stop_scanning(self) -> None:
        self._note("deafen")
        self.scanning = False

    def hear(self, address: str, rssi_dbm: int, record: bytes) -> None:
        self.on_a_thread(self.listener.heard, address, rssi_dbm, record)

    @staticmethod
    def on_a_thread(act, *arguments) -> None:
        thread = threading.Thread(target=act, args=arguments)
        thread.start()
        thread.join()

    def _note(self, *call) -> None:
        if self.raises is not None:
            raise self.raises
        self.calls.append(call)


class FakeDevice:
    """`java_layer.Device`."""

    def __init__(self, percent=50, charging=False, screen_on=False) -> None:
        self.percent, self.charging, self.screen_on = percent, charging, screen_on

    def battery_percent(self) -> int:
        return self.percent

    def is_charging(self) -> bool:
        return self.charging

    def is_screen_on(self) -> bool:
        return self.screen_on


class FakeNotices:
    """`java_layer.Notices`."""

    def __init__(self) -> None:
        self.allowed, self.shown, self.raises = True, [], None

    def is_allowed(self) -> bool:
        if self.raises is not None:
            raise self.raises
        return self.allowed

    def show(self, title, text, path, urgent, rings) -> None:
        if self.raises is not None:
            raise self.raises
        self.shown.append((title, text, path, urgent, rings))

    def withdraw(self) -> None:
        if self.raises is not None:
            raise self.raises
        self.shown.clear()

    def shown_since_ms(self) -> int:
        return 1_597_276_800_000


@pytest.fixture
def java_notices() -> FakeNotices:
    return FakeNotices()


@pytest.fixture
def ble() -> FakeBle:
    return FakeBle()


@pytest.fixture
def fakes():
    return FakeBle, FakeDevice


@pytest.fixture(scope="session")
def mobile() -> Path:
    return MOBILE


@pytest.fixture(scope="session")
def apk_inputs(require_tool) -> inputs.Inputs:
    """Bring the inputs of the Android app; skip where the registries reached here do not have them.

    What is kept beside the checkout is not asked of Maven first, which takes seconds to say that it has none.
    """
    beside = apk.BESIDE if apk.BESIDE.is_dir() else None
    for name, package in (("mvn", "maven"), ("javac", "default-jdk-headless"), ("aapt2", "aapt")):
        require_tool.program(name, package=package)
    try:
        return inputs.bring(inputs.read_table(apk.TABLE), apk.default_cache(), beside, apk.BESIDE)
    except inputs.NotToBeHad as error:
        pytest.skip(f"the Android app cannot be built here: {error}")
