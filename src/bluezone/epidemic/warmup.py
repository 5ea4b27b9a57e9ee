"""Compile machine code before the first run: it takes `CPU_S` once a version, and somebody is waiting."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from bluezone.epidemic.engine import run
from bluezone.epidemic.interventions import App
from bluezone.epidemic.jit import ready_functions
from bluezone.epidemic.machine_code import keeps_machine_code, mark
from bluezone.epidemic.population import build_population
from bluezone.epidemic.scenario import Scenario

#: Seconds of a processor that compiling takes: measured, as docs/measurements/epidemic-speed.md says.
CPU_S: Final = 18
_PEOPLE: Final = 500
_TOLD_EVERY_S: Final = 0.5
_SCENARIO: Final = Scenario(days=3, initial_infections=20, prior_immunity=0.01, app=App(uptake=0.3))

#: Is told how many functions are compiled, of how many.
Heard = Callable[[int, int], None]


def make_ready(heard: Heard | None = None) -> None:
    """Compile everything by a run too small to notice, so that workers find it all on disk."""
    done = threading.Event()
    teller = threading.Thread(target=_tell, args=(heard, done), daemon=True)
    if heard is not None:
        teller.start()
    try:
        with _no_garbage_collected():
            population = build_population(_PEOPLE, 0)
            for threads in (1, 2):
                run(population, _SCENARIO, 0, threads=threads)
    finally:
        done.set()
    if keeps_machine_code():
        mark().touch()


@contextmanager
def _no_garbage_collected() -> Iterator[None]:
    """Let the collector of garbage rest: compilers keep most of what they make, and to look through it took an eighth
    of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _tell(heard: Heard, done: threading.Event) -> None:
    while not done.wait(_TOLD_EVERY_S):
        heard(*ready_functions())
