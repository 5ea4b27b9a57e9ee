"""A file of a case's contacts from the interview: how rows are read, and what an officer meets on the pages."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.authority.episodes.conftest import BACKEND, HERE, NOW, THERE, TODAY
from tests.authority.episodes.conftest import case as a_case
from tests.spreadsheets.sheets import proposed

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import contact_imports, services
from bluezone.authority.episodes.contact_imports import Known, Preview, Register, Same, Source
from bluezone.authority.episodes.models import Episode, Event, Exposure
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.services import Meeting, Met
from bluezone.authority.episodes.words import Setting
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.from_rows import RowError
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site.models import Upload
from bluezone.authority.work.models import Task
from bluezone.spreadsheets.mapping import Mapping as Decisions
from bluezone.spreadsheets.roles import CONTACTS as CONTACT_ROLES

ADDRESS = "/officer/contacts/upload"
HEADER = ["STT", "Họ và tên", "Năm sinh", "Số điện thoại", "CCCD", "Địa chỉ", "Hoàn cảnh tiếp xúc", "Ngày gặp cuối"]


# --- rows -------------------------------------------------------------------------------------------------------------


def identity(fields: Mapping[str, Any]) -> Identity:
    return Identity(**fields)


def check_day(day: dt.date) -> None:
    if not dt.date(2020, 8, 8) <= day <= TODAY:
        raise ContactError("on that day the person could not infect anybody yet, or no longer", "day")


def source(text: str) -> Source:
    if text not in ("", "BN 812", "BN 813"):
        raise RowError("no case that you may change is called so, or several are")
    return Source(text, text, check_day)


def preview(
    *rows: Sequence[str], known: Sequence[Known] = (), header: Sequence[str] = HEADER, day: dt.date | None = None
) -> Preview:
    proposal = proposed([header, *rows], purpose=CONTACT_ROLES, decided=Decisions(day=day))
    return contact_imports.preview(proposal, Register(identity, lambda *_: known, source), TODAY, Setting.OTHER)


def said(found: Preview) -> list[tuple[int, str, str]]:
    return [(each.line, each.severity.value, each.sentence()) for each in found.problems]


def test_a_row_says_who_was_near_when_and_where():
    found = preview(["1", "Trần Thị Mai", "1956", "0912345678", "093123456789", "Ấp 3", "cùng nhà", "14/8/2020"])
    assert said(found) == []
    [row] = found.rows
    assert row.identity == Identity("Trần Thị Mai", 1956, "0912345678", "093123456789", "Ấp 3")
    assert (row.days, row.setting, row.change, row.known) == ((dt.date(2020, 8, 14),), Setting.HOUSEHOLD, "new", "")


def test_what_somebody_is_to_the_case_and_feels_is_kept_as_it_is_written():
    header = ["Họ tên", "Nữ", "Nam", "Nghề nghiệp", "Quan hệ", "Triệu chứng", "Địa chỉ", "Mã ca bệnh", "Ngày tiếp xúc"]
    found = preview(
        ["Mai", "1956", "", "giáo viên", "vợ", "ho, sốt", "Ấp 3, TT Vĩnh Viễn", "BN 813", "14/8, 15/8/2020"],
        ["An", "", "x", "", "bạn nhậu của con trai thứ hai ở gần nhà văn hóa", "", "Ấp 4", "", "14/8/2020"],
        ["Ba", "", "x", "", "đồng nghiệp", "", "", "BN 99", "14/8/2020"],
        header=header,
    )
    mai, an = found.rows
    assert mai.identity == Identity("Mai", 1956, address="Ấp 3, TT Vĩnh Viễn", sex="female", occupation="giáo viên")
    assert (mai.relation, mai.symptoms, mai.setting, mai.source) == ("vợ", "ho, sốt", Setting.HOUSEHOLD, "BN 813")
    assert (mai.days, mai.place[:3]) == ((dt.date(2020, 8, 14), dt.date(2020, 8, 15)), "63:")
    assert (an.identity.sex, an.setting, an.place, len(an.relation)) == ("male", Setting.HOUSEHOLD, "", 40)
    assert said(found) == [
        (3, "note", "only the first 40 letters of this are kept"),
        (4, "error", "no case that you may change is called so, or several are"),
    ]


def test_rows_without_a_day_are_of_the_one_that_the_officer_gives():
    found = preview(["Mai", "0912", None], ["An", "0913", "15/8/2020"], header=["Họ tên", "SĐT", "Ngày gặp"], day=DAY)
    assert [row.days for row in found.rows] == [(DAY,), (dt.date(2020, 8, 15),)]


@pytest.mark.parametrize(
    ("cells", "column", "severity", "sentence"),
    [
        (["Mai", "0912", "", "12/8/2020", "=1+1"], "CCCD", "error", "this cell holds a formula: write what it shows"),
        (["=HYPERLINK(1)", "0912", "", "12/8/2020"], "Họ tên", "error", "this cell holds a formula"),
        (["Mai", "0912", "", ""], "Ngày", "error", "give the last day on which this person was near the case"),
        (["Mai", "0912", "", "=TODAY()"], "Ngày", "error", "“=TODAY()” is no day that there is"),
        (["Mai", "0912", "", "hôm kia"], "Ngày", "error", "“hôm kia” is no day that there is"),
        (["Mai", "0912", "", "7/8/2020"], "Ngày", "error", "on that day the person could not infect anybody yet"),
        (["Mai", "0912", "Ăn cơm", "12/8/2020"], "Nơi", "note", "“Ăn cơm” is no kind of contact that is known"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_with_a_sentence(cells, column, severity, sentence):
    header = ["Họ tên", "SĐT", "Nơi tiếp xúc", "Ngày tiếp xúc", "CCCD"]
    found = preview(cells, ["An", "0913", "cùng nhà", "12/8/2020", "093000000002"], header=header)
    [(line, how, reason)] = said(found)
    assert (line, how) == (2, severity)
    assert sentence in reason
    assert found.problems[0].column.startswith(column)
    assert [row.identity.name for row in found.rows] == (["Mai", "An"] if severity == "note" else ["An"])


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
        Known("P-0000-000", MAI, [("", day)]),
        Known("P-1111-111", Identity("Bệnh nhân", telephone="0900", document="CASE99"), cases=[""]),
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
    assert [(line, how) for line, how, _ in said(found)] == [
        (2, "note"), (3, "note"), (4, "note"), (5, "doubt"), (6, "error")
    ]  # fmt: skip
    assert said(found)[0][2] == "P-0000-000 of your office: known, and not entered twice"
    assert "P-0000-000 of your office has the same telephone number or name" in said(found)[3][2]
    assert "this is the case itself" in said(found)[4][2]


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


def test_2000_contacts_of_whom_300_are_known_are_told_apart_at_once():
    rows = [["15/8/2020", f"Người {number}", f"09{number:08d}"] for number in range(2_000)]
    known = [Known(f"P-{number:04d}-000", Identity(f"Người {number}", telephone=f"09{number:08d}"),
                   [("", dt.date(2020, 8, 15 - number % 2))]) for number in range(300)]  # fmt: skip
    found = preview(*rows, known=known, header=["Ngày tiếp xúc", "Họ tên", "SĐT"])
    assert Counter((bool(row.known), row.change) for row in found.rows) == {
        (True, "unchanged"): 150,
        (True, "new"): 150,
        (False, "new"): 1_700,
    }
    assert Counter(each.severity for each in found.problems) == {"note": 300}


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
    assert "same household · 1956" in page
    assert "beside each row as what it would be stored" in page
    assert "Trần Thị Mai" in page  # the officer decides on what is shown
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
    met = {row.episode_id: (row.day, row.setting, row.source.case_id) for row in Exposure.objects.all()}
    assert met == {
        mai.pk: (DAY, "household", case.pk),
        an.pk: (DAY, "work", case.pk),
        hoa.pk: (dt.date(2020, 8, 17), "other", case.pk),
    }
    relations = {row.episode_id: row.relation for row in Exposure.objects.all()}
    assert relations == {mai.pk: "", an.pk: "", hoa.pk: ""}  # the column says where they met
    entered = LogEntry.objects.filter(content_type__model="episode", action=LogEntry.Action.CREATE)
    assert entered.filter(actor__username="lan").count() == 3
    # the same file once more: nobody twice; of whom only a name is known, the officer is asked
    again = brought(offices["lan"], case, workbook(*ROWS))
    assert f"{hoa.person.pseudonym} of your office has the same telephone number or name" in (
        offices["lan"].get(again).content.decode()
    )
    decide(offices["lan"], again)
    assert CONTACTS.count() == Person.objects.count() == Exposure.objects.count() == 3


def test_many_new_people_take_as_many_statements_as_few_and_each_is_in_the_audit_log(
    offices, django_assert_max_num_queries
):
    case, by = a_case(), Issuer(officer=User.objects.get(username="lan"))
    source, met = services.of_case(case, NOW), Met(DAY, Setting.WORK, relation="đồng nghiệp")
    for count in (3, 60):
        people = persons.enter_all([(Identity(f"Người {number}"), HERE) for number in range(count)], NOW)
        before = LogEntry.objects.count()
        with django_assert_max_num_queries(16):
            rows = services.enter_all([Meeting(source, person, met, HERE) for person in people], by, NOW)
        assert {(row.role, row.last_contact_on, row.place) for row in rows} == {("f1", DAY, HERE)}
        assert Exposure.objects.filter(episode__in=rows).count() == count
        tasks = Task.objects.filter(source_key__in=[str(row.pk) for row in rows])
        assert set(tasks.values_list("kind", "person")) == {("call", person.pk) for person in people}
        assert LogEntry.objects.count() - before == count  # the episode: a task is noted when somebody has it


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
    assert mai.episodes.get().exposures.count() == 2
    unknown = workbook([DAY, "", "", "P-0000-000"], [DAY, "", "", "Mai"], header=header)
    page = offices["lan"].get(brought(offices["lan"], case, unknown)).content.decode()
    assert page.count("Nobody of your office has this pseudonym") == 3  # beside each row, and once in the list


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
        ("Họ tên,Ngày tiếp xúc\n".encode(), "a.csv", "No table was found"),
        (b"a,b\n1,2\n", "a.csv", "No column says who somebody is"),
        (workbook(*([n, f"N {n}", None, None, None, None, None, DAY] for n in range(2_001))), "a.xlsx", "2,001 rows"),
        (b"%PDF-1.4 no table", "a.xlsx", "a.xlsx"),
    ],
)
def test_what_is_no_such_file_is_refused_and_not_kept(offices, data, name, sentence):
    assert sentence in refused(offices["lan"], a_case(), data, name)


def test_a_case_has_2000_contacts_at_most(offices):
    case, by = a_case(), Issuer(officer=User.objects.get(username="lan"))
    services.enter(case, Identity(name="Mai"), Met(DAY, Setting.OTHER), by, NOW)
    rows = [[n, f"N {n}", None, None, None, None, None, DAY] for n in range(2_000)]
    answer = offices["lan"].get(brought(offices["lan"], case, workbook(*rows)))
    assert answer.status_code == 409
    assert "The case has 1 contacts and the file 2,000 more" in answer.content.decode()


def test_relation_symptoms_and_commune_are_kept_and_the_same_list_enters_nobody_twice(offices):
    case = a_case(file_number="BN 812")
    header = ["Họ tên", "Giới tính", "SĐT", "Nghề nghiệp", "Quan hệ", "Triệu chứng", "Địa chỉ", "Ngày tiếp xúc"]
    rows = (
        ["Mai", "Nữ", "0912345678", "giáo viên", "vợ", "ho, sốt", "Ấp 3, thị trấn Vĩnh Viễn", "15/8, 16/8/2020"],
        ["An", "Nam", "0912345679", None, "đồng nghiệp", None, "Phường Bến Nghé, Quận 1, TP Hồ Chí Minh", DAY],
    )
    address = brought(offices["lan"], case, workbook(*rows, header=header))
    assert "Thị trấn Vĩnh Viễn" in offices["lan"].get(address).content.decode()
    assert decide(offices["lan"], address).status_code == 302
    mai, an = Episode.objects.exclude(exposures__sealed_relation=b"").exclude(exposures=None).order_by("-place")
    assert (mai.place.count("/"), mai.place[:7], an.place[:7]) == (4, "/63:93/", "/63:79/")
    assert {(met.day, met.relation, met.setting) for met in mai.exposures.all()} == {
        (dt.date(2020, 8, day), "vợ", "household") for day in (15, 16)
    }
    assert mai.events.get(what="symptoms").facts == {"text": "ho, sốt"}
    assert "sốt" not in repr(list(Event.objects.values()))
    again = brought(offices["lan"], case, workbook(*rows, header=header))
    page = offices["lan"].get(again).content.decode()
    assert page.count("known, and not entered twice") >= 2
    assert "Every row that can be read is stored already" in page


def test_the_command_line_shows_a_list_asks_and_enters_its_contacts(offices, run_bluezone, tmp_path):
    case = a_case(file_number="BN 812")
    file = tmp_path / "f1.xlsx"
    file.write_bytes(workbook(*ROWS[:3]))
    command = ("authority", "import-contacts", file, "--officer", "lan", "--case", "BN 812")
    shown = run_bluezone(*command, "--row", "4=63:31489")
    assert (shown.code, "--yes" in shown.err, CONTACTS.count()) == (3, True, 0)
    assert "same household" in shown.out
    done = run_bluezone(*command, "--leave-out", "5", "--yes", "--json")
    assert (done.code, '"added": 2' in done.out, CONTACTS.count()) == (0, True, 2)
    assert set(Exposure.objects.values_list("source__case", flat=True)) == {case.pk}
    assert "is called so" in run_bluezone(*command[:-1], "BN 900", "--yes").err


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
