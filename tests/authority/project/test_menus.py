"""The menu: four areas by role on every width, all pages behind its button; the search beside it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from tests.tiers import first

from bluezone.authority.project import menus
from bluezone.authority.site.registries import Audience, MenuItem


def _item(page: str, *more: str) -> MenuItem:
    return MenuItem(page, "home", page, Audience.OFFICERS, 10, more_pages=more)


@pytest.mark.parametrize(("nav", "here"), [("a", True), ("b", True), ("c", False), ("", False)])
def test_a_page_belongs_to_its_item(nav, here):
    assert menus.is_here(_item("a", "b"), nav) is here


@pytest.mark.parametrize(
    ("role", "place", "may_confirm", "areas"),
    [
        ("commune", "/63:93/63:930/63:31318/", False, ["cases", "campaign", "places", "office"]),
        ("province", "/63:93/", True, ["cases", "campaign", "places", "office"]),
        ("province", "/63:93/", False, ["campaign", "cases", "places", "office"]),
        ("", "", True, ["cases"]),
        ("unit-head", "/63:93/63:930/63:31318/ABCD-EFGH/", False, ["own"]),
    ],
)
def test_areas_come_in_the_order_of_the_role(client, db, django_user_model, role, place, may_confirm, areas):
    user = django_user_model.objects.create_user("hoa", role=role, place=place, may_confirm=may_confirm)
    assert [area.value for area, _items in menus.areas_of(user)] == areas
    client.force_login(user)
    for area in areas:
        answer = client.get(f"/officer/area/{area}")
        assert (answer.status_code, answer.content.decode().count('aria-current="true"')) == (200, 1)
    assert client.get("/officer/area/none").status_code == 404


def test_the_row_marks_the_area_and_the_panel_the_page(client, db, django_user_model):
    user = django_user_model.objects.create_user("hoa", password="a long password 1", role="province", place="/63:93/")
    client.force_login(user)
    text = client.get("/officer/directives/").content.decode()
    row, _, panel = text.partition("menu-panel")
    assert (row.count('aria-current="true"'), panel.count('aria-current="page"')) == (1, 1)
    assert "/officer/logout" in panel


@pytest.mark.parametrize("page", ["/rollout/", "/status"])
def test_a_language_is_offered_by_its_own_name(client, db, page):
    """Say a language in itself: readers of it must know the word, and screen readers pronounce it by `lang`."""
    text = client.get(page, headers={"accept-language": "vi"}).content.decode()
    assert re.search(r'lang="en"[^>]*>English<', text)
    assert "Tiếng Anh" not in text


def test_the_search_of_the_menu_has_a_name_and_a_page_begins_with_its_heading(client, db, django_user_model):
    """Find the search by its name beside that of a list, and no heading of the tour before that of the page."""
    client.force_login(django_user_model.objects.create_user("hoa", role="province", place="/63:93/"))
    home = client.get("/officer/rollout/", headers={"accept-language": "vi"}).content.decode()
    assert re.findall(r'role="search" aria-label="([^"]*)"', home) == ["Tìm"]
    assert re.findall(r"<h(\d)", home)[0] == "1"


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
@pytest.mark.parametrize("may_confirm", first(1, [True, False]))  # who may confirm has every item
def test_no_item_of_ones_menu_is_refused(client, db, django_user_model, set_clock, role, place, may_confirm):
    set_clock.now = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)
    user = django_user_model.objects.create_user("lan", role=role, place=place, may_confirm=may_confirm)
    client.force_login(user)
    items = menus.menu(menus.audiences(user))
    refused = [each.page for each in items if client.get(reverse(each.address)).status_code not in (200, 302)]
    assert (len(items) > 10, refused) == (True, [])
    texts = [str(each.text) for each in items]
    assert sorted(texts) == sorted(set(texts)), "two items of one menu are called the same"
