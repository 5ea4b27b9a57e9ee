"""Say how the server is doing, and take back what a wrong clock did."""

from __future__ import annotations

from typing import Annotated

from bluezone.cli.answers import Answer
from bluezone.cli.authority.common import active_officer, utc
from bluezone.cli.options import Opt, command


@command("status")
def status_command() -> Answer:
    """Say what the clock is worth, when keys went out last, what waits, and when each job ran last.

    Ends with status 1 where the clock is not believed.
    """
    from django.conf import settings

    from bluezone.authority.keys import retention
    from bluezone.authority.keys.models import ExportBatch, PublishedKey
    from bluezone.authority.site import clock, clock_guard
    from bluezone.authority.site.models import JobRun

    now = clock.now()
    verdict = clock_guard.look(now)
    region = settings.BLUEZONE.region
    done = ExportBatch.objects.filter(region=region, state=ExportBatch.State.DONE).order_by("end_at").last()
    runs = list(JobRun.objects.order_by("name"))
    facts: dict[str, object] = {
        "clock": now.isoformat(),
        "clock_is_believed": verdict.is_believed,
        "clock_finding": verdict.finding.value,
        "clock_ahead_s": verdict.ahead.total_seconds(),
        "last_batch_ended_at": done.end_at.isoformat() if done else None,
        "waiting": PublishedKey.objects.filter(region=region, batch=None).count(),
        "in_bin": retention.in_bin(),
        "jobs": {
            run.name: {
                "host": run.host,
                "ended_at": run.ended_at.isoformat(),
                "succeeded_at": run.succeeded_at.isoformat() if run.succeeded_at else None,
                "report": run.report,
            }
            for run in runs
        },
    }
    lines = [
        f"clock: {utc(now)}" if verdict.is_believed else clock_guard.sentence(verdict),
        f"last batch: until {utc(done.end_at)}" if done else "last batch: none yet",
        f"{facts['waiting']} keys wait, {facts['in_bin']} keys are in the bin",
        *(f"{run.name}: {utc(run.ended_at)} on {run.host}: {run.report or 'nothing to do'}" for run in runs),
    ]
    return Answer(facts, lines, status=0 if verdict.is_believed else 1)


@command("accept-clock")
def accept_clock_command(
    *, officer: Annotated[str, Opt("Login name of the officer in whose name the audit log files it.")]
) -> Answer:
    """Believe the clock as it is now, after a leap or a long silence, so that jobs publish and delete again.

    Look at a watch first. What is past its time only by the leap goes to the bin for a week.
    """
    from bluezone.authority.site import clock, clock_guard

    now = clock.now()
    verdict = clock_guard.accept(now, active_officer(officer))
    facts = {"accepted": now.isoformat(), "was_believed": verdict.is_believed, "ahead_s": verdict.ahead.total_seconds()}
    by = clock_guard.span_text(verdict.ahead)
    sentence = f"from now on it is {utc(now)}; the clock had leapt by {by}"
    return Answer(facts, "the clock was believed already; nothing was changed" if verdict.is_believed else sentence)


@command("bring-back-keys")
def bring_back_keys_command() -> Answer:
    """Bring back from the bin the keys that are not past their time by the clock as it is now, and publish them.

    `publish` and `purge` do the same on their way: this does it at once and says what was brought back.
    """
    from bluezone.authority.keys import retention
    from bluezone.authority.site import clock, clock_guard
    from bluezone.authority.site.registries import Trust

    now = clock.now()
    clock_guard.require(now, Trust.PUBLISHES)
    count = retention.bring_back_and_publish(now)
    facts = {"batches": count, "in_bin": retention.in_bin()}
    return Answer(facts, f"{count} batches were brought back; {facts['in_bin']} keys are still in the bin")
