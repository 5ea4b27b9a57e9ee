"""Identities: encrypted, found by digests within an office, opened with a reason, gone after their date."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry
from django.test import override_settings

from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services, vault
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site import retention

NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)
MAI = Identity("Trần Thị Mai", 1980, "+84912345678", "092180001234", "ấp 3, xã Tân Bình")
PLACE = "/63:93/"


@pytest.fixture
def mai(db) -> Person:
    return services.enter(MAI, PLACE, NOW)


@pytest.fixture
def officer(db, client) -> User:
    """Return an officer of the owning office, logged in."""
    made = User.objects.create_user("lan", role="province", place=PLACE, may_confirm=True)
    client.force_login(made, "django.contrib.auth.backends.ModelBackend")
    return made


def test_a_copied_database_tells_nobodys_name_or_number(mai, database_text):
    text = database_text()
    for secret in ("Trần", "Mai", "912345678", "092180001234", "Tân Bình"):
        assert secret not in text
        assert secret.encode().hex() not in text


def test_the_installations_secret_opens_no_identity(mai, settings):
    assert vault.unseal(mai.sealed, mai.pseudonym) == MAI
    with override_settings(PERSONS_KEY=settings.SECRET_KEY), pytest.raises(AuthorityError):
        vault.unseal(mai.sealed, mai.pseudonym)


def test_an_identity_put_into_anothers_row_cannot_be_read(mai):
    other = services.enter(Identity(name="Lê Văn Tư"), PLACE, NOW)
    with pytest.raises(AuthorityError):
        vault.unseal(mai.sealed, other.pseudonym)


def test_a_key_that_was_replaced_still_reads_and_finds(mai, settings):
    with override_settings(PERSONS_KEY="another", PERSONS_KEY_FALLBACKS=[settings.PERSONS_KEY]):
        assert vault.unseal(mai.sealed, mai.pseudonym) == MAI
        assert services.find(PLACE, "0912345678", "") == [mai]


def test_people_are_found_by_number_within_an_office_alone(mai):
    assert services.find(PLACE, "0912 345 678", "") == services.find(PLACE, "", "092 180 001 234") == [mai]
    assert services.find(PLACE, "0912 345 679", "") == []
    for elsewhere in ("/", "/63:92/", "/63:93/63:930/"):
        assert services.find(elsewhere, "0912345678", "092180001234") == []


def test_opening_an_identity_is_noted_with_its_reason(mai, officer, client):
    page = client.get(f"/officer/persons/{mai.pseudonym}").content.decode()
    assert "Trần Thị Mai" not in page
    opened = client.post(f"/officer/persons/{mai.pseudonym}", {"reason": "gọi hỏi người tiếp xúc"})
    assert "Trần Thị Mai" in opened.content.decode()
    assert "+84912345678" in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    entry = LogEntry.objects.order_by("-pk").first()
    assert (entry.actor, entry.object_repr) == (officer, mai.pseudonym)
    assert audit_log.typed(entry) == {"opened": "gọi hỏi người tiếp xúc"}
    assert "gọi hỏi người tiếp xúc" in client.get("/officer/changes").content.decode()


def test_a_reason_is_read_under_the_key_of_its_time_alone_and_in_no_other_entry(mai, officer, client, settings):
    client.post(f"/officer/persons/{mai.pseudonym}", {"reason": "gọi hỏi người tiếp xúc"})
    entry = LogEntry.objects.order_by("-pk").first()
    with override_settings(PERSONS_KEY="another", PERSONS_KEY_FALLBACKS=[settings.PERSONS_KEY]):
        assert audit_log.typed(entry) == {"opened": "gọi hỏi người tiếp xúc"}
    with override_settings(PERSONS_KEY="another"):
        assert "máy chủ không còn khóa" in client.get("/officer/changes").content.decode()
    entry.object_pk = "0"
    assert "người tiếp xúc" not in audit_log.typed(entry)["opened"]


@pytest.mark.parametrize("reason", ["", "xem"])
def test_without_a_reason_nothing_opens_and_nothing_is_noted(mai, officer, client, reason):
    before = LogEntry.objects.count()
    answer = client.post(f"/officer/persons/{mai.pseudonym}", {"reason": reason})
    assert answer.status_code == 400
    assert "Trần" not in answer.content.decode()
    assert LogEntry.objects.count() == before


#: role, place, right, and what they meet at an identity of Hậu Giang's health office
WHO = {
    "the ministry": ("ministry", "/", True, 404),
    "the office without the right": ("province", PLACE, False, 404),
    "another province": ("province", "/63:92/", True, 404),
    "a district of it": ("district", "/63:93/63:930/", True, 404),
    "without a role": ("", "", True, 404),
    "a laboratory that confirms": ("lab", PLACE, True, 403),
    "a school": ("unit-head", "/63:93/63:930/63:31318/M8Z4-7DHE/", False, 404),
}


@pytest.mark.parametrize(("role", "place", "right", "status"), WHO.values(), ids=list(WHO))
def test_nobody_else_opens_changes_or_finds_it(mai, client, role, place, right, status):
    who = User.objects.create_user("who", role=role, place=place, may_confirm=right)
    client.force_login(who, "django.contrib.auth.backends.ModelBackend")
    address = f"/officer/persons/{mai.pseudonym}"
    assert client.get(address).status_code == status
    assert client.post(address, {"reason": "curiosity, a long one"}).status_code == status
    assert client.post(f"{address}/change", {"name": "X"}).status_code == status
    found = client.post("/officer/persons/", {"telephone": "0912345678"}).content.decode()
    assert mai.pseudonym not in found
    with pytest.raises(IdentityError):
        services.open_identity(mai, Issuer(officer=who), "a good reason")
    with pytest.raises(IdentityError):
        services.change(mai, Identity(name="X"), Issuer(officer=who), NOW)


def test_looking_for_a_number_is_noted_without_it(mai, officer, client):
    page = client.post("/officer/persons/", {"telephone": "0912 345 678"}).content.decode()
    assert mai.pseudonym in page
    assert LogEntry.objects.order_by("-pk").first().changes == {"found": ["None", "telephone"]}
    assert (
        "Không ai trong đơn vị của bạn" in client.post("/officer/persons/", {"document": "B1234567"}).content.decode()
    )
    assert client.post("/officer/persons/", {}).status_code == 400
    assert client.post("/officer/persons/", {"telephone": "12"}).status_code == 400


def test_a_correction_replaces_what_it_is_found_by(mai, officer, client, set_clock):
    set_clock.now = NOW
    values = {"name": "<script>alert(1)</script>", "telephone": "0987654321", "birth_year": "1981"}
    assert client.post(f"/officer/persons/{mai.pseudonym}/change", values).status_code == 302
    assert services.find(PLACE, "0912345678", "") == []
    assert services.find(PLACE, "0987654321", "") == [mai]
    page = client.post(f"/officer/persons/{mai.pseudonym}", {"reason": "to see the correction"}).content.decode()
    assert "<script>alert" not in page
    wrong = client.post(f"/officer/persons/{mai.pseudonym}/change", {"telephone": "12"})
    assert wrong.status_code == 400
    mai.refresh_from_db()
    assert vault.unseal(mai.sealed, mai.pseudonym).birth_year == 1981


def test_the_audit_log_goes_after_three_years(mai):
    LogEntry.objects.update(timestamp=NOW)
    assert retention.purge(NOW + dt.timedelta(days=1_095))["audit_log"] == 0
    written = LogEntry.objects.filter(timestamp=NOW).count()
    assert retention.purge(NOW + dt.timedelta(days=1_096))["audit_log"] >= written > 0


def test_an_identity_goes_after_90_days_and_stays_as_long_as_it_is_needed(mai):
    needed = services.enter(Identity(name="Lê Văn Tư"), PLACE, NOW)
    services.keep_until(needed, NOW.date() + dt.timedelta(days=20))
    services.keep_until(needed, NOW.date())  # never earlier for that
    assert retention.purge(NOW + dt.timedelta(days=90)).get("persons", 0) == 0
    assert retention.purge(NOW + dt.timedelta(days=91))["persons"] == 1
    assert list(Person.objects.all()) == [needed]
    assert retention.purge(NOW + dt.timedelta(days=111))["persons"] == 1
