"""Remember notices instead of showing them: for tests and for the town."""

from __future__ import annotations

from dataclasses import dataclass, field

from bluezone.phone.clock import Clock
from bluezone.phone.notices.port import Notice, NoticeError, NotifierHealth, Way


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
