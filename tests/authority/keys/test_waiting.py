"""A batch is found by the embargo of its keys, and nothing that waits falls below where it is looked for."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest
from django.conf import settings
from django.db import connection

from bluezone.authority.keys import healing
from bluezone.authority.keys.batches import publish
from bluezone.authority.keys.models import ExportBatch, PublishedKey
from bluezone.authority.signing import services as signing
from bluezone.authority.site.retention import purge

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 12, 2, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def waits(environment, set_clock):
    """Store keys of patients whose embargo ended so many hours ago."""
    environment(export_min_keys=10, export_jitter_keys=0)
    set_clock.now = NOW
    signing.ensure(NOW - 40 * dt.timedelta(days=1))

    def store(*hours: int) -> list[bytes]:
        keys = [secrets.token_bytes(16) for _ in hours]
        PublishedKey.objects.bulk_create(
            PublishedKey(
                key=key, rolling_start_interval=2_900_000, rolling_period=144, transmission_risk=2, report_type=1,
                region=settings.BLUEZONE.region, embargoed_until=NOW - each * HOUR,
            )
            for key, each in zip(keys, hours, strict=True)
        )  # fmt: skip
        return keys

    return store


def carried(batch: ExportBatch) -> set[bytes]:
    return {bytes(key) for key in batch.carried().filter(made_up=False).values_list("key", flat=True)}


def batches() -> list[ExportBatch]:
    return list(ExportBatch.objects.filter(region=settings.BLUEZONE.region).order_by("end_at"))


def test_a_batch_carries_all_its_keys_however_old_and_no_others(waits):
    first = waits(1, 30, 200)
    publish(NOW)
    late = waits(1, 23)  # stored by a request that began before the first batch was opened
    publish(NOW + HOUR)
    assert [carried(batch) for batch in batches()[-2:]] == [set(first), set(late)]
    for batch in batches():
        assert batch.carried().count() == batch.keys.count()
    assert not healing.waiting(settings.BLUEZONE.region).exists()


def test_what_came_while_the_clock_was_behind_goes_out_after_the_next_purge(waits):
    publish(NOW)
    behind = waits(72)
    assert not healing.waiting(settings.BLUEZONE.region).exists()
    purge(NOW + HOUR)
    publish(NOW + 2 * HOUR)
    assert carried(batches()[-1]) == set(behind)


def test_postgresql_enters_a_key_that_gets_its_batch_in_no_index(waits):
    if connection.vendor != "postgresql":
        pytest.skip("of PostgreSQL: BLUEZONE_TEST_DATABASE_URL")
    waits(*[1] * 200)
    with connection.cursor() as cursor:
        counts = "SELECT pg_stat_get_xact_tuples_updated(oid), pg_stat_get_xact_tuples_hot_updated(oid) FROM pg_class"
        cursor.execute(f"{counts} WHERE relname = 'keys_publishedkey'")
        before = cursor.fetchone()
        PublishedKey.objects.filter(made_up=False).update(batch=ExportBatch(pk=1))
        cursor.execute(f"{counts} WHERE relname = 'keys_publishedkey'")
        updated, hot = (b - a for a, b in zip(before, cursor.fetchone(), strict=True))
    assert updated == 200
    assert hot >= 190  # of the last page, which was begun before, a few may find no room
