"""Decide which jobs start and which are ended. Pure: seconds of a clock that only goes forward are an argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bluezone.authority.site.registries import Job

#: how a job's process ends where another process is at the job
BUSY_STATUS = 75  # EX_TEMPFAIL
#: then the job is tried again: a purge under way must not delay the keys by a whole turn
RETRY_S = 5.0


@dataclass
class Schedule:
    """Hold when each job is due, and since when those under way run."""

    jobs: Sequence[Job]
    _due_s: dict[str, float] = field(default_factory=dict)
    _since_s: dict[str, float] = field(default_factory=dict)
    #: how many runs in a row took longer than they might
    _overran: dict[str, int] = field(default_factory=dict)

    def due(self, now_s: float) -> list[Job]:
        """Return the jobs to start now: whose time has come, that do not run, and whose lane is free.

        In a lane the one goes first that has been due longest.
        """
        for job in self.jobs:
            self._due_s.setdefault(job.name, now_s)  # at first all at once
        waiting = [job for job in self.jobs if job.name not in self._since_s and now_s >= self._due_s[job.name]]
        taken = {job.lane for job in self.jobs if job.name in self._since_s and job.lane}
        chosen = []
        for job in sorted(waiting, key=lambda job: self._due_s[job.name]):
            if job.lane in taken:
                continue
            taken |= {job.lane} - {""}
            chosen.append(job)
        return chosen

    def overdue(self, now_s: float) -> list[str]:
        """Return the names of the jobs that run longer than their deadline."""
        deadlines_s = {job.name: self._deadline_s(job) for job in self.jobs}
        return [name for name, since_s in self._since_s.items() if now_s - since_s >= deadlines_s[name]]

    def _deadline_s(self, job: Job) -> float:
        """Return the deadline of a run: after each that took too long twice as much, up to the job's own."""
        first_s = (job.first_deadline or job.deadline).total_seconds()
        most_s = job.deadline.total_seconds()
        return float(min(first_s * 2 ** self._overran.get(job.name, 0), most_s))

    def started(self, name: str, now_s: float) -> None:
        """Note that a job runs, and when it is due again."""
        (every_s,) = (job.every.total_seconds() for job in self.jobs if job.name == name)
        self._since_s[name], self._due_s[name] = now_s, now_s + every_s

    def ended(self, name: str, now_s: float, status: int | None, *, overran: bool = False) -> None:
        """Note that a job's process has ended. `overran`: it took longer than its deadline; one that must not wait for
        what hangs is tried again now."""
        del self._since_s[name]
        (first_deadline,) = (job.first_deadline for job in self.jobs if job.name == name)
        if overran and first_deadline is not None:
            self._overran[name] = self._overran.get(name, 0) + 1
            self._due_s[name] = now_s
        elif status == BUSY_STATUS:
            self._due_s[name] = min(self._due_s[name], now_s + RETRY_S)
        else:
            self._overran.pop(name, None)
