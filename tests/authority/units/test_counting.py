"""A poster's code counts an install for its unit: over HTTP, then by the next day's roll-up."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest

from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.campaign.installations.models import Installation
from bluezone.authority.campaign.installations.rollup import roll_up
from bluezone.authority.units import services
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode
from bluezone.protocol.installations import Registration
from bluezone.rollout.sectors import make_code

DAY = dt.date(2020, 8, 18)
ONE, OTHER = "63:31318", "63:31321"


@pytest.fixture
def school(db):
    return services.register(Facts("Trường THPT Vị Thanh", "schools", UnitCode.parse(ONE), 60), DAY)


@pytest.fixture
def market(db):
    return services.register(Facts("Chợ Vị Thanh", "companies", UnitCode.parse(ONE), 300), DAY)


@pytest.fixture
def install(phone):
    """Registers an app over HTTP and gives its id: `install(unit=code)`."""

    def send(own: bytes | None = None, commune: str = ONE, **fields) -> bytes:
        own = own or secrets.token_bytes(16)
        answer = phone.post("/v1/installations", Registration(own, "android", "1.0", commune, **fields).to_json())
        assert (answer.status_code, answer.json()) == (201, {"status": "counted"})
        return own

    return send


def figures(day: dt.date = DAY) -> dict[str, tuple[int, int | None]]:
    rows = DailyCount.objects.filter(date=day).exclude(key__contains=":")
    return {row.key: (row.installs, row.active) for row in rows}


def test_an_install_from_a_poster_counts_for_its_unit_and_its_commune(install, school, market, set_clock):
    install(unit=school.code)
    install(unit=school.code)
    install(unit=market.code, commune=OTHER)
    install()
    roll_up(set_clock.forward(days=1))
    assert figures() == {school.code: (2, 2), market.code: (1, 1)}
    assert DailyCount.objects.get(key=ONE).installs == 3


def test_an_unknown_or_closed_code_counts_for_the_commune_and_the_answer_tells_nothing(
    install, school, market, set_clock
):
    """`install` has seen that the answer is the same for all."""
    services.close(market, DAY)
    install(unit=market.code)
    install(unit=make_code(b"99999"))
    install(unit="AAAA-AAAA")  # cannot be a code
    assert set(Installation.objects.values_list("unit_code", flat=True)) == {""}
    roll_up(set_clock.forward(days=1))
    assert figures() == {}
    assert DailyCount.objects.get(key=ONE).installs == 3


def test_a_wrong_code_does_not_take_the_right_one_of_before_away(install, school):
    app = install(unit=school.code)
    install(app, unit=make_code(b"99999"))
    assert Installation.objects.get().unit_code == school.code


def test_who_moves_stays_with_the_unit_and_counts_in_the_new_commune(install, school, set_clock):
    app = install(unit=school.code)
    install(app, commune=OTHER)
    roll_up(set_clock.forward(days=1))
    assert figures() == {school.code: (1, 1)}
    assert DailyCount.objects.get(key=OTHER).installs == 1


def test_another_poster_scanned_later_takes_the_install_over(install, school, market, set_clock):
    app = install(unit=school.code)
    install(app, unit=market.code)
    roll_up(set_clock.forward(days=1))
    assert figures() == {market.code: (1, 1)}


@pytest.mark.parametrize("registered_before", [False, True])
def test_a_restored_app_keeps_the_poster_of_its_former_self(install, school, set_clock, registered_before):
    old = install(unit=school.code)
    new = install() if registered_before else None
    install(new, replaces=old)
    roll_up(set_clock.forward(days=1))
    assert figures() == {school.code: (1, 1)}


def test_a_unit_that_lost_its_last_phone_gets_a_zero_and_a_closed_one_nothing(install, school, market, set_clock):
    app = install(unit=school.code)
    gone = install(unit=market.code)
    roll_up(set_clock.forward(days=1))
    install(app, unit=market.code)
    Installation.objects.exclude(unit_code=market.code).delete()
    roll_up(set_clock.forward(days=1))
    assert figures(DAY + dt.timedelta(days=1))[school.code] == (0, 0)
    services.close(school, DAY)
    install(gone)
    roll_up(set_clock.forward(days=1))
    assert school.code not in figures(DAY + dt.timedelta(days=2))


def test_a_figure_from_a_report_stands_beside_the_posters(install, school, set_clock, put_figure):
    put_figure(school, DAY, 40)
    install(unit=school.code)
    roll_up(set_clock.forward(days=1))
    rows = DailyCount.objects.filter(key=school.code)
    assert sorted(rows.values_list("source", "origin", "installs")) == [
        ("devices", "counted", 1), ("report", "reported", 40),
    ]  # fmt: skip


def test_the_poster_of_a_class_counts_for_its_school_too(install, school, market, set_clock):
    room = services.register(Facts("Lớp 6A", "schools", UnitCode.parse(ONE), 40, parent=school.code), DAY)
    install(unit=room.code)
    install(unit=room.code)
    install(unit=school.code)
    roll_up(set_clock.forward(days=1))
    assert figures() == {room.code: (2, 2), school.code: (3, 3)}


def test_the_poster_of_a_merged_unit_counts_for_the_one_it_went_into(install, school, market, set_clock):
    install(unit=school.code)
    services.merge(school, market, DAY)
    install(unit=school.code)
    roll_up(set_clock.forward(days=1))
    assert figures() == {market.code: (2, 2)}
