"""Compile machine code before the first run: it takes a minute once a version, and somebody is waiting."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from bluezone.epidemic.engine import run
from bluezone.epidemic.interventions import App
from bluezone.epidemic.jit import cache_folder, keeps_machine_code
from bluezone.epidemic.population import build_population
from bluezone.epidemic.scenario import Scenario

_PEOPLE: Final = 500


def is_ready() -> bool:
    """Return whether machine code of this version is kept from an earlier run."""
    return keeps_machine_code() and _mark().exists()


def make_ready() -> None:
    """Compile everything by a run too small to notice, so that workers find it all on disk."""
    scenario = Scenario(days=3, initial_infections=20, prior_immunity=0.01, app=App(uptake=0.3))
    population = build_population(_PEOPLE, 0)
    for threads in (1, 2):
        run(population, scenario, 0, threads=threads)
    if keeps_machine_code():
        _mark().touch()


def _mark() -> Path:
    """Return the file that says so. Machine code is kept by where its source lies and when it was written: the same
    version installed elsewhere, or again, compiles anew."""
    here = Path(__file__).resolve().parent
    written_ns = max(each.stat().st_mtime_ns for each in here.glob("*.py"))
    name = hashlib.sha256(f"{here}:{written_ns}".encode()).hexdigest()[:16]
    return Path(cache_folder()) / f"ready-{name}"
