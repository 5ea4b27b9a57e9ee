"""Compile machine code before the first run: it takes half a minute of a processor once a version, and somebody is
waiting."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Final

import numba
import numpy as np

from bluezone.epidemic.adoption import Adoption
from bluezone.epidemic.demography import VIETNAM
from bluezone.epidemic.engine import laid_out, run
from bluezone.epidemic.executors import cores, processes
from bluezone.epidemic.interventions import App, Diagnosis
from bluezone.epidemic.jit import ready_functions
from bluezone.epidemic.machine_code import keeps_machine_code, mark
from bluezone.epidemic.outbreak import act, find_contacts, look
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.queue import new_queue
from bluezone.epidemic.records import PERSON
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.transmission import settle, spread

_PEOPLE: Final = 500
_TOLD_EVERY_S: Final = 0.5
_SCENARIO: Final = Scenario(days=3, initial_infections=20, prior_immunity=0.01, app=App(uptake=0.3))

#: Is told how many functions are compiled, of how many.
Heard = Callable[[int, int], None]


def make_ready(heard: Heard | None = None) -> None:
    """Compile everything by a run too small to notice, so that workers find it all on disk. Where there are two
    processors, another process compiles half of it."""
    done = threading.Event()
    teller = threading.Thread(target=_tell, args=(heard, done), daemon=True)
    if heard is not None:
        teller.start()
    helped: AbstractContextManager[Executor | None] = nullcontext()
    if keeps_machine_code() and cores() > 1:
        helped = processes(1)
    try:
        with helped as pool, _no_garbage_collected():
            other = [] if pool is None else [pool.submit(compile_tracing)]
            population = build_population(_PEOPLE, 0)
            if other:
                compile_meetings()
                wait(other)  # should it have failed, the run compiles that too
            for threads in (1, 2):
                run(population, _SCENARIO, 0, threads=threads)
    finally:
        done.set()
    if keeps_machine_code():
        mark().touch()


def compile_tracing() -> None:
    """Compile what finds contacts of cases and what is done about them: half of the work."""
    world, rules, queue, calendar = _nobody()
    names = np.empty(0, dtype=np.uint64)
    with _no_garbage_collected():
        _compile(find_contacts, world, rules, names, names, 0, np.uint64(0))
        _compile(act, world, rules, queue, calendar, 0, names, names, names, 0)


def compile_meetings() -> None:
    """Compile what people learn in the morning, and the day's infections."""
    world, rules, queue, calendar = _nobody()
    _compile(look, world, rules, queue, calendar, 0, 0, True)
    _compile(settle, world, rules, queue, 0, 0, 1.0)
    _compile(spread, world, rules, queue, 0, 0)


def _nobody() -> tuple[Any, ...]:
    """Return arguments of the compiled engine, of the right types, for which nothing need be compiled."""
    persons, none = np.zeros(100, dtype=PERSON), np.zeros(0, dtype=np.int32)
    circles = np.zeros(2, dtype=np.int32)
    population = Population(
        "", 0, VIETNAM, persons, none, none.astype(np.uint32), none, none, circles, np.empty(0, dtype=np.uint16)
    )
    scenario = Scenario(days=3, app=App().typical(), diagnosis=Diagnosis(background_daily_share=0.0))
    world, rules, calendar = laid_out(population, scenario, 0, Adoption(np.zeros(len(persons), dtype=np.int16), 0.0))
    return world, rules, new_queue(population, 3, 1), calendar


def _compile(function: Any, *like: Any) -> None:
    """Compile a function for arguments of the types of some examples."""
    types: Any = numba.typeof
    function.compile(tuple(map(types, like)))


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
