"""Define `bluezone epidemic assumptions`: what the simulator takes for granted, and where that comes from."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import click

from bluezone.cli.options import Json, Opt, options
from bluezone.epidemic import presets
from bluezone.epidemic.sources import SOURCES


@click.command("assumptions")
@options
def assumptions_command(
    *,
    sources: Annotated[bool, Opt("Instead, where every constant comes from and how that was checked.")] = False,
    as_json: Json = False,
) -> None:
    """List every assumption `--set` can change, with its value for Việt Nam 2020; the median of what is drawn."""
    if sources:
        if as_json:
            click.echo(json.dumps([asdict(source) for source in SOURCES], ensure_ascii=False))
            return
        for source in SOURCES:
            click.echo(f"{source.what}: {source.value}\n    {source.origin} [{source.checked}]")
        return
    known = presets.assumptions(presets.vietnam_2020())
    if as_json:
        click.echo(json.dumps(known, ensure_ascii=False))
        return
    drawn = presets.drawn(presets.vietnam_2020())
    for name, value in known.items():
        click.echo(f"{name} = {value}{' (median; drawn for each run unless set)' if name in drawn else ''}")
    click.echo("Where they come from: bluezone epidemic assumptions --sources", err=True)
