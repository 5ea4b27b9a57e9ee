"""Do the runs of a simulation on one pool of processes, with progress on standard error."""

from __future__ import annotations

import importlib
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bluezone.cli.epidemic.question import Means
from bluezone.cli.errors import CommandError
from bluezone.cli.progress import Shown, spoken
from bluezone.epidemic import jit, machine_code, presets, warmup
from bluezone.epidemic.engine import run
from bluezone.epidemic.ensembles import Plan, Task, pending
from bluezone.epidemic.executors import cores, do_on_cores, do_on_dask, processes
from bluezone.epidemic.population import build_population
from bluezone.epidemic.store import Store

#: Is told of all results so far.
Heard = Callable[[list[dict[str, Any]]], None]

_CONNECT_S = 10.0
_PROBE_PEOPLE, _PROBE_DAYS, _PROBES = 50_000, 60, 3
#: Larger populations no longer fit the processor's caches: 1.4 times the time for each person and day at 700,000.
_LARGE_PEOPLE, _LARGE_EXTRA = 700_000, 0.4
_BUILD_S_PER_PERSON = 0.4e-6  # of a population, once for each seed
_START_S = 4.0  # until the processes have loaded their machine code


class Work:
    """Do the runs of one command: on which processes, with which progress, kept where."""

    def __init__(self, means: Means) -> None:
        self._dask = means.dask
        self.workers = cores() if means.workers is None else means.workers
        self.shown = Shown(means.progress)
        self._pool: Executor | None = None
        self.out, self._restart = means.out, means.restart

    @contextmanager
    def begun(self, plans: Sequence[Plan]) -> Iterator[Work]:
        """Compile where this version never ran, say how long all plans will take, and keep the processes until the end.

        Results that `out` already holds are counted as still to do: the estimate is the most it can take.
        """
        if self._dask:
            _check_answers(self._dask)
        self.make_ready()
        if self.shown.kind in ("bar", "sentences") and not self._dask:
            about_s = duration_s(plans, self.workers, seconds_per_person_day())
            runs = sum(len(plan.tasks()) for plan in plans)
            click.echo(f"{runs} runs on {self.workers} processes: {spoken(about_s)}", err=True)
        before = signal.signal(signal.SIGTERM, _ended)
        several: AbstractContextManager[Executor | None] = nullcontext()
        if self.workers > 1 and not self._dask:
            several = processes(self.workers)
        try:
            with several as self._pool:
                yield self
        finally:
            signal.signal(signal.SIGTERM, before)

    def make_ready(self) -> None:
        """Compile where this version never ran; say so, and show how far that is."""
        if machine_code.is_ready():
            return
        if self.shown.kind in ("bar", "sentences"):
            about = spoken(warmup.CPU_S)
            click.echo(f"preparing the simulator, once for each version: {about} of a processor ...", err=True)
        with self.shown.counting("functions compiled", jit.ready_functions()[1]) as advance:
            shown = 0

            def heard(compiled: int, _number: int) -> None:
                nonlocal shown
                advance(compiled - shown)
                shown = compiled

            warmup.make_ready(heard if self.shown.kind in ("bar", "sentences") else None)

    def do(
        self, plan: Plan, folder: Path | None = None, title: str = "", heard: Heard | None = None
    ) -> list[dict[str, Any]]:
        """Return the results of a plan; each is kept in the folder at once, and what that holds is not run again.

        Progress is shown under a title. heard: is told of all results so far, after each.
        """
        store = None if folder is None else Store(folder, plan)
        rows = store.open(restart=self._restart) if store else []
        tasks = list(pending(plan, rows))
        with self.shown.counting(title, len(tasks)) if title else nullcontext(lambda _: None) as advance:
            for row in self._results(tasks):
                if store:
                    store.add(row)
                rows.append(row)
                advance(1)
                if heard:
                    heard(rows)
        if store:
            store.finish(rows)
        return rows

    def do_tasks(self, tasks: Sequence[Task], title: str, heard: Heard) -> list[dict[str, Any]]:
        """Return the results of tasks of several plans, which keep nothing. heard: as of `do`."""
        rows: list[dict[str, Any]] = []
        with self.shown.counting(title, len(tasks)) as advance:
            for row in self._results(tasks):
                rows.append(row)
                advance(1)
                heard(rows)
        return rows

    def _results(self, tasks: Sequence[Task]) -> Iterable[dict[str, Any]]:
        if not tasks:
            return []
        return do_on_dask(tasks, self._dask) if self._dask else do_on_cores(tasks, self.workers, self._pool)


def _check_answers(address: str) -> None:
    """Refuse an address at which nobody listens. A client of Dask that finds none goes on trying in its destructor."""
    refusal = CommandError(f"no Dask scheduler answers at {address}; start one or leave out --dask")
    comm: Any = importlib.import_module("distributed.comm")  # takes a second, and is without types
    try:
        host, port = comm.get_address_host_port(address)
    except (ValueError, TypeError) as error:
        raise refusal from error
    except NotImplementedError:  # a transport without hosts
        return
    try:
        socket.create_connection((host, port), timeout=_CONNECT_S).close()
    except (OSError, TypeError) as error:
        raise refusal from error


def _ended(number: int, _frame: object) -> None:
    """Leave as on Ctrl-C when told to end (SIGTERM): processes are ended too, and leave no semaphores behind."""
    raise SystemExit(128 + number)


# --- how long it will take --------------------------------------------------------------------------------------------


def duration_s(plans: Iterable[Plan], workers: int, per_person_day_s: float) -> float:
    """Return how long all runs of the plans take on so many processes, to about a third."""
    work_s = 0.0
    for plan in plans:
        slower = 1.0 + _LARGE_EXTRA * min(1.0, plan.people / _LARGE_PEOPLE)
        runs_s = len(plan.uptakes) * plan.people * plan.scenario.days * per_person_day_s * slower
        work_s += len(plan.seeds) * (runs_s + plan.people * _BUILD_S_PER_PERSON)
    return _START_S + work_s / workers


def seconds_per_person_day() -> float:
    """Measure this machine by runs of a fraction of a second, the first of which may still load or compile code."""
    scenario = replace(presets.vietnam_2020(), days=_PROBE_DAYS)
    people = build_population(_PROBE_PEOPLE, 0)
    took_s = []
    for seed in range(_PROBES):
        started_s = time.perf_counter()
        run(people, scenario, seed)
        took_s.append(time.perf_counter() - started_s)
    return min(took_s) / (_PROBE_PEOPLE * _PROBE_DAYS)
