"""One statement stores the keys of an upload, or none of them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import models

from bluezone.authority.keys.insert import COLUMNS, NewKey, insert_if_all_new
from bluezone.authority.keys.models import PublishedKey

pytestmark = pytest.mark.django_db
_UNTIL = dt.datetime(2020, 8, 18, 11, tzinfo=dt.UTC)


def _key(number: int, **fields: object) -> NewKey:
    key = NewKey(bytes([number]) * 16, 2_662_992, 144, 2, 1, -3, _UNTIL, "d" * 64)
    return key._replace(**fields)


def test_every_column_that_must_have_a_value_gets_one():
    needed = {
        field.column
        for field in PublishedKey._meta.concrete_fields
        if not field.null and not field.primary_key and field.db_default is models.NOT_PROVIDED
    }
    assert needed <= {*COLUMNS}


def test_what_is_read_is_what_was_stored():
    rows = [_key(1), _key(2, days_since_onset=None, embargoed_until=_UNTIL + dt.timedelta(hours=15))]
    assert insert_if_all_new(rows, "452", traveler=True)
    for row, stored in zip(rows, PublishedKey.objects.order_by("key"), strict=True):
        assert bytes(stored.key) == row.key
        for name in NewKey._fields[1:]:
            assert getattr(stored, name) == getattr(row, name), name
        assert (stored.region, stored.traveler, stored.made_up) == ("452", True, False)
        assert stored.batch is None
        assert stored.revised_at is None


@pytest.mark.parametrize("count", [1, 14, 30])
def test_any_number_of_keys_is_stored(count):
    assert insert_if_all_new([_key(number) for number in range(count)], "452", traveler=False)
    assert PublishedKey.objects.count() == count


def test_one_key_that_is_there_keeps_all_others_out():
    assert insert_if_all_new([_key(7)], "452", traveler=False)
    assert not insert_if_all_new([_key(number) for number in range(14)], "452", traveler=False)
    assert PublishedKey.objects.count() == 1
