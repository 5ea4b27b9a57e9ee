"""Reports in the store: encrypted, replaced as they go on, and gone after 14 days."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from bluezone.phone.stores.encryption import Cipher
from bluezone.phone.stores.phone_stores import open_stores
from bluezone.phone.stores.report_store import Stage, StoredHeard, StoredReport
from bluezone.phone.stores.retention import Bounds
from bluezone.protocol.schemes import scheme_named

DAY_S = 86_400
NOW_S = 1_597_292_400.0
DAY = int(NOW_S // DAY_S) * DAY_S
EN = scheme_named("en")


def report(day: int = DAY, stage: Stage = Stage.WAITING, at_s: float = NOW_S) -> StoredReport:
    return StoredReport(day, "ab" * 16, '{"secret": "message"}', stage, at_s)


def test_a_report_is_kept_changed_and_removed(tmp_path: Path) -> None:
    with closing(open_stores(tmp_path, EN, os.urandom)) as stores:
        stores.reports.add(report())
        [kept] = stores.reports.reports()
        assert (kept.day_start_s, kept.stage, kept.message) == (DAY, Stage.WAITING, '{"secret": "message"}')
        stores.reports.change(kept, stage=Stage.SENT, message="", sent_at_s=NOW_S)
        [sent] = stores.reports.reports()
        assert (sent.stage, sent.message, sent.sent_at_s, sent.report) == (Stage.SENT, "", NOW_S, "ab" * 16)
        assert stores.reports.of_day(DAY) == sent
        stores.reports.change(sent, stage=Stage.GOING_BACK)
        assert stores.reports.of_day(DAY) is None
        stores.reports.remove(sent)
        assert stores.reports.reports() == []


def test_there_is_one_heard_list(tmp_path: Path) -> None:
    with closing(open_stores(tmp_path, EN, os.urandom)) as stores:
        assert stores.reports.heard() is None
        for stage in (Stage.WAITING, Stage.SENT):
            stores.reports.keep_heard(StoredHeard("ff", "token", stage, NOW_S))
        assert stores.reports.heard() == StoredHeard("ff", "token", Stage.SENT, NOW_S)


def test_nothing_of_it_is_legible_on_the_disk(tmp_path: Path) -> None:
    with closing(open_stores(tmp_path, EN, os.urandom, Cipher(os.urandom(32), os.urandom))) as stores:
        stores.reports.add(report())
        stores.reports.keep_heard(StoredHeard("feedbeef", "revision-token", Stage.WAITING, NOW_S))
        stores.reports.database.shrink_log()
        written = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    for secret in (b"secret", b"ab" * 16, b"feedbeef", b"revision-token", str(DAY).encode()):
        assert secret not in written


@pytest.mark.parametrize(("days", "left"), [(13.9, 1), (14.1, 0)])
def test_reports_and_the_list_go_after_14_days(tmp_path: Path, days: float, left: int) -> None:
    with closing(open_stores(tmp_path, EN, os.urandom)) as stores:
        stores.reports.add(report(stage=Stage.SENT))
        stores.reports.keep_heard(StoredHeard("", "", Stage.SENT, NOW_S))
        gone = stores.reports.purge(Bounds(NOW_S + days * DAY_S))
        assert gone == 2 * (1 - left)
        assert len(stores.reports.reports()) == left
        assert (stores.reports.heard() is not None) == bool(left)
