"""Fill a rehearsal's authority with August 2020: figures of every province, and of Hậu Giang's districts and communes,
officers, and a small outbreak of made-up people, on top of the example of units and orders (`orders.example`).

All that is made up says so: figures by their source, people and officers by "(ví dụ)". It is loaded where the clock is
a rehearsal's alone: nobody is to find made-up cases, or accounts whose password was printed, on a real server.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import transaction

from bluezone.authority.campaign.figures import store as figures
from bluezone.authority.campaign.orders import example
from bluezone.authority.diagnosis import services as cases
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.services import NewCase
from bluezone.authority.episodes import services as tracing
from bluezone.authority.episodes.calls import Said as Answered
from bluezone.authority.episodes.models import Episode, EpisodeTest, Stay
from bluezone.authority.episodes.services import Met
from bluezone.authority.episodes.stays import checks, letters
from bluezone.authority.episodes.stays import services as stays
from bluezone.authority.episodes.stays.rules import Said, Way
from bluezone.authority.episodes.words import Reached, Role, Setting
from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers import jurisdiction
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import clock
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.offices import assign
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.history import reported_counts

#: Thursday, 20 August 2020, 9:40 in Viet Nam: the moment at which the example stands
MOMENT = dt.datetime(2020, 8, 20, 2, 40, tzinfo=dt.UTC)
#: as pages name the source of a made-up figure
SOURCE = "số dựng để diễn tập"
_FIRST, _LAST = dt.date(2020, 8, 8), dt.date(2020, 8, 20)
_PROVINCE, _WARD, _NEXT_WARD = "/63:93/", "/63:93/63:937/63:31471/", "/63:93/63:937/63:31472/"
#: share of the installations of the last day that there were on each day (0..1), as the country's grew
_GROWTH = (0.51, 0.56, 0.62, 0.69, 0.72, 0.75, 0.79, 0.82, 0.86, 0.90, 0.93, 0.97, 1.0)
#: districts of Hậu Giang that say nothing after the 14th, as two did
_SILENT = ("63:934", "63:937")


@dataclass(frozen=True, slots=True)
class Account:
    """Name an officer of the rehearsal: login, name, and what is to be seen with it."""

    login: str
    name: str
    post: str


@dataclass(frozen=True, slots=True)
class Filled:
    """Report what a rehearsal holds. `password`: of all its officers, drawn for it and stored nowhere."""

    figures: int
    units: int
    orders: int
    cases: int
    contacts: int
    officers: tuple[Account, ...]
    password: str


def fill() -> Filled:
    """Fill a rehearsal's authority that has no officer yet. Raises AuthorityError on the real clock, and where there is
    an officer already."""
    if not clock.rehearsing():
        raise AuthorityError("the whole example needs a rehearsal's clock (BLUEZONE_REHEARSAL_CLOCK)")
    if User.objects.exists():
        raise AuthorityError("the whole example needs an authority without officers: install one beside this")
    with transaction.atomic():
        made = example.load()
        counts = figures.store([*_provinces(), *_below_the_province()])
        password = secrets.token_urlsafe(6)
        officers = _officers(password)
        _outbreak(User.objects.get(username="tram"))
    contacts = Episode.objects.exclude(contact_role="").count()
    people = (Case.objects.count(), contacts)
    return Filled(made.figures + counts, made.units, made.orders, *people, officers, password)


# --- figures ----------------------------------------------------------------------------------------------------------


def _provinces() -> Iterator[Count]:
    """Give each province a figure a day, as a table of the ministry: through the printed ones where there are any."""
    known = catalogue.figures()
    printed: dict[UnitCode, dict[dt.date, int]] = {}
    for each in reported_counts():
        if isinstance(each.unit, UnitCode) and each.installs is not None and _FIRST <= each.date <= _LAST:
            printed.setdefault(each.unit, {})[each.date] = each.installs
    units = [unit for unit in catalogue.provinces().of_level(Level.PROVINCE, _LAST) if unit.code.system == "63"]
    for position, unit in enumerate(units):
        people = known.on(unit, Measure.POPULATION, _LAST)
        assert people is not None
        own = printed.get(unit.code, {})
        final = round(people.value * (0.07 + 0.125 * (position * 29 % len(units)) / len(units)))
        for day, total in _through(own or {_LAST: final}).items():
            if day not in own:
                yield Count(unit.code, day, installs=total, source=SOURCE, origin=Origin.MINISTRY)


def _through(known: dict[dt.date, int]) -> dict[dt.date, int]:
    """Return totals of every day that pass through those that are known, and grow as the country's did."""
    days = [_FIRST + dt.timedelta(days=each) for each in range(len(_GROWTH))]
    growth = dict(zip(days, _GROWTH, strict=True))
    found = {}
    for day in days:
        before = max((each for each in known if each <= day), default=None)
        after = min((each for each in known if each >= day), default=None)
        if before is not None and after is not None and before != after:
            part = (growth[day] - growth[before]) / (growth[after] - growth[before])
            found[day] = round(known[before] + part * (known[after] - known[before]))
        else:
            nearest = before or after or day
            found[day] = round(known[nearest] * growth[day] / growth[nearest])
    return found


def _below_the_province() -> Iterator[Count]:
    """Give Hậu Giang's districts and communes the figures that they reported; two districts fell silent."""
    known, gazetteer = catalogue.figures(), catalogue.all_units()
    districts = gazetteer.children(UnitCode.parse("63:93"), _LAST)
    for position, district in enumerate(districts):
        people = known.on(district, Measure.POPULATION, _LAST)
        assert people is not None
        final = people.value * (0.072 + 0.011 * (position * 5 % len(districts)))
        days = 7 if str(district.code) in _SILENT else len(_GROWTH)
        yield from _reported(district, final, days)
        communes = gazetteer.children(district.code, _LAST)
        weights = [3 + at * 7 % 5 for at in range(len(communes))]
        for weight, commune in zip(weights, communes, strict=True):
            yield from _reported(commune, final * weight / sum(weights), days)


def _reported(unit: Unit, final: float, days: int) -> Iterator[Count]:
    for at in range(days):
        day = _FIRST + dt.timedelta(days=at)
        yield Count(unit.code, day, installs=round(final * _GROWTH[at]), source=SOURCE, origin=Origin.REPORTED)


# --- officers ---------------------------------------------------------------------------------------------------------


def _officers(password: str) -> tuple[Account, ...]:
    """Make an officer of each kind, all with one password."""
    school = Organisation.objects.get(name="Trường THCS số 2 (ví dụ)", is_example=True)
    office = assign(_PROVINCE, "schools", "Sở Giáo dục và Đào tạo (ví dụ)", is_example=True)
    assert office is not None
    posts = (
        (
            "bo",
            "Lê Thị Bộ",
            jurisdiction.Role.MINISTRY,
            jurisdiction.NATION,
            True,
            "the ministry: the country, codes, the server",
        ),
        (
            "tinh",
            "Trần Thị Tỉnh",
            jurisdiction.Role.PROVINCE,
            _PROVINCE,
            False,
            "the office of Hậu Giang province: figures, orders",
        ),
        (
            "cdc",
            "Đỗ Văn Dịch",
            jurisdiction.Role.PROVINCE,
            _PROVINCE,
            True,
            "its health office: cases, outbreak, curves",
        ),
        ("so", "Võ Thị Sở", jurisdiction.Role.DEPARTMENT, office.place, False, "its department of education: schools"),
        (
            "thixa",
            "Bùi Văn Thị",
            jurisdiction.Role.DISTRICT,
            "/63:93/63:937/",
            False,
            "Long Mỹ town: its wards, who is silent",
        ),
        (
            "tram",
            "Lý Thị Trạm",
            jurisdiction.Role.COMMUNE,
            _WARD,
            True,
            "the health station of Thuận An ward: calls, isolation",
        ),
        (
            "truong",
            "Nguyễn Văn Mẫu",
            jurisdiction.Role.UNIT_HEAD,
            school.place,
            False,
            "the head of a school: its figure, its classes",
        ),
    )
    hashed = make_password(password)
    made = []
    for login, name, role, place, confirms, post in posts:
        row = User(username=login, full_name=f"{name} (ví dụ)", role=role.value, place=place, may_confirm=confirms)
        row.password = hashed
        row.full_clean()
        row.save()
        made.append(Account(login, row.full_name, post))
    return tuple(made)


# --- an outbreak ------------------------------------------------------------------------------------------------------


def _at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """Return a moment of August 2020, in Viet Nam's time."""
    return dt.datetime(2020, 8, day, hour, minute, tzinfo=dt.timezone(dt.timedelta(hours=7))).astimezone(dt.UTC)


def _day(day: int) -> dt.date:
    return dt.date(2020, 8, day)


@dataclass(slots=True)
class _People:
    """Make up people, each another: name, age, number, work."""

    count: int = 0

    def draw(self) -> Identity:
        family = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng")
        given = ("An", "Bình", "Chi", "Dung", "Giang", "Hạnh", "Khánh", "Lan", "Minh", "Ngọc", "Phúc", "Quân", "Sơn")
        at = self.count = self.count + 1
        name = f"{family[at % len(family)]} {('Văn', 'Thị')[at % 2]} {given[at % len(given)]} (ví dụ)"
        sex, work = ("male", "female")[at % 2], ("nông dân", "buôn bán", "giáo viên", "học sinh", "công nhân")[at % 5]
        return Identity(name, 1948 + at * 17 % 60, f"+849000{at:05d}", sex=sex, occupation=work)


def _outbreak(officer: User) -> None:
    """Let four cases of a ward follow one from another in six days, with their contacts: called, at home, ill, and some
    whom nobody has reached yet."""
    by, people = Issuer(officer=officer), _People()
    tested = Case.ReportType.CONFIRMED, _day(11), _day(13)
    person = persons.enter(people.draw(), _WARD, _at(14, 8))
    first, _code, _row = cases.open_case(
        NewCase(*tested, file_number="LM-001", place=_WARD, person=person), by, _at(14, 8)
    )
    household = _contacts(first, 4, Met(_day(12), Setting.HOUSEHOLD), people, by, _at(14, 9))
    market = _contacts(first, 9, Met(_day(12), Setting.OTHER), people, by, _at(14, 10))
    at_work = _contacts(first, 5, Met(_day(11), Setting.WORK), people, by, _at(15, 8), _NEXT_WARD)
    for at, row in enumerate([*household, *market]):
        _follow(row, officer, _at(14, 13, at), home=_WARD)
    for at, row in enumerate(at_work):
        _follow(row, officer, _at(15, 10, at), home=_NEXT_WARD)

    second = _found_positive(household[0], "LM-002", by, _at(17, 9))
    _contacts(household[1], 3, Met(_day(14), Setting.WORK), people, by, _at(16, 9))
    for at, row in enumerate(_contacts(second, 4, Met(_day(15), Setting.HOUSEHOLD), people, by, _at(17, 11))):
        _follow(row, officer, _at(17, 14, at), home=_WARD)
    third = _found_positive(market[0], "LM-003", by, _at(19, 8))
    waiting = _contacts(third, 6, Met(_day(17), Setting.OTHER), people, by, _at(20, 7))
    for row in waiting[:2]:
        tracing.call(row, Answered(Reached.NO_ANSWER, again_at=_at(20, 11)), officer, _at(20, 8))
    tracing.open_case(market[1], by, _at(20, 8, 30))

    letters.issue_orders(list(Stay.objects.order_by("pk")), officer, _at(17, 16))
    for test in EpisodeTest.objects.filter(result="", due_on__lte=_day(19)).order_by("pk"):
        stays.note_test(test, "negative", test.due_on, officer, _at(19, 16))

    ill = ((market[2], Said(("breathless", "fever"), Decimal("38.6"), 91)), (market[3], Said(("cough",))))
    for day in range(15, 21):
        for row in [*household[1:], *market[2:], *at_work]:
            said = dict(ill).get(row, Said()) if day == 20 else Said()
            if day < 20 or row in dict(ill):
                stay = row.stays.get()
                checks.store(stay, f"example {stay.pk} {day:02}", said, Way.PHONE, _at(day, 7, 30))


def _contacts(
    source: Case | Episode, count: int, met: Met, people: _People, by: Issuer, now: dt.datetime, place: str = _WARD
) -> list[Episode]:
    return [tracing.enter(source, people.draw(), met, by, now, place) for _ in range(count)]


def _follow(row: Episode, officer: User, now: dt.datetime, home: str) -> None:
    """Call a contact, who has no symptoms, decide, and begin the isolation at home."""
    tracing.call_in_short(row, Reached.YES, officer, now)
    spot = stays.Spot(home, address="khu vực 2 (ví dụ)")
    assert row.person is not None
    stays.enter(stays.Entry(spot, Role.F1, clock.date_of(now), person=row.person), officer, now)


def _found_positive(row: Episode, number: str, by: Issuer, now: dt.datetime) -> Case:
    """Let a contact's test be positive: a suspected case in the morning, confirmed three hours later."""
    case = tracing.open_case(row, by, now)
    Case.objects.filter(pk=case.pk).update(file_number=number)
    later = now + dt.timedelta(hours=1)
    cases.change_result(case, Case.ReportType.CONFIRMED, clock.date_of(now), by, later)
    return Case.objects.get(pk=case.pk)
