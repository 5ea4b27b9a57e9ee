"""Set a phone up, and say what it knows: `bluezone phone init`, `status`, `sync` and `check`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click

from bluezone.cli.answers import Answer, show, table
from bluezone.cli.options import Json, Opt, command
from bluezone.cli.parameters import read_at_most, utc_text
from bluezone.cli.phone.edge import opened, with_authority
from bluezone.phone.app import config as configuration
from bluezone.phone.app.config import ConfigError
from bluezone.phone.app.engine import Phone, PhoneStatus
from bluezone.phone.client.http import new_client
from bluezone.phone.matching.exposure_check import CheckReport
from bluezone.phone.notices import rules
from bluezone.phone.notices.announcer import change_state
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.timekeeper import ClockState
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.text import json_object

if TYPE_CHECKING:
    from rich.table import Table

_MAX_PUBLIC_KEYS_BYTES = 2**20
_CLOCKS = {
    ClockState.KEPT: "this machine's clock is wrong, and the phone goes on by the time it has run",
    ClockState.LOST: "this machine's clock is wrong, and the phone sends nothing until it is right",
}


@dataclass(frozen=True)
class Changes:
    """Hold settings that `init` changes where they are given, under their names in `Config`."""

    health_authority_id: Annotated[str | None, Opt("As whom to publish.")] = None
    api_key: Annotated[str | None, Opt("Sent as X-API-Key, where the authority wants one.")] = None
    scheme: Annotated[str | None, Opt("Of its identifiers.", choices=["en", "bluezone-v1"])] = None
    policy: Annotated[str | None, Opt("What decides about an alert (see `bluezone exposure policies`).")] = None
    model: Annotated[
        str | None, Opt("This device's name in the authority's table of models, which corrects for it.")
    ] = None
    tx_power_dbm: Annotated[int | None, Opt("What this device radiates, by its calibration.", limits=(-127, 20))] = None
    rx_correction_db: Annotated[float | None, Opt("What to add to its readings.", limits=(-60, 60))] = None
    link_host: Annotated[
        str | None, Opt("Host of the authority's links and posters, where it is not that of its address.")
    ] = None


@command()
@click.pass_obj
def init(
    folder: Path,
    /,
    *,
    authority_url: Annotated[str, Opt("https://host of the authority (http:// on this machine).")],
    public_keys: Annotated[Path, Opt("Keys to trust: what `bluezone authority public-keys --json` prints.")],
    changes: Changes,
) -> None:
    """Write the settings: the authority, and the keys of it that are trusted. Again to change them."""
    try:
        body = json_object(read_at_most(public_keys, _MAX_PUBLIC_KEYS_BYTES), str(public_keys), _MAX_PUBLIC_KEYS_BYTES)
    except ProtocolError as error:
        raise ConfigError(str(error)) from error
    if not isinstance(body.get("region"), str) or not body.get("export"):
        raise ConfigError(
            f"{public_keys}: lacks `region` or `export`; `bluezone authority public-keys --json` prints both"
        )
    given = {name: value for name, value in asdict(changes).items() if value is not None}
    if "link_host" in given:
        given["link_host"] = configuration.checked_link_host(given["link_host"].lower(), "--link-host")
    config = replace(
        configuration.load(folder),
        authority_url=authority_url,
        region=body["region"],
        export_keys=configuration.pinned_keys(body.get("export"), str(public_keys)),
        **configuration.facts_of_country(body.get("country"), str(public_keys)),
        **given,
    )
    with opened(config, folder):  # refuses what makes no sense before it is written
        configuration.save(config, folder)
    keys = counted(len(config.export_keys), "key")
    click.echo(f"{folder}: trusts {keys} of {authority_url}, region {config.region}")


@command()
@click.pass_obj
def status(folder: Path) -> Answer:
    """Show what this phone knows of itself."""
    config = configuration.load(folder)
    with opened(config, folder) as phone:
        facts = phone.status()
        with suppress(StorageError):  # who reads the warnings here has opened them, and need not be rung for again
            change_state(phone.stores.notices, lambda state: rules.after_opening(state, facts.alerts))
    return Answer(
        {
            "days": [{"day": day_text(day)} | asdict(tally) for day, tally in facts.days.items()],
            "days_with_keys": facts.days_with_keys,
            "exports": {"known": facts.exports_known, "unchecked": facts.exports_unchecked},
            "keys_matched": facts.keys_matched,
            "alerts": [_alert_document(alert, config.zone) for alert in facts.alerts],
            "publication_under_way": facts.publication_under_way,
            "result_waiting": facts.result_waiting,
            "clock": {"state": facts.clock, "time": utc_text(int(facts.time_s))},
        },
        _status(facts, config.zone),
    )


@command()
@click.pass_obj
def sync(folder: Path, *, as_json: Json = False) -> Answer:
    """Fetch the key exports this phone has not yet."""
    with opened(with_authority(folder), folder) as phone, new_client() as client:
        report = phone.sync(client)
    if not as_json:
        _tell_refused(report.bad)
    files = f"{counted(report.listed, 'file')} listed"
    return Answer(report, f"{files}, {len(report.stored)} new, {len(report.resting)} refused before")


@command()
@click.pass_obj
def check(folder: Path, *, as_json: Json = False) -> Answer:
    """Compare what was fetched with what was heard, on this phone alone."""
    config = configuration.load(folder)
    zone = config.zone
    with opened(config, folder) as phone:
        report = phone.check()
        alerts = phone.stores.exposures.alerts(phone.clock())
    if not as_json:
        _tell_refused(report.exports_bad)
    return Answer(
        {
            "exports_checked": report.exports_checked,
            "exports_bad": report.exports_bad,
            "keys_checked": report.keys_checked,
            "keys_matched": report.keys_matched,
            "windows": len(report.windows),
            "policy": report.assessment.policy,
            "policy_version": report.assessment.version,
            "days": [asdict(day) | {"day": day_text(day.day_start_s, zone)} for day in report.assessment.days],
            "new_alerts": [_alert_document(alert, zone) for alert in report.new_alerts],
            "new_watch_alerts": [_alert_document(alert, zone) for alert in report.new_watch_alerts],
            "withdrawn": [day_text(day, zone) for day in report.withdrawn_days],
            "alerts": [_alert_document(alert, zone) for alert in alerts],
        },
        _check(report, zone),
    )


# --- what is said -----------------------------------------------------------------------------------------------------


def counted(n: int, thing: str) -> str:
    """Write a number of things: `1 day`, `2 days`, `1,000 keys`."""
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"


def _heard(keys: int) -> str:
    return f"{counted(keys, 'published key')} {'was' if keys == 1 else 'were'} heard"


def day_text(day_start_s: int, zone: dt.tzinfo = dt.UTC) -> str:
    """Write the day that begins then: `2020-08-13`. Scans are counted by UTC days, warnings by those of the country."""
    return dt.datetime.fromtimestamp(day_start_s, zone).date().isoformat()


def _alert_document(alert: Alert, zone: dt.tzinfo) -> dict[str, Any]:
    return {
        "day": day_text(alert.day_start_s, zone),
        "policy": alert.policy,
        "policy_version": alert.policy_version,
        "score": alert.score,
        "threshold": alert.threshold,
        "created_at": utc_text(int(alert.created_at_s)),
    }


def _status(facts: PhoneStatus, zone: dt.tzinfo) -> Iterator[str | Table]:
    if facts.days:
        rows = [
            (day_text(day), *(f"{n:,}" for n in (tally.scans, tally.sightings, tally.garbage, tally.dropped)))
            for day, tally in facts.days.items()
        ]
        yield table(("day (UTC)", "scans", "sightings", "not ours", "no room"), rows)
    else:
        yield "nothing heard yet"
    yield (
        f"own keys of {counted(facts.days_with_keys, 'day')}; {counted(facts.exports_known, 'export')} known, "
        f"{facts.exports_unchecked} to be checked; {_heard(facts.keys_matched)}"
    )
    if facts.clock in _CLOCKS:
        yield f"{_CLOCKS[facts.clock]}: it takes {utc_text(int(facts.time_s))} for the time; set date and time"
    if facts.publication_under_way:
        yield "a publication was cut off: `bluezone phone publish` with the same code goes on with it"
    elif facts.result_waiting:
        yield "a result waits for your answer: `bluezone phone publish`"
    yield from _alerts(facts.alerts, "warned of", zone)


def tell_check(report: CheckReport, zone: dt.tzinfo) -> None:
    """Say what a check found, as a phone that runs does."""
    _tell_refused(report.exports_bad)
    show(*_check(report, zone))


def _check(report: CheckReport, zone: dt.tzinfo) -> Iterator[str]:
    yield (
        f"{counted(report.keys_checked, 'key')} of {counted(len(report.exports_checked), 'export')} checked; "
        f"{_heard(report.keys_matched)} on the 14 days"
    )
    yield from _alerts(report.new_alerts, "NEW: near a confirmed case long enough on", zone)
    yield from _alerts(report.new_watch_alerts, "NEW: near a contact (F1) long enough, watch your health; on", zone)
    for day in report.withdrawn_days:
        yield f"taken back: the warning of {day_text(day, zone)}; the case was not one"


def _tell_refused(files: Iterable[tuple[str, str]]) -> None:
    for name, why in files:
        click.echo(f"refused {name}: {why}", err=True)


def _alerts(alerts: tuple[Alert, ...], word: str, zone: dt.tzinfo) -> Iterator[str]:
    for alert in alerts:
        yield (
            f"{word} {day_text(alert.day_start_s, zone)}: {alert.score:.1f} by {alert.policy} "
            f"{alert.policy_version}, which warns from {alert.threshold:g}"
        )


def tell_today(phone: Phone) -> None:
    """Say what the last day has heard."""
    for day_start_s, tally in list(phone.status().days.items())[-1:]:
        click.echo(f"{day_text(day_start_s)}: {counted(tally.scans, 'scan')}, {counted(tally.sightings, 'sighting')}")
