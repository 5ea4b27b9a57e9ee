"""Define the notifier port: all that the engine asks of whatever shows a notice to the phone's owner. A notice says the
same whatever it is about, so that nobody else learns that its owner was warned.

Implementations: `desktop` (org.freedesktop.Notifications), `browser` (an open page of the screens), here
`RecordingNotifier` (in tests and in the town), and Android's in `mobile/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bluezone.i18n import Catalogue, Language
from bluezone.phone.clock import Clock
from bluezone.phone.errors import PhoneError


class NoticeError(PhoneError):
    """Say that a notice could not be shown. It is tried again."""


class Way(StrEnum):
    """Name how notices reach the owner."""

    ANDROID = "android"
    DESKTOP = "desktop"
    BROWSER = "browser"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Notice:
    """Hold one notice as it is shown. There is never more than one: a later one takes its place. `path`: the screen it
    opens; `urgent`: about a warning; `rings`: with sound, else silently. Neither text says what it is about: a locked
    screen shows both, and whoever looks at it learns nothing."""

    title: str
    text: str
    action: str
    path: str
    language: str
    urgent: bool
    rings: bool


@dataclass(frozen=True, slots=True)
class NotifierHealth:
    """Say whether notices can reach the owner now. `allowed`: what the system says of the permission, None where it
    does not say; `reason`: why none can be shown, for diagnostics, "" where all is well."""

    way: Way
    allowed: bool | None = None
    reason: str = ""


class Notifier(Protocol):
    """Show notices. Methods that are coroutines may raise NoticeError; no other method raises."""

    async def show(self, notice: Notice) -> None:
        """Show it in the place of the one before; return when it is certain that it is shown."""

    async def withdraw(self) -> None:
        """Take back what is shown, if anything is."""

    def shown_since_s(self) -> float | None:
        """Return since when (Unix seconds) what was shown is kept: what came before is gone, as on a telephone that was
        started anew. None where that cannot be said, or never happens."""

    def health(self) -> NotifierHealth:
        """Return whether notices can reach the owner."""

    async def close(self) -> None:
        """Let go of the way."""


class NoNotifier:
    """Show nothing, on a phone that has no way to its owner but its screens."""

    async def show(self, notice: Notice) -> None:  # noqa: ARG002 (the port's)
        raise NoticeError("this phone has no way to give notice")

    async def withdraw(self) -> None: ...

    def shown_since_s(self) -> float | None:
        return None

    def health(self) -> NotifierHealth:
        return NotifierHealth(Way.NONE)

    async def close(self) -> None: ...


_TEXTS = Catalogue("bluezone.phone.web", "phone")


def notice(language: str, path: str, *, urgent: bool, rings: bool) -> Notice:
    """Return the notice that opens the screen at `path`, in the owner's language."""
    _ = _TEXTS.translator(Language(language)).gettext
    return Notice(
        title=_("Bluezone has something to tell you"),
        text=_("Open Bluezone to read it."),
        action=_("Read"),
        path=path,
        language=language,
        urgent=urgent,
        rings=rings,
    )


@dataclass(slots=True)
class RecordingNotifier:
    """Note what would be shown, and when. `fails`: how many of the next attempts raise NoticeError."""

    clock: Clock
    fails: int = 0
    since_s: float | None = None
    shown: list[tuple[float, Notice]] = field(default_factory=list)
    current: Notice | None = None

    async def show(self, notice: Notice) -> None:
        if self.fails > 0:
            self.fails -= 1
            raise NoticeError("told to fail")
        self.shown.append((self.clock(), notice))
        self.current = notice

    async def withdraw(self) -> None:
        self.current = None

    def shown_since_s(self) -> float | None:
        return self.since_s

    def health(self) -> NotifierHealth:
        return NotifierHealth(Way.NONE, allowed=True)

    async def close(self) -> None: ...
