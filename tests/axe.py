"""Ask axe what is wrong with the page that a browser shows."""

from __future__ import annotations

from typing import Any

#: Of what is well axe makes no list, and no file is fetched: only rules on sound that plays by itself read any.
_RUN = """axe.run({resultTypes: ["violations"], preload: false}).then(({violations}) => violations.flatMap(
    ({id, help, nodes}) => nodes.map(({html}) => `${id} (${help}): ${html.slice(0, 160)}`)))"""


def violations(page: Any) -> list[str]:
    """Return what axe finds wrong: rule, what it asks, and the element."""
    from axe_playwright_python.base import AXE_SCRIPT

    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(_RUN))
