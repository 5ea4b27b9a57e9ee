"""The diary and the warnings of places: at one place at a time, forgotten after 14 days, taken along."""

from __future__ import annotations

import secrets
from contextlib import closing
from pathlib import Path

import pytest

from bluezone.phone.stores.diary_store import MAX_VISITS, DiaryPlace, PlaceAlert, Visit
from bluezone.phone.stores.phone_stores import Stores, open_stores
from bluezone.phone.stores.records import Bounds
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
NOW_S, HOUR_S, DAY_S = 1_597_900_000.0, 3_600.0, 86_400.0
MARKET = DiaryPlace("Chợ Vị Thanh", "Phường I", "ab" * 32, "7K3M-Q2XS", "bà nội")


def opened(directory: Path) -> Stores:
    return open_stores(directory, EN, secrets.token_bytes)


def alert(visit: int = 1, overlap_s: int = 900, created_at_s: float = NOW_S) -> PlaceAlert:
    return PlaceAlert(visit, "Chợ Vị Thanh", "", NOW_S - DAY_S, NOW_S - DAY_S + HOUR_S, overlap_s, created_at_s)


@pytest.mark.parametrize(
    ("left_at_s", "now_s", "end_s", "goes_on"),
    [
        (None, NOW_S + 60, NOW_S + 60, True),
        (None, NOW_S + HOUR_S, NOW_S + HOUR_S, False),
        (None, NOW_S + DAY_S, NOW_S + HOUR_S, False),
        (NOW_S + 600, NOW_S + 900, NOW_S + 600, False),
        (None, NOW_S - 60, NOW_S, False),  # a clock that was put back
    ],
)
def test_when_a_visit_ends(left_at_s, now_s, end_s, goes_on):
    visit = Visit(1, MARKET, NOW_S, NOW_S + HOUR_S, left_at_s)
    assert (visit.end_s(now_s), visit.goes_on(now_s)) == (end_s, goes_on)


@pytest.mark.parametrize(("left", "kept"), [(600, 600), (-600, 0), (2 * 3_600, 3_600)])
def test_leaving_is_never_before_coming_nor_after_the_usual_stay(tmp_path, left, kept):
    with closing(opened(tmp_path)) as stores:
        number = stores.diary.add(MARKET, NOW_S, NOW_S + HOUR_S)
        stores.diary.leave([number], NOW_S + left)
        stores.diary.leave([number], NOW_S + 1)  # the first is what counts
        assert stores.diary.visits()[0].left_at_s == NOW_S + kept


def test_the_diary_is_purged_with_the_contacts_and_forgets_one_by_one(tmp_path):
    with closing(opened(tmp_path)) as stores:
        stores.diary.add(MARKET, NOW_S - 15 * DAY_S, NOW_S)
        young = stores.diary.add(MARKET, NOW_S - 13 * DAY_S, NOW_S)
        stores.places.keep("452/places/1.zip", [alert(created_at_s=NOW_S - 15 * DAY_S)], NOW_S - 15 * DAY_S)
        stores.purge(Bounds(NOW_S))
        assert [visit.number for visit in stores.diary.visits()] == [young]
        assert (stores.places.alerts(), stores.places.known_packages()) == ([], frozenset())
        stores.diary.forget(young)
        assert stores.diary.visits() == []


def test_no_more_visits_are_kept_than_a_fortnight_has(tmp_path):
    with closing(opened(tmp_path)) as stores:
        for number in range(MAX_VISITS + 2):
            stores.diary.add(DiaryPlace(str(number)), NOW_S + number, NOW_S + number)
        found = stores.diary.visits()
        assert (len(found), found[0].place.description, found[-1].place.description) == (MAX_VISITS, "501", "2")


def test_a_longer_overlap_replaces_a_shorter_and_is_no_new_warning(tmp_path):
    with closing(opened(tmp_path)) as stores:
        assert stores.places.keep("a.zip", [alert(overlap_s=900)], NOW_S) == 1
        assert stores.places.keep("b.zip", [alert(overlap_s=600)], NOW_S) == 0
        assert stores.places.keep("c.zip", [alert(overlap_s=1_800, created_at_s=NOW_S + 5)], NOW_S) == 0
        [kept] = stores.places.alerts()
        assert (kept.overlap_s, kept.created_at_s) == (1_800, NOW_S)
        assert stores.places.known_packages() == {"a.zip", "b.zip", "c.zip"}
