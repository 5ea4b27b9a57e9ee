"""Read the hours under a curve of guests, on light and dark paper, on a telephone and on a desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest
from django.template.loader import render_to_string
from tests.tiers import first

pytestmark = pytest.mark.browser
STYLES = ("bluezone.design/static/tokens.css", "bluezone.authority.door/static/door/officer.css")


def style(where: str) -> str:
    """Return a style sheet of a package."""
    package, _, path = where.partition("/")
    return resources.files(package).joinpath(path).read_text()


@pytest.mark.parametrize("width", first(1, [360, 1_280]))
@pytest.mark.parametrize("scheme", first(1, ["light", "dark"]))
def test_hours_stand_out_from_the_paper_and_are_no_larger_than_text(
    open_browser: Callable[..., Any], width: int, scheme: str
) -> None:
    page = open_browser(width, scheme).page
    curve = render_to_string("door/hours.html", {"points": "10,90 470,20", "label": "Hours"})
    page.set_content(f"<style>{''.join(map(style, STYLES))}</style><body>{curve}</body>")
    fill = page.eval_on_selector(".hours text", "text => getComputedStyle(text).fill")
    brightness = sum(map(int, re.findall(r"\d+", fill)[:3])) / 3
    assert (brightness > 128) is (scheme == "dark"), fill
    height = page.eval_on_selector(".hours text", "text => text.getBoundingClientRect().height")
    assert 8 <= height <= 20
