"""Start rosters and write in them: each step in a transaction of its own, one writer of a roster at a time.

Facts are set, never toggled, and a fact that is added goes beside whatever somebody else adds at the same time. Only
what takes something back must have seen the newest state of its row (ChangedError otherwise).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_noop

from bluezone.authority.officers.models import User
from bluezone.authority.quarantine import elsewhere
from bluezone.authority.quarantine.models import Roster, Row
from bluezone.authority.quarantine.numbers import MOST_IN_HOUSEHOLD, Number
from bluezone.authority.quarantine.places import RosterPlace
from bluezone.authority.quarantine.rules import (
    ROW_LIFE,
    ChangedError,
    Counts,
    Fact,
    Presence,
    RosterError,
    State,
    check_day,
    count,
    is_open,
    takes_back,
    with_fact,
)
from bluezone.authority.site.locks import take_turns
from bluezone.authority.units.models import Organisation

#: people of one roster; the largest sites of 2020 had under 2,000
MOST_ROWS = 5_000
_COUNTED = ("present", "with_phone", "asked", "has_app", "helped")
#: what is counted of those present, by the field it stands in; `rules.count` says the same (a test holds them together)
_FIELD_OF = {"with_phone": "has_phone", "asked": "asked", "has_app": "has_app", "helped": "helped"}
_KEPT = ("hamlet", "number", "number_key", "person", "presence", "has_phone", "asked", "has_app", "helped")


@transaction.atomic
def start(place: RosterPlace, day: dt.date, today: dt.date) -> Roster:
    """Start the day's roster with the people of the newest one of the last 14 days, without those who have left.

    Where it is started already, whoever did it, it is returned as it is. Raises RosterError for another day than today.
    """
    check_day(day, today)
    take_turns(f"roster {place.place}")
    found = Roster.objects.filter(place=place.place, day=day).first()
    if found is not None:
        return found
    before = Roster.objects.filter(place=place.place, day__lt=day, day__gte=day - ROW_LIFE).order_by("-day").first()
    roster = Roster.objects.create(
        place=place.place,
        organisation=place.organisation,
        day=day,
        carried_over_from=before.day if before is not None else None,
    )
    if before is not None:
        people = before.rows.exclude(presence=Presence.LEFT.value).values(*_KEPT)
        Row.objects.bulk_create((Row(roster=roster, **each) for each in people), batch_size=500)
    _count_again(roster)
    return roster


@transaction.atomic
def note(roster: Roster, row_id: int, fact: Fact, *, value: bool, seen: int, today: dt.date) -> Row:
    """Note a fact of a person, or take it back. `seen`: the version of the row on the page.

    Raises ChangedError where this would take back what the page did not show, RosterError where the row is gone or the
    roster is closed.
    """
    return _change(roster, row_id, lambda state: with_fact(state, fact, value=value), seen, today)


@transaction.atomic
def place_person(roster: Roster, row_id: int, presence: Presence, *, seen: int, today: dt.date) -> Row:
    """Note that a person is present, absent for now, or has left. Errors as of `note`."""

    def moved(state: State) -> State:
        return State(presence, state.has_phone, state.asked, state.has_app, state.helped)

    return _change(roster, row_id, moved, seen, today)


@transaction.atomic
def arrive(
    roster: Roster, numbers: Sequence[Number], today: dt.date, *, hamlet: str = "", people: int = 1
) -> list[Row]:
    """Add people: one on each bed, or `people` in one house of a hamlet, all of them or none.

    A bed whose person has left today takes the new one. Raises RosterError for a bed that is taken, a house that is in
    the roster already.
    """
    _write_in(roster, today)
    keys = [each.key for each in numbers]
    if not hamlet:
        known = elsewhere.beds(elsewhere.people(roster.place, roster.day))
        for number in numbers:
            if number.key in known:
                raise RosterError(
                    gettext_noop("bed {number} is counted already: there is a stay in isolation on it"),
                    field="number",
                    number=number.text,
                )
    found: dict[tuple[str, int], Row] = {}
    for row in roster.rows.filter(hamlet=hamlet, number_key__in=keys):
        found[row.number_key, row.person] = row
    taken = [row for row in found.values() if row.presence != Presence.LEFT]
    if taken:
        raise _taken(taken, roster)
    wanted = [(number, person) for number in numbers for person in range(1, people + 1)]
    if roster.rows.count() + len(wanted) > MOST_ROWS:
        raise RosterError(gettext_noop("a roster has at most {most} people"), field="number", most=MOST_ROWS)
    roster.rows.filter(pk__in=[row.pk for row in found.values()]).delete()
    made = Row.objects.bulk_create(
        [
            Row(roster=roster, hamlet=hamlet, number=number.text, number_key=number.key, person=person)
            for number, person in wanted
        ],
        batch_size=500,
    )
    _count_again(roster)
    return made


@transaction.atomic
def one_more(roster: Roster, row_id: int, person: int, today: dt.date) -> Row:
    """Add one more person to the house of a row, as its `person`th: two who press at once add one."""
    _write_in(roster, today)
    row = _row(roster, row_id)
    if not 1 <= person <= MOST_IN_HOUSEHOLD:
        raise RosterError(gettext_noop("a house has at most {most} people here"), most=MOST_IN_HOUSEHOLD)
    made, _ = Row.objects.get_or_create(
        roster=roster,
        hamlet=row.hamlet,
        number_key=row.number_key,
        person=person,
        defaults={"number": row.number},
    )
    _count_again(roster)
    return made


@transaction.atomic
def remove(roster: Roster, row_id: int, *, seen: int, today: dt.date) -> None:
    """Remove a row that was entered by mistake. Raises ChangedError, RosterError as `note`."""
    _write_in(roster, today)
    row = _row(roster, row_id)
    if row.version != seen:
        raise _changed(row)
    row.delete()
    _count_again(roster)


@transaction.atomic
def confirm(roster: Roster, officer: User, now: dt.datetime, today: dt.date) -> Roster:
    """Note that the roster is complete, and file its counts, nothing else, in the audit log."""
    roster = _write_in(roster, today)
    before = _filed(roster) if roster.checked_at is not None else {}
    roster.checked_at = now
    roster.save(update_fields=["checked_at"])
    _file(roster, officer, before)
    return roster


@transaction.atomic
def count_again(place: RosterPlace, day: dt.date) -> None:
    """Count a place's day again after people have changed whom another package knows (`elsewhere`). A roster that is
    not started yet is, with the people of the one before."""
    take_turns(f"roster {place.place}")
    newest = Roster.objects.filter(place=place.place).order_by("-day").first()
    if newest is None or newest.day < day:
        start(place, day, day)
    elif newest.day == day:
        _count_again(newest)


@transaction.atomic
def give_up_row(place: RosterPlace, number_key: str, day: dt.date) -> State | None:
    """Take a bed out of the day's roster, for from now on another package knows who is in it (`elsewhere`); return what
    was noted there, None where nothing was."""
    count_again(place, day)
    row = Row.objects.filter(roster__place=place.place, roster__day=day, number_key=number_key, hamlet="").first()
    if row is None:
        return None
    state = row.state
    row.delete()
    return state if state.presence is not Presence.LEFT else None


def take_along(organisation: Organisation, **_: object) -> None:
    """Move the rosters of a site with it: they are seen by place (a signal's receiver)."""
    Roster.objects.filter(organisation=organisation).update(place=organisation.place)


def _change(roster: Roster, row_id: int, change: Callable[[State], State], seen: int, today: dt.date) -> Row:
    _write_in(roster, today)
    row = _row(roster, row_id)
    before, after = row.state, change(row.state)
    if before == after:
        return row
    if row.version != seen and takes_back(before, after):
        raise _changed(row)
    row.presence = after.presence.value
    for fact in Fact:
        setattr(row, fact.value, getattr(after, fact))
    row.version += 1
    row.save()
    _count_again(roster)
    return row


def _write_in(roster: Roster, today: dt.date) -> Roster:
    """Take the turn of writing in a roster, and return it as it is now. Raises RosterError for one that is closed."""
    take_turns(f"roster {roster.place}")
    newest = Roster.objects.filter(place=roster.place).order_by("-day").values_list("day", flat=True).first()
    if newest is None or not is_open(roster.day, newest, today):
        raise RosterError(gettext_noop("this roster is closed: write in the newest one"))
    roster.refresh_from_db()
    return roster


def _row(roster: Roster, row_id: int) -> Row:
    row = roster.rows.filter(pk=row_id).first()
    if row is None:
        raise RosterError(gettext_noop("somebody else has removed this row: nothing was noted"))
    return row


def _changed(row: Row) -> ChangedError:
    return ChangedError(
        gettext_noop("somebody else has just noted something of {number}: nothing was taken back, look once more"),
        number=row.number,
    )


def _taken(rows: Iterable[Row], roster: Roster) -> RosterError:
    first = min(rows, key=lambda row: row.number_key)
    if roster.organisation_id is None:
        return RosterError(
            gettext_noop("house {number} is in the roster already: add people there with “One more person”"),
            field="number",
            number=first.number,
        )
    return RosterError(
        gettext_noop("bed {number} is taken: note first that whoever was there has left"),
        field="number",
        number=first.number,
    )


def _count_again(roster: Roster) -> None:
    """Bring a roster's counts up to date with its rows, and with the people whom others know."""
    known = elsewhere.people(roster.place, roster.day)
    rows = roster.rows.filter(presence=Presence.PRESENT.value).exclude(number_key__in=elsewhere.beds(known))
    counts = rows.aggregate(
        present=Count("pk"), **{name: Count("pk", filter=Q(**{field: True})) for name, field in _FIELD_OF.items()}
    )
    others: Counts = count(each.state for each in known)
    for name in _COUNTED:
        setattr(roster, name, counts[name] + getattr(others, name))
    roster.save(update_fields=list(_COUNTED))


def _filed(roster: Roster) -> dict[str, str]:
    """Return the counts that the audit log has of a roster."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Roster), object_id=roster.pk)
    return {name: pair[1] for entry in entries.order_by("pk") for name, pair in entry.changes_dict.items()}


def _file(roster: Roster, officer: User, before: dict[str, str]) -> None:
    after = {name: str(getattr(roster, name)) for name in _COUNTED}
    LogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(Roster),
        object_pk=str(roster.pk),
        object_id=roster.pk,
        object_repr=str(roster),
        action=LogEntry.Action.UPDATE if before else LogEntry.Action.CREATE,
        changes={name: [before.get(name, "None"), value] for name, value in after.items() if before.get(name) != value},
        actor=officer,
        additional_data={"place": roster.place},
    )
