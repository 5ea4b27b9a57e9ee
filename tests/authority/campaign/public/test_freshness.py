"""Public pages are drawn once: an ETag until a figure or an order changes, no cookie, nobody's own page for others."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.authority.campaign.orders.conftest import hau_giang, letter  # noqa: F401 (fixtures)

from bluezone.authority.campaign.figures.models import DailyCount, FiguresState
from bluezone.authority.campaign.figures.store import store, withdraw
from bluezone.authority.campaign.orders import services as orders
from bluezone.authority.campaign.orders import tree
from bluezone.authority.campaign.orders.rules import plan
from bluezone.authority.campaign.public import curves
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.units import services as units
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language
from bluezone.rollout.cascade import Split
from bluezone.rollout.counts import Count
from bluezone.rollout.directives import Base

DAY = dt.date(2020, 8, 13)
ORDERED = dt.date(2020, 8, 15)
MINUTE = dt.datetime(2020, 8, 20, 3, 7, tzinfo=dt.UTC)
HAU_GIANG = UnitCode.parse("63:93")
PAGES = ["/rollout/", "/rollout/63:93", "/rollout/63:93/curve.svg"]


@pytest.fixture
def figures(db, set_clock, settings, tmp_path) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path}
    }
    store(Count(HAU_GIANG, DAY + dt.timedelta(days=n), installs=50_000 + 900 * n, source="a") for n in range(4))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_not_sent_again_until_a_figure_changes(figures, client, page):
    first = client.get(page)
    assert first.status_code == 200
    again = client.get(page, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    store([Count(HAU_GIANG, DAY, installs=51_000, source="b")])
    anew = client.get(page, headers={"If-None-Match": first.headers["ETag"]})
    assert anew.status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_may_be_kept_by_anybody_and_sets_no_cookie(figures, client, page):
    answer = client.get(page)
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Last-Modified" in answer.headers
    assert not answer.cookies
    assert "csrfmiddlewaretoken" not in answer.content.decode()


def test_a_page_is_drawn_once_for_all(figures, client, django_assert_max_num_queries):
    drawn = client.get("/rollout/63:93")
    with django_assert_max_num_queries(1):  # how fresh the figures and the orders are
        assert client.get("/rollout/63:93").content == drawn.content


def test_the_same_figures_again_change_nothing(figures):
    before = FiguresState.objects.get().number
    store([Count(HAU_GIANG, DAY, installs=50_000, source="a")])
    assert FiguresState.objects.get().number == before


def test_a_figure_taken_back_changes_the_pages(figures, client):
    tag = client.get("/rollout/63:93").headers["ETag"]
    withdraw(DailyCount.objects.first(), User.objects.create_user("officer"))
    assert client.get("/rollout/63:93").headers["ETag"] != tag


def test_each_change_of_an_order_changes_the_pages(figures, letter, client, django_capture_on_commit_callbacks):  # noqa: F811
    """Given, more time for who comes late, a unit that comes in by itself, withdrawn."""
    tags = [client.get("/rollout/63:93").headers["ETag"]]

    def after(change):
        with django_capture_on_commit_callbacks(execute=True):
            made = change()
        tags.append(client.get("/rollout/63:93").headers["ETag"])
        return made

    letter = replace(letter, base=Base.HEADCOUNT)
    root, _ = tree.sectors(letter.scope, ["hospitality"], ORDERED)
    given = after(lambda: orders.give(letter, plan(root, letter.target, Split.EQUALISE), ORDERED))
    after(lambda: orders.give_time(given, letter.deadline + dt.timedelta(days=9)))
    hotel = Facts("Khách sạn A", "hospitality", UnitCode.parse("63:31318"), 24)
    joined = after(lambda: units.register(hotel, ORDERED))
    assert given.targets.filter(key=joined.code).exists()
    after(lambda: orders.end(given, ORDERED))
    assert len(set(tags)) == len(tags) == 5


def test_the_next_day_has_pages_of_its_own(figures, client, set_clock):
    tag = client.get("/rollout/").headers["ETag"]
    set_clock.forward(days=1)
    assert client.get("/rollout/").headers["ETag"] != tag


@pytest.mark.parametrize("page", PAGES)
def test_a_rehearsal_keeps_a_page_for_the_minute_that_its_clock_shows(figures, client, set_clock, monkeypatch, page):
    monkeypatch.setattr(clock, "rehearsing", lambda: True)
    tags = []
    for seconds in (0, 59, 1, -1):  # the last: it leaps back
        set_clock.now = MINUTE + dt.timedelta(seconds=seconds)
        answer = client.get(page)
        tags.append(answer.headers["ETag"])
        assert answer.headers["Cache-Control"] == "public, max-age=0"
    assert tags[0] == tags[1] == tags[2] != tags[3]


def test_each_language_has_its_own_page(figures, client):
    vietnamese, english = (client.get("/rollout/63:93", headers={"Accept-Language": each}) for each in ("vi", "en"))
    assert vietnamese.headers["ETag"] != english.headers["ETag"]
    assert "Accept-Language" in english.headers["Vary"]
    assert "Tỉnh Hậu Giang" in vietnamese.content.decode()
    assert "Tỉnh" not in english.content.decode()


def test_the_link_of_the_other_language_leads_back_in_it(figures, client):
    answer = client.get("/language/en?next=/rollout/63:93")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/rollout/63:93")
    assert "installations" in client.get("/rollout/63:93").content.decode()


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_link_of_a_language_leads_nowhere_else(db, client, back):
    assert client.get("/language/en", {"next": back}).headers["Location"] == "/"


def test_a_language_we_do_not_speak_is_no_page(db, client):
    assert client.get("/language/xx").status_code == 404


def test_an_officer_sees_the_own_name_and_nobody_else_is_shown_it(figures, client):
    client.force_login(User.objects.create_user("lan", full_name="Nguyễn Thị Lan"))
    own = client.get("/rollout/63:93")
    assert "Nguyễn Thị Lan" in own.content.decode()
    assert own.headers["Cache-Control"] == "no-cache, private"
    client.logout()
    assert "Nguyễn Thị Lan" not in client.get("/rollout/63:93").content.decode()


def test_the_root_leads_the_public_to_the_roll_out(figures, client):
    assert client.get("/").headers["Location"] == "/rollout/"
    page = client.get("/rollout/").content.decode()
    assert '<a href="/officer/login">' in page
    assert "ca bệnh" not in page.split("<footer")[1]


def test_the_worker_draws_what_most_will_ask_for(figures, set_clock, monkeypatch):
    assert curves.warm(set_clock.now) == 1
    monkeypatch.setattr(curves.vega, "svg", lambda _: pytest.fail("drawn again"))
    assert curves.warm(set_clock.now) == 1


def test_a_curve_follows_the_readers_light_and_dark(figures, set_clock):
    from bluezone.geography import catalogue

    curve = curves.curve_of(catalogue.provinces().unit(HAU_GIANG), DAY + dt.timedelta(days=5))
    drawing = curves.drawn(curve, Language.VIETNAMESE)
    assert "prefers-color-scheme: dark" in drawing
    assert drawing.count("<svg") == 1
