"""Set up the server, run it and its jobs, and say how it is doing."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import closing
from typing import Annotated

import click

from bluezone.cli.answers import Answer, announcer
from bluezone.cli.authority.common import active_officer, believed_now, now, utc
from bluezone.cli.authority.group import authority
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Arg, Json, Opt, command
from bluezone.cli.progress import Shown

_LAST_PORT = 65_535


@command("serve", authority)
def serve_command(
    *,
    host: Annotated[str, Opt("Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Opt("0: any free one.", limits=(0, 65535))] = 8000,
    workers: Annotated[int, Opt("Processes that answer.", limits=(1, 64))] = 2,
    metrics: Annotated[
        str, Opt("[HOST:]PORT where Prometheus is answered; without HOST on this machine alone.  [default: nowhere]")
    ] = "",
    as_json: Json = False,
) -> None:
    """Serve pages and APIs until interrupted. Prints the address once it answers."""
    from django.conf import settings

    from bluezone.authority.project.server import serve as run

    if host not in {"127.0.0.1", "::1", "localhost"} and not settings.BLUEZONE.tls:
        click.echo("warning: open to the network without TLS; set BLUEZONE_TLS=on behind a proxy that has it", err=True)

    said = "the authority answers at {url} (officers: {url}/officer/cases/)"
    run(host, port, workers, announcer(said, as_json=as_json), _host_and_port(metrics) if metrics else None)


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) > _LAST_PORT:
        raise CommandError(f"--metrics {text}: a port, or HOST:PORT, is meant")
    return host.strip("[]") or "127.0.0.1", int(port)


@command("worker", authority)
def worker_command() -> None:
    """Run the repeating jobs (publish, purge, roll-up, simulate) until interrupted."""
    from bluezone.authority.project.server import check_ready
    from bluezone.authority.project.worker import work
    from bluezone.authority.site import registries

    check_ready()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo("working: " + ", ".join(f"{job.name} every {job.every}" for job in registries.jobs), err=True)
    work(stop)


@command("publish", authority)
def publish_command() -> Answer:
    """Write the export files that are due."""
    from bluezone.authority.keys.batches import publish as run
    from bluezone.authority.site.models import JobRun

    now = believed_now("PUBLISHES")
    with closing(Shown("bar" if sys.stderr.isatty() else "none")) as progress:
        report = run(now, lambda done, total: progress("batches", done, total))
    JobRun.note("publish", now, None, succeeded=True)  # a scheduler may do the worker's work
    return Answer(
        report,
        f"{report.keys} keys in {report.files} new files ({report.batches} batches closed); "
        f"{report.waiting} keys wait; the next batch closes at {utc(report.next_batch_at)}",
    )


@command("purge", authority)
def purge_command() -> Answer:
    """Delete keys, files, codes and tries past their time."""
    from bluezone.authority.site.retention import purge as run

    facts: dict[str, object] = {**run(believed_now("DELETES"))}
    return Answer(facts, "deleted: " + ", ".join(f"{count} {name}" for name, count in facts.items()))


@command("roll-up", authority)
def roll_up_command() -> Answer:
    """Count yesterday's installations and active phones of every unit, once a day."""
    from bluezone.authority.campaign.installations.rollup import roll_up as run

    report = run(believed_now("PUBLISHES"))
    return Answer(report, f"{report.date}: {report.installs} installations, figures of {report.units} units written")


@command("judge-reports", authority)
def judge_reports_command() -> Answer:
    """Give the exposure reports that wait their verdict."""
    from bluezone.authority.reports.judging import judge_waiting

    judged = judge_waiting(believed_now("NONE"))
    return Answer({"judged": judged}, f"{judged} exposure reports have a verdict")


@command("issue-bulletins", authority)
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


@command("simulate", authority)
def simulate_command() -> None:
    """Answer the questions that officers have asked the simulator. The worker starts this when there are any."""
    from bluezone.authority.simulations.services import work_off

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the simulator's processes are ended, too
    answered = work_off()
    click.echo(f"{answered} simulations answered")


_ANYWHERE = "https://bluezone.example"


@authority.group("places")
def places_command() -> None:
    """Show the QR codes of a place, and publish the stays of cases that are due."""


@command("codes", places_command)
def places_codes(
    *,
    code: Annotated[str, Arg()],
    origin: Annotated[
        str, Opt("https://HOST that the codes lead to.  [default: BLUEZONE_PUBLIC_URL, else an example]")
    ] = "",
) -> Answer:
    """Print what the QR codes of the unit CODE say, one an entrance: as on its posters, for a sign of its own."""
    from django.conf import settings

    from bluezone.authority.places import queries
    from bluezone.protocol.check_ins import place_address
    from bluezone.rollout.sectors import read_code

    found = queries.open_entrances(read_code(code))
    if not found:
        raise CommandError(f"{code}: no confirmed place shows a QR code under it")
    lead = origin or settings.BLUEZONE.public_url or _ANYWHERE
    codes = [
        {"entrance": each.name, "text": place_address(lead, each.at.organisation.code, bytes(each.payload))}
        for each in found
    ]
    lines = [f"{each['entrance'] or 'the whole place'}: {each['text']}" for each in codes]
    return Answer({"codes": codes}, lines)


@command("publish", places_command)
def places_publish() -> Answer:
    """Publish this hour's package of place warnings, where a confirmed stay waits. The worker does it by itself."""
    from bluezone.authority.places import services
    from bluezone.authority.site.models import JobRun

    now = believed_now("PUBLISHES")
    done = services.publish(now)
    JobRun.note("publish-places", now, None, succeeded=True)  # a scheduler may do the worker's work
    return Answer({"published": done is not None}, done or "no stay is due, or this hour has its package")


@command("check", authority)
def check_command(
    *, deep: Annotated[bool, Opt("Also read every export file that phones are told of, and all of SQLite.")] = False
) -> Answer:
    """Look at every part, for monitoring: a line each, the first of them for an alarm.

    Ends with status 0 where all is well, 1 where something is late, short or soon over, 2 where something is down or
    lost: as plug-ins of Nagios do.
    """
    from bluezone.authority.project import facts, health

    parts = tuple(health.RULES) if deep else facts.shallow()
    found = health.judge(facts.gather(now(), parts), parts)
    worst = health.worst(found.values())
    wrong = [f"{name}: {each.text}" for name, each in found.items() if each.level]
    first = f"BLUEZONE {worst.name} - {'; '.join(wrong) or f'{len(found)} parts are well'}"
    said = {
        "status": worst,
        "parts": {name: each.text for name, each in found.items()},
        "levels": {name: each.level.name.lower() for name, each in found.items()},
    }
    return Answer(said, [first, *(f"{name}: {each.text}" for name, each in found.items())], status=worst)


@command("status", authority)
def status_command() -> Answer:
    """Say what the clock is worth, what is wrong, when keys went out last, what waits, and when each job ran last.

    Ends with status 1 where the clock is not believed, or a secret, a key or the database cannot be used.
    """
    from django.conf import settings

    from bluezone.authority.keys import healing, retention
    from bluezone.authority.keys.models import ExportBatch
    from bluezone.authority.project import facts as measured
    from bluezone.authority.project import health
    from bluezone.authority.site import clock_guard
    from bluezone.authority.site.models import JobRun

    moment = now()
    verdict = clock_guard.look(moment)
    region = settings.BLUEZONE.region
    done = ExportBatch.objects.filter(region=region, state=ExportBatch.State.DONE).order_by("end_at").last()
    runs = list(JobRun.objects.order_by("name"))
    found = health.judge(measured.gather(moment, health.READY), health.READY)
    parts = {name: each.text for name, each in found.items()}
    is_well = verdict.is_believed and all(parts[name] == "ok" for name in health.VITAL if name in parts)
    facts: dict[str, object] = {
        "clock": moment,
        "clock_is_believed": verdict.is_believed,
        "clock_finding": verdict.finding.value,
        "clock_ahead_s": verdict.ahead.total_seconds(),
        "last_batch_ended_at": done.end_at if done else None,
        "waiting": healing.waiting(region).count(),
        "in_bin": retention.in_bin(),
        "parts": parts,
        "jobs": {
            run.name: {
                "host": run.host,
                "ended_at": run.ended_at,
                "succeeded_at": run.succeeded_at,
                "report": run.report,
            }
            for run in runs
        },
    }
    lines = [
        f"clock: {utc(moment)}" if verdict.is_believed else clock_guard.sentence(verdict),
        *(f"{name}: {found}" for name, found in parts.items() if found != "ok"),
        f"last batch: until {utc(done.end_at)}" if done else "last batch: none yet",
        f"{facts['waiting']} keys wait, {facts['in_bin']} keys are in the bin",
        *(f"{run.name}: {utc(run.ended_at)} on {run.host}: {run.report or 'nothing to do'}" for run in runs),
    ]
    return Answer(facts, lines, status=0 if is_well else 1)


@command("accept-clock", authority)
def accept_clock_command(
    *, officer: Annotated[str, Opt("Login name of the officer in whose name the audit log files it.")]
) -> Answer:
    """Believe the clock as it is now, after a leap or a long silence, so that jobs publish and delete again.

    Look at a watch first. What is past its time only by the leap goes to the bin for a week.
    """
    from bluezone.authority.site import clock_guard

    moment = now()
    verdict = clock_guard.accept(moment, active_officer(officer))
    facts = {
        "accepted": moment,
        "was_believed": verdict.is_believed,
        "ahead_s": verdict.ahead.total_seconds(),
    }
    by = clock_guard.span_text(verdict.ahead)
    sentence = f"from now on it is {utc(moment)}; the clock had leapt by {by}"
    return Answer(facts, "the clock was believed already; nothing was changed" if verdict.is_believed else sentence)


@command("bring-back-keys", authority)
def bring_back_keys_command() -> Answer:
    """Bring back from the bin the keys that are not past their time by the clock as it is now, and publish them.

    `publish` and `purge` do the same on their way: this does it at once and says what was brought back.
    """
    from bluezone.authority.keys import retention

    count = retention.bring_back_and_publish(believed_now("PUBLISHES"))
    facts = {"batches": count, "in_bin": retention.in_bin()}
    return Answer(facts, f"{count} batches were brought back; {facts['in_bin']} keys are still in the bin")
