"""Plan when to scan: a pure function of the phone's state. docs/why/radio-plan.md has the table.

What fixes the figures:
- 30 s. By Herald's method (Fowler, "A fair efficacy formula", medRxiv 2020.11.07.20227447) a contact is known without
  a gap if every 30 s hold a reading. Starts of scans that are never more than 27 s apart leave no such window without
  a scan. So the usual period is 27 s, less a random 0..3 s, so that two phones do not keep step.
- 2 s. Everybody sends each 250 ms (and 0..10 ms): 2 s hold 7 to 8 chances. A link that loses half its packets is missed
  in one scan of 150; one that loses four of five in one of six, and not twice within the minute.
- 4 s among a hundred phones and more: packets collide. With N senders a packet of 0.38 ms is spared by the others of
  its channel with the chance exp(-N / 340) (pure ALOHA). At 500 a scan of 2 s would miss one in
  eight, one of 4 s one in sixty.
- A battery that is low gets a scan a minute, one that is nearly empty one in two minutes: what a contact of fifteen
  minutes needs. A phone that lies still where it has heard nobody for ten minutes does so too; a newcomer is heard
  within the minute, and then it is back to 27 s.
- On the charger energy is free, and with the screen on the owner looks at who is around: every 14 s.

Sending is never slowed. It costs a twentieth of listening, and each packet left out is left out for every neighbour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bluezone.phone.errors import PhoneError

#: what a battery is called from which share of its charge down
LOW, NEARLY_EMPTY = 0.20, 0.05
#: neighbours from which on packets collide so often that a scan takes longer
CROWD = 100
#: quiet time after which a phone that lies still listens less
QUIET_S = 600.0

_WINDOW_S, _LONG_WINDOW_S = 2.0, 4.0
_USUAL, _OFTEN, _SELDOM, _RARELY = (27.0, 3.0), (14.0, 2.0), (57.0, 5.0), (117.0, 10.0)  # period and jitter, s


@dataclass(frozen=True, slots=True)
class DutyCycle:
    """Listen `window_s`, then rest until `period_s` less a random 0..`jitter_s` after the start."""

    window_s: float = 4.0
    period_s: float = 60.0
    jitter_s: float = 5.0

    def __post_init__(self) -> None:
        if not (self.window_s > 0 and self.jitter_s >= 0 and self.window_s + self.jitter_s <= self.period_s):
            raise PhoneError(
                f"duty cycle: a scan of {self.window_s} s and a jitter of {self.jitter_s} s do not fit "
                f"into {self.period_s} s"
            )

    @property
    def share(self) -> float:
        """Return the share of the time in which the receiver is on, on average."""
        return self.window_s / (self.period_s - self.jitter_s / 2)


@dataclass(frozen=True, slots=True)
class DeviceState:
    """Hold what the plan depends on. None: this device cannot tell; then it is taken to be full, and moving."""

    charging: bool = False
    battery: float | None = None  # share of a full charge, 0..1
    moving: bool | None = None
    screen_on: bool = False


#: asks the device; may not raise, and is asked before every scan
Sense = Callable[[], DeviceState]


def plan(state: DeviceState, neighbours: int = 0, quiet_s: float = 0.0) -> DutyCycle:
    """Return how to scan next: `neighbours` is how many phones the last scan heard, `quiet_s` since when none was
    heard."""
    period_s, jitter_s = _period(state, neighbours, quiet_s)
    long = state.charging or neighbours >= CROWD
    return DutyCycle(_LONG_WINDOW_S if long else _WINDOW_S, period_s, jitter_s)


def _period(state: DeviceState, neighbours: int, quiet_s: float) -> tuple[float, float]:
    if state.charging:
        return _OFTEN
    if state.battery is not None and state.battery <= LOW:
        return _RARELY if state.battery <= NEARLY_EMPTY else _SELDOM
    if state.screen_on:
        return _OFTEN
    if state.moving is False and neighbours == 0 and quiet_s >= QUIET_S:
        return _SELDOM
    return _USUAL


#: while nothing is known of the device
USUAL = plan(DeviceState())


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
