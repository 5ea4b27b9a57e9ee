"""A file that the reference server wrote, fetched over HTTP from a plain file server."""

from __future__ import annotations

import datetime as dt
import functools
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bluezone.authority.federation import net, reading, services
from bluezone.authority.federation.models import SourceFile
from bluezone.authority.federation.reading import ReadReport
from bluezone.authority.keys.models import PublishedKey
from bluezone.protocol.exports import read_export
from bluezone.protocol.keys import ReportType

DATA = Path(__file__).parents[2] / "protocol" / "data"
NAME = "exposureKeyExport-452/1589760000-1589846400-00001.zip"
#: the day of its newest key; its oldest is 13 days older
DAY = dt.datetime(2020, 5, 31, 12, tzinfo=dt.UTC)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Where the file and an index of the reference's form are served."""
    (tmp_path / NAME).parent.mkdir()
    shutil.copy(DATA / "reference-export.zip", tmp_path / NAME)
    (tmp_path / NAME).with_name("index.txt").write_text(NAME + "\n")
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/exposureKeyExport-452/index.txt"
        server.shutdown()


@pytest.fixture
def read(phone, url):
    """Reads the file as of a pinned key."""

    def once(version: str, key: str = "") -> ReadReport:
        phone.clock.now = DAY
        pem = (DATA / f"reference-{key or version}.pem").read_bytes()
        services.add(name="", index_url=url, pem=pem, region="452", now=DAY, key_id="452", key_version=version)
        with net.client() as client:
            return reading.read_all(DAY, net.HttpNet(client))

    return once


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_every_key_is_taken_by_either_of_its_signatures(read, version):
    assert read(version) == ReadReport(files=1, keys=14)
    sent = read_export((DATA / "reference-export.zip").read_bytes()).export.keys
    stored = {bytes(row.key): row.exported() for row in PublishedKey.objects.all()}
    for key in sent:
        row = stored[key.key]
        known = key.report_type is not ReportType.UNKNOWN
        assert row.report_type is (key.report_type if known else ReportType.CONFIRMED_TEST)
        assert (row.rolling_start_interval, row.rolling_period) == (key.rolling_start_interval, key.rolling_period)
        assert (row.transmission_risk, row.days_since_onset) == (key.transmission_risk, key.days_since_onset)
    assert SourceFile.objects.get().refused == {"not revisable": 2}  # it revises keys that this file does not bring


def test_the_key_of_one_version_under_the_name_of_the_other_is_not_believed(read):
    assert read("v2", key="v1") == ReadReport(bad=1)
    assert SourceFile.objects.get().trouble == "signature"
    assert not PublishedKey.objects.exists()
