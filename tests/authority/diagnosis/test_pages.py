"""The officer's pages, without a browser: who sees what, and that a code is shown once."""

from __future__ import annotations

import re
import uuid

import pytest
from django.contrib.sessions.models import Session

from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.officers import api_keys
from bluezone.authority.officers.models import ApiKey, User

DIGITS = re.compile(r'<span class="visually-hidden">((?:\d ){11}\d)</span>')


@pytest.fixture
def officer(phone) -> User:
    return User.objects.create_user("lan", password="a long password 1", full_name="Nguyễn Thị Lan", may_confirm=True)


@pytest.fixture
def lan(client, officer):
    """Return a client with the officer logged in."""
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    return client


def form(**values: str) -> dict[str, str]:
    return {"case_id": str(uuid.uuid4()), "report_type": "confirmed", "test_date": "2020-08-18"} | values


def shown_code(response) -> str:
    return DIGITS.search(response.content.decode()).group(1).replace(" ", "")


@pytest.mark.parametrize("path", ["/officer/cases/", "/officer/cases/new", f"/officer/cases/{uuid.UUID(int=1)}"])
def test_pages_are_behind_a_login(client, db, path):
    assert client.get(path).headers["Location"] == f"/officer/login?next={path}"


def test_the_front_door_leads_officers_to_their_first_page_and_the_public_to_the_roll_out(client, officer):
    assert client.get("/").headers["Location"] == "/rollout/"
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    assert client.get("/").headers["Location"] == "/officer/"


def test_a_new_case_shows_a_code_that_works(phone, lan, officer):
    response = lan.post("/officer/cases/new", form(file_number="HG-114"))
    assert response.status_code == 200
    assert phone.verify(shown_code(response)).token
    assert Case.objects.get().created_by == officer


def test_a_code_is_shown_once_and_kept_nowhere(phone, lan, database_text):
    response = lan.post("/officer/cases/new", form())
    code = shown_code(response)
    assert "no-store" in response["Cache-Control"]
    case = Case.objects.get()
    for path in ("/officer/cases/", f"/officer/cases/{case.id}"):
        assert code not in lan.get(path).content.decode()
    assert code not in database_text()
    assert all(code not in str(session.get_decoded()) for session in Session.objects.all())


def test_a_page_sent_twice_opens_one_case(phone, lan):
    values = form()
    lan.post("/officer/cases/new", values)
    again = lan.post("/officer/cases/new", values)
    assert again.headers["Location"] == f"/officer/cases/{values['case_id']}"
    assert Case.objects.count() == OneTimeCode.objects.count() == 1


def test_an_officer_cannot_take_the_id_of_anothers_case(phone, lan):
    theirs = Case.objects.create(report_type="confirmed", test_date=phone.clock.now.date(), created_at=phone.clock.now)
    response = lan.post("/officer/cases/new", form(case_id=str(theirs.id)))
    assert response.headers["Location"] == "/officer/cases/"
    assert OneTimeCode.objects.count() == 0


def test_an_officer_sees_own_cases_only(phone, lan):
    theirs = Case.objects.create(
        report_type="clinical", test_date=phone.clock.now.date(), created_at=phone.clock.now, file_number="theirs"
    )
    assert "theirs" not in lan.get("/officer/cases/").content.decode()
    assert lan.get(f"/officer/cases/{theirs.id}").status_code == 404
    assert lan.post(f"/officer/cases/{theirs.id}/code").status_code == 404
    assert lan.post(f"/officer/cases/{theirs.id}/result", {"report_type": "confirmed"}).status_code == 404


#: who asks for a case that a machine of Hậu Giang's health office opened: role, place, right; and what they meet
WHO = {
    "at the office": ("province", "/63:93/", True, 200),
    "at the office without the right": ("province", "/63:93/", False, 403),
    "the ministry": ("ministry", "/", True, 404),
    "without a role": ("", "", True, 404),
    "another province": ("province", "/63:92/", True, 404),
    "a district of it": ("district", "/63:93/63:930/", True, 404),
    "its head of a unit": ("unit-head", "/63:93/63:930/63:31318/M8Z4-7DHE/", False, 403),
}


@pytest.mark.parametrize(("role", "place", "may_confirm", "status"), WHO.values(), ids=list(WHO))
def test_the_cases_of_a_machine_are_on_the_pages_of_its_office_alone(phone, client, role, place, may_confirm, status):
    _secret, key = api_keys.make(ApiKey.Role.ADMIN, "/63:93/", "CDC laboratory", None, phone.clock.now)
    day, now = phone.clock.now.date(), phone.clock.now
    case = Case.objects.create(
        report_type="clinical", test_date=day, created_at=now, created_with=key, place=key.place, file_number="HG-7"
    )
    officer = User.objects.create_user("who", role=role, place=place, may_confirm=may_confirm)
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    page = client.get("/officer/cases/").content.decode()
    assert ("HG-7" in page and "CDC laboratory" in page) is (status == 200)
    assert client.get(f"/officer/cases/{case.id}").status_code == status
    assert client.post(f"/officer/cases/{case.id}/code").status_code == status
    result = client.post(f"/officer/cases/{case.id}/result", {"report_type": "confirmed", "test_date": day.isoformat()})
    assert result.status_code == status
    assert OneTimeCode.objects.count() == (2 if status == 200 else 0)


def test_what_the_operator_opened_and_what_people_reported_is_on_nobodys_page(phone, client):
    officer = User.objects.create_user("bo", role="ministry", place="/", may_confirm=True)
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    case = Case.objects.create(report_type="self", test_date=phone.clock.now.date(), created_at=phone.clock.now)
    assert str(case.id) not in client.get("/officer/cases/").content.decode()
    assert client.get(f"/officer/cases/{case.id}").status_code == 404


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"test_date": ""}, "Hãy ghi ngày"),
        ({"test_date": "2020-08-20"}, "Ngày này chưa tới"),
        ({"test_date": "2020-07-01"}, "quá 28 ngày"),
        ({"report_type": "negative"}, "negative"),
        ({"test_date": "yesterday"}, "Nhập một ngày hợp lệ"),
        ({"file_number": "x" * 41}, "40"),
        ({"case_id": "x"}, ""),
    ],
)
def test_a_mistake_is_shown_beside_its_field_and_opens_no_case(lan, values, text):
    response = lan.post("/officer/cases/new", form(**values))
    assert response.status_code == 400
    assert text in response.content.decode()
    assert not Case.objects.exists()


def test_a_lost_code_is_replaced(phone, lan):
    first = shown_code(lan.post("/officer/cases/new", form()))
    second = shown_code(lan.post(f"/officer/cases/{Case.objects.get().id}/code"))
    assert not phone.verify(first).token
    assert phone.verify(second).token


def test_a_test_result_confirms_a_clinical_case(phone, lan):
    lan.post("/officer/cases/new", form(report_type="clinical", onset_date="2020-08-16", test_date=""))
    case = Case.objects.get()
    page = lan.get(f"/officer/cases/{case.id}").content.decode()
    assert "Đã có kết quả xét nghiệm" in page
    response = lan.post(f"/officer/cases/{case.id}/result", {"report_type": "confirmed", "test_date": "2020-08-18"})
    assert phone.verify(shown_code(response)).test_type == "confirmed"
    assert "Đã có kết quả xét nghiệm" not in lan.get(f"/officer/cases/{case.id}").content.decode()


@pytest.mark.parametrize(
    "values", [{}, {"report_type": "self"}, {"report_type": "confirmed", "test_date": "2020-08-20"}]
)
def test_a_bad_result_changes_nothing(phone, lan, values):
    lan.post("/officer/cases/new", form(report_type="clinical"))
    case = Case.objects.get()
    assert lan.post(f"/officer/cases/{case.id}/result", values).status_code == 400
    case.refresh_from_db()
    assert case.report_type == "clinical"
    assert OneTimeCode.objects.count() == 1


def test_the_list_says_what_became_of_each_code(phone, lan):
    used = shown_code(lan.post("/officer/cases/new", form()))
    phone.verify(used)
    assert "Đã dùng" in lan.get("/officer/cases/").content.decode()
    lan.post("/officer/cases/new", form())
    assert "Chưa dùng" in lan.get("/officer/cases/").content.decode()


def test_the_list_has_pages(phone, lan, officer):
    Case.objects.bulk_create(
        Case(report_type="self", test_date=phone.clock.now.date(), created_at=phone.clock.now, created_by=officer)
        for _ in range(51)
    )
    assert "Trang 1 trên 2" in lan.get("/officer/cases/").content.decode()
    assert lan.get("/officer/cases/?page=2").content.decode().count("<tr>") == 2
    assert lan.get("/officer/cases/?page=nonsense").status_code == 200


def test_pages_are_vietnamese_unless_another_language_is_chosen(lan):
    assert '<html lang="vi">' in lan.get("/officer/cases/").content.decode()
    assert '<html lang="vi">' in lan.get("/officer/cases/", HTTP_ACCEPT_LANGUAGE="fr").content.decode()
    lan.post("/language/setlang/", {"language": "en"})
    assert "No case yet" in lan.get("/officer/cases/").content.decode()


@pytest.mark.parametrize("path", ["/officer/login", "/officer/nothing"])
def test_no_page_allows_anything_inline(client, db, path):
    response = client.get(path)
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    page = response.content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"\sstyle=|\son\w+=", page)


def test_a_missing_page_says_so_kindly(client, db):
    response = client.get("/officer/nothing")
    assert response.status_code == 404
    assert "Không có trang này" in response.content.decode()


def test_an_old_form_is_refused_kindly(officer):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    response = client.post("/officer/login", {"username": "lan", "password": "a long password 1"})
    assert response.status_code == 403
    assert "Biểu mẫu này đã quá cũ" in response.content.decode()


def test_a_broken_page_tells_no_internals(lan, monkeypatch):
    from bluezone.authority.diagnosis import views

    monkeypatch.setattr(views, "Paginator", None)
    lan.raise_request_exception = False
    response = lan.get("/officer/cases/")
    assert response.status_code == 500
    assert "Hệ thống gặp trục trặc" in response.content.decode()
    assert "Traceback" not in response.content.decode()
