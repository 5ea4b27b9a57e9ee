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
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1] / "src" / "bluezone"
#: rooms whose texts Django extracts (templates and Python)
ROOMS = ("authority",)
#: rooms without Django (Python, Jinja templates), and what their catalogue is called
PLAIN_ROOMS = {"epidemic": "epidemic", "exposure": "exposure", "phone/web": "phone", "town/show": "town"}
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


def catalogue_path(room: Path) -> Path:
    return room / "locale" / LANGUAGE / "LC_MESSAGES" / f"{plain_domain(room) or 'django'}.po"


def plain_domain(room: Path) -> str | None:
    """The catalogue's name of a room without Django, None of one with."""
    return next((domain for name, domain in PLAIN_ROOMS.items() if room.name == Path(name).name), None)


def extract(room: Path) -> None:
    """Merge the room's texts into its catalogue."""
    if plain_domain(room):
        extract_plain(room)
        return
    command = [sys.executable, "-c", MAKEMESSAGES, "--locale", LANGUAGE, "--no-location", "--no-wrap"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": ""}
    done = subprocess.run(command, cwd=room, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{room.name}: {done.stderr.strip()}")


def extract_plain(room: Path) -> None:
    """The same without Django: Babel reads Python and Jinja by itself."""
    found = Catalog(locale=LANGUAGE)
    for _, _, text, comments, context in extract_from_dir(room, keywords=KEYWORDS, method_map=METHODS):
        found.add(text, auto_comments=comments, context=context)
    path = catalogue_path(room)
    kept = read(path)
    kept.update(found, no_fuzzy_matching=True, update_creation_date=False)
    kept.last_translator = kept.language_team = kept.project = "bluezone"
    with path.open("wb") as file:
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
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings) and not message.fuzzy and not any(message.check())


def check(room: Path) -> list[str]:
    """What is wrong with a room's catalogue."""
    kept = read(catalogue_path(room))
    problems = [f"{room.name}: no translation: {text!r}" for text in untranslated(kept)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(room, Path(folder) / room.name))
        extract(copy)
        missing = texts(read(catalogue_path(copy))) - texts(kept)
    return problems + [f"{room.name}: not in the catalogue: {text!r}" for text in sorted(missing)]


def main() -> None:
    action = sys.argv[1] if len(sys.argv) == 2 else ""
    if action not in {"check", "compile", "update"}:
        sys.exit("say `check`, `compile` or `update`")
    rooms = [SOURCE / name for name in (*ROOMS, *PLAIN_ROOMS)]
    if action == "compile":
        for room in rooms:
            compile_catalogue(catalogue_path(room))
        return
    if shutil.which("xgettext") is None:
        why = "messages: xgettext is not installed: `apt-get install gettext` brings it"
        if os.environ.get("CI") == "true" or action == "update":
            sys.exit(why)
        print(f"skipped {why}")
        return
    if action == "update":
        for room in rooms:
            extract(room)
            compile_catalogue(catalogue_path(room))
        return
    problems = [problem for room in rooms for problem in check(room)]
    if problems:
        sys.exit("\n".join([*problems, "`make messages-update` brings the catalogues up to date; then translate"]))


if __name__ == "__main__":
    main()
