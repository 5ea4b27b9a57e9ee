"""Read the list of work of a logged-in officer, once the tasks that time makes are settled."""

from __future__ import annotations

import html
from typing import Any

from bluezone.authority.site import clock
from bluezone.authority.work import services


def due(client: Any, query: str = "") -> str:
    """Return the page of an officer's list, without hard spaces and escapes."""
    services.settle_posts(clock.now())
    answer = client.get(f"/officer/work/{query}")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode()).replace("\u00a0", " ")
