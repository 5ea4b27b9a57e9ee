"""Say at the command line what a phone knows of itself, and what a check found."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import Any

import click

from bluezone.cli.parameters import utc_text
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.status import PhoneStatus
from bluezone.phone.matching.exposure_check import CheckReport
from bluezone.phone.stores.believed_time import ClockState
from bluezone.phone.stores.exposure_store import Alert

_CLOCKS = {
    ClockState.KEPT: "this machine's clock is wrong, and the phone goes on by the time it has run",
    ClockState.LOST: "this machine's clock is wrong, and the phone sends nothing until it is right",
}


def counted(n: int, thing: str) -> str:
    """Write a number of things: `1 day`, `2 days`, `1,000 keys`."""
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"


def heard(keys: int) -> str:
    """Say how many published keys were heard."""
    return f"{counted(keys, 'published key')} {'was' if keys == 1 else 'were'} heard"


def print_json(document: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(document, ensure_ascii=False))


def day_text(day_start_s: int) -> str:
    """Write the UTC day that begins then: `2020-08-13`."""
    return dt.datetime.fromtimestamp(day_start_s, dt.UTC).date().isoformat()


def alert_document(alert: Alert) -> dict[str, Any]:
    """Describe an alert for JSON."""
    return {
        "day": day_text(alert.day_start_s),
        "policy": alert.policy,
        "policy_version": alert.policy_version,
        "score": alert.score,
        "threshold": alert.threshold,
        "created_at": utc_text(int(alert.created_at_s)),
    }


def status_document(facts: PhoneStatus) -> dict[str, Any]:
    """Describe what a phone knows of itself for JSON."""
    return {
        "days": [{"day": day_text(day)} | asdict(tally) for day, tally in facts.days.items()],
        "days_with_keys": facts.days_with_keys,
        "exports": {"known": facts.exports_known, "unchecked": facts.exports_unchecked},
        "keys_matched": facts.keys_matched,
        "alerts": [alert_document(alert) for alert in facts.alerts],
        "publication_under_way": facts.publication_under_way,
        "result_waiting": facts.result_waiting,
        "clock": {"state": facts.clock.value, "time": utc_text(int(facts.time_s))},
    }


def tell_status(facts: PhoneStatus) -> None:
    """Say what a phone knows of itself."""
    from rich.console import Console  # megabytes, which the phone itself does without
    from rich.table import Table

    table = Table("day (UTC)", "scans", "sightings", "not ours", "no room")
    for column in table.columns[1:]:
        column.justify = "right"
    for day, tally in facts.days.items():
        table.add_row(day_text(day), *(f"{n:,}" for n in (tally.scans, tally.sightings, tally.garbage, tally.dropped)))
    if facts.days:
        Console().print(table)
    else:
        click.echo("nothing heard yet")
    click.echo(f"own keys of {counted(facts.days_with_keys, 'day')}; ", nl=False)
    click.echo(f"{counted(facts.exports_known, 'export')} known, {facts.exports_unchecked} to be checked; ", nl=False)
    click.echo(heard(facts.keys_matched))
    if facts.clock in _CLOCKS:
        click.echo(f"{_CLOCKS[facts.clock]}: it takes {utc_text(int(facts.time_s))} for the time; set date and time")
    if facts.publication_under_way:
        click.echo("a publication was cut off: `bluezone phone publish` with the same code goes on with it")
    elif facts.result_waiting:
        click.echo("a result waits for your answer: `bluezone phone publish`")
    _tell_alerts(facts.alerts, "warned of")


def tell_check(report: CheckReport) -> None:
    """Say what a check found."""
    click.echo(
        f"{counted(report.keys_checked, 'key')} of {counted(len(report.exports_checked), 'export')} checked; "
        f"{heard(report.keys_matched)} on the 14 days"
    )
    for name, why in report.exports_bad:
        click.echo(f"refused {name}: {why}", err=True)
    _tell_alerts(report.new_alerts, "NEW: near a confirmed case long enough on")
    _tell_alerts(report.new_watch_alerts, "NEW: near a contact (F1) long enough, watch your health; on")
    for day in report.withdrawn_days:
        click.echo(f"taken back: the warning of {day_text(day)}; the case was not one")


def _tell_alerts(alerts: tuple[Alert, ...], word: str) -> None:
    for alert in alerts:
        click.echo(
            f"{word} {day_text(alert.day_start_s)} (UTC): {alert.score:.1f} by {alert.policy} {alert.policy_version}, "
            f"which warns from {alert.threshold:g}"
        )


def tell_today(phone: Phone) -> None:
    """Say what the last day has heard."""
    for day_start_s, tally in list(phone.status().days.items())[-1:]:
        click.echo(f"{day_text(day_start_s)}: {counted(tally.scans, 'scan')}, {counted(tally.sightings, 'sighting')}")
