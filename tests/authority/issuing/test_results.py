"""Laboratories' results: one address, ids of their own, corrections, messages that do not tell."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.utils import translation

from bluezone.authority.diagnosis.models import Case, CodeMessage, OneTimeCode
from bluezone.authority.diagnosis.sending import envelope, job
from bluezone.authority.issuing import retention
from bluezone.authority.issuing.models import LabCorrection, LabResult
from bluezone.authority.issuing.results import queries, rules
from bluezone.authority.issuing.results.rules import Content, Effect, Known, Patient, Result, ResultError
from bluezone.authority.messages import sms
from bluezone.authority.officers import confirming, tokens
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import registries
from bluezone.authority.site.registries import Followed
from bluezone.authority.work.models import Task
from bluezone.protocol.one_time_codes import read_code

PATH, PLACE = "/officer/api/results", "/63:93/"
DISTRICT, COMMUNE = "/63:93/63:935/", "/63:93/63:935/63:31441/"
TODAY = dt.date(2020, 8, 18)
BODY = {"external_id": "X-1", "result": "positive", "sampled_on": "2020-08-17", "reported_on": "2020-08-18"}
NUMBER = "+84912345678"


@pytest.fixture
def authority(phone, environment):
    """An authority that sends text messages, at noon."""
    environment(sms="console")
    return phone


def laboratory(name: str, now: dt.datetime, *, right: bool = True) -> tuple[User, str]:
    made = User.objects.create_user(name, role="lab", place=PLACE, may_confirm=right)
    return made, tokens.issue(made, now)[0]


def send(client, token: str, **changes):
    body = json.dumps(BODY | changes)
    return client.post(PATH, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"})


def messages() -> list[tuple[str, str]]:
    contents = [envelope.unseal(row.sealed) for row in CodeMessage.objects.order_by("pk") if row.sealed]
    return [(content.number, content.text) for content in contents]


def code_in(text: str) -> str:
    digits = "".join(sign for sign in text.split("(")[0].split(",")[0] if sign.isdigit())
    return read_code(digits).text


@pytest.mark.parametrize(
    ("known", "result", "patient", "right", "effect"),
    [
        (Known.NEW, "positive", Patient.UNKNOWN, True, Effect.DECIDES),
        (Known.NEW, "positive", Patient.UNKNOWN, False, Effect.TASK),
        (Known.NEW, "negative", Patient.UNKNOWN, True, Effect.DECIDES),
        # of nobody, and no case: found by its id where somebody asks
        (Known.NEW, "negative", Patient.UNKNOWN, False, Effect.KEPT),
        # the one case that waits for this test
        (Known.NEW, "positive", Patient.SUSPECTED, True, Effect.DECIDES),
        (Known.NEW, "negative", Patient.SUSPECTED, True, Effect.DECIDES),
        (Known.NEW, "negative", Patient.SUSPECTED, False, Effect.TASK),
        # a contact: proposed on the episode, whatever the laboratory may
        (Known.NEW, "positive", Patient.FOLLOWED, True, Effect.TASK),
        (Known.NEW, "negative", Patient.FOLLOWED, True, Effect.TASK),
        (Known.NEW, "negative", Patient.FOLLOWED, False, Effect.TASK),
        # a family of six with one number: nobody is guessed
        (Known.NEW, "positive", Patient.SEVERAL, True, Effect.TASK),
        (Known.NEW, "negative", Patient.SEVERAL, False, Effect.TASK),
        (Known.SAME, "positive", Patient.UNKNOWN, True, Effect.NOTHING),
        (Known.SAME, "positive", Patient.FOLLOWED, False, Effect.NOTHING),
        (Known.OTHER, "negative", Patient.SUSPECTED, True, Effect.DECIDES),
        (Known.OTHER, "negative", Patient.UNKNOWN, False, Effect.TASK),
        (Known.OTHER, "withdrawn", Patient.SUSPECTED, True, Effect.DECIDES),
        (Known.OTHER, "withdrawn", Patient.UNKNOWN, False, Effect.TASK),
    ],
)
def test_what_a_result_does(known, result, patient, right, effect):
    assert rules.effect(known, Result(result), patient, may_confirm=right) is effect


@pytest.mark.parametrize(
    ("does", "known", "result", "is_task"),
    [
        (Effect.DECIDES, Known.NEW, "positive", True),  # every positive one is somebody's
        (Effect.DECIDES, Known.NEW, "negative", False),
        (Effect.DECIDES, Known.OTHER, "negative", True),
        (Effect.TASK, Known.NEW, "negative", True),
        (Effect.KEPT, Known.NEW, "negative", False),
    ],
)
def test_which_results_an_office_looks_at(does, known, result, is_task):
    assert rules.is_task(does, known, Result(result)) is is_task


@pytest.mark.parametrize(
    ("commune", "district", "place"),
    [
        ("31441", "", COMMUNE),
        ("63:31441", "", COMMUNE),
        ("Thị trấn Nàng Mau", "", COMMUNE),
        ("nang mau, Vị Thủy", "", COMMUNE),
        ("", "Vị Thủy", DISTRICT),
        ("", "935", DISTRICT),
        ("Xã Không Có", "Vị Thủy", DISTRICT),  # what cannot be read names nothing
        ("Xã Không Có", "", PLACE),
        ("935", "", DISTRICT),  # a district in the commune's field says more than nothing
        ("", "", PLACE),
        ("99999", "999", PLACE),
        ("31117", "", "/63:92/63:916/63:31117/"),  # a patient from another province, by code
        ("Cái Khế, Ninh Kiều", "", PLACE),  # not by name: others bear it
    ],
)
def test_the_place_that_a_laboratory_names(commune, district, place):
    assert rules.named_place(PLACE, commune, district, TODAY) == place


@pytest.mark.parametrize(
    ("followed_at", "place"),
    [
        (set(), PLACE),
        ({PLACE}, PLACE),
        ({COMMUNE}, COMMUNE),
        ({COMMUNE, PLACE}, PLACE),  # one of those whose it may be is still followed here
        ({COMMUNE, DISTRICT}, PLACE),
    ],
)
def test_where_a_result_waits_after_people_were_given_to_other_offices(followed_at, place):
    assert rules.place_after(PLACE, followed_at) == place


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("63:31318", "Phường I"),
        ("935", "Huyện Vị Thủy"),
        ("Nàng Mau", "Nàng Mau"),
        ("", ""),
        ("99999", "99999: không tìm thấy địa danh này"),
        ("Không Có", "Không Có: không tìm thấy địa danh này"),
    ],
)
def test_a_code_that_a_laboratory_wrote_is_shown_as_the_units_name(written, named):
    row = LabResult(laboratory=User(place=PLACE), named=written, reported_on=TODAY)
    with translation.override("vi"):
        assert queries.named(row) == named


@pytest.mark.parametrize(
    ("offices", "office"),
    [
        ({COMMUNE, DISTRICT, PLACE}, COMMUNE),
        ({DISTRICT, PLACE}, DISTRICT),
        ({PLACE, "/"}, PLACE),
        ({"/"}, PLACE),  # nobody there may confirm yet: it waits for the province
        (set(), PLACE),
    ],
)
def test_a_result_is_the_task_of_the_nearest_office_that_may_decide(offices, office):
    assert confirming.office_of(COMMUNE, offices, within_province=True) == office


@pytest.mark.parametrize(
    ("external_id", "sampled", "reported", "field"),
    [
        ("X-1", 0, 0, None),
        ("lab/2020.08_17-1", 28, 28, None),
        ("", 0, 0, "external_id"),
        ("=cmd()", 0, 0, "external_id"),
        ("x" * 65, 0, 0, "external_id"),
        ("X-1", 29, 0, "sampled_on"),
        ("X-1", -1, 0, "sampled_on"),
        ("X-1", 1, 2, "reported_on"),
    ],
)
def test_what_can_be_a_result(external_id, sampled, reported, field):
    content = Content(Result.POSITIVE, TODAY - dt.timedelta(sampled), TODAY - dt.timedelta(reported))
    if field is None:
        rules.check(external_id, content, TODAY)
        return
    with pytest.raises(ResultError) as caught:
        rules.check(external_id, content, TODAY)
    assert caught.value.field == field


def test_a_positive_and_a_negative_result_reach_the_phone_in_the_same_words(authority, client):
    _lab, token = laboratory("CDC", authority.clock.now)
    answers = [
        send(client, token, external_id=each, result=each, telephone=number)
        for each, number in (("positive", "0912345678"), ("negative", "0987654321"))
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [set(answer.json()) for answer in answers] == [{"external_id", "received_at", "unknown_place"}] * 2
    (one, first), (two, second) = messages()
    assert (one, two) == (NUMBER, "+84987654321")
    assert len(first) == len(second)
    assert authority.verify(code_in(first)).test_type == "confirmed"
    assert authority.verify(code_in(second)).test_type == "negative"
    assert sorted(Case.objects.values_list("status", "place")) == [("confirmed", PLACE), ("withdrawn", PLACE)]


def test_a_code_of_a_result_is_reminded_of_once_whatever_the_result_is(authority, client, environment, monkeypatch):
    environment(sms="console", public_url="https://ma.example.vn")
    handed: list[tuple[str, str]] = []
    monkeypatch.setattr(sms, "sender", lambda: lambda number, text: handed.append((number, text)))
    _lab, token = laboratory("CDC", authority.clock.now)
    for each, number in (("positive", "0912345678"), ("negative", "0987654321")):
        send(client, token, external_id=each, result=each, telephone=number)
    job.send_due(authority.clock.now)
    assert len(handed) == 2
    authority.clock.forward(hours=12)  # seven in the morning where people are
    job.look_after(authority.clock.now)
    job.look_after(authority.clock.now)
    assert [number for number, _ in handed[2:]] == [NUMBER, "+84987654321"]
    assert handed[2][1] == handed[3][1]
    assert "mã gửi bạn lúc 19:00" in handed[2][1]


def test_a_copy_gets_the_same_answer_and_sends_no_second_message(authority, client):
    _lab, token = laboratory("CDC", authority.clock.now)
    first = send(client, token, telephone="0912345678")
    authority.clock.forward(minutes=5)
    again = send(client, token, telephone="+84 912 345 678")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (len(messages()), OneTimeCode.objects.count(), LabCorrection.objects.count()) == (1, 1, 0)


def test_ids_count_for_each_laboratory(authority, client):
    for name in ("CDC", "Pasteur"):
        send(client, laboratory(name, authority.clock.now)[1])
    assert LabResult.objects.count() == Case.objects.count() == 2


def test_a_correction_keeps_what_was_said_takes_the_key_back_and_is_a_task(authority, client):
    _lab, token = laboratory("CDC", authority.clock.now)
    send(client, token, telephone="0912345678")
    assert send(client, token, telephone="0912345678", result="negative").status_code == 200
    case = Case.objects.get()
    assert (case.status, case.report_type) == ("withdrawn", "negative")
    assert LabCorrection.objects.get().result == "positive"
    assert authority.verify(code_in(messages()[0][1])).test_type == "negative"  # the first one stopped
    officer = Client()
    made = User.objects.create_user("lan", role="province", place=PLACE, may_confirm=True)
    officer.force_login(made, "django.contrib.auth.backends.ModelBackend")
    assert "X-1" in officer.get("/officer/results/").content.decode()
    assert "X-1" not in officer.get(f"/officer/cases/{case.pk}").content.decode(), "it stands on the case already"
    row = LabResult.objects.get()
    assert officer.post(f"/officer/results/{row.pk}/done").status_code == 302
    assert "X-1" not in officer.get("/officer/results/").content.decode()
    assert send(client, token, telephone="0912345678").status_code == 200  # and back: positive after all
    case.refresh_from_db()
    assert case.status == "confirmed"


def test_a_laboratory_without_the_right_decides_and_sends_nothing(authority, client):
    _lab, token = laboratory("private", authority.clock.now, right=False)
    for each in ("positive", "negative"):
        assert send(client, token, external_id=each, result=each, telephone="0912345678").status_code == 200
    assert messages() == []
    assert not OneTimeCode.objects.exists()
    assert not Case.objects.exists()
    assert list(LabResult.objects.filter(is_task=True).values_list("result", flat=True)) == ["positive"]
    assert [(task.kind, task.place, task.urgency) for task in Task.objects.filter(state="open", source="result")] == [
        ("result", PLACE, 2)
    ]


def officer_at(place: str, role: str) -> tuple[User, Client]:
    made = User.objects.create_user(f"{role}{place}", role=role, place=place, may_confirm=True)
    client = Client()
    client.force_login(made, "django.contrib.auth.backends.ModelBackend")
    return made, client


def test_a_result_without_a_number_is_a_task_of_the_patients_commune_found_by_the_laboratorys_id(authority, client):
    lan, commune = officer_at(COMMUNE, "commune")
    _binh, elsewhere = officer_at("/63:93/63:936/63:31471/", "commune")
    _lab, token = laboratory("private", authority.clock.now, right=False)
    send(client, token, external_id="PCR/77", commune="Nàng Mau")
    row, task = LabResult.objects.get(), Task.objects.get(state="open", source="result")
    assert (row.place, task.place, row.case) == (COMMUNE, COMMUNE, None)
    assert "PCR/77" in commune.get("/officer/results/").content.decode()
    assert "PCR/77" in commune.get("/officer/results/?q=pcr/7").content.decode()
    for reads in (False, True):  # the list of work says what was found to who may read it
        User.objects.filter(pk=lan.pk).update(may_confirm=reads)
        assert ("Kết quả xét nghiệm: dương tính" in commune.get("/officer/work/").content.decode()) is reads
    page = commune.get(f"/officer/results/{row.pk}").content.decode()
    assert "Nàng Mau" in page
    assert elsewhere.get(f"/officer/results/{row.pk}").status_code == 404
    opened = commune.post(f"/officer/results/{row.pk}/case")
    assert opened.status_code == 200  # with the code
    case = Case.objects.get()
    assert (case.status, case.place, case.test_date) == ("confirmed", COMMUNE, row.sampled_on)
    assert not Task.objects.filter(state="open", source="result").exists()
    assert commune.post(f"/officer/results/{row.pk}/case").status_code == 409  # a second officer, or a second press
    assert Case.objects.count() == 1


def test_what_nobody_can_place_is_given_on_by_the_province(authority, client):
    officer_at(COMMUNE, "commune")
    _mai, province = officer_at(PLACE, "province")
    token = laboratory("private", authority.clock.now, right=False)[1]
    for _ in range(2):  # the copy gets the same answer
        answer = send(client, token, commune="99999", name="Trần Thị Thử")
        assert (answer.status_code, answer.json()["unknown_place"]) == (200, "99999")
    row = LabResult.objects.get()
    assert (row.place, row.named) == (PLACE, "99999")
    for page in (f"/officer/results/{row.pk}", "/officer/work/"):
        assert "99999: không tìm thấy địa danh này" in province.get(page).content.decode()
    assert send(client, token, external_id="X-2", result="negative", commune="31441").json()["unknown_place"] == ""
    LabResult.objects.filter(external_id="X-2").delete()
    assert province.post(f"/officer/results/{row.pk}/give", {"place": "/63:92/"}).status_code == 400
    assert province.post(f"/officer/results/{row.pk}/give", {"place": COMMUNE}).status_code == 302
    row.refresh_from_db()
    assert (row.place, row.person.place, Task.objects.get(state="open", source="result").place) == (
        COMMUNE,
        COMMUNE,
        COMMUNE,
    )


def test_a_positive_result_of_somebody_who_is_followed_is_proposed_and_decided_by_an_officer(
    authority, client, monkeypatch
):
    now = authority.clock.now
    _lan, commune = officer_at(COMMUNE, "commune")
    thu = persons.enter(Identity(name="Trần Thị Thử", telephone=NUMBER), COMMUNE, now)
    entries = [lambda keys: {key: Followed(COMMUNE, "F1") for key in keys if key == thu.pk}]
    monkeypatch.setattr(registries.followed, "_entries", entries)
    _lab, token = laboratory("CDC", now)
    send(client, token, telephone=NUMBER, name="Tran Thi Thu")
    row, task = LabResult.objects.get(), Task.objects.get(state="open", source="result")
    assert (row.case, row.place, task.place) == (None, COMMUNE, COMMUNE)
    page = commune.get(f"/officer/results/{row.pk}").content.decode()
    assert f"{thu.pseudonym}: F1" in page
    assert commune.post(f"/officer/results/{row.pk}/attach", {"to": "0"}).status_code == 200
    row.refresh_from_db()
    assert (row.person, row.case.person, row.case.status, row.is_task) == (thu, thu, "confirmed", False)
    assert Person.objects.count() == 1  # whom the laboratory named is no second person
    assert not Task.objects.filter(state="open", source="result").exists()
    assert send(client, token, telephone=NUMBER, name="Tran Thi Thu", result="withdrawn").status_code == 200
    row.case.refresh_from_db()
    assert row.case.status == "withdrawn"
    assert Task.objects.filter(state="open", source="result").count() == 1  # an office looks at what was taken back


@pytest.mark.parametrize("said", ["P-0000-000", "HG-2", "", "HG"])
def test_a_result_is_attached_to_whom_the_officer_names_among_the_own(authority, client, said):
    now = authority.clock.now
    _lan, commune = officer_at(COMMUNE, "commune")
    day = {"report_type": "suspected", "test_date": TODAY, "created_at": now}
    case = Case.objects.create(file_number="HG-114", place=COMMUNE, **day)
    Case.objects.create(file_number="HG-1145", place=COMMUNE, **day)
    Case.objects.create(file_number="HG-2", place=PLACE, **day)
    send(client, laboratory("private", now, right=False)[1], commune="31441")
    row = LabResult.objects.get()
    answer = commune.post(f"/officer/results/{row.pk}/attach", {"to": "other", "other": said})
    assert answer.status_code == 400
    assert commune.post(f"/officer/results/{row.pk}/attach", {"to": "other", "other": "hg-114"}).status_code == 200
    case.refresh_from_db()
    assert case.status == "confirmed"
    assert commune.post(f"/officer/results/{row.pk}/attach", {"to": "other", "other": "hg-1145"}).status_code == 409


def test_an_officer_takes_a_positive_result_back_as_the_laboratory_said_by_telephone(authority, client):
    _mai, province = officer_at(PLACE, "province")
    send(client, laboratory("CDC", authority.clock.now)[1], telephone="0912345678")
    row = LabResult.objects.get()
    answer = province.post(f"/officer/results/{row.pk}/withdraw")
    assert answer.status_code == 200  # the code with which the phone takes its keys back
    row.refresh_from_db()
    assert (row.result, row.is_task, row.case.status) == ("withdrawn", False, "withdrawn")
    assert LabCorrection.objects.get().result == "positive"
    assert province.post(f"/officer/results/{row.pk}/withdraw").status_code == 409


def test_a_result_that_waits_stands_on_its_case_until_it_is_noted_there(authority, client):
    now = authority.clock.now
    _lab, token = laboratory("private", now, right=False)
    _lan, officer = officer_at(PLACE, "province")
    suspected = {"report_type": "suspected", "test_date": TODAY, "created_at": now, "place": PLACE}
    for number in (NUMBER, "+84987654321"):
        Case.objects.create(person=persons.enter(Identity(telephone=number), PLACE, now), **suspected)
    send(client, token, telephone=NUMBER)
    send(client, token, external_id="X-2", result="negative", telephone="0987654321")
    case, other = [row.case for row in LabResult.objects.order_by("external_id")]
    page = officer.get(f"/officer/cases/{case.pk}").content.decode()
    assert "X-1" in page
    assert "X-2" not in page
    day = case.test_date.isoformat()
    assert f'value="{case.test_date:%-d/%-m/%Y}"' in page
    note = {"report_type": "confirmed", "test_date": day}
    assert officer.post(f"/officer/cases/{case.pk}/result", note).status_code == 200
    assert "X-1" not in officer.get(f"/officer/cases/{case.pk}").content.decode()
    assert list(LabResult.objects.filter(is_task=True).values_list("external_id", flat=True)) == ["X-2"]
    assert officer.post(f"/officer/cases/{other.pk}/result", note).status_code == 200  # the officer knows better
    assert LabResult.objects.filter(is_task=True).count() == 1  # what contradicts the case is looked at all the same
    assert Task.objects.filter(state="open", source="result").count() == 1


def test_a_result_decides_the_suspected_case_of_its_number_if_it_is_the_only_one(authority, client):
    now = authority.clock.now
    _lab, token = laboratory("CDC", now)
    waits = {"report_type": "suspected", "test_date": TODAY, "created_at": now, "place": PLACE}
    mai = Case.objects.create(person=persons.enter(Identity(telephone=NUMBER), PLACE, now), **waits)
    send(client, token, telephone=NUMBER)
    mai.refresh_from_db()
    assert (mai.status, Case.objects.count()) == ("confirmed", 1)
    for _ in range(2):
        person = persons.enter(Identity(telephone="+84987654321"), PLACE, now)
        Case.objects.create(person=person, **waits)
    send(client, token, external_id="X-2", telephone="+84987654321")
    assert Case.objects.filter(status="suspected").count() == 2  # a family: nobody is guessed


def test_the_quota_holds_and_what_it_refuses_is_not_stored(authority, client):
    _lab, token = laboratory("CDC", authority.clock.now)
    statuses = [send(client, token, external_id=f"X-{at}").status_code for at in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    assert LabResult.objects.count() == Case.objects.count() == 10


def test_a_token_of_a_laboratory_opens_nothing_else_and_no_other_token_opens_this(authority, client):
    lab, token = laboratory("CDC", authority.clock.now)
    header = {"Authorization": f"Bearer {token}"}
    case = json.dumps({"report_type": "confirmed", "test_date": "2020-08-18"})
    assert client.post("/officer/api/cases", case, "application/json", headers=header).status_code == 401
    officer = User.objects.create_user("lan", may_confirm=True)
    assert send(client, tokens.issue(officer, authority.clock.now)[0]).status_code == 401
    assert send(client, "nonsense").status_code == 401
    client.force_login(lab, "django.contrib.auth.backends.ModelBackend")
    for path in ("/officer/", "/officer/cases/", "/officer/cases/new", "/officer/persons/", "/officer/results/"):
        assert client.get(path).status_code == 403
    assert client.post(PATH, json.dumps(BODY), "application/json").status_code in (401, 403)
    assert not LabResult.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"external_id": "<script>"}, {"result": "maybe"}, {"telephone": "12"}, {"sampled_on": "17/8/2020"},
     {"place": "/63:92/"}, {"reported_on": "2020-08-19"}, {"result": "withdrawn"}, {"birth_year": 1400},
     {"document": "12"}, {"commune": "x" * 121}],
)  # fmt: skip
def test_a_bad_result_is_told_and_stores_nothing(authority, client, changes):
    answer = send(client, laboratory("CDC", authority.clock.now)[1], **changes)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "code"}
    assert not LabResult.objects.exists()


def test_no_number_stands_in_the_database_or_the_audit_log(authority, client, database_text):
    _lab, token = laboratory("CDC", authority.clock.now)
    send(client, token, telephone="0912345678")
    send(client, token, external_id="X-2", name="Trần Thị Thử", address="Ấp Một", document="001086000012")
    text = database_text()
    assert not [each for each in ("912345678", "Thị Thử", "Ấp Một", "001086000012") if each in text]
    assert "912345678" not in str(list(LogEntry.objects.values()))


def test_results_go_after_60_days_a_negative_one_with_its_case(authority, client):
    now = authority.clock.now
    _lab, token = laboratory("CDC", now)
    for each in ("positive", "negative"):
        send(client, token, external_id=each, result=each)
    rule = retention.RULES[0]
    assert rule.purge(now + dt.timedelta(days=60)) == {"lab_results": 0}
    rule.purge(now + dt.timedelta(days=61))
    assert not LabResult.objects.exists()
    assert not Task.objects.filter(state="open", source="result").exists()
    assert list(Case.objects.values_list("report_type", flat=True)) == ["confirmed"]
