"""Define `bluezone epidemic assumptions`: what the simulator takes for granted, and where that comes from."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from bluezone.epidemic import presets
from bluezone.epidemic.sources import SOURCES


@click.command("assumptions")
@click.option("--sources", is_flag=True, help="Instead, where every constant comes from and how that was checked.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def assumptions_command(sources: bool, as_json: bool) -> None:
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
