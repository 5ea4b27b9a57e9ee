"""Holds every link, image and anchor of the pages to a file and a heading that is there."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]

_ELSEWHERE = re.compile(r"[a-z]+:")


def _target(page: Any, link: str) -> tuple[Path, str]:
    path, _, anchor = link.partition("#")
    return ((page.path.parent / path).resolve() if path else page.path), anchor


def test_every_link_leads_to_a_file_and_a_heading_that_is_there(page: Any, pages: Any) -> None:
    known = {each.path: each for each in pages}
    broken = []
    for link in page.links:
        if _ELSEWHERE.match(link):
            continue
        path, anchor = _target(page, link)
        if not path.exists() or REPOSITORY not in path.parents:
            broken.append(f"{link}: no such file")
        elif anchor and (path not in known or anchor not in known[path].anchors):
            broken.append(f"{link}: no such heading")
    assert not broken, f"{page}: {broken}"


def test_every_page_is_reached_from_the_readme_in_three_clicks(pages: Any) -> None:
    known = {each.path: each for each in pages}
    reached, queue = {REPOSITORY / "README.md": 0}, deque([REPOSITORY / "README.md"])
    while queue:
        page = known[queue.popleft()]
        for path in (_target(page, link)[0] for link in page.links if not _ELSEWHERE.match(link)):
            if path in known and path not in reached:
                reached[path] = reached[page.path] + 1
                queue.append(path)
    assert sorted(str(each) for each in known.values() if reached.get(each.path, 9) > 3) == []


def test_links_are_relative_and_pages_are_not_named_as_code_only(page: Any) -> None:
    """A page is named by a link, so that it can be clicked; code comments name it by its path."""
    named = [each for each in page.code if re.fullmatch(r"(docs/)?[A-Za-z/-]+\.md", each)]
    assert not named or str(page) == "CHANGELOG.md", f"{page}: make links of {named}"
    assert not [each for each in page.links if each.startswith("/")]


def test_every_figure_is_shown_on_a_page(pages: Any) -> None:
    shown = {_target(page, link)[0] for page in pages for link in page.links if not _ELSEWHERE.match(link)}
    assert [each.name for each in sorted((REPOSITORY / "docs" / "figures").iterdir()) if each not in shown] == []
