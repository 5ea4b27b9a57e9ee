"""Keys of machines: made, shown once, used, revoked."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.officers import api_keys
from bluezone.authority.officers.models import ApiKey

pytestmark = pytest.mark.django_db
Role = ApiKey.Role


def test_a_key_opens_what_its_role_says_and_nothing_else(now):
    secret, row = api_keys.make(Role.ADMIN, "/63:93/", "laboratory", None, now)
    assert api_keys.key_of(secret, now, Role.ADMIN) == row
    assert api_keys.key_of(secret, now, Role.STATISTICS, Role.DEVICE) is None
    assert api_keys.key_of(secret[:-1], now, Role.ADMIN) is None
    assert api_keys.key_of("", now, Role.ADMIN) is None


def test_a_key_is_good_through_its_last_day_where_the_officers_are(now):
    secret, _ = api_keys.make(Role.ADMIN, "/", "laboratory", None, now, expires_on=dt.date(2020, 8, 19))
    last_minute = dt.datetime(2020, 8, 19, 16, 59, tzinfo=dt.UTC)  # 23:59 in Viet Nam
    assert api_keys.key_of(secret, last_minute, Role.ADMIN)
    assert api_keys.key_of(secret, last_minute + dt.timedelta(minutes=1), Role.ADMIN) is None


def test_a_revoked_key_opens_nothing_and_keeps_the_moment_it_was_revoked(now):
    secret, row = api_keys.make(Role.STATISTICS, "/", "dashboard", None, now)
    api_keys.revoke(row, now)
    api_keys.revoke(row, now + dt.timedelta(days=1))
    assert api_keys.key_of(secret, now, Role.STATISTICS) is None
    assert ApiKey.objects.get().revoked_at == now


def test_the_day_of_use_is_noted_and_no_more(now):
    secret, row = api_keys.make(Role.ADMIN, "/", "laboratory", None, now)
    api_keys.key_of(secret, now, Role.ADMIN)
    row.refresh_from_db()
    assert row.last_used_on == dt.date(2020, 8, 18)


def test_the_database_holds_no_key(now, database_text):
    secret, _ = api_keys.make(Role.ADMIN, "/", "laboratory", None, now)
    assert secret.split("-", 1)[1] not in database_text()


@pytest.fixture
def ask(phone):
    """Returns the status of a verify request with a device key."""

    def status(key: str = "") -> int:
        headers = {"HTTP_X_API_KEY": key} if key else {}
        return phone.post("/api/verify", b'{"code": "12345678", "accept": []}', **headers).status_code

    return status


def test_without_any_device_key_none_is_asked_for(ask):
    assert ask() == 400
    assert ask("anything") == 400


def test_from_the_first_device_key_on_one_is_asked_for_and_revoking_the_last_opens_nothing(ask, now):
    secret, row = api_keys.make(Role.DEVICE, "/", "app", None, now)
    assert [ask(), ask("wrong"), ask(secret)] == [401, 401, 400]
    row.refresh_from_db()
    assert row.last_used_on == dt.date(2020, 8, 18)
    api_keys.revoke(row, now)
    assert [ask(), ask(secret)] == [401, 401]


def test_an_admin_key_is_no_device_key(ask, now):
    api_keys.make(Role.DEVICE, "/", "app", None, now)
    assert ask(api_keys.make(Role.ADMIN, "/", "laboratory", None, now)[0]) == 401


def test_keys_of_the_settings_stay_good_beside_those_of_the_database(ask, environment, now):
    environment(device_api_keys=("of the settings",))
    secret, _ = api_keys.make(Role.DEVICE, "/", "app", None, now)
    assert [ask("of the settings"), ask(secret), ask()] == [400, 400, 401]


def test_a_key_revoked_by_another_worker_is_refused_ten_seconds_later(ask, phone, now):
    secret, _ = api_keys.make(Role.DEVICE, "/", "app", None, now)
    assert ask(secret) == 400
    ApiKey.objects.update(revoked_at=now)  # as another process does: nobody tells this one
    phone.clock.forward(seconds=10)
    assert ask(secret) == 401


def test_a_device_key_is_refused_after_its_last_day_though_it_is_remembered(ask, phone, now):
    phone.clock.now = dt.datetime(2020, 8, 18, 16, 59, 59, tzinfo=dt.UTC)
    secret, _ = api_keys.make(Role.DEVICE, "/", "app", None, now, expires_on=dt.date(2020, 8, 18))
    assert ask(secret) == 400
    phone.clock.forward(seconds=2)
    assert ask(secret) == 401
