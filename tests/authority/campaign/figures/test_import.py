"""A table of figures over HTTP: shown with every problem, stored only as decided, whole or not at all."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import pipeline, spreadsheets
from bluezone.geography import catalogue
from bluezone.geography.units import Level, UnitCode
from bluezone.rollout.counts import Count

UPLOAD = "/officer/rollout/import"
GOOD = "Ngày;Đơn vị;Số lượt cài\n13/8/2020;Châu Thành;5.100\n13/8/2020;Châu Thành A;6.200\n"
DOUBTFUL = GOOD + "14/8/2020;Châu Thành;4.000\n"


@pytest.fixture
def brought(signed_in):
    """An officer brings a file: gives the page it leads to."""

    def bring(text: str | bytes, name: str = "province", file_name: str = "huyện.csv", **fields):
        data = text.encode() if isinstance(text, str) else text
        client = signed_in(name)
        return client, client.post(UPLOAD, {"file": SimpleUploadedFile(file_name, data), **fields})

    return bring


def shown_of(page) -> str:
    return re.search(r'name="shown" value="(\w+)"', page.content.decode())[1]


def decide(client, address: str, **fields):
    return client.post(f"{address}/store", {"shown": shown_of(client.get(address)), **fields})


def test_nothing_is_stored_before_the_officer_decides(brought, text_of):
    client, response = brought(GOOD)
    page = text_of(client.get(response.url))
    assert not DailyCount.objects.exists()
    assert "Sẽ lưu: 2 huyện, cài đặt lũy kế, tổng 11.300; ngày 13/8/2020." in page
    assert "Không thay số nào đã lưu" in page
    assert "5.100" in page
    decide(client, response.url)
    assert set(DailyCount.objects.values_list("key", "installs", "source")) == {
        ("63:933", 5_100, "report"),
        ("63:932", 6_200, "report"),
    }
    done = Upload.objects.get()
    assert (done.state, done.added, done.changed, done.left_out, bytes(done.data)) == ("stored", 2, 0, 0, b"")


def test_a_file_that_is_brought_again_has_nothing_to_store_but_what_is_new(brought, text_of):
    client, first = brought(GOOD)
    decide(client, first.url)
    again = text_of(client.get(brought(GOOD)[1].url))
    assert "không có gì để lưu" in again
    assert not re.search(r">Lưu \d+ dòng<", again)
    longer = text_of(client.get(brought(GOOD + "13/8/2020;Phụng Hiệp;7.300\n")[1].url))
    assert "Sẽ lưu: 1 huyện, cài đặt lũy kế, tổng 7.300" in longer
    assert "2 dòng đã lưu sẵn, giống hệt" in longer


@pytest.mark.thorough
def test_5000_rows_with_3_bad_ones(brought, text_of):
    """All of the country's communes; the three are named with line, column and reason, and the rest stored at a go."""
    day = dt.date(2020, 8, 13)
    gazetteer = catalogue.all_units()
    rows = []
    for number, unit in enumerate(gazetteer.of_level(Level.COMMUNE, day)[:5_000]):
        district, province = list(gazetteer.ancestors(unit, day))[:2]
        rows.append([f"{unit.full_name}", district.full_name, province.full_name, f"{1_000 + number:,}", "13/8/2020"])
    rows[10][0] = "Xã Atlantis"
    rows[2_000][3] = "x"
    rows[4_000][4] = "13/8/2031"
    text = "Xã;Huyện;Tỉnh;Số lượt cài;Ngày\n" + "\n".join(";".join(row) for row in rows)
    client, response = brought(text, "ministry")
    assert spreadsheets.open_waiting(Upload.objects.get().received_at) == 1
    looked_at = client.get(response.url)
    page = text_of(looked_at)
    assert set(re.findall(r'href="#d(\d+)">\d', page)) == {"4002"}
    assert "Không có đơn vị nào tên là “Xã Atlantis”" in page
    assert "2031" in page
    assert 'href="?page=25"' in page
    assert not DailyCount.objects.exists()
    client.post(f"{response.url}/store", {"shown": shown_of(looked_at)})
    assert DailyCount.objects.count() == 4_997
    assert Upload.objects.get().left_out == 3


def test_the_same_table_again_changes_nothing(brought):
    for _ in range(2):
        client, response = brought(GOOD)
        decide(client, response.url)
    assert DailyCount.objects.count() == 2
    assert [row.added for row in Upload.objects.order_by("received_at", "added")] == [0, 2]
    assert not LogEntry.objects.filter(content_type__model="dailycount").exists()


def test_a_row_in_doubt_is_stored_only_when_it_is_ticked_with_the_reason(brought, text_of):
    client, response = brought(DOUBTFUL)
    assert "giảm từ 5.100" in text_of(client.get(response.url))
    decide(client, response.url)
    assert DailyCount.objects.count() == 2
    client, response = brought(DOUBTFUL)
    refused = decide(client, response.url, confirmed=["4"])
    assert (refused.status_code, DailyCount.objects.count()) == (409, 2)
    assert 'name="why"' in refused.content.decode()
    assert 'name="confirmed" value="4" checked' in refused.content.decode()
    decide(client, response.url, confirmed=["4"], why="hai ấp đã tách ra")
    assert DailyCount.objects.count() == 3
    entry = LogEntry.objects.get(content_type__model="dailycount")
    assert entry.additional_data["why"] == "hai ấp đã tách ra (import of huyện.csv)"
    assert [row.left_out for row in Upload.objects.order_by("received_at", "left_out")] == [0, 1]


def test_all_doubts_can_be_taken_at_once(brought):
    client, response = brought(DOUBTFUL + "15/8/2020;Châu Thành;3.000\n")
    decide(client, response.url, confirm_all="yes", why="đếm lại")
    assert DailyCount.objects.count() == 4


def test_an_error_cannot_be_ticked_away(brought):
    client, response = brought(GOOD + "13/8/2020;Atlantis;5\n")
    decide(client, response.url, confirmed=["4"], confirm_all="yes")
    assert DailyCount.objects.count() == 2


def test_what_a_table_replaces_is_in_the_audit_log_one_by_one(brought, officer):
    store([Count(UnitCode.parse("63:933"), dt.date(2020, 8, 13), installs=5_000, source="report")])
    client, response = brought(GOOD)
    decide(client, response.url)
    entry = LogEntry.objects.get(content_type__model="dailycount")
    assert (entry.actor, entry.changes) == (officer("province"), {"installs": ["5000", "5100"]})
    assert entry.additional_data["why"] == "import of huyện.csv"


def test_only_units_of_the_own_jurisdiction_are_taken_the_others_are_named(brought, text_of):
    text = "date,unit,installs\n2020-08-13,Hậu Giang,55289\n"
    text += "2020-08-13,Châu Thành,5100\n2020-08-13,Phụng Hiệp,9000\n2020-08-13,Cần Thơ,1\n"
    client, response = brought(text)
    page = text_of(client.get(response.url))
    assert "Thành phố Cần Thơ nằm ngoài địa bàn" in page
    decide(client, response.url, confirm_all="yes")
    assert set(DailyCount.objects.values_list("key", flat=True)) == {"63:93", "63:933", "63:934"}


@pytest.mark.parametrize("text", ["date,unit,installs\n2020-08-13,Hậu Giang,\"55,289\"\n",
                                  "Ngày;Đơn vị;Số lượt cài;Tỷ lệ\n13/8/2020;Hậu Giang;55.289;7,54%\n",
                                  "date,unit,installs,pct_population\n2020-08-13,Hậu Giang,55289,7.54\n"])  # fmt: skip
def test_numbers_are_read_as_both_languages_write_them(brought, text):
    client, response = brought(text)
    decide(client, response.url)
    assert DailyCount.objects.get().installs == 55_289


def test_a_spreadsheet_is_taken_too(brought):
    from openpyxl import Workbook

    book, buffer = Workbook(), io.BytesIO()
    for row in (["Số liệu Bluezone"], ["Ngày", "Đơn vị", "Số lượt cài"], [dt.date(2020, 8, 13), "Hậu Giang", 55_289]):
        book.active.append(row)
    book.save(buffer)
    client, response = brought(buffer.getvalue(), file_name="hg.xlsx")
    decide(client, response.url)
    assert DailyCount.objects.get().installs == 55_289


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 210_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"no table at all", "bảng nào"),
        (b"date,unit,installs\n", "hông thấy bảng nào"),
        (b"PK\x03\x04garbage", "bảng tính"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
        (b"x" * 5_000_001, "lớn hơn"),
        pytest.param(None, "giải nén", id="zip bomb"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(brought, text_of, data, sentence):
    _, response = brought(bomb() if data is None else data)
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert not Upload.objects.exists()


def test_a_file_is_kept_for_a_day_if_nobody_decides(brought, set_clock):
    client, response = brought(GOOD)
    set_clock.forward(hours=23)
    assert pipeline.expire(set_clock.now) is None
    set_clock.forward(hours=2)
    assert pipeline.expire(set_clock.now) == 1
    gone = Upload.objects.get()
    assert (gone.state, bytes(gone.data)) == ("expired", b"")
    assert client.post(f"{response.url}/store", {"shown": "x"}).status_code == 302
    assert not DailyCount.objects.exists()


def test_a_file_thrown_away_stores_nothing(brought):
    client, response = brought(GOOD)
    seen = shown_of(client.get(response.url))
    client.post(f"{response.url}/cancel")
    client.post(f"{response.url}/store", {"shown": seen})
    assert Upload.objects.get().state == "cancelled"
    assert not DailyCount.objects.exists()


def test_what_was_decided_on_is_what_was_shown(brought, text_of):
    """Somebody else entered a figure meanwhile: the page would say something else now."""
    client, response = brought(GOOD)
    seen = shown_of(client.get(response.url))
    store([Count(UnitCode.parse("63:933"), dt.date(2020, 8, 12), installs=9_000, source="report")])
    answer = client.post(f"{response.url}/store", {"shown": seen})
    assert answer.status_code == 409
    assert "giảm từ 9.000" in text_of(answer)
    assert DailyCount.objects.count() == 1
    assert Upload.objects.get().state == "pending"


def test_nothing_is_half_imported(brought, monkeypatch):
    client, response = brought(GOOD)
    seen = shown_of(client.get(response.url))

    def broken(*args, **kwargs):
        raise RuntimeError("the power went off")

    monkeypatch.setattr(LogEntry.objects, "bulk_create", broken)
    with pytest.raises(RuntimeError):
        client.post(f"{response.url}/store", {"shown": seen})
    assert not DailyCount.objects.exists()
    assert Upload.objects.get().state == "pending"


def test_only_so_many_files_wait_for_one_officer(brought, text_of):
    for _ in range(pipeline.MAX_PENDING):
        brought(GOOD)
    _, response = brought(GOOD)
    assert "chờ bạn quyết định" in text_of(response)
    assert Upload.objects.count() == pipeline.MAX_PENDING


def test_a_superior_sees_what_became_of_it_but_does_not_decide(brought, signed_in):
    _, response = brought(GOOD)
    above = signed_in("ministry")
    page = above.get(response.url)
    assert page.status_code == 200
    for action in ("store", "cancel"):
        assert above.post(f"{response.url}/{action}", {"shown": shown_of(page)}).status_code == 404
    assert Upload.objects.get().state == "pending"


def test_the_nearest_figures_outside_the_tables_days_count_for_falls(db):
    unit = UnitCode.parse("63:93")
    days = [dt.date(2020, 8, day) for day in (1, 5, 20, 25)]
    store([Count(unit, day, installs=1, source="a") for day in days])
    found = reader.neighbours([unit], dt.date(2020, 8, 10), dt.date(2020, 8, 12))
    assert [count.date.day for count in found] == [5, 20]


def test_the_command_line_shares_the_checks_and_names_the_officer(officer, run_bluezone, tmp_path, set_clock):
    officer("province")
    file = tmp_path / "hg.csv"
    file.write_text(DOUBTFUL, encoding="utf-8")
    refused = run_bluezone("authority", "import-figures", file, "--officer", "province", "--yes")
    assert refused.code == 2
    assert "4" in refused.err
    assert not DailyCount.objects.exists()
    done = run_bluezone(
        "authority", "import-figures", file, "--officer", "province", "--leave-out-problems", "--yes", "--json"
    )
    assert '"added": 2' in done.out
    entries = LogEntry.objects.filter(content_type__model="upload")
    assert {entry.actor for entry in entries} == {officer("province")}
    confirming = ("authority", "import-figures", file, "--officer", "province", "--confirm", "4", "--yes", "--json")
    assert "say why" in run_bluezone(*confirming).err
    again = run_bluezone(*confirming, "--why", "đếm lại")
    assert '"added": 1' in again.out
    assert run_bluezone("authority", "import-figures", file, "--officer", "nobody").code == 2


def test_the_command_line_shows_first_and_stores_what_is_said_to_be_right(officer, run_bluezone, tmp_path, set_clock):
    officer("province")
    file, mapping = tmp_path / "hg.csv", tmp_path / "mapping.json"
    rows = "TT;Đơn vị;Đã có\n1;Huyện Vị Thủy;900\n2;Huyện Phụng Hiệp;800\n3;Kho;7\n"
    file.write_text(f"Bluezone đến ngày 17/8/2020;;\n{rows}", encoding="utf-8")
    command = ("authority", "import-figures", file, "--officer", "province")
    shown = run_bluezone(*command)
    assert (shown.code, "--yes" in shown.err, "Huyện Vị Thủy 63:935" in shown.out) == (3, True, True)
    assert not DailyCount.objects.exists()
    said = ("--column", "C=installs", "--row", "4=63:933", "--leave-out", "5", "--date", "16/8/2020")
    assert '"added": 2' in run_bluezone(*command, *said, "--yes", "--json").out
    assert set(DailyCount.objects.values_list("key", "installs", "date")) == {
        ("63:935", 900, dt.date(2020, 8, 16)),
        ("63:933", 800, dt.date(2020, 8, 16)),
    }
    mapping.write_text('{"roles": {"C": "installs"}, "day": "2020-08-17", "left_out": [5]}')
    assert '"added": 2' in run_bluezone(*command, "--mapping", mapping, "--json").out
    mapping.write_text('{"rolls": {"C": "installs"}}')
    assert run_bluezone(*command, "--mapping", mapping).code == 2


def test_a_table_most_of_whose_rows_would_be_left_out_is_a_question(officer, run_bluezone, tmp_path, set_clock):
    officer("province")
    file = tmp_path / "hg.csv"
    rows = "".join(f"13/8/2020;Nhóm {number};{number}5\n" for number in range(1, 6))
    file.write_text(GOOD.splitlines()[0] + "\n13/8/2020;Châu Thành;5.100\n" + rows, encoding="utf-8")
    asked = run_bluezone("authority", "import-figures", file, "--officer", "province", "--yes")
    assert (asked.code, "nothing was stored" in asked.err) == (3, True)
    assert not DailyCount.objects.exists()


def test_a_table_that_waits_is_due_on_the_home_page(brought, text_of):
    client, response = brought(GOOD)
    home = client.get("/officer/rollout/")
    assert "Một bảng chờ bạn quyết định" in text_of(home)
    assert response.url in home.content.decode()


def test_rows_of_units_that_are_not_registered_lead_to_where_units_are_added(brought, text_of):
    client, response = brought(GOOD)
    assert "chưa có ở đây" not in text_of(client.get(response.url))
    unknown = "13/8/2020;Công ty May Hậu Giang;51\n13/8/2020;Trường Tiểu học Vị Đông;62\n"
    file = SimpleUploadedFile("đơn vị.csv", (GOOD + unknown).encode())
    page = text_of(client.get(client.post(UPLOAD, {"file": file}).url))
    assert "2 dòng ghi đơn vị chưa có ở đây" in page
    assert 'href="/officer/units/upload"' in page


def test_storing_judges_a_table_once(brought, monkeypatch):
    client, response = brought(GOOD)
    shown, look, judged = shown_of(client.get(response.url)), pipeline.look, []
    monkeypatch.setattr(pipeline, "look", lambda *given: judged.append(given) or look(*given))
    assert client.post(f"{response.url}/store", {"shown": shown}).status_code == 302
    assert len(judged) == 1
