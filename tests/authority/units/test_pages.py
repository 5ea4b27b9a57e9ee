"""The pages of units over HTTP: every border tried by every role, and what is refused leaves nothing behind."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bluezone.authority.site.models import Upload
from bluezone.authority.units import services
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode
from bluezone.rollout.sectors import make_code

DAY = dt.date(2020, 8, 15)
#: who may do what with a school of the commune 63:31318
SEES = {"ministry", "province", "successor", "district", "commune", "head"}
DIRECTS = SEES - {"successor", "head"}
EVERYBODY = [
    "ministry", "province", "neighbour", "successor", "district", "sister district", "commune", "sister commune",
    "without a role", "head", "other head",
]  # fmt: skip


@pytest.fixture
def school(db):
    return services.register(Facts("Trường A", "schools", UnitCode.parse("63:31318"), 60, headed_by="Cô An"), DAY)


@pytest.fixture
def market(db):
    return services.register(Facts("Chợ B", "companies", UnitCode.parse("63:31340"), 300), DAY)


@pytest.fixture
def log_in(officer, school, market):
    def as_(name: str):
        heads = {"head": school.place, "other head": market.place}
        return officer(name, "unit-head", heads[name]) if name in heads else officer(name)

    return as_


def text_of(response) -> str:
    assert response.status_code == 200, response.content
    return response.content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_units_pages_are_open_to_its_jurisdiction_only(log_in, client, school, name):
    log_in(name)
    base = f"/officer/units/{school.code}"
    none = 403 if name == "without a role" else 404
    for path in ("", "/poster.pdf", "/qr.svg"):
        assert client.get(base + path).status_code == (200 if name in SEES else none), path
    changed = 200 if name in DIRECTS else 403 if name in SEES else none
    assert client.get(f"{base}/edit").status_code == changed
    assert client.get(f"/officer/units/{make_code(b'99999')}").status_code == none


@pytest.mark.parametrize("name", EVERYBODY)
def test_only_who_directs_it_changes_closes_and_reopens_a_unit(log_in, client, school, name):
    log_in(name)
    base = f"/officer/units/{school.code}"
    refused = 403 if name in SEES or name == "without a role" else 404
    new = {"name": "Trường A1", "sector": "schools", "within": "63:31318", "headcount": "70"}
    for path, body in (("/edit", new), ("/close", {}), ("/reopen", {})):
        assert client.post(base + path, body).status_code == (302 if name in DIRECTS else refused), path
        seen = client.get(base + path)
        assert "Allow" in seen.headers or seen.status_code == (200 if name in DIRECTS else refused), path
    school.refresh_from_db()
    assert school.name == ("Trường A1" if name in DIRECTS else "Trường A")
    assert school.closed_on is None


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_list_shows_the_own_units_only(log_in, client, school, market, name):
    log_in(name)
    response = client.get("/officer/units/", follow=True)
    if name == "without a role":
        assert response.status_code == 403
        return
    page = text_of(response)
    sees_market = name in {"ministry", "province", "successor", "sister district", "other head"}
    market_is_there = "63:935" in market.place
    assert ("Trường A" in page) == (name in SEES)
    assert (market.name in page) == (sees_market and (market_is_there or name != "sister district"))


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_unit_is_founded_within_the_own_jurisdiction_only(log_in, client, name):
    log_in(name)
    before = Organisation.objects.count()
    answer = client.post(
        "/officer/units/new", {"name": "Trường C", "sector": "schools", "within": "63:31318", "headcount": "50"}
    )
    if name in DIRECTS:
        made = Organisation.objects.get(name="Trường C")
        assert answer.headers["Location"] == f"/officer/units/{made.code}"
    else:
        assert answer.status_code == (403 if name in {"without a role", "head", "other head"} else 400)
        assert Organisation.objects.count() == before


def test_nobody_gets_in_without_login_and_nothing_is_posted_without_a_token(db, school, officer):
    strict = Client(enforce_csrf_checks=True)
    for path in ("", "new", "upload", school.code, f"{school.code}/poster.pdf", "posters.pdf"):
        assert strict.get(f"/officer/units/{path}").status_code == 302
    strict.force_login(officer("province"))
    for path in ("new", "upload", f"{school.code}/edit", f"{school.code}/close", f"{school.code}/reopen"):
        assert strict.post(f"/officer/units/{path}", {}).status_code == 403


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "Tên"),
        ({"within": "Atlantis"}, "Atlantis"),
        ({"within": "63:916"}, "63:916"),
        ({"within": "Quận Bình Thuỷ, Cần Thơ"}, "Bình Thuỷ"),
        ({"sector": "cows"}, "Lĩnh vực"),
        ({"headcount": "0"}, "Số người"),
        ({"headcount": "many"}, "Số người"),
        ({"headcount": "9999999"}, "Số người"),
    ],
)
def test_what_cannot_be_is_a_sentence_in_vietnamese_and_nothing_is_stored(officer, client, change, sentence):
    officer("province")
    values = {"name": "Trường C", "sector": "schools", "within": "63:31318", "headcount": "50"} | change
    answer = client.post("/officer/units/new", values)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Organisation.objects.exists()


def test_an_abolished_district_takes_no_new_units(officer, client, set_clock):
    officer("province")
    set_clock.now = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    answer = client.post("/officer/units/new", {"name": "C", "sector": "schools", "within": "63:930", "headcount": "5"})
    assert answer.status_code == 400
    assert "30/6/2025" in answer.content.decode().replace("\u00a0", " ")


def test_a_second_of_the_name_is_refused(officer, client, school):
    officer("province")
    same = {"name": "Trường A", "sector": "schools", "within": "63:31318", "headcount": "50"}
    assert "đã có đơn vị" in client.post("/officer/units/new", same).content.decode().lower()


def test_small_counts_are_suppressed_on_list_and_page(officer, client, school, put_figure):
    officer("province")
    for installs, shown in ((3, "dưới 5"), (58, "gần đủ, thiếu nhiều nhất 4"), (31, "51,67%")):
        put_figure(school, DAY, installs)
        for path in ("/officer/units/", f"/officer/units/{school.code}"):
            page = text_of(client.get(path))
            assert shown in page
            assert (f">{installs}<" in page) == (installs == 31)


def test_units_are_found_by_name_without_diacritics_by_sector_and_place(officer, client, school, market):
    officer("province")

    def found(query: str) -> set[str]:
        page = text_of(client.get(f"/officer/units/?{query}"))
        return {each.name for each in (school, market) if each.name in page}

    assert found("q=truong") == {"Trường A"}
    assert found("q=zzz") == set()
    assert found("sector=companies") == {"Chợ B"}
    assert found("within=63:930") == {"Trường A"}
    assert found("within=vi%20thanh") == {"Trường A"}
    services.close(school, DAY)
    assert found("") == {"Chợ B"}
    assert found("state=closed") == {"Trường A"}
    assert found("state=all&sector=cows") == {"Trường A", "Chợ B"}
    assert "Atlantis" in text_of(client.get("/officer/units/?within=Atlantis"))


def test_posters_of_the_ticked_or_of_all_found_one_page_each(officer, client, school, market, pages_of):
    officer("province")
    assert pages_of(client.get("/officer/units/posters.pdf").content) == 2
    assert pages_of(client.get(f"/officer/units/posters.pdf?code={school.code}").content) == 1
    assert pages_of(client.get("/officer/units/posters.pdf?sector=companies").content) == 1
    assert client.get("/officer/units/posters.pdf?q=zzz").status_code == 302
    officer("commune")
    assert pages_of(client.get(f"/officer/units/posters.pdf?code={school.code}&code={market.code}").content) == 1
    officer("head", "unit-head", school.place)
    assert pages_of(client.get(f"/officer/units/posters.pdf?code={market.code}&code={school.code}").content) == 1


def test_a_poster_leads_to_the_public_address(officer, client, school, environment):
    officer("province")
    page = text_of(client.get(f"/officer/units/{school.code}"))
    assert school.code in page
    environment(public_url="https://bluezone.example.vn/")
    from bluezone.authority.units.posters import address_of

    class Asked:
        def build_absolute_uri(self, path: str) -> str:
            return f"http://inside{path}"

    assert address_of(Asked(), school.code) == f"https://bluezone.example.vn/install/{school.code}"  # type: ignore[arg-type]


def test_the_page_behind_a_poster_is_the_same_for_every_code(db, set_clock, client, school):
    known, unknown = (
        text_of(client.get(f"/install/{code}")).replace(code, "CODE") for code in (school.code, make_code(b"99999"))
    )
    strip = lambda page: page.split("<main", 1)[1].split("</main", 1)[0]  # noqa: E731
    assert strip(known) == strip(unknown)
    assert school.name not in known
    assert "Cài đặt Bluezone" in text_of(client.get("/install/nonsense"))


# --- a list of many units ---------------------------------------------------------------------------------------------

GOOD = """tên đơn vị;lĩnh vực;xã;huyện;số người;người đứng đầu
Trường Tiểu học 1;trường học;Phường I;Vị Thanh;1.200;Cô Ba
Chợ Vị Thanh;chợ;Phường I;Vị Thanh;340;
Ấp Mỹ Hiệp;ấp;63:31340;;512;Ông Tư
"""
BAD = GOOD + "Trường X;trường học;Phường Không Có;Vị Thanh;9;\nQuán Y;thú y;Phường I;Vị Thanh;5,5;\n"


def send(client, text: str, name: str = "list.csv"):
    return client.post("/officer/units/upload", {"file": SimpleUploadedFile(name, text.encode())})


def store(client, there: str, **fields: str):
    """Decides on a list as its page shows it."""
    shown = re.search(r'name="shown" value="(\w+)"', client.get(there).content.decode())
    return client.post(f"{there}/store", {"shown": shown[1] if shown else ""} | fields)


def tally(client, there: str) -> dict[str, int]:
    """The numbers in the sentence of what would be stored, and of what is left out below it."""
    page = client.get(there).content.decode()
    words = {"Mới": "dòng mới", "Thay đổi": "dòng thay đổi", "Như cũ": "dòng đã lưu sẵn", "Lỗi": "dòng có lỗi"}
    found = {name: re.search(rf"(\d+) {text}", page) for name, text in words.items()}
    return {name: int(each[1]) if each else 0 for name, each in found.items()}


def test_a_list_is_shown_first_stored_then_and_the_same_again_changes_nothing(officer, client):
    officer("province")
    there = send(client, GOOD).headers["Location"]
    assert tally(client, there)["Mới"] == 3
    assert not Organisation.objects.exists()
    assert store(client, there).headers["Location"] == there
    rows = Organisation.objects.order_by("name")
    assert [(row.name, row.sector, row.headcount, row.with_families) for row in rows] == [
        ("Chợ Vị Thanh", "markets", 340, False),
        ("Trường Tiểu học 1", "schools", 1_200, True),
        ("Ấp Mỹ Hiệp", "neighbourhoods", 512, False),
    ]
    done = Upload.objects.get()
    assert (done.state, done.added, done.changed, bytes(done.data)) == ("stored", 3, 0, b"")
    again = send(client, GOOD.replace(";340;", ";350;")).headers["Location"]
    found = tally(client, again)
    assert (found["Mới"], found["Thay đổi"], found["Như cũ"]) == (0, 1, 2)
    assert "thay cho 340" in text_of(client.get(again))
    store(client, again)
    assert Organisation.objects.get(name="Chợ Vị Thanh").headcount == 350
    assert Organisation.objects.count() == 3


def test_bad_rows_are_shown_with_line_column_and_reason_and_nothing_is_stored_until_the_officer_decides(
    officer, client
):
    officer("province")
    there = send(client, BAD).headers["Location"]
    assert tally(client, there)["Lỗi"] == 2
    page = text_of(client.get(there))
    for line in ("5", "6"):
        assert f">{line}<" in page
    assert "Trường X" in page
    assert "Phường Không Có" in page
    assert "thú y" in page
    assert "5,5" in page
    assert client.post(f"{there}/store").status_code == 409
    assert not Organisation.objects.exists()
    store(client, there)
    assert Organisation.objects.count() == 3
    assert Upload.objects.get().left_out == 2


def test_what_is_decided_on_is_what_was_shown(officer, client):
    """Somebody else changed a unit meanwhile: the page would say something else now."""
    officer("province")
    store(client, send(client, GOOD).headers["Location"])
    there = send(client, GOOD.replace(";340;", ";350;")).headers["Location"]
    shown = re.search(r'name="shown" value="(\w+)"', client.get(there).content.decode())[1]
    Organisation.objects.filter(name="Chợ Vị Thanh").update(headcount=345)
    answer = client.post(f"{there}/store", {"shown": shown})
    assert answer.status_code == 409
    assert "345" in answer.content.decode()
    assert Organisation.objects.get(name="Chợ Vị Thanh").headcount == 345


def test_a_list_is_stored_whole_or_not_at_all(officer, client, monkeypatch):
    officer("province")
    there = send(client, GOOD).headers["Location"]
    register = services.register
    made = []

    def breaks_at_the_third(*args):
        made.append(args)
        if len(made) == 3:
            raise services.OrganisationError("no more codes")
        return register(*args)

    monkeypatch.setattr(services, "register", breaks_at_the_third)
    assert store(client, there).status_code == 409
    assert not Organisation.objects.exists()
    assert Upload.objects.get().state == "pending"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "Tệp này trống."),
        ("a;b\n1;2\n", "hông thấy bảng nào"),
        ("tên đơn vị;xã\n", "hông thấy bảng nào"),
        ("tên đơn vị;xã\n" + "A;B\n" * 2_001, "2.000"),
    ],
)
def test_a_file_that_is_no_list_is_a_sentence(officer, client, content, sentence):
    officer("province")
    answer = send(client, content)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert client.post("/officer/units/upload").status_code == 400


def test_a_workbook_is_read_too(officer, client):
    from openpyxl import Workbook

    officer("province")
    book = Workbook()
    for row in (
        ["name", "sector", "commune", "district", "headcount"],
        ["School 1", "school", "Phường I", "Vị Thanh", 90],
    ):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    there = client.post("/officer/units/upload", {"file": SimpleUploadedFile("a.xlsx", data.getvalue())})
    store(client, there.headers["Location"])
    assert Organisation.objects.get().headcount == 90


def test_a_list_stays_within_the_jurisdiction_and_is_decided_on_by_its_officer_alone(officer, client):
    officer("commune")
    there = send(client, GOOD).headers["Location"]
    assert tally(client, there)["Lỗi"] == 1  # the hamlet lies in another commune
    for name, status in (("province", 200), ("ministry", 200), ("sister commune", 404), ("neighbour", 404)):
        officer(name)
        assert client.get(there).status_code == status, name
        for action in ("store", "cancel"):
            assert client.post(f"{there}/{action}").status_code == 404, name
    assert not Organisation.objects.exists()
    assert Upload.objects.get().state == "pending"


def test_rights_are_asked_again_when_a_list_is_stored(officer, client):
    user = officer("province")
    there = send(client, GOOD).headers["Location"]
    shown = re.search(r'name="shown" value="(\w+)"', client.get(there).content.decode())[1]
    user.place = "/63:92/"
    user.save()
    assert client.post(f"{there}/store", {"shown": shown}).status_code == 404
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("name", ["without a role", "head"])
def test_who_manages_no_units_uploads_none(log_in, client, name):
    log_in(name)
    assert client.get("/officer/units/upload").status_code == 403
    assert send(client, GOOD).status_code == 403


def test_a_posters_count_among_few_people_is_suppressed_for_the_units_head_too(officer, client, school, put_figure):
    officer("head", "unit-head", school.place)
    put_figure(school, DAY, 3, origin="counted", active=2)
    for path in ("/officer/rollout/", "/officer/rollout/own", f"/officer/units/{school.code}"):
        page = text_of(client.get(path)).split("<main", 1)[1]
        assert "dưới 5" in page, path
        assert not re.search(r">\s*[23]\s*<", page), path


def test_small_reported_counts_are_suppressed_for_the_officers_above(officer, client, school, put_figure):
    officer("province")
    put_figure(school, DAY, 58)
    page = text_of(client.get("/officer/rollout/reports?of=organisations"))
    assert "gần đủ" in page
    assert ">58<" not in page


def test_of_two_officers_who_change_one_unit_the_second_undoes_nothing_unseen(log_in, client, school):
    log_in("commune")
    address = f"/officer/units/{school.code}/edit"
    read = re.search(r'name="read" value="(\w+)"', text_of(client.get(address)))[1]
    same = {"sector": "schools", "within": "63:31318", "headcount": "60", "headed_by": "Cô An"}
    assert client.post(address, same | {"name": "Trường A1", "read": read}).status_code == 302
    late = client.post(address, same | {"name": "Trường A", "headcount": "64", "read": read})
    assert late.status_code == 400
    page = late.content.decode()
    assert "Có người khác vừa sửa nội dung này sau khi bạn mở trang" in page
    assert "Trường A1" in page
    assert 'value="64"' in page, "nothing that was written is lost"
    school.refresh_from_db()
    assert (school.name, school.headcount) == ("Trường A1", 60)
    seen = re.search(r'name="read" value="(\w+)"', page)[1]
    assert client.post(address, same | {"name": "Trường A1", "headcount": "64", "read": seen}).status_code == 302
    school.refresh_from_db()
    assert (school.name, school.headcount) == ("Trường A1", 64)
