"""A file of a case's contacts from the interview: how rows are read, and what an officer meets on the pages."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import contact_imports, services
from bluezone.authority.episodes.contact_imports import Known, Preview, Register, Same
from bluezone.authority.episodes.models import Episode, Exposure
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.services import Met
from bluezone.authority.episodes.words import Setting
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads.pipeline import UploadError

NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)
TODAY = NOW.date()
HERE, THERE = "/63:93/", "/63:92/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
ADDRESS = "/officer/contacts/upload"
HEADER = ["STT", "Họ và tên", "Năm sinh", "Số điện thoại", "CCCD", "Địa chỉ", "Hoàn cảnh tiếp xúc", "Ngày gặp cuối"]


# --- rows -------------------------------------------------------------------------------------------------------------


def identity(texts: Any, birth_year: int | None) -> Identity:
    if not any(texts.values()):
        raise IdentityError("give a name, a telephone number or a document number", "name")
    return Identity(birth_year=birth_year, **texts)


def check_day(day: dt.date) -> None:
    if not dt.date(2020, 8, 8) <= day <= TODAY:
        raise ContactError("on that day the person could not infect anybody yet, or no longer", "day")


def preview(*rows: Sequence[str], known: Sequence[Known] = (), header: Sequence[str] = HEADER) -> Preview:
    lines = [(1, list(header)), *((number, list(row)) for number, row in enumerate(rows, 2))]
    return contact_imports.preview(lines, Register(identity, lambda *_: known, check_day), Setting.OTHER)


def said(found: Preview) -> list[tuple[int, str, str]]:
    return [(each.line, each.severity.value, each.sentence()) for each in found.problems]


def test_a_row_says_who_was_near_when_and_where():
    found = preview(["1", "Trần Thị Mai", "1956", "0912345678", "093123456789", "Ấp 3", "cùng nhà", "14/8/2020"])
    assert said(found) == []
    [row] = found.rows
    assert row.identity == Identity("Trần Thị Mai", 1956, "0912345678", "093123456789", "Ấp 3")
    assert (row.day, row.setting, row.change, row.known) == (dt.date(2020, 8, 14), Setting.HOUSEHOLD, "new", "")
    assert found.ignored == ()


@pytest.mark.parametrize(
    "header",
    [
        ["Ngày tiếp xúc lần cuối với ca bệnh", "Tên người tiếp xúc", "SĐT liên hệ", "Moi quan he", "CMND/CCCD"],
        ["NGAY TIEP XUC CUOI CUNG (dd/mm/yyyy)", "HO VA TEN", "SO DIEN THOAI", "HOAN CANH TIEP XUC", "SO CCCD"],
        ["Last day near", "Name", "Telephone", "Where they met", "Document"],
        ["Ngày gặp", "Họ tên F1", "ĐT", "Quan hệ với F0", "Số CMND/CCCD/Hộ chiếu"],
    ],
)
def test_columns_stand_in_any_order_under_the_words_of_real_forms(header):
    found = preview(["14/8/2020", "Mai", "0912", "đồng nghiệp", "X1234567"], header=header)
    assert (said(found), found.ignored) == ([], ())
    [row] = found.rows
    assert (row.identity.name, row.identity.telephone, row.identity.document) == ("Mai", "0912", "X1234567")
    assert (row.setting, row.day) == (Setting.WORK, dt.date(2020, 8, 14))


@pytest.mark.parametrize(
    ("cells", "column", "severity", "sentence"),
    [
        (["Mai", "0912", "", "12/8/2020", "=1+1"], "CCCD", "error", "this cell holds a formula: write what it shows"),
        (["=HYPERLINK(1)", "0912", "", "12/8/2020"], "Họ tên", "error", "this cell holds a formula"),
        (["Mai", "0912", "", ""], "Ngày", "error", "give the last day on which this person was near the case"),
        (["Mai", "0912", "", "=TODAY()"], "Ngày", "error", "“=TODAY()” is not a date"),
        (["Mai", "0912", "", "hôm kia"], "Ngày", "error", "“hôm kia” is not a date"),
        (["Mai", "0912", "", "7/8/2020"], "Ngày", "error", "on that day the person could not infect anybody yet"),
        (["", "", "bạn", "12/8/2020"], "Họ tên", "error", "give a name, a telephone number or a document number"),
        (["Mai", "0912", "Ăn cơm", "12/8/2020"], "Kiểu", "doubt", "“Ăn cơm” is no kind of contact that is known"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_with_a_sentence(cells, column, severity, sentence):
    header = ["Họ tên", "SĐT", "Quan hệ", "Ngày tiếp xúc", "CCCD"]
    found = preview(cells, ["An", "0913", "vợ", "12/8/2020"], header=header)
    [(line, how, reason)] = said(found)
    assert (line, how) == (2, severity)
    assert sentence in reason
    assert found.problems[0].column.startswith(column) or column == "Kiểu" or column == "Ngày"
    assert [row.identity.name for row in found.rows] == (["Mai", "An"] if severity == "doubt" else ["An"])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Cùng nhà", Setting.HOUSEHOLD),
        ("sống cùng nhà với bệnh nhân", Setting.HOUSEHOLD),
        ("con", Setting.HOUSEHOLD),
        ("Học cùng lớp với con BN", Setting.SCHOOL),
        ("Work or school", Setting.WORK),
        ("ngồi cạnh trên xe khách", Setting.OTHER),
        ("", None),
        ("cùng nhà, làm cùng công ty", None),
        ("concert", None),
    ],
)
def test_where_people_met_is_read_by_its_words(text, meant):
    assert contact_imports.setting_of(text) is meant


MAI = Identity("Trần Thị Mai", 1956, "0912", "093000000001")


@pytest.mark.parametrize(
    ("other", "across", "in_one_file"),
    [
        (Identity("khác hẳn", document="093000000001"), Same.YES, Same.YES),
        (Identity("tran thi mai", telephone="0912"), Same.YES, Same.YES),
        (Identity("Trần Thị Mai", 1980, "0912"), Same.ASK, Same.ASK),
        (Identity("Trần Thị Mai", None, "0912", "361000000"), Same.ASK, Same.ASK),
        (Identity("Lê An", None, "0912"), Same.ASK, Same.NO),
        (Identity("Lê An", None, "0912", "361000000"), Same.NO, Same.NO),
        (Identity("", None, "0912"), Same.ASK, Same.ASK),
        (Identity("Trần Thị Mai"), Same.ASK, Same.ASK),
        (Identity("Trần Thị Mai", 1980), Same.NO, Same.NO),
        (Identity("Trần Thị Mai", None, "0999"), Same.NO, Same.NO),
        (Identity("Lê An"), Same.NO, Same.NO),
        (Identity("Lê An", None, "0999", "361000000"), Same.NO, Same.NO),
    ],
)
def test_two_descriptions_are_one_person_only_where_that_is_sure(other, across, in_one_file):
    for one, two in ((MAI, other), (other, MAI)):
        assert contact_imports.is_same(one, two, one_writer=False) is across
        assert contact_imports.is_same(one, two, one_writer=True) is in_one_file


def test_people_whom_the_office_knows_are_found_or_asked_about():
    day = dt.date(2020, 8, 14)
    known = [
        Known("P-0000-000", MAI, [day]),
        Known("P-1111-111", Identity("Bệnh nhân", telephone="0900", document="CASE99"), is_case=True),
    ]
    header = ["Ngày tiếp xúc", "Họ tên", "SĐT", "CCCD"]
    found = preview(
        ["14/8/2020", "Mai", "", "093000000001"],
        ["15/8/2020", "Mai", "", "093000000001"],
        ["15/8/2020", "Trần Thị Mai", "0912"],
        ["15/8/2020", "Lê An", "0912"],
        ["15/8/2020", "", "", "CASE99"],
        ["15/8/2020", "Vũ", "0988"],
        known=known,
        header=header,
    )
    assert [(row.line, row.known, row.change) for row in found.rows] == [
        (2, "P-0000-000", "unchanged"),
        (3, "P-0000-000", "new"),
        (4, "P-0000-000", "unchanged"),
        (5, "", "new"),
        (7, "", "new"),
    ]
    assert [(line, how) for line, how, _ in said(found)] == [(5, "doubt"), (6, "error")]
    assert "P-0000-000 of your office has the same telephone number or name" in said(found)[0][2]
    assert "this is the case itself" in said(found)[1][2]


def test_a_person_who_stands_twice_is_one():
    header = ["Ngày tiếp xúc", "Họ tên", "SĐT"]
    found = preview(
        ["14/8/2020", "Mai", "0912"],
        ["15/8/2020", "Mai", "0912"],
        ["15/8/2020", "Mai", "0912"],
        ["15/8/2020", "Lê An", "0912"],
        ["15/8/2020", "", "0912"],
        header=header,
    )
    assert [(row.line, row.same_as, row.change) for row in found.rows] == [
        (2, None, "new"),
        (3, 2, "new"),
        (4, 2, "unchanged"),
        (5, None, "new"),
        (6, None, "new"),
    ]
    assert said(found) == [
        (6, "doubt", "line 2 has the same telephone number or name: take it if this is another person")
    ]


@pytest.mark.parametrize("header", [["Đơn vị", "Số người cài đặt"], ["Họ tên", "SĐT"], ["Ngày tiếp xúc"], []])
def test_what_is_no_list_of_contacts_is_refused(header):
    with pytest.raises(UploadError, match="no header row was found"):
        preview(["a", "b"], header=header)


def test_201_rows_are_refused_with_their_number():
    rows = [["14/8/2020", f"Người {number}"] for number in range(201)]
    with pytest.raises(UploadError, match="the list has 201 rows; at most 200 are taken"):
        preview(*rows, header=["Ngày tiếp xúc", "Họ tên"])
    assert len(preview(*rows[:200], header=["Ngày tiếp xúc", "Họ tên"]).rows) == 200


# --- pages ------------------------------------------------------------------------------------------------------------


#: cases have episodes, too
CONTACTS = Episode.objects.exclude(contact_role="")


@pytest.fixture
def offices(db, set_clock) -> dict[str, Client]:
    """Log officers in who may confirm cases: two of one office, one of another; and one who may not."""
    set_clock.now = NOW
    found = {}
    for name, place, may in (("lan", HERE, True), ("mai", HERE, True), ("an", THERE, True), ("tam", HERE, False)):
        user = User.objects.create_user(name, role="province", place=place, may_confirm=may)
        found[name] = Client(headers={"accept-language": "en"})
        found[name].force_login(user, BACKEND)
    return found


def a_case(place: str = HERE, **more: Any) -> Case:
    day = TODAY - dt.timedelta(days=2)
    return Case.objects.create(
        place=place, created_at=NOW, report_type="confirmed", status="confirmed", test_date=day, **more
    )


def workbook(*rows: Sequence[object], header: Sequence[str] = HEADER, first_sheet: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    if first_sheet:
        sheet.append([first_sheet])
        sheet = book.create_sheet("F1")
    sheet.append(["DANH SÁCH NGƯỜI TIẾP XÚC GẦN CỦA BN 812"])
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


DAY = dt.date(2020, 8, 16)
ROWS = (
    [1, "Trần Thị Mai", 1956, 912345678, 93123456789, "Ấp 3", "Cùng nhà", DAY],
    [2, "Lê Văn An", None, "0912 345 678", None, None, "đồng nghiệp", 44059],
    [3, "Vũ Thị Hoa", None, None, None, None, None, "17/08/2020"],
    [4, "Nguyễn Sai", None, "12", None, None, None, DAY],
)


def brought(officer: Client, case: Case, data: bytes, name: str = "f1.xlsx", typed: str = "") -> str:
    fields = {"file": SimpleUploadedFile(name, data), "otherwise": "other", "case": typed}
    answer = officer.post(f"{ADDRESS}?case={case.pk}", fields)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def decide(officer: Client, address: str, **more: object):
    page = officer.get(address).content.decode()
    shown = page.split('name="shown" value="')[1].split('"')[0]
    return officer.post(f"{address}/store", {"shown": shown} | more)


def refused(officer: Client, case: Case, data: bytes, name: str = "f1.xlsx") -> str:
    fields = {"file": SimpleUploadedFile(name, data), "otherwise": "other"}
    answer = officer.post(f"{ADDRESS}?case={case.pk}", fields)
    assert answer.status_code == 400
    assert not Upload.objects.exists()
    return answer.content.decode()


def test_a_list_enters_contacts_after_the_officers_yes(offices):
    case = a_case(file_number="BN 812")
    address = brought(offices["lan"], case, workbook(*ROWS, first_sheet="Hướng dẫn điền biểu mẫu"))
    page = offices["lan"].get(address).content.decode()
    assert "There is no such telephone number" in page
    assert "Contacts of the case BN 812." in page
    assert "…678, …789" in page
    for secret in ("0912345678", "+8491", "Thị Mai", "Hoa", "Ấp 3", "093123456789"):
        assert secret not in page
    assert not CONTACTS.exists()
    assert decide(offices["lan"], address).status_code == 302
    rows = {
        persons.open_identity(row.person, Issuer(officer=User.objects.get(username="lan")), "a test reads it").name: row
        for row in CONTACTS.select_related("person")
    }
    assert set(rows) == {"Trần Thị Mai", "Lê Văn An", "Vũ Thị Hoa"}
    mai, an, hoa = rows["Trần Thị Mai"], rows["Lê Văn An"], rows["Vũ Thị Hoa"]
    assert {row.place for row in rows.values()} == {HERE}
    assert persons.telephone_of(mai.person) == persons.telephone_of(an.person) == "+84912345678"
    assert persons.find(HERE, "", "093123456789") == [mai.person]  # the zero that the program dropped
    met = {row.contact_id: (row.day, row.setting, row.case_id) for row in Exposure.objects.all()}
    assert met == {
        mai.pk: (DAY, "household", case.pk),
        an.pk: (DAY, "work", case.pk),
        hoa.pk: (dt.date(2020, 8, 17), "other", case.pk),
    }
    entered = LogEntry.objects.filter(content_type__model="contact", action=LogEntry.Action.CREATE)
    assert {entry.actor.username for entry in entered} == {"lan"}
    assert entered.count() == 3
    # the same file once more: nobody twice; of whom only a name is known, the officer is asked
    again = brought(offices["lan"], case, workbook(*ROWS))
    assert f"{hoa.person.pseudonym} of your office has the same telephone number or name" in (
        offices["lan"].get(again).content.decode()
    )
    decide(offices["lan"], again)
    assert CONTACTS.count() == Person.objects.count() == Exposure.objects.count() == 3


def test_a_row_in_doubt_is_stored_where_it_is_taken_or_named_by_its_pseudonym(offices):
    case = a_case()
    header = ["Ngày tiếp xúc", "Họ tên", "SĐT", "Mã người"]
    decide(offices["lan"], brought(offices["lan"], case, workbook([DAY, "Mai", "0912345678"], header=header)))
    mai = Person.objects.get()
    other = workbook([DAY, "Lê An", "0912345678"], header=header)
    address = brought(offices["lan"], case, other)
    assert decide(offices["lan"], address).status_code == 400
    assert decide(offices["lan"], address, confirmed="3").status_code == 302
    assert CONTACTS.count() == 2
    mended = workbook([DAY + dt.timedelta(days=1), "L. An", "0912345678", mai.pseudonym.lower()], header=header)
    assert decide(offices["lan"], brought(offices["lan"], case, mended)).status_code == 302
    assert CONTACTS.count() == 2
    assert mai.contact.exposures.count() == 2
    unknown = workbook([DAY, "", "", "P-0000-000"], [DAY, "", "", "Mai"], header=header)
    page = offices["lan"].get(brought(offices["lan"], case, unknown)).content.decode()
    assert page.count("Nobody of your office has this pseudonym") == 2


def test_two_rows_of_one_new_person_make_one_contact(offices):
    case = a_case()
    header = ["Ngày tiếp xúc", "Họ tên", "SĐT"]
    rows = [[DAY, "Mai", "0912345678"], [DAY + dt.timedelta(days=1), "Mai", "0912345678"]]
    decide(offices["lan"], brought(offices["lan"], case, workbook(*rows, header=header)))
    assert CONTACTS.get().exposures.count() == 2


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.csv", "empty"),
        ("Họ tên,Ngày tiếp xúc\n".encode(), "a.csv", "The list has a header, but no row below it"),
        (b"a,b\n1,2\n", "a.csv", "No header row was found"),
        (workbook(*([n, f"N {n}", None, None, None, None, None, DAY] for n in range(201))), "a.xlsx", "201 rows"),
        (b"%PDF-1.4 no table", "a.xlsx", "a.xlsx"),
    ],
)
def test_what_is_no_such_file_is_refused_and_not_kept(offices, data, name, sentence):
    assert sentence in refused(offices["lan"], a_case(), data, name)


def test_a_case_has_200_contacts_at_most(offices):
    case, by = a_case(), Issuer(officer=User.objects.get(username="lan"))
    services.enter(case, Identity(name="Mai"), Met(DAY, Setting.OTHER), by, NOW)
    rows = [[n, f"N {n}", None, None, None, None, None, DAY] for n in range(200)]
    answer = offices["lan"].get(brought(offices["lan"], case, workbook(*rows)))
    assert answer.status_code == 409
    assert "The case has 1 contacts and the file 200 more" in answer.content.decode()


def test_a_file_and_its_case_are_of_one_jurisdiction(offices):
    case, theirs = a_case(), a_case(THERE, file_number="BN 900")
    for officer, status in (("an", 404), ("tam", 403)):
        assert offices[officer].get(f"{ADDRESS}?case={case.pk}").status_code == status
    for key in (str(theirs.pk), "x", "../1"):
        assert offices["lan"].get(f"{ADDRESS}?case={key}").status_code == 404
    data = workbook(*ROWS)
    fields = {"file": SimpleUploadedFile("a.xlsx", data), "otherwise": "other", "case": "BN 900"}
    answer = offices["lan"].post(ADDRESS, fields)
    assert answer.status_code == 400
    assert "No case that you may change is called so" in answer.content.decode()
    address = brought(offices["lan"], case, data, typed="BN 900")  # the address decides, not the form
    assert Upload.objects.get().options["case"] == str(case.pk)
    for other in ("mai", "an"):
        assert offices[other].get(address).status_code == 404
        assert offices[other].post(f"{address}/store", {"shown": "x"}).status_code == 404
    assert "f1.xlsx" in offices["lan"].get("/officer/rollout/").content.decode()


def test_without_an_address_the_case_is_typed(offices):
    case = a_case(file_number="BN 812")
    fields = {"file": SimpleUploadedFile("a.xlsx", workbook(*ROWS)), "otherwise": "work", "case": "BN 812"}
    address = offices["lan"].post(ADDRESS, fields).headers["Location"]
    decide(offices["lan"], address)
    assert set(Exposure.objects.values_list("source__case", flat=True)) == {case.pk}
    assert Exposure.objects.filter(setting="work").count() == 2


def test_a_case_that_went_to_another_office_meanwhile_takes_no_contacts(offices):
    case = a_case()
    address = brought(offices["lan"], case, workbook(*ROWS))
    page = offices["lan"].get(address).content.decode()
    shown = page.split('name="shown" value="')[1].split('"')[0]
    Case.objects.update(place=THERE)
    answer = offices["lan"].post(f"{address}/store", {"shown": shown})
    assert answer.status_code == 409
    assert "is not yours to change any more" in answer.content.decode()
    assert f'href="{ADDRESS}"' in answer.content.decode()  # to bring it for a case that is typed
    assert not CONTACTS.exists()


def as_ods(header: Sequence[str], *rows: Sequence[object]) -> bytes:
    """Write a sheet as OpenDocument."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in (header, *rows)
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="F1">'
        f"{cells}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", content)
    return out.getvalue()


def as_html(header: Sequence[str], *rows: Sequence[object]) -> bytes:
    """Write a sheet as the web page that some programs save under the name of a workbook (.xls)."""
    each = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in (header, *rows))
    return f"<html><meta charset=utf-8><table>{each}</table></html>".encode()


@pytest.mark.parametrize(("write", "name"), [(as_ods, "f1.ods"), (as_html, "f1.xls")])
def test_a_list_of_another_program_is_read_by_the_same_reader(offices, write, name):
    header = ["Họ và tên", "Điện thoại", "Ngày gặp cuối", "Hoàn cảnh tiếp xúc"]
    data = write(header, ["Trần Thị Mai", "0912345678", "15/8/2020", "gia đình"], ["Lê An", "", "16/8/2020", ""])
    decide(offices["lan"], brought(offices["lan"], a_case(), data, name))
    met = Exposure.objects.order_by("day").values_list("day", "setting")
    assert list(met) == [(dt.date(2020, 8, 15), "household"), (dt.date(2020, 8, 16), "other")]


def test_a_file_that_was_mended_is_brought_for_the_same_case(offices):
    case = a_case()
    page = offices["lan"].get(brought(offices["lan"], case, workbook(*ROWS))).content.decode()
    assert f'href="{ADDRESS}?case={case.pk}"' in page


def test_who_lost_the_right_meanwhile_stores_nothing(offices):
    address = brought(offices["lan"], a_case(), workbook(*ROWS))
    page = offices["lan"].get(address).content.decode()
    User.objects.filter(username="lan").update(may_confirm=False)
    shown = page.split('name="shown" value="')[1].split('"')[0]
    assert offices["lan"].post(f"{address}/store", {"shown": shown}).status_code == 403
    assert not CONTACTS.exists()


def test_the_file_lies_encrypted_and_goes_with_the_decision(offices):
    data = "Họ tên,Ngày tiếp xúc\n<script>alert(1)</script>,16/8/2020\n".encode()
    address = brought(offices["lan"], a_case(), data, "<b>a</b>.csv")
    row = Upload.objects.get()
    assert b"alert" not in bytes(row.data)
    assert "<script>alert" not in offices["lan"].get(address).content.decode()
    decide(offices["lan"], address)
    row.refresh_from_db()
    assert (bytes(row.data), bytes(row.opened), row.state) == (b"", b"", "stored")


def test_a_cases_page_leads_to_the_upload(offices):
    case = a_case()
    page = offices["lan"].get(f"/officer/contacts/of-case/{case.pk}").content.decode()
    assert f'href="{ADDRESS}?case={case.pk}"' in page
