"""Answer questions to the simulator, one at a time over the whole installation, in a process of the worker's."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from bluezone.authority.simulations import simulator
from bluezone.authority.simulations.models import Simulation
from bluezone.authority.simulations.rules import ORDER_FILE, arguments
from bluezone.authority.site import clock
from bluezone.authority.site.locks import job_lock

State = Simulation.State


def folder_of(simulation: Simulation) -> Path:
    """Return the folder that keeps a question's runs until it is answered: the next worker goes on from them if one
    dies."""
    path: Path = settings.BLUEZONE.var / "simulations" / str(simulation.id)
    return path


def work_off() -> int:
    """Answer every question that waits, oldest first; return how many. Raises JobBusyError where another process is at
    it.

    Who holds the lock is alone, so a question that is "running" was left by a process that died: it goes on from there.
    """
    answered = 0
    with job_lock("simulate"):
        while (simulation := Simulation.objects.filter(state__in=Simulation.UNFINISHED).last()) is not None:
            _work_on(simulation)
            answered += 1
    return answered


def _work_on(simulation: Simulation) -> None:
    """Ask the simulator each part, and store what it says as it says it: what was answered stays, whatever comes."""
    rows = Simulation.objects.filter(pk=simulation.pk)
    rows.filter(state=State.WAITING).update(state=State.RUNNING)
    running = rows.filter(state=State.RUNNING)
    folder = folder_of(simulation)
    refused: list[str] = []
    answered = False
    try:
        for column, command in _commands(simulation, folder):
            heard = _Heard(running, column, folder)
            try:
                answer = simulator.ask(command, folder, tell=heard, is_wanted=running.exists)
                answered = True
                running.update(**{column: answer})
            except simulator.SimulatorError as error:
                refused.append(str(error))
                answered |= heard.store()
        state = State.DONE if answered else State.REFUSED
        running.update(state=state, refusal=next(filter(None, refused), ""), finished_at=clock.now())
    except simulator.StoppedError:
        pass  # it was ended, with what is there by then
    shutil.rmtree(folder, ignore_errors=True)


def _commands(simulation: Simulation, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the commands to run, by where their answers go; the order's installs are laid down before."""
    if simulation.order is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ORDER_FILE).write_text(json.dumps(simulation.order), "utf-8")
    yield from arguments(simulation.question, str(folder)).items()


class _Heard:
    """Store how far a command is, and its answer so far where that has changed."""

    def __init__(self, rows: QuerySet[Simulation], column: str, folder: Path) -> None:
        self._rows, self._column, self._file = rows, column, folder / column / "answer.json"
        self._seen: int | None = None

    def __call__(self, done: int, total: int) -> None:
        self._rows.update(done=done, total=total)
        self.store()

    def store(self) -> bool:
        """Store the answer so far where that has changed; return whether there is one."""
        changed = self._file.stat().st_mtime_ns if self._file.exists() else None
        if changed is not None and changed != self._seen:
            self._seen = changed
            self._rows.update(**{self._column: json.loads(self._file.read_text("utf-8"))})
        return changed is not None


def end(simulation: Simulation) -> None:
    """Withdraw a question; a run under way notices within seconds."""
    rows = Simulation.objects.filter(pk=simulation.pk, state__in=Simulation.UNFINISHED)
    rows.update(state=State.ENDED, finished_at=clock.now())


def remove(simulation: Simulation) -> None:
    """Delete a question with its answer, and whatever a run left."""
    folder = folder_of(simulation)  # a deleted row has no id
    with transaction.atomic():
        end(simulation)
        simulation.delete()
    shutil.rmtree(folder, ignore_errors=True)


def waiting(_now: dt.datetime) -> QuerySet[Simulation]:
    """Return the questions that are not answered yet."""
    return Simulation.objects.filter(state__in=Simulation.UNFINISHED)


def answer_waiting(now: dt.datetime) -> str | None:
    """Answer what waits, for the worker. Raises JobBusyError. A worker that ends takes the simulator's processes with
    it; what they have run is kept, and the next goes on from there."""
    if not waiting(now).exists():
        return None
    return f"{work_off()} simulations answered"
