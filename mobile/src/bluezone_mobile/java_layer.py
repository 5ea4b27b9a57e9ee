"""Call Java: the only module that knows Chaquopy. Everything above it is tested off the device with a fake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class BleListener(Protocol):
    """Receive what Java calls, on any thread: `vn.bluezone.mobile.Ble.Listener`."""

    def heard(self, address: str, rssi_dbm: int, record: bytes) -> None: ...

    def advertised(self, code: int) -> None: ...

    def scan_failed(self, code: int) -> None: ...


class Ble(Protocol):
    """Mirror `vn.bluezone.mobile.Ble`. Any method may raise what Java throws, for example for a missing permission."""

    def is_present(self) -> bool: ...

    def is_on(self) -> bool: ...

    def can_advertise(self) -> bool: ...

    def start_advertising(self, uuid: str, service_data: bytes, company: int, manufacturer_data: bytes) -> None: ...

    def stop_advertising(self) -> None: ...

    def start_scanning(self, uuids: list[str]) -> None: ...

    def stop_scanning(self) -> None: ...


class Device(Protocol):
    """Mirror `vn.bluezone.mobile.Device`."""

    def api_level(self) -> int: ...

    def is_charging(self) -> bool: ...

    def battery_percent(self) -> int: ...

    def is_screen_on(self) -> bool: ...

    def is_location_on(self) -> bool: ...

    def is_granted(self, permission: str) -> bool: ...

    def maker(self) -> str: ...

    def spares_battery(self) -> bool: ...

    def ask_for_notices(self) -> None: ...

    def open_notice_panel(self) -> None: ...

    def open_battery_panel(self) -> None: ...


class Notices(Protocol):
    """Mirror `vn.bluezone.mobile.Notices`."""

    def is_allowed(self) -> bool: ...

    def show(self, title: str, text: str, path: str, urgent: bool, rings: bool) -> None: ...

    def withdraw(self) -> None: ...

    def shown_since_ms(self) -> int: ...


MakeBle = Callable[[BleListener], Ble]


class _JavaBle:
    def __init__(self, context: Any, listener: BleListener) -> None:
        from java import dynamic_proxy, jarray, jbyte, jclass  # Chaquopy

        made = jclass("vn.bluezone.mobile.Ble")
        self._bytes = lambda data: jarray(jbyte)(data)
        self._strings = lambda texts: jarray(jclass("java.lang.String"))(texts)

        class Proxy(dynamic_proxy(jclass("vn.bluezone.mobile.Ble$Listener"))):  # type: ignore[misc]
            def heard(self, address: Any, rssi_dbm: Any, record: Any) -> None:
                listener.heard(str(address), int(rssi_dbm), bytes(record))

            def advertised(self, code: Any) -> None:
                listener.advertised(int(code))

            def scanFailed(self, code: Any) -> None:  # noqa: N802 (Java's name)
                listener.scan_failed(int(code))

        self._java = made(context, Proxy())

    def is_present(self) -> bool:
        return bool(self._java.isPresent())

    def is_on(self) -> bool:
        return bool(self._java.isOn())

    def can_advertise(self) -> bool:
        return bool(self._java.canAdvertise())

    def start_advertising(self, uuid: str, service_data: bytes, company: int, manufacturer_data: bytes) -> None:
        self._java.startAdvertising(uuid, self._bytes(service_data), company, self._bytes(manufacturer_data))

    def stop_advertising(self) -> None:
        self._java.stopAdvertising()

    def start_scanning(self, uuids: list[str]) -> None:
        self._java.startScanning(self._strings(uuids))

    def stop_scanning(self) -> None:
        self._java.stopScanning()


class _JavaDevice:
    def __init__(self, context: Any) -> None:
        from java import jclass  # Chaquopy

        self._java = jclass("vn.bluezone.mobile.Device")(context)

    def api_level(self) -> int:
        return int(self._java.apiLevel())

    def is_charging(self) -> bool:
        return bool(self._java.isCharging())

    def battery_percent(self) -> int:
        return int(self._java.batteryPercent())

    def is_screen_on(self) -> bool:
        return bool(self._java.isScreenOn())

    def is_location_on(self) -> bool:
        return bool(self._java.isLocationOn())

    def is_granted(self, permission: str) -> bool:
        return bool(self._java.isGranted(permission))

    def maker(self) -> str:
        return str(self._java.maker())

    def spares_battery(self) -> bool:
        return bool(self._java.sparesBattery())

    def ask_for_notices(self) -> None:
        self._java.askForNotices()

    def open_notice_panel(self) -> None:
        self._java.openNoticePanel()

    def open_battery_panel(self) -> None:
        self._java.openBatteryPanel()


class _JavaNotices:
    def __init__(self, context: Any) -> None:
        from java import jclass  # Chaquopy

        self._java = jclass("vn.bluezone.mobile.Notices")(context)

    def is_allowed(self) -> bool:
        return bool(self._java.isAllowed())

    def show(self, title: str, text: str, path: str, urgent: bool, rings: bool) -> None:
        self._java.show(title, text, path, urgent, rings)

    def withdraw(self) -> None:
        self._java.withdraw()

    def shown_since_ms(self) -> int:
        return int(self._java.shownSinceMs())


def ble_of(context: Any) -> MakeBle:
    """Return what makes Android's Bluetooth for a listener, in an application context."""
    return lambda listener: _JavaBle(context, listener)


def device_of(context: Any) -> Device:
    """Return what Android says of the telephone."""
    return _JavaDevice(context)


def notices_of(context: Any) -> Notices:
    """Return what shows notices, in an application context."""
    return _JavaNotices(context)


def on_opened(open_screen: Callable[[str], None]) -> None:
    """Have Java say which screen a tap on a notice asks for, on Android's main thread; one that waits comes at once."""
    from java import dynamic_proxy, jclass  # Chaquopy

    class Proxy(dynamic_proxy(jclass("vn.bluezone.mobile.Notices$Opener"))):  # type: ignore[misc]
        def open(self, path: Any) -> None:
            open_screen(str(path))

    jclass("vn.bluezone.mobile.Notices").setOpener(Proxy())
