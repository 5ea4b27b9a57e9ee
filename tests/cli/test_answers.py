"""Test how a command prints its result: one JSON document, or sentences and tables; and its progress before."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any

import click
import numpy as np
import pytest
from click.testing import CliRunner

from bluezone.cli.answers import Answer, json_text, show, table
from bluezone.cli.options import Json, Opt, command
from bluezone.cli.progress import Shown


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Point:
    x: float
    on: dt.date


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (float("nan"), None),
        ([1.5, float("inf"), np.float64(2)], [1.5, None, 2.0]),
        (dt.date(2020, 8, 13), "2020-08-13"),
        (dt.datetime(2020, 8, 13, 1, tzinfo=dt.UTC), "2020-08-13T01:00:00+00:00"),
        ({1: Colour.RED, "vị": None}, {"1": "red", "vị": None}),
        (Point(float("nan"), dt.date(2020, 1, 2)), {"x": None, "on": "2020-01-02"}),
        ((each for each in (True, 0)), [True, 0]),
    ],
)
def test_facts_are_plain_json(value: Any, plain: Any) -> None:
    assert json.loads(json_text(value)) == plain


@command("ask")
def ask(*, times: Annotated[int, Opt("How often.")] = 1) -> Answer:
    def text() -> Any:
        yield table(("who [b]", "n"), [("Hà [red]x[/]", "12"), (click.style("Vị", fg="green"), "3")], title="All")
        yield f"{times} in all"

    return Answer({"times": times}, text(), status=1 if times > 1 else 0)


@command("look")
def look(*, as_json: Json = False) -> Answer:
    return Answer({"json": as_json}, "looked")


@pytest.mark.parametrize(
    ("asked", "arguments", "code", "said"),
    [
        (ask, ["--json"], 0, '{"times": 1}\n'),
        (ask, ["--times", "2", "--json"], 1, '{"times": 2}\n'),
        (look, [], 0, "looked\n"),
        (look, ["--json"], 0, '{"json": true}\n'),
    ],
)
def test_a_command_that_answers_takes_json_and_ends_with_the_answer_s_status(
    asked: click.Command, arguments: list[str], code: int, said: str
) -> None:
    done = CliRunner().invoke(asked, arguments)
    assert (done.exit_code, done.output) == (code, said)


def test_a_table_says_names_as_they_are_and_is_not_folded_in_a_pipe() -> None:
    lines = CliRunner().invoke(ask, []).output.splitlines()
    assert lines[0].strip() == "All"
    assert [line.split("│")[0].strip() for line in lines if "│" in line] == ["Hà [red]x[/]", "Vị"]
    assert lines[-1] == "1 in all"


def test_a_wide_table_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show(table(("a", "b"), [("x" * 90, "y" * 90)]))
    assert f"{'x' * 90} │ {'y' * 90}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("bar", ["runs ...", "runs: 2 of 4, about 20 seconds left", "runs: 4 of 4"]),  # no terminal here
        ("lines", ["1 4", "2 4", "3 4", "4 4"]),
        ("none", []),
    ],
)
def test_progress_is_a_sentence_now_and_then_or_a_line_each(
    kind: str, said: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 5.0, 20.0, 25.0, 27.0])
    monkeypatch.setattr("bluezone.cli.progress.time.monotonic", lambda: next(clock))
    with Shown(kind).counting("runs", 4) as advance:
        for _ in range(4):
            advance(1)
    assert capsys.readouterr().err.splitlines() == said
