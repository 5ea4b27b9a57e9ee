"""Be the notifier and the host of an Android telephone: `bluezone.phone.notices.port`, `bluezone.phone.app.host`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bluezone.phone.app.host import Panel
from bluezone.phone.notices.port import Notice, NoticeError, NotifierHealth, Way
from bluezone_mobile.java_layer import Device, Notices

Answer = TypeVar("Answer")


class AndroidNotifier:
    """Show notices by Android's NotificationManager: also with the app closed and the screen locked."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    async def show(self, notice: Notice) -> None:
        """Show it. Android drops, without a word, what its owner switched off: that is an error here."""
        if _or(self._notices.is_allowed, None) is False:
            raise NoticeError("notices of Bluezone are switched off in Android's settings")
        try:
            self._notices.show(notice.title, notice.text, notice.path, notice.urgent, notice.rings)
        except Exception as error:  # Java's
            raise NoticeError(f"Android did not show the notice ({type(error).__name__})") from error

    async def withdraw(self) -> None:
        try:
            self._notices.withdraw()
        except Exception as error:  # Java's
            raise NoticeError(f"Android did not take the notice back ({type(error).__name__})") from error

    def shown_since_s(self) -> float | None:
        since_ms = _or(self._notices.shown_since_ms, None)
        return None if since_ms is None else since_ms / 1_000

    def health(self) -> NotifierHealth:
        allowed = _or(self._notices.is_allowed, None)
        return NotifierHealth(Way.ANDROID, allowed, reason="switched off in the settings" if allowed is False else "")

    async def close(self) -> None: ...


class AndroidHost:
    """Say of the telephone what keeps the phone from running, and open its settings."""

    def __init__(self, device: Device) -> None:
        self._device = device

    def maker(self) -> str:
        return (_or(self._device.maker, "") or "").lower()

    def spares_battery(self) -> bool | None:
        return _or(self._device.spares_battery, None)

    def ask_for_notices(self) -> None:
        _or(self._device.ask_for_notices, None)

    def open_panel(self, panel: Panel) -> None:
        """Show the panel; where a maker took it away, nothing happens, and the page has the steps."""
        open_it = {Panel.NOTICES: self._device.open_notice_panel, Panel.BATTERY: self._device.open_battery_panel}[panel]
        _or(open_it, None)


def _or(java: Callable[[], Answer], otherwise: Answer | None) -> Answer | None:
    """Return what Java answers, and `otherwise` where it throws."""
    try:
        return java()
    except Exception:  # noqa: BLE001 (Java's: a telephone that does not answer is no reason to stop)
        return otherwise
