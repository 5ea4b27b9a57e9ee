"""Test the pages and files of the figures of an outbreak: who sees what, and that other software gets the same figures
out of the exported files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from auditlog.models import LogEntry
from django.core.cache import cache
from django.test import Client
from scipy import stats
from tests.authority.episodes.conftest import BACKEND, HERE, NOW, THERE, TODAY, ago, case, met

from bluezone.authority.epidemiology import queries, results, retention, snapshots
from bluezone.authority.epidemiology.models import SavedView, Snapshot
from bluezone.authority.episodes import services
from bluezone.authority.episodes.models import Episode, Event
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import clock
from bluezone.authority.site.locks import job_lock
from bluezone.geography.units import UnitCode

sys.path.append(str(Path(__file__).resolve().parents[3] / "benchmarks"))

import bench_epidemiology

PAGE = "/officer/epidemiology/"
PARTS = [f"{HERE}63:93{number}/" for number in range(4)]
SPAN = f"from={ago(39)}&to={TODAY}"


@pytest.fixture(autouse=True)
def _keeps(settings):
    """Keep what is computed, as a server does; of this test alone."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def outbreak(officers):
    bench_epidemiology.fill(110, 300, PARTS, 40, NOW)


@pytest.fixture
def counting(officers) -> Client:
    """An officer who directs the province and may not read health data."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.create_user("counting", role="province", place=HERE), BACKEND)
    return client


def table(client: Client, name: str, query: str = SPAN) -> list[dict[str, str]]:
    address = f"/officer/contacts/{name}.csv" if name == "line-list" else f"{PAGE}{name}.csv"
    answer = client.get(f"{address}?{query}")
    assert answer.status_code == 200, name
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def days_between(since: str, until: str) -> int | None:
    return (np.datetime64(until) - np.datetime64(since)).astype(int).item() if since and until else None


@pytest.fixture
def exported(outbreak, browser_of) -> dict[str, list[dict[str, str]]]:
    names = ("line-list", *(name for name in results.FIGURES if name != "drawn"))
    client = browser_of()
    return {name: table(client, name) for name in names}


def test_other_software_gets_the_same_figures_from_the_exported_line_list(exported):
    people = exported["line-list"]
    cases = [row for row in people if row["role"] == "f0" and row["classification"] == "confirmed"]
    assert len(cases) == 110
    check_curve(exported["curve"], cases)
    check_reproduction(exported["reproduction"], exported["curve"])
    check_delays(exported["delays"], cases)
    check_chains(exported["links"], exported["chains"], cases)
    check_clusters(exported["clusters"], cases)
    check_the_app(exported["app"], people, cases)
    check_follow_up(exported["completeness"], exported["follow-up"], people)


def check_curve(rows, cases):
    column = {"onset": "date_onset", "sample": "date_test", "report": "date_reporting"}
    days = [np.datetime64(ago(39 - at)) for at in range(40)]
    for basis, name in column.items():
        mine = [row for row in rows if row["basis"] == basis]
        assert [row["day"] for row in mine] == [str(day) for day in days]
        counts = np.array([[sum(one[name] == str(day) and (one["found_by"] or "none") == way for one in cases)
                            for day in days] for way in ("app", "hand", "both", "none")])  # fmt: skip
        assert (counts == np.array([[int(row[way]) for row in mine] for way in ("app", "hand", "both", "none")])).all()
        means = np.convolve(counts.sum(axis=0), np.ones(7) / 7)[: len(days)]
        assert [float(row["mean7"]) for row in mine] == pytest.approx(means, abs=1e-4)


def check_reproduction(rows, curve):
    """By scipy: the serial interval's weights are integrals of its density, not the closed form that ours has."""
    series = np.array([int(row["cases"]) for row in curve if row["basis"] == "report"])
    begin = np.flatnonzero(series)[0]
    series = series[begin:]
    shape, scale = (3.7 / 2.9) ** 2, 2.9**2 / 3.7
    fine = np.linspace(0, 2, 20_001)
    weights = [np.trapezoid(np.maximum(1 - abs(fine - 1), 0) * stats.gamma.pdf(fine + k - 2, shape, scale=scale), fine)
               for k in range(1, 40)]  # fmt: skip
    pressure = np.convolve(np.concatenate([[0.0], series]), weights)[: len(series)]
    ours = {row["day"]: row for row in rows}
    for last in range(7, len(series)):
        day = str(ago(39 - int(begin) - last))
        count, sum_of = series[last - 6 : last + 1].sum(), pressure[last - 6 : last + 1].sum()
        posterior = stats.gamma(1 + count, scale=1 / (0.2 + sum_of))
        found = [float(ours[day][name]) for name in ("mean", "low", "high")]
        assert found == pytest.approx([posterior.mean(), *posterior.ppf([0.025, 0.975])], abs=2e-3)


def check_delays(rows, cases):
    ends = {"onset-report": ("date_onset", "date_reporting"), "onset-sample": ("date_onset", "date_test"),
            "sample-result": ("date_test", "date_result"), "result-isolation": ("date_result", "date_isolation"),
            "onset-isolation": ("date_onset", "date_isolation")}  # fmt: skip
    for step, (since, until) in ends.items():
        expected = Counter(days_between(one[since], one[until]) for one in cases if one[since])
        found = Counter[Any]()
        for row in rows:
            if row["step"] == step:
                found[int(row["days"]) if row["days"] else None] += int(row["cases"])
        assert found == expected, step
    assert any(int(row["days"] or 0) < 0 for row in rows)  # isolated before the first symptoms, as traced ones are


def check_chains(links, chains, cases):
    by_name = {one["id"]: one for one in cases}
    filed = {name: one["date_onset"] or one["date_test"] for name, one in by_name.items()}
    for link in links:
        one = by_name[link["name"]]
        assert link["day"] == filed[link["name"]]
        if link["infector"]:
            assert (link["infector"], link["link"]) == (one["source_id"], one["source_link"])
            assert filed[link["infector"]] <= link["day"]
    sources = {one["id"]: filed.get(one["source_id"], "9") for one in cases if one["source_link"]}
    before = {name for name, day in sources.items() if day < filed[name]}
    linked = {link["name"] for link in links if link["infector"]}
    assert before <= linked <= {name for name, day in sources.items() if day <= filed[name]}
    assert {link["link"] for link in links} == {"", "known", "guessed"}
    for chain in chains:
        of = [link for link in links if link["chain"] == chain["chain"]]
        counts = [len(of), *(sum(link["link"] == kind for link in of) for kind in ("known", "guessed"))]
        assert counts == [int(chain[name]) for name in ("cases", "known", "guessed")]


def check_clusters(rows, cases):
    for kind, name in (("setting", "setting"), ("company", "site"), ("school", "site")):
        infected = [one for one in cases if one["source_link"]]
        wanted = {"company": "work", "school": "school"}.get(kind)
        expected = Counter(one[name] for one in infected if one[name] and wanted in (None, one["setting"]))
        found = {row["place"]: int(row["cases"]) for row in rows if row["kind"] == kind and row["place"]}
        assert {place: n for place, n in found.items() if n} == expected, kind


def check_the_app(rows, people, cases):
    contacts = Counter(one["found_by"] for one in people if one["found_by"])
    medians = {}
    for row in rows:
        mine = [one for one in cases if (one["found_by"] or "none") == row["found"]]
        days = [days_between(one["date_onset"], one["date_isolation"]) for one in mine]
        known = [each for each in days if each is not None]
        assert (int(row["cases"]), float(row["onset_to_isolation"])) == (len(mine), np.median(known))
        medians[row["found"]] = np.median(known)
        assert row["found"] == "none" or int(row["contacts"]) == contacts[row["found"]]
        assert float(row["gained"]) == medians["none"] - np.median(known)


def check_follow_up(states, asked, people):
    contacts = [one for one in people if one["role"] == "f1"]
    for name in ("completed", "lost"):
        assert sum(int(row[name]) for row in states) == sum(one["follow_up"] == name for one in contacts)
    late = [one for one in contacts if one["follow_up"] == "running" and one["date_follow_up_until"] < str(TODAY)]
    assert sum(int(row["overdue"]) for row in states) == len(late) > 0
    heard, followed = defaultdict[str, set](set), Counter[str]()
    for event in Event.objects.filter(kind="check").select_related("episode"):
        heard[str(event.day)].add(event.episode_id)
    for one in Episode.objects.filter(role="f1", follow_up__in=["running", "completed"]):
        begin = one.contact_since.astimezone(dt.timezone(dt.timedelta(hours=7))).date()
        for day in (ago(13 - at) for at in range(14)):
            followed[str(day)] += begin <= day <= one.follow_up_until
    for day in (str(ago(at)) for at in range(14)):
        mine = [row for row in asked if row["day"] == day]
        assert sum(int(row["followed"]) for row in mine) == followed[day]
        assert sum(int(row["asked"]) for row in mine) == len(heard[day])


def test_the_page_shows_each_figure_with_sentence_table_drawing_file_and_time(outbreak, browser_of):
    page = browser_of(language="vi").get(f"{PAGE}?{SPAN}").content.decode()
    assert "110 ca bệnh trong 40 ngày." in page
    assert "tính lúc 12:00" in page
    for name in ("curve", "reproduction", "follow-up", "app", "chains", "links", "clusters", "delays", "completeness"):
        assert f'href="{PAGE}{name}.csv?' in page
    for name, part in [("curve", ""), ("reproduction", ""), ("follow-up", ""), ("delays", "gain"), ("drawn", "1")]:
        assert f'src="{PAGE}{name}.svg?' in page
        drawn = browser_of().get(f"{PAGE}{name}.svg?{SPAN}&part={part}")
        assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/svg+xml")
        assert b"prefers-color-scheme" in drawn.content
    assert browser_of().get(f"{PAGE}nothing.svg").status_code == 404
    assert browser_of().get(f"{PAGE}drawn.csv").status_code == 404


def test_figures_are_computed_once_and_shared_and_an_old_one_is_given_while_another_computes(
    outbreak, browser_of, set_clock, monkeypatch
):
    asked: list[Any] = []
    monkeypatch.setattr(results, "compute", lambda *given, real=results.compute: asked.append(1) or real(*given))
    browser_of().get(PAGE)
    assert browser_of().get(f"{PAGE}curve.csv").status_code == 200
    assert len(asked) == 1
    browser_of(THERE).get(PAGE)  # another jurisdiction
    assert len(asked) == 2
    set_clock.now = NOW + snapshots.FRESH
    with job_lock("epidemiology"):
        assert browser_of().get(f"{PAGE}curve.csv").status_code == 200
        set_clock.now = NOW
        monkeypatch.setattr(clock, "rehearsing", lambda: True)  # which makes one for each request: a page asks
        assert browser_of().get(f"{PAGE}curve.svg").status_code == 200  # for its drawings all at once
        assert len(asked) == 2
        Snapshot.objects.all().delete()
        waiting = browser_of().get(f"{PAGE}?{SPAN}")
        assert b"The figures are being computed" in waiting.content
        assert browser_of().get(f"{PAGE}curve.csv?{SPAN}").status_code == 404
    set_clock.now = NOW + snapshots.FRESH
    browser_of().get(PAGE)
    assert len(asked) == 3


def test_a_snapshot_does_not_outlive_its_rows(outbreak, browser_of, set_clock):
    """The next one does not hold who was deleted, and without a worker the last one goes."""
    name = table(browser_of(), "links")[0]["name"]
    Episode.objects.filter(person__pseudonym=name).delete()
    set_clock.now = NOW + snapshots.EVERY
    snapshots.make(set_clock.now)
    assert name not in "".join(Snapshot.objects.values_list("rows", flat=True))
    assert name not in {row["name"] for row in table(browser_of(), "links")}
    retention.purge(set_clock.now + dt.timedelta(hours=1))
    assert Snapshot.objects.exists()
    retention.purge(set_clock.now + dt.timedelta(hours=1, seconds=1))
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize(("days_before", "read"), [(30, 1), (31, 0)])
def test_cases_of_the_thirty_days_before_are_read_too(officers, days_before, read):
    reported = (TODAY - dt.timedelta(days=days_before)).toordinal()
    rows = json.dumps([["K", "K", "none", True, None, None, None, reported, None, None]])
    Snapshot.objects.create(place=HERE, kind=Snapshot.Kind.CASES, at=NOW, rows=rows)
    assert len(queries.patients(Snapshot.objects.all(), queries.Wanted(TODAY, TODAY), HERE)) == read


def test_a_snapshot_holds_no_identity(outbreak, browser_of):
    browser_of().get(PAGE)
    assert not [row for row in Snapshot.objects.values_list("rows", flat=True) if "Người" in row or "giáo viên" in row]


def test_who_may_not_read_health_data_sees_no_person_and_no_small_count(outbreak, counting, browser_of):
    page = counting.get(f"{PAGE}?{SPAN}").content.decode()
    assert "110 cases in 40 days." in page
    assert "Counts under 5 are not shown" in page
    assert not set(Episode.objects.values_list("person__pseudonym", flat=True)) & set(page.split())
    for name in ("chains", "links"):
        assert counting.get(f"{PAGE}{name}.csv?{SPAN}").status_code == 404
    assert counting.get(f"{PAGE}drawn.svg?{SPAN}&part=1").status_code == 404
    for name in ("curve", "clusters", "delays", "follow-up", "app"):
        for client, query in ((counting, SPAN), (browser_of(), f"{SPAN}&shared=1")):
            rows = table(client, name, query)
            counts = {key: row[key] for row in rows for key in ("cases", "contacts", "asked") if row.get(key)}
            assert all(int(each) % 5 == 0 and int(each) >= 5 for each in counts.values())
            assert not any(row.get("kind") == "household" for row in rows)
    for address in (f"{PAGE}line-list", "/officer/contacts/line-list.csv"):
        assert counting.get(address).status_code == 403


def test_another_province_sees_none_of_them_and_a_district_what_is_its_own(outbreak, browser_of):
    assert b"No case in these days" in browser_of(THERE).get(f"{PAGE}?{SPAN}").content
    assert table(browser_of(THERE), "chains") == []
    own = User.objects.create_user("district", role="district", place=PARTS[0], may_confirm=True)
    client = Client(headers={"accept-language": "en"})
    client.force_login(own, BACKEND)
    mine = sum(int(row["cases"]) for row in table(client, "curve") if row["basis"] == "sample")
    assert mine == Episode.objects.filter(place=PARTS[0], role="f0").count()
    chosen = sum(
        int(row["cases"])
        for row in table(browser_of(), "curve", f"{SPAN}&place={PARTS[0]}")
        if row["basis"] == "sample"
    )
    assert chosen == mine


@pytest.mark.parametrize(
    "query", ["", "from=x&to=2020-99-99", f"from={TODAY}&to={ago(9)}", "from=0001-01-01&place=/9/"]
)
def test_days_that_are_none_ask_for_the_usual_ones(officers, browser_of, query):
    answer = browser_of().get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    assert b"No case in these days" in answer.content
    assert table(browser_of(), "reproduction", query) == []


def test_doubtful_dates_are_said_and_a_merged_case_counts_once(officers, by, browser_of):
    first, gone = case(onset_date=ago(3), tested=5), case(onset_date=ago(3), tested=2)  # onset after the sample
    case(tested=1)
    late = case(onset_date=ago(0), tested=3)
    late.created_at = NOW - dt.timedelta(days=2)
    late.save()
    services.enter(gone, Identity(name="Hoa"), met(3), by, NOW)
    gone.merged_into = first
    gone.save()
    page = browser_of().get(PAGE).content.decode()
    assert "3 cases in 28 days." in page
    assert "Cases without a day of first symptoms: 1." in page
    assert "Cases with first symptoms after their report: 1." in page


# --- the line list ----------------------------------------------------------------------------------------------------


def listed(client: Client, query: str) -> set[str]:
    rows = client.get(f"{PAGE}line-list?{query}").context["rows"]
    return {row["line"].name for row in rows}


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("", lambda row: row["role"] == "f0"),
        ("who=contacts&to=" + str(ago(36)), lambda row: row["role"] == "f1" and row["date_exposure"] <= str(ago(36))),
        ("found=app", lambda row: row["role"] == "f0" and row["found_by"] == "app"),
        ("which=no-source", lambda row: row["role"] == "f0" and not row["source_id"]),
        ("which=no-onset", lambda row: row["role"] == "f0" and not row["date_onset"]),
        ("which=week", lambda row: row["role"] == "f0" and row["date_reporting"] >= str(ago(6))),
        ("which=late", lambda row: row["role"] == "f0" and row["date_onset"] and (
            not row["date_isolation"] or days_between(row["date_onset"], row["date_isolation"]) > 3)),
        (f"place={PARTS[1]}", lambda row: row["role"] == "f0" and row["location"].endswith("Thành phố Ngã Bảy")),
        ("state=suspected", lambda row: False),
    ],
)  # fmt: skip
def test_the_line_list_is_narrowed_and_its_file_holds_the_same(outbreak, browser_of, monkeypatch, query, fits):
    monkeypatch.setattr("bluezone.authority.epidemiology.views.LineListPage.paginate_by", 500)
    client = browser_of(language="vi")
    everybody = table(client, "line-list")
    expected = {row["id"] for row in everybody if fits(row)}
    query = query if "to=" in query else f"{query}&to={TODAY}"
    assert listed(client, f"from={ago(39)}&{query}") == expected
    if query.strip("&") != f"to={TODAY}":
        assert {row["id"] for row in table(client, "line-list", f"from={ago(39)}&{query}")} == expected
        assert LogEntry.objects.filter(changes__has_key="line list").count() == 2
    assert bool(expected) == ("suspected" not in query)


def test_a_merged_unit_is_in_line_list_curve_and_filters_as_of_before_and_after(db, set_clock):
    """Hậu Giang went into Cần Thơ on 1 July 2025: its cases of June stay under their own place."""
    set_clock.now = dt.datetime(2025, 7, 10, 5, tzinfo=dt.UTC)
    officer = User.objects.create_user("after", role="province", place="/34:92/", may_confirm=True)
    client = Client(headers={"accept-language": "vi"})
    client.force_login(officer, BACKEND)
    after = place_of(UnitCode.parse("34:31441"))
    for place, day in (
        (PARTS[0], dt.date(2025, 6, 25)),
        (after, dt.date(2025, 7, 5)),
        ("/34:79/", dt.date(2025, 7, 5)),
    ):
        case(place, test_date=day, onset_date=day)
    names = {place: place_name(place, dt.date(2025, 7, 10)) for place in (PARTS[0], after)}
    for query, places in (
        ("", {PARTS[0], after}),
        ("to=2025-06-30", {PARTS[0]}),
        ("from=2025-07-01", {after}),
        ("place=/63:93/", {PARTS[0]}),
        (f"place={after}", {after}),
    ):
        rows = client.get(f"{PAGE}line-list?{query}").context["rows"]
        assert {row["location"] for row in rows} == {names[place] for place in places}, query
        curve = [row for row in table(client, "curve", query) if row["basis"] == "onset" and int(row["cases"])]
        assert len(curve) == len(places), query
    assert names[PARTS[0]] in client.get(PAGE).content.decode()  # a part of its own among clusters


def test_an_officer_keeps_views_of_the_own_and_deletes_them(outbreak, browser_of):
    client, other = browser_of(), browser_of(THERE)
    for query in ("which=late", "found=app"):  # the same name again is replaced
        kept = client.post(f"{PAGE}line-list/views", {"name": "Mine", "query": query}, follow=True)
        assert "The view is saved." in kept.content.decode()
    assert '<a class="button quiet" href="?found=app">Mine</a>' in client.get(f"{PAGE}line-list").content.decode()
    assert "Mine" not in other.get(f"{PAGE}line-list").content.decode()
    view = SavedView.objects.get()
    assert other.post(f"{PAGE}line-list/views/{view.pk}/delete").status_code == 404
    assert client.post(f"{PAGE}line-list/views", {"name": "", "query": "x"}).status_code == 400
    SavedView.objects.bulk_create(SavedView(owner=view.owner, name=f"{n}") for n in range(19))
    refused = client.post(f"{PAGE}line-list/views", {"name": "one too many", "query": ""})
    assert "More than 20 views cannot be kept" in refused.content.decode()
    client.post(f"{PAGE}line-list/views/{view.pk}/delete")
    assert SavedView.objects.count() == 19
