"""Read a Linux machine's battery, from /sys/class/power_supply."""

from __future__ import annotations

from pathlib import Path

from bluezone.phone.air.duty_cycle import DeviceState

POWER_SUPPLIES = Path("/sys/class/power_supply")


def linux_state(power_supplies: Path = POWER_SUPPLIES) -> DeviceState:
    """Return charge and charging, of this machine's own batteries and not of a mouse's. A machine without one is on the
    mains. Whether it moves, and whether somebody looks at it, it cannot tell. Never raises."""
    shares, charging = [], False
    for supply in sorted(power_supplies.glob("*")):
        if _read(supply / "type") != "Battery" or _read(supply / "scope") == "Device":
            continue
        charging |= _read(supply / "status") in ("Charging", "Full", "Not charging")
        if (percent := _read(supply / "capacity")).isdigit():
            shares.append(min(int(percent), 100) / 100)
    if not shares:
        return DeviceState(charging=True)
    return DeviceState(charging=charging, battery=sum(shares) / len(shares))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
