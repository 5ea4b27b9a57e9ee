"""Be the notifier, the host and the sense of an Android telephone: `bluezone.phone.notices.port`,
`bluezone.phone.app.host`, `bluezone.phone.air.duty_cycle`."""

from __future__ import annotations

from typing import Any

from bluezone.phone.air.duty_cycle import DeviceState, Sense
from bluezone.phone.app.host import Panel
from bluezone.phone.notices.port import Notice, NoticeError, NotifierHealth, Way
from bluezone_mobile.link import Link, LinkError


class AndroidNotifier:
    """Show notices by Android's NotificationManager: also with the app closed and the screen locked."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def show(self, notice: Notice) -> None:
        """Show it. Android drops, without a word, what its owner switched off: that is an error here."""
        try:
            if not (await self._link.wait("notices"))["allowed"]:
                raise NoticeError("notices of Bluezone are switched off in Android's settings")
            await self._link.wait(
                "show_notice",
                title=notice.title,
                text=notice.text,
                path=notice.path,
                urgent=notice.urgent,
                rings=notice.rings,
            )
        except LinkError as error:
            raise NoticeError(f"Android did not show the notice ({error})") from error

    async def withdraw(self) -> None:
        try:
            await self._link.wait("withdraw_notice")
        except LinkError as error:
            raise NoticeError(f"Android did not take the notice back ({error})") from error

    def shown_since_s(self) -> float | None:
        said = _or_nothing(self._link, "notices")
        return said["since_ms"] / 1_000 if said else None

    def health(self) -> NotifierHealth:
        allowed = _or_nothing(self._link, "notices").get("allowed")
        return NotifierHealth(Way.ANDROID, allowed, reason="switched off in the settings" if allowed is False else "")

    async def close(self) -> None: ...


class AndroidHost:
    """Say of the telephone what keeps the phone from running, and open its settings."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def maker(self) -> str:
        return str(_or_nothing(self._link, "device").get("maker", "")).lower()

    def spares_battery(self) -> bool | None:
        return _or_nothing(self._link, "device").get("spares_battery")

    def ask_for_notices(self) -> None:
        _or_nothing(self._link, "ask_for_notices")

    def open_panel(self, panel: Panel) -> None:
        """Show the panel; where a maker took it away, nothing happens, and the page has the steps."""
        _or_nothing(self._link, "open_panel", panel=panel)


def sense_of(link: Link) -> Sense:
    """Return what asks the telephone before every scan. Whether it moves is not asked: the sensor for that wakes the
    processor."""

    def sense() -> DeviceState:
        said = _or_nothing(link, "device")
        if not said:
            return DeviceState()
        percent = said["battery_percent"]
        return DeviceState(
            charging=said["charging"],
            battery=percent / 100 if 0 <= percent <= 100 else None,
            screen_on=said["screen_on"],
        )

    return sense


def _or_nothing(link: Link, name: str, **fields: object) -> dict[str, Any]:
    """Return what the app answers, and nothing where it does not: no reason to stop."""
    try:
        return link.ask(name, **fields)
    except LinkError:
        return {}
