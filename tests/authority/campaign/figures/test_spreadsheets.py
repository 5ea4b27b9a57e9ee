"""Forms as offices send them, through the pages: one question, answers remembered, large files in the worker."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.rollout.reading.building import book

from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.site.models import RememberedAnswers, Upload
from bluezone.authority.site.uploads import spreadsheets

UPLOAD = "/officer/rollout/import"
DISTRICTS = [("TP. Vị Thanh", 9_876), ("H. Châu Thành A", 8_120), ("H. Vị Thủy", 5_555)]
LETTER = "(Kèm theo Báo cáo số 45/BC-UBND ngày 20/8/2020 của UBND tỉnh)"


def form(title: str, header: str = "Số người cài đặt Bluezone") -> bytes:
    rows = [[title], ["STT", "Đơn vị", header], *[[n, *each] for n, each in enumerate(DISTRICTS, 1)],
            ["", "Tổng cộng", sum(count for _, count in DISTRICTS)], [], ["", "", "CHỦ TỊCH"]]  # fmt: skip
    return book(("Biểu 1", rows))


@pytest.fixture
def brought(signed_in, set_clock):
    set_clock.now = dt.datetime(2020, 8, 21, 3, tzinfo=dt.UTC)

    def bring(data: bytes, file_name: str = "biểu.xlsx", name: str = "province"):
        client = signed_in(name)
        answer = client.post(UPLOAD, {"file": SimpleUploadedFile(file_name, data)})
        assert answer.status_code == 302, answer.content.decode()
        return client, answer.url

    return bring


def store(client, address: str) -> None:
    page = client.get(address).content.decode()
    client.post(f"{address}/store", {"shown": re.search(r'name="shown" value="(\w+)"', page)[1]})


def test_a_form_is_read_and_every_column_says_what_it_was_taken_for(brought, text_of):
    client, address = brought(form("Kết quả đến hết ngày 20/8/2020"))
    page = text_of(client.get(address))
    assert "Số lượt cài đặt lũy kế đến ngày báo cáo" in page
    assert "9876 · 8120 · 5555" in page
    assert "Dòng tổng" in page
    store(client, address)
    assert dict(DailyCount.objects.values_list("key", "installs")) == {
        "63:930": 9_876,
        "63:932": 8_120,
        "63:935": 5_555,
    }
    assert set(DailyCount.objects.values_list("date", flat=True)) == {dt.date(2020, 8, 20)}


def test_a_page_says_which_columns_are_read_and_not_stored(brought, text_of):
    head = ["Đơn vị", "Tổng số hộ", "Số hộ có người cài", "Số người đã cài"]
    rows = [[name, 20_000, 4_000, count] for name, count in DISTRICTS]
    client, address = brought(book(("Biểu 1", [["Kết quả đến ngày 20/8/2020"], head, *rows])))
    page = text_of(client.get(address))
    assert page.count("chỉ đọc, không lưu ở đây") == 2
    assert page.index("Số hộ có người cài ứng dụng") < page.rindex("chỉ đọc, không lưu ở đây")


def test_what_is_not_certain_is_one_question_and_nothing_is_stored_before_the_answer(brought, text_of):
    client, address = brought(form(LETTER))
    page = text_of(client.get(address))
    assert "Số liệu là của ngày nào?" in page
    assert 'name="shown"' not in page
    client.post(f"{address}/store", {"shown": "x"})
    assert not DailyCount.objects.exists()
    client.post(f"{address}/answer", {"key": "date", "other": "19/8/2020"})
    store(client, address)
    assert set(DailyCount.objects.values_list("date", flat=True)) == {dt.date(2020, 8, 19)}
    assert not RememberedAnswers.objects.exists()  # the next form has a day of its own


def test_an_answer_is_remembered_for_the_same_officer_and_form_and_can_be_taken_back(brought, text_of):
    today = "KẾT QUẢ TRONG NGÀY {}/8/2020"
    client, address = brought(form(today.format(20)))
    assert "hay chỉ là số cài thêm" in text_of(client.get(address))
    client.post(f"{address}/answer", {"key": "flow", "answer": "cumulative"})
    store(client, address)
    assert DailyCount.objects.count() == 3
    client, address = brought(form(today.format(21)))
    page = text_of(client.get(address))
    assert "theo câu trả lời ngày" in page
    assert page.index('name="shown"') < page.index('name="forget"'), "what is asked for comes first"
    listed = text_of(client.get("/officer/rollout/import"))
    assert re.findall(r'data-label="Mới">([^<]+)<', listed) == ["–", "3"]  # of a file that waits nothing is stored yet
    client.post(f"{address}/answer", {"forget": "yes"})
    assert "hay chỉ là số cài thêm" in text_of(client.get(address))
    assert not RememberedAnswers.objects.exists()


def test_what_was_remembered_is_of_one_officer_and_ends(brought, text_of, set_clock):
    client, address = brought(form("KẾT QUẢ TRONG NGÀY 20/8/2020"))
    client.post(f"{address}/answer", {"key": "flow", "answer": "cumulative"})
    remembered = RememberedAnswers.objects.get()
    assert remembered.answers == {"flow": "cumulative"}
    brought(form("KẾT QUẢ TRONG NGÀY 21/8/2020"), name="ministry")
    assert Upload.objects.order_by("received_at").last().options.get("answers") is None
    assert spreadsheets.forget_old(remembered.expires_at) == 0
    assert spreadsheets.forget_old(remembered.expires_at + dt.timedelta(1)) == 1


def test_columns_can_be_mapped_by_hand(brought, text_of):
    client, address = brought(form("Kết quả đến ngày 20/8/2020", "Cột số 3"))
    assert "Cột nào là số lượt cài đặt" in text_of(client.get(address))
    client.post(f"{address}/answer", {"column:Biểu 1!C": "installs"})
    store(client, address)
    assert DailyCount.objects.count() == 3


def test_nobody_else_answers(brought, signed_in):
    _, address = brought(form(LETTER))
    assert signed_in("ministry").post(f"{address}/answer", {"key": "date", "other": "19/8/2020"}).status_code == 404
    assert "answers" not in Upload.objects.get().options


def test_a_large_file_is_opened_by_the_worker_and_the_page_waits(brought, text_of, monkeypatch):
    monkeypatch.setattr(spreadsheets, "SMALL_CELLS", 10)
    client, address = brought(form("Kết quả đến hết ngày 20/8/2020"))
    upload = Upload.objects.get()
    assert upload.state == "reading"
    assert "Tệp lớn" in text_of(client.get(address))
    assert client.get(f"{address}/progress").json()["unfinished"]
    assert client.post(f"{address}/store", {"shown": "x"}).status_code == 302
    assert spreadsheets.open_waiting(upload.received_at) == 1
    assert not client.get(f"{address}/progress").json()["unfinished"]
    store(client, address)
    assert DailyCount.objects.count() == 3
    assert bytes(Upload.objects.get().opened) == b""


def test_a_large_file_that_cannot_be_read_is_refused_by_the_worker(brought, text_of, monkeypatch):
    monkeypatch.setattr(spreadsheets, "is_small", lambda _data: False)
    client, address = brought(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 40)
    assert spreadsheets.open_waiting(Upload.objects.get().received_at) == 1
    page = text_of(client.get(address))
    assert "có mật khẩu" in page
    assert Upload.objects.get().state == "refused"
    assert bytes(Upload.objects.get().data) == b""


def weekly(week: str) -> bytes:
    rows = [[f"Kết quả vận động cài Bluezone tuần {week} tháng 8/2020"], ["STT", "Đơn vị", "Số cài được"]]
    return book(("Biểu 1", [*rows, [1, "TP Vị Thanh", 987], [2, "H. Vị Thủy", 555]]))


def test_two_things_are_asked_at_once_and_the_day_is_not_remembered(brought, text_of):
    rows = [["Tổng hợp số người cài NCOVI, Bluezone"], ["STT", "Đơn vị", "Số người đã cài"], [1, "TP Vị Thanh", 9_876]]
    client, address = brought(book(("Biểu 1", [*rows, [2, "H. Vị Thủy", 5_555]])))
    page = text_of(client.get(address))
    assert page.count('name="key"') == 1
    assert "Số liệu là của ngày nào?" in page
    assert "cùng với lựa chọn ở trên" in page
    chosen = re.search(r'value="(app=bluezone;date=[\d-]+)"', page)[1]
    client.post(f"{address}/answer", {"key": "readings", "answer": chosen, "other": "19/8/2020"})
    store(client, address)
    assert set(DailyCount.objects.values_list("date", "installs")) == {
        (dt.date(2020, 8, 19), 9_876),
        (dt.date(2020, 8, 19), 5_555),
    }
    assert RememberedAnswers.objects.get().answers == {"app": "bluezone"}


def test_a_period_is_asked_of_each_form_anew(brought, text_of):
    client, address = brought(weekly("3"))
    value = re.search(r'value="(cumulative [\d-]+)"', text_of(client.get(address)))[1]
    client.post(f"{address}/answer", {"key": "period", "answer": value})
    assert not RememberedAnswers.objects.exists()
    client, address = brought(weekly("4"))
    assert 'name="key"' in text_of(client.get(address))
