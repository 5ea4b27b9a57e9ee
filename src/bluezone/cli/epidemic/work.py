"""Do the runs of a simulation on one pool of processes, with progress on standard error."""

from __future__ import annotations

import importlib
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bluezone.cli.epidemic.question import Means
from bluezone.cli.errors import CommandError
from bluezone.epidemic import jit, machine_code, presets, warmup
from bluezone.epidemic.engine import run
from bluezone.epidemic.ensembles import Plan, Task, pending
from bluezone.epidemic.executors import cores, do_on_cores, do_on_dask, processes
from bluezone.epidemic.population import build_population
from bluezone.epidemic.store import Store

#: Tells that so many more runs are done.
Advance = Callable[[int], None]
#: Is told of all results so far.
Heard = Callable[[list[dict[str, Any]]], None]

_LINE_EVERY_S = 10.0
_CONNECT_S = 10.0
_PROBE_PEOPLE, _PROBE_DAYS, _PROBES = 50_000, 60, 3
#: Larger populations no longer fit the processor's caches: 1.4 times the time for each person and day at 700,000.
_LARGE_PEOPLE, _LARGE_EXTRA = 700_000, 0.4
_BUILD_S_PER_PERSON = 0.4e-6  # of a population, once for each seed
#: (seconds in a unit, its name, durations below which it is used, counts are multiples of)
_UNITS = ((1, "seconds", 90, 10), (60, "minutes", 5_400, 1), (3_600, "hours", 172_800, 1))
_START_S = 4.0  # until the processes have loaded their machine code


class Work:
    """Do the runs of one command: on which processes, with which progress, kept where."""

    def __init__(self, means: Means) -> None:
        self._dask = means.dask
        self.workers = cores() if means.workers is None else means.workers
        self._kind = means.progress
        if self._kind == "bar" and not sys.stderr.isatty():
            self._kind = "sentences"
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
        if self._kind in ("bar", "sentences") and not self._dask:
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
        if self._kind in ("bar", "sentences"):
            click.echo("preparing the simulator, once for each version: about half a minute ...", err=True)
        with self.progress("functions compiled", jit.ready_functions()[1]) as advance:
            shown = 0

            def heard(compiled: int, _number: int) -> None:
                nonlocal shown
                advance(compiled - shown)
                shown = compiled

            warmup.make_ready(heard if self._kind in ("bar", "sentences") else None)

    def do(
        self, plan: Plan, folder: Path | None = None, title: str = "", heard: Heard | None = None
    ) -> list[dict[str, Any]]:
        """Return the results of a plan; each is kept in the folder at once, and what that holds is not run again.

        Progress is shown under a title. heard: is told of all results so far, after each.
        """
        store = None if folder is None else Store(folder, plan)
        rows = store.open(restart=self._restart) if store else []
        tasks = list(pending(plan, rows))
        with self.progress(title, len(tasks)) if title else nullcontext(_unseen) as advance:
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

    def do_tasks(self, tasks: Sequence[Task], title: str) -> list[dict[str, Any]]:
        """Return the results of tasks of several plans, which keep nothing."""
        rows = []
        with self.progress(title, len(tasks)) as advance:
            for row in self._results(tasks):
                rows.append(row)
                advance(1)
        return rows

    def _results(self, tasks: Sequence[Task]) -> Iterable[dict[str, Any]]:
        if not tasks:
            return []
        return do_on_dask(tasks, self._dask) if self._dask else do_on_cores(tasks, self.workers, self._pool)

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Advance]:
        """Show how much of `total` is done: a bar, sentences off a terminal, or lines for programs."""
        if self._kind == "bar" and total:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
                task = bar.add_task(title, total=total)
                yield lambda number: bar.advance(task, number)
            return
        if self._kind == "sentences":
            yield _Sentences(title, total)
            return
        done = 0

        def count(number: int) -> None:
            nonlocal done
            done += number
            if self._kind == "lines":
                print(done, total, file=sys.stderr, flush=True)

        yield count


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


def _unseen(number: int) -> None:
    """Show nothing."""


class _Sentences:
    """Say every ten seconds how much is done, and how much longer it will take."""

    def __init__(self, title: str, total: int) -> None:
        self._title, self._total, self._done = title, total, 0
        self._started_s = self._said_s = time.monotonic()

    def __call__(self, number: int) -> None:
        self._done += number
        now_s = time.monotonic()
        if self._done < self._total and now_s - self._said_s < _LINE_EVERY_S:
            return
        self._said_s = now_s
        left = ""
        if self._total > self._done >= self._total / 10:  # the first ones say nothing of the rest
            left = f", {spoken((now_s - self._started_s) / self._done * (self._total - self._done))} left"
        click.echo(f"{self._title}: {self._done} of {self._total}{left}", err=True)


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


def spoken(seconds_: float) -> str:
    """Say a duration as people do: `about 40 seconds`, `about 3 minutes`, `about 2 hours`."""
    for unit_s, name, below_s, step in _UNITS:
        if seconds_ < below_s:
            count = max(step, step * round(seconds_ / unit_s / step))
            return f"about {count} {name if count > 1 else name[:-1]}"
    return f"about {round(seconds_ / 86_400)} days"
