"""Do tasks in this process, on all cores, or on a Dask cluster. Results come as they are finished."""

from __future__ import annotations

import importlib
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from typing import Any

from bluezone.epidemic.ensembles import Task, run_task
from bluezone.epidemic.errors import EpidemicError

#: People from which on one process lets all cores work on a run.
MANY_PEOPLE = 2_000_000
#: How long a scheduler may take to answer.
DASK_TIMEOUT = "10s"


def cores() -> int:
    """Return the number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def do_here(tasks: Sequence[Task]) -> Iterator[dict[str, Any]]:
    """Do tasks one after the other in this process; all cores work on one of many people, of which memory holds no
    two."""
    return (run_task(task, cores() if task.plan.people >= MANY_PEOPLE else 1) for task in tasks)


@contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """Keep processes for several calls of `do_on_cores`: each takes seconds to load its machine code.

    Where the work is cut short (Ctrl-C), they are ended at once: each may be in the middle of a seed's many runs, and
    holds the next seeds already, which nobody would wait for. Results are kept by the caller as they come.
    """
    context = multiprocessing.get_context("spawn")  # forking a process that has threads (a progress bar) is not safe
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        try:
            yield pool
        except BaseException:
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def do_on_cores(tasks: Sequence[Task], workers: int, pool: Executor | None = None) -> Iterator[dict[str, Any]]:
    """Do tasks on several processes of this machine: those of `processes`, or else some of their own.

    Tasks of one seed go to one process after another, to share its people. Where the caller stops between two results
    (a signal while one is written), what waits is left to `processes`, which ends all: cancelled here, it would make
    the pool of Python 3.11 stumble over it as its workers die, with a traceback and semaphores left behind.
    """
    if workers < 1:
        raise EpidemicError(f"{workers} workers cannot work; ask for 1")
    if workers == 1 or len(tasks) < 2:
        yield from do_here(tasks)
        return
    with nullcontext(pool) if pool else processes(min(workers, len(tasks))) as kept:
        waiting: set[Future[list[dict[str, Any]]]] = {kept.submit(_do_all, batch) for batch in batches(tasks, workers)}
        try:
            while waiting:
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield from future.result()
        except BrokenProcessPool as error:
            raise EpidemicError(
                "a worker process was killed, most likely for want of memory; ask for fewer workers or fewer people "
                "(what was finished is kept: run the same command again to go on)"
            ) from error


def batches(tasks: Sequence[Task], workers: int) -> list[tuple[Task, ...]]:
    """Group tasks by seed; single where there are fewer seeds than workers, so that nobody is idle."""
    by_seed: dict[int, list[Task]] = {}
    for task in tasks:
        by_seed.setdefault(task.seed, []).append(task)
    if len(by_seed) < workers:
        return [(task,) for task in tasks]
    return [tuple(group) for group in by_seed.values()]


def _do_all(tasks: tuple[Task, ...]) -> list[dict[str, Any]]:
    return [run_task(task) for task in tasks]


def do_on_dask(tasks: Sequence[Task], address: str) -> Iterator[dict[str, Any]]:
    """Do tasks on the workers of a Dask cluster, which must have this version of bluezone installed.

    Raises EpidemicError if the scheduler cannot be reached.
    """
    distributed: Any = importlib.import_module("distributed")  # takes a second, and is without types
    try:
        client = distributed.Client(address, timeout=DASK_TIMEOUT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EpidemicError(f"no Dask scheduler answers at {address}; start one or leave out --dask") from error
    try:
        futures = client.map(run_task, tasks, pure=False, retries=2)
        for future in distributed.as_completed(futures, loop=client.loop):
            yield future.result()
            future.release()
    finally:
        client.close()
