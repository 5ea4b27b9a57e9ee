"""A list of cases that an office kept elsewhere: how rows are read, and what an officer meets on the pages."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.spreadsheets.sheets import proposed

from bluezone.authority.diagnosis import case_imports
from bluezone.authority.diagnosis.case_imports import Draft, Known, Preview, Register
from bluezone.authority.diagnosis.case_rules import CaseFacts
from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site.models import Upload
from bluezone.rollout.problems import Severity
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.roles import CASES

NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)
TODAY = NOW.date()
HERE, THERE = "/63:93/", "/63:92/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
HEADER = ["Mã ca bệnh", "Kết quả", "Ngày khởi phát", "Ngày lấy mẫu", "Họ và tên", "Điện thoại", "CMND"]
ADDRESS = "/officer/cases/upload"


# --- rows -------------------------------------------------------------------------------------------------------------


def identity(fields: Mapping[str, Any]) -> Identity:
    return Identity(**fields)


def each(number: str) -> frozenset[str]:
    return frozenset({number} if number else ())


def facts(draft: Draft) -> CaseFacts:
    who, day = draft.identity or Identity(), draft.onset_date or draft.test_date
    assert day is not None
    return CaseFacts(HERE, day, draft.file_number, each(who.telephone), each(who.document))


def preview(*rows: Sequence[str], known: Sequence[Known] = (), header: Sequence[str] = HEADER) -> Preview:
    proposal = proposed([header, *rows], purpose=CASES)
    return case_imports.preview(
        proposal, Register(facts, lambda _: known, identity, dt.timedelta(days=28)), TODAY, "suspected"
    )


def said(found: Preview) -> list[tuple[int, str, str]]:
    return [(each.line, each.severity.value, each.sentence()) for each in found.problems]


@pytest.mark.parametrize(
    ("cells", "report_type", "onset", "test"),
    [
        (["BN 812", "Dương tính", "12/8/2020", "14/8/2020"], "confirmed", 12, 14),
        (["BN 812", "xác định", "", "2020-08-14"], "confirmed", None, 14),
        (["BN 812", "Nghi ngờ", "12.8.2020", ""], "suspected", 12, None),
        (["BN 812", "Chờ kết quả", "", "14-08-2020"], "suspected", None, 14),
        (["BN 812", "Lâm sàng", "12/08/2020", ""], "clinical", 12, None),
        (["BN 812", "", "12/08/2020", ""], "suspected", 12, None),
        (["BN 812", "Dương tính", "8/13/2020", 44059], "confirmed", 13, 16),
    ],
)
def test_a_row_says_what_the_diagnosis_stands_on_and_its_days(cells, report_type, onset, test):
    found = preview(cells)
    assert said(found) == []
    row = found.rows[0]
    assert (row.report_type, row.file_number, row.change) == (report_type, "BN 812", "new")
    assert (row.onset_date, row.test_date) == tuple(day and dt.date(2020, 8, day) for day in (onset, test))


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (["BN 1", "Âm tính", "", "14/8/2020"], "“Âm tính” is no case: leave it out"),
        (["BN 1", "khỏi", "", "14/8/2020"], "“khỏi” is no result that is known here"),
        (["BN 1", "F0", "", "19/8/2020"], "this day has not come yet"),
        (["BN 1", "F0", "", "20/7/2020"], "this is more than 28 days ago"),
        (["BN 1", "F0", "32/8/2020", ""], "“32/8/2020” is no day that there is"),
        (["BN 1", "F0", "thứ hai", ""], "“thứ hai” is no day that there is"),
        (["BN 1", "F0", "", ""], "give the day of first symptoms or the day of the test"),
        (["", "F0", "", "14/8/2020", "Trần Thị Mai"], "give a file number, a telephone number or a document number"),
        (["x" * 41, "F0", "", "14/8/2020"], "this is longer than 40 letters"),
    ],
)
def test_a_row_that_cannot_be_a_case_is_left_out_with_a_sentence(cells, sentence):
    found = preview(cells, ["BN 2", "F0", "", "14/8/2020"])
    assert [row.file_number for row in found.rows] == ["BN 2"]
    [(line, severity, reason)] = said(found)
    assert (line, severity) == (2, "error")
    assert sentence in reason


def test_a_day_of_birth_gives_its_year():
    found = preview(
        ["BN 1", "14/8/2020", "Mai", "3/2/1956"],
        ["BN 2", "14/8/2020", "An", "khoảng 60"],
        header=["Mã BN", "Ngày XN", "Họ tên", "Ngày sinh"],
    )
    assert [row.identity and row.identity.birth_year for row in found.rows] == [1956]
    assert said(found) == [(3, "error", "“khoảng 60” is no year of birth; 1985 is meant")]


def stored(number: str, day: dt.date, telephone: str = "", document: str = "", report: str = "confirmed") -> Known:
    facts = CaseFacts(HERE, day, number, each(telephone), each(document))
    return Known(facts, report, None, day, number or "P-7K3M-Q2X")


def test_rows_that_look_like_a_stored_case_are_asked_about():
    day = dt.date(2020, 8, 14)
    known = [stored("bn 1", day), stored("BN 2", day), stored("", day, telephone="0912"), stored("BN 9", day, "", "X1")]
    found = preview(
        ["BN 1", "F0", "", "14/8/2020"],
        ["BN 2", "F0", "", "15/8/2020"],
        ["BN 3", "F0", "", "14/8/2020", "", "0912"],
        ["BN 4", "F0", "", "14/8/2020", "", "", "X1"],
        ["BN 5", "F0", "", "14/8/2020"],
        known=known,
    )
    assert [row.change for row in found.rows] == ["unchanged", "new", "new", "new", "new"]
    assert said(found) == [
        (3, "doubt", "the case BN 2 that is stored already has other days or another result"),
        (4, "doubt", "the case P-7K3M-Q2X that is stored already has the same telephone number"),
        (5, "doubt", "the case BN 9 that is stored already has the same document number"),
    ]


def test_rows_that_look_like_one_above_are_asked_about():
    found = preview(
        ["BN 1", "F0", "", "14/8/2020", "", "0912", "X1"],
        ["BN 1", "F0", "", "14/8/2020"],
        ["BN 3", "F0", "", "14/8/2020", "", "0912"],
        ["BN 4", "F0", "", "14/8/2020", "", "0912", "X2"],
        ["BN 5", "F0", "", "14/8/2020", "", "", "X1"],
    )
    assert [(line, sentence) for line, _, sentence in said(found)] == [
        (3, "the same file number stands in line 2 already"),
        (4, "line 2 has the same telephone number; a household may share one"),
        (5, "line 4 has the same telephone number; a household may share one"),
        (6, "line 2 has the same document number"),
    ]
    assert {problem.severity for problem in found.problems} == {Severity.DOUBT}


@pytest.mark.parametrize("header", [["Đơn vị", "Số người cài đặt"], ["Ngày lấy mẫu", "Kết quả"], []])
def test_what_is_no_list_of_cases_is_refused(header):
    with pytest.raises(TableError, match="no column says who somebody is"):
        preview(["a", "b"], header=header)


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def offices(db, set_clock) -> dict[str, Client]:
    """Log officers in who may confirm cases: two of one office, one of another; and one who may not."""
    set_clock.now = NOW
    found = {}
    for name, place, may in (("lan", HERE, True), ("mai", HERE, True), ("an", THERE, True), ("tam", HERE, False)):
        user = User.objects.create_user(name, role="province", place=place, may_confirm=may)
        found[name] = Client()
        found[name].force_login(user, BACKEND)
    return found


def workbook(*rows: Sequence[object]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["DANH SÁCH CA BỆNH TẠI HUYỆN CHÂU THÀNH"])
    sheet.append(HEADER)
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


ROWS = (
    ["BN 812", "Dương tính", dt.date(2020, 8, 12), dt.date(2020, 8, 14), "Nguyễn Văn Cộng", 912345678, "361234567"],
    ["BN 813", "Nghi ngờ", None, dt.date(2020, 8, 16), "Trần Thị Tổng", "0912 345 679", None],
    ["BN 814", "Âm tính", None, dt.date(2020, 8, 16), "Lê An", None, None],
)


def brought(officer: Client, data: bytes, name: str = "ca.xlsx", otherwise: str = "suspected") -> str:
    answer = officer.post(ADDRESS, {"file": SimpleUploadedFile(name, data), "otherwise": otherwise})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def decide(officer: Client, address: str, **more: object):
    page = officer.get(address).content.decode()
    shown = page.split('name="shown" value="')[1].split('"')[0]
    return officer.post(f"{address}/store", {"shown": shown} | more)


def test_a_list_opens_cases_without_codes_and_with_who_they_are_apart(offices):
    address = brought(offices["lan"], workbook(*ROWS))
    answer = offices["lan"].get(address)
    page = answer.content.decode()
    assert "không phải ca bệnh" in page
    assert "mới · Xét nghiệm dương tính · khởi phát 12/8/2020 · xét nghiệm 14/8/2020" in page
    assert 'name="role-E"' in page
    assert "Nguyễn Văn Cộng" in page  # the officer decides on what is shown
    assert "no-store" in answer.headers["Cache-Control"]
    assert not Case.objects.exists()
    assert decide(offices["lan"], address).status_code == 302
    cases = {case.file_number: case for case in Case.objects.select_related("person")}
    assert set(cases) == {"BN 812", "BN 813"}
    cong = cases["BN 812"]
    assert (cong.status, cong.onset_date, cong.place) == ("confirmed", dt.date(2020, 8, 12), HERE)
    assert cases["BN 813"].status == "suspected"
    assert persons.telephone_of(cong.person) == "+84912345678"
    assert not OneTimeCode.objects.exists()
    assert offices["an"].get(f"/officer/cases/{cong.pk}").status_code == 404
    # brought once more, the same rows change nothing
    again = brought(offices["lan"], workbook(*ROWS))
    assert "Mọi dòng đọc được đều đã có sẵn" in offices["lan"].get(again).content.decode()
    decide(offices["lan"], again)
    assert Case.objects.count() == 2
    assert Person.objects.count() == 2


def test_the_file_lies_encrypted_and_goes_with_the_decision(offices):
    data = "Mã ca,Ngày lấy mẫu,Họ tên\nBN 1,14/8/2020,Trần Thị Mai\n".encode()
    address = brought(offices["lan"], data, "ca.csv")
    row = Upload.objects.get()
    assert b"Mai" not in bytes(row.data)
    assert "Trần Thị Mai" not in repr(row.options)
    decide(offices["lan"], address)
    row.refresh_from_db()
    assert (bytes(row.data), bytes(row.opened), row.state) == (b"", b"", "stored")


def test_a_file_is_shown_to_who_brought_it_alone(offices):
    address = brought(offices["lan"], workbook(*ROWS))
    for other in ("mai", "an"):
        assert offices[other].get(address).status_code == 404
        assert offices[other].post(f"{address}/store", {"shown": "x"}).status_code == 404
        assert offices[other].post(f"{address}/cancel").status_code == 404
        assert "ca.xlsx" not in offices[other].get(ADDRESS).content.decode()
    for path in (ADDRESS, address):
        assert offices["tam"].get(path).status_code == 403
    assert "ca.xlsx" in offices["lan"].get("/officer/rollout/").content.decode()
    assert "ca.xlsx" not in offices["mai"].get("/officer/rollout/").content.decode()


def test_who_lost_the_right_meanwhile_stores_nothing(offices):
    address = brought(offices["lan"], workbook(*ROWS))
    page = offices["lan"].get(address).content.decode()
    User.objects.filter(username="lan").update(may_confirm=False)
    shown = page.split('name="shown" value="')[1].split('"')[0]
    assert offices["lan"].post(f"{address}/store", {"shown": shown}).status_code == 403
    assert not Case.objects.exists()


def test_a_row_in_doubt_is_stored_only_where_it_is_taken(offices):
    decide(offices["lan"], brought(offices["lan"], workbook(ROWS[0])))
    other = ["BN 900", "F0", None, dt.date(2020, 8, 15), "Con", "0912345678", None]
    address = brought(offices["lan"], workbook(other))
    assert "cùng số điện thoại" in offices["lan"].get(address).content.decode()
    assert decide(offices["lan"], address).status_code == 400
    assert Case.objects.count() == 1
    assert decide(offices["lan"], address, confirmed="3").status_code == 302
    assert set(Case.objects.values_list("file_number", flat=True)) == {"BN 812", "BN 900"}


def test_rows_without_a_result_are_what_the_officer_said(offices):
    data = b"file number,test date\nA-1,2020-08-14\n"
    decide(offices["lan"], brought(offices["lan"], data, "a.csv", otherwise="confirmed"))
    assert Case.objects.get().status == "confirmed"
    answer = offices["lan"].post(ADDRESS, {"file": SimpleUploadedFile("a.csv", data), "otherwise": "negative"})
    assert answer.status_code == 400


def test_a_script_in_a_cell_stays_text(offices):
    data = b'file number,test date\n"<script>alert(1)</script>",2020-08-14\n'
    page = offices["lan"].get(brought(offices["lan"], data, "<b>a</b>.csv")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_file_kept_under_a_lost_secret_is_asked_for_again(offices, settings):
    address = brought(offices["lan"], workbook(*ROWS))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = f"another {uuid.uuid4()}", []
    # the session is signed by its row, so the officer is still logged in
    officer = User.objects.get(username="lan")
    client = Client()
    client.force_login(officer, BACKEND)
    answer = client.get(address)
    assert answer.status_code == 409
    assert "Hãy gửi lại tệp" in answer.content.decode()


def test_the_command_line_shows_a_list_asks_and_opens_its_cases(offices, run_bluezone, tmp_path):
    file = tmp_path / "ca.xlsx"
    file.write_bytes(workbook(*ROWS))
    command = ("authority", "import-cases", file, "--officer", "lan", "--otherwise", "confirmed")
    shown = run_bluezone(*command)
    assert (shown.code, "--yes" in shown.err, Case.objects.count()) == (3, True, 0)
    assert "first symptoms 12 Aug 2020" in " ".join(shown.out.split())
    assert "“Âm tính” is no case" in shown.err
    assert run_bluezone(*command, "--yes").code == 2  # a row is wrong: all, or nothing
    done = run_bluezone(*command, "--leave-out", "5", "--yes", "--json")
    assert (done.code, '"added": 2' in done.out) == (0, True)
    refused = run_bluezone("authority", "import-cases", file, "--officer", "tam", "--yes")
    assert (refused.code, "may not confirm cases" in refused.err) == (2, True)
