"""Paging by places of an order: every row once in each direction, whatever comes and goes, on both databases."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from bluezone.authority.reports.models import Report
from bluezone.authority.site import keyset

ORDER = ("quarters", "-risk", "received_at", "id")
NOW = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def store(count: int, seed: int) -> None:
    """Store reports, most of which have equals in all but the last field of the order."""
    draw = np.random.default_rng(seed)
    before = seed * 1_000
    Report.objects.bulk_create(
        Report(
            id_digest=str(before + number),
            place="/",
            day=NOW.date(),
            quarters=int(draw.integers(2)),
            near_minutes=25,
            certainty="likely",
            policy="x",
            policy_version="1",
            received_at=NOW - dt.timedelta(hours=int(draw.integers(3)), microseconds=int(draw.integers(2))),
            number=b"",
            number_digest="",
            evidence=b"",
            verdict="consistent",
            risk=int(draw.integers(3)),
        )
        for number in range(count)
    )


def walk(first: str = "", back: bool = False, size: int = 7) -> tuple[list[int], str]:
    """Follow the links to the end; return the ids as they were shown, and the last page's address."""
    found: list[int] = []
    asked = first
    while True:
        shown = keyset.page(Report.objects.all(), ORDER, asked, size)
        ids = [row.pk for row in shown]
        found = ids + found if back else found + ids
        further = shown.newer if back else shown.older
        if not further:
            return found, asked
        asked = further


@pytest.mark.parametrize("count", [0, 1, 6, 7, 8, 14, 15, 100])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_row_is_shown_once_in_order_and_back_again(count, seed):
    store(count, seed)
    expected = list(Report.objects.order_by(*ORDER).values_list("pk", flat=True))
    forward, last = walk()
    assert forward == expected
    backward, _ = walk(last, back=True)
    # the first page is a whole one: what it shares with the second is shown in both
    assert backward[-len(expected) :] == expected if count % 7 == 0 else set(backward) == set(expected)


def test_what_comes_and_goes_meanwhile_hides_and_repeats_nothing_else():
    store(40, 3)
    first = keyset.page(Report.objects.all(), ORDER, "", 7)
    before = list(Report.objects.order_by(*ORDER).values_list("pk", flat=True))
    Report.objects.filter(pk__in=[row.pk for row in first]).delete()
    store(10, 4)
    rest, _ = walk(first.older)
    assert [pk for pk in rest if pk in before] == before[7:]


def test_where_all_further_rows_are_gone_the_first_page_is_shown():
    store(10, 5)
    first = keyset.page(Report.objects.all(), ORDER, "", 7)
    Report.objects.exclude(pk__in=[row.pk for row in first]).delete()
    assert [row.pk for row in keyset.page(Report.objects.all(), ORDER, first.older, 7)] == [row.pk for row in first]


@pytest.mark.parametrize(
    "asked",
    [
        "2",
        "after",
        "after_1_2_3",
        "after_1_2_3_x",
        "after_1_2_3_4_5",
        "since_1_2_3_4",
        "after_1_2_9999999999999999999_4",
        f"after_{'1' * 300}_1_1_1",
        "before_1_1_٣_1",
        "after_--1_1_1_1",
    ],
)
def test_what_is_no_place_of_the_order_means_the_first_page(asked):
    store(10, 6)
    first = [row.pk for row in keyset.page(Report.objects.all(), ORDER, "", 7)]
    shown = keyset.page(Report.objects.all(), ORDER, asked, 7)
    assert [row.pk for row in shown] == first
    assert shown.newer == ""
