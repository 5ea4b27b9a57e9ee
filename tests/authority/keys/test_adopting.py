"""After the database was put back to an earlier moment, files that the index names are known again, and no key goes out
twice."""

from __future__ import annotations

import shutil

import pytest

from bluezone.authority.keys import retention, revision
from bluezone.authority.keys.batches import publish
from bluezone.authority.keys.models import ExportBatch, ExportFile, PublishedKey


@pytest.fixture(autouse=True)
def small_files(environment):
    environment(export_min_keys=10, export_jitter_keys=0, export_max_keys=6, federation_out="travellers")


class Yesterday:
    """The database as it was."""

    def __init__(self) -> None:
        models = (ExportBatch, PublishedKey, ExportFile)
        self.rows = {model: list(model.objects.all()) for model in models}

    def put_back(self) -> None:
        for model in (ExportFile, PublishedKey, ExportBatch):
            model.objects.all().delete()
        for model, rows in self.rows.items():
            model.objects.bulk_create(rows)


@pytest.mark.parametrize("job", [publish, retention.purge])
def test_what_went_out_since_is_known_again_and_goes_out_no_second_time(phone, issue, served, job):
    old, waits, revised, lost = phone.keys(2), phone.keys(2), phone.keys(1), phone.keys(3)
    phone.publish(issue(), old)
    first = phone.publish(issue(), revised)
    publish(phone.clock.forward(hours=4))
    phone.publish(issue(), waits)
    yesterday = Yesterday()
    phone.publish(issue(), lost, traveler=True)
    revision.withdraw(first.revision_token, phone.clock.now)
    for _ in range(2):
        publish(phone.clock.forward(hours=4))
    before, out = served(), served("452-out")
    yesterday.put_back()
    job(phone.clock.forward(minutes=1))
    assert (served(), served("452-out")) == (before, out)
    assert PublishedKey.objects.filter(batch=None).count() == 0
    assert PublishedKey.objects.get(key=revised[0].key).revision_batch is not None
    assert set(PublishedKey.objects.filter(traveler=True).values_list("key", flat=True)) == {
        key.key for export in out.values() for key in export.keys
    }
    answer = phone.publish(issue(), lost)
    assert answer.inserted_exposures == 0
    publish(phone.clock.forward(hours=4))
    keys = [key.key for export in served().values() for key in export.keys]
    assert len(keys) == len(set(keys))
    assert {key.key for key in (*old, *waits, *lost)} <= set(keys)


@pytest.mark.parametrize("what", ["of another", "gone", "past its time"])
def test_a_file_that_is_not_ours_or_gone_or_past_its_time_is_left_out(phone, issue, served, settings, what):
    publish(phone.clock.now)
    yesterday = Yesterday()
    phone.publish(issue(), phone.keys(2))
    publish(phone.clock.forward(hours=4))
    names = sorted(served())
    paths = [settings.BLUEZONE.exports / name for name in names]
    yesterday.put_back()
    if what == "of another":
        paths[0].write_bytes(b"no export")
    if what == "gone":
        shutil.move(paths[0], paths[0].with_suffix(".away"))
    phone.clock.forward(**({"days": 15} if what == "past its time" else {"minutes": 1}))
    publish(phone.clock.now)
    assert not set(served()) & set(names)
    assert not PublishedKey.objects.filter(made_up=False).exclude(batch=None).exists()
