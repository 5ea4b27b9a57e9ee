"""Declare a command's options where its values are declared: in the function's signature, or in a dataclass it takes.

    @command("run")
    def run(*, people: Annotated[int, Opt("How many.", limits=(3, 60))] = 12) -> Answer: ...

A command that returns an `Answer` takes `--json` too, and prints that answer. Name, type and default of an option are
the parameter's: `str | None` may be left out, `tuple[str, ...]` may be repeated, `bool` is a switch, a `Path` is a file
that exists, what has no default must be given. A parameter whose type is a frozen dataclass is made of the options that
its fields declare in the same way.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import inspect
import types
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import click

from bluezone.cli.answers import Answer
from bluezone.cli.languages import LanguageName
from bluezone.cli.parameters import FILE, NumberRange, Read, day, utc_time
from bluezone.i18n import Language


class Opt:
    """Describe an option: its help, its names where they are not the parameter's, the least and the most, the choices,
    what reads its text (see `Read`); what else `click.option` takes."""

    def __init__(
        self,
        text: str,
        *names: str,
        limits: Sequence[float] = (),
        choices: Sequence[str] = (),
        read: Callable[[str], Any] | None = None,
        **more: Any,
    ) -> None:
        self.text, self.names, self.limits, self.choices = text, names, limits, choices
        self.more = more if read is None else more | {"type": Read(read)}


class Arg:
    """Describe an argument; what `click.argument` takes."""

    def __init__(self, *, choices: Sequence[str] = (), **more: Any) -> None:
        self.choices, self.more = choices, more


#: the kinds of values that several subjects share
_JSON = Opt("Print one JSON document and nothing else.", "--json")
Json = Annotated[bool, _JSON]


@dataclasses.dataclass(frozen=True)
class _Declared:
    """Hold a parameter as it is declared."""

    name: str
    kind: Any
    default: Any
    about: Opt | Arg

    def parameter(self) -> Callable[[Any], Any]:
        """Return the decorator that adds it to a command."""
        kind = self.kind
        if get_origin(kind) in (Union, types.UnionType):
            kind = next(each for each in get_args(kind) if each is not type(None))
        several = (
            get_origin(kind) is tuple
            and get_args(kind)[-1] is Ellipsis
            and not {"nargs", "default"} & {*self.about.more}
        )
        given: dict[str, Any] = {}
        if self.default is not inspect.Parameter.empty:
            given["default"] = self.default.value if isinstance(self.default, Enum) else self.default
        given |= {name: value for name, value in self.about.more.items() if name == "default"}
        if isinstance(self.about, Arg):
            given["type"] = _click_type(kind, (), self.about.choices)
            given["required"] = "default" not in given
            return click.argument(self.name, **(given | self.about.more))
        if kind is bool:
            given["is_flag"] = True
        else:
            inner = get_args(kind)[0] if several else kind
            given["type"] = (
                None if "type" in self.about.more else _click_type(inner, self.about.limits, self.about.choices)
            )
            given["multiple"] = several
            given["required"] = "default" not in given
        given["show_default"] = kind is not bool and given.get("default") not in (None, "", ())
        names = self.about.names or ("--" + self.name.replace("_", "-"),)
        return click.option(*names, self.name, help=self.about.text, **(given | self.about.more))


def command(
    name: str | None = None, group: click.Group | None = None, **about: Any
) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command of a function, with the options that its signature declares, and add it to a group."""

    def made(function: Callable[..., Any]) -> click.Command:
        found = click.command(name, cls=click.Command, **about)(_with_options(function))
        if group is not None:
            group.add_command(found)
        return found

    return made


def _with_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function that will be a command the options that its signature declares, and print its answer."""
    made: dict[str, tuple[type[Any], list[str]]] = {}
    declared: list[_Declared] = []
    hints = get_type_hints(function, include_extras=True)
    for parameter in inspect.signature(function).parameters.values():
        hint: Any = hints.get(parameter.name)
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            fields = list(_fields(hint))
            made[parameter.name] = hint, [field.name for field in fields]
            declared += fields
        elif get_origin(hint) is Annotated:
            declared.append(_Declared(parameter.name, hint.__origin__, parameter.default, hint.__metadata__[0]))
    says_how = any(each.name == "as_json" for each in declared)  # where it also matters on the way to the answer
    if hints["return"] is Answer and not says_how:
        declared.append(_Declared("as_json", bool, default=False, about=_JSON))

    @functools.wraps(function)
    def called(*context: Any, **values: Any) -> Any:
        for name, (kind, names) in made.items():
            values[name] = kind(**{each: values.pop(each) for each in names})
        as_json = values.get("as_json", False) if says_how else values.pop("as_json", False)
        found = function(*context, **values)
        if isinstance(found, Answer):
            found.show(as_json=as_json)

    for each in reversed(declared):
        called = each.parameter()(called)
    return called


def _fields(kind: type[Any]) -> Iterator[_Declared]:
    """Yield the fields of a dataclass that declare an option; the others keep their defaults."""
    hints = get_type_hints(kind, include_extras=True)
    for field in dataclasses.fields(kind):
        default = inspect.Parameter.empty if field.default is dataclasses.MISSING else field.default
        hint: Any = hints[field.name]
        if get_origin(hint) is Annotated:
            yield _Declared(field.name, hint.__origin__, default, hint.__metadata__[0])


def _click_type(kind: Any, limits: Sequence[Any], choices: Sequence[str]) -> Any:
    if choices:
        return click.Choice(choices)
    if kind is Path:
        return FILE
    if kind is dt.date:
        return Read(day)
    if kind is dt.datetime:
        return Read(utc_time)
    if kind is Language:
        return LanguageName()
    if not limits:
        return kind
    return click.IntRange(*limits) if kind is int else NumberRange(*limits)
