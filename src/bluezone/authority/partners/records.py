"""Read episodes and figures from the database as the records that are handed over."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import F, QuerySet

from bluezone.authority.campaign.figures import reader
from bluezone.authority.episodes.models import Episode, EpisodeTest, Exposure, Stay, relation_in
from bluezone.authority.episodes.words import Classification, FoundBy, Role
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.officers.jurisdiction import code_over, place_of
from bluezone.authority.partners.rules import Terms
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import clock
from bluezone.exchange import records
from bluezone.exchange.records import Count, Measure, Named, Record
from bluezone.geography.units import UnitCode, nation_on

_SAID = ("positive", "negative")
#: what a record is made of, of an episode, its person and its case: a hundred thousand rows are read at a time
_READ = (
    *("pk", "place", "role", "classification", "opened_at", "contact_role", "first_contact_on", "last_contact_on"),
    *("follow_up", "follow_up_until", "ended_on", "outcome", "case__onset_date", "case__test_date"),
    *("person_id", "person__pseudonym", "person__sealed"),
)


def episodes_of(terms: Terms) -> QuerySet[Episode]:
    """Return the episodes of which an agreement speaks: of its place, cases or contacts, by a pseudonym that is there.
    Who reported alone, or turned out to be none, is not handed over before a partner knew of them."""
    rows = Episode.objects.filter(person__isnull=False, place__startswith=terms.place)
    if set(terms.contents) == {"cases"}:
        return rows.filter(role=Role.F0.value)
    return rows.exclude(role=Role.F0.value) if set(terms.contents) == {"contacts"} else rows


def records_of(episodes: Sequence[uuid.UUID], terms: Terms) -> dict[uuid.UUID, Record]:
    """Return the records of episodes, by key, with identities where the agreement gives them: in as many statements for
    one as for all."""
    found = Episode.objects.filter(pk__in=episodes, person__isnull=False)
    rows: dict[uuid.UUID, Any] = {row.pk: row for row in found.values_list(*_READ, named=True)}
    people = {row.person_id: key for key, row in rows.items()}
    tests, stays, met = _tests(people), _stays(rows), _exposures(rows, terms)
    return {
        key: _record(
            row,
            persons.handed_over(row.person__sealed, row.person__pseudonym),
            terms,
            tests[key],
            stays[key],
            met[key],
        )
        for key, row in rows.items()
    }


def _record(
    row: Any,
    who: Identity,
    terms: Terms,
    tests: list[records.Test],
    stays: list[records.Stay],
    exposures: list[records.Exposure],
) -> Record:
    unit = code_over(row.place)
    opened_on = clock.date_of(row.opened_at)
    named = Named(who.name, who.telephone, who.document, who.address)
    return Record(
        key=str(row.pk),
        person=row.person__pseudonym,
        role=row.role,
        classification=row.classification,
        reported_on=opened_on,
        unit=unit or nation_on(opened_on).code,
        onset_on=row.case__onset_date,
        tested_on=row.case__test_date,
        contact_role=row.contact_role,
        first_contact_on=row.first_contact_on,
        last_contact_on=row.last_contact_on,
        follow_up=row.follow_up,
        follow_up_until=row.follow_up_until,
        ended_on=row.ended_on,
        outcome=row.outcome,
        sex=who.sex,
        birth_year=who.birth_year,
        occupation=who.occupation if terms.named else "",
        named=named if terms.named else None,
        tests=tuple(tests),
        stays=tuple(stays),
        exposures=tuple(exposures),
    )


def _tests(of_person: Mapping[int, uuid.UUID]) -> dict[uuid.UUID, list[records.Test]]:
    """Return the tests with a result: those noted on the episode, and laboratories' of the person that are not."""
    found: dict[uuid.UUID, list[records.Test]] = defaultdict(list)
    for each in EpisodeTest.objects.filter(episode__in=of_person.values(), result__in=_SAID).order_by("due_on"):
        test = records.Test(f"test-{each.pk}", each.taken_on or each.due_on, each.result, each.sample)
        found[each.episode_id].append(test)
    for lab in LabResult.objects.filter(person__in=of_person, result__in=_SAID).order_by("sampled_on", "pk"):
        known = found[of_person[lab.person_id or 0]]
        if lab.external_id not in {each.sample for each in known}:
            known.append(records.Test(f"lab-{lab.pk}", lab.sampled_on, lab.result, lab.external_id))
    return found


def _stays(rows: Collection[uuid.UUID]) -> dict[uuid.UUID, list[records.Stay]]:
    found: dict[uuid.UUID, list[records.Stay]] = defaultdict(list)
    for each in Stay.objects.filter(episode__in=rows).order_by("since", "pk"):
        until = each.ended_on or each.until
        stay = records.Stay(f"stay-{each.pk}", each.kind, each.since, max(until, each.since), each.ended_on is not None)
        found[each.episode_id].append(stay)
    return found


def _exposures(rows: Collection[uuid.UUID], terms: Terms) -> dict[uuid.UUID, list[records.Exposure]]:
    """Return who was near whom; of a source that turned out to be none nothing. What they are to each other, as it was
    written, goes with identities alone."""
    found: dict[uuid.UUID, list[records.Exposure]] = defaultdict(list)
    names = ("pk", "episode_id", "day", "source_id", "pseudonym", "setting", "sealed_relation", "found_by", "state")
    met = Exposure.objects.filter(episode__in=rows).annotate(
        pseudonym=F("source__person__pseudonym"), state=F("source__classification")
    )
    for pk, episode, day, source, pseudonym, setting, sealed, found_by, state in (
        met.order_by("day", "pk").values_list(*names).iterator()
    ):
        if state == Classification.NOT:
            continue
        by_app = found_by == FoundBy.APP
        known = (str(source or ""), pseudonym or "")
        relation = relation_in(bytes(sealed), episode) if terms.named else ""
        found[episode].append(records.Exposure(f"exposure-{pk}", day, *known, setting, relation, by_app))
    return found


def digest_of(record: object) -> str:
    """Return a digest of what a partner is to have."""
    return hashlib.sha256(repr(record).encode()).hexdigest()[:32]


def counts_of(terms: Terms, day: dt.date) -> list[Count]:
    """Return a day's figures of the units in the agreement's place: installs as they are in force, cases and contacts
    by the day on which an office entered them."""
    found = [
        Count(each.unit, day, Measure.INSTALLS, each.installs)
        for each in reader.units_counted_on(day)
        if isinstance(each.unit, UnitCode) and each.installs is not None and place_of(each.unit).startswith(terms.place)
    ]
    start = clock.beginning_of(day)
    rows = Episode.objects.filter(place__startswith=terms.place)
    rows = rows.filter(opened_at__gte=start, opened_at__lt=start + dt.timedelta(days=1))
    counted: Counter[tuple[UnitCode, Measure]] = Counter()
    for place, role, decided in rows.values_list("place", "role", "decided_at"):
        if (unit := code_over(place)) is None:
            continue
        if role == Role.F0:
            counted[unit, Measure.CASES] += 1
        elif role in (Role.F1, Role.F2):
            counted[unit, Measure.CONTACTS] += 1
            counted[unit, Measure.FOLLOWED] += decided is not None
    found += [Count(unit, day, measure, value) for (unit, measure), value in sorted(counted.items())]
    return found
