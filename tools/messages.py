"""Translations: bring the catalogues up to date with the source, and check that nothing is untranslated.

    python tools/messages.py update   # bring every catalogue up to date, keep what is translated, compile
    python tools/messages.py compile  # write the .mo files (an install does it too)
    python tools/messages.py check    # exit 1, naming each text without a translation (`make messages`)

English stands in the source (msgid). Needs gettext's xgettext and msgmerge; compiling needs Babel only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1] / "src" / "bluezone"
LANGUAGE = "vi"
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


#: rooms with Django, which extracts their texts (templates and Python) itself
DJANGO_ROOMS = (Room("authority", "django"),)
#: rooms without (Python, Jinja templates)
PLAIN_ROOMS = (
    Room("epidemic", "epidemic"),
    Room("exposure", "exposure"),
    Room("i18n", "i18n"),
    Room("phone/web", "phone", also=("phone/notices",)),
    Room("rollout", "rollout", also=("geography",)),
    Room("town/show", "town"),
)


def catalogue_in(folder: Path, domain: str) -> Path:
    return folder / "locale" / LANGUAGE / "LC_MESSAGES" / f"{domain}.po"


def extract_django(folder: Path) -> None:
    """Merge the texts of a Django project into its catalogue."""
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


def update_plain(room: Room) -> None:
    """Merge a room's texts into its catalogue."""
    kept = read(room.catalogue)
    kept.update(extract_plain(room), no_fuzzy_matching=True, update_creation_date=False)
    kept.last_translator = kept.language_team = kept.project = "bluezone"
    with room.catalogue.open("wb") as file:
        write_po(file, kept, width=0, no_location=True, ignore_obsolete=True)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def compile_catalogue(path: Path) -> None:
    """Write the .mo beside a .po, whole or not at all."""
    partial = path.with_suffix(f".mo.{os.getpid()}")
    with partial.open("wb") as file:
        write_mo(file, read(path))
    partial.replace(path.with_suffix(".mo"))


def texts(catalogue: Catalog) -> set[str]:
    return {str(message.id) for message in catalogue if message.id}


def untranslated(catalogue: Catalog) -> list[str]:
    """Texts without a translation, or with one that is only guessed or breaks the text's placeholders."""
    return [str(message.id) for message in catalogue if message.id and not is_translated(message)]


def is_translated(message: Message) -> bool:
    strings = [str(string or "") for string in forms(message.string)]
    return all(strings) and not message.fuzzy and keeps_places(message, strings)


def keeps_places(message: Message, strings: Sequence[str]) -> bool:
    """Compare the places of a text with those of its translation; "{percent} % does" is no place `% d`."""
    named = set().union(*(places(str(text)) for text in forms(message.id)))
    if named:
        return all(places(string) == named for string in strings)
    return not any(message.check())


def forms(text: object) -> tuple[object, ...]:
    """Return the plural forms of a text, or the text alone."""
    return tuple(text) if isinstance(text, list | tuple) else (text,)


def places(text: str) -> set[str]:
    """Return the names that `str.format` would fill; none in a text that is not made for it."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name}
    except ValueError:
        return set()


def check(room: Room) -> list[str]:
    """List what is wrong with a room's catalogue."""
    kept = read(room.catalogue)
    used = texts(extract_plain(room)) if room in PLAIN_ROOMS else texts_of_django(room)
    return [
        *(f"{room.folder}: no translation: {text!r}" for text in untranslated(kept)),
        *(f"{room.folder}: not in the catalogue: {text!r}" for text in sorted(used - texts(kept))),
        *(f"{room.folder}: used no longer: {text!r}" for text in sorted(texts(kept) - used)),
    ]


def texts_of_django(room: Room) -> set[str]:
    """Find the texts of a Django project, in a copy: its extraction writes."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(room.path, Path(folder) / room.path.name))
        extract_django(copy)
        return texts(read(catalogue_in(copy, room.domain)))


def main() -> None:
    action = sys.argv[1] if len(sys.argv) == 2 else ""
    if action not in {"check", "compile", "update"}:
        sys.exit("say `check`, `compile` or `update`")
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
            extract_django(room.path) if room in DJANGO_ROOMS else update_plain(room)
        compile_catalogue(room.catalogue)


if __name__ == "__main__":
    main()
