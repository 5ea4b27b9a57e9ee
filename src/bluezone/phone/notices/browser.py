"""Show notices through a page of the screens that is open, by the browser's own notifications.

There is no push service: one would be a third party that learns when a phone is warned. So a page must be open, and
where none is, a notice waits until one is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bluezone.phone.notices.port import Notice, NoticeError, NotifierHealth, Way


@dataclass(slots=True)
class Page:
    """Hold what an open page is to be told: a notice, None to take it back; nothing (`wanted` False) else."""

    wanted: bool = False
    notice: Notice | None = None
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self) -> Notice | None:
        """Return what the page is to show now, None where it is to show nothing."""
        self.wanted = False
        return self.notice


class BrowserNotifier:
    """Hand notices to the open pages. All of it happens on the event loop that serves them."""

    def __init__(self) -> None:
        self._pages: list[Page] = []
        #: what no page has taken yet, and the event that says that one has
        self._waiting: tuple[Notice, asyncio.Event] | None = None

    @contextmanager
    def page(self) -> Iterator[Page]:
        """Hold a page that is open and may show notices, while the block lasts. One that opens while a notice waits for
        a page gets it: those that were there may be gone."""
        page = Page()
        self._pages.append(page)
        if self._waiting is not None:
            page.wanted, (page.notice, page.told) = True, self._waiting
        try:
            yield page
        finally:
            self._pages.remove(page)

    async def show(self, notice: Notice) -> None:
        """Hand it to every page (they show it once between them); wait until one has it."""
        if not self._pages:
            raise NoticeError("no page of Bluezone is open in a browser that may show notices")
        told = asyncio.Event()
        self._waiting = notice, told
        self._hand_over(notice, told)
        try:
            await told.wait()
        finally:
            self._waiting = None

    async def withdraw(self) -> None:
        """Tell the open pages, where there are any."""
        self._hand_over(None, asyncio.Event())

    def _hand_over(self, notice: Notice | None, told: asyncio.Event) -> None:
        for page in self._pages:
            page.wanted, page.notice, page.told = True, notice, told

    def shown_since_s(self) -> float | None:
        return None

    def health(self) -> NotifierHealth:
        """Return that a page must be open, where none is."""
        return NotifierHealth(Way.BROWSER, allowed=None, reason="" if self._pages else "no page is open")

    async def close(self) -> None: ...
