"""The officer's pages, without a browser: who sees what, and that a code is shown once."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid
from urllib.parse import quote

import pytest
from django.contrib.sessions.models import Session

from bluezone.authority.diagnosis import queries, retention
from bluezone.authority.diagnosis.case_rules import short_id
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
    assert f'href="/officer/cases/{Case.objects.get().pk}">Xong</a>' in response.content.decode()


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
    day, now = phone.clock.now.date(), phone.clock.now
    theirs = Case.objects.create(report_type="confirmed", test_date=day, created_at=now, place="/63:93/")
    response = lan.post("/officer/cases/new", form(case_id=str(theirs.id)))
    assert response.headers["Location"] == "/officer/cases/"
    assert OneTimeCode.objects.count() == 0


#: who asks for a case of Hậu Giang's health office: role, place, right; and what they meet reading and changing it
WHO = {
    "at the office": ("province", "/63:93/", True, 200, 200),
    "at the office without the right": ("province", "/63:93/", False, 403, 403),
    "the ministry": ("ministry", "/", True, 200, 200),
    "without a role": ("", "", True, 404, 404),
    "another province": ("province", "/63:92/", True, 404, 404),
    "the province that it became part of": ("province", "/34:92/", True, 200, 404),
    "a district of it": ("district", "/63:93/63:930/", True, 404, 404),
    "a department there": ("department", "/63:93/@1/", True, 403, 403),
    "its head of a unit": ("unit-head", "/63:93/63:930/63:31318/M8Z4-7DHE/", False, 403, 403),
}


@pytest.mark.parametrize("by_machine", [True, False])
@pytest.mark.parametrize(("role", "place", "may_confirm", "read", "changed"), WHO.values(), ids=list(WHO))
def test_a_case_is_seen_and_changed_by_jurisdiction(phone, client, role, place, may_confirm, read, changed, by_machine):
    key = api_keys.make(ApiKey.Role.ADMIN, "/63:93/", "CDC laboratory", None, phone.clock.now)[1]
    day, now = phone.clock.now.date(), phone.clock.now
    case = Case.objects.create(
        report_type="clinical", test_date=day, created_at=now, place="/63:93/", file_number="HG-7",
        created_with=key if by_machine else None,
    )  # fmt: skip
    officer = User.objects.create_user("who", role=role, place=place, may_confirm=may_confirm)
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    page = client.get("/officer/cases/").content.decode()
    assert ("HG-7" in page) is (read == 200)
    assert ("CDC laboratory" in page) is (read == 200 and by_machine)
    address = f"/officer/cases/{case.id}"
    assert client.get(address).status_code == read
    assert client.get(f"{address}/change").status_code == changed
    assert client.post(f"{address}/status", {"status": "recovered"}).status_code == (409 if changed == 200 else changed)
    assert client.post(f"{address}/code").status_code == changed
    result = client.post(f"{address}/result", {"report_type": "confirmed", "test_date": day.isoformat()})
    assert result.status_code == changed
    assert OneTimeCode.objects.count() == (2 if changed == 200 else 0)


def test_who_works_without_a_role_has_the_cases_of_the_ministrys_office_alone(phone, lan):
    day, now = phone.clock.now.date(), phone.clock.now
    Case.objects.create(report_type="clinical", test_date=day, created_at=now, file_number="of the office")
    Case.objects.create(
        report_type="clinical", test_date=day, created_at=now, file_number="of a place", place="/63:93/"
    )
    page = lan.get("/officer/cases/").content.decode()
    assert "of the office" in page
    assert "of a place" not in page


def test_what_people_reported_by_themselves_is_on_nobodys_page(phone, client):
    officer = User.objects.create_user("bo", role="ministry", place="/", may_confirm=True)
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    case = Case.objects.create(report_type="self", test_date=phone.clock.now.date(), created_at=phone.clock.now)
    assert str(case.id) not in client.get("/officer/cases/").content.decode()
    assert client.get(f"/officer/cases/{case.id}").status_code == 404


def test_a_right_that_was_taken_shows_no_case_even_while_the_page_is_open(phone, officer):
    case = Case.objects.create(report_type="clinical", test_date=phone.clock.now.date(), created_at=phone.clock.now)
    assert list(queries.visible_cases(officer)) == list(queries.editable_cases(officer)) == [case]
    User.objects.filter(pk=officer.pk).update(may_confirm=False)
    assert not queries.visible_cases(officer).exists()
    assert not queries.editable_cases(officer).exists()


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"test_date": ""}, "Hãy ghi ngày"),
        ({"report_type": "negative"}, "negative"),
        ({"test_date": "yesterday"}, "“yesterday” không phải là ngày"),
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


def test_a_suspected_case_has_no_code_until_its_result_is_noted(phone, lan):
    response = lan.post("/officer/cases/new", form(report_type="suspected"))
    case = Case.objects.get()
    assert response.headers["Location"] == f"/officer/cases/{case.id}"
    assert lan.post(f"/officer/cases/{case.id}/code").status_code == 409
    assert not OneTimeCode.objects.exists()
    done = lan.post(f"/officer/cases/{case.id}/result", {"report_type": "confirmed", "test_date": "2020-08-18"})
    assert phone.verify(shown_code(done)).test_type == "confirmed"
    case.refresh_from_db()
    assert case.status == "confirmed"


def test_a_case_recovers_and_a_second_press_is_told_that_it_came_late(phone, lan):
    lan.post("/officer/cases/new", form())
    case = Case.objects.get()
    page = lan.get(f"/officer/cases/{case.id}").content.decode()
    assert 'value="recovered"' in page
    assert lan.post(f"/officer/cases/{case.id}/status", {"status": "recovered"}).status_code == 302
    assert lan.post(f"/officer/cases/{case.id}/status", {"status": "recovered"}).status_code == 409
    assert lan.post(f"/officer/cases/{case.id}/status", {"status": "withdrawn"}).status_code == 409
    assert lan.post(f"/officer/cases/{case.id}/status", {"status": "well"}).status_code == 400
    case.refresh_from_db()
    assert case.status == "recovered"


def test_dates_are_corrected_and_old_ones_may_stay(phone, lan):
    lan.post("/officer/cases/new", form())
    case = Case.objects.get()
    Case.objects.update(test_date=phone.clock.now.date() - dt.timedelta(days=40))
    address = f"/officer/cases/{case.id}/change"
    assert "9/7/2020" in lan.get(address).content.decode()
    values = {"test_date": "2020-07-09", "onset_date": "2020-08-15", "file_number": "HG-9"}
    assert lan.post(address, values).headers["Location"] == f"/officer/cases/{case.id}"
    assert lan.post(address, {"file_number": "HG-9"}).status_code == 400
    assert lan.post(address, values | {"onset_date": "2020-08-20"}).status_code == 400
    case.refresh_from_db()
    assert (case.onset_date, case.file_number) == (dt.date(2020, 8, 15), "HG-9")


def test_who_a_case_is_stands_apart_and_a_pseudonym_in_its_place(phone, lan, database_text):
    lan.post("/officer/cases/new", form(file_number="HG-1"))
    case = Case.objects.get()
    address = f"/officer/cases/{case.id}"
    assert lan.post(f"{address}/person", {"telephone": "12"}).status_code == 400
    assert lan.post(f"{address}/person", {"name": "Trần Thị Mai", "telephone": "0912345678"}).status_code == 302
    case.refresh_from_db()
    page = lan.get(address).content.decode()
    assert case.person.pseudonym in page
    assert "Trần" not in page + database_text()
    assert case.person.pseudonym in lan.get("/officer/cases/").content.decode()
    typed = case.person.pseudonym.lower().replace("-", "")
    assert "HG-1" in lan.get(f"/officer/cases/?q={typed}").content.decode()
    assert lan.post(f"{address}/person", {"name": "somebody else"}).status_code == 409
    assert case.person.expires_on == dt.date(2020, 8, 28) + dt.timedelta(days=90)  # the last infectious day


def test_only_the_owning_office_enters_who_a_case_is(phone, client):
    ministry = User.objects.create_user("bo", role="ministry", place="/", may_confirm=True)
    client.force_login(ministry, "django.contrib.auth.backends.ModelBackend")
    now = phone.clock.now
    case = Case.objects.create(report_type="clinical", test_date=now.date(), created_at=now, place="/63:93/")
    address = f"/officer/cases/{case.id}"
    assert f"{address}/person" not in client.get(address).content.decode()
    assert client.post(f"{address}/person", {"name": "X"}).status_code == 404


def test_only_the_fields_of_a_form_are_taken(phone, lan):
    lan.post("/officer/cases/new", form(place="/63:92/", status="recovered", created_at="2000-01-01"))
    case = Case.objects.get()
    more = {"place": "/63:92/", "status": "withdrawn", "report_type": "negative", "person": "1", "merged_into": "x"}
    lan.post(f"/officer/cases/{case.id}/change", {"test_date": "2020-08-18"} | more)
    case.refresh_from_db()
    found = (case.place, case.status, case.report_type, case.created_at, case.person)
    assert found == ("/", "confirmed", "confirmed", phone.clock.now, None)


def test_the_list_is_searched_and_parted_by_status(phone, lan):
    lan.post("/officer/cases/new", form(file_number="HG-1"))
    lan.post("/officer/cases/new", form(file_number="HG-2", report_type="clinical"))

    def shown(query: str) -> list[str]:
        return sorted(re.findall(r">(HG-\d)</a>", lan.get(f"/officer/cases/{query}").content.decode()))

    assert shown("") == shown("?q=hg") == shown("?status=nonsense") == ["HG-1", "HG-2"]
    assert shown("?q=HG-2") == shown("?status=suspected") == ["HG-2"]
    assert shown("?q=HG-3") == shown("?q=HG-1&status=suspected") == []
    for name in (short_id(Case.objects.get(file_number="HG-1").pk)[start:].upper() for start in (0, 1)):
        assert shown(f"?q={quote(name)}") == ["HG-1"]  # as a page shows it, or typed without its sign
    assert "Không có ca bệnh nào như vậy" in lan.get("/officer/cases/?q=HG-3").content.decode()


def test_a_test_result_confirms_a_clinical_case(phone, lan):
    lan.post("/officer/cases/new", form(report_type="clinical", onset_date="2020-08-16", test_date=""))
    case = Case.objects.get()
    page = lan.get(f"/officer/cases/{case.id}").content.decode()
    assert "Đã có kết quả xét nghiệm" in page
    response = lan.post(f"/officer/cases/{case.id}/result", {"report_type": "confirmed", "test_date": "2020-08-18"})
    assert phone.verify(shown_code(response)).test_type == "confirmed"
    assert "Đã có kết quả xét nghiệm</h2>" not in lan.get(f"/officer/cases/{case.id}").content.decode()


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
    first = lan.get("/officer/cases/?status=suspected").content.decode()
    assert first.count("<tr>") == 51
    assert 'rel="prev"' not in first
    older = re.search(r'<a href="([^"]+)" rel="next">Cũ hơn</a>', first)
    assert older is not None
    assert "status=suspected" in older[1]
    second = lan.get(f"/officer/cases/{html.unescape(older[1])}").content.decode()
    assert second.count("<tr>") == 2
    assert 'rel="next"' not in second
    newer = re.search(r'<a href="([^"]+)" rel="prev">Mới hơn</a>', second)
    assert newer is not None
    back = lan.get(f"/officer/cases/{html.unescape(newer[1])}").content.decode()
    assert re.findall(r"/officer/cases/[0-9a-f-]{36}", back) == re.findall(r"/officer/cases/[0-9a-f-]{36}", first)
    for nonsense in ("2", "nonsense", "after_1", "before_x_y", "after_99999999999999999999_0"):
        assert lan.get(f"/officer/cases/?page={nonsense}").content.decode().count("<tr>") == 51


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

    monkeypatch.setattr(views, "keyset", None)
    lan.raise_request_exception = False
    response = lan.get("/officer/cases/")
    assert response.status_code == 500
    assert "Hệ thống gặp trục trặc" in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_a_case_goes_after_two_years(db, now):
    old = Case.objects.create(report_type="confirmed", test_date=now.date(), created_at=now, place="/63:93/")
    rule = next(each for each in retention.RULES if each.what.startswith("cases"))
    assert rule.purge(now + dt.timedelta(days=730)) == {"cases": 0}
    assert rule.purge(now + dt.timedelta(days=731)) == {"cases": 1}
    assert not Case.objects.filter(pk=old.pk).exists()
