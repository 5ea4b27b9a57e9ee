"""Translations: bring the catalogues up to date with the source, and check that nothing is untranslated.

    python tools/messages.py update   # bring every catalogue up to date, keep what is translated, compile
    python tools/messages.py compile  # write the .mo files (an install does it too)
    python tools/messages.py check    # exit 1, naming each text without a translation (`make messages`)
    python tools/messages.py sign km "Name, role, day"  # a native reader answers for a language that waits for one

English stands in the source (msgid). Needs gettext's xgettext and msgmerge; compiling needs Babel only.
"""

from __future__ import annotations

import ast
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from catalogues import compile_catalogue, digest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "bluezone"
LANGUAGE = "vi"
#: languages of which a text is shown only once a native reader has signed it, and the rooms that have texts in them:
#: what is not translated is Vietnamese there
WAITING = {"km": ("exposure", "i18n", "phone/web")}
#: Django's extraction, told that texts of errors are marked with N_
MAKEMESSAGES = """
import sys
from django.core.management import execute_from_command_line
from django.core.management.commands.makemessages import Command
Command.xgettext_options = [*Command.xgettext_options, "--keyword=N_"]
execute_from_command_line(["django", "makemessages", *sys.argv[1:]])
"""
KEYWORDS = {"translate": None, "N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]


@dataclass(frozen=True)
class Room:
    """Name a catalogue: the folder that holds `locale/`, its gettext domain, and other folders whose texts it holds."""

    folder: str
    domain: str
    also: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        return SOURCE / self.folder

    @property
    def catalogue(self) -> Path:
        return catalogue_in(self.path, self.domain)

    @property
    def waiting(self) -> list[Path]:
        """Return the catalogues of languages that wait for a signature."""
        languages = [language for language, folders in WAITING.items() if self.folder in folders]
        return [catalogue_in(self.path, self.domain, language) for language in languages]


#: rooms with Django, which extracts their texts (templates and Python) itself
DJANGO_ROOMS = (Room("authority", "django"),)
#: rooms without (Python, Jinja templates)
PLAIN_ROOMS = (
    Room("epidemic", "epidemic"),
    Room("exposure", "exposure"),
    Room("i18n", "i18n"),
    Room("phone/web", "phone", also=("phone/notices",)),
    Room("rollout", "rollout", also=("geography", "spreadsheets", "exchange")),
    Room("town/show", "town"),
)


def catalogue_in(folder: Path, domain: str, language: str = LANGUAGE) -> Path:
    return folder / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def extract_django(folder: Path) -> None:
    """Let Django find the texts of a project; it writes them in an order that differs between machines."""
    command = [sys.executable, "-c", MAKEMESSAGES, "--locale", LANGUAGE, "--no-location", "--no-wrap"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": ""}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{folder.name}: {done.stderr.strip()}")


def extract_plain(room: Room) -> Catalog:
    """Find the texts of a room without Django: Babel reads Python and Jinja by itself."""
    found = Catalog(locale=LANGUAGE)
    for folder in (room.folder, *room.also):
        for _, _, text, comments, context in extract_from_dir(SOURCE / folder, keywords=KEYWORDS, method_map=METHODS):
            found.add(text, auto_comments=comments, context=context)
    return found


def found_in(room: Room) -> Catalog:
    return found_in_django(room) if room in DJANGO_ROOMS else extract_plain(room)


def update(room: Room) -> None:
    """Merge a room's texts into its catalogues."""
    found = found_in(room)
    for path in (room.catalogue, *room.waiting):
        write(path, merged(path, found))


def merged(path: Path, found: Catalog) -> Catalog:
    """Return a catalogue with the texts that were found and no others, keeping what is translated."""
    kept = read(path) if path.exists() else Catalog(locale=path.parents[1].name)
    kept.update(found, no_fuzzy_matching=True, update_creation_date=False)
    return kept


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue sorted by text and without dates, so that only what changed in the source changes in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(catalogue))


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as its file holds it."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0, no_location=True, ignore_obsolete=True, omit_header=True, sort_output=True)
    return header(str(catalogue.locale)) + file.getvalue()


def header(language: str) -> bytes:
    """Return the first entry of a catalogue: what gettext needs to read the others."""
    lines = (
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "Plural-Forms: nplurals=1; plural=0;",
    )
    return "\n".join(['msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in lines), "", ""]).encode()


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def texts(catalogue: Catalog) -> set[str]:
    return {str(message.id) for message in catalogue if message.id}


def untranslated(catalogue: Catalog) -> list[str]:
    """Texts without a translation, or with one that is only guessed or breaks the text's placeholders."""
    return [str(message.id) for message in catalogue if message.id and not is_translated(message)]


def is_translated(message: Message) -> bool:
    strings = [str(string or "") for string in forms(message.string)]
    return all(strings) and not message.fuzzy and keeps_places(message, strings)


#: the names of places that `%` fills
_FILLED = re.compile(r"%\((\w+)\)")


def keeps_places(message: Message, strings: Sequence[str]) -> bool:
    """Compare the places of a text with those of its translation; "{percent} % does" is no place `% d`."""
    filled = set().union(*(set(_FILLED.findall(str(text))) for text in forms(message.id)))
    if any(set(_FILLED.findall(string)) != filled for string in strings):
        return False  # Babel finds a place that there is not, but none that was left out
    named = set().union(*(places(str(text)) for text in forms(message.id)))
    if named:
        return all(places(string) == named for string in strings)
    return not any(message.check())


def forms(text: object) -> tuple[object, ...]:
    """Return the plural forms of a text, or the text alone."""
    return tuple(text) if isinstance(text, list | tuple) else (text,)


#: what a phone's translator fills in wherever a text of any language names it (`phone.web.presenters.common`)
TERMS = {"disease", "watch_for"}


def places(text: str) -> set[str]:
    """Return the names that `str.format` would fill; none in a text that is not made for it."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name} - TERMS
    except ValueError:
        return set()


def check(room: Room) -> list[str]:
    """List what is wrong with a room's catalogue."""
    kept = read(room.catalogue)
    found = found_in(room)
    used = texts(found)
    stale = [path for path in (room.catalogue, *room.waiting) if written(merged(path, found)) != path.read_bytes()]
    return [
        *(f"{path}:{line}: a text inside an f-string, where none is found" for path, line in hidden(room.path)),
        *(f"{room.folder}: no translation: {text!r}" for text in untranslated(kept)),
        *(f"{room.folder}: not in the catalogue: {text!r}" for text in sorted(used - texts(kept))),
        *(f"{room.folder}: used no longer: {text!r}" for text in sorted(texts(kept) - used)),
        *(problem for path in room.waiting for problem in check_waiting(path)),
        *(f"{room.folder}: `make messages-update` would change {path.name} ({path.parents[1].name})" for path in stale),
    ]


def hidden(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield where a text to translate stands inside an f-string: no tool that gathers texts looks there."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            inside = ast.walk(node) if isinstance(node, ast.JoinedStr) else ()
            calls = (each.func for each in inside if isinstance(each, ast.Call))
            yield from ((path, name.lineno) for name in calls if isinstance(name, ast.Name) and name.id in KEYWORDS)


def check_waiting(path: Path) -> list[str]:
    """List what is wrong with a catalogue that need not be whole: forms that are missing, places that differ."""
    name = f"{path.parents[3].name}/{path.parents[1].name}"
    return [
        f"{name}: other places, or a form is missing: {message.id!r}"
        for message in begun(path)
        if not is_translated(message)
    ]


def begun(path: Path) -> list[Message]:
    """Return the texts of a catalogue that somebody has begun to translate."""
    return [message for message in read(path) if message.id and any(map(str, forms(message.string)))]


def sign(language: str, reader: str) -> None:
    """Write beside each catalogue of a language who read it, and a digest of each text as it was read."""
    for path in (path for room in PLAIN_ROOMS for path in room.waiting if path.parents[1].name == language):
        digests = sorted(digest(message) for message in begun(path))
        path.with_suffix(".signed").write_text("\n".join([reader, *digests, ""]), "utf-8")


def found_in_django(room: Room) -> Catalog:
    """Find the texts of a Django project, in a copy: its extraction writes."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(room.path, Path(folder) / room.path.name))
        extract_django(copy)
        return read(catalogue_in(copy, room.domain))


def main() -> None:
    if len(sys.argv) == 4 and sys.argv[1] == "sign" and sys.argv[2] in WAITING:
        sign(sys.argv[2], sys.argv[3])
        return
    action = sys.argv[1] if len(sys.argv) == 2 else ""
    if action not in {"check", "compile", "update"}:
        sys.exit("say `check`, `compile`, `update` or `sign km READER`")
    rooms: tuple[Room, ...] = (*DJANGO_ROOMS, *PLAIN_ROOMS)
    if action != "compile" and shutil.which("xgettext") is None:
        why = "messages of the authority: xgettext is not installed: `apt-get install gettext` brings it"
        if os.environ.get("CI") == "true" or action == "update":
            sys.exit(why)
        print(f"skipped {why}")
        rooms = PLAIN_ROOMS
    if action == "check":
        problems = [problem for room in rooms for problem in check(room)]
        if problems:
            sys.exit("\n".join([*problems, "`make messages-update` brings the catalogues up to date; then translate"]))
        return
    for room in rooms:
        if action == "update":
            update(room)
        for path in (room.catalogue, *room.waiting):
            compile_catalogue(path)


if __name__ == "__main__":
    main()
