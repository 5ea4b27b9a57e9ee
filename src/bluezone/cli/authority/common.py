"""Share what the commands of `bluezone authority` need."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping

import click


def say(as_json: bool, facts: Mapping[str, object], sentence: str) -> None:
    """Print a command's answer: `facts` as one JSON document, or the sentence that says the same."""
    click.echo(json.dumps(facts, ensure_ascii=False, default=str) if as_json else sentence)


def utc(moment: dt.datetime) -> str:
    """Write a moment as an operator reads it."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
