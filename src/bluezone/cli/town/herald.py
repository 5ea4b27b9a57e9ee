"""Define `bluezone town herald`: how well phones hear each other, and what it costs, for several ways of listening."""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path
from typing import Annotated, Any

import click
from rich.console import Console
from rich.table import Table

from bluezone.cli.options import Json, Opt, options
from bluezone.phone.air.energy import DEVICES
from bluezone.town import herald as measurement
from bluezone.town.herald import MAX_PHONES, MIN_PHONES, WAYS, Result, Way


@click.command()
@options
def herald(
    *,
    phones: Annotated[int, Opt("On the table.", limits=(MIN_PHONES, MAX_PHONES))] = 6,
    hours: Annotated[float, Opt("How long they lie there.", limits=(0.1, 24))] = 8.0,
    seed: Annotated[int, Opt("The same seed gives the same numbers.", limits=(0,))] = 1,
    names: Annotated[tuple[str, ...], Opt("Only these.", "--way", choices=[way.name for way in WAYS])] = (),
    as_json: Json = False,
) -> None:
    """Measure detection, continuity, completeness and cost by Herald's method.

    Phones lie still for eight hours, the time is cut into windows of 30 s; one more phone comes and goes. Everything
    is the phone's real engine on virtual controllers, by the same seed for each way of listening.
    """
    ways = [way for way in WAYS if not names or way.name in names]
    errors, shown = Console(stderr=True), set[str]()

    def progress(name: str, done_s: float, all_s: float) -> None:
        if errors.is_terminal:
            errors.print(f"{name}: {100 * done_s / all_s:3.0f} %", end="\r")
        elif name not in shown:
            shown.add(name)
            errors.print(f"{name} ...")

    with tempfile.TemporaryDirectory(prefix="bluezone-herald-") as folder:
        results = measurement.measure(Path(folder), ways, phones, hours, seed, progress)
    if as_json:
        click.echo(json.dumps(document(results, phones, hours, seed), ensure_ascii=False))
    else:
        _tell(results, phones, hours)


def document(results: list[Result], phones: int, hours: float, seed: int) -> dict[str, Any]:
    """Write the results as a document: a seed gives its bytes. Shares are 0..1, None where nothing was counted."""
    return {
        "phones": phones,
        "hours": hours,
        "seed": seed,
        "window_s": measurement.WINDOW_S,
        "ways": [
            {
                "name": result.way.name,
                "listening": _listening(result.way),
                "detection": _share(result.detection),
                "continuity": _share(result.continuity),
                "completeness": _share(result.completeness),
                "windows": result.windows,
                "visits": result.visits,
                "longest_gap_s": result.longest_gap_s,
                "listening_share": round(result.listening_share, 5),
                "scans_a_day": round(result.scans_a_day),
                "charge_mah": {name: round(mah, 3) for name, mah in result.charge_mah.items()},
                "charge_mah_a_day": {name: round(mah * 24 / hours, 2) for name, mah in result.charge_mah.items()},
            }
            for result in results
        ],
        "devices": [
            {
                "name": device.name,
                "receive_ma": device.receive_ma,
                "transmit_ma": device.transmit_ma,
                "source": device.source,
            }
            for device in DEVICES
        ],
    }


def _listening(way: Way) -> dict[str, float] | None:
    duty = way.duty
    if duty is None:
        return None
    return {"window_s": duty.window_s, "period_s": duty.period_s, "jitter_s": duty.jitter_s}


def _share(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 5)


def _tell(results: list[Result], phones: int, hours: float) -> None:
    devices = [device.name for device in DEVICES]
    table = Table(
        "listening",
        "detection",
        "continuity",
        "completeness",
        "longest gap",
        "receiver on",
        *(f"mAh a day, {name}" for name in devices),
        title=f"{phones} phones on a table for {hours:g} h, and a visitor",
        title_justify="left",
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for result in results:
        table.add_row(
            result.way.name,
            *(_percent(value) for value in (result.detection, result.continuity, result.completeness)),
            f"{result.longest_gap_s:.0f} s",
            _percent(result.listening_share),
            *(f"{result.charge_mah[name] * 24 / hours:.1f}" for name in devices),
        )
    Console().print(table)
    click.echo(
        "detection: pairs that heard each other at all; continuity: windows of 30 s with a reading; completeness: "
        "visits of 1 to 5 minutes that were noticed. "
        "Charges by published currents (docs/why/radio-plan.md), not measured."
    )


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else f"{100 * share:.2f} %"
