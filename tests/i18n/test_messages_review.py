"""A native reader gets every text with its place in a spreadsheet; what comes back changes the catalogue."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest
from openpyxl import load_workbook

TOOLS = Path(__file__).resolve().parents[2] / "tools"
PO = """msgid ""
msgstr ""
"Language: vi\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Good {part}, {name}"
msgstr "Chào {part} {name}"

msgid "=1+1"
msgstr "=2"

#, python-format
msgid "and %(count)s more"
msgstr "và %(count)s nữa"

msgid "{number} day"
msgid_plural "{number} days"
msgstr[0] "{number} ngày"
"""


@pytest.fixture
def review(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    messages, review = importlib.import_module("messages"), importlib.import_module("messages_review")
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    monkeypatch.setattr(messages, "DJANGO_ROOMS", ())
    monkeypatch.setattr(messages, "PLAIN_ROOMS", (messages.Room("room", "room"),))
    catalogue = tmp_path / "room/locale/vi/LC_MESSAGES/room.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(PO, "utf-8")
    (tmp_path / "room/greet.py").write_text('print("Good {part}, {name}")\n', "utf-8")
    yield review
    for name in ("messages", "messages_review", "catalogues"):
        sys.modules.pop(name, None)


def read_by(review: ModuleType, path: Path, **better: str) -> tuple[int, list[str]]:
    """Write the spreadsheet, let a reader fill it, and take it back."""
    assert review.write(path, "vi") == 4
    book = load_workbook(path)
    for row in book.active.iter_rows(min_row=2):
        row[4].value = better.get(row[2].value)
    book.save(path)
    return review.take(path, "vi")


def test_a_text_is_shown_where_it_stands_and_a_better_one_is_taken(review: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "read.xlsx"
    better = {"Good {part}, {name}": "{name} ơi, chào {part}", "{number} days": "{number} hôm", "=1+1": "hai"}
    assert read_by(review, path, **better) == (3, [])
    rows = {row[2]: row for row in load_workbook(path).active.iter_rows(min_row=2, values_only=True)}
    assert rows["Good {part}, {name}"][1] == "room/greet.py"
    text = (tmp_path / "room/locale/vi/LC_MESSAGES/room.po").read_text("utf-8")
    assert all(f'"{each}"' in text for each in better.values())


@pytest.mark.parametrize(
    ("english", "better", "kept"),
    [("{number} days", "mấy hôm", "{number} ngày"), ("and %(count)s more", "và nhiều nữa", "và %(count)s nữa")],
)
def test_a_text_with_other_placeholders_is_named_and_left(
    review: ModuleType, tmp_path: Path, english: str, better: str, kept: str
) -> None:
    changed, problems = read_by(review, tmp_path / "read.xlsx", **{english: better})
    assert (changed, len(problems)) == (0, 1)
    assert kept in (tmp_path / "room/locale/vi/LC_MESSAGES/room.po").read_text("utf-8")


def test_a_row_whose_text_has_gone_is_named(review: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "read.xlsx"
    review.write(path, "vi")
    book = load_workbook(path)
    book.active.append(["room", "", "Gone", "Mất", "Đi rồi", ""])
    book.save(path)
    assert review.take(path, "vi") == (0, ["room: no such text any more: 'Gone'"])
