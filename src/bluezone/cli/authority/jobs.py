"""Run the repeating jobs, one at a time; the worker runs them all."""

from __future__ import annotations

import datetime as dt
import signal
import sys

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority.common import utc
from bluezone.cli.options import command


def believed_now(trust: str) -> dt.datetime:
    """Return the time, where the clock is believed as far as a job needs it. Raises ClockError, UnsettledClockError."""
    from bluezone.authority.site import clock, clock_guard
    from bluezone.authority.site.registries import Trust

    now = clock.now()
    clock_guard.require(now, Trust[trust])
    return now


@command("publish")
def publish_command() -> Answer:
    """Write the export files that are due."""
    from rich.console import Console
    from rich.progress import Progress

    from bluezone.authority.keys.batches import publish as run
    from bluezone.authority.site import job_runs

    now = believed_now("PUBLISHES")
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("batches")
        report = run(now, lambda done, total: progress.update(task, completed=done, total=total))
    job_runs.note("publish", now, None, succeeded=True)  # a scheduler may do the worker's work
    facts = {
        "batches": report.batches,
        "files": report.files,
        "keys": report.keys,
        "waiting": report.waiting,
        "next_batch_at": report.next_batch_at.isoformat(),
    }
    return Answer(
        facts,
        f"{report.keys} keys in {report.files} new files ({report.batches} batches closed); "
        f"{report.waiting} keys wait; the next batch closes at {utc(report.next_batch_at)}",
    )


@command("purge")
def purge_command() -> Answer:
    """Delete keys, files, codes and tries past their time."""
    from bluezone.authority.site.retention import purge as run

    facts: dict[str, object] = {**run(believed_now("DELETES"))}
    return Answer(facts, "deleted: " + ", ".join(f"{count} {name}" for name, count in facts.items()))


@command("roll-up")
def roll_up_command() -> Answer:
    """Count yesterday's installations and active phones of every unit, once a day."""
    from bluezone.authority.campaign.installations.rollup import roll_up as run

    report = run(believed_now("PUBLISHES"))
    facts = {"date": report.date.isoformat(), "units": report.units, "installs": report.installs}
    return Answer(facts, f"{report.date}: {report.installs} installations, figures of {report.units} units written")


@command("judge-reports")
def judge_reports_command() -> Answer:
    """Give the exposure reports that wait their verdict."""
    from bluezone.authority.contacts.judging import judge_waiting

    judged = judge_waiting(believed_now("NONE"))
    return Answer({"judged": judged}, f"{judged} exposure reports have a verdict")


@command("issue-bulletins")
def issue_bulletins_command() -> Answer:
    """Make the bulletins of the day that are due and not yet made. The worker does it, a few at a time."""
    from bluezone.authority.campaign.bulletins.services import issue_due

    made = 0
    while True:
        report = issue_due(believed_now("PUBLISHES"))
        made += report.made
        if not (report.made and report.waiting):
            break
    facts = {"made": made, "failed": report.waiting, "forgotten": report.forgotten}
    return Answer(facts, f"{made} bulletins made, {report.waiting} failed, {report.forgotten} forgotten")


@command("simulate")
def simulate_command() -> None:
    """Answer the questions that officers have asked the simulator. The worker starts this when there are any."""
    from bluezone.authority.simulations.services import work_off

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the simulator's processes are ended, too
    answered = work_off()
    click.echo(f"{answered} simulations answered")
