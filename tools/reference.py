"""Write docs/reference/commands.md, settings.md and schemas from the code, or check that they still fit it.

python tools/reference.py            # write them (`make reference`)
python tools/reference.py --check    # exit code 1, and the names of pages that no longer fit
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bluezone.authority.isolation import protocol_files
from bluezone.authority.site.environment import Environment
from bluezone.cli.main import bluezone

PAGES = Path(__file__).resolve().parents[1] / "docs" / "reference"

_WRITTEN = "<!-- Written by tools/reference.py (`make reference`). Change the code, not this page. -->"


def commands_page() -> str:
    """Return the page of every command of `bluezone`, with its arguments, options and their defaults."""
    subjects = [(name, bluezone.get_command(click.Context(bluezone), name)) for name in _names(bluezone)]
    lines = [
        "# Commands",
        "",
        _WRITTEN,
        "",
        "Every command takes `--help`. An error that a person can mend is one line on standard error and exit code 2.",
        "",
        " · ".join(f"[{name}](#bluezone-{name})" for name, _ in subjects),
    ]
    for name, command in subjects:
        assert command is not None, name
        lines += _described(command, ("bluezone", name))
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """Return the page of every environment variable that the authority reads, with its default and meaning."""
    lines = [
        "# Settings",
        "",
        _WRITTEN,
        "",
        (
            "Environment variables that [the authority](../operate/authority.md) reads when a command starts. Switches "
            "are `on` or `off`. An empty variable is as good as none where a default makes sense. A command that finds "
            "wrong variables, or names that are almost a setting's, names all of them, one line each, and ends with "
            "exit code 2; it never repeats a secret."
        ),
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for field in Environment.model_fields.values():
        default = _default(field.default, field.json_schema_extra)
        lines.append(f"| `{field.validation_alias}` | {default} | {_cell(field.description or '')} |")
    return "\n".join(lines) + "\n"


def _default(default: object, extra: object) -> str:
    """Return a setting's default in the words of its field, or else as one writes it into the variable."""
    if isinstance(extra, dict) and "absent" in extra:
        return str(extra["absent"])
    if isinstance(default, bool):
        return "on" if default else "off"
    return f"`{','.join(default) if isinstance(default, tuple) else default}`"


def _names(group: click.Group) -> Sequence[str]:
    return group.list_commands(click.Context(group))


def _described(command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a command's section, then those of its subcommands."""
    context = click.Context(command, info_name=" ".join(path))
    yield from ("", f"{'#' * min(len(path), 4)} `{' '.join(path)}`", "")
    yield _help(command)
    if isinstance(command, click.Group):
        rows = list(_rows(command, context))
        if rows:
            yield from ("", "| option | meaning | default |", "|---|---|---|", *rows)
        for name in _names(command):
            below = command.get_command(context, name)
            assert below is not None, (path, name)
            yield from _described(below, (*path, name))
        return
    usage = " ".join((*path, *command.collect_usage_pieces(context)))
    yield from ("", "```text", usage, "```")
    rows = list(_rows(command, context))
    if rows:
        yield from ("", "| option | meaning | default |", "|---|---|---|", *rows)


def _rows(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        if not isinstance(parameter, click.Option) or parameter.hidden or "--help" in parameter.opts:
            continue
        names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
        value = "" if parameter.is_flag or parameter.count else f" {_cell(parameter.make_metavar(context))}"
        repeated = " (may be repeated)" if parameter.multiple else ""
        yield f"| {names}{value} | {_cell(parameter.help or '')}{repeated} | {_option_default(parameter, context)} |"


def _option_default(option: click.Option, context: click.Context) -> str:
    """Return the default as the help prints it, and whether the option must be given."""
    if option.required:
        return "required"
    default = option.get_default(context, call=False)
    if default is None or callable(default) or default in (False, (), "") or "Sentinel" in type(default).__name__:
        return ""
    return f"`{_cell(str(default))}`"


def _help(command: click.Command) -> str:
    text = inspect.cleandoc(command.help or "").split("\f")[0].replace("\b\n", "\n")
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text).strip()


def _cell(text: str) -> str:
    text = re.sub(r"\s+", " ", text).replace("|", "\\|").strip()
    return re.sub(r"%Y-%m-%dT%H:%M", "YYYY-MM-DDTHH:MM", text).replace("%Y-%m-%d", "YYYY-MM-DD")


def pages() -> dict[str, str]:
    """Return every page that is written from the code, by its name."""
    schema = json.dumps(protocol_files.schema(), ensure_ascii=False, indent=2) + "\n"
    return {
        "commands.md": commands_page(),
        "settings.md": settings_page(),
        "isolation-protocols.schema.json": schema,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the reference from the code, or check it.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page does not fit")
    check = parser.parse_args().check
    stale = []
    for name, text in pages().items():
        page = PAGES / name
        if check and (not page.is_file() or page.read_text("utf-8") != text):
            stale.append(name)
        elif not check:
            page.write_text(text, "utf-8")
    if stale:
        sys.exit(f"docs/reference: {', '.join(stale)} no longer fit the code: run `make reference`")


if __name__ == "__main__":
    main()
