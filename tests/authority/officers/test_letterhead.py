"""The letterhead of an office: its page, whose it is, and the documents that bear it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from auditlog.models import LogEntry

from bluezone.authority.officers import letterheads
from bluezone.authority.officers.models import Office, OfficeLetterhead, OfficeTask, User
from bluezone.authority.units import posters, services
from bluezone.geography.units import UnitCode

DAY = dt.date(2020, 8, 18)
PAGE = "/officer/letterhead"
PROVINCE, DISTRICT = "/63:93/", "/63:93/63:935/"
TYPED = {
    "above": "ỦY BAN NHÂN DÂN\nTỈNH HẬU GIANG",
    "body": "SỞ Y TẾ",
    "number": "……/BC-SYT",
    "written_at": "Vị Thanh",
    "signs_for": "",
    "signer": "GIÁM ĐỐC",
    "recipients": "Bộ Y tế\nLưu: VT",
    "hotline": "0293 3876 999",
}


@pytest.fixture
def login(db, client):
    def as_officer(role, place):
        client.force_login(User.objects.create_user(f"o{User.objects.count()}", role=role, place=place))
        return client

    return as_officer


def test_without_its_own_a_place_has_that_of_its_peoples_committee(login):
    page = login("district", DISTRICT).get(PAGE)
    assert page.status_code == 200
    assert page.context["form"].initial["body"] == "ỦY BAN NHÂN DÂN\nHUYỆN VỊ THỦY"
    assert page.context["is_own"] is False


def test_what_is_written_is_kept_and_noted_in_the_audit_log(login):
    client = login("province", PROVINCE)
    assert client.post(PAGE, TYPED).status_code == 302
    head = letterheads.letterhead_of(PROVINCE, DAY)
    assert (head.body, head.above, head.hotline) == ("SỞ Y TẾ", "ỦY BAN NHÂN DÂN\nTỈNH HẬU GIANG", "0293 3876 999")
    assert head.recipients == ("Bộ Y tế", "Lưu: VT")
    assert LogEntry.objects.filter(content_type__model="officeletterhead").count() == 1


def test_a_place_below_has_the_number_for_questions_of_the_nearest_above(login):
    login("province", PROVINCE).post(PAGE, TYPED)
    below = letterheads.letterhead_of(DISTRICT, DAY)
    assert below.body == "ỦY BAN NHÂN DÂN\nHUYỆN VỊ THỦY"
    assert below.hotline == "0293 3876 999"


def test_going_back_takes_the_common_one_again(login):
    client = login("province", PROVINCE)
    client.post(PAGE, TYPED)
    client.post(PAGE, {"step": "forget"})
    assert letterheads.letterhead_of(PROVINCE, DAY).body == "ỦY BAN NHÂN DÂN\nTỈNH HẬU GIANG"


def test_an_officer_writes_the_own_place_only(login):
    login("district", DISTRICT).post(PAGE, TYPED | {"place": PROVINCE})
    assert list(OfficeLetterhead.objects.values_list("place", flat=True)) == [DISTRICT]


def test_an_office_has_one_of_its_own_below_that_of_its_place(login):
    office = Office.objects.create(name="Sở Văn hóa, Thể thao và Du lịch", territory=PROVINCE)
    client = login("department", office.place)
    page = client.get(PAGE)
    assert page.status_code == 200
    common = page.context["form"].initial
    assert common["body"] == "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"
    assert common["above"] == "ỦY BAN NHÂN DÂN\nTỈNH HẬU GIANG"
    assert (common["number"], common["signer"]) == ("……/BC-SVHTTDL", "GIÁM ĐỐC")
    assert client.post(PAGE, TYPED).status_code == 302
    assert list(OfficeLetterhead.objects.values_list("place", flat=True)) == [office.place]
    assert letterheads.letterhead_of(PROVINCE, DAY).body == "ỦY BAN NHÂN DÂN\nTỈNH HẬU GIANG"


def test_posters_that_an_office_prints_bear_its_name_and_number(login, monkeypatch, set_clock):
    office = Office.objects.create(name="Sở Công Thương", territory=PROVINCE)
    OfficeTask.objects.create(office=office, territory=PROVINCE, sector="markets")
    facts = services.Facts(name="Chợ Vị Thanh", sector="markets", within=UnitCode.parse("63:930"), headcount=40)
    market = services.register(facts, DAY)
    printed = []
    monkeypatch.setattr(posters, "posters_pdf", lambda made, *_rest: printed.extend(made) or b"")
    client = login("department", office.place)
    client.post(PAGE, TYPED | {"body": "SỞ CÔNG THƯƠNG"})
    client.get(f"/officer/units/{market.code}/poster.pdf")
    login("province", PROVINCE).get(f"/officer/units/{market.code}/poster.pdf")
    assert [(each.issuer, each.hotline) for each in printed] == [
        ("SỞ CÔNG THƯƠNG", "0293 3876 999"),
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ VỊ THANH", "1900 9095"),
    ]


def test_a_head_of_a_unit_has_none(login):
    assert login("unit-head", "/63:93/63:930/63:31318/7K3M-Q2XD/").get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"body": ""}, "body"),
        ({"body": "a\nb\nc\nd"}, "body"),
        ({"body": "x" * 61}, "body"),
        ({"hotline": "gọi anh Ba"}, "hotline"),
        ({"recipients": "\n".join(f"Sở {n}" for n in range(13))}, "recipients"),
        ({"number": "1" * 41}, "number"),
    ],
)
def test_what_does_not_fit_the_paper_is_told_and_nothing_is_stored(login, change, said):
    page = login("province", PROVINCE).post(PAGE, TYPED | change)
    assert page.status_code == 400
    assert said in page.context["form"].errors
    assert not OfficeLetterhead.objects.exists()


def test_of_two_who_write_one_letterhead_the_second_undoes_nothing_unseen(login):
    client = login("province", PROVINCE)
    read = re.search(r'name="read" value="(\w+)"', client.get(PAGE).content.decode())[1]
    assert client.post(PAGE, TYPED | {"hotline": "0293 3876 111", "read": read}).status_code == 302
    late = client.post(PAGE, TYPED | {"signer": "PHÓ GIÁM ĐỐC", "read": read})
    assert late.status_code == 400
    page = late.content.decode()
    assert "Có người khác vừa sửa nội dung này" in page
    assert "0293 3876 111" in page
    assert 'value="PHÓ GIÁM ĐỐC"' in page
    assert letterheads.letterhead_of(PROVINCE, DAY).signer == "GIÁM ĐỐC"


def test_of_two_who_change_one_officer_the_second_undoes_nothing_unseen(login, set_clock):
    set_clock.now = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)
    other = User.objects.create_user("xa", role="commune", place="/63:93/63:935/63:31459/", full_name="Anh Ba")
    client = login("province", PROVINCE)
    address = f"/officer/officers/{other.pk}"
    read = re.search(r'name="read" value="(\w+)"', client.get(address).content.decode())[1]
    post = {"full_name": "Anh Ba", "role": "commune", "unit": "63:31459"}
    assert client.post(address, post | {"unit": "63:31462", "read": read}).status_code == 302
    late = client.post(address, post | {"full_name": "Chị Tư", "read": read})
    assert late.status_code == 400
    assert "63:31462" in late.content.decode()
    other.refresh_from_db()
    assert (other.full_name, other.place) == ("Anh Ba", "/63:93/63:935/63:31462/")
