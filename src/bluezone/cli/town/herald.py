"""Define `bluezone town herald`: how well phones hear each other, and what it costs, for several ways of listening."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from bluezone.cli.answers import Answer, table
from bluezone.cli.options import Opt, command
from bluezone.cli.progress import Shown
from bluezone.phone.air.energy import DEVICES
from bluezone.town import herald as measurement
from bluezone.town.herald import MAX_PHONES, MIN_PHONES, WAYS, Result

if TYPE_CHECKING:
    from rich.table import Table


@command("herald")
def herald(
    *,
    phones: Annotated[int, Opt("On the table.", limits=(MIN_PHONES, MAX_PHONES))] = 6,
    hours: Annotated[float, Opt("How long they lie there.", limits=(0.1, 24))] = 8.0,
    seed: Annotated[int, Opt("The same seed gives the same numbers.", limits=(0,))] = 1,
    names: Annotated[tuple[str, ...], Opt("Only these.", "--way", choices=[way.name for way in WAYS])] = (),
) -> Answer:
    """Measure detection, continuity, completeness and cost by Herald's method.

    Phones lie still for eight hours, the time is cut into windows of 30 s; one more phone comes and goes. Everything
    is the phone's real engine on virtual controllers, by the same seed for each way of listening.
    """
    ways = [way for way in WAYS if not names or way.name in names]
    with tempfile.TemporaryDirectory(prefix="bluezone-herald-") as folder, closing(Shown()) as progress:
        results = measurement.measure(Path(folder), ways, phones, hours, seed, progress)
    return Answer(document(results, phones, hours, seed), _text(results, phones, hours))


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
                "listening": result.way.duty,
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
        "devices": DEVICES,
    }


def _share(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 5)


def _text(results: list[Result], phones: int, hours: float) -> Iterator[str | Table]:
    devices = [device.name for device in DEVICES]
    charges = (f"mAh a day, {name}" for name in devices)
    yield table(
        ("listening", "detection", "continuity", "completeness", "longest gap", "receiver on", *charges),
        (
            (
                result.way.name,
                *map(_percent, (result.detection, result.continuity, result.completeness)),
                f"{result.longest_gap_s:.0f} s",
                _percent(result.listening_share),
                *(f"{result.charge_mah[name] * 24 / hours:.1f}" for name in devices),
            )
            for result in results
        ),
        title=f"{phones} phones on a table for {hours:g} h, and a visitor",
    )
    yield (
        "detection: pairs that heard each other at all; continuity: windows of 30 s with a reading; completeness: "
        "visits of 1 to 5 minutes that were noticed. "
        "Charges by published currents (docs/why/radio-plan.md), not measured."
    )


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else f"{100 * share:.2f} %"
