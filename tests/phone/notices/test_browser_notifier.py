"""Hand notices to the pages that are open: none is lost with a page that was left."""

import asyncio

import pytest

from bluezone.phone.notices.browser import BrowserNotifier
from bluezone.phone.notices.port import NoticeError, notice

SAID = notice("vi", "/exposure/1", urgent=True, rings=True)


def test_no_page_is_an_error():
    with pytest.raises(NoticeError, match="no page"):
        asyncio.run(BrowserNotifier().show(SAID))


async def test_a_page_that_opens_while_a_notice_waits_gets_it():
    notifier = BrowserNotifier()
    with notifier.page():
        showing = asyncio.create_task(notifier.show(SAID))
        await asyncio.sleep(0)
    assert not showing.done()  # it was left, and took nothing
    with notifier.page() as opened:
        assert (opened.wanted, opened.take()) == (True, SAID)
        opened.told.set()
        await asyncio.wait_for(showing, 1)
    with notifier.page() as later:
        assert not later.wanted  # it was shown


async def test_each_open_page_is_told_and_the_first_ends_the_waiting():
    notifier = BrowserNotifier()
    with notifier.page() as one, notifier.page() as other:
        showing = asyncio.create_task(notifier.show(SAID))
        await asyncio.sleep(0)
        assert (one.wanted, other.wanted) == (True, True)
        other.take()
        other.told.set()
        await asyncio.wait_for(showing, 1)
        assert one.take() == SAID
        await notifier.withdraw()
        assert (one.wanted, one.take()) == (True, None)
