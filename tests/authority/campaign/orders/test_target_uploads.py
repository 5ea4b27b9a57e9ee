"""A table cuts an order in force to districts and communes; what does not add up is said before anything is stored."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.spreadsheets.files import saved, workbook

from bluezone.authority.campaign.orders import services, target_uploads, tree
from bluezone.authority.campaign.orders.models import Directive, Target
from bluezone.authority.campaign.orders.rules import plan
from bluezone.authority.officers.models import User
from bluezone.authority.site.models import Upload
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import Split

UPLOAD = "/officer/directives/targets"
#: people of the eight districts of Hậu Giang by the census of 2019, and their 30 %
DISTRICTS = {
    "63:930": "Thành phố Vị Thanh",
    "63:931": "Thành phố Ngã Bảy",
    "63:932": "Huyện Châu Thành A",
    "63:933": "Huyện Châu Thành",
    "63:934": "Huyện Phụng Hiệp",
    "63:935": "Huyện Vị Thủy",
    "63:936": "Huyện Long Mỹ",
    "63:937": "Thị xã Long Mỹ",
}


#: 30 % of each; the districts have 790 people less than the province, so one takes the rest
THIRTY = {
    "63:930": 21_997,
    "63:931": 16_855,
    "63:932": 29_282,
    "63:933": 26_424,
    "63:934": 56_406 + 235,
    "63:935": 27_038,
    "63:936": 23_073,
    "63:937": 18_596,
}


@pytest.fixture
def order(letter) -> Directive:
    """30 % of Hậu Giang, not handed down yet."""
    root = tree.territory(letter.scope, Measure.POPULATION, tree.Depth.NOT, letter.issued, {})
    return services.give(letter, plan(root, letter.target, Split.EQUALISE), letter.issued)


@pytest.fixture
def officer(hau_giang, client):
    def log_in(role: str = "province", place: str = "/63:93/") -> User:
        user, _ = User.objects.get_or_create(username=f"{role}{place}".replace("/", "."), role=role, place=place)
        client.force_login(user)
        return user

    return log_in


@pytest.fixture
def bring(client, order, officer):
    """Uploads a table for the order and gives the preview's address and page: `bring("đơn vị;chỉ tiêu\\n…")`."""

    def upload(text: str, directive: Directive | None = None, status: int = 200):
        if "_auth_user_id" not in client.session:
            officer()
        file = SimpleUploadedFile("chi-tieu.csv", text.encode())
        posted = client.post(UPLOAD, {"file": file, "directive": str((directive or order).pk)})
        if posted.status_code != 302:
            assert posted.status_code == 400
            return "", said(posted)
        return posted["Location"], said(client.get(posted["Location"]), status)

    return upload


def said(response, status: int | None = None) -> str:
    assert status is None or response.status_code == status
    return response.content.decode().replace("\u00a0", " ")


def decide(client, address: str, page: str, *confirmed: int):
    shown = re.search(r'name="shown" value="(\w+)"', page)[1]
    return client.post(f"{address}/store", {"shown": shown, "confirmed": confirmed})


def people(code: str) -> int:
    unit = UnitCode.parse(code)
    return catalogue.figures().current(catalogue.all_units().unit(unit), Measure.POPULATION, tree_day()).value


def tree_day():
    import datetime as dt

    return dt.date(2020, 8, 15)


def districts(**targets: int) -> str:
    """A table of the eight districts, 30 % each; `d930=5` another target, 0 none."""
    lines = ["đơn vị;chỉ tiêu"]
    for code, name in DISTRICTS.items():
        target = targets.get(f"d{code[3:]}", THIRTY[code])
        lines += [f"{name};{target}"] if target else []
    return "\n".join(lines)


def communes(district: str, target: int, size: int = 0) -> str:
    """A table of a district's communes, each with a target, and with people where they are given."""
    units = catalogue.all_units().children(UnitCode.parse(district), tree_day())
    head = "mã;chỉ tiêu" + (";dân số" if size else "")
    return "\n".join([head, *(f"{each.code};{target}{f';{size}' if size else ''}" for each in units)])


def test_a_province_is_cut_to_its_districts_in_one_table(bring, client, order):
    address, page = bring(districts())
    assert 'name="confirmed"' not in page
    assert not Target.objects.filter(parent__isnull=False).exists()  # nothing is stored before the decision
    assert decide(client, address, page).status_code == 302
    targets = Target.objects.filter(directive=order, parent__parent__isnull=True, parent__isnull=False)
    assert {each.key for each in targets} == set(DISTRICTS)
    order.refresh_from_db()
    assert order.split == Split.GIVEN
    assert targets.get(key="63:930").responsible == "Chủ tịch UBND thành phố Vị Thanh"
    assert said(client.get(f"/officer/directives/{order.pk}"), 200).count("Phụng Hiệp") >= 1
    assert Upload.objects.get().added == 8


def test_all_communes_of_the_province_in_one_upload(bring, client, order):
    lines = ["xã;huyện;chỉ tiêu;dân số"]
    for code, name in DISTRICTS.items():
        units = catalogue.all_units().children(UnitCode.parse(code), tree_day())
        size = people(code) // len(units)
        lines += [f"{each.full_name};{name};{-(-size * 31 // 100)};{size}" for each in units]
    assert len(lines) == 76
    address, page = bring("\n".join(lines))
    assert 'name="confirmed"' not in page, re.findall(r'data-label="Lý do">([^<]+)', page)
    assert decide(client, address, page).status_code == 302
    rows = Target.objects.filter(directive=order)
    assert rows.count() == 1 + 8 + 75
    for district in rows.filter(key__in=DISTRICTS):  # the table names no district: each has the sum of its communes
        assert district.installs == sum(district.children.values_list("installs", flat=True))
        assert district.people == people(district.key)


def test_parts_that_do_not_reach_the_target_are_a_question_that_names_the_difference(bring, client, order):
    address, page = bring(districts(d930=10_000))
    assert "cộng lại được 207.909: thiếu 11.997 so với chỉ tiêu 219.906" in page
    (line,) = re.findall(r'name="confirmed" value="(\d+)"', page)
    assert "8 dòng chờ quyết định về dòng khác" in page  # all wait for the answer about the whole
    assert "Lưu các dòng được đánh dấu" in page
    refused = decide(client, address, page)
    assert refused.status_code == 400
    assert "Như vậy thì không lưu gì" in said(refused, 400)
    assert Target.objects.count() == 1  # without a yes none of the parts is stored
    order.refresh_from_db()
    assert order.split == ""  # and the order does not say that it was cut by a table
    assert Upload.objects.get().state == Upload.State.PENDING
    decide(client, address, page, int(line))
    assert Target.objects.get(key="63:930").installs == 10_000


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("đơn vị;tỷ lệ\nThành phố Vị Thanh;110%", "110%"),
        ("đơn vị;tỷ lệ\nThành phố Vị Thanh;0%", "0%"),
        ("đơn vị;chỉ tiêu\nThành phố Vị Thanh;1.000.000", "trong khi ở đó chỉ có"),
        ("đơn vị;chỉ tiêu\nQuận Ninh Kiều, Cần Thơ;5000", "nằm ngoài địa bàn"),
        ("đơn vị;chỉ tiêu\nTỉnh Hậu Giang;5000", "không nằm trong Tỉnh Hậu Giang"),
        ("đơn vị;chỉ tiêu\nThành phố Vị Thanh;9000\nTP Vị Thanh;9000", "đã có ở dòng 2"),
        ("đơn vị;chỉ tiêu\nAtlantis;9000", "Atlantis"),
        ("đơn vị;chỉ tiêu\nThành phố Vị Thanh;nhiều", "nhiều"),
        ("đơn vị;chỉ tiêu\nThành phố Vị Thanh;", "không có số liệu"),
        ("xã;chỉ tiêu\nPhường I, Vị Thanh;900", "thêm cột dân số"),
        ("đơn vị;chỉ tiêu;dân số\nPhường I, Vị Thanh;900;1.000.000", "không thể có 1.000.000 người"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_reason(bring, client, order, table, says):
    address, page = bring(table)
    assert says in page
    decide(client, address, page, *range(20))
    assert Target.objects.filter(kind="unit").exclude(key__in=["63:93", "63:930"]).count() == 0


def test_communes_of_one_name_in_two_districts_are_told_apart_by_their_district(bring, client, order):
    twice = "xã;huyện;chỉ tiêu;dân số\nTân Phú;;900;9000"
    named = "xã;huyện;chỉ tiêu;dân số\nThị trấn Ngã Sáu;Châu Thành;900;9000"
    _address, page = bring(twice)
    assert "Tân Phú" in page
    address, page = bring(named)
    decide(client, address, page, *map(int, re.findall(r'name="confirmed" value="(\d+)"', page)))
    assert Target.objects.get(people=9000).parent.key == "63:933"


def test_a_question_about_a_district_stands_when_its_first_commune_is_refused(bring, client, order):
    address, page = bring(districts())
    decide(client, address, page)
    lines = communes("63:935", 2_600, 9_000).splitlines()
    lines[1] = lines[1].replace(";2600;", ";9001;")  # more than its people
    address, page = bring("\n".join(lines))
    (number,) = re.findall(r'name="confirmed" value="(\d+)"', page)
    assert int(number) > len(lines)
    assert "Huyện Vị Thủy, Tỉnh Hậu Giang: " in page
    decide(client, address, page, int(number))
    assert Target.objects.get(key="63:935").children.count() == 9
    found = Upload.objects.latest("received_at")
    assert (found.added, found.left_out) == (9, 1)


def test_communes_that_are_asked_for_more_than_their_district_has_are_refused_together(bring, client, order):
    address, page = bring(communes("63:930", 9_000, 9_000))
    assert "1 dòng có lỗi" in page
    assert "giao 81.000 cho Thành phố Vị Thanh" in page or "73.322" in page
    assert decide(client, address, page, *range(30)).status_code in (302, 400)
    assert not Target.objects.filter(parent__isnull=False).exists()


def test_districts_that_are_left_out_are_named(bring, client, order):
    _address, page = bring(districts(d934=0, d937=0))
    assert "6 trên 8 nơi trong Tỉnh Hậu Giang có chỉ tiêu; còn sót: Huyện Phụng Hiệp, Thị xã Long Mỹ" in page
    assert 'name="confirmed"' in page


def test_ten_communes_of_a_district_cannot_take_a_million_each(bring, client, order):
    address, page = bring(communes("63:935", 1_000_000))
    assert "thêm cột dân số" in page
    address, page = bring(communes("63:935", 1_000_000, 1_000_000))
    assert "không thể có 1.000.000 người" in page
    decide(client, address, page, *range(20))
    assert Target.objects.count() == 1


def test_a_second_table_goes_beside_the_first_and_is_judged_against_it(bring, client, order):
    address, page = bring(districts())
    decide(client, address, page)
    own = Target.objects.get(key="63:935").installs
    address, page = bring(communes("63:935", own // 10 - 1, 9_000))
    assert "các nơi trong Huyện Vị Thủy cộng lại được 27.020: thiếu 18 so với chỉ tiêu 27.038" in page
    address, page = bring(communes("63:935", own // 10 + 1, 9_000))
    assert 'name="confirmed"' not in page
    decide(client, address, page)
    district = Target.objects.get(key="63:935")
    assert (district.installs, district.children.count()) == (own, 10)
    _address, again = bring(communes("63:935", own // 10 + 1, 9_000))
    assert "không có gì để lưu" in again


def test_a_later_table_needs_no_people_of_communes_that_the_order_has(bring, client, order):
    address, page = bring(communes("63:930", 2_700, 8_000))
    decide(client, address, page, *map(int, re.findall(r'name="confirmed" value="(\d+)"', page)))
    held = Target.objects.get(key="63:31318")
    assert held.people == 8_000
    address, page = bring(communes("63:930", 2_600))
    decide(client, address, page, *map(int, re.findall(r'name="confirmed" value="(\d+)"', page)))
    held.refresh_from_db()
    assert (held.people, held.installs) == (8_000, 2_600)


def test_a_name_that_two_districts_bear_is_looked_at(bring, order):
    _address, page = bring("đơn vị;chỉ tiêu\nLong Mỹ;9000")
    assert "“Long Mỹ” (dòng 2) là đơn vị nào?" in page
    assert {"63:936", "63:937"} <= set(re.findall(r'<option value="(63:93\d)"', page))


def test_a_row_of_totals_is_shown_and_not_stored(bring, order):
    _address, page = bring(districts() + "\nTổng cộng;999")
    assert re.search(r'<tr id="d10" class="off', page)
    assert "Dòng tổng cộng" in page


def test_only_who_directs_the_order_cuts_it(client, order, officer, bring):
    for role, place in (("province", "/63:92/"), ("district", "/63:93/63:930/"), ("ministry", "/")):
        officer(role, place)
        offered = str(order.pk) in re.findall(r'<option value="(\d+)"', said(client.get(UPLOAD), 200))
        assert offered is (role == "ministry")
        address, _page = bring(districts())
        assert bool(address) is (role == "ministry")


def test_an_order_withdrawn_meanwhile_is_not_cut(bring, client, order):
    address, page = bring(districts())
    services.end(order, tree_day())
    shown = re.search(r'name="shown" value="(\w+)"', page)[1]
    answer = client.post(f"{address}/store", {"shown": shown})
    assert answer.status_code in (302, 409)
    assert Target.objects.count() == 1


def test_the_kind_is_one_of_the_pipelines(order):
    assert target_uploads.KIND.name == "targets"


def test_a_table_with_a_merged_header_and_another_format_is_read(client, order, officer):
    """Two rows of header, a title above, targets by number and a rank beside: as an office sends it."""
    officer()
    rows = [
        ["PHỤ LỤC: CHỈ TIÊU CÀI ĐẶT BLUEZONE"],
        ["TT", "Địa phương", "Dân số", "Chỉ tiêu", None, "Ghi chú"],
        [None, None, None, "Số người", "Tỷ lệ", None],
        *[
            [n, name, 2 * THIRTY[code], THIRTY[code], "50%", None]
            for n, (code, name) in enumerate(DISTRICTS.items(), 1)
        ],
    ]
    data = saved(workbook(rows, merged=["A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3"]))
    posted = client.post(UPLOAD, {"file": SimpleUploadedFile("pl.xlsx", data), "directive": str(order.pk)})
    page = said(client.get(posted["Location"]))
    assert "21.997" in page
    assert re.search(r'<option value="target" selected>Chỉ tiêu</option>', page)


def test_a_problem_names_the_column_by_the_header_of_the_file_and_what_waits_for_its_answer(client, order, officer):
    officer()
    rows = [[name, THIRTY[code] - (29 if code == "63:930" else 0)] for code, name in DISTRICTS.items()]
    data = saved(workbook([["Huyện, thị xã, thành phố", "Chỉ tiêu cài đặt (người)"], *rows]))
    posted = client.post(UPLOAD, {"file": SimpleUploadedFile("pl.xlsx", data), "directive": str(order.pk)})
    page = said(client.get(posted["Location"]))
    assert "thiếu 29 so với chỉ tiêu" in page
    assert "Chỉ tiêu cài đặt (người)" in page
    assert re.search(r"<span>Tỉnh Hậu Giang: ", page)
    assert page.count("chỉ khi nhận điều được hỏi về Tỉnh Hậu Giang") == len(DISTRICTS)
