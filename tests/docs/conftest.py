"""Read the pages that people read: docs/, README.md and the other pages at the top of the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import click
import pytest

from bluezone.cli.main import bluezone

REPOSITORY = Path(__file__).resolve().parents[2]

#: the comment before a fence, for example <!-- not run: needs a Bluetooth adapter -->
_MARK = re.compile(r"<!-- (not run|run until|run): (.+?) -->")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block of a page: its language, its text, and what the comment before it says of running it."""

    line: int
    language: str
    text: str
    mark: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file, without its fences: prose is what links and inline code are looked for in."""

    path: Path
    prose: str
    fences: tuple[Fence, ...] = field(default=())

    def __str__(self) -> str:
        return str(self.path.relative_to(REPOSITORY))

    @property
    def anchors(self) -> set[str]:
        """The fragments by which its headings are reached, as forges make them."""
        found: dict[str, int] = {}
        anchors = set()
        for heading in re.findall(r"^#{1,6} +(.+?) *#*$", self.prose, re.MULTILINE):
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
            slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
            anchors.add(slug if slug not in found else f"{slug}-{found[slug]}")
            found[slug] = found.get(slug, 0) + 1
        return anchors

    @property
    def links(self) -> list[str]:
        """Targets of links and images, whatever they lead to."""
        text = re.sub(r"`[^`\n]*`", "", self.prose)
        inline = re.findall(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)", text)
        return inline + re.findall(r"^\[[^\]]+\]: +(\S+)", text, re.MULTILINE) + re.findall(r'src="([^"]+)"', text)

    @property
    def code(self) -> list[str]:
        """Inline code, lines joined."""
        return [re.sub(r"\s+", " ", each) for each in re.findall(r"`([^`]+)`", self.prose)]


def read_page(path: Path) -> Page:
    """Split a page into prose and fences."""
    prose, fences, block, opening, start = [], [], [], None, 0
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if opening is None and (match := re.match(r"^ *(`{3,})(.*)$", line)):
            opening, language, start, block = match[1], match[2].strip(), number, []
        elif opening is not None and line.strip() == opening:
            before = next((each for each in reversed(prose) if each.strip()), "")
            mark = _MARK.fullmatch(before.strip())
            fences.append(Fence(start, language, "\n".join(block), mark and mark[1], mark[2] if mark else ""))
            opening = None
            prose.append("<!-- fence -->")  # a comment before it speaks of no later fence
        elif opening is not None:
            block.append(line)
        else:
            prose.append(line)
    assert opening is None, f"{path}: the fence of line {start} is never closed"
    return Page(path, "\n".join(prose), tuple(fences))


@cache
def all_pages() -> tuple[Page, ...]:
    """Return every page, in order of path."""
    paths = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"), REPOSITORY / "mobile" / "README.md"])
    return tuple(map(read_page, paths))


def commands(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    """Yield every command below a group by its full name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


@pytest.fixture(scope="session")
def pages() -> tuple[Page, ...]:
    return all_pages()


@pytest.fixture(scope="session")
def every_command() -> dict[str, click.Command]:
    return dict(commands(bluezone, ("bluezone",)))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test each page, unless it says which itself."""
    chosen = {mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")}
    if "page" in metafunc.fixturenames and "page" not in chosen:
        metafunc.parametrize("page", all_pages(), ids=str)
