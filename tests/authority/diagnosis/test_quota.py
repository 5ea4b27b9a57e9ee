"""How many codes an issuer may have in a day, and that nobody gets one more."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from auditlog.models import LogEntry

from bluezone.authority.diagnosis import quota, quota_rules, services
from bluezone.authority.diagnosis.models import Case, CodeCount, OneTimeCode
from bluezone.authority.diagnosis.quota import NotEntitledError, QuotaError
from bluezone.authority.diagnosis.quota_rules import Use
from bluezone.authority.officers import api_keys
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import ApiKey, Office, User

OFFICE = "/63:93/"


@pytest.mark.parametrize(
    ("history", "factor", "codes"),
    [
        ([], 1, 10),  # nothing known yet: the least
        ([500] * 13, 1, 10),  # a day too few
        ([500] * 14, 1, 500),
        ([0] * 21, 1, 10),
        (list(range(100, 121)), 1, 121),  # a line that rises by one a day goes on rising
        (list(range(140, 119, -1)), 1, 119),
        (list(range(40, 19, -1)), 1, 19),
        (list(range(20, -1, -1)), 1, 10),  # below the least
        ([9_999] * 10 + [50] * 21, 1, 50),  # days before the last 21 do not count
        ([30_000] * 21, 1, 20_000),
        ([30_000] * 21, 2, 40_000),  # the factor comes last
        ([], 5, 50),
        ([100] * 21, 0.5, 50),
        ([], 0.25, 3),  # half a code is a code
        ([0] * 20 + [21], 1, 10),
        ([10, 20] * 10 + [10], 1, 15),  # the mean of both is 14.8, and the line is level
    ],
)
def test_the_quota_is_the_line_through_the_days_before(history, factor, codes):
    assert quota_rules.quota(history, factor) == codes


STEADY = [Use(10, used) for used in (6, 8) * 10]  # mean 0.7, standard deviation 0.103


@pytest.mark.parametrize(
    ("yesterday", "before", "alarm"),
    [
        (Use(10, 5), STEADY, True),
        (Use(10, 6), STEADY, False),  # 0.6 is 0.1 below: less than a deviation
        (Use(100, 59), STEADY, True),
        (Use(10, 10), STEADY, False),
        (Use(0, 0), STEADY, False),  # no codes, nothing to be used
        (Use(10, 0), STEADY[:13], False),  # nobody knows yet what is usual
        (Use(10, 0), STEADY[:14], True),
        (Use(10, 5), [Use(10, 5)] * 30 + STEADY * 2, True),  # days before the last 30 with codes do not count
        (Use(10, 5), [*STEADY, *[Use(0, 0)] * 40], True),  # days without codes are none
        (Use(10, 9), [Use(10, 10)] * 14, True),  # always all: one less is unusual
    ],
)
def test_the_alarm_is_a_share_of_use_more_than_a_deviation_below_the_mean(yesterday, before, alarm):
    assert (quota_rules.drop_of_use(yesterday, before) is not None) is alarm


@pytest.fixture
def officer(db) -> User:
    return User.objects.create_user("lan", role="province", place=OFFICE, may_confirm=True)


def issue(officer: User, now: dt.datetime, count: int = 1) -> None:
    for _ in range(count):
        services.open_case(services.NewCase("confirmed", test_date=now.date()), Issuer(officer=officer), now)


def test_without_the_right_nothing_is_stored(officer, now):
    officer.may_confirm = False
    officer.save()
    with pytest.raises(NotEntitledError):
        issue(officer, now)
    assert [model.objects.count() for model in (Case, OneTimeCode, CodeCount)] == [0, 0, 0]


def test_the_eleventh_code_of_a_new_office_is_refused_and_stores_nothing(officer, now):
    issue(officer, now, 10)
    with pytest.raises(QuotaError, match="10 codes"):
        issue(officer, now)
    assert (Case.objects.count(), OneTimeCode.objects.count()) == (10, 10)
    assert dict(CodeCount.objects.values_list("holder", "issued")) == {
        f"officer {officer.pk}": 10,
        f"office {OFFICE}": 10,
    }


def test_an_office_shares_one_quota_among_its_officers(officer, now):
    other = User.objects.create_user("hoa", role="province", place=OFFICE, may_confirm=True)
    issue(officer, now, 7)
    issue(other, now, 3)
    with pytest.raises(QuotaError, match="Your office"):
        issue(other, now)
    elsewhere = User.objects.create_user("xa", role="district", place="/63:93/63:930/", may_confirm=True)
    issue(elsewhere, now)  # another office, though in the same province


def test_an_officer_has_a_quota_of_their_own_within_the_offices(officer, now):
    for back in range(1, 22):
        CodeCount.objects.create(holder=f"office {OFFICE}", day=now.date() - dt.timedelta(days=back), issued=100)
    issue(officer, now, 10)
    with pytest.raises(QuotaError, match="A colleague"):
        issue(officer, now)
    assert CodeCount.objects.get(holder=f"office {OFFICE}", day=now.date()).issued == 10, (
        "a refused code is not counted"
    )


def test_the_quota_begins_anew_at_midnight_where_the_officers_are(officer, now):
    evening = dt.datetime(2020, 8, 18, 16, 59, tzinfo=dt.UTC)
    issue(officer, evening, 10)
    issue(officer, evening + dt.timedelta(minutes=2), 1)


def test_days_without_codes_count_from_the_first_code_on(officer, now):
    today = dt.date(2020, 8, 18)
    CodeCount.objects.create(holder="x", day=today - dt.timedelta(days=15), issued=30)
    assert quota.history_of("x", today) == [30] + [0] * 14
    CodeCount.objects.create(holder="x", day=today - dt.timedelta(days=40), issued=9)
    assert quota.history_of("x", today) == [0] * 6 + [30] + [0] * 14
    assert quota.history_of("y", today) == []


def test_the_ministrys_factor_is_that_of_the_nearest_place_above(db):
    assert quota.factor_of("/63:93/@12/") == 1
    quota.set_factor("/", Decimal(2))
    quota.set_factor("/63:93/", Decimal(5))
    assert [quota.factor_of(place) for place in ("/", "/63:92/", "/63:93/", "/63:93/@12/")] == [2, 2, 5, 5]
    quota.set_factor("/63:93/", None)
    assert quota.factor_of("/63:93/@12/") == 2


def test_a_batch_is_counted_whole_or_not_at_all(officer, now):
    issuer = Issuer(officer=officer)
    quota.spend(issuer, 8, now)
    with pytest.raises(QuotaError):
        quota.spend(issuer, 3, now)
    assert quota.left(issuer, now) == 2
    quota.spend(issuer, 2, now)
    assert quota.left(issuer, now) == 0


# --- machines ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def key(officer, now) -> ApiKey:
    return api_keys.make(ApiKey.Role.ADMIN, OFFICE, "CDC laboratory", None, now)[1]


def test_an_admin_key_has_its_offices_right_and_shares_its_quota(officer, key, now):
    issue(officer, now, 6)
    quota.spend(Issuer(key=key), 4, now)
    with pytest.raises(QuotaError, match="Your office"):
        quota.spend(Issuer(key=key), 1, now)


@pytest.mark.parametrize("change", ["taken", "suspended", "moved", "revoked"])
def test_an_admin_key_ends_with_its_offices_right(officer, key, now, change):
    quota.spend(Issuer(key=key), 1, now)
    if change == "taken":
        User.objects.update(may_confirm=False)
    elif change == "suspended":
        User.objects.update(is_active=False)
    elif change == "moved":
        User.objects.update(place="/63:92/")
    else:
        api_keys.revoke(key, now)
    with pytest.raises(NotEntitledError):
        quota.spend(Issuer(key=key), 1, now)


@pytest.mark.parametrize("role", [ApiKey.Role.DEVICE, ApiKey.Role.STATISTICS])
def test_other_keys_confirm_nothing(officer, now, role):
    with pytest.raises(NotEntitledError):
        quota.spend(Issuer(key=api_keys.make(role, OFFICE, "x", None, now)[1]), 1, now)


def test_a_closed_offices_officers_and_keys_confirm_nothing(db, now):
    office = Office.objects.create(name="Sở Y tế", territory=OFFICE)
    there = User.objects.create_user("so", role="department", place=office.place, may_confirm=True)
    issue(there, now)
    office.closed_on = now.date()
    office.save()
    with pytest.raises(NotEntitledError):
        issue(there, now)


def test_the_audit_log_says_who_issued_a_code_officer_or_key(officer, key, now):
    issue(officer, now)
    by_officer = LogEntry.objects.get(content_type__model="onetimecode")
    assert (by_officer.actor, by_officer.additional_data) == (officer, {"place": OFFICE})
    services.new_code(Case.objects.get(), Issuer(key=key), now)
    by_key = LogEntry.objects.filter(content_type__model="onetimecode").latest("id")
    assert (by_key.actor, by_key.additional_data) == (None, {"place": OFFICE, "key": "CDC laboratory"})


def test_a_case_keeps_the_place_of_its_office(officer, now):
    issue(officer, now)
    assert Case.objects.get().place == OFFICE
    roleless = User.objects.create_user("old", may_confirm=True)
    issue(roleless, now)
    assert Case.objects.get(created_by=roleless).place == "/"


def test_the_audit_log_shows_who_issued_a_code(officer, key, now, client):
    issue(officer, now)
    services.new_code(Case.objects.get(), Issuer(key=key), now)
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    text = client.get("/officer/changes?kind=onetimecode").content.decode()
    assert "Khóa API “CDC laboratory”" in text
    assert text.count("mã của ca bệnh") >= 2
