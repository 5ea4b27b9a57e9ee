"""Phones make themselves counted over HTTP; the next day's roll-up counts them, once, where they are."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.installations.models import Installation
from bluezone.authority.campaign.installations.rollup import roll_up
from bluezone.authority.site import secrets as keyed
from bluezone.authority.units.services import Facts, register
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.protocol.installations import Activity, Registration
from bluezone.rollout.history import reported_counts

DAY = dt.date(2020, 8, 18)
gazetteer = catalogue.all_units()
DISTRICT = gazetteer.children(UnitCode.parse("63:93"), DAY)[0].code
ONE, OTHER = (str(unit.code) for unit in gazetteer.children(DISTRICT, DAY)[:2])


@pytest.fixture
def send(phone):
    """Registers or notes activity over HTTP; gives the answer."""

    def post(sent, **headers):
        path = "/v1/activity" if isinstance(sent, Activity) else "/v1/installations"
        return phone.post(path, sent.to_json(), **headers)

    return post


def an_app(commune: str = ONE, **fields) -> Registration:
    return Registration(secrets.token_bytes(16), "android", "1.0", commune, **fields)


def figures(day: dt.date = DAY) -> dict[str, tuple[int, int]]:
    return {row.key: (row.installs, row.active) for row in DailyCount.objects.filter(date=day)}


def test_a_phone_counts_in_its_commune_and_in_all_above(send, set_clock):
    assert send(an_app()).status_code == 201
    assert send(an_app()).status_code == 201
    assert send(an_app(OTHER)).status_code == 201
    assert send(an_app("")).status_code == 201  # did not say where
    report = roll_up(set_clock.forward(days=1))
    assert (report.units, report.installs) == (5, 4)
    assert figures() == {
        ONE: (2, 2), OTHER: (1, 1), str(DISTRICT): (3, 3), "63:93": (3, 3), "63:VN": (4, 4),
    }  # fmt: skip


def test_where_no_phone_counts_itself_no_zero_stands_beside_the_reported_figures(phone, set_clock):
    assert roll_up(set_clock.now).units == 0
    assert not DailyCount.objects.exists()


def test_a_day_is_counted_once(send, set_clock):
    send(an_app())
    assert roll_up(set_clock.forward(days=1)).units == 4
    send(an_app())
    assert roll_up(set_clock.forward(hours=1)).units == 0
    assert figures()["63:VN"] == (1, 1)


def test_the_same_registration_and_activity_twice_count_once(send, set_clock):
    app = an_app()
    for _ in range(3):
        send(app)
        assert send(Activity(app.installation)).status_code == 200
    roll_up(set_clock.forward(days=1))
    assert figures()["63:VN"] == (1, 1)


def test_yesterday_stays_right_though_the_phone_is_in_use_today(send, set_clock):
    app, silent = an_app(), an_app()
    send(app)
    send(silent)
    set_clock.forward(days=1)
    send(Activity(app.installation))
    set_clock.forward(days=1)
    send(Activity(app.installation))
    roll_up(set_clock.now)
    assert figures(DAY + dt.timedelta(days=1))["63:VN"] == (2, 1)


def test_who_moves_counts_in_the_new_commune_only(send, set_clock):
    app = an_app()
    send(app)
    send(Registration(app.installation, "android", "1.0", OTHER))
    roll_up(set_clock.forward(days=1))
    assert ONE not in figures()
    assert figures()[OTHER] == (1, 1)


def test_a_restored_app_replaces_its_former_self(send, set_clock):
    old = an_app()
    send(old)
    new = an_app(replaces=old.installation)
    send(new)
    send(new)
    assert Installation.objects.count() == 1
    assert send(Activity(old.installation)).status_code == 404
    assert send(Activity(new.installation)).status_code == 200


def test_a_silent_phone_is_no_installation_after_sixty_days(send, set_clock):
    send(an_app())
    set_clock.forward(days=60)
    roll_up(set_clock.now)
    assert figures(DAY + dt.timedelta(days=59))["63:VN"] == (1, 0)
    roll_up(set_clock.forward(days=1))
    assert figures(DAY + dt.timedelta(days=60))["63:VN"] == (0, 0)


def test_the_row_of_a_phone_silent_for_a_year_goes_within_a_week(send, set_clock):
    send(an_app())
    for _ in range(365 // 5):
        set_clock.forward(days=5)
    roll_up(set_clock.now)
    assert Installation.objects.count() == 1
    for _ in range(8):
        roll_up(set_clock.forward(days=1))
    assert not Installation.objects.exists()


def test_a_poster_counts_and_a_later_registration_without_one_keeps_it(send):
    code = register(Facts("Trường THPT Vị Thanh", "schools", UnitCode.parse(ONE), 60), DAY).code
    app = an_app(unit=code)
    send(app)
    send(Registration(app.installation, "android", "1.1", ONE))
    row = Installation.objects.get()
    assert (row.unit_code, row.version) == (code, "1.1")


def test_nothing_in_the_database_tells_which_phone_it_is(send):
    app = an_app()
    send(app)
    row = Installation.objects.values().get()
    assert app.installation.hex() not in str(row)
    assert row["digest"] == keyed.digest("installation", app.installation)
    assert set(row) == {
        "digest", "platform", "version", "commune", "unit_code", "registered_on", "last_active_on", "active_before",
    }  # fmt: skip


def test_a_new_secret_does_not_count_a_phone_twice(send, settings):
    app = an_app()
    send(app)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret, of after the rotation of secrets"
    assert send(Activity(app.installation)).status_code == 200
    send(app)
    assert Installation.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[]", "bad_request"),
        (b'{"installation": "AAAA", "platform": "android", "version": "1"}', "bad_request"),
        (b'{"installation": "AAAAAAAAAAAAAAAAAAAAAA==", "platform": "toaster", "version": "1"}', "bad_request"),
        (b'{"installation": "AAAAAAAAAAAAAAAAAAAAAA==", "platform": "ios", "version": 1}', "bad_request"),
        (
            b'{"installation": "AAAAAAAAAAAAAAAAAAAAAA==", "platform": "ios", "version": "1", "commune": "63:93"}',
            "bad_request",
        ),
        (
            b'{"installation": "AAAAAAAAAAAAAAAAAAAAAA==", "platform": "ios", "version": "1", "commune": "63:99999"}',
            "unknown_commune",
        ),
    ],
)
def test_bad_registrations_are_refused_and_nothing_is_stored(phone, body, code):
    response = phone.post("/v1/installations", body)
    assert response.status_code == 400
    assert response.json()["code"] == code
    assert not Installation.objects.exists()


def test_an_unknown_phone_gets_404_and_registers(send):
    assert send(Activity(secrets.token_bytes(16))).status_code == 404


def test_counting_has_a_limit_of_its_own(send, environment):
    environment(counting_rate_limit=2, rate_limit=1)
    assert [send(an_app()).status_code for _ in range(3)] == [201, 201, 429]


def only_with_ok(registration: Registration, token: str) -> bool:
    return token == "ok"


def test_an_attestation_is_asked_where_one_is_set(send, environment, monkeypatch):
    import sys
    import types

    module = types.ModuleType("attestation_for_a_test")
    module.only_with_ok = only_with_ok
    monkeypatch.setitem(sys.modules, module.__name__, module)
    environment(attestation="attestation_for_a_test.only_with_ok")
    assert send(an_app()).status_code == 403
    assert not Installation.objects.exists()
    assert send(an_app(), headers={"X-Attestation": "ok"}).status_code == 201


def test_the_history_loads_once_and_comes_back_as_it_was(db):
    printed = reported_counts()
    last = {(count.unit, count.date, count.source): count for count in printed}
    assert store(printed) == len(last) > 50
    assert store(printed) == 0
    for unit in {count.unit for count in printed}:
        days = [count.date for count in printed if count.unit == unit]
        held = {(c.unit, c.date, c.source): c for c in reader.neighbours([unit], min(days), max(days))}
        assert held == {key: count for key, count in last.items() if key[0] == unit}
