"""A sheet with choices above its columns and beside its rows: what is stored is what was shown."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from tests.spreadsheets.files import saved, workbook

from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.site.models import RememberedMapping, Upload
from bluezone.authority.site.uploads import spreadsheets

UPLOAD = "/officer/rollout/import"
DISTRICTS = [("TP. Vị Thanh", 9_876), ("H. Châu Thành A", 8_120), ("H. Vị Thủy", 5_555)]
HEADER = "Số người cài đặt Bluezone"


def form(title: str, header: str = HEADER, more: list[list[object]] | None = None) -> bytes:
    rows = [[title], ["STT", "Đơn vị", header], *[[n, *each] for n, each in enumerate(DISTRICTS, 1)], *(more or []),
            ["", "Tổng cộng", sum(count for _, count in DISTRICTS)], [], ["", "", "CHỦ TỊCH"]]  # fmt: skip
    return saved(workbook(rows))


TODAY = "Kết quả đến hết ngày 20/8/2020"


@pytest.fixture
def brought(signed_in, set_clock):
    set_clock.now = dt.datetime(2020, 8, 21, 3, tzinfo=dt.UTC)

    def bring(data: bytes, file_name: str = "biểu.xlsx", name: str = "province"):
        client = signed_in(name)
        answer = client.post(UPLOAD, {"file": SimpleUploadedFile(file_name, data)})
        assert answer.status_code == 302, answer.content.decode()
        return client, answer.url

    return bring


def shown_in(page: str) -> str:
    return re.search(r'name="shown" value="(\w+)"', page)[1]


def store(client, address: str, **chosen):
    page = client.get(address).content.decode()
    return client.post(f"{address}/store", {"shown": shown_in(page), **chosen})


def kept() -> set[tuple[str, int | None, dt.date]]:
    return set(DailyCount.objects.values_list("key", "installs", "date"))


def test_every_column_and_row_says_what_it_is_taken_for_and_what_would_be_stored(brought, text_of):
    client, address = brought(form(TODAY))
    page = text_of(client.get(address))
    assert re.search(r'<option value="installs" selected>Cài đặt lũy kế</option>', page)
    assert "Tiêu đề cột ghi “Đơn vị”" in page
    assert re.search(r'<option value="63:932" selected>Huyện Châu Thành A</option>', page)
    assert re.search(r'<tr id="d6" class="off', page)
    assert "Dòng tổng cộng" in page
    assert "Sẽ lưu: 3 huyện, cài đặt lũy kế, tổng 23.551; ngày 20/8/2020." in page
    assert page.index("Sẽ lưu") < page.index(">Lưu 3 dòng<")
    store(client, address)
    day = dt.date(2020, 8, 20)
    assert kept() == {("63:930", 9_876, day), ("63:932", 8_120, day), ("63:935", 5_555, day)}


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"role-C": "active"}, "máy đang dùng, tổng 23.551"),
        ({"role-C": "ignore"}, "không lưu gì"),
        ({"day": "2020-08-19"}, "ngày 19/8/2020"),
        ({"day-C": "2020-08-18"}, "ngày 18/8/2020"),
        ({"unit-3": "63:931"}, "3 huyện"),
        ({"other-3": "63:931 Thành phố Ngã Bảy"}, "3 huyện"),
        ({"other-3": "Ngã Bảy"}, "3 huyện"),
        ({"unit-4": "out"}, "2 huyện, cài đặt lũy kế, tổng 15.431"),
        ({"leave": "4"}, "2 huyện, cài đặt lũy kế, tổng 15.431"),
        ({"other-6": "Hậu Giang"}, "3 huyện"),
        ({"header": "2-3"}, "2 huyện, cài đặt lũy kế, tổng 13.675"),
    ],
)
def test_a_press_of_store_with_a_change_shows_it_and_stores_nothing(brought, text_of, chosen, says):
    client, address = brought(form(TODAY))
    answer = store(client, address, **chosen)
    page = text_of(answer)
    assert (answer.status_code, DailyCount.objects.exists()) == (409, False)
    assert "Chưa lưu gì: đây là tệp với thay đổi của bạn" in page
    assert says in page
    again = text_of(client.post(f"{address}/answer", chosen))  # the same choice again changes nothing
    assert says in again
    if "không lưu gì" not in says:
        client.post(f"{address}/store", {"shown": shown_in(again)})
        assert DailyCount.objects.exists()


def test_a_row_left_out_is_taken_by_a_press(brought, text_of):
    client, address = brought(form(TODAY, more=[["", "Kho lương thực", 12]]))
    page = text_of(client.get(address))
    assert re.search(r'<tr id="d6" class="off', page)
    page = text_of(client.post(f"{address}/answer", {"take": "6", "other-6": "63:934"}))
    assert not re.search(r'<tr id="d6" class="off', page)
    client.post(f"{address}/store", {"shown": shown_in(page)})
    assert ("63:934", 12, dt.date(2020, 8, 20)) in kept()


@pytest.mark.parametrize("chosen", [{"other-3": "Atlantis"}, {"day": "yesterday"}, {"unit-3": "63:999"}])
def test_what_cannot_be_chosen_is_said_and_nothing_is_lost(brought, text_of, chosen):
    client, address = brought(form(TODAY))
    answer = client.post(f"{address}/answer", chosen)
    assert answer.status_code == 400 or answer.status_code == 409
    assert 'role="alert"' in text_of(answer)
    assert "Sẽ lưu: 3 huyện" in text_of(client.get(address))


def test_what_is_not_of_the_form_is_ignored(brought):
    client, address = brought(form(TODAY))
    client.post(f"{address}/answer", {"role-C": "nonsense", "role-ZZ": "installs", "take": "999", "page": "9" * 30})
    assert not spreadsheets.decided_of(Upload.objects.get())


def test_a_figure_of_another_unit_that_a_change_would_store_is_refused(brought):
    client, address = brought(form(TODAY))
    client.post(f"{address}/answer", {"unit-3": "63:925"})  # in Cần Thơ
    assert client.get(address).status_code == 200
    assert not spreadsheets.decided_of(Upload.objects.get()).units


def test_a_mapping_is_remembered_for_the_same_officer_and_form_and_can_be_forgotten(brought, text_of):
    odd = "Cột số 3"
    client, address = brought(form(TODAY, odd))
    store(client, address, **{"role-C": "installs", "unit-3": "63:931"})
    store(client, address, remember="yes")
    assert DailyCount.objects.count() == 3
    remembered = RememberedMapping.objects.get()
    assert (remembered.mapping["roles"]["C"], remembered.mapping["names"]) == ("installs", {"TP. Vị Thanh": "63:931"})
    assert "day" not in remembered.mapping
    client, address = brought(form(TODAY.replace("20/8", "21/8"), odd))
    page = text_of(client.get(address))
    assert "Cách hiểu bạn đã chọn ngày 21/8/2020" in page.replace("21-08-2020", "21/8/2020")
    store(client, address)  # one press
    assert ("63:931", 9_876, dt.date(2020, 8, 21)) in kept()
    client, address = brought(form(TODAY.replace("20/8", "19/8"), odd))
    client.post(f"{address}/answer", {"forget": "yes"})
    assert not RememberedMapping.objects.exists()
    assert not spreadsheets.decided_of(Upload.objects.latest("received_at"))


def test_what_was_remembered_is_of_one_officer_and_ends(brought):
    client, address = brought(form(TODAY))
    store(client, address, remember="yes")
    remembered = RememberedMapping.objects.get()
    brought(form(TODAY), name="ministry")
    assert "remembered" not in Upload.objects.order_by("received_at").last().options
    assert spreadsheets.forget_old(remembered.expires_at) == 0
    assert spreadsheets.forget_old(remembered.expires_at + dt.timedelta(1)) == 1


def test_nothing_is_remembered_unless_it_is_asked_for(brought):
    client, address = brought(form(TODAY))
    store(client, address)
    assert DailyCount.objects.count() == 3
    assert not RememberedMapping.objects.exists()


def test_nobody_else_decides(brought, signed_in):
    _, address = brought(form(TODAY))
    above = signed_in("ministry")
    assert above.post(f"{address}/answer", {"role-C": "ignore"}).status_code == 404
    assert '<select name="unit-3"' not in above.get(address).content.decode()
    assert not spreadsheets.decided_of(Upload.objects.get())


def test_another_sheet_is_chosen_as_a_whole(brought, text_of):
    first = [["Kết quả đến ngày 20/8/2020"], ["Đơn vị", HEADER], *DISTRICTS]
    second = [["Kết quả đến ngày 19/8/2020"], ["Đơn vị", HEADER], ("TP. Vị Thanh", 100), ("H. Vị Thủy", 200)]
    client, address = brought(saved(workbook(first, second)))
    assert "tổng 23.551" in text_of(client.get(address))
    assert "tổng 300; ngày 19/8/2020" in text_of(client.post(f"{address}/answer", {"sheet": "S2", "role-A": "ignore"}))


def test_a_large_file_is_opened_by_the_worker_and_the_page_waits(brought, text_of, monkeypatch):
    monkeypatch.setattr(spreadsheets, "SMALL_CELLS", 10)
    client, address = brought(form(TODAY))
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


def test_the_empty_form_filled_in_needs_no_choice(signed_in, set_clock, text_of):
    set_clock.now = dt.datetime(2020, 8, 21, 3, tzinfo=dt.UTC)
    client = signed_in("province")
    assert "/officer/rollout/import/form.xlsx" in text_of(client.get(UPLOAD))
    book = load_workbook(io.BytesIO(client.get("/officer/rollout/import/form.xlsx").content))
    book.worksheets[0].cell(5, 3).value = 9_876
    answer = client.post(UPLOAD, {"file": SimpleUploadedFile("biểu.xlsx", saved(book))})
    page = text_of(client.get(answer.url))
    assert "chỗ cần xem" not in page
    store(client, answer.url)
    assert kept() == {("63:930", 9_876, dt.date(2020, 8, 21))}
