"""Answer questions to the simulator, one at a time over the whole installation, in a process of the worker's."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from bluezone.authority.simulations import simulator
from bluezone.authority.simulations.models import Simulation
from bluezone.authority.simulations.rules import arguments
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
    rows = Simulation.objects.filter(pk=simulation.pk)
    rows.filter(state=State.WAITING).update(state=State.RUNNING)
    folder = folder_of(simulation)
    found: dict[str, object] = {}
    try:
        commands = arguments(simulation.question, str(folder), simulation.language)
        for column, command in commands.items():
            found[column] = simulator.ask(
                command,
                folder,
                tell=lambda done, total: rows.update(done=done, total=total),
                is_wanted=rows.filter(state=State.RUNNING).exists,
            )
        found["state"] = State.DONE
    except simulator.SimulatorError as error:
        found = {"state": State.REFUSED, "refusal": str(error)}
    except simulator.StoppedError:
        found = {"state": State.ENDED}
    rows.filter(state=State.RUNNING).update(**found, finished_at=clock.now())
    shutil.rmtree(folder, ignore_errors=True)


def end(simulation: Simulation) -> None:
    """Withdraw a question; a run under way notices within seconds."""
    rows = Simulation.objects.filter(pk=simulation.pk, state__in=Simulation.UNFINISHED)
    rows.update(state=State.ENDED, finished_at=clock.now())


def remove(simulation: Simulation) -> None:
    """Delete a question with its answer, and whatever a run left."""
    with transaction.atomic():
        end(simulation)
        simulation.delete()
    shutil.rmtree(folder_of(simulation), ignore_errors=True)


def waiting(_now: dt.datetime) -> QuerySet[Simulation]:
    """Return the questions that are not answered yet."""
    return Simulation.objects.filter(state__in=Simulation.UNFINISHED)


def answer_waiting(now: dt.datetime) -> str | None:
    """Answer what waits, for the worker. Raises JobBusyError. A worker that ends takes the simulator's processes with
    it; what they have run is kept, and the next goes on from there."""
    if not waiting(now).exists():
        return None
    return f"{work_off()} simulations answered"
