"""Docstrings are in plain words: the check itself, and the source under it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docstrings", REPOSITORY / "tools" / "docstrings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "text",
    [
        "The same by code as counts in order of date.",
        "As `Phone.verify`.",
        "As Phone.verify, of all.",
        "Who is warned.",
        "What may be told.",
        "Whether it fits.",
        "Whoever asks.",
        "The unit of a code.",
        "A page of figures.",
        "How a target is handed down.",
        "Where everything is.",
        "`count` homes.",
        "+1 north of the road.",
    ],
)
@pytest.mark.parametrize(
    "kind", ["{doc}", "class Thing:\n    {doc}", "def do():\n    {doc}", "async def do():\n    {doc}"]
)
def test_a_docstring_that_says_nothing_to_a_stranger_is_refused(tool: ModuleType, kind: str, text: str) -> None:
    source = kind.format(doc=f'"""{text}"""')
    assert [found for _, found in tool.refused(source)] == [text]


@pytest.mark.parametrize(
    "source",
    [
        '"""Return suppressed counts by organisation code, sorted by date."""',
        '"""As long as a key is in use, it is not published."""',
        'def _private():\n    """Whether it fits."""',
        "def without():\n    pass",
        'class Thing:\n    def _private(self):\n        """What it is."""',
    ],
)
def test_plain_words_private_names_and_no_words_pass(tool: ModuleType, source: str) -> None:
    assert list(tool.refused(source)) == []


def test_a_method_of_a_public_class_is_checked(tool: ModuleType) -> None:
    source = 'class Thing:\n    """Hold a thing."""\n\n    def it(self):\n        """What it is."""\n'
    assert list(tool.refused(source)) == [(5, "What it is.")]


def test_the_source_is_in_plain_words(tool: ModuleType) -> None:
    tool.main()
