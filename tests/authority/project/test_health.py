"""Check the findings of an installation's parts by tables of cases: text and level, and a part that is unknown."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bluezone.authority.project import health
from bluezone.authority.project.health import RULES, Facts, Finding, Level, Queue, Run, judge, worst

NOON = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
_MINUTE, _HOUR, _DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def _ran(ago: dt.timedelta, succeeded_ago: dt.timedelta | None, every: dt.timedelta | None = None, report="") -> Run:
    return Run(NOON - ago, None if succeeded_ago is None else NOON - succeeded_ago, every, report=report)


_BEAT = {"publish": _ran(_MINUTE, _MINUTE, dt.timedelta(seconds=15))}
WELL = Facts(
    at=NOON,
    keys_end_at={"export": None, "pass": NOON + 90 * _DAY},
    free_bytes=10**12,
    database_bytes=10**6,
    period_s=4 * 3_600,
    last_batch_end=NOON,
    runs=_BEAT | {"backup": _ran(_HOUR, _HOUR), "curves": _ran(_MINUTE, _MINUTE, 10 * _MINUTE)},
    probe_published_at=NOON,
    probe_seen_at=NOON,
    queues={"uploads": Queue(2, NOON - 14 * _MINUTE, 15 * _MINUTE), "text messages": Queue(0, None, 5 * _MINUTE)},
    gateway_failures={},
    tls_ends_at=NOON + 60 * _DAY,
    open_files=(20_256, 30_000),
    broken_files=(),
)
_LATE = {"queues": {"text messages": Queue(7, NOON - 9 * _MINUTE, 5 * _MINUTE)}}


def _heart(ago: dt.timedelta, succeeded_ago: dt.timedelta | None) -> dict[str, object]:
    return {"runs": {"publish": _ran(ago, succeeded_ago)}}


def _second(seconds: float) -> dt.timedelta:
    return dt.timedelta(seconds=seconds)


@pytest.mark.parametrize("part", RULES)
def test_a_part_that_is_as_it_should_be_is_well(part):
    assert RULES[part](WELL) == Finding()


@pytest.mark.parametrize(
    ("part", "facts", "level", "said"),
    [
        ("secrets", {"secrets": "a secret is missing"}, 2, "a secret is missing"),
        ("keys", {"keys": "a key is missing"}, 2, "a key is missing"),
        ("key_ends", {"keys_end_at": {"export": NOON + 14 * _DAY}}, 0, "ok"),
        ("key_ends", {"keys_end_at": {"export": NOON + 13 * _DAY}}, 1, "the last export key ends at 2020-08-31"),
        ("clock", {"clock": "the clock is 2 days ahead"}, 1, "the clock is 2 days ahead"),
        ("disk", {"free_bytes": 500_000_000, "free_files": 10_000}, 0, "ok"),
        ("disk", {"free_bytes": 499_999_999}, 1, "499 MB are free"),
        ("disk", {"free_bytes": 99_999_999}, 2, "99 MB are free"),
        ("disk", {"free_files": 9_999}, 1, "9999 more files fit"),
        ("disk", {"can_write": False}, 2, "the disk is read-only"),
        ("migrations", {"missing_migrations": 3}, 2, "the database lacks 3 migrations"),
        ("worker", {"runs": {}}, 1, "no worker has run yet"),
        ("worker", _heart(_second(300), _second(300)), 0, "ok"),
        ("worker", _heart(_second(301), _second(301)), 1, "the last sign of a worker is of 2020-08-18T11:54:59Z"),
        ("worker", _heart(3 * _HOUR, 3 * _HOUR), 2, "the last sign of a worker is of 2020-08-18T09:00:00Z"),
        # the clock was put back since
        ("worker", _heart(_second(-400), _second(-400)), 1, "the last sign of a worker is of 2020-08-18T12:06:40Z"),
        ("worker", _heart(_MINUTE, _second(301)), 1, "`publish` runs and fails; it last succeeded: 2020-08-18T11:54:"),
        ("worker", _heart(_MINUTE, None), 1, "`publish` runs and fails; it last succeeded: never"),
        ("jobs", {"runs": {"curves": _ran(_MINUTE, 31 * _MINUTE, 10 * _MINUTE)}}, 0, "ok"),
        ("jobs", {"runs": {"curves": _ran(_MINUTE, 32 * _MINUTE, 10 * _MINUTE)}}, 1, "jobs fail: `curves` (last "),
        ("jobs", {"runs": {"curves": _ran(_MINUTE, None, 10 * _MINUTE)}}, 1, "jobs fail: `curves` (last succeeded: ne"),
        ("jobs", {"runs": {"curves": _ran(_DAY, _DAY, 10 * _MINUTE)}}, 0, "ok"),  # that none runs is the worker's
        ("batch", {"last_batch_end": None}, 0, "ok"),
        ("batch", {"last_batch_end": NOON - 4 * _HOUR}, 0, "ok"),  # the batch of noon is being written
        ("batch", {"last_batch_end": NOON - 4 * _HOUR, "at": NOON + 9 * _MINUTE}, 0, "ok"),
        ("batch", {"last_batch_end": NOON - 4 * _HOUR, "at": NOON + 10 * _MINUTE}, 2, "the last batch of keys ended "),
        ("batch", {"last_batch_end": NOON - _HOUR, "at": NOON + 10 * _MINUTE}, 1, "the last batch of keys ended at 20"),
        ("batch", {"last_batch_end": NOON + 400 * _DAY}, 0, "ok"),  # healed by the worker
        ("probe", {"probe_unseen_at": NOON - 4 * _HOUR - 20 * _MINUTE}, 0, "ok"),
        (
            "probe",
            {"probe_unseen_at": NOON - 4 * _HOUR - 21 * _MINUTE},
            2,
            "the made-up case published at 2020-08-18T07:",
        ),
        (
            "probe",
            {"probe_problem": "/api/verify: HTTP 503"},
            2,
            "a made-up case came to a stop: /api/verify: HTTP 503; the last to come through did at 2020-08-18T12:00Z",
        ),
        ("queues", _LATE, 1, "7 text messages wait, the oldest for 9 minutes"),
        ("gateway", {"gateway_failures": {"http_500": 3}}, 0, "ok"),  # it failed, and goes on
        ("gateway", {"gateway_failures": {"http_500": 3}, **_LATE}, 1, "text messages wait, and the gateway failed to"),
        ("gateway", {"gateway_answer": "cannot be reached"}, 1, "the gateway for text messages: cannot be reached"),
        ("tls", {"tls_ends_at": None}, 0, "ok"),
        ("tls", {"tls_ends_at": NOON + 14 * _DAY}, 0, "ok"),
        ("tls", {"tls_ends_at": NOON + 13 * _DAY}, 1, "the certificate of the public address ends at 2020-08-31"),
        ("tls", {"tls_ends_at": NOON + _DAY}, 2, "the certificate of the public address ends at 2020-08-19"),
        ("tls", {"tls_problem": "its certificate is refused"}, 2, "the public address: its certificate is refused"),
        ("tls", {"tls_problem": "cannot be reached", "tls_is_reached": False}, 1, "the public address: cannot be"),
        ("backup", {"runs": {}}, 1, "no backup has been made yet"),
        ("backup", {"runs": {"backup": _ran(30 * _HOUR, 30 * _HOUR)}}, 0, "ok"),
        ("backup", {"runs": {"backup": _ran(31 * _HOUR, 31 * _HOUR)}}, 1, "the last backup is of 2020-08-17T05:00Z"),
        (
            "backup",
            {"runs": {"backup": _ran(_HOUR, 31 * _HOUR, report="not copied")}},
            1,
            "the backup of 2020-08-18T11",
        ),
        ("backup", {"runs": {"backup": _ran(_HOUR, None, report="not copied")}}, 1, "the backup of 2020-08-18T11:00Z "),
        ("open_files", {"open_files": ()}, 0, "ok"),
        ("open_files", {"open_files": (20_256, 20_255)}, 1, "`serve` may open 20255 files"),
        ("open_files", {"open_files": (1_023,)}, 2, "`serve` may open 1023 files"),
        ("files", {"broken_files": None}, 0, "ok"),
        (
            "files",
            {"broken_files": ["452/1-2-00001.zip"]},
            2,
            "1 files that an index names are missing or not whole: 4",
        ),
        ("integrity", {"broken_database": "row 7 missing"}, 2, "the database is damaged: row 7 missing"),
    ],
)
def test_a_part_is_judged_by_what_was_measured(part, facts, level, said):
    found = RULES[part](replace(WELL, **facts))
    assert (found.level, found.text[: len(said)]) == (level, said)


def test_what_is_not_known_is_as_bad_as_the_part_is_vital():
    found = judge(replace(WELL, unknown={"database": "not known", "backup": "not known"}), RULES)
    assert (found["database"].level, found["backup"].level) == (Level.CRITICAL, Level.WARNING)
    assert {name for name, each in found.items() if each.level} == {"database", "backup"}
    assert (worst(found.values()), worst([])) == (Level.CRITICAL, Level.OK)
    assert {*health.READY, *health.VITAL, *health.DEEP} <= {*RULES}
