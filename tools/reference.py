"""Write docs/reference/commands.md, settings.md and schemas from the code, or check that they still fit it.

python tools/reference.py            # write them (`make reference`)
python tools/reference.py --check    # exit code 1, and the names of pages that no longer fit
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import django

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
        (
            "What each command does, and its options; `--help` says what each is for. An error that a person can mend "
            "is one line on standard error and exit code 2. In brackets: choices, the default, or that an option is "
            "required or repeatable. With `--json` a command prints one JSON document and nothing else."
        ),
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
            "are `on` or `off`. A command that finds wrong variables, or names that are almost a setting's, names them "
            "all and ends with exit code 2; it never repeats a secret."
        ),
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for field in Environment.model_fields.values():
        default = _default(field.default, field.json_schema_extra)
        meaning = _text(field.description or "").replace("|", "\\|")
        lines.append(f"| `{field.validation_alias}` | {default} | {meaning} |")
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
    pieces = [each for each in command.collect_usage_pieces(context) if each not in ("[OPTIONS]", "COMMAND [ARGS]...")]
    options = [each for each in command.get_params(context) if isinstance(each, click.Option) and _is_shown(each)]
    yield from ("", " ".join((f"{'#' * min(len(path), 4)} `{' '.join(path)}`", *pieces)), "")
    yield _help(command)
    if options:
        yield from ("", ", ".join(_named(option, context) for option in options))
    if isinstance(command, click.Group):
        for name in _names(command):
            below = command.get_command(context, name)
            assert below is not None, (path, name)
            yield from _described(below, (*path, name))


def _is_shown(option: click.Option) -> bool:
    return not option.hidden and "--help" not in option.opts


def _named(option: click.Option, context: click.Context) -> str:
    """Return an option's names and, in brackets, its default, or that it is required or repeatable."""
    names = "/".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    choices = [_text(option.make_metavar(context))] if isinstance(option.type, click.Choice) else []
    remarks = [*choices, *(["repeatable"] if option.multiple else []), *_option_default(option, context)]
    return f"{names} ({', '.join(remarks)})" if remarks else names


def _option_default(option: click.Option, context: click.Context) -> list[str]:
    """Return the default as the help prints it, or that the option must be given, or nothing."""
    if option.required:
        return ["required"]
    default = option.get_default(context, call=False)
    if default is None or callable(default) or default in (False, (), "") or "Sentinel" in type(default).__name__:
        return []
    return [f"`{_text(str(default))}`"]


def _help(command: click.Command) -> str:
    return _text(inspect.cleandoc(command.help or "").split("\f")[0].split("\n\n")[0])


def _text(text: str) -> str:
    """Return a text on one line, dates written as people read them."""
    text = re.sub(r"\s+", " ", text).strip()
    return text.replace("%Y-%m-%dT%H:%M", "YYYY-MM-DDTHH:MM").replace("%Y-%m-%d", "YYYY-MM-DD")


def pages() -> dict[str, str]:
    """Return every page that is written from the code, by its name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluezone.authority.project.settings")
    django.setup()
    from bluezone.authority.episodes.stays import protocols

    schema = json.dumps(protocols.schema(), ensure_ascii=False, indent=2) + "\n"
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
