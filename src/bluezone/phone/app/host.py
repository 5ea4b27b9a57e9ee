"""Define the host port: what the machine under a phone can say of itself, and show, so that the phone is let run.

Implementation: Android's in `mobile/`. A computer has none of it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Panel(StrEnum):
    """Name a screen of the system's own settings."""

    NOTICES = "notices"
    BATTERY = "battery"


class Host(Protocol):
    """Answer for the machine. No method raises; each may be called from any thread."""

    def maker(self) -> str:
        """Return the machine's maker as it names itself, in small letters; "" where it does not."""

    def spares_battery(self) -> bool | None:
        """Tell whether the system may put the phone to sleep to spare the battery; None where it has no such thing."""

    def ask_for_notices(self) -> None:
        """Have the system ask the owner whether notices may be shown, where it wants to be asked."""

    def open_panel(self, panel: Panel) -> None:
        """Show a screen of the system's settings."""


class NoHost:
    """Stand for a machine that has none of it."""

    def maker(self) -> str:
        return ""

    def spares_battery(self) -> bool | None:
        return None

    def ask_for_notices(self) -> None: ...

    def open_panel(self, panel: Panel) -> None: ...
