"""What SQLite lacks: prefixes by a range, the same rows as LIKE, letter by letter, by an index; quantiles by nearest
rank, numbers that were there."""

from __future__ import annotations

import pytest
from django.db import connection

from bluezone.authority.site.expressions import nearest_rank, text_after
from bluezone.authority.work.models import Task


@pytest.mark.parametrize(
    ("prefix", "after"),
    [
        ("/63:93/", "/63:930"),
        ("/", "0"),
        ("a\U0010ffff", "b"),
        ("\ud7ff", "\ue000"),
        ("", ""),
        ("\U0010ffff", ""),
    ],
)
def test_the_text_after_all_that_begin_so(prefix, after):
    assert text_after(prefix) == after


@pytest.mark.django_db
def test_a_place_is_found_by_its_index(now):
    places = ("/63:93/", "/63:93/63:930/", "/63:930/", "/63:92/", "/a%_/", "/A%_/b/")
    Task.objects.bulk_create(
        Task(kind="call", place=place, source="x", source_key=place, opened_at=now, opens_at=now, due_at=now)
        for place in places
    )

    def found(prefix: str) -> set[str]:
        return set(Task.objects.filter(place__startswith=prefix).values_list("place", flat=True))

    assert found("/63:93/") == {"/63:93/", "/63:93/63:930/"}
    assert found("/A%_/") == {"/A%_/b/"}
    assert found("/") == found("") == set(places)
    if connection.vendor == "sqlite":
        of_province = Task.objects.filter(state="open", place__startswith="/63:93/")
        assert "USING INDEX open_tasks_of_a_place (place>? AND place<?)" in of_province.explain()


@pytest.mark.parametrize(
    ("numbers", "half", "most"), [([], None, None), ([5], 5, 5), ([1, 2], 1, 2), (list(range(1, 101)), 50, 95)]
)
def test_quantiles_are_numbers_that_were_there(numbers, half, most):
    assert (nearest_rank(numbers, 0.5), nearest_rank(numbers, 0.95)) == (half, most)
