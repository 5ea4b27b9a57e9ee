"""Export files in a folder or in a bucket: the same files, whole, the index last; two machines on one bucket."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import storages

from bluezone.authority.keys import retention
from bluezone.authority.keys.batches import publish
from bluezone.authority.keys.export_store import BucketStore, ExportStore, FolderStore
from bluezone.protocol.exports import index_from_text, read_export

BUCKET = "bluezone-exports"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, settings, environment) -> Iterator[None]:
    """S3 in this process, and settings that keep export files there."""
    moto = pytest.importorskip("moto", reason="the extra dev brings moto")
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    options = {"bucket_name": BUCKET, "file_overwrite": True, "querystring_auth": False}
    backend = {"BACKEND": "bluezone.authority.keys.bucket.ExportBucket", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"exports": backend}
    environment(exports_bucket=BUCKET, export_min_keys=10, export_jitter_keys=0)
    with moto.mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        yield


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ExportStore:
    if request.param == "folder":
        return FolderStore(tmp_path)
    request.getfixturevalue("bucket")
    return BucketStore(storages["exports"], FolderStore(tmp_path))


def test_a_file_is_put_read_listed_replaced_and_deleted(store):
    assert store.read("452/index.txt") is None
    assert store.names("452") == []
    assert store.written_at("452/1-2-00001.zip") is None
    store.put("452/1-2-00001.zip", b"one")
    store.put("452/index.txt", b"452/1-2-00001.zip")
    store.put("452/1-2-00001.zip", b"two")
    assert store.names("452") == ["452/1-2-00001.zip", "452/index.txt"]
    assert store.local_copy("452/1-2-00001.zip").read_bytes() == b"two"
    assert store.written_at("452/1-2-00001.zip").tzinfo is not None
    store.delete("452/1-2-00001.zip")
    store.delete("452/1-2-00001.zip")
    assert store.read("452/1-2-00001.zip") is None
    assert store.names("452") == ["452/index.txt"]


def test_only_what_the_index_names_is_fetched_from_a_bucket(bucket, tmp_path, monkeypatch):
    store = BucketStore(storages["exports"], FolderStore(tmp_path))
    store.put("452/index.txt", b"452/1-2-00001.zip")
    store.put("452/1-2-00001.zip", b"named")
    store.put("452/3-4-00001.zip", b"not yet named")
    assert store.local_copy("452/index.txt").read_bytes() == b"452/1-2-00001.zip"
    asked = []
    monkeypatch.setattr(BucketStore, "read", lambda self, name: asked.append(name))
    for number in range(20):
        assert not store.local_copy(f"452/{number}-4-00001.zip").exists()
    assert asked == []


def test_a_copy_goes_when_the_index_no_longer_names_it(bucket, tmp_path, monkeypatch):
    store = BucketStore(storages["exports"], FolderStore(tmp_path))
    store.put("452/1-2-00001.zip", b"old")
    store.put("452/index.txt", b"452/1-2-00001.zip")
    path = store.local_copy("452/1-2-00001.zip")
    store.put("452/index.txt", b"")
    for each in (path, store.local_copy("452/index.txt")):
        then = each.stat().st_mtime - 3_600
        os.utime(each, (then, then))
    store.local_copy("452/index.txt")
    assert not path.exists()


def test_two_machines_serve_from_one_bucket_what_either_published(bucket, phone, issue, settings, tmp_path, client):
    stores = [BucketStore(storages["exports"], FolderStore(tmp_path / machine)) for machine in ("one", "two")]
    keys = phone.keys(3)
    phone.publish(issue(), keys)
    publish(phone.clock.now)
    publish(phone.clock.forward(hours=4))
    (name,) = index_from_text(stores[0].read("452/index.txt").decode(), "452/")
    copies = [store.local_copy(name).read_bytes() for store in stores]
    assert copies[0] == copies[1] == b"".join(client.get(f"/exports/{name}").streaming_content)
    assert {key.key for key in keys} <= {key.key for key in read_export(copies[0]).export.keys}


def test_objects_tell_a_cdn_how_long_they_are_good(bucket, phone, issue):
    import boto3

    phone.publish(issue(), phone.keys(3))
    publish(phone.clock.now)
    publish(phone.clock.forward(hours=4))
    found = boto3.client("s3").list_objects(Bucket=BUCKET)["Contents"]
    heads = {each["Key"]: boto3.client("s3").head_object(Bucket=BUCKET, Key=each["Key"]) for each in found}
    index = heads.pop("452/index.txt")
    assert (index["CacheControl"], index["ContentType"]) == ("public, max-age=60", "text/plain; charset=utf-8")
    assert [head["CacheControl"] for head in heads.values()] == ["public, max-age=1209600, immutable"]
    retention.purge(phone.clock.forward(days=15))
    assert [each["Key"] for each in boto3.client("s3").list_objects(Bucket=BUCKET)["Contents"]] == ["452/index.txt"]


def test_files_are_put_before_the_index_that_names_them(bucket, phone, issue, monkeypatch):
    put = []
    real = BucketStore.put
    monkeypatch.setattr(BucketStore, "put", lambda self, name, data: (put.append(name), real(self, name, data)))
    phone.publish(issue(), phone.keys(3))
    publish(phone.clock.now)
    publish(phone.clock.forward(hours=4))
    start, end = (int((phone.clock.now - dt.timedelta(hours=hours)).timestamp()) for hours in (4, 0))
    assert put == ["452/index.txt", f"452/{start}-{end}-00001.zip", "452/index.txt"]
