"""Make accounts of officers, open cases, write the line list, and delete what a person asks the authority to delete."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority.common import active_officer, now, utc
from bluezone.cli.authority.group import authority
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Arg, Opt, command
from bluezone.cli.parameters import NEW_FILE

if TYPE_CHECKING:
    from bluezone.authority.officers.models import User


@command("create-officer", authority)
def create_officer_command(
    *,
    name: Annotated[str, Arg()],
    full_name: Annotated[str, Opt("The officer's name as shown on pages.")] = "",
    role: Annotated[
        str | None,
        Opt(
            "Role in the roll-out; lab: a laboratory's machine, which sends results.",
            choices=["ministry", "province", "district", "commune", "lab"],
        ),
    ] = None,
    unit: Annotated[
        str,
        Opt("The province, district or commune of the role (of a lab its province): a name or a code (63:93, 34:92)."),
    ] = "",
    may_confirm: Annotated[
        bool | None,
        Opt(
            "The right to confirm cases and issue codes. Without a role, and for the ministry, it is given; else not.",
            "--may-confirm/--may-not-confirm",
        ),
    ] = None,
    may_read_health: Annotated[
        bool, Opt("The right to read health data, names and numbers; the right to confirm cases holds it.")
    ] = False,
    password_stdin: Annotated[bool, Opt("Read the password from standard input instead of asking.")] = False,
    link: Annotated[
        bool, Opt("Print a link by which the officer sets the password. Again: another, while none was set.")
    ] = False,
) -> None:
    """Make an account for an officer. Without a role it opens and follows its own cases, and has no part in the
    roll-out."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from bluezone.authority.officers.models import User

    known = User.objects.filter(username=name).first()
    if known is not None and link and not known.has_usable_password():
        click.echo(_link_of(known))
        return
    if known is not None:
        raise CommandError(f"there is an officer {name!r} already")
    place = _place(role, unit)  # before anything is typed: a wrong unit costs no second password
    if role == "lab":
        _make_laboratory(name, full_name, place, may_confirm=bool(may_confirm))
        return
    password = None if link else _ask_password(password_stdin)
    given = may_confirm if may_confirm is not None else role in (None, "ministry")
    rights = {"may_confirm": given, "may_read_health": may_read_health}
    user = User(username=name, full_name=full_name, role=role or "", place=place, **rights)
    try:
        user.full_clean(exclude=["password"])
        if password is not None:
            validate_password(password, user)
    except ValidationError as error:
        raise CommandError(f"no account was made: {' '.join(error.messages)}") from error
    user.set_password(password)  # None: nobody can log in with it
    user.save()
    click.echo(_link_of(user) if link else f"officer {name} can log in at /officer/login")


def _ask_password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _link_of(user: User) -> str:
    """Make a link by which an officer sets the password, and say it."""
    from django.conf import settings

    from bluezone.authority.officers import appointments

    origin = (settings.BLUEZONE.public_url or "http://127.0.0.1:8000").rstrip("/")
    link = appointments.setup_link(lambda path: f"{origin}{path}", user, None)
    return f"officer {user.username} sets the password at {link.address} (until {utc(link.until)})"


def _make_laboratory(name: str, full_name: str, place: str, *, may_confirm: bool) -> None:
    """Make the account of a laboratory's machine: nobody logs in with it, it needs a token."""
    from django.core.exceptions import ValidationError

    from bluezone.authority.officers import appointments
    from bluezone.authority.officers.jurisdiction import Role

    try:
        appointments.appoint(name, full_name, Role.LAB, place, may_confirm=may_confirm)
    except ValidationError as error:
        raise CommandError(f"no account was made: {' '.join(error.messages)}") from error
    click.echo(f"laboratory {name} sends results with a token: `bluezone authority officer-token {name}`")


def _place(role: str | None, unit: str) -> str:
    """Return the place of a role at a unit, as written on the command line."""
    from bluezone.authority.officers.jurisdiction import LEVEL_OF_ROLE, NATION, Role, place_for
    from bluezone.geography import catalogue

    if role is None or role == Role.MINISTRY:
        if unit:
            raise CommandError("--unit goes with --role province, district, commune or lab")
        return NATION if role else ""
    if not unit:
        raise CommandError(f"--role {role} needs --unit: the {role} this officer answers for")
    level = LEVEL_OF_ROLE[Role.PROVINCE if role == Role.LAB else Role(role)]
    found = catalogue.all_units().find(unit, on=now().date(), level=level)
    return place_for(Role(role), found.code)


@command("reset-second-factor", authority)
def reset_second_factor_command(
    *,
    name: Annotated[str, Arg()],
) -> None:
    """Reset the second factor of officer NAME, whose phone and recovery codes are lost: the next login sets up a new
    phone.

    Make sure first that it is the officer who asks.
    """
    from django_otp import devices_for_user

    from bluezone.authority.officers.models import User

    officer = User.objects.filter(username=name).first()
    if officer is None:
        raise CommandError(f"there is no officer {name!r}")
    for device in devices_for_user(officer, confirmed=None):
        device.delete()
    click.echo(f"officer {name} sets up a new phone at the next login")


@command("officer-token", authority)
def officer_token_command(
    *, name: Annotated[str, Arg()], days: Annotated[int, Opt("How long it is good for.", limits=(1, 366))] = 30
) -> Answer:
    """Issue a token with which a machine acts for officer NAME. It is printed once and kept only as a digest."""
    from bluezone.authority.officers import tokens

    token, row = tokens.issue(active_officer(name), now(), dt.timedelta(days=days))
    return Answer({"token": token, "expires_at": row.expires_at}, f"{token}\n(until {utc(row.expires_at)})")


@command("line-list", authority)
def line_list_command(
    *,
    out: Annotated[Path, Arg(type=NEW_FILE)],
    officer: Annotated[str, Opt("Login name of the officer who takes it: who may read health data.")],
    first: Annotated[dt.date | None, Opt("Its first day; 27 days before the last if not given.", "--from")] = None,
    last: Annotated[dt.date | None, Opt("Its last day; today if not given.", "--to")] = None,
) -> Answer:
    """Write the line list of cases and contacts within the officer's jurisdiction to OUT: one row a person, pseudonyms,
    columns as R's linelist names them; CSV, or Parquet where OUT ends with .parquet. The audit log notes it."""
    from bluezone.authority.epidemiology import outbreaks
    from bluezone.authority.officers import confirming
    from bluezone.authority.site import clock

    by = active_officer(officer)
    if not confirming.may_read_health(confirming.Issuer(officer=by)):
        raise CommandError(f"officer {officer!r} may not read health data")
    last = last or clock.today()
    first = first or last - dt.timedelta(days=27)
    if first > last:
        raise CommandError("--from lies after --to")
    made = outbreaks.take_line_list(by, first, last, as_parquet=out.suffix == ".parquet")
    out.write_bytes(made.encode() if isinstance(made, str) else made)
    return Answer({"file": str(out), "from": first, "to": last}, f"{out}: the line list of {first} to {last}")


@authority.group("case")
def case_command() -> None:
    """Open cases."""


@command("create", case_command)
def case_create(
    *,
    test_date: Annotated[dt.date | None, Opt("Day of the test.")] = None,
    onset_date: Annotated[dt.date | None, Opt("Day of first symptoms.")] = None,
    report_type: Annotated[str, Opt("How the diagnosis was made.", choices=["confirmed", "clinical", "self"])],
) -> Answer:
    """Open a case and print its one-time code, of which only a digest is kept."""
    from bluezone.authority.diagnosis import services
    from bluezone.protocol.one_time_codes import groups

    new = services.NewCase(report_type, onset_date=onset_date, test_date=test_date)
    opened, code, row = services.open_case(new, issuer=None, now=now())
    facts = {
        "case": str(opened.id),
        "code": code.short,
        "expires_at": row.expires_at,
        "long_code": code.long,
        "long_expires_at": row.long_expires_at,
    }
    text = (
        f"case {opened.id}: code {' '.join(groups(code.short))}, good until {utc(row.expires_at)};"
        f" for a link {code.long}, good until {utc(row.long_expires_at)}"
    )
    return Answer(facts, text)


@command("code-quota", authority)
def code_quota_command(
    *,
    factor: Annotated[float, Arg()],
    unit: Annotated[str, Opt("The province it is for: a name or a code. Without: the whole country.")] = "",
) -> Answer:
    """Multiply the quota of codes by FACTOR (0.1 to 1000), from now on, as the ministry does on its page."""
    from decimal import Decimal

    from bluezone.authority.diagnosis import quota, quota_rules
    from bluezone.authority.officers.jurisdiction import NATION, place_of
    from bluezone.authority.site import clock
    from bluezone.geography import catalogue
    from bluezone.geography.units import Level

    chosen = round(Decimal(str(factor)), 2)
    if not quota_rules.LEAST_FACTOR <= chosen <= quota_rules.MOST_FACTOR:
        raise CommandError(f"FACTOR lies between {quota_rules.LEAST_FACTOR} and {quota_rules.MOST_FACTOR}")
    found = catalogue.provinces().find(unit, on=clock.today(), level=Level.PROVINCE) if unit else None
    place = place_of(found.code) if found else NATION
    quota.set_factor(place, chosen)
    where = found.full_name if found else "the whole country"
    return Answer({"place": place, "factor": float(chosen)}, f"{where}: the quota of codes is multiplied by {chosen}")


@command("forget-number", authority)
def forget_number_command(*, number: Annotated[str, Arg()]) -> Answer:
    """Delete the telephone NUMBER (+84...) that its owner left and, having lost the phone, cannot delete.

    Make sure first that it is the owner who asks.
    """
    from django.conf import settings

    from bluezone.authority.messages import phone_numbers

    checked = phone_numbers.checked_number(number, settings.BLUEZONE.sms_countries)
    gone = phone_numbers.forget_number(checked)
    return Answer({"forgotten": gone}, "the number is deleted" if gone else "this number was not left here")
