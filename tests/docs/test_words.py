"""Hold the documentation to its size, and its sentences to a length that can be read once."""

from __future__ import annotations

import re
from typing import Any

MOST_WORDS, MOST_WORDS_OF_A_SENTENCE = 60_000, 40


def test_the_documentation_stays_short_enough_to_be_read(pages: Any) -> None:
    words = [len(page.path.read_text("utf-8").split()) for page in pages if str(page).startswith("docs/")]
    assert sum(words) <= MOST_WORDS


def test_no_sentence_is_longer_than_can_be_read_once(page: Any) -> None:
    if not str(page).startswith("docs/"):
        return
    long = [each for each in _sentences(page.prose) if len(each.split()) > MOST_WORDS_OF_A_SENTENCE]
    assert not long, f"{page}: {long}"


def _sentences(prose: str) -> list[str]:
    """Return the sentences of a page: not tables, headings, comments, nor quotes of what a program says. An entry of a
    list ends a sentence; lists of links are none."""
    text = re.sub(r"<!--.*?-->", "\n\n", prose, flags=re.DOTALL)
    text = re.sub(r"^ *(\||#|>|!\[).*$", "\n", text, flags=re.MULTILINE)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    found: list[str] = []
    for block in re.split(r"\n\s*\n|\n *(?:[-*]|\d+\.) +", text):
        if block.count("·") <= 3:
            found += re.split(r"(?<=[.!?])[)\"*_]*\s+", " ".join(block.split()))
    return found
