"""The menu: one row on every width, all pages behind its button."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from bluezone.authority.project import menus
from bluezone.authority.site.registries import Audience, MenuItem


def _item(page: str, rank: int = 10, *more: str, in_area: bool = True) -> MenuItem:
    return MenuItem(page, "home", page, Audience.OFFICERS, rank, in_area=in_area, more_pages=more)


def _row(nav: str, *texts: str) -> dict[str, int]:
    items = [(_item(text), text) for text in texts]
    return {each.item.page: each.from_px for each in menus.row(items, nav)}


TWELVE = ("Hôm nay", "Công văn", "Nhập số liệu", "Đơn vị", "Bản tin", "Dân số", "Báo cáo", "Cán bộ", "Cách ly",
          "Danh sách cửa", "Nhật ký thay đổi", "Ca bệnh")  # fmt: skip


def test_items_come_from_the_width_on_which_they_fit():
    shown = _row("", *TWELVE)
    assert list(shown) == list(TWELVE)[: len(shown)]
    assert list(shown.values()) == sorted(shown.values())
    assert shown["Hôm nay"] == 360
    assert shown["Bản tin"] <= 900
    assert len(shown) < len(TWELVE), "twelve do not fit into one row: the rest is behind the button"


def test_the_page_one_is_on_takes_its_place_first():
    shown = _row("Ca bệnh", *TWELVE)
    assert shown["Ca bệnh"] == 360
    assert shown["Hôm nay"] > 360
    assert list(shown)[-1] == "Ca bệnh", "it keeps its place in the order"


def test_a_text_longer_than_any_window_is_left_to_the_button():
    assert _row("x" * 200, "x" * 200, "Hôm nay") == {}
    assert _row("", "x" * 200) == {}


@pytest.mark.parametrize(("nav", "here"), [("a", True), ("b", True), ("c", False), ("", False)])
def test_a_page_belongs_to_its_item(nav, here):
    assert menus.is_here(_item("a", 10, "b"), nav) is here


def test_the_row_draws_no_two_pages_as_the_one_here(client, db, django_user_model):
    user = django_user_model.objects.create_user("hoa", password="a long password 1", role="province", place="/63:93/")
    client.force_login(user)
    text = client.get("/officer/rollout/").content.decode()
    row, _, panel = text.partition("menu-panel")
    assert row.count('aria-current="page"') == panel.count('aria-current="page"') == 1
    assert "/officer/directives/" in panel
    assert "/officer/logout" in panel


def test_a_page_without_a_request_has_the_public_menu():
    from bluezone.authority.project.error_pages import broken

    text = broken(None).content.decode()  # type: ignore[arg-type]
    assert "/rollout/" in text
    assert "/officer/rollout/" not in text


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("ministry", "/"),
        ("province", "/63:93/"),
        ("district", "/63:93/63:930/"),
        ("commune", "/63:93/63:930/63:31318/"),
    ],
)
@pytest.mark.parametrize("may_confirm", [True, False])
def test_no_item_of_ones_menu_is_refused(client, db, django_user_model, set_clock, role, place, may_confirm):
    set_clock.now = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)
    user = django_user_model.objects.create_user("lan", role=role, place=place, may_confirm=may_confirm)
    client.force_login(user)
    items = [each for in_area in (True, False) for each in menus.menu(menus.audiences(user), in_area=in_area)]
    refused = [each.page for each in items if client.get(reverse(each.address)).status_code not in (200, 302)]
    assert (len(items) > 10, refused) == (True, [])
    texts = [str(each.text) for each in items]
    assert sorted(texts) == sorted(set(texts)), "two items of one menu are called the same"
