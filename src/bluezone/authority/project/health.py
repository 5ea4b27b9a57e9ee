"""Judge by what was measured of an installation (`facts`) what is wrong, how badly, and in which words. Pure.

`/readyz`, `bluezone authority check`, `status`, `/metrics` and the public page all say what stands here.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bluezone.authority.keys import rules as key_rules

#: below this an export of a large batch, or a day of SQLite's log, may not fit
LEAST_FREE_BYTES, VITAL_FREE_BYTES = 500_000_000, 100_000_000
#: below this many more files (inodes) exports and caches may be refused
LEAST_FREE_FILES = 10_000
#: a batch is out a minute after its time, and the worker's hourly jobs may take some
BATCH_GRACE = dt.timedelta(minutes=10)
#: the job that runs every minute, and how long nothing may be heard of it: a large batch takes minutes
HEARTBEAT_JOB, HEARTBEAT_GRACE = "publish", dt.timedelta(minutes=5)
#: after so long without keys phones warn late by hours
LONG = dt.timedelta(hours=2)
#: runs of a job that may be missed, or fail, before that is said
_MISSED_RUNS = 3
#: one a night, and hours to make it
BACKUP_GRACE = dt.timedelta(hours=30)
#: of a key that signs and has no successor; of a certificate that nobody renewed
KEY_WARNING, TLS_WARNING, TLS_CRITICAL = dt.timedelta(days=14), dt.timedelta(days=14), dt.timedelta(days=2)
#: of one process: what `serve` asks for, and what it refuses to start with
OPEN_FILES, LEAST_OPEN_FILES = 20_256, 1_024
_MINUTE = dt.timedelta(minutes=1)


class Level(enum.IntEnum):
    """Name how bad a finding is; the numbers are the exit codes of monitoring plugins."""

    OK = 0
    WARNING = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """Say of one part how it is: what is wrong, since when, what to do."""

    level: Level = Level.OK
    text: str = "ok"


_WELL = Finding()


def _warning(text: str) -> Finding:
    return Finding(Level.WARNING, text)


def _critical(text: str) -> Finding:
    return Finding(Level.CRITICAL, text)


@dataclass(frozen=True, slots=True)
class Run:
    """Hold the last run of a job, and how often it is to run; `every` None: no job of the worker's."""

    ended_at: dt.datetime
    succeeded_at: dt.datetime | None
    every: dt.timedelta | None = None
    deadline: dt.timedelta = dt.timedelta()
    report: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Hold how many wait for the worker, since when the oldest is due, and how long that may be."""

    waiting: int
    oldest_at: dt.datetime | None
    most: dt.timedelta


@dataclass(frozen=True, slots=True)
class Facts:
    """Hold what was measured at one moment. `unknown`: what could not be looked at, by part. No paths, no names."""

    at: dt.datetime
    unknown: Mapping[str, str] = field(default_factory=dict)
    secrets: str = ""
    keys: str = ""
    #: when the last key of a purpose ends that signs now or later; None: never
    keys_end_at: Mapping[str, dt.datetime | None] = field(default_factory=dict)
    clock: str = ""
    free_bytes: int = 0
    #: None: files have no bound
    free_files: int | None = None
    can_write: bool = True
    database_bytes: int | None = None
    missing_migrations: int = 0
    period_s: int = 900
    last_batch_end: dt.datetime | None = None
    batches_late: int = 0
    keys_waiting: int = 0
    runs: Mapping[str, Run] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=dict)
    #: of made-up cases: when the last was published, and seen by who looks as phones do; the first that is not seen yet
    probe_published_at: dt.datetime | None = None
    probe_seen_at: dt.datetime | None = None
    probe_unseen_at: dt.datetime | None = None
    probe_problem: str = ""
    #: failed to hand over a text message today, by reason; None: text messages are off
    gateway_failures: Mapping[str, int] | None = None
    #: what asking at the gateway's address said; None: not asked
    gateway_answer: str | None = None
    #: None: no certificate is looked at
    tls_ends_at: dt.datetime | None = None
    tls_problem: str = ""
    tls_is_reached: bool = True
    #: of each process of `serve` on this machine
    open_files: Sequence[int] = ()
    #: what is wrong with files that an index names, and with the database itself; None: not looked
    broken_files: Sequence[str] | None = None
    broken_database: str | None = None


# --- a rule a part ----------------------------------------------------------------------------------------------------


def database(facts: Facts) -> Finding:  # noqa: ARG001 (a database that cannot be used is unknown)
    return _WELL


def secrets(facts: Facts) -> Finding:
    return _critical(facts.secrets) if facts.secrets else _WELL


def keys(facts: Facts) -> Finding:
    return _critical(facts.keys) if facts.keys else _WELL


def key_ends(facts: Facts) -> Finding:
    """Say which purpose is soon without a key that signs."""
    for purpose, end in sorted(facts.keys_end_at.items()):
        if end is not None and end - facts.at < KEY_WARNING:
            return _warning(f"the last {purpose} key ends at {_minute(end)}: make the next one (`keys create`)")
    return _WELL


def clock(facts: Facts) -> Finding:
    return _warning(facts.clock) if facts.clock else _WELL


def disk(facts: Facts) -> Finding:
    """Say that the disk is read-only, or that too little is left of it."""
    if not facts.can_write:
        return _critical(
            "the disk is read-only, or its folder is somebody else's: nothing can be stored; `dmesg` says why"
        )
    if facts.free_files is not None and facts.free_files < LEAST_FREE_FILES:
        least = f"below {LEAST_FREE_FILES} files may be refused"
        return _warning(f"{facts.free_files} more files fit (inodes); {least}: delete old logs and backups")
    if facts.free_bytes >= LEAST_FREE_BYTES:
        return _WELL
    level = Level.CRITICAL if facts.free_bytes < VITAL_FREE_BYTES else Level.WARNING
    least = f"below {LEAST_FREE_BYTES // 1_000_000} MB files may be refused: free space, or grow the disk"
    return Finding(level, f"{facts.free_bytes // 1_000_000} MB are free; {least}")


def migrations(facts: Facts) -> Finding:
    if not (count := facts.missing_migrations):
        return _WELL
    return _critical(f"the database lacks {count} migration{'s' if count > 1 else ''}: `bluezone authority migrate`")


def worker(facts: Facts) -> Finding:
    """Say that no worker runs, or that what it runs fails.

    A run in the future is none: the clock was put back since, and a worker notes a new run within a minute.
    """
    last = facts.runs.get(HEARTBEAT_JOB)
    if last is None:
        return _warning("no worker has run yet: start it (`bluezone authority worker`)")
    late = abs(facts.at - last.ended_at)
    if late > HEARTBEAT_GRACE:
        level = Level.CRITICAL if late > LONG else Level.WARNING
        text = f"the last sign of a worker is of {_second(last.ended_at)}"
        return Finding(level, f"{text}: start it anew (`bluezone authority worker`)")
    if last.succeeded_at is None or abs(facts.at - last.succeeded_at) > HEARTBEAT_GRACE:
        succeeded = _second(last.succeeded_at) if last.succeeded_at else "never"
        text = f"`{HEARTBEAT_JOB}` runs and fails; it last succeeded: {succeeded}"
        return _warning(f"{text}; `bluezone authority {HEARTBEAT_JOB}` says why")
    return _WELL


def jobs(facts: Facts) -> Finding:
    """Say which job has failed for several turns. That none runs at all is said of the worker."""
    failing = [
        f"`{name}` (last succeeded: {_minute(run.succeeded_at) if run.succeeded_at else 'never'})"
        for name, run in sorted(facts.runs.items())
        if run.every is not None
        and name != HEARTBEAT_JOB
        and run.succeeded_at != run.ended_at
        and (run.succeeded_at is None or run.ended_at - run.succeeded_at > _MISSED_RUNS * run.every + run.deadline)
    ]
    return _warning(f"jobs fail: {', '.join(failing)}; the worker's log says why") if failing else _WELL


def batch(facts: Facts) -> Finding:
    """Say that a batch is late.

    Without any there is nothing to be late: the first run of the worker makes one, and without a worker that is said.
    """
    due = batch_due(facts.at, facts.period_s)
    if facts.last_batch_end is None or facts.last_batch_end >= due:
        return _WELL
    level = Level.CRITICAL if due - facts.last_batch_end > LONG else Level.WARNING
    ended = f"the last batch of keys ended at {_minute(facts.last_batch_end)}"
    return Finding(level, f"{ended}; one that ended at {_minute(due)} is due: `bluezone authority publish` says why")


def batch_due(now: dt.datetime, period_s: int) -> dt.datetime:
    """Return the end of the last batch that must be out."""
    return key_rules.floor(now - BATCH_GRACE, period_s)


def probe(facts: Facts) -> Finding:
    """Say that a made-up case did not come through. Without a public address none is played."""
    seen = "none ever came through"
    if facts.probe_seen_at:
        seen = f"the last to come through did at {_minute(facts.probe_seen_at)}"
    if facts.probe_problem:
        return _critical(f"a made-up case came to a stop: {facts.probe_problem}; {seen}")
    most = dt.timedelta(seconds=facts.period_s) + 2 * BATCH_GRACE
    if facts.probe_unseen_at is not None and facts.at - facts.probe_unseen_at > most:
        return _critical(f"the made-up case published at {_minute(facts.probe_unseen_at)} is in no file yet; {seen}")
    return _WELL


def queues(facts: Facts) -> Finding:
    """Say what waits for longer than it may."""
    late = [
        f"{queue.waiting} {name} wait, the oldest for {(facts.at - queue.oldest_at) // _MINUTE} minutes"
        for name, queue in sorted(facts.queues.items())
        if queue.oldest_at is not None and facts.at - queue.oldest_at > queue.most
    ]
    return _warning(f"{'; '.join(late)}: `bluezone authority status` says of each job how it went") if late else _WELL


def gateway(facts: Facts) -> Finding:
    """Say that the gateway for text messages cannot be asked, or refuses while messages wait."""
    if facts.gateway_answer:
        return _warning(f"the gateway for text messages: {facts.gateway_answer}")
    waits = queues(facts).level and any("message" in name for name in facts.queues)
    if facts.gateway_failures and waits:
        counts = ", ".join(f"{code} {count}" for code, count in sorted(facts.gateway_failures.items()))
        return _warning(f"text messages wait, and the gateway failed today: {counts}; ask its operator")
    return _WELL


def tls(facts: Facts) -> Finding:
    """Say that the certificate of the public address ends soon, or is not one that phones accept."""
    if facts.tls_problem:
        # From here it may be out of reach, and from elsewhere not.
        level = Level.CRITICAL if facts.tls_is_reached else Level.WARNING
        return Finding(level, f"the public address: {facts.tls_problem}")
    if facts.tls_ends_at is None or facts.tls_ends_at - facts.at >= TLS_WARNING:
        return _WELL
    level = Level.CRITICAL if facts.tls_ends_at - facts.at < TLS_CRITICAL else Level.WARNING
    text = f"the certificate of the public address ends at {_minute(facts.tls_ends_at)}"
    return Finding(level, f"{text}: the log of what renews it says why it is not renewed")


def backup(facts: Facts) -> Finding:
    """Say that the last backup is late, or was not copied elsewhere."""
    last = facts.runs.get("backup")
    if last is None:
        return _warning("no backup has been made yet: let a timer run `bluezone authority backup` each night")
    if last.succeeded_at is not None and facts.at - last.succeeded_at <= BACKUP_GRACE:
        return _WELL
    if last.succeeded_at is None or last.succeeded_at < last.ended_at:
        return _warning(f"the backup of {_minute(last.ended_at)} is {last.report or 'not whole'}: its log says why")
    return _warning(f"the last backup is of {_minute(last.succeeded_at)}: the log of its timer says why")


def open_files(facts: Facts) -> Finding:
    """Say that `serve` may hold fewer connections than it could."""
    least = min(facts.open_files, default=OPEN_FILES)
    if least >= OPEN_FILES:
        return _WELL
    text = f"`serve` may open {least} files, so fewer connections than it can hold: LimitNOFILE={OPEN_FILES} and more"
    return Finding(Level.CRITICAL if least < LEAST_OPEN_FILES else Level.WARNING, text)


def files(facts: Facts) -> Finding:
    """Say which export files that phones are told of are not there, or are not whole."""
    if not facts.broken_files:
        return _WELL
    named = ", ".join(list(facts.broken_files)[:3])
    return _critical(
        f"{len(facts.broken_files)} files that an index names are missing or not whole: {named}; restore them"
    )


def integrity(facts: Facts) -> Finding:
    if not facts.broken_database:
        return _WELL
    return _critical(f"the database is damaged: {facts.broken_database}; restore the backup onto an empty machine")


#: by part, in the order in which they are said
RULES: Mapping[str, Callable[[Facts], Finding]] = {
    "database": database,
    "secrets": secrets,
    "keys": keys,
    "disk": disk,
    "worker": worker,
    "batch": batch,
    "clock": clock,
    "migrations": migrations,
    "key_ends": key_ends,
    "jobs": jobs,
    "probe": probe,
    "queues": queues,
    "gateway": gateway,
    "tls": tls,
    "backup": backup,
    "open_files": open_files,
    "files": files,
    "integrity": integrity,
}
#: without these nothing can be served
VITAL = ("database", "secrets", "keys", "migrations")
#: of `/readyz`: what makes a server of no use to phones
READY = ("database", "secrets", "keys", "disk", "worker", "batch")
#: looked at only where that is asked for: they read every file, the whole database
DEEP = ("files", "integrity")


def judge(facts: Facts, parts: Iterable[str]) -> dict[str, Finding]:
    """Return what is found of each part. What is not known is as bad as the part is vital."""
    found = {}
    for name in parts:
        if said := facts.unknown.get(name):
            found[name] = Finding(Level.CRITICAL if name in VITAL else Level.WARNING, said)
        else:
            found[name] = RULES[name](facts)
    return found


def worst(found: Iterable[Finding]) -> Level:
    """Return the worst level."""
    return max((each.level for each in found), default=Level.OK)


def _minute(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"


def _second(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
