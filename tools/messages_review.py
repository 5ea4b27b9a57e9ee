"""Write the texts of a language into a spreadsheet for a native reader, with where each stands, and take it back.

    python tools/messages_review.py build/messages-vi.xlsx                # `make messages-review`
    python tools/messages_review.py build/messages-km.xlsx --language km
    python tools/messages_review.py build/messages-vi.xlsx --take         # `make messages-review FILE=...`

The reader fills the column "better", and "remark" where a text itself is wrong. Taking it back changes the catalogues
where "better" says another thing than they do. A row whose text has gone, or whose placeholders differ, is named and
left: then the exit code is 1.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font

import messages

HEAD = ("room", "where", "English", "translation", "better", "remark")
WIDTHS = (16, 44, 60, 60, 60, 30)
#: places named of a text that stands in many
_PLACES = 3
_TEMPLATE_TEXT = re.compile(
    r"""(?:translate|_\()\s*(?:"([^"]+)"|'([^']+)')|blocktranslate[^%]*%\}(.*?)\{%""", re.DOTALL
)
#: how a row is found again: its room, the text, and the translation that the reader saw
Key = tuple[str, str, str]


def catalogues(language: str) -> Iterator[tuple[str, Path]]:
    """Give each room's catalogue of a language, with the room's name."""
    for room in (*messages.DJANGO_ROOMS, *messages.PLAIN_ROOMS):
        path = messages.catalogue_in(room.path, room.domain, language)
        if path.exists():
            yield room.folder, path


def places_of_texts() -> dict[str, list[str]]:
    """Return the files in which each text stands, found by their words: a hint for a reader, not a rule."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((*messages.SOURCE.rglob("*.py"), *messages.SOURCE.rglob("*.html"))):
        name, text = str(path.relative_to(messages.SOURCE)), path.read_text("utf-8")
        for each in dict.fromkeys(in_python(text) if path.suffix == ".py" else in_template(text)):
            found[plain(each)].append(name)
    return found


def in_python(text: str) -> list[str]:
    return [
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def in_template(text: str) -> list[str]:
    return [next(filter(None, each)) for each in _TEMPLATE_TEXT.findall(text) if any(each)]


def plain(text: str) -> str:
    """Return a text without what extraction changes: spaces, and how a place is written."""
    return " ".join(re.sub(r"\{\{\s*(\w+)[^}]*\}\}", r"%(\1)s", text).replace("%%", "%").split())


def texts(message: Message) -> list[tuple[str, str]]:
    """Return each form of a text with its translation."""
    strings = [str(each or "") for each in messages.forms(message.string)]
    return list(zip([str(messages.forms(message.id)[-1])] * len(strings), strings, strict=True))


def write(path: Path, language: str) -> int:
    """Write the spreadsheet; return how many rows it has."""
    where, book = places_of_texts(), Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title, sheet.freeze_panes = language, "A2"
    sheet.append(HEAD)
    for name, width in zip("ABCDEF", WIDTHS, strict=True):
        sheet.column_dimensions[name].width = width
        sheet[f"{name}1"].font = Font(bold=True)
    for room, catalogue in catalogues(language):
        for message in (each for each in messages.read(catalogue) if each.id):
            known = where.get(plain(str(messages.forms(message.id)[0])), [])
            stands = ", ".join(known[:_PLACES]) + (f" and {len(known) - _PLACES} more" if len(known) > _PLACES else "")
            for english, translation in texts(message):
                shown = f"[{message.context}] {stands}" if message.context else stands
                sheet.append([room, shown, english, translation, "", ""])
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.data_type = "s"  # a text that begins with "=" is no formula
    sheet.auto_filter.ref = sheet.dimensions
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return sheet.max_row - 1


def take(path: Path, language: str) -> tuple[int, list[str]]:
    """Bring what a reader wrote into the catalogues; return how many texts changed, and what could not be taken."""
    better, problems, changed = read_back(path), [], 0
    for room, catalogue in catalogues(language):
        kept = messages.read(catalogue)
        for message in (each for each in kept if each.id):
            was, strings = message.string, [string for _, string in texts(message)]
            keys: list[Key] = [(room, english, string) for english, string in texts(message)]
            new = [better.pop(key, key[2]) for key in keys]
            if new == strings:
                continue
            message.string = tuple(new) if isinstance(was, list | tuple) else new[0]
            if messages.keeps_places(message, new):
                changed += 1
            else:
                message.string = was
                problems.append(f"{room}: other placeholders than {keys[0][1]!r}: {new[0]!r}")
        messages.write(catalogue, kept)
    problems += [f"{room}: no such text any more: {english!r}" for room, english, _ in better]
    return changed, problems


def read_back(path: Path) -> dict[Key, str]:
    """Return what stands under "better", by row."""
    sheet = load_workbook(path, read_only=True, data_only=True).active
    assert sheet is not None
    rows = sheet.iter_rows(values_only=True)
    if tuple(next(rows, ()))[: len(HEAD)] != HEAD:
        sys.exit(f"{path}: the first row is to say {', '.join(HEAD)}")
    found: dict[Key, str] = {}
    for room, _, english, translation, better, *_ in rows:
        if better and str(better).strip():
            found[str(room), str(english), str(translation or "")] = str(better).strip()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--language", default=messages.LANGUAGE)
    parser.add_argument("--take", action="store_true", help="Take back what a reader wrote.")
    options = parser.parse_args()
    if not options.take:
        print(f"{options.file}: {write(options.file, options.language)} texts")
        return 0
    changed, problems = take(options.file, options.language)
    print("\n".join([*problems, f"{changed} texts changed; `make messages` checks them"]))
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
