"""Publish a phone's keys, and take them back: `bluezone phone publish` and `withdraw`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Arg, Json, Opt, command
from bluezone.cli.phone.edge import opened, with_authority
from bluezone.cli.phone.state import counted
from bluezone.i18n import Translator
from bluezone.phone.app.engine import Phone
from bluezone.phone.client import publishing
from bluezone.phone.client.http import new_client
from bluezone.phone.client.publishing import PublishError
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.web.presenters.codes import read_code
from bluezone.phone.web.presenters.common import translator
from bluezone.phone.web.presenters.sharing import Kind, Outcome, Refusal, clock_is_off, kind_of, outcome, refusal
from bluezone.protocol.messages import VerifyCode
from bluezone.protocol.verification import CertifiedReport

_CONSENT = (
    "The keys of this phone's last 14 days will be published, so that phones that were near it can warn their owners. "
    "No name, place or telephone number is published, nor whom you met. Published keys stay known; "
    "`bluezone phone withdraw` makes them warn nobody any more. Publish?"
)
_TAKE_BACK = (
    "What this phone published in the last 14 days will warn nobody any more, and whoever was warned by it reads so. "
    "It cannot be published again. Take it back?"
)

_RESULTS = {
    CertifiedReport.CONFIRMED: "The health authority confirms: a positive test.",
    CertifiedReport.LIKELY: "The health authority confirms: ill with this disease by a doctor's judgement.",
    CertifiedReport.NEGATIVE: "The health authority confirms: not ill with it. Keys shared before are taken back.",
    CertifiedReport.USER_REPORT: "The health authority takes your own report of a positive test.",
    CertifiedReport.RECURSIVE: "The health authority asks you, a contact (F1), to let those you met since know.",
}


@command()
@click.pass_obj
def publish(
    folder: Path,
    *,
    code: Annotated[str, Arg()] = "",
    consent: Annotated[bool, Opt("The phone's owner has said yes: do not ask.")] = False,
    left_out: Annotated[
        tuple[dt.date, ...],
        Opt(
            "A day (UTC) of which the owner keeps the key; may be given several times. Chosen before the yes, once.",
            "--leave-out",
            metavar="DAY",
        ),
    ] = (),
    as_json: Json = False,
) -> Answer:
    """Publish this phone's keys under the one-time CODE an officer has given; the link of a text message will do.

    First it says what the code confirms, then it asks. After a no, and where it was cut off in the middle, the same
    command goes on where it was, for a day also without the CODE.
    """
    code, config = _read(code), with_authority(folder)
    with opened(config, folder) as phone, new_client() as client, _refusals_said(phone):
        publisher = phone.publisher(client)
        result = publisher.verify(code) if code else phone.stores.publications.waiting(phone.clock())
        if result is None:
            if phone.stores.publications.has_lapsed(phone.clock()):
                raise PublishError("", VerifyCode.TOKEN_EXPIRED)
            raise CommandError("no result is waiting; give the code of the health authority")
        if publisher.clock_is_off:
            _warn(clock_is_off(_english()))
        click.echo(_RESULTS[result.report] + (f" (test of {result.test_date})" if result.test_date else ""), err=True)
        days = _left_out(phone, result, list(left_out))
        consent = consent or click.confirm(_CONSENT, err=True)
        if not consent:
            raise CommandError("nothing is published")
        report = publisher.publish(code, consent=consent, left_out=days)
        choices = phone.stores.preferences.read()
    one = report.keys_sent == 1
    already = f" ({'it was' if one else 'they were'} already)" if report.already else ""
    if not as_json:
        for warning in report.warnings:
            click.echo(f"warning: {warning}", err=True)
        if report.clock_off:
            _warn(outcome(choices, None, _english()))
    return Answer(report, f"{counted(report.keys_sent, 'key')} {'is' if one else 'are'} with the authority{already}")


def _english() -> Translator:
    return translator("en", dt.UTC)


def _warn(said: Refusal | Outcome) -> None:
    click.echo(f"warning: {said.title}. {said.text}", err=True)


def _read(code: str) -> str:
    """Return the code that was given, alone or in a link; "" for none. Raises CommandError for what cannot be one."""
    if not code.strip():
        return ""
    read = read_code(code, _english())
    if read.problem:
        raise CommandError(read.problem)
    return read.value


#: of what the owner cannot mend, the error itself says more
_TECHNICAL = (Kind.PHONE, Kind.UNKNOWN)


@contextmanager
def _refusals_said(phone: Phone) -> Iterator[None]:
    """Say of a code that is refused what the screens say: why, and what to do next; and the error's own word."""
    try:
        yield
    except PhoneError as error:
        if kind_of(error) in _TECHNICAL:
            raise
        said = refusal(error, _english(), phone.stores.preferences.read().published_at_s)
        detail = getattr(error, "code", "") or str(error)
        raise CommandError(f"{said.title}. {said.text}" + (f" ({detail})" if detail else "")) from error


def _left_out(phone: Phone, result: VerifiedResult, days: list[dt.date]) -> list[dt.date]:
    """Return the days that the owner keeps. Raises CommandError for one that cannot be kept, and where none is left."""
    known = phone.stores.keys.publishable_days(phone.clock()) if days else {}
    if days and result.agreed:
        raise CommandError("the days were chosen with the yes: go on without --leave-out")
    for day in days:
        if day not in known:
            raise CommandError(f"--leave-out {day}: this phone has no key of that day to publish")
        if known[day]:
            raise CommandError(f"--leave-out {day}: the key of that day is published already")
    if known and set(days) == set(known):
        raise CommandError("every day is left out: nothing would be published")
    return days


@command()
@click.pass_obj
def withdraw(
    folder: Path,
    *,
    yes: Annotated[bool, Opt("The phone's owner has said so: do not ask.")] = False,
) -> Answer:
    """Take back what this phone has published: its keys warn nobody any more. Asked again, it does no harm."""
    with opened(with_authority(folder), folder) as phone, new_client() as client:
        if not (yes or click.confirm(_TAKE_BACK, err=True)):
            raise CommandError("nothing is taken back")
        publishing.withdraw(phone.sender(client), phone.stores)
    return Answer({"taken_back": True}, "what this phone shared is taken back: it warns nobody any more")
