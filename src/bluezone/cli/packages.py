"""Share what `bluezone country` and `bluezone disease` do with a package of data: say whether it is whole, copy it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Arg
from bluezone.packages import SIGNATURE, files_of

Name = Annotated[str, Arg(metavar="NAME|DIR")]
New = Annotated[Path, Arg(metavar="NEW", type=click.Path(path_type=Path))]


def checked(name: str, place: Traversable, problems: Sequence[str], means: str = "") -> Answer:
    """Say what a package lacks, one sentence each, or that it can be used, and what it `means`."""
    from bluezone.protocol.packages import changed  # with it protobuf: not for a look at the help

    signed = place.joinpath(SIGNATURE)
    how = "signed" if signed.is_file() else "not signed"
    if signed.is_file() and changed(files_of(place), signed.read_bytes()):
        how = "changed since it was signed"
    lines = problems or [f"{name} can be used ({how})", *([means] if means else [])]
    return Answer({"problems": problems, "signed": how == "signed"}, lines, status=1 if problems else 0)


def copy(source: Traversable, target: Path, main: str, code: str, new: str) -> None:
    """Copy a package without its signature; the copy's `main` file has the `new` code. Raises CommandError."""
    if target.exists():
        raise CommandError(f"{target} is there already: name a new folder")
    files = files_of(source)
    target.mkdir(parents=True)
    own, its = (f'code = "{each}"\n'.encode() for each in (code, new))
    for name, data in files.items():
        target.joinpath(name).write_bytes(data.replace(own, its, 1) if name == main else data)
    click.echo(f"copied to {target}; change it, then: bluezone {main.removesuffix('.toml')} check {target}")
