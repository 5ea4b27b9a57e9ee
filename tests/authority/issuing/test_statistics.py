"""Statistics of codes: what is counted, who sees it, and the form of each table."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from bluezone.authority.device_api.callers import Platform
from bluezone.authority.diagnosis import services as cases
from bluezone.authority.issuing.models import CodeDay
from bluezone.authority.issuing.statistics import rules, services
from bluezone.authority.issuing.statistics.rules import CodeSums, Day, Refusals
from bluezone.authority.keys import statistics as publish_statistics
from bluezone.authority.keys.statistics import Sums
from bluezone.authority.messages.sms import note_failure
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import ApiKey, User

from .conftest import PROVINCE

TODAY = dt.date(2020, 8, 18)
READER = ApiKey.Role.STATISTICS


@pytest.mark.parametrize(
    ("age", "place"),
    [
        (dt.timedelta(seconds=-3), 0),
        (dt.timedelta(0), 0),
        (dt.timedelta(seconds=60), 0),
        (dt.timedelta(seconds=61), 1),
        (dt.timedelta(minutes=30), 3),
        (dt.timedelta(hours=24), 9),
        (dt.timedelta(hours=25), 10),
    ],
)
def test_how_long_codes_wait_is_a_distribution(age, place):
    sums = CodeSums()
    sums.claim(age)
    assert sums.ages.index(1) == place
    assert sums.mean_age_s == max(0, int(age.total_seconds()))


def test_the_tables_have_the_columns_of_the_reference():
    day = Day(
        TODAY, CodeSums(issued=3, claimed=2, ages=[2, *[0] * 10], age_s=90, tokens=1), Refusals({"ios": 4}, {}, 1)
    )
    assert rules.realm_csv([day]).splitlines() == [
        (
            "date,codes_issued,codes_claimed,codes_invalid,tokens_claimed,tokens_invalid,code_claim_mean_age_seconds,"
            "code_claim_age_distribution,user_reports_issued,user_reports_claimed,user_report_tokens_claimed,"
            "codes_invalid_unknown_os,codes_invalid_ios,codes_invalid_android,user_reports_invalid_nonce,"
            "user_report_invalid_nonce_unknown_os,user_report_invalid_nonce_ios,user_report_invalid_nonce_android"
        ),
        "2020-08-18,3,2,4,1,1,45,2|0|0|0|0|0|0|0|0|0|0,0,0,0,0,4,0,0,0,0,0",
    ]
    header = rules.composite_csv([day]).splitlines()[0]
    assert header == (
        "date,codes_issued,codes_claimed,codes_invalid,tokens_claimed,tokens_invalid,code_claim_mean_age_seconds,"
        "code_claim_age_distribution,publish_requests_unknown,publish_requests_android,publish_requests_ios,"
        "total_teks_published,requests_with_revisions,requests_missing_onset_date,tek_age_distribution,"
        "onset_to_upload_distribution,user_reports_issued,user_reports_claimed,user_report_tokens_claimed,"
        "codes_invalid_unknown_os,codes_invalid_ios,codes_invalid_android,user_reports_invalid_nonce,"
        "user_reports_invalid_nonce_unknown_os,user_reports_invalid_nonce_ios,user_reports_invalid_nonce_android"
    )
    assert rules.key_server_csv({TODAY: Sums()}).splitlines()[0] == (
        "day,publish_requests_unknown,publish_requests_android,publish_requests_ios,total_teks_published,"
        "requests_with_revisions,requests_missing_onset_date,tek_age_distribution,onset_to_upload_distribution"
    )


def test_a_composite_table_begins_where_something_happened():
    def day(back: int, **fields) -> Day:
        return Day(TODAY - dt.timedelta(days=back), **fields)

    days = [day(0), day(1, sums=CodeSums(issued=1)), day(2), day(3, refusals=Refusals(tokens=1)), day(4), day(5)]
    assert [each["date"][:10] for each in rules.composite_json(452, days)["statistics"]] == [
        "2020-08-18",
        "2020-08-17",
        "2020-08-16",
        "2020-08-15",
    ]
    assert [line[:10] for line in rules.composite_csv(days).splitlines()[1:]] == [
        "2020-08-15",
        "2020-08-16",
        "2020-08-17",
        "2020-08-18",
    ]
    assert rules.composite_json(452, [day(0)])["statistics"] == []


@pytest.mark.parametrize(
    ("place", "number"), [("/", 452), ("/63:93/", 6393), ("/63:93/63:930/", 63930), ("/63:93/@12/", 12)]
)
def test_an_office_has_a_number(place, number, environment):
    environment()
    assert services.realm_number(place) == number


# --- counted ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def province(db) -> User:
    return User.objects.create_user(
        "lan", full_name="Nguyễn Thị Lan", role="province", place=PROVINCE, may_confirm=True
    )


def data(machine, place: str = "/", day: str = "2020-08-18") -> dict[str, object]:
    answer = machine(place, READER).get("/api/stats/realm.json").json()
    return next(each["data"] for each in answer["statistics"] if each["date"] == f"{day}T00:00:00Z")


def open_case(phone, officer: User, kind: str = "confirmed") -> str:
    _, code, _ = cases.open_case(cases.NewCase(kind, onset_date=TODAY), Issuer(officer=officer), phone.clock.now)
    return code.short


def test_codes_are_counted_by_office_and_day(machine, phone, province):
    used, _ = open_case(phone, province), open_case(phone, province)
    phone.clock.forward(minutes=10)
    phone.publish(used, phone.keys())
    phone.verify("12345678", HTTP_USER_AGENT="Bluezone (Android 10)")
    phone.verify("87654321", HTTP_USER_AGENT="Bluezone (iPhone)")
    phone.verify(used)  # used: not counted, as the reference does not
    services.sum_up(phone.clock.now)
    whole, of_province, elsewhere = data(machine), data(machine, PROVINCE), data(machine, "/63:92/")
    assert (whole["codes_issued"], whole["codes_claimed"], whole["tokens_claimed"]) == (2, 1, 1)
    assert whole["code_claim_age_distribution"] == [0, 0, 1, *[0] * 8]
    assert whole["code_claim_mean_age_seconds"] == 600
    assert (of_province["codes_issued"], of_province["codes_claimed"]) == (2, 1)
    assert elsewhere["codes_issued"] == 0
    assert whole["codes_invalid_by_os"] == {"unknown_os": 0, "ios": 1, "android": 1}
    assert of_province["codes_invalid"] == 0, "a wrong code names no office"


def test_a_sum_stays_when_its_codes_are_deleted(phone, province):
    code = open_case(phone, province)
    phone.verify(code)
    services.sum_up(phone.clock.now)
    before = CodeDay.objects.get().sums
    province.cases.all().delete()
    services.sum_up(phone.clock.forward(hours=1))
    assert CodeDay.objects.get().sums == before
    assert services.purge(phone.clock.forward(days=91))["code_days"] == 1


def test_refused_tokens_and_nonces_are_counted(machine, phone, messages):
    from .test_user_reports import ask, asked, code_sent, redeem

    ask(phone, asked())
    redeem(phone, code_sent(messages, phone.clock.now), b"n" * 256)
    phone.post("/api/certificate", b'{"token": "?", "ekeyhmac": "' + b"A" * 43 + b'="}')
    found = data(machine)
    assert (found["tokens_invalid"], found["user_reports_invalid_nonce"]) == (1, 1)
    services.sum_up(phone.clock.now)
    assert data(machine)["user_reports_issued"] == 1


def test_what_phones_published_is_the_ministrys_to_read(machine, phone, province):
    for _ in range(10):
        phone.publish(open_case(phone, province), phone.keys())
    publish_statistics.sum_up(phone.clock.forward(hours=1))
    [day] = machine("/", READER).get("/api/stats/realm/key-server.json").json()
    assert day["publish_requests"]["unknown"] == 10
    composite = machine("/", READER).get("/api/stats/realm/composite.json").json()
    assert composite["has_key_server_stats"] is True
    assert composite["statistics"][0]["data"]["total_publish_requests"] == 10
    assert machine(PROVINCE, READER).get("/api/stats/realm/key-server.json").status_code == 401
    assert machine(PROVINCE, READER).get("/api/stats/realm/composite.json").json()["has_key_server_stats"] is False


def test_officers_are_counted_for_the_offices_above_them(machine, phone, province):
    for _ in range(3):
        open_case(phone, province)
    facts = {"user_id": province.pk, "name": "Nguyễn Thị Lan", "email": ""}
    for place, found in (("/", [facts | {"codes_issued": 3}]), (PROVINCE, [facts | {"codes_issued": 3}])):
        [day] = machine(place, READER).get("/api/stats/realm/users.json").json()["statistics"]
        assert day == {"date": "2020-08-18T00:00:00Z", "issuer_data": found}
    neighbour = machine("/63:92/", READER)
    assert neighbour.get("/api/stats/realm/users.json").json() == {}
    assert neighbour.get(f"/api/stats/realm/users/{province.pk}.json").status_code == 401
    assert neighbour.get("/api/stats/realm/users/999999.json").status_code == 401
    one = machine(PROVINCE, READER).get(f"/api/stats/realm/users/{province.pk}.csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(one)))
    assert len(rows) == 91
    assert rows[0] == {
        "date": "2020-08-18",
        "realm_id": "6393",
        "user_id": str(province.pk),
        "user_name": "Nguyễn Thị Lan",
        "user_email": "",
        "codes_issued": "3",
    }


def test_keys_issuers_and_failures_are_counted(machine, phone):
    sender, reader = machine(PROVINCE), machine(PROVINCE, READER)
    sender.issue(externalIssuerID="ward 3")
    sender.issue(externalIssuerID="ward 3")
    note_failure("http_503", PROVINCE, phone.clock.now)
    key = reader.get(f"/api/stats/realm/api-keys/{sender.key.pk}.json").json()
    assert (key["authorized_app_type"], key["statistics"][0]["data"]["codes_issued"]) == ("admin", 2)
    assert reader.get(f"/api/stats/realm/api-keys/{reader.key.pk}.json").status_code == 401
    [day] = reader.get("/api/stats/realm/external-issuers.json").json()["statistics"]
    assert day["issuer_data"] == [{"issuer_id": "ward 3", "codes_issued": 2}]
    text = reader.get("/api/stats/realm/sms-errors.csv")
    assert text["Content-Type"] == "text/csv"
    assert text["Content-Disposition"] == 'attachment; filename="20200818120000-sms-error-stats.csv"'
    assert text.content.decode() == "date,realm_id,error_code,quantity\n2020-08-18,6393,http_503,1\n"
    assert machine("/63:92/", READER).get("/api/stats/realm/sms-errors.csv").content == b""


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)"])
def test_no_name_of_a_machine_or_officer_is_a_formula_in_a_file(machine, phone, name):
    sender, reader = machine(PROVINCE), machine(PROVINCE, READER)
    User.objects.update(full_name=name)
    assert sender.issue(externalIssuerID=name).status_code == 200
    assert f",'{name},1" in reader.get("/api/stats/realm/external-issuers.csv").content.decode()
    for officer in User.objects.all():
        assert f",{name}" not in reader.get(f"/api/stats/realm/users/{officer.pk}.csv").content.decode()
    [day] = reader.get("/api/stats/realm/external-issuers.json").json()["statistics"]
    assert day["issuer_data"][0]["issuer_id"] == name  # for machines as it is


def test_only_a_statistics_key_reads_them(machine, phone):
    for role in (ApiKey.Role.ADMIN, ApiKey.Role.DEVICE):
        assert machine("/", role).get("/api/stats/realm.json").status_code == 401
    reader = machine("/", READER)
    reader.secret = ""
    assert reader.get("/api/stats/realm.json").status_code == 401


def test_platforms_have_the_names_of_the_reference():
    assert set(services._NAMES) == set(Platform)
    assert set(services._NAMES.values()) == set(rules.PLATFORMS)
