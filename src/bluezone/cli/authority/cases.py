"""Open cases, and delete what a person asks the authority to delete."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority.common import utc
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Arg, Opt, command


@click.group("case")
def case_command() -> None:
    """Open cases."""


@command("create", case_command)
def case_create(
    *,
    test_date: Annotated[dt.datetime | None, Opt("Day of the test.", type=click.DateTime(["%Y-%m-%d"]))] = None,
    onset_date: Annotated[dt.datetime | None, Opt("Day of first symptoms.", type=click.DateTime(["%Y-%m-%d"]))] = None,
    report_type: Annotated[str, Opt("How the diagnosis was made.", choices=["confirmed", "clinical", "self"])],
) -> Answer:
    """Open a case and print its one-time code, of which only a digest is kept."""
    from bluezone.authority.diagnosis import services
    from bluezone.authority.site import clock
    from bluezone.protocol.one_time_codes import groups

    new = services.NewCase(
        report_type,
        onset_date=onset_date.date() if onset_date else None,
        test_date=test_date.date() if test_date else None,
    )
    opened, code, row = services.open_case(new, issuer=None, now=clock.now())
    facts = {
        "case": str(opened.id),
        "code": code.short,
        "expires_at": row.expires_at.isoformat(),
        "long_code": code.long,
        "long_expires_at": row.long_expires_at.isoformat(),
    }
    text = (
        f"case {opened.id}: code {' '.join(groups(code.short))}, good until {utc(row.expires_at)};"
        f" for a link {code.long}, good until {utc(row.long_expires_at)}"
    )
    return Answer(facts, text)


@command("code-quota")
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


@command("forget-number")
def forget_number_command(*, number: Annotated[str, Arg()]) -> Answer:
    """Delete the telephone NUMBER (+84...) that its owner left and, having lost the phone, cannot delete.

    Make sure first that it is the owner who asks.
    """
    from django.conf import settings

    from bluezone.authority.messages import phone_numbers

    checked = phone_numbers.checked_number(number, settings.BLUEZONE.sms_countries)
    gone = phone_numbers.forget_number(checked)
    return Answer({"forgotten": gone}, "the number is deleted" if gone else "this number was not left here")
