"""Which addresses are asked, which files are due, which keys of another authority are taken."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.federation import rules
from bluezone.authority.federation.rules import FederationError, KnownFile, Refusal, Trouble, UnfitError
from bluezone.protocol.exports import Export
from bluezone.protocol.intervals import INTERVALS_PER_DAY, interval_number
from bluezone.protocol.keys import ReportType, TemporaryExposureKey

NOON = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
TODAY = interval_number(NOON.timestamp()) // INTERVALS_PER_DAY * INTERVALS_PER_DAY


@pytest.mark.parametrize(
    "url", ["https://keys.example/exports/66/index.txt", "http://127.0.0.1:8000/i.txt", "http://[::1]/i.txt"]
)
def test_an_address_of_https_or_of_this_machine_is_taken(url):
    assert rules.checked_url(url, "the index") == url


@pytest.mark.parametrize(
    "url",
    [
        "http://keys.example/index.txt",
        "http://127.0.0.1.example/index.txt",
        "http://localhost.example/",
        "ftp://keys.example/index.txt",
        "file:///etc/passwd",
        "https:///index.txt",
        "https://user:word@keys.example/index.txt",
        "https://@keys.example/index.txt",
        "https://keys.example/index.txt?x=1",
        "https://keys.example/index.txt#x",
        "https://keys.example:port/index.txt",
        "https://[keys.example/index.txt",
        "https://keys.example/index .txt",
        "https://k\u1ebdys.example/",
        "index.txt",
        "",
    ],
)
def test_any_other_address_is_refused(url):
    with pytest.raises(FederationError):
        rules.checked_url(url, "the index")


@pytest.mark.parametrize(
    ("index", "root", "name", "url"),
    [
        ("https://k.example/exports/66/index.txt", "", "66/1-2-1.zip", "https://k.example/exports/66/1-2-1.zip"),
        ("https://k.example/66/index.txt", "", "66/1.zip", "https://k.example/66/1.zip"),
        ("https://k.example/a/b/index.txt", "", "a/b/1.zip", "https://k.example/a/b/1.zip"),
        ("https://k.example/x/index.txt", "", "1.zip", "https://k.example/x/1.zip"),
        ("https://k.example/i.txt", "https://cdn.example/e/", "66/1.zip", "https://cdn.example/e/66/1.zip"),
        ("https://k.example:8443/66/i.txt", "", "66/1.zip", "https://k.example:8443/66/1.zip"),
    ],
)
def test_a_file_lies_below_the_root_that_follows_from_the_index(index, root, name, url):
    assert rules.file_url(index, root, name) == url


@pytest.mark.parametrize("index", ["https://k.example/exports/66/index.txt", "https://k.example/x452/index.txt"])
def test_a_name_in_another_folder_than_the_index_needs_a_root(index):
    with pytest.raises(UnfitError, match="--export-root"):
        rules.file_url(index, "", "452/1.zip")


def test_new_files_unfinished_ones_and_bad_ones_after_six_hours_are_due():
    known = {
        "read": KnownFile(is_read=True),
        "unfinished": KnownFile(is_read=False),
        "bad": KnownFile(is_read=False, retry_at=NOON + dt.timedelta(seconds=1)),
        "bad long ago": KnownFile(is_read=False, retry_at=NOON),
    }
    names = ["read", "new", "bad", "unfinished", "bad long ago"]
    assert rules.due(names, known, NOON) == ["new", "unfinished", "bad long ago"]


@pytest.mark.parametrize(
    ("region", "ends", "trouble"),
    [
        ("66", dt.timedelta(), None),
        ("66", dt.timedelta(hours=23), None),
        ("66", dt.timedelta(hours=25), Trouble.FUTURE),
        ("452", dt.timedelta(), Trouble.REGION),
        ("66-out", dt.timedelta(), Trouble.REGION),
    ],
)
def test_a_genuine_file_of_another_region_or_of_the_future_is_refused(region, ends, trouble):
    head = Export(region, 0, int((NOON + ends).timestamp()))
    if trouble is None:
        rules.check_place(head, "66", NOON)
        return
    with pytest.raises(UnfitError) as met:
        rules.check_place(head, "66", NOON)
    assert met.value.trouble is trouble


@pytest.mark.parametrize(
    ("days", "report", "why"),
    [
        (1, ReportType.CONFIRMED_TEST, None),
        (0, ReportType.CONFIRMED_TEST, None),  # still on the air: the embargo holds it back
        (15, ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, None),
        (16, ReportType.CONFIRMED_TEST, Refusal.TOO_OLD),
        (-1, ReportType.CONFIRMED_TEST, Refusal.NOT_STARTED),
        (1, ReportType.UNKNOWN, None),
        (1, ReportType.SELF_REPORT, None),
        (1, ReportType.REVOKED, Refusal.WITHDRAWN),
        (1, ReportType.RECURSIVE, Refusal.SECOND_ORDER),
    ],
)
def test_keys_up_to_15_days_old_of_a_kind_that_our_phones_know_are_taken(days, report, why):
    key = TemporaryExposureKey(bytes(16), TODAY - days * INTERVALS_PER_DAY, report_type=report)
    assert rules.refusal(key, NOON.timestamp()) is why


def test_no_report_type_counts_as_confirmed_and_any_other_stays():
    taken, refused = rules.sorted_out(
        [TemporaryExposureKey(bytes([kind]) * 16, TODAY, report_type=kind) for kind in ReportType], NOON.timestamp()
    )
    assert [key.report_type for key in taken] == [
        ReportType.CONFIRMED_TEST,
        ReportType.CONFIRMED_TEST,
        ReportType.CONFIRMED_CLINICAL_DIAGNOSIS,
        ReportType.SELF_REPORT,
    ]
    assert refused == {Refusal.SECOND_ORDER: 1, Refusal.WITHDRAWN: 1}
