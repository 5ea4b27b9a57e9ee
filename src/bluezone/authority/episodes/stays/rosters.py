"""Keep and read the rosters: how many people are in a place each day, and of them how many have a phone, were asked to
install the app, have it. Who they are say their running stays; those are seen by the site's head and the commune,
everybody above sees counts. `campaign` reads counts only."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from auditlog.models import LogEntry
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from bluezone.authority.episodes.models import Roster, Stay
from bluezone.authority.episodes.stays.roster_rules import SHOWN_FOR, Counts, State, Total, disclosed, exactly, total
from bluezone.authority.episodes.words import StayKind
from bluezone.authority.officers import audit_log, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import NATION, Jurisdiction, Role, codes_of, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.authority.site.locks import take_turns
from bluezone.authority.units.models import Organisation
from bluezone.authority.work import services as work
from bluezone.authority.work.rules import Kind, Wanted
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, UnitCode
from bluezone.rollout.sectors import UnitCodeError, read_code
from bluezone.rollout.suppression import Disclosure

#: the key of the sector whose units are quarantine sites
SECTOR = "quarantine"
#: what hamlets are registered as
_HAMLETS = "neighbourhoods"


@dataclass(frozen=True, slots=True)
class RosterPlace:
    """Hold a place that has rosters: a quarantine site, or a commune for the people at home in it."""

    #: the site's code or the commune's: `7K3M-Q2XD`, `63:31318`
    code: str
    place: str
    organisation: Organisation | None

    @property
    def at_home(self) -> bool:
        """Return whether its people are at home: then rows are houses."""
        return self.organisation is None

    def name(self) -> str:
        """Return what its roster is called: the site, or the people at home."""
        return self.organisation.name if self.organisation is not None else _("Quarantine at home")

    def within(self, day: dt.date) -> str:
        """Return the name of the commune it lies in; of people at home their own."""
        codes = [f"{code}/" for code in codes_of(self.place) if ":" in code]
        return place_name(NATION + "".join(codes), day)


def find(user: User | AnonymousUser, code: str, day: dt.date) -> RosterPlace | None:
    """Return the place with a code whose rows the officer may see and write; None for any other."""
    own = scope.jurisdiction(user)
    if own is None or own.role not in (Role.COMMUNE, Role.UNIT_HEAD):
        return None
    if ":" in code:
        return _commune(code, own, day)
    try:
        written = read_code(code)
    except UnitCodeError:
        return None
    rows = scope.editable(Organisation.objects.filter(sector=SECTOR, closed_on=None), user)
    site = rows.filter(code=written).first()
    return RosterPlace(site.code, site.place, site) if site is not None and may_open(own, site.place) else None


def may_open(own: Jurisdiction, place: str) -> bool:
    """Decide whether an officer sees beds, houses and exact counts of a place: its own head, and its commune."""
    return own.place == place if own.role is Role.UNIT_HEAD else own.role is Role.COMMUNE and own.may_edit(place)


def own_places(own: Jurisdiction, day: dt.date) -> list[RosterPlace]:
    """List the places whose rosters an officer keeps: a head's own site, a commune's sites and its people at home."""
    if own.role not in (Role.COMMUNE, Role.UNIT_HEAD):
        return []
    found = Organisation.objects.filter(sector=SECTOR, closed_on=None, place__startswith=own.place).order_by(
        "name", "pk"
    )
    listed = [RosterPlace(each.code, each.place, each) for each in found if may_open(own, each.place)]
    if own.role is Role.COMMUNE:
        commune = _commune(own.place.strip("/").split("/")[-1], own, day)
        return [*listed, commune] if commune is not None else listed
    return listed


def hamlets_of(place: RosterPlace) -> list[str]:
    """List the names of the hamlets that the commune has registered."""
    rows = Organisation.objects.filter(sector=_HAMLETS, closed_on=None, place__startswith=place.place)
    return sorted(set(rows.values_list("name", flat=True)))


def _commune(code: str, own: Jurisdiction, day: dt.date) -> RosterPlace | None:
    try:
        parsed = UnitCode.parse(code)
        place = place_of(parsed)
        in_force = catalogue.all_units().unit(parsed).in_force(day)
    except GeographyError:
        return None
    if parsed.level is not Level.COMMUNE or not in_force or not may_open(own, place):
        return None
    return RosterPlace(str(parsed), place, None)


# --- counting ---------------------------------------------------------------------------------------------------------

#: what tasks of a roster arise from (`work.Task.source`)
SOURCE = "roster"
#: whoever is in a place is asked by the evening
ASK_BY = dt.timedelta(hours=20)
_COUNTED = ("present", "with_phone", "asked", "has_app", "helped")
#: what is counted of those present, by the field it stands in
_FIELD_OF = {"with_phone": "has_phone", "asked": "asked", "has_app": "has_app", "helped": "helped"}


def there(place: str, organisation: Organisation | None, day: dt.date) -> QuerySet[Stay]:
    """Return the stays of who is in a site, or at home in a commune, on a day."""
    rows = Stay.objects.filter(place=place, organisation=organisation, since__lte=day, ended_on=None)
    return rows if organisation is not None else rows.filter(kind=StayKind.HOME.value)


def state_of(stay: Stay) -> State:
    """Return what a roster says of who is in a stay."""
    return State(stay.away, stay.has_phone, stay.asked, stay.has_app, stay.helped)


def counts_of(roster: Roster) -> Counts:
    """Return the counts of a day."""
    return Counts(*(getattr(roster, name) for name in _COUNTED))


def _counted(place: str, organisation: Organisation | None, day: dt.date) -> dict[str, int]:
    facts = {name: Count("pk", filter=Q(**{field: True})) for name, field in _FIELD_OF.items()}
    return there(place, organisation, day).filter(away=False).aggregate(present=Count("pk"), **facts)


def today_of(place: RosterPlace, day: dt.date) -> Roster:
    """Return today's roster of a place; of whom nobody has counted yet today, counted now and not stored."""
    stored = roster_of(place.place, day)
    return stored or Roster(place=place.place, day=day, **_counted(place.place, place.organisation, day))


@transaction.atomic
def count_again(place: str, organisation: Organisation | None, now: dt.datetime) -> Roster:
    """Count who is in a place today, and keep the task to ask them."""
    take_turns(f"roster {place}")
    today = clock.date_of(now)
    counts = _counted(place, organisation, today)
    roster, _made = Roster.objects.update_or_create(
        place=place, day=today, defaults={"organisation": organisation} | counts
    )
    code = organisation.code if organisation is not None else codes_of(place)[-1]
    wanted = Wanted(Kind.ROLLOUT, place, clock.beginning_of(today) + ASK_BY, subject=code, detail="not-asked")
    work.settle(SOURCE, code, [wanted] if roster.asked < roster.present else [], now)
    return roster


@transaction.atomic
def confirm(place: RosterPlace, officer: User, now: dt.datetime) -> Roster:
    """Note that today's roster is complete, and file its counts, nothing else, in the audit log."""
    roster = count_again(place.place, place.organisation, now)
    before: dict[str, str] = {}
    if roster.checked_at is not None:  # the counts that the audit log has of it
        entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Roster), object_id=roster.pk)
        before = {name: pair[1] for entry in entries.order_by("pk") for name, pair in entry.changes_dict.items()}
    roster.checked_at = now
    roster.save(update_fields=["checked_at"])
    after = {name: str(getattr(roster, name)) for name in _COUNTED}
    changes = {name: [before.get(name, "None"), value] for name, value in after.items() if before.get(name) != value}
    entry = audit_log.entry_of(roster, Issuer(officer=officer), changes, is_new=not before)
    entry.additional_data = {"place": roster.place}
    entry.save()
    return roster


def count_due(now: dt.datetime, most: int = 1_000) -> int:
    """Count the places with people in isolation that nobody has counted today; return how many."""
    today = clock.date_of(now)
    counted = Roster.objects.filter(day=today).values("place")
    rows = Stay.objects.filter(ended_on=None, since__lte=today).exclude(kind=StayKind.HOSPITAL.value)
    places = rows.exclude(place__in=counted).values_list("place", "organisation").distinct().order_by("place")[:most]
    sites = Organisation.objects.in_bulk([key for _place, key in places if key])
    for place, key in places:
        count_again(place, sites[key] if key else None, now)
    return len(places)


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold a place's newest roster as a reader may read it: `counts` by name, empty where there is none."""

    place: str
    organisation: Organisation | None
    day: dt.date | None
    checked: bool
    counts: Mapping[str, Disclosure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """Hold what is known of the people in quarantine in a place: sums of what is shown of each roster, how many
    places have one, and which of them have none of the day."""

    totals: Mapping[str, Total]
    places: int
    #: the last roster of places without one of the day: None where there never was one in the last 14 days
    silent: Sequence[tuple[Standing, dt.date | None]]

    @property
    def present(self) -> int:
        return self.totals["present"].number

    @property
    def not_yet_asked(self) -> int:
        return self.totals["not_yet_asked"].number


def roster_of(place: str, day: dt.date) -> Roster | None:
    """Return the roster of a place and day."""
    return Roster.objects.filter(place=place, day=day).first()


def newest_of(place: str, day: dt.date) -> Roster | None:
    """Return the newest roster of a place until a day, of the last 14 days."""
    return Roster.objects.filter(place=place, day__lte=day, day__gt=day - SHOWN_FOR).order_by("-day").first()


def history(place: str, day: dt.date, days: int = 14) -> list[Roster]:
    """List the last rosters of a place until a day, newest first: their counts."""
    return list(Roster.objects.filter(place=place, day__lte=day).order_by("-day")[:days])


def standings(own: Jurisdiction, day: dt.date, *, for_others: bool = False) -> list[Standing]:
    """List each place an officer may see with its newest roster until a day: the open sites, and the communes that had
    people at home in the last 14 days. Who is above a place, or writes for others, reads its counts as they are
    disclosed."""

    def standing(place: str, organisation: Organisation | None, roster: Roster | None) -> Standing:
        if roster is None:
            return Standing(place, organisation, None, checked=False)
        counts, is_own = counts_of(roster), not for_others and may_open(own, roster.place)
        shown = exactly(counts) if is_own else disclosed(counts)
        return Standing(place, organisation, roster.day, roster.checked_at is not None, shown)

    within = (own.place, *own.inherited)
    there = functools.reduce(operator.or_, (Q(place__startswith=place) for place in within))
    newest = Roster.objects.filter(place=OuterRef("place"), day__lte=day).order_by("-day").values("day")[:1]
    recent = Roster.objects.filter(there, day__lte=day, day__gt=day - SHOWN_FOR, day=Subquery(newest))
    rosters = {roster.place: roster for roster in recent.exclude(organisation__closed_on__isnull=False)}
    listed = list(Organisation.objects.filter(there, sector=SECTOR, closed_on=None).order_by("place", "pk"))
    found = [standing(each.place, each, rosters.pop(each.place, None)) for each in listed]
    at_home = [roster for roster in rosters.values() if roster.organisation_id is None]
    at_home.sort(key=lambda roster: roster.place)
    return found + [standing(roster.place, None, roster) for roster in at_home]


def summary(found: Iterable[Standing], day: dt.date) -> Summary:
    """Sum standings up."""
    listed = list(found)
    known = [each for each in listed if each.counts]
    silent = [(each, each.day) for each in listed if each.day != day and (each.day is not None or each.organisation)]
    return Summary(total(each.counts for each in known), len(known), silent)
