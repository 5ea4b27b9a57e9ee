"""A contact (F1) warns others: its code, its keys' own region, what revokes and what confirms them, and the attacks."""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bluezone.authority.diagnosis import quota
from bluezone.authority.episodes import services, warning
from bluezone.authority.episodes.models import Episode, Exposure, WarningCode
from bluezone.authority.episodes.services import Met
from bluezone.authority.episodes.warning import WarnError, WarnProblem
from bluezone.authority.episodes.words import Decision, Role, Setting
from bluezone.authority.keys import second_order
from bluezone.authority.keys.models import ContactKey, PublishedKey
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons.rules import Identity
from bluezone.authority.reports.rules import Reason, Verdict
from bluezone.authority.signing import services as signing
from bluezone.authority.site import clock
from bluezone.protocol.exports import Export, TrustedKey, index_from_text, verify_export
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.messages import CertificateRequest, CertificateResponse, PublishCode, VerifyCode
from bluezone.protocol.one_time_codes import groups
from bluezone.protocol.reports import ReportRefusal
from bluezone.protocol.verification import tek_mac

NOW = dt.datetime(2020, 8, 18, 12, 0, tzinfo=dt.UTC)
F2 = "452-f2"

pytestmark = pytest.mark.usefixtures("few_padded")


@pytest.fixture
def officer(db: None) -> User:
    """An officer of the country who may confirm cases."""
    return User.objects.create_user("lan", role="ministry", place="/", may_confirm=True)


@pytest.fixture
def turned_on(office: Any) -> None:
    """Second order is on."""
    second_order.turn(True, "Decision 1", None, office.clock.now)


@pytest.fixture
def by(officer: User) -> Issuer:
    """That officer, as who issues codes."""
    return Issuer(officer=officer)


@pytest.fixture
def contact(office: Any, by: Issuer, turned_on: None, decided: Callable[[Issuer], Episode]) -> Episode:
    """Somebody decided to be a contact (F1) of a case met two days ago; a patient's keys are out."""
    office.patient()
    return decided(by)


@pytest.fixture
def exported(office: Any, settings: Any) -> Callable[[str], list[Export]]:
    """The exports of a region that its index names, checked against our public key."""

    def read(region: str) -> list[Export]:
        folder = settings.BLUEZONE.exports
        names = index_from_text((folder / region / "index.txt").read_text(), f"{region}/")
        keys = signing.active(signing.EXPORT, office.clock.now)
        trusted = [TrustedKey(signing.public_key(key), "452", key.version) for key in keys]
        return [verify_export((folder / name).read_bytes(), trusted) for name in names]

    return read


class Warner:
    """The contact's phone: the keys since the exposure, and what it does with a code."""

    def __init__(self, office: Any) -> None:
        self.phone = office.phone
        self.hmac_key = secrets.token_bytes(16)
        self.keys: list[TemporaryExposureKey] = self.phone.keys(2)

    def publish(self, code: str, keys: list[TemporaryExposureKey] | None = None, **fields: Any) -> Any:
        self.phone.hmac_key = self.hmac_key
        sent = self.keys if keys is None else keys
        certificate = self.certify(code, sent)
        return self.phone.upload(sent, certificate, **fields)

    def certify(self, code: str, keys: list[TemporaryExposureKey]) -> str:
        self.phone.hmac_key = self.hmac_key
        token = self.phone.verify(code, "confirmed", "likely", "negative", "recursive").token
        response = self.phone.post(
            "/api/certificate", CertificateRequest(token, tek_mac(keys, self.hmac_key)).to_json()
        )
        return CertificateResponse.from_json(response.content).certificate


@pytest.fixture
def warner(office: Any, contact: Episode) -> Warner:
    return Warner(office)


def code_for(row: Episode, officer: User, now: dt.datetime) -> str:
    code, _ = warning.ask(row, Issuer(officer=officer), now)
    return code.short


def fetched(client: Client, path: str) -> bytes:
    """Fetch a file as a phone does."""
    with contextlib.closing(client.get(path)) as answer:
        assert answer.status_code == 200, path
        return b"".join(answer.streaming_content)


def of(exports: list[Export]) -> set[bytes]:
    return {key.key for export in exports for key in export.keys}


# --- who may be asked -------------------------------------------------------------------------------------------------


F1, WAITS, NONE, LOST = Decision.CONTACT, Decision.WAITING, Decision.NOT, Decision.LOST


@pytest.mark.parametrize(
    ("is_on", "role", "decision", "negative", "exposed_on", "problem"),
    [
        (True, Role.F1, F1, False, NOW.date(), None),
        (True, Role.F1, F1, False, None, WarnProblem.TOO_OLD),
        (True, Role.F1, F1, True, NOW.date(), WarnProblem.RELEASED),
        (True, Role.F1, WAITS, False, NOW.date(), WarnProblem.NOT_DECIDED),
        (True, Role.F1, NONE, False, NOW.date(), WarnProblem.NOT_DECIDED),
        (True, Role.F1, LOST, False, NOW.date(), WarnProblem.NOT_DECIDED),
        (True, Role.F2, F1, False, NOW.date(), WarnProblem.SECOND),
        (True, Role.F2, WAITS, True, None, WarnProblem.SECOND),
        (False, Role.F1, F1, False, NOW.date(), WarnProblem.OFF),
    ],
)
def test_who_may_be_asked_to_warn_others(is_on, role, decision, negative, exposed_on, problem):
    found = warning.problem_of(is_on=is_on, role=role, decision=decision, negative=negative, exposed_on=exposed_on)
    assert found is problem


@given(
    st.booleans(),
    st.integers(0, 4),
    st.sampled_from(Decision),
    st.booleans(),
    st.none() | st.dates(),
)
def test_nobody_but_a_decided_contact_of_a_case_is_ever_asked(is_on, role, decision, negative, exposed_on):
    problem = warning.problem_of(is_on=is_on, role=role, decision=decision, negative=negative, exposed_on=exposed_on)
    assert (problem is None) == (
        is_on and role is Role.F1 and decision is F1 and not negative and exposed_on is not None
    )


@pytest.mark.parametrize(("met", "first"), [([2, 5], 5), ([2, 20], 2), ([14], 14), ([15], None)])
def test_days_count_from_the_first_meeting_that_phones_still_know(contact, office, met, first):
    contact.exposures.all().delete()
    today = clock.date_of(office.clock.now)
    for days in met:
        Exposure.objects.create(episode=contact, day=today - dt.timedelta(days=days), setting="other", found_by="hand")
    expected = None if first is None else today - dt.timedelta(days=first)
    assert warning.exposed_on(contact, office.clock.now) == expected


def test_off_again_no_code_is_issued(contact, office, by):
    second_order.turn(False, "Decision 2", None, office.clock.now)
    with pytest.raises(WarnError, match="has not turned on"):
        warning.ask(contact, by, office.clock.now)


def test_a_code_needs_the_right_to_confirm_and_counts_against_the_quota(contact, office, officer):
    other = User.objects.create_user("minh", role="ministry", place="/")
    with pytest.raises(quota.NotEntitledError):
        warning.ask(contact, Issuer(officer=other), office.clock.now)
    for _ in range(10):
        code_for(contact, officer, office.clock.now)
    with pytest.raises(quota.QuotaError):
        code_for(contact, officer, office.clock.now)


def test_a_new_code_stops_the_one_before_and_both_stand_in_the_log(contact, office, officer):
    first = code_for(contact, officer, office.clock.now)
    second = code_for(contact, officer, office.clock.now)
    assert office.phone.verify(first, "recursive").error_code == VerifyCode.CODE_INVALID
    answer = office.phone.verify(second, "recursive")
    assert answer.test_type == "recursive"
    assert answer.symptom_date == office.today() - dt.timedelta(days=2)
    lines = LogEntry.objects.filter(content_type__model="episode")
    assert sum("warns others" in line.changes_dict for line in lines) == 2


# --- what it publishes ------------------------------------------------------------------------------------------------


def test_a_contacts_keys_go_out_in_a_region_of_their_own_and_never_in_ours(contact, office, officer, warner, exported):
    answer = warner.publish(code_for(contact, officer, office.clock.now))
    assert answer.inserted_exposures == 2
    office.publish()
    mine = {key.key for key in warner.keys}
    found = exported(F2)
    assert mine <= of(found)
    assert {key.report_type for export in found for key in export.keys} == {ReportType.RECURSIVE}
    assert {export.region for export in found} == {F2}
    assert len(of(found)) >= 10, "a small file is padded"
    assert not mine & of(exported("452"))
    assert ReportType.RECURSIVE not in {key.report_type for export in exported("452") for key in export.keys}


def test_the_region_of_contacts_is_served_and_our_own_index_names_none_of_it(contact, office, officer, warner, client):
    warner.publish(code_for(contact, officer, office.clock.now))
    office.publish()
    names = fetched(client, f"/exports/{F2}/index.txt").split()
    assert names
    assert fetched(client, f"/exports/{names[0].decode()}")
    assert F2.encode() not in fetched(client, "/exports/452/index.txt")


def test_there_is_no_such_region_where_nobody_turned_it_on(office, client, settings):
    office.patient()
    assert client.get(f"/exports/{F2}/index.txt").status_code == 404
    assert not (settings.BLUEZONE.exports / F2).exists()


def test_a_contact_who_is_confirmed_appears_in_our_own_region(contact, office, officer, warner, issue, exported):
    first = warner.publish(code_for(contact, officer, office.clock.now))
    office.publish()
    confirmed = warner.publish(issue(), warner.keys, revision_token=first.revision_token)
    assert confirmed.inserted_exposures == 2, confirmed
    office.publish()
    mine = {key.key for key in warner.keys}
    ours = {key.key: key for export in exported("452") for key in export.keys}
    assert mine <= ours.keys()
    assert {ours[key].report_type for key in mine} == {ReportType.CONFIRMED_TEST}
    revised = {key.key: key.report_type for export in exported(F2) for key in export.revised}
    assert mine <= revised.keys()
    assert len(revised) >= 10, "made-up keys are revised along"
    assert set(revised) <= ours.keys(), "made-up ones that are confirmed appear too: they tell nobody apart"


def test_a_confirmed_contact_can_be_corrected_by_the_laboratory(contact, office, officer, warner, issue, exported):
    first = warner.publish(code_for(contact, officer, office.clock.now))
    office.publish()
    second = warner.publish(issue(), warner.keys, revision_token=first.revision_token)
    office.publish()
    third = warner.publish(issue("negative"), warner.keys, revision_token=second.revision_token)
    assert third.code == "", third
    office.publish()
    revoked = {k.key for e in exported("452") for k in e.revised if k.report_type is ReportType.REVOKED}
    assert {key.key for key in warner.keys} <= revoked


def test_a_contact_who_falls_ill_by_a_doctors_judgement_can_warn_as_a_patient(contact, office, officer, warner, issue):
    first = warner.publish(code_for(contact, officer, office.clock.now))
    again = warner.publish(issue("clinical"), warner.keys, revision_token=first.revision_token)
    assert (again.code, again.inserted_exposures) == ("", 2)


def test_a_contact_confirmed_before_the_file_never_stands_among_contacts(
    contact, office, officer, warner, issue, exported
):
    first = warner.publish(code_for(contact, officer, office.clock.now))
    warner.publish(issue(), warner.keys, revision_token=first.revision_token)
    office.publish()
    mine = {key.key for key in warner.keys}
    assert not mine & of(exported(F2))
    assert mine <= of(exported("452"))


# --- what takes it back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["not a contact", "tested negative"])
def test_a_released_contacts_keys_are_revoked(contact, office, officer, warner, exported, how):
    warner.publish(code_for(contact, officer, office.clock.now))
    office.publish()
    if how == "not a contact":
        services.decide(contact, Decision.NOT, None, office.clock.now)
    else:
        services.found_negative(contact, office.clock.now)
    assert not warning.warns(contact)
    office.publish()
    revoked = {k.key for e in exported(F2) for k in e.revised if k.report_type is ReportType.REVOKED}
    assert {key.key for key in warner.keys} <= revoked


def test_a_release_stops_a_code_a_token_and_a_certificate_that_are_under_way(contact, office, officer, warner):
    code = code_for(contact, officer, office.clock.now)
    certificate = warner.certify(code, warner.keys)
    unused = code_for(contact, officer, office.clock.now)
    warning.release(contact, office.clock.now)
    late = office.phone.upload(warner.keys, certificate)
    assert late.code == PublishCode.CERTIFICATE_INVALID
    assert not PublishedKey.objects.filter(region=F2).exists()
    assert office.phone.verify(unused, "recursive").error_code == VerifyCode.CODE_INVALID
    assert warning.release(contact, office.clock.now) == 0


def test_a_release_leaves_what_was_confirmed_since(contact, office, officer, warner, issue):
    first = warner.publish(code_for(contact, officer, office.clock.now))
    warner.publish(issue(), warner.keys, revision_token=first.revision_token)
    warning.release(contact, office.clock.now)
    rows = PublishedKey.objects.filter(region="452", key__in=[key.key for key in warner.keys])
    assert [row.revised_report_type for row in rows] == [None, None]


def test_who_was_released_and_tests_positive_later_warns_as_any_patient(contact, office, officer, warner, issue):
    first = warner.publish(code_for(contact, officer, office.clock.now))
    office.publish()
    warning.release(contact, office.clock.now)
    answer = warner.publish(issue(), warner.keys, revision_token=first.revision_token)
    assert (answer.code, answer.inserted_exposures) == ("", 2)


def test_another_contacts_keys_stay(contact, office, officer, warner):
    warner.publish(code_for(contact, officer, office.clock.now))
    other = Episode.objects.create(place="/", role="f1", classification="confirmed", opened_at=office.clock.now)
    Exposure.objects.create(episode=other, day=office.today() - dt.timedelta(days=2), setting="other", found_by="hand")
    Warner(office).publish(code_for(other, officer, office.clock.now))
    assert warning.release(other, office.clock.now) == 2
    standing = PublishedKey.objects.filter(region=F2, made_up=False, revised_report_type=None)
    assert {bytes(row.key) for row in standing} == {key.key for key in warner.keys}


def test_no_copy_of_the_database_leads_from_a_contact_to_its_keys(contact, office, officer, warner, database_text):
    """Show that no other table holds a key's mark: joined without the secret, tables tell nothing."""
    warner.publish(code_for(contact, officer, office.clock.now))
    (mark,) = set(ContactKey.objects.values_list("code_digest", flat=True))
    lines = [line for line in database_text().splitlines() if mark in line]
    assert {line.split()[0] for line in lines} == {"keys_contactkey"}


# --- attacks ----------------------------------------------------------------------------------------------------------


def test_attack_a_recursive_certificate_for_days_before_the_exposure(contact, office, officer, warner):
    keys = office.phone.keys(5)
    answer = warner.publish(code_for(contact, officer, office.clock.now), keys)
    assert (answer.code, answer.inserted_exposures) == (PublishCode.BAD_REQUEST, 0)
    assert "before the exposure" in answer.error
    assert not PublishedKey.objects.filter(key__in=[key.key for key in keys]).exists()


def test_attack_an_onset_of_the_requests_own_opens_no_other_days(contact, office, officer, warner):
    keys = office.phone.keys(5)
    code = code_for(contact, officer, office.clock.now)
    answer = warner.publish(code, keys, symptom_onset_interval=keys[-1].rolling_start_interval)
    assert answer.code == PublishCode.BAD_REQUEST


def test_attack_a_replayed_upload_is_stored_once_and_a_certificate_fits_its_keys_alone(
    contact, office, officer, warner
):
    certificate = warner.certify(code_for(contact, officer, office.clock.now), warner.keys)
    first = office.phone.upload(warner.keys, certificate)
    again = office.phone.upload(warner.keys, certificate)
    assert (first.inserted_exposures, again.inserted_exposures) == (2, 2)
    assert PublishedKey.objects.filter(region=F2).count() == 2
    assert ContactKey.objects.count() == 2
    other = office.phone.upload(office.phone.keys(2), certificate)
    assert other.code == PublishCode.CERTIFICATE_INVALID


def test_attack_a_used_code_is_good_once(contact, office, officer, warner):
    code = code_for(contact, officer, office.clock.now)
    warner.publish(code)
    assert office.phone.verify(code, "recursive").error_code == VerifyCode.CODE_INVALID


@pytest.mark.parametrize("traveler", [True, False])
def test_attack_a_contacts_code_used_for_our_own_region(
    contact, office, officer, warner, exported, environment, traveler
):
    """The region follows from the certificate, whatever the request says; and nothing goes out to other authorities."""
    environment(federation_out="all")
    warner.publish(code_for(contact, officer, office.clock.now), traveler=traveler)
    office.publish()
    mine = {key.key for key in warner.keys}
    assert mine <= of(exported(F2))
    assert not mine & of(exported("452"))
    assert not mine & of(exported("452-out"))


@pytest.mark.parametrize("accept", [(), ("confirmed",), ("confirmed", "likely", "negative"), ("user-report",)])
def test_attack_an_app_that_does_not_know_the_type_gets_nothing_for_the_code(contact, office, officer, accept):
    code = code_for(contact, officer, office.clock.now)
    answer = office.phone.verify(code, *accept)
    assert (answer.token, answer.error_code) == ("", VerifyCode.UNSUPPORTED_TEST_TYPE)


def test_attack_a_patients_keys_cannot_be_published_as_a_contacts(contact, office, officer, warner, issue):
    patient = warner.publish(issue())
    answer = warner.publish(code_for(contact, officer, office.clock.now), revision_token=patient.revision_token)
    assert answer.code == PublishCode.INVALID_TRANSITION
    assert not PublishedKey.objects.filter(region=F2).exists()


def test_attack_anothers_contact_keys_cannot_be_confirmed_without_their_token(contact, office, officer, warner, issue):
    warner.publish(code_for(contact, officer, office.clock.now))
    office.publish()
    thief = Warner(office)
    answer = thief.publish(issue(), warner.keys)
    assert answer.code == PublishCode.MISSING_REVISION_TOKEN
    assert not PublishedKey.objects.filter(region="452", key__in=[key.key for key in warner.keys]).exists()


def test_attack_a_third_order_by_a_report(contact, office, officer, warner):
    """Refuse an exposure report that names a contact's key: no officer could decide on it."""
    warner.publish(code_for(contact, officer, office.clock.now))
    office.publish()
    person = office.person()
    answer = office.send(person.report([office.key_of(warner.keys, person.day)]))
    assert answer.code == "", "no answer tells what the authority knows"
    row = office.judge()[-1]
    assert (row.verdict, row.reason) == (Verdict.REFUSED, Reason.KEY_OF_A_CONTACT)
    assert not row.exposures.exists()


def test_attack_a_third_order_by_an_officer(contact, office, by):
    """A contact of the contact, decided to be one, gets no code."""
    met = Met(office.today() - dt.timedelta(days=1), Setting.OTHER)
    second = services.enter(contact, Identity(name="Binh", document="093123457"), met, by, office.clock.now)
    services.decide(second, Decision.CONTACT, None, office.clock.now)
    with pytest.raises(WarnError, match="F2"):
        warning.ask(second, by, office.clock.now)
    assert not WarningCode.objects.exists()


def test_attack_a_contacts_key_beside_a_patients_in_one_report(contact, office, officer, warner):
    keys, _ = office.patient()
    warner.publish(code_for(contact, officer, office.clock.now))
    office.publish()
    person = office.person()
    office.send(person.report([office.key_of(keys, person.day), office.key_of(warner.keys, person.day)]))
    assert office.judge()[-1].reason == Reason.KEY_OF_A_CONTACT


def test_attack_what_a_contacts_phone_heard_corroborates_nobody(contact, office, officer, warner):
    token = warner.publish(code_for(contact, officer, office.clock.now)).revision_token
    assert office.give_heard(token, [office.person().sent()]).code == ReportRefusal.TOKEN_INVALID


def test_attack_turned_off_again_a_code_under_way_publishes_nothing(contact, office, officer, warner):
    code = code_for(contact, officer, office.clock.now)
    second_order.turn(False, "Decision 2", None, office.clock.now)
    assert warner.publish(code).code == PublishCode.BAD_REQUEST
    assert not PublishedKey.objects.filter(region=F2).exists()


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def as_officer(db: None) -> Callable[..., Client]:
    """A browser of an officer: `as_officer("province", "/34:92/")`."""

    def log_in(role: str, place: str, *, may_confirm: bool = True) -> Client:
        user = User.objects.create_user(f"{role}-{place}", role=role, place=place, may_confirm=may_confirm)
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def of_a_province(contact: Episode) -> Episode:
    """That contact, as a province's."""
    Episode.objects.filter(pk=contact.pk).update(place="/34:92/")
    contact.refresh_from_db()
    return contact


def test_the_owners_page_shows_the_code_once(of_a_province, as_officer):
    client, page = as_officer("province", "/34:92/"), f"/officer/contacts/people/{of_a_province.pk}"
    assert f"{page}/warn" in client.get(page, follow=True).content.decode()
    answer = client.post(f"{page}/warn")
    assert answer.status_code == 200
    assert len(answer.context["groups"]) == len(groups("0" * 12))
    after = client.get(page, follow=True).content.decode()
    assert "asked to warn others" in after
    assert "".join(answer.context["groups"]) not in after
    assert client.post(f"{page}/note/negative").status_code == 302
    assert not warning.warns(of_a_province)
    assert client.post(f"{page}/warn").status_code == 409


def test_attack_another_provinces_officer_asks(of_a_province, as_officer):
    client = as_officer("province", "/34:01/")
    assert client.post(f"/officer/contacts/people/{of_a_province.pk}/warn").status_code == 404
    assert not WarningCode.objects.exists()


def test_the_ministry_sees_a_provinces_contact(of_a_province, as_officer):
    client = as_officer("ministry", "/")
    assert client.get(f"/officer/contacts/people/{of_a_province.pk}", follow=True).status_code == 200


def test_without_the_right_nobody_asks(of_a_province, as_officer):
    client = as_officer("province", "/34:92/", may_confirm=False)
    assert client.post(f"/officer/contacts/people/{of_a_province.pk}/warn").status_code in (403, 404)
    assert not WarningCode.objects.exists()


def test_nothing_of_it_stands_on_the_page_while_it_is_off(of_a_province, as_officer, office):
    second_order.turn(False, "Decision 2", None, office.clock.now)
    page = (
        as_officer("province", "/34:92/")
        .get(f"/officer/contacts/people/{of_a_province.pk}", follow=True)
        .content.decode()
    )
    assert "Warn others" not in page
