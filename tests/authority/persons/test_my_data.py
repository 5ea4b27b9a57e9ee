"""`/my-data`: a person sees with a one-time code what is held, asks, and is answered within the law's time."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.messages import sms
from bluezone.authority.messages.models import OutgoingMessage
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import my_data, services
from bluezone.authority.persons.models import DataRequest, Person
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site import retention
from bluezone.authority.work.models import Task

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2020, 8, 20, 2, 30, tzinfo=dt.UTC)
COMMUNE, NEIGHBOUR = "/63:93/63:930/63:31318/", "/63:93/63:930/63:31321/"
PAGE, LIST = "/my-data", "/officer/persons/requests"
MAI = Identity("Trần Thị Mai", 1980, "+84912345678", "092180001234", "ấp 3")
ASKED = {"kind": "correct", "text": "Tên tôi là Mãi"}


@pytest.fixture
def mai(db: None) -> Person:
    return services.enter(MAI, COMMUNE, NOW)


@pytest.fixture
def tram(set_clock: Any) -> User:
    set_clock.now = NOW
    return User.objects.create_user("tram", role="commune", place=COMMUNE, may_read_health=True)


@pytest.fixture
def officer(client: Client, tram: User) -> Client:
    client.force_login(tram, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def opened(mai: Person, tram: User) -> str:
    """The page as it opened with a code."""
    code = my_data.give_code(mai, Issuer(officer=tram), NOW)
    return Client().post(PAGE, {"code": code}).content.decode()


def pass_of(page: str) -> str:
    found = re.search(r'name="pass" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_code_given_on_the_persons_page_shows_once_what_is_held(officer, mai):
    Case.objects.create(report_type="confirmed", test_date=NOW.date(), created_at=NOW, place=COMMUNE, person=mai)
    shown = officer.post(f"/officer/persons/{mai.pseudonym}/data-code").content.decode()
    code = re.search(r'class="code">([^<]+)<', shown)[1]
    answer = Client().post(PAGE, {"code": code.lower()})
    page = answer.content.decode()
    for text in ("Trần Thị Mai", "0912", "…234", "20/8/2022", "bệnh truyền nhiễm", "18/11/2020"):
        assert text.removeprefix("0") in page
    assert "092180001234" not in page
    assert "no-store" in answer["Cache-Control"]
    again = Client().post(PAGE, {"code": code})
    assert again.status_code == 400
    assert "Trần" not in again.content.decode()


@pytest.mark.parametrize("code", ["", "AAAA AAAA AAAA AAAA", "x" * 500, "<script>"])
def test_a_wrong_code_shows_nothing(mai, tram, code):
    answer = Client().post(PAGE, {"code": code})
    assert answer.status_code == 400
    assert "<script>" not in answer.content.decode()


def test_a_code_ends_after_a_day_and_with_the_next(mai, tram, set_clock):
    first, second = (my_data.give_code(mai, Issuer(officer=tram), NOW) for _ in range(2))
    assert my_data.use_code(first, NOW) is None
    assert my_data.use_code(second, NOW + dt.timedelta(days=1)) is None
    assert my_data.use_code(second, NOW + dt.timedelta(hours=23)) == mai


def test_another_office_gives_no_code(mai, client, set_clock):
    set_clock.now = NOW
    other = User.objects.create_user("other", role="commune", place=NEIGHBOUR, may_read_health=True)
    client.force_login(other, "django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/officer/persons/{mai.pseudonym}/data-code").status_code == 404
    with pytest.raises(IdentityError):
        my_data.give_code(mai, Issuer(officer=other), NOW)


def test_a_request_is_a_task_due_by_law_and_its_answer_read_with_a_new_code(opened, officer, mai, tram):
    for _ in range(2):
        page = Client().post(PAGE, ASKED | {"pass": pass_of(opened)}).content.decode()
        assert "48 giờ" in page
    [row] = DataRequest.objects.all()
    assert (row.place, row.due_at, row.state) == (COMMUNE, NOW + dt.timedelta(hours=48), "waiting")
    task = Task.objects.get(kind="request")
    assert (task.due_at, task.place, task.state) == (row.due_at, COMMUNE, "open")
    assert f"{LIST}/{row.pk}" in officer.get("/officer/work/").content.decode()
    assert mai.pseudonym in officer.get(LIST).content.decode()
    assert "Tên tôi là Mãi" in officer.get(f"{LIST}/{row.pk}").content.decode()
    answered = {"state": "done", "text": "Đã sửa tên"}
    assert officer.post(f"{LIST}/{row.pk}", {"state": "done", "text": ""}).status_code == 400
    assert officer.post(f"{LIST}/{row.pk}", answered).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.closed_by) == ("done", tram)
    assert officer.post(f"{LIST}/{row.pk}", answered).status_code == 400, "answered once"
    code = my_data.give_code(mai, Issuer(officer=tram), NOW)
    assert "Đã sửa tên" in Client().post(PAGE, {"code": code}).content.decode()


def test_a_request_that_waits_goes_to_the_office_that_has_the_person_now(opened, mai):
    Client().post(PAGE, ASKED | {"pass": pass_of(opened)})
    services.hand_over(mai, "/63:93/", NOW)
    assert DataRequest.objects.get().place == "/63:93/"
    assert Task.objects.get(kind="request", state="open").place == "/63:93/"


def test_an_unfinished_request_is_shown_again_and_nothing_is_lost(opened):
    answer = Client().post(PAGE, {"text": "Xóa số cũ", "pass": pass_of(opened)})
    assert answer.status_code == 400
    assert "Xóa số cũ" in answer.content.decode()
    assert not DataRequest.objects.exists()


def test_consent_is_withdrawn_without_a_word_and_a_correction_says_what_is_wrong(opened):
    browser, given = Client(), {"text": " ", "pass": pass_of(opened)}
    refused = browser.post(PAGE, given | {"kind": "correct"}, headers={"accept-language": "vi"})
    assert refused.status_code == 400
    assert "Hãy ghi chỗ nào sai" in refused.content.decode()
    assert browser.post(PAGE, given | {"kind": "withdraw"}).status_code == 200
    assert [(row.kind, my_data.words_of(row)) for row in DataRequest.objects.all()] == [("withdraw", ("", ""))]


@pytest.mark.parametrize("forged", ["", "x", "WyJQIiw5OTk5OTk5OTk5XQ:1:2"])
def test_a_page_that_is_not_ours_or_too_old_asks_for_nothing(opened, set_clock, forged):
    assert Client().post(PAGE, ASKED | {"pass": forged}).status_code == 400
    set_clock.now = NOW + dt.timedelta(minutes=30)
    assert Client().post(PAGE, ASKED | {"pass": pass_of(opened)}).status_code == 400
    assert not DataRequest.objects.exists()


@pytest.mark.parametrize(("role", "place", "may"), [("commune", NEIGHBOUR, True), ("district", "/63:93/63:930/", True)])
def test_a_request_is_open_to_the_persons_own_office_alone(opened, client, role, place, may):
    Client().post(PAGE, ASKED | {"pass": pass_of(opened)})
    row = DataRequest.objects.get()
    other = User.objects.create_user("other", role=role, place=place, may_read_health=may)
    client.force_login(other, "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"{LIST}/{row.pk}").status_code == 404
    assert row.person.pseudonym not in client.get(LIST).content.decode()


def test_a_late_request_is_marked(opened, officer, set_clock):
    Client().post(PAGE, ASKED | {"pass": pass_of(opened)})
    assert "quá hạn" not in officer.get(LIST).content.decode()
    set_clock.now = NOW + dt.timedelta(hours=49)
    assert "quá hạn" in officer.get(LIST).content.decode()


def test_requests_are_encrypted_and_go_90_days_after_their_answer(opened, mai, tram, database_text):
    Client().post(PAGE, ASKED | {"pass": pass_of(opened)})
    assert "Mãi" not in database_text()
    services.keep_until(mai, NOW.date() + dt.timedelta(days=200))
    my_data.answer(DataRequest.objects.get(), DataRequest.State.REFUSED, "Phải giữ", tram, NOW)
    assert "Phải" not in database_text()
    assert retention.purge(NOW + dt.timedelta(days=89))["data_requests"] == 0
    assert retention.purge(NOW + dt.timedelta(days=91))["data_requests"] == 1


# --- a code by message ------------------------------------------------------------------------------------------------


@pytest.fixture
def sending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "sender", lambda: print)


def test_an_officer_has_the_code_sent_to_the_number_that_is_known(sending, officer, mai):
    address = f"/officer/persons/{mai.pseudonym}"
    assert 'name="send"' in officer.get(address).content.decode()
    page = officer.post(f"{address}/data-code", {"send": ""}).content.decode()
    assert "78" in page
    assert 'class="code"' not in page
    assert OutgoingMessage.objects.count() == mai.data_codes.count() == 1


def test_without_a_gateway_no_message_is_offered(officer, mai):
    address = f"/officer/persons/{mai.pseudonym}"
    assert 'name="send"' not in officer.get(address).content.decode()
    assert officer.post(f"{address}/data-code", {"send": ""}).status_code == 400
    assert 'name="telephone"' not in Client().get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("typed", "sent"), [("0912345678", 1), ("+84 912 345 678", 1), ("0912345679", 0), ("0933333333", 0)]
)
def test_who_asks_by_a_known_number_is_sent_a_code_and_all_get_one_answer(sending, mai, set_clock, typed, sent):
    set_clock.now = NOW
    for name in ("a", "b"):  # a family: whose data would the code show?
        services.enter(Identity(name, telephone="+84933333333"), COMMUNE, NOW)
    for _ in range(2):  # once an hour
        answer = Client().post(PAGE, {"telephone": typed})
        assert answer.status_code == 200
        assert 'role="status"' in answer.content.decode()
    assert OutgoingMessage.objects.count() == sent


def test_codes_are_not_asked_for_without_end(sending, mai, set_clock):
    set_clock.now = NOW
    answers = [Client().post(PAGE, {"telephone": "0912345679"}).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert Client().post(PAGE, {"telephone": "12"}).status_code == 429
    set_clock.now = NOW + dt.timedelta(hours=1)
    assert Client().post(PAGE, {"telephone": "12"}).status_code == 400
