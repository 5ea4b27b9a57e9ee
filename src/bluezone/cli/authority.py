"""`bluezone authority`: set up, run and look after the server."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from bluezone.cli.errors import CommandError

if TYPE_CHECKING:
    from bluezone.authority.policies.models import PublishedPolicy
    from bluezone.exposure.policies.published_table import Calibration


def _setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluezone.authority.config.settings")
    import django

    django.setup()


def _say(as_json: bool, facts: dict[str, object], sentence: str) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False, default=str) if as_json else sentence)


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if type(error).__module__ == "django.db.utils":  # Django is imported by now
                from bluezone.authority.server import check_database

                check_database()  # says what is wrong where it is the database; anything else is a bug of ours
            raise


@click.group("authority", cls=_Commands)
def command() -> None:
    """The authority's server: cases, codes, published keys."""
    _setup()
    from bluezone.authority.config import clock

    if clock.rehearsing():
        click.echo(f"REHEARSAL: the clock is a file and says {_utc(clock.now())}. This is no real server.", err=True)


@command.command()
def migrate() -> None:
    """Bring the database up to date; on a new installation also make the signing keys and an empty index."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from bluezone.authority.config import clock
    from bluezone.authority.config.locks import job_lock
    from bluezone.authority.publishing import batches, signing

    with job_lock("migrate"):
        call_command("migrate", interactive=False, verbosity=0)
        if connection.vendor == "sqlite":
            Path(connection.settings_dict["NAME"]).chmod(0o600)  # its journal files follow
        made = signing.ensure(clock.now())
        batches.write_index(settings.BLUEZONE)  # phones that ask before the first batch find an empty list, no error
    click.echo("the database is up to date" + "".join(f"; made {key}" for key in made))


@command.command("create-officer")
@click.argument("name")
@click.option("--full-name", default="", help="The officer's name as shown on pages.")
@click.option("--role", type=click.Choice(["ministry", "province", "district", "commune"]), help="In the roll-out.")
@click.option("--unit", default="", help="Of which province, district or commune: a name or a code (63:93, 34:92).")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def create_officer(name: str, full_name: str, role: str | None, unit: str, password_stdin: bool) -> None:
    """Make an account for an officer. Without a role it has its own cases to look after, no part in the roll-out."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from bluezone.authority.accounts.models import User

    if User.objects.filter(username=name).exists():
        raise CommandError(f"there is an officer {name!r} already")
    password = (
        sys.stdin.readline().rstrip("\n")
        if password_stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    user = User(username=name, full_name=full_name, role=role or "", place=_place(role, unit))
    try:
        user.full_clean(exclude=["password"])
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(f"no account was made: {' '.join(error.messages)}") from error
    user.set_password(password)
    user.save()
    click.echo(f"officer {name} can log in at /officer/login")


def _place(role: str | None, unit: str) -> str:
    """The place of a role at a unit, as written on the command line."""
    from bluezone.authority.accounts.jurisdiction import LEVEL_OF_ROLE, NATION, Role, place_for
    from bluezone.authority.config import clock
    from bluezone.geography import catalogue

    if role is None or role == Role.MINISTRY:
        if unit:
            raise CommandError("--unit goes with --role province, district or commune")
        return NATION if role else ""
    if not unit:
        raise CommandError(f"--role {role} needs --unit: the {role} this officer answers for")
    found = catalogue.all_units().find(unit, on=clock.now().date(), level=LEVEL_OF_ROLE[Role(role)])
    return place_for(Role(role), found.code)


@command.command("reset-second-factor")
@click.argument("name")
def reset_second_factor(name: str) -> None:
    """For officer NAME, whose phone and recovery codes are lost: the next login sets up a new phone.

    Make sure first that it is the officer who asks.
    """
    from django_otp import devices_for_user

    from bluezone.authority.accounts.models import User

    officer = User.objects.filter(username=name).first()
    if officer is None:
        raise CommandError(f"there is no officer {name!r}")
    for device in devices_for_user(officer, confirmed=None):
        device.delete()
    click.echo(f"officer {name} sets up a new phone at the next login")


@command.command("officer-token")
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How long it is good for.")
@_json_option
def officer_token(name: str, days: int, as_json: bool) -> None:
    """Issue a token with which a machine speaks for officer NAME. It is printed once and kept only as a digest."""
    from bluezone.authority.accounts import tokens
    from bluezone.authority.accounts.models import User
    from bluezone.authority.config import clock

    officer = User.objects.filter(username=name, is_active=True).first()
    if officer is None:
        raise CommandError(f"there is no active officer {name!r}; `bluezone authority create-officer` makes one")
    token, row = tokens.issue(officer, clock.now(), dt.timedelta(days=days))
    _say(
        as_json, {"token": token, "expires_at": row.expires_at.isoformat()}, f"{token}\n(until {_utc(row.expires_at)})"
    )


@command.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free one.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@_json_option
def serve(host: str, port: int, workers: int, as_json: bool) -> None:
    """Serve pages and APIs until interrupted. Prints the address once it answers."""
    from django.conf import settings

    from bluezone.authority.server import serve as run

    if host not in {"127.0.0.1", "::1", "localhost"} and not settings.BLUEZONE.tls:
        click.echo("warning: open to the network without TLS; set BLUEZONE_TLS=on behind a proxy that has it", err=True)

    def announce(url: str, chosen: int) -> None:
        _say(as_json, {"url": url, "port": chosen}, f"the authority answers at {url} (officers: {url}/officer/cases/)")
        sys.stdout.flush()

    run(host, port, workers, announce)


@command.command()
@_json_option
def publish(as_json: bool) -> None:
    """Write the export files that are due."""
    from rich.console import Console
    from rich.progress import Progress

    from bluezone.authority.config import clock
    from bluezone.authority.publishing.batches import publish as run

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("batches")
        report = run(clock.now(), lambda done, total: progress.update(task, completed=done, total=total))
    facts = {
        "batches": report.batches,
        "files": report.files,
        "keys": report.keys,
        "waiting": report.waiting,
        "next_batch_at": report.next_batch_at.isoformat(),
    }
    _say(
        as_json,
        facts,
        f"{report.keys} keys in {report.files} new files ({report.batches} batches closed); "
        f"{report.waiting} keys wait; the next batch closes at {_utc(report.next_batch_at)}",
    )


@command.command()
@_json_option
def purge(as_json: bool) -> None:
    """Delete keys, files, codes and tries past their time."""
    from bluezone.authority.config import clock
    from bluezone.authority.publishing.purge import purge as run

    report = run(clock.now())
    facts = {name: getattr(report, name) for name in ("keys", "batches", "files", "codes", "other")}
    _say(as_json, facts, "deleted: " + ", ".join(f"{count} {name}" for name, count in facts.items()))


@command.command("roll-up")
@_json_option
def roll_up(as_json: bool) -> None:
    """Count yesterday's installations and active phones of every unit, once a day."""
    from bluezone.authority.campaigns.rollup import roll_up as run
    from bluezone.authority.config import clock

    report = run(clock.now())
    facts = {"date": report.date.isoformat(), "units": report.units, "installs": report.installs}
    _say(as_json, facts, f"{report.date}: {report.installs} installations, figures of {report.units} units written")


@command.command("import-figures")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--officer", required=True, help="In whose name: a login name. Only its jurisdiction is taken.")
@click.option("--date", help="The day of rows without a date.")
@click.option("--source", default="", help="The source of rows without one: an address, the number of a letter.")
@click.option("--leave-out", is_flag=True, help="Store the good rows and leave those with problems out.")
@click.option("--confirm", multiple=True, type=int, metavar="LINE", help="A line in doubt that is right as it stands.")
@_json_option
def import_figures(
    file: Path, officer: str, date: str | None, source: str, leave_out: bool, confirm: tuple[int, ...], as_json: bool
) -> None:
    """Store a CSV or XLSX table of figures: all of it, or nothing and the list of what is wrong."""
    from bluezone.authority.accounts.models import User
    from bluezone.authority.config import clock
    from bluezone.authority.figures import imports
    from bluezone.rollout.numbers import parse_date

    found = User.objects.filter(username=officer, is_active=True).first()
    if found is None:
        raise CommandError(f"there is no active officer {officer!r}; `bluezone authority create-officer` makes one")
    day = parse_date(date) if date else None
    done, problems = imports.at_once(
        file.read_bytes(),
        file.name,
        found,
        clock.now(),
        default_date=day,
        source=source,
        leave_out=leave_out,
        confirmed=frozenset(confirm),
    )
    for problem in problems:
        click.echo(f"line {problem.line}, {problem.column or 'row'}: {problem.sentence()}", err=True)
    facts = {"added": done.added, "changed": done.changed, "left_out": done.left_out, "import": str(done.pk)}
    _say(as_json, facts, f"{done.added} new figures, {done.changed} changed, {done.left_out} rows left out")


@command.command()
def simulate() -> None:
    """Answer the questions to the simulator that officers have asked. The worker starts this when there are any."""
    from bluezone.authority.simulations.desk import work_off

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the simulator's processes are ended, too
    answered = work_off()
    click.echo(f"{answered} simulations answered")


@command.command("issue-bulletins")
@_json_option
def issue_bulletins(as_json: bool) -> None:
    """Make the day's bulletins that are due and not yet made; the worker does it, a few at a time."""
    from bluezone.authority.bulletins.desk import issue_due
    from bluezone.authority.config import clock

    made = 0
    while True:
        report = issue_due(clock.now())
        made += report.made
        if not (report.made and report.waiting):
            break
    facts = {"made": made, "failed": report.waiting, "forgotten": report.forgotten}
    _say(as_json, facts, f"{made} bulletins made, {report.waiting} failed, {report.forgotten} forgotten")


@command.command("load-history")
def load_history() -> None:
    """Load the figures that papers and portals printed in 2020-21. Run again, it changes nothing."""
    from bluezone.authority.campaigns.store import store
    from bluezone.rollout.history import reported_counts

    click.echo(f"{store(reported_counts())} figures added or changed")


@command.command("load-example")
@click.option("--remove", is_flag=True, help="Take the made-up units and their orders away again.")
@_json_option
def load_example(remove: bool, as_json: bool) -> None:
    """Fill Hậu Giang with its order of August 2020 and made-up units, marked as such, to look around in."""
    from bluezone.authority.directives import example

    if remove:
        count = example.remove()
        _say(as_json, {"removed_units": count}, f"{count} made-up units and their orders are gone")
        return
    made = example.load()
    _say(
        as_json,
        {"figures": made.figures, "units": made.units, "orders": made.orders},
        f"{made.figures} printed figures, {made.units} made-up units, {made.orders} orders added; "
        "their days are those of August 2020 (pages take ?date=2020-08-20)",
    )


@command.command()
def worker() -> None:
    """Run the repeating jobs (publish, purge, roll-up, simulate) until interrupted."""
    from bluezone.authority.worker import JOBS, work

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo("working: " + ", ".join(f"{job.name} every {job.every}" for job in JOBS), err=True)
    work(stop)


# --- cases ------------------------------------------------------------------------------------------------------------


@command.group()
def case() -> None:
    """Cases."""


@case.command("create")
@click.option("--test-date", type=click.DateTime(["%Y-%m-%d"]), help="Day of the test.")
@click.option("--onset-date", type=click.DateTime(["%Y-%m-%d"]), help="Day of first symptoms.")
@click.option("--report-type", type=click.Choice(["confirmed", "clinical", "self"]), required=True)
@_json_option
def case_create(test_date: dt.datetime | None, onset_date: dt.datetime | None, report_type: str, as_json: bool) -> None:
    """Open a case and print its one-time code, which is kept nowhere in clear."""
    from bluezone.authority.cases import desk
    from bluezone.authority.config import clock

    opened, code, row = desk.open_case(
        report_type=report_type,
        onset_date=onset_date.date() if onset_date else None,
        test_date=test_date.date() if test_date else None,
        officer=None,
        now=clock.now(),
    )
    facts = {"case": str(opened.id), "code": code, "expires_at": row.expires_at.isoformat()}
    _say(as_json, facts, f"case {opened.id}: code {code[:4]} {code[4:]}, good until {_utc(row.expires_at)}")


@command.command("forget-number")
@click.argument("number")
@_json_option
def forget_number(number: str, as_json: bool) -> None:
    """Delete the telephone NUMBER (+84...) that its owner left, for who has lost the phone.

    Make sure first that it is the owner who asks.
    """
    from django.conf import settings

    from bluezone.authority.phone_numbers import desk, rules

    checked = rules.checked_number(number, settings.BLUEZONE.sms_countries)
    gone = desk.forget_number(checked)
    _say(as_json, {"forgotten": gone}, "the number is deleted" if gone else "this number was not left here")


# --- the policy phones decide by --------------------------------------------------------------------------------------


@command.group()
def policy() -> None:
    """The rule by which phones decide whom to warn."""


@policy.command("publish")
@click.argument("name")
@click.option("--version", help="Version of a policy with changed parameters; an alert names it.")
@click.option(
    "--parameters",
    type=click.File("rb"),
    help="JSON object of the parameters to change (`bluezone exposure policies --json` prints them all).",
)
@click.option(
    "--calibration",
    "table",
    metavar="FILE|package|keep|none",
    default="keep",
    show_default=True,
    help="Corrections by phone model that go with it: a JSON table, the one that comes with the package, the one "
    "published last, or none.",
)
@click.option("--valid-days", type=click.IntRange(1, 366), default=90, show_default=True)
@click.option(
    "--from", "valid_from", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="UTC; now if not given."
)
@_json_option
def policy_publish(
    name: str,
    version: str | None,
    parameters: IO[bytes] | None,
    table: str,
    valid_days: int,
    valid_from: dt.datetime | None,
    as_json: bool,
) -> None:
    """Sign policy NAME and put it out: phones fetch, verify and try it, and refuse one that is absurd, as this does."""
    from bluezone.authority.config import clock
    from bluezone.authority.policies import desk, rules
    from bluezone.protocol.text import json_object

    changes = {} if parameters is None else json_object(parameters.read(), parameters.name)
    row = desk.publish(
        rules.chosen(name, version, changes),
        clock.now(),
        days=valid_days,
        valid_from=valid_from.replace(tzinfo=dt.UTC) if valid_from else None,
        calibration=_calibration_named(table),
    )
    _say(as_json, _policy_row(row), f"published {row}, valid from {_utc(row.valid_from)} until {_utc(row.valid_until)}")


def _calibration_named(table: str) -> Calibration | None:
    from django.conf import settings

    from bluezone.authority.policies import desk
    from bluezone.exposure.policies.published_table import table_from_file, table_of_the_package

    if table == "none":
        return None
    if table == "keep":
        return desk.last_calibration(settings.BLUEZONE.region)
    return table_of_the_package() if table == "package" else table_from_file(Path(table).read_bytes())


@policy.command("list")
@_json_option
def policy_list(as_json: bool) -> None:
    """Every policy published, and which rules now."""
    from bluezone.authority.config import clock
    from bluezone.authority.policies import desk
    from bluezone.authority.policies.models import PublishedPolicy

    rows = list(PublishedPolicy.objects.all())
    now = clock.now()
    ruling = {region: desk.ruling(region, now) for region in {row.region for row in rows}}
    lines = [
        f"{row}, valid from {_utc(row.valid_from)} until {_utc(row.valid_until)}"
        + (" (rules now)" if ruling[row.region] == row else "")
        for row in rows
    ]
    facts = {"policies": [_policy_row(row) | {"rules": ruling[row.region] == row} for row in rows]}
    _say(as_json, facts, "\n".join(lines) or "no policy has been published; phones decide by the one they came with")


def _policy_row(row: PublishedPolicy) -> dict[str, object]:
    names = ("region", "serial", "name", "version", "calibration_version", "issued_at", "valid_from", "valid_until")
    return {name: getattr(row, name) for name in names}


# --- signing keys -----------------------------------------------------------------------------------------------------


@command.command("public-keys")
@_json_option
def public_keys(as_json: bool) -> None:
    """Print what phones and other servers need to trust this one."""
    from bluezone.authority.publishing.signing import public_material

    facts = public_material()
    lines = [
        f"{purpose} {key['key_id']} {key['key_version']} from {key['from']}"
        + (f" to {key['thru']}" if key["thru"] else "")
        + f"\n{key['public_key_pem']}"
        for purpose in ("export", "certificate")
        for key in facts[purpose]  # type: ignore[attr-defined]
    ]
    _say(as_json, facts, "\n".join(lines))


@command.group()
def keys() -> None:
    """Signing keys: rotate them."""


_purpose = click.argument("purpose", type=click.Choice(["export", "certificate"]))
_moment = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@keys.command("create")
@_purpose
@click.option("--from", "from_at", type=_moment, help="When it starts to sign (UTC); now if not given.")
def keys_create(purpose: str, from_at: dt.datetime | None) -> None:
    """Make the next version of a key. It signs beside the old one, until that is retired."""
    from bluezone.authority.config import clock
    from bluezone.authority.publishing import signing

    made = signing.create(purpose, from_at.replace(tzinfo=dt.UTC) if from_at else clock.now())
    click.echo(f"made {made}, signing from {_utc(made.from_at)}; ship `bluezone authority public-keys` to the phones")


@keys.command("retire")
@_purpose
@click.argument("version")
@click.option("--thru", "thru_at", type=_moment, help="When it stops to sign (UTC); now if not given.")
def keys_retire(purpose: str, version: str, thru_at: dt.datetime | None) -> None:
    """End an old key."""
    from bluezone.authority.config import clock
    from bluezone.authority.publishing import signing

    key = signing.retire(purpose, version, thru_at.replace(tzinfo=dt.UTC) if thru_at else clock.now())
    click.echo(f"{key} stops to sign at {_utc(key.thru_at)}")
