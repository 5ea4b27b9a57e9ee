"""Do the runs of a simulation on one pool of processes, with progress on standard error."""

from __future__ import annotations

import importlib
import signal
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from bluezone.cli.epidemic.question import Means
from bluezone.cli.errors import CommandError
from bluezone.cli.progress import Shown, spoken
from bluezone.epidemic import jit, machine_code, warmup
from bluezone.epidemic.ensembles import Plan, Task, pending
from bluezone.epidemic.executors import cores, do_on_cores, do_on_dask, processes
from bluezone.epidemic.store import Store

#: Is told of all results so far.
Heard = Callable[[list[dict[str, Any]]], None]

_CONNECT_S = 10.0


class Work:
    """Do the runs of one command: on which processes, with which progress, kept where."""

    def __init__(self, means: Means) -> None:
        self._dask = means.dask
        self.workers = cores() if means.workers is None else means.workers
        self.shown = Shown(means.progress)
        self.pool: Executor | None = None

    @contextmanager
    def begun(self) -> Iterator[Work]:
        """Compile where this version never ran, and keep the processes until the end."""
        if self._dask:
            _check_answers(self._dask)
        self.make_ready()
        before = signal.signal(signal.SIGTERM, _ended)
        several: AbstractContextManager[Executor | None] = nullcontext()
        if self.workers > 1 and not self._dask:
            several = processes(self.workers)
        try:
            with several as self.pool:
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

    def do(self, plan: Plan, folder: Path | None = None, title: str = "") -> list[dict[str, Any]]:
        """Return the results of a plan; each is kept in the folder at once, and what that holds is not run again.
        Progress is shown under a title."""
        store = None if folder is None else Store(folder, plan)
        rows = store.open() if store else []
        tasks = list(pending(plan, rows))
        with self.shown.counting(title, len(tasks)) if title else nullcontext(lambda _: None) as advance:
            for row in self._results(tasks):
                if store:
                    store.add(row)
                rows.append(row)
                advance(1)
        if store:
            store.finish(rows)
        return rows

    def do_tasks(self, tasks: Sequence[Task], title: str, heard: Heard) -> list[dict[str, Any]]:
        """Return the results of tasks of several plans, which keep nothing. heard: is told of all results so far, after
        each."""
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
        return do_on_dask(tasks, self._dask) if self._dask else do_on_cores(tasks, self.workers, self.pool)


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
