"""A list of people who get codes: what is read, what is refused and why, that nobody gets two messages."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.spreadsheets.sheets import proposed

from bluezone.authority.diagnosis.models import Case, CodeCount, CodeMessage, OneTimeCode
from bluezone.authority.diagnosis.sending import job, lists, services
from bluezone.authority.diagnosis.sending.lists import Register
from bluezone.authority.diagnosis.sending.rules import Why
from bluezone.authority.persons import from_rows
from bluezone.authority.persons.from_rows import RowError
from bluezone.authority.site.models import Upload
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.roles import CODES

TODAY = dt.date(2020, 8, 18)
HEADER = ["số điện thoại", "ngày xét nghiệm", "ngày khởi phát", "số hồ sơ", "ngôn ngữ"]


def number_at(index: int) -> str:
    """Return the n-th of many mobile numbers, as a person writes it."""
    return f"09{index % 9 + 1}{index:07d}"


def preview(rows: list[list[str]], known: set[str] = frozenset(), header=HEADER):
    proposal = proposed([header, *rows], purpose=CODES)
    register = Register(services.read_number, lambda numbers: known & set(numbers))
    return lists.preview(proposal, register, TODAY, "vi", 10)


@pytest.mark.parametrize(
    ("row", "why", "severity"),
    [
        (["0912345678", "17/8/2020"], None, None),
        (["+84 912 345 678", "2020-08-17", "2020-08-15", "HG-1", "en"], None, None),
        (["912345678", "17/8/2020"], None, None),
        (["0912345678", "", "15/8/2020"], None, None),
        (["không có", "17/8/2020", "", "HG-1"], Why.NUMBER, "error"),
        (["+1 202 555 0101", "17/8/2020"], Why.NUMBER, "error"),
        (["02933 123 456", "17/8/2020"], Why.NUMBER, "error"),
        (["=HYPERLINK(1)", "17/8/2020"], Why.NUMBER, "error"),
        (["0912345678", "", ""], Why.DATES, "error"),
        (["0912345678", "19/8/2020"], Why.DATES, "error"),
        (["0912345678", "1/7/2020"], Why.DATES, "error"),
        (["0912345678", "yesterday"], Why.DATES, "error"),
        (["0912345678", "17/8/2020", "", "", "fr"], Why.LANGUAGE, "error"),
        (["0912345678", "17/8/2020", "", "x" * 41], Why.FILE_NUMBER, "error"),
        # a telephone number in the column that comes back
        (["0912345678", "17/8/2020", "", "0912 345 678"], Why.FILE_NUMBER, "error"),
    ],
)
def test_a_row_is_sent_or_refused_with_a_reason(environment, row, why, severity):
    found = preview([row])
    assert [(lists.why_of(each), each.severity) for each in found.problems] == ([(why, severity)] if why else [])
    assert len(found.rows) == (why is None)
    sentences = " ".join(each.sentence() for each in found.problems)
    assert not row[0] or row[0] not in sentences
    assert all("912" not in text for text in found.file_numbers.values())


def test_the_same_number_is_in_doubt_however_it_is_written(environment):
    found = preview([["0912345678", "17/8/2020"], ["+84912345678", "16/8/2020"], ["0987654321", "17/8/2020"]])
    assert [(each.line, each.severity) for each in found.problems] == [(3, "doubt")]
    assert "line 2" in found.problems[0].sentence()
    found = preview([["0912345678", "17/8/2020"]], known={"+84912345678"})
    assert [(each.line, each.severity) for each in found.problems] == [(2, "doubt")]


def test_what_is_no_such_list_is_refused(environment):
    with pytest.raises(TableError, match="no column says who somebody is"):
        preview([["0912345678", "17/8/2020"]], header=["tên", "ngày xét nghiệm"])
    without_days = preview([["0912345678", "17/8/2020"]], header=["số điện thoại", "tên"])
    assert [lists.why_of(each) for each in without_days.problems] == [Why.DATES]
    rows = [[number_at(at), "17/8/2020"] for at in range(1_001)]
    with pytest.raises(RowError, match="at most"):
        from_rows.check_size(proposed([HEADER, *rows], purpose=CODES), lists.MOST_ROWS)
    assert len(preview(rows[:1_000]).rows) == 1_000


# --- the page ---------------------------------------------------------------------------------------------------------


def file_of(*rows: list[str]) -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return SimpleUploadedFile("ds.csv", text.getvalue().encode())


def bring(lan, *rows: list[str], language: str = "vi") -> str:
    """Bring a list, and return the address of its preview."""
    form = {"file": file_of(*rows), "report_type": "confirmed", "language": language}
    answer = lan.post("/officer/cases/codes/lists", form)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def decide(lan, address: str, **fields: object):
    page = lan.get(address)
    assert page.status_code == 200
    return lan.post(f"{address}/store", {"shown": page.context["shown"]} | fields)


def fates(lan, address: str) -> list[list[str]]:
    answer = lan.get(f"{address}/fate.csv")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


def test_a_list_is_previewed_issued_and_sent_and_tells_each_rows_fate(lan, gateway, phone, database_text):
    address = bring(
        lan,
        ["0912345678", "17/8/2020", "", "=1+1", "en"],
        ["0987654321", "17/8/2020", "15/8/2020", "HG-2", ""],
        ["+1 202 555 0101", "17/8/2020", "", "HG-3", ""],
        ["0912345678", "17/8/2020", "", "HG-4", ""],
    )
    assert not Case.objects.exists()
    assert "+84912345678 · English" in lan.get(address).content.decode()
    assert "912345678" not in database_text()
    assert decide(lan, address).status_code == 302
    assert not gateway.sent
    assert "912345678" not in database_text()
    assert [row[1:3] for row in fates(lan, address)] == [
        ["'=1+1", "chờ gửi"],
        ["HG-2", "chờ gửi"],
        ["HG-3", "chưa gửi được"],
        ["HG-4", "chưa gửi được"],
    ]
    job.send_due(phone.clock.now)
    assert [number for number, _ in gateway.sent] == ["+84912345678", "+84987654321"]
    assert "your code" in gateway.sent[0][1]
    assert "mã của bạn" in gateway.sent[1][1]
    assert Case.objects.count() == OneTimeCode.objects.count() == 2
    case = Case.objects.get(file_number="HG-2")
    assert (case.report_type, case.test_date, case.onset_date) == (
        "confirmed",
        dt.date(2020, 8, 17),
        dt.date(2020, 8, 15),
    )
    assert case.created_by.username == "lan"
    assert [row[2] for row in fates(lan, address)] == ["đã gửi", "đã gửi", "chưa gửi được", "chưa gửi được"]
    text = lan.get(f"{address}/fate.csv").content.decode()
    assert not any(digits in text for digits in ("912345678", "987654321", "2025550101"))


def test_a_row_in_doubt_is_sent_where_the_officer_takes_it(lan, gateway, phone):
    address = bring(lan, ["0912345678", "17/8/2020"], ["0912345678", "16/8/2020"])
    decide(lan, address, confirmed="3")
    job.send_due(phone.clock.now)
    assert len(gateway.to("+84912345678")) == 2


def test_the_same_file_is_not_stored_twice(lan, gateway, phone):
    rows = ["0912345678", "17/8/2020"], ["0987654321", "17/8/2020"]
    first, second = bring(lan, *rows), bring(lan, *rows)  # two windows
    assert decide(lan, first).status_code == 302
    assert lan.get(second).status_code == 409
    assert lan.post(f"{second}/store", {"shown": "whatever"}).status_code == 409
    answer = lan.post(
        "/officer/cases/codes/lists", {"file": file_of(*rows), "report_type": "confirmed", "language": "vi"}
    )
    assert answer.status_code == 400
    job.send_due(phone.clock.now)
    assert len(gateway.sent) == 2


def test_another_list_with_the_same_number_is_in_doubt_while_its_code_may_be_used(lan, gateway, phone, officer):
    decide(lan, bring(lan, ["0912345678", "17/8/2020"]))
    for send in (lambda: None, lambda: job.send_due(phone.clock.now)):  # on its way, and sent
        send()
        page = lan.get(bring(lan, ["0912 345 678", "17/8/2020", "", "again"]))
        assert page.context["doubtful"] == 1
    job.look_after(phone.clock.forward(hours=24))
    lan.force_login(officer, "django.contrib.auth.backends.ModelBackend")  # a day later
    assert lan.get(bring(lan, ["0912 345 678", "17/8/2020", "", "later"])).context["doubtful"] == 0


def test_more_rows_than_the_quota_holds_issue_nothing(lan, gateway, phone):
    address = bring(lan, *([number_at(at), "17/8/2020"] for at in range(11)))
    page = lan.get(address)
    assert page.context["fits"] is False
    assert "11" in page.content.decode()
    answer = decide(lan, address)
    assert answer.status_code == 409
    assert not CodeMessage.objects.exists()
    assert not CodeCount.objects.exists()
    assert Upload.objects.get().state == Upload.State.PENDING
    address = bring(lan, *([number_at(at), "17/8/2020"] for at in range(10)))
    assert decide(lan, address).status_code == 302
    assert set(CodeCount.objects.values_list("issued", flat=True)) == {10}
    job.send_due(phone.clock.now)
    assert set(CodeCount.objects.values_list("issued", flat=True)) == {10}  # counted once
    assert len(gateway.sent) == 10


def test_who_lost_the_right_sends_nothing(lan, gateway, phone, officer):
    address = bring(lan, ["0912345678", "17/8/2020"])
    decide(lan, address)
    officer.may_confirm = False
    officer.save()
    job.send_due(phone.clock.now)
    row = CodeMessage.objects.get()
    assert (row.state, row.why, bytes(row.sealed)) == ("refused", Why.NO_RIGHT, b"")
    assert not Case.objects.exists()


def test_one_number_that_the_gateway_refuses_holds_nobody_up(lan, gateway, phone):
    gateway.refuses = lambda number: "http_400" if number.endswith("678") else ""
    decide(lan, bring(lan, ["0912345678", "17/8/2020"], ["0987654321", "17/8/2020"]))
    for _ in range(20):
        job.send_due(phone.clock.now)
        phone.clock.forward(minutes=1)
    assert len(gateway.sent) == 1
    assert [row.why for row in CodeMessage.objects.order_by("line")] == [Why.GATEWAY, ""]


def test_a_gateway_that_is_down_for_minutes_costs_few_their_message(lan, gateway, phone, environment):
    from bluezone.authority.diagnosis.models import QuotaFactor

    QuotaFactor.objects.create(place="/", factor=100)
    decide(lan, bring(lan, *([number_at(at), "17/8/2020"] for at in range(60))))
    gateway.refuses = lambda number: "http_503"
    for _ in range(5 * 30):  # five minutes
        job.send_due(phone.clock.now)
        phone.clock.forward(seconds=2)
    gateway.refuses = lambda number: ""
    for _ in range(10 * 30):
        job.send_due(phone.clock.now)
        phone.clock.forward(seconds=2)
    assert len({number for number, _ in gateway.sent}) == 60


def test_a_list_is_its_officers_and_its_fates_are_the_offices(lan, gateway, client, phone):
    from bluezone.authority.officers.models import User

    address = bring(lan, ["0912345678", "17/8/2020"])
    decide(lan, address)
    for name, place, seen in (("colleague", "/63:93/", 200), ("neighbour", "/63:92/", 404), ("above", "/", 404)):
        role = "ministry" if place == "/" else "province"
        user = User.objects.create_user(name, role=role, place=place, may_confirm=True)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        assert client.get(address).status_code == 404
        assert client.get(f"{address}/fate.csv").status_code == seen
