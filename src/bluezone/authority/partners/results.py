"""Take laboratories' results that come as FHIR, HL7 v2 or CSV: all end in the one service of results."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.issuing.results import services
from bluezone.authority.issuing.results.rules import Content, Result, ResultError, UnknownResultError
from bluezone.authority.messages.phone_numbers import NumberRefusedError, checked_number
from bluezone.authority.officers.models import User
from bluezone.authority.persons import rules as identities
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.exchange import fhir_reading, hl7, laboratory_csv, units
from bluezone.exchange.errors import ExchangeError, Fault
from bluezone.exchange.records import LabResult as Said


@dataclass(frozen=True, slots=True)
class Taken:
    """Count what became of a file: results that are new or changed something, and copies. `unknown_places`: where
    patients live, as it was written, that is no place that is known."""

    new: int
    known: int
    unknown_places: tuple[str, ...] = ()


def read(data: bytes) -> list[Said]:
    """Return the results in a file, whichever of the three it is. Raises ExchangeError."""
    start = data.lstrip(b"\xef\xbb\xbf\x0b \r\n\t")[:3]
    if start == b"MSH":
        return [each for message in hl7.read_messages(data) for each in hl7.results(message, zone(), lab_tests())]
    if start[:1] == b"{":
        return fhir_reading.read_reports(data, lab_tests())
    return laboratory_csv.read_results(data)


def lab_tests() -> Collection[str]:
    """Return the LOINC codes under which laboratories report the disease of this installation."""
    return disease().codes.lab_tests


def zone() -> dt.tzinfo:
    """Return the zone of moments that name none."""
    return ZoneInfo(settings.TIME_ZONE)


@transaction.atomic
def take(laboratory: User, results: Sequence[Said], now: dt.datetime) -> Taken:
    """Take results in the order in which they were said: all, or none. Raises ExchangeError, naming the place."""
    new, unknown = 0, dict[str, None]()
    unsaid = dt.datetime.min.replace(tzinfo=dt.UTC)
    for said in sorted(results, key=lambda each: each.issued_at or unsaid):
        before = LabResult.objects.filter(laboratory=laboratory, external_id=said.external_id)
        digest = before.values_list("content_digest", flat=True).first()
        try:
            row = services.receive(laboratory, said.external_id, _content(said, now), now, said.issued_at)
        except (ResultError, IssueError) as error:
            fault = Fault.KEY if isinstance(error, UnknownResultError) else Fault.TYPE
            fault = Fault.OURS if isinstance(error, IssueError) else fault
            raise ExchangeError(gettext_noop("{where}: {why}"), fault, where=said.where, why=str(error)) from error
        new += row.content_digest != digest
        if place := services.unknown_place(row):
            unknown[place] = None
    return Taken(new, len(results) - new, tuple(unknown))


def _content(said: Said, now: dt.datetime) -> Content:
    """Return a result as the service takes it. A number or a name that is none is left out, for the result counts; a
    unit of before a merger is where its people are now."""
    commune = said.commune
    if commune.replace(":", "").isdecimal():
        try:
            code = units.read_code(commune, said.sampled_on)
            commune = str(units.at(code, clock.date_of(now)).code)
        except ExchangeError:
            commune = said.commune
    return Content(Result(said.finding.value), said.sampled_on, said.reported_on, _who(said, now), commune[:120])


def _who(said: Said, now: dt.datetime) -> Identity:
    who = Identity(name=" ".join(said.name.split())[: identities.MOST_NAME], birth_year=said.birth_year)
    with contextlib.suppress(NumberRefusedError):
        number = checked_number(said.telephone, settings.BLUEZONE.sms_countries, typed=True) if said.telephone else ""
        who = replace(who, telephone=persons.read_telephone(number))
    with contextlib.suppress(IdentityError):
        who = replace(who, document=identities.document(said.document))
    who = replace(who, sex=said.sex, address=" ".join(said.address.split())[: identities.MOST_ADDRESS])
    try:
        identities.check(replace(who, name=who.name or "-"), clock.date_of(now))
    except IdentityError:
        who = replace(who, birth_year=None)
    return who
