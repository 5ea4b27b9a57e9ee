"""Print what a command answers: one JSON document for programs, or sentences and tables for people."""

from __future__ import annotations

import datetime as dt
import json
import math
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.table import Table

#: a pipe has no width, and would fold a table at 80 columns
_PIPE_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what a command answers: `facts` for programs, the same for people as sentences and tables in their order
    (which a generator makes only where they are read), and the exit `status`."""

    facts: Any
    text: str | Iterable[str | Table]
    status: int = 0

    def show(self, *, as_json: bool) -> None:
        """Print the facts as one JSON document, or the text. Raises Exit where the status is not 0."""
        if as_json:
            click.echo(json_text(self.facts))
        else:
            show(*((self.text,) if isinstance(self.text, str) else self.text))
        if self.status:
            raise click.exceptions.Exit(self.status)


def show(*parts: str | Table) -> None:
    """Print sentences as they are, and tables as wide as the terminal or, into a pipe, as they need."""
    for part in parts:
        if isinstance(part, str):
            click.echo(part)
            continue
        from rich.console import Console  # megabytes, which most commands do without

        console = Console(highlight=False)
        (console if console.is_terminal else Console(width=_PIPE_COLUMNS, highlight=False)).print(part)


def announce(facts: Any, text: str, *, as_json: bool) -> None:
    """Print at once where a server that goes on running is to be found: whoever started it reads one line of JSON."""
    Answer(facts, text).show(as_json=as_json)
    sys.stdout.flush()


def announcer(text: str, *, as_json: bool) -> Callable[[str, int], None]:
    """Return what announces the address and port of a server; `text` has a place for the {url}."""
    return lambda url, port: announce({"url": url, "port": port}, text.format(url=url), as_json=as_json)


def bold(sentence: str) -> str:
    """Return a sentence that stands out in a terminal."""
    return click.style(sentence, bold=True)


def table(
    headings: Iterable[str],
    rows: Iterable[Sequence[str]],
    *,
    left: int = 1,
    broken: Collection[int] = (),
    title: str = "",
    caption: str = "",
) -> Table:
    """Return a table; its first `left` columns are aligned left, the others right. A cell may be styled by click.
    `broken`: the columns whose text goes on in a next line where the terminal is narrow, if not all; others stay
    whole."""
    from rich.table import Table
    from rich.text import Text

    made = Table(
        show_edge=False,
        title=title or None,
        caption=caption or None,
        title_justify="left",
        caption_justify="left",
    )
    for at, heading in enumerate(headings):
        whole = bool(broken) and at not in broken
        made.add_column(heading, justify="left" if at < left else "right", no_wrap=whole)
    for row in rows:
        made.add_row(*map(Text.from_ansi, row))  # a name in brackets is no style
    return made


def json_text(value: Any, indent: int | None = None) -> str:
    """Return a JSON document: dates in ISO 8601, null for what is no finite number, dataclasses by their fields."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=indent, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset | Iterator):
        return [_plain(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, float):  # numpy's too
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int) else str(value)
