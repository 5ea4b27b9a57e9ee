"""Holds what pages say in code style to the code: commands with their options, settings, paths, make's targets."""

from __future__ import annotations

import itertools
import re
import runpy
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import click
from babel.messages.pofile import read_po

from bluezone.authority.site.environment import Environment

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "src" / "bluezone"


_TEXT = {".py", ".html", ".js", ".typ", ".css", ".proto", ".java", ".json", ".toml", ".xml", ".po"}
#: names of others' programs
_OTHERS = {"bluetooth_manager", "pg_dump"}
_VARIABLES_OF_TESTS = {
    "BLUEZONE_REFERENCE_TOOLS",
    "BLUEZONE_TEST_POSTGRES",
    "BLUEZONE_TEST_DATABASE_URL",
    "BLUEZONE_TEST_SEED",
    "BLUEZONE_DECOY_ROUNDS",
    "BLUEZONE_CHAOS_ROUNDS",
}


def _command_lines(page: Any) -> list[str]:
    fenced = [line for fence in page.fences if fence.language == "sh" for line in fence.text.splitlines()]
    return [each for each in (*page.code, *fenced) if "bluezone " in each]


def test_commands_and_options_that_are_named_exist(page: Any, every_command: dict[str, click.Command]) -> None:
    wrong = []
    for line in _command_lines(page):
        for call in re.split(r"&&|;|\||#|<<", line):
            words = call.split()
            if "bluezone" not in (word.rsplit("/", 1)[-1] for word in words[:2]):
                continue
            words = words[[word.rsplit("/", 1)[-1] for word in words].index("bluezone") + 1 :]
            wrong += _wrong(words, every_command)
    assert not wrong, f"{page}: {wrong}"


def _wrong(words: list[str], every_command: dict[str, click.Command]) -> list[str]:
    """Return what of a command line does not exist: its command, or options."""
    name, known = "bluezone", {"--help", "-h", "--version"}
    options = [re.split(r"[=\]]", word.lstrip("["))[0] for word in words if word.lstrip("[").startswith("-")]
    for word in words:
        if f"{name} {word}" in every_command:
            name = f"{name} {word}"
            known |= {opt for each in every_command[name].params for opt in (*each.opts, *each.secondary_opts)}
        elif re.fullmatch(r"[a-z][a-z-]+", word):
            if isinstance(every_command.get(name, click.Group()), click.Group) and not options:
                return [f"{name} {word}"]
            break
    return [f"{name} {option}" for option in options if option.startswith("--") and option not in known]


def test_settings_that_are_named_exist(page: Any) -> None:
    text = "\n".join([page.prose, *(fence.text for fence in page.fences)])
    named = set(re.findall(r"\bBLUEZONE_[A-Z_]*[A-Z]\b", text)) - _VARIABLES_OF_TESTS
    assert named <= {str(field.validation_alias) for field in Environment.model_fields.values()}


def test_paths_that_are_named_exist(page: Any) -> None:
    if str(page) == "CHANGELOG.md":
        return
    named = [each for each in page.code if re.fullmatch(r"[\w./-]*/[\w.-]*|[\w-]+\.(py|json|csv|toml|po)", each)]
    roots = [REPOSITORY, SOURCE, SOURCE / "authority", SOURCE / "phone", SOURCE / page.path.stem, page.path.parent]
    looked_for = [each for each in named if re.match(r"(src|tests|tools|benchmarks|docs|mobile)/|.*\.py$", each)]
    names = {path.name for path in SOURCE.rglob("*.py")}  # as in "rules.py decides"
    missing = [each for each in looked_for if each not in names and not any((root / each).exists() for root in roots)]
    assert not missing, f"{page}: {missing}"


def test_names_that_are_said_to_stand_in_a_file_do(page: Any) -> None:
    """Where a page says "`embargoed_until` in `authority/keys/rules.py`", the file names it, if only once."""
    for name, file in re.findall(r"`(\w+)`\s+in\s+\[?`([\w./-]+\.\w+)`", page.prose):
        path = next(root / file for root in (REPOSITORY, SOURCE, SOURCE / "authority") if (root / file).exists())
        assert name in path.read_text("utf-8"), f"{page}: {file} does not name {name}"


@cache
def _words_of_the_sources() -> frozenset[str]:
    folders = ("src", "tests", "tools", "benchmarks", "mobile")
    files = [path for folder in folders for path in (REPOSITORY / folder).rglob("*") if path.suffix in _TEXT]
    return frozenset(itertools.chain(*(re.findall(r"\w+", path.read_text("utf-8")) for path in files)))


def test_names_in_code_style_stand_in_the_sources(page: Any) -> None:
    """A name with an underscore, with () or of a class is of the sources, or of somebody else's program."""
    tokens = {token for each in page.code for token in re.findall(r"[A-Za-z_][\w.]*(?:\(\))?", each)}
    names = {token.rstrip("()").split(".")[-1] for token in tokens if re.search(r"\w_\w|\(\)|[a-z][A-Z]", token)}
    unknown = {name for name in names if not name.startswith("BLUEZONE_")} - _words_of_the_sources() - _OTHERS
    assert not unknown, f"{page}: {sorted(unknown)}"


def test_targets_of_make_that_are_named_exist(page: Any) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE))
    fenced = [line for fence in page.fences if fence.language == "sh" for line in fence.text.splitlines()]
    named = {match[1] for each in (*page.code, *fenced) if (match := re.match(r"make ([a-z-]+)", each))}
    assert named <= targets, f"{page}: {named - targets}"


def test_every_package_that_is_asked_for_has_its_reason_on_the_page_of_dependencies() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *itertools.chain(*project["optional-dependencies"].values())]
    names = {re.split(r"[<>=~!;\[]", each)[0].strip().lower() for each in asked} - {"bluezone"}
    page = (REPOSITORY / "docs" / "why" / "dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \| [^|]+ \|$", page, re.MULTILINE)
    named = {name.split("[")[0].strip().lower() for row in rows for name in row.split(",")} - {"package", "---"}
    assert named == names


def test_labels_that_the_handbook_names_stand_on_the_pages() -> None:
    """A word in italics, `*My area → Orders*`, is a text of the authority's pages, in the language of the handbook."""
    with (SOURCE / "authority" / "locale" / "vi" / "LC_MESSAGES" / "django.po").open("rb") as file:
        messages = list(read_po(file, locale="vi"))
    english = {str(message.id) for message in messages}
    vietnamese = {str(message.string) for message in messages}
    for page in sorted((REPOSITORY / "docs" / "officer").glob("*.md")):
        labels = re.findall(r"(?<![*\w])\*([^*]+)\*(?![*\w])", page.read_text("utf-8"))
        words = {word for label in labels for word in " ".join(label.split()).split(" → ")}
        known = vietnamese if page.name.endswith(".vi.md") else english
        assert words <= known, f"{page.name}: {sorted(words - known)}"


def test_the_reference_is_what_the_code_says() -> None:
    reference = runpy.run_path(str(REPOSITORY / "tools" / "reference.py"))
    for name, text in reference["pages"]().items():
        page = REPOSITORY / "docs" / "reference" / name
        assert page.read_text("utf-8") == text, f"{page} no longer fits: run `make reference`"


def test_every_command_and_option_says_what_it_is(every_command: dict[str, click.Command]) -> None:
    silent = [name for name, command in every_command.items() if not command.help]
    silent += [
        f"{name} {each.opts[0]}"
        for name, command in every_command.items()
        for each in command.params
        if isinstance(each, click.Option) and not each.hidden and not each.help
    ]
    assert silent == []
