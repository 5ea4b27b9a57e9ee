"""Read the telephone's state from Android, as the scan plan wants it."""

from __future__ import annotations

from bluezone.phone.air.duty_cycle import DeviceState, Sense
from bluezone_mobile.java_layer import Device


def sense_of(device: Device) -> Sense:
    """Return what asks the telephone before every scan. Whether it moves is not asked: the sensor for that wakes the
    processor."""

    def sense() -> DeviceState:
        try:
            percent = device.battery_percent()
            return DeviceState(
                charging=device.is_charging(),
                battery=percent / 100 if 0 <= percent <= 100 else None,
                screen_on=device.is_screen_on(),
            )
        except Exception:  # noqa: BLE001 (Java's; a scan must not fail for want of a battery level)
            return DeviceState()

    return sense
