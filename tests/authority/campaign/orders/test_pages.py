"""The pages of orders over HTTP: given only after a preview, seen by whom they name, withdrawn by who directs them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from django.test import Client
from tests.authority.due import due

from bluezone.authority.campaign.figures.models import Population
from bluezone.authority.campaign.figures.store import figures_changed, store
from bluezone.authority.campaign.orders import services, tree
from bluezone.authority.campaign.orders.models import Directive, Target
from bluezone.authority.campaign.orders.rules import plan
from bluezone.authority.officers.models import User
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import Split
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.directives import Base

DAY = dt.date(2020, 8, 15)
ORDER = {
    "number": "1234/UBND-KGVX", "issued": "14/8/2020", "issuer": "UBND tỉnh Hậu Giang", "scope": "Hậu Giang",
    "target": "30%", "base": "population", "deadline": "30/8/2020", "responsible": "Chủ tịch UBND tỉnh",
    "depth": "one level", "how": "equalise",
}  # fmt: skip
ROLES = {
    "ministry": ("ministry", "/"),
    "province": ("province", "/63:93/"),
    "neighbour": ("province", "/63:92/"),
    "successor": ("province", "/34:92/"),
    "district": ("district", "/63:93/63:930/"),
    "commune": ("commune", "/63:93/63:930/63:31318/"),
    "without a role": ("", ""),
}


@pytest.fixture
def log_in(hau_giang, client):
    def as_(name: str, role: str | None = None, place: str = "") -> User:
        if role is None:
            role, place = ROLES[name]
        user = User.objects.filter(username=name).first() or User.objects.create_user(name, role=role, place=place)
        client.force_login(user)
        return user

    return as_


@pytest.fixture
def officials(letter, schools) -> Directive:
    """100 % of the people of schools and state agencies."""
    root, _ = tree.sectors(letter.scope, ["state-agencies", "schools"], DAY)
    order = replace(letter, base=Base.HEADCOUNT, target=Fraction(1), number="1235/UBND-KGVX")
    return services.give(order, plan(root, Fraction(1), Split.EQUALISE), DAY, how=Split.EQUALISE)


def sure(page: str) -> dict[str, str]:
    """The box that confirms what a preview asks."""
    return {"sure": re.search(r'name="sure" value="(\w+)"', page)[1]}


def text_of(response, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()
    return response.content.decode().replace("\u00a0", " ")


def hidden_fields(page: str) -> dict[str, list[str]]:
    """Return what a browser sends back of a page: what it hides, and the numbers that stand in its fields."""
    fields: dict[str, list[str]] = {}
    written = r'<input type="(?:hidden|text)"(?: inputmode="numeric" id="[^"]*")? name="([^"]+)" value="([^"]*)"'
    for name, value in re.findall(written, page):
        fields.setdefault(name, []).append(value)
    fields.pop("csrfmiddlewaretoken", None)
    return fields


def test_an_order_is_shown_before_it_is_given(log_in, client):
    log_in("province")
    assert "Công văn mới" in text_of(client.get("/officer/directives/new"))
    page = text_of(client.post("/officer/directives/new", ORDER | {"step": "preview"}))
    assert "219.906" in page
    assert "Châu Thành A" in page
    assert not Directive.objects.exists()
    changed = text_of(client.post("/officer/directives/new", hidden_fields(page) | {"step": "edit"}))
    assert 'value="1234/UBND-KGVX"' in changed
    answer = client.post("/officer/directives/new", hidden_fields(page) | {"step": "store"})
    directive = Directive.objects.get()
    assert answer.headers["Location"] == f"/officer/directives/{directive.pk}"
    assert directive.targets.count() == 9
    shown = text_of(client.get(answer.headers["Location"]))
    # the order's own people, whatever is counted later
    assert "chỉ tiêu: 219.906, 30% của 733.017 người" in shown
    for text in ("55.289", "219.906", "164.617", "10.975", "Chủ tịch UBND tỉnh", "8 chưa có số liệu"):
        assert text in shown
    assert "Tỉnh Hậu Giang: đạt 30% dân số đến hết ngày 30/8/2020" in text_of(client.get("/officer/directives/"))


def test_an_order_to_a_sector_without_units_says_so_and_shows_who_comes_late(log_in, client, set_clock):
    log_in("province")
    order = ORDER | {"base": "headcount", "sectors": ["hospitality", "zones"]}
    page = text_of(client.post("/officer/directives/new", order | {"step": "preview"}))
    assert page.count("chưa có đơn vị nào đăng ký") == 3
    assert 'value="Sở Văn hóa, Thể thao và Du lịch"' in page
    assert ">0</td>" not in page, "of nobody nothing is missing"
    assert "tạm tính là chưa có" not in page
    named = {"office-hospitality": "Trung tâm Xúc tiến Du lịch", "office-zones": "", "step": "store"}
    shown = client.post("/officer/directives/new", hidden_fields(page) | named).headers["Location"]
    page = text_of(client.get(shown))
    for text in (
        "chưa có đơn vị nào đăng ký",
        "30%",
        "Trung tâm Xúc tiến Du lịch",
        "Ban Quản lý các khu công nghiệp",
    ):
        assert text in page
    set_clock.now = dt.datetime(2020, 8, 25, 2, tzinfo=dt.UTC)
    hotel = {"name": "Khách sạn A", "sector": "hospitality", "within": "63:31318", "headcount": "24"}
    client.post("/officer/units/new", hotel)
    sector = Target.objects.get(key="hospitality")
    page = text_of(client.get(f"{shown}?at={sector.pk}"))
    for text in ("Khách sạn A", "tham gia từ 25/8/2020<", "33,33%"):
        assert text in page
    refused = text_of(client.post(f"{shown}/late", {"late_until": "29/8/2020"}), 400)
    assert "Đơn vị đến sau ít nhất cũng có hạn đến ngày 30/8/2020" in refused
    assert 'value="29/8/2020"' in refused
    assert client.post(f"{shown}/late", {"late_until": "10/9/2020"}).headers["Location"] == shown
    page = text_of(client.get(f"{shown}?at={sector.pk}"))
    assert "tham gia từ 25/8/2020, có thời hạn đến 10/9/2020" in page
    client.post(f"/officer/units/{Organisation.objects.get().code}/close")
    page = text_of(client.get(f"{shown}?at={sector.pk}"))
    assert "không còn trong công văn" in page
    assert "đến 25/8/2020" in page
    row = page[page.index("Khách sạn A") :].split("</tr>")[0]
    assert "cần mỗi ngày" not in row  # it is asked for nothing any more
    listed = text_of(client.get("/officer/directives/"))
    assert "<small>Nhà hàng, khách sạn; Khu, cụm công nghiệp</small>" in listed


def test_people_nobody_knows_are_asked_for_and_kept_with_the_order(log_in, client):
    log_in("province")
    order = ORDER | {"depth": "two levels"}
    page = text_of(client.post("/officer/directives/new", order | {"step": "store"}))
    keys = re.findall(r'name="people-([^"]+)"', page)
    assert len(keys) > 70
    assert not Directive.objects.exists()
    given = {f"people-{key}": "9.000" for key in keys}
    wrong = text_of(client.post("/officer/directives/new", order | given | {f"people-{keys[0]}": "viel"}), 400)
    assert "viel" in wrong
    page = text_of(client.post("/officer/directives/new", order | given | {"step": "preview"}))
    assert "chênh nhau" in page  # so many people are not what the districts have
    client.post("/officer/directives/new", hidden_fields(page) | sure(page) | {"step": "store"})
    target = Target.objects.get(key=keys[0])
    assert (target.people, target.people_source) == (9_000, tree.GIVEN)
    assert target.parent.parent.parent is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"target": "120%"}, "120%"),
        ({"target": "nhiều"}, "30%"),
        ({"target": "0%"}, "0%"),
        ({"deadline": "14/8/2020", "issued": "1/8/2020"}, "14/8/2020"),
        ({"deadline": "1/7/2025"}, "1/7/2025"),
        ({"deadline": "31/2/2021"}, "31/2/2021"),
        ({"issued": "16/8/2020"}, "16/8/2020"),
        ({"number": ""}, "Số công văn"),
        ({"late_until": "29/8/2020"}, "ít nhất cũng có hạn đến ngày 30/8/2020"),
        ({"scope": "Cần Thơ"}, "Cần Thơ"),
        ({"scope": "Atlantis"}, "Atlantis"),
        ({"base": "cows"}, "Tỷ lệ tính"),
        ({"base": "headcount"}, "đánh dấu các lĩnh vực"),
        ({"sectors": ["schools"]}, "bỏ đánh dấu"),
        ({"base": "headcount", "sectors": ["cows"]}, "cows"),
        ({"target": "110%"}, "110%"),
        ({"depth": "three levels"}, "Phân bổ"),
        ({"replaces": "77"}, "Thay thế"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "store"])
def test_an_order_that_cannot_be_is_a_sentence_in_vietnamese_and_nothing_is_stored(
    log_in, client, change, sentence, step
):
    log_in("province")
    page = text_of(client.post("/officer/directives/new", ORDER | change | {"step": step}), 400)
    assert sentence in page.split('role="alert"')[1].split("</div>\n</div>")[0]
    assert not Directive.objects.exists()
    assert not Target.objects.exists()


def test_who_gives_an_order_and_who_answers_need_not_be_written(log_in, client):
    log_in("province")
    blank = ORDER | {"issuer": "", "responsible": "", "scope": "63:930", "depth": "not", "step": "preview"}
    client.post(
        "/officer/directives/new",
        hidden_fields(text_of(client.post("/officer/directives/new", blank))) | {"step": "store"},
    )
    order = Directive.objects.get()
    assert (order.issuer, order.responsible) == ("UBND tỉnh Hậu Giang", "Chủ tịch UBND thành phố Vị Thanh")


def test_a_form_of_an_order_shows_six_fields_and_folds_the_others(log_in, client):
    log_in("province")
    page = text_of(client.get("/officer/directives/new"))
    shown = page[page.index('<form class="card') : page.index('<details class="fold')]
    assert re.findall(r'(?:input|select) [^>]*name="(\w+)"', shown)[1:] == [
        "scope", "target", "base", "deadline", "number", "issued",
    ]  # fmt: skip
    assert '<details class="fold" open' not in page
    wrong = text_of(client.post("/officer/directives/new", ORDER | {"base": "headcount", "step": "preview"}), 400)
    assert wrong.count('<details class="fold" open') == 1


def test_the_same_sentences_in_english(log_in, client):
    log_in("province")
    page = text_of(
        client.post("/officer/directives/new", ORDER | {"target": "120%"}, headers={"Accept-Language": "en"}), 400
    )
    assert "A target of 120 % cannot be met" in page


def test_a_district_that_is_gone_takes_no_order(log_in, client, set_clock):
    log_in("ministry")
    set_clock.now = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    client.force_login(User.objects.get(username="ministry"))
    order = ORDER | {"scope": "63:930", "issued": "20/11/2026", "deadline": "30/12/2026", "step": "store"}
    assert "30/6/2025" in text_of(client.post("/officer/directives/new", order), 400)


@pytest.mark.parametrize(
    ("name", "status"),
    [("ministry", 302), ("province", 302), ("neighbour", 400), ("successor", 400), ("district", 400), ("commune", 400),
     ("without a role", 403)],
)  # fmt: skip
def test_an_order_is_given_within_the_own_jurisdiction_only(log_in, client, name, status):
    log_in(name)
    assert client.post("/officer/directives/new", ORDER | {"step": "store"}).status_code == status
    assert Directive.objects.exists() == (status == 302)
    assert client.get("/officer/directives/new").status_code == (403 if status == 403 else 200)


def test_who_is_named_sees_an_order_and_who_directs_its_place_withdraws_it(log_in, client, give):
    path = f"/officer/directives/{give().pk}"
    for name, seen, withdrawn in (
        ("without a role", 403, 403),
        ("neighbour", 404, 404),
        ("commune", 404, 404),
        ("district", 200, 403),
        ("successor", 200, 403),
        ("ministry", 200, 302),
        ("province", 200, 302),
    ):
        log_in(name)
        assert client.get(path).status_code == seen, name
        assert client.get(f"{path}/withdraw")["Allow"] == "POST"
        listed = client.get("/officer/directives/")
        assert listed.status_code == (403 if name == "without a role" else 200)
        assert ("1234/UBND-KGVX" in listed.content.decode()) == (seen == 200), name
        Directive.objects.update(ended_on=None)
        assert client.post(f"{path}/withdraw").status_code == withdrawn, name
        assert Directive.objects.filter(ended_on=DAY).exists() == (withdrawn == 302)
        Directive.objects.update(ended_on=None)


def test_a_districts_officer_reads_its_own_part_only(log_in, client, give):
    directive = give()
    log_in("district")
    page = text_of(client.get(f"/officer/directives/{directive.pk}"))
    assert "Thành phố Vị Thanh" in page
    assert "55.289" not in page
    other = directive.targets.get(key="63:935").pk
    root = directive.targets.get(parent=None).pk
    for pk in (other, root):
        assert client.get(f"/officer/directives/{directive.pk}?at={pk}").status_code == 404
    log_in("province")
    assert client.get(f"/officer/directives/{directive.pk}?at={other}").status_code == 200


def test_order_page_first_page_public_page_and_bulletin_say_the_same_pace(log_in, client, give, put_figure):
    order = give()
    put_figure("63:93", DAY, 63_000, origin="ministry")
    log_in("province")
    pages = [
        f"/officer/directives/{order.pk}",
        "/officer/rollout/",
        "/rollout/63:93",
        f"/officer/bulletins/63:93/{DAY}.txt",
    ]
    texts = [text_of(client.get(page)) for page in pages]
    for page, text in zip(pages, texts, strict=True):
        assert "156.906" in text, page  # missing
        assert "10.461" in text, page  # needed a day, for 15 days
    for page, text in zip(pages[:3], texts, strict=False):
        assert "3.856" in text, page  # came a day since the 13th
    assert [text.casefold().count("chậm") > 0 for text in texts[:3]] == [True] * 3


def test_a_withdrawn_order_says_so_and_leaves_the_list(log_in, client, give, put_figure):
    directive = give()
    put_figure("63:93", DAY, 60_627)
    log_in("province")
    assert "còn 15 ngày" in text_of(client.get(f"/officer/directives/{directive.pk}"))
    client.post(f"/officer/directives/{directive.pk}/withdraw")
    page = text_of(client.get(f"/officer/directives/{directive.pk}"))
    assert "Đã thu hồi ngày 15/8/2020" in page
    assert "còn 15 ngày" not in page, "nobody is asked for what is missing any more"
    assert "1234/UBND-KGVX" not in text_of(client.get("/officer/directives/"))
    assert "1234/UBND-KGVX" in text_of(client.get("/officer/directives/?state=all"))


def test_an_order_that_replaces_another_ends_it(log_in, client, give):
    first = give()
    log_in("province")
    client.post("/officer/directives/new", ORDER | {"number": "2/UBND", "replaces": str(first.pk), "step": "store"})
    second = Directive.objects.get(number="2/UBND")
    assert "2/UBND" in text_of(client.get(f"/officer/directives/{first.pk}"))
    assert second.replaces == first
    answer = client.post("/officer/directives/new", ORDER | {"number": "2/UBND", "step": "store"})
    assert "đã được lưu" in text_of(answer, 400)


def test_a_district_carries_out_the_order_of_its_province(log_in, client, give):
    first = give()
    log_in("district")
    mine = ORDER | {"number": "5/UBND", "scope": "Vị Thanh", "depth": "not", "parent": str(first.pk), "step": "store"}
    page = text_of(client.post("/officer/directives/new", mine), 400)
    assert re.search(r"giao Thành phố Vị Thanh [\d.]+, ít hơn [\d.]+ so với [\d.]+ mà công văn 1234/UBND-KGVX", page)
    assert not Directive.objects.filter(number="5/UBND").exists()
    assert client.post("/officer/directives/new", mine | sure(page)).status_code == 302
    assert Directive.objects.get(number="5/UBND").parent == first
    assert client.post("/officer/directives/new", mine | {"number": "6", "replaces": str(first.pk)}).status_code == 400


def test_the_first_page_of_a_district_without_a_figure_says_what_is_asked_of_it(log_in, client, give):
    order = give()
    log_in("district")
    text = client.get("/officer/rollout/").content.decode().replace("\u00a0", " ")
    assert "Chưa có số liệu của thành phố Vị Thanh" in text
    assert "30,03% đến ngày 30/8/2020: 22.020 lượt cài đặt" in text
    text = due(client)
    assert (f"Công văn {order.number}" in text, "Chưa giao xuống cấp dưới." in text) == (True, True)
    assert f'href="/officer/directives/new?parent={order.pk}"' in text
    above = order.targets.get(key="63:930")
    order.targets.create(
        parent=above, kind="unit", key="63:31318", place=ROLES["commune"][1], people=9_000, installs=3_000
    )
    assert "Chưa giao xuống" not in due(client)
    log_in("commune")
    text = client.get("/officer/rollout/").content.decode().replace("\u00a0", " ")
    assert "3.000 lượt cài đặt" in text
    assert "Chưa giao xuống" not in due(client)  # nobody stands below a commune


def test_todays_report_is_not_asked_for_again_while_the_ministrys_figure_counts(log_in, client, give, put_figure):
    order = give()
    log_in("province")
    address, asked = f"/officer/directives/{order.pk}", "/officer/rollout/figures/new?unit=63:93"
    assert asked in client.get(address).content.decode()
    put_figure("63:93", DAY, 60_627)
    text = client.get(address).content.decode()
    assert "55.289" in text  # the Ministry's of two days ago
    assert asked not in text


def test_an_order_by_sector_opens_level_by_level_to_units_and_their_posters(
    log_in, client, officials, schools, put_figure
):
    for each, installs in zip(schools, (58, 3, 50), strict=True):
        put_figure(each, DAY, installs)
    log_in("province")
    base = f"/officer/directives/{officials.pk}"
    page = text_of(client.get(base))
    assert "ít nhất 106" in page
    sector = officials.targets.get(key="schools")
    opened = text_of(client.get(f"{base}?at={sector.pk}"))
    assert "Trường A" in opened
    assert "dưới 5" in opened
    assert "gần đủ" in opened
    assert ">58<" not in opened
    assert client.get(f"{base}/posters.pdf").content.startswith(b"%PDF-")
    assert client.get(f"{base}/posters.pdf?at={sector.pk}").status_code == 200
    for name, status in (("neighbour", 404), ("without a role", 403), ("district", 200)):
        log_in(name)
        assert client.get(f"{base}/posters.pdf").status_code == status, name


def test_a_units_head_sees_its_own_target_and_gives_no_orders(log_in, client, officials, schools, put_figure):
    put_figure(schools[1], DAY, 31)
    log_in("head", "unit-head", schools[1].place)
    base = f"/officer/directives/{officials.pk}"
    for page in (text_of(client.get(base)), text_of(client.get(f"/officer/units/{schools[1].code}"))):
        assert "Trường B" in page
        assert "Trường A" not in page
    assert "1235/UBND-KGVX" in text_of(client.get("/officer/directives/"))
    assert client.get("/officer/directives/new").status_code == 403
    assert client.post("/officer/directives/new", ORDER | {"step": "store"}).status_code == 403
    assert client.post(f"{base}/withdraw").status_code == 403
    root = officials.targets.get(parent=None)
    assert client.get(f"{base}?at={root.pk}").status_code == 404


@pytest.mark.parametrize(
    "query", ["date=2020-13-01", "date=2099-01-01", "date=2019-01-01", "at=x", "at=999999", "at=²"]
)
def test_a_question_that_cannot_be_is_no_page(log_in, client, give, query):
    directive = give()
    log_in("province")
    assert client.get(f"/officer/directives/{directive.pk}?{query}").status_code == 404
    assert client.get("/officer/directives/999999").status_code == 404


def test_an_earlier_day_is_shown_as_it_stood(log_in, client, give, set_clock):
    directive = give()
    set_clock.now = dt.datetime(2020, 9, 2, tzinfo=dt.UTC)
    log_in("province")
    assert "không đạt" in text_of(client.get(f"/officer/directives/{directive.pk}"))
    page = text_of(client.get(f"/officer/directives/{directive.pk}?date=2020-08-15"))
    assert "10.975" in page
    for day in ("2020-08-14", "2020-08-16"):
        assert f'href="?date={day}&amp;at=' in page
    assert "2020-09-03" not in text_of(client.get(f"/officer/directives/{directive.pk}"))


def test_nobody_gets_in_without_login_and_nothing_is_posted_without_a_token(hau_giang, give):
    directive = give()
    strict = Client(enforce_csrf_checks=True)
    for path in ("", "new", str(directive.pk), f"{directive.pk}/posters.pdf"):
        assert strict.get(f"/officer/directives/{path}").status_code == 302
    strict.force_login(User.objects.create_user("p", role="province", place="/63:93/"))
    assert strict.post("/officer/directives/new", ORDER | {"step": "store"}).status_code == 403
    assert strict.post(f"/officer/directives/{directive.pk}/withdraw").status_code == 403
    assert Directive.objects.get().ended_on is None


@pytest.mark.parametrize(("year", "provinces"), [(2020, 63), (2026, 34)])
def test_the_ministry_hands_an_order_to_every_province_of_the_day(log_in, client, set_clock, year, provinces):
    set_clock.now = dt.datetime(year, 8, 20, 2, tzinfo=dt.UTC)
    log_in("ministry")
    order = ORDER | {"scope": "Việt Nam", "issued": f"19/8/{year}", "deadline": f"30/9/{year}", "step": "store"}
    answer = client.post("/officer/directives/new", order)
    assert answer.status_code == 302, answer.content.decode()
    directive = Directive.objects.get()
    root = directive.targets.get(parent=None)
    below = directive.targets.filter(parent=root)
    assert below.count() == provinces
    assert sum(each.installs for each in below) == root.installs
    assert "96.208.984" in text_of(client.post("/officer/directives/new", order | {"number": "9", "step": "preview"}))
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_province_of_today_hands_an_order_to_its_communes(log_in, client, set_clock):
    set_clock.now = dt.datetime(2026, 11, 25, 2, tzinfo=dt.UTC)
    log_in("successor")
    order = ORDER | {"scope": "Cần Thơ", "issued": "24/11/2026", "deadline": "30/12/2026", "step": "preview"}
    page = text_of(client.post("/officer/directives/new", order))
    keys = re.findall(r'name="people-(34:\d{5})"', page)
    assert len(keys) == 103
    given = {f"people-{key}": "30.000" for key in keys}
    assert client.post("/officer/directives/new", order | given | {"step": "store"}).status_code == 302
    assert Directive.objects.get().targets.count() == 104


def test_each_line_says_what_is_in_use_and_missing_and_of_which_people_the_target_is(log_in, client):
    log_in("province")
    page = text_of(client.post("/officer/directives/new", ORDER | {"step": "preview"}))
    shown = client.post("/officer/directives/new", hidden_fields(page) | {"step": "store"}).headers["Location"]
    page = text_of(client.get(shown))
    assert "Đang sử dụng: chưa biết." in page
    day = dt.date(2020, 8, 15)
    store([Count(UnitCode.parse("63:93"), day, installs=60_000, active=30_000, source="12/BC", origin=Origin.MINISTRY)])
    store([Count(UnitCode.parse("63:933"), day, installs=6_000, active=4_000, source="12/BC")])
    page = text_of(client.get(shown))
    assert "Đang sử dụng: 30.000 (15/8); còn thiếu 189.906" in page
    assert "đang dùng 4.000 (15/8)" in page
    assert "Chỉ tiêu tính trên" not in page
    row = {"key": "63:93", "place": "/63:93/", "measure": "population", "people": 729_888, "source": "Niên giám"}
    first = dt.date(2020, 8, 1)
    Population.objects.create(**row, as_of=first, counts_from=first, entered_at=dt.datetime(2020, 8, 1, tzinfo=dt.UTC))
    figures_changed()
    assert "Chỉ tiêu tính trên 733.017 người, là số biết được khi giao. Hôm nay biết được 729.888" in text_of(
        client.get(shown)
    )


# --- how a target is cut, and what does not add up -------------------------------------------------------------------

NEW = "/officer/directives/new"


def test_a_target_is_cut_by_people(log_in, client):
    log_in("province")
    page = text_of(client.post(NEW, ORDER | {"how": "by people", "step": "preview"}))
    done = client.post(NEW, hidden_fields(page) | {"step": "store"})
    assert done.status_code == 302, text_of(done, 400)
    parts = Target.objects.filter(parent__isnull=False)
    assert sum(each.installs for each in parts) == 219_906
    assert {round(each.installs / each.people, 3) for each in parts} == {0.300}
    assert "chia theo dân số" in text_of(client.get(done["Location"]))


def test_a_target_is_cut_by_smartphones_once_they_are_known(log_in, client):
    log_in("province")
    order = ORDER | {"how": "by phones"}
    page = text_of(client.post(NEW, order | {"step": "preview"}))
    keys = re.findall(r'name="phones-([^"]+)"', page)
    assert len(keys) == 8
    few = {f"phones-{key}": "20.000" for key in keys}
    page = text_of(client.post(NEW, order | few | {"step": "preview"}), 400)
    assert "chỉ có 160.000 điện thoại thông minh" in page
    many = few | {f"phones-{keys[0]}": "60.000", f"phones-{keys[4]}": "100.000"}
    page = text_of(client.post(NEW, order | many | {"step": "preview"}))
    assert client.post(NEW, hidden_fields(page) | {"step": "store"}).status_code == 302
    parts = {each.key: each.installs for each in Target.objects.filter(parent__isnull=False)}
    assert sum(parts.values()) == 219_906
    assert parts[keys[4]] > parts[keys[0]] > parts[keys[1]]


def test_targets_are_written_one_by_one_and_added_up_before_anything_is_stored(log_in, client):
    log_in("province")
    page = text_of(client.post(NEW, ORDER | {"how": "given", "step": "preview"}))
    written = dict(re.findall(r'name="(target-[^"]+)" value="([^"]*)"', page))
    assert len(written) == 8
    base = hidden_fields(page)
    low = written | {"target-63:930": "10.000"}
    page = text_of(client.post(NEW, base | low | {"step": "store"}), 400)
    assert "cộng lại được" in page
    assert not Directive.objects.exists()
    over = written | {"target-63:930": "1.000.000"}
    page = text_of(client.post(NEW, base | over | {"step": "store"}), 400)
    assert "trong khi ở đó chỉ có 73.322 người" in page
    assert 'value="1.000.000"' in page  # what was written stays
    page = text_of(client.post(NEW, base | low | {"step": "preview"}))
    assert client.post(NEW, base | low | sure(page) | {"step": "store"}).status_code == 302
    assert Target.objects.get(key="63:930").installs == 10_000


def test_a_yes_counts_only_for_what_was_asked(log_in, client):
    log_in("province")
    page = text_of(client.post(NEW, ORDER | {"how": "given", "step": "preview"}))
    base = hidden_fields(page)
    page = text_of(client.post(NEW, base | {"target-63:930": "10.000", "step": "preview"}))
    text_of(client.post(NEW, base | sure(page) | {"target-63:930": "9.000", "step": "store"}), 400)
    assert not Directive.objects.exists()


def test_a_commune_does_not_take_more_people_than_its_district_has(log_in, client):
    log_in("province")
    order = ORDER | {"scope": "Phường I, Vị Thanh", "depth": "not", "people-63:31318": "1.000.000"}
    page = text_of(client.post(NEW, order | {"step": "store"}), 400)
    assert "không thể có 1.000.000 người: cả Thành phố Vị Thanh chỉ có 73.322 người" in page
    assert not Directive.objects.exists()
    assert client.post(NEW, order | {"people-63:31318": "7.500", "step": "store"}).status_code == 302


def test_communes_of_a_district_do_not_take_a_million_people_each(log_in, client):
    log_in("province")
    order = ORDER | {"scope": "Vị Thủy"}
    page = text_of(client.post(NEW, order | {"step": "preview"}))
    keys = re.findall(r'name="people-([^"]+)"', page)
    assert len(keys) == 10
    given = {f"people-{key}": "1.000.000" for key in keys}
    page = text_of(client.post(NEW, order | given | {"step": "store"}), 400)
    assert page.count("cả Huyện Vị Thủy chỉ có 90.126 người") == 10
    assert not Directive.objects.exists()


def test_an_order_of_units_is_not_written_one_by_one(log_in, client, schools):
    log_in("province")
    order = ORDER | {"base": "headcount", "sectors": "schools", "how": "given", "step": "preview"}
    assert "số còn thiếu" in text_of(client.post(NEW, order), 400)


def test_numbers_that_were_written_stay_to_be_changed_and_are_not_lost_by_going_back(log_in, client):
    log_in("province")
    order = ORDER | {"how": "by phones"}
    keys = re.findall(r'name="phones-([^"]+)"', text_of(client.post(NEW, order | {"step": "preview"})))
    written = {f"phones-{key}": "50.000" for key in keys}
    page = text_of(client.post(NEW, order | written | {"step": "preview"}))
    for key in keys:
        assert f'id="phones-{key}" name="phones-{key}" value="50.000"' in page
    back = text_of(client.post(NEW, hidden_fields(page) | {"step": "edit"}))
    again = text_of(client.post(NEW, order | hidden_fields(back) | {"number": "9/UBND", "step": "preview"}))
    assert "9/UBND" in again
    assert hidden_fields(again)[f"phones-{keys[0]}"] == ["50.000"]


def test_more_smartphones_than_people_are_asked_about(log_in, client):
    log_in("province")
    order = ORDER | {"how": "by phones"}
    keys = re.findall(r'name="phones-([^"]+)"', text_of(client.post(NEW, order | {"step": "preview"})))
    written = {f"phones-{key}": "50.000" for key in keys} | {"phones-63:931": "98.000"}  # Ngã Bảy has 56,182 people
    page = text_of(client.post(NEW, order | written | {"step": "store"}), 400)
    assert "Thành phố Ngã Bảy có 56.182 người nhưng ghi 98.000 điện thoại thông minh" in page
    assert not Directive.objects.exists()
    assert client.post(NEW, hidden_fields(page) | sure(page) | {"step": "store"}).status_code == 302


def test_people_on_an_order_above_need_not_be_typed_again(log_in, client):
    log_in("province")
    order = ORDER | {"scope": "Vị Thủy", "deadline": "30/8/2020"}
    keys = re.findall(r'name="people-([^"]+)"', text_of(client.post(NEW, order | {"step": "preview"})))
    given = {f"people-{key}": "9.013" for key in keys}
    page = text_of(client.post(NEW, order | given | {"step": "preview"}))
    assert client.post(NEW, hidden_fields(page) | {"step": "store"}).status_code == 302
    page = text_of(client.post(NEW, order | {"number": "320/UBND", "step": "preview"}))
    assert "Theo công văn 1234/UBND-KGVX" in page
    assert {name: value for name, (value,) in hidden_fields(page).items() if name.startswith("people-")} == given


def test_of_two_officers_who_replace_one_order_the_second_is_told_what_happened(log_in, client):
    log_in("province")
    page = text_of(client.post(NEW, ORDER | {"step": "preview"}))
    client.post(NEW, hidden_fields(page) | {"step": "store"})
    old = Directive.objects.get()
    first, second = (
        hidden_fields(text_of(client.post(NEW, ORDER | {"number": number, "replaces": old.pk, "step": "preview"})))
        for number in ("2/UBND", "3/UBND")
    )
    assert client.post(NEW, first | {"step": "store"}).status_code == 302
    refused = text_of(client.post(NEW, second | {"step": "store"}), 400)
    assert "Công văn đó vừa được thay thế hoặc thu hồi" in refused
    assert 'value="3/UBND"' in refused
    assert Directive.objects.count() == 2
