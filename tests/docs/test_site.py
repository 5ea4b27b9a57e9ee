"""The site of the documentation is built without a warning, and its search works from a folder, without a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=REPOSITORY,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return folder


def test_every_page_has_its_place_in_the_site() -> None:
    named = set(re.findall(r"[\w./-]+\.md\b", (REPOSITORY / "mkdocs.yml").read_text("utf-8")))
    pages = {str(page.relative_to(REPOSITORY / "docs")) for page in (REPOSITORY / "docs").rglob("*.md")}
    named = {each for each in named if not each.startswith(("project/", "examples/"))}
    assert (pages - named, named - pages) == (set(), set()), "give it its line under `nav` of mkdocs.yml"


@pytest.mark.thorough
def test_nothing_of_the_site_is_asked_of_anybody_else(site: Path) -> None:
    pages = [page.read_text("utf-8") for page in site.rglob("*.html")]
    assert len(pages) > 80
    assert not [page for page in pages if "fonts.googleapis" in page or "unpkg.com" in page]


@pytest.mark.thorough
@pytest.mark.browser
def test_the_search_answers_what_is_asked_most_first_from_a_folder(site: Path, require_tool: Any) -> None:
    from playwright.sync_api import sync_playwright

    questions = re.findall(r"^## (.+)$", (REPOSITORY / "docs/questions.md").read_text("utf-8"), re.MULTILINE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=require_tool.chromium(), args=["--no-sandbox"])
        page = chromium.new_page()
        for asked in [*questions, "cách ly"]:
            page.goto(f"file://{site}/index.html")
            page.locator("input[name=query]").press_sequentially(asked.rstrip("?"))  # it listens to keys
            said = asked if asked in questions else "Sổ tay cán bộ (tóm tắt)"
            first = page.locator(".md-search-result__item").first.locator("a h1, a h2")
            first.get_by_text(said, exact=True).wait_for(state="attached", timeout=20_000)
        chromium.close()
