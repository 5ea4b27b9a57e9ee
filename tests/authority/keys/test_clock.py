"""A clock that leaps: nothing is lost by it, and publishing goes on when it is right again."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from auditlog.models import LogEntry
from click.testing import CliRunner
from django.db import connection
from tests.tiers import first

from bluezone.authority.diagnosis.models import OneTimeCode
from bluezone.authority.keys import retention
from bluezone.authority.keys.batches import publish
from bluezone.authority.keys.healing import healed_ends
from bluezone.authority.keys.models import ExportBatch, PublishedKey
from bluezone.authority.officers.models import User
from bluezone.authority.project import whole
from bluezone.authority.project.worker import run_job
from bluezone.authority.signing import services as signing
from bluezone.authority.site import clock as authority_clock
from bluezone.authority.site import clock_guard, registries
from bluezone.authority.site import retention as site_retention
from bluezone.authority.site.clock_guard import ClockError, UnsettledClockError
from bluezone.authority.site.models import Installation, JobRun
from bluezone.authority.site.registries import Trust
from bluezone.protocol.exports import Export
from bluezone.protocol.verification import tek_mac

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
PERIOD = 4 * HOUR
#: BLUEZONE_TEST_SEED tries others
SEEDS = [int(os.environ.get("BLUEZONE_TEST_SEED", "0")) + at for at in range(12)]
#: of a published file: what a phone with a right clock takes (`phone.client.export_download`)
_FUTURE = DAY


class Machine:
    """A machine whose clock may be wrong, beside one that holds the database and whose clock is right."""

    def __init__(self, set_clock, monkeypatch):
        self.set_clock = set_clock
        self.true = set_clock.now
        self.wrong_by = dt.timedelta()
        self.boot, self.booted_at = "boot 1", self.true - DAY
        monkeypatch.setattr(clock_guard, "_uptime", self._uptime)
        monkeypatch.setattr(clock_guard, "_database_time", lambda: None)

    def _uptime(self):
        return self.boot, (self.true - self.booted_at).total_seconds()

    def passes(self, span: dt.timedelta) -> None:
        self.true += span
        self.set_clock.now = self.true + self.wrong_by

    def leaps(self, by: dt.timedelta) -> None:
        self.wrong_by = by
        self.passes(dt.timedelta())

    def starts_anew(self) -> None:
        self.boot, self.booted_at = f"{self.boot}+", self.true

    def runs_jobs(self, times: int = 1) -> None:
        for _ in range(times):
            for job in registries.jobs:
                if job.trust is not Trust.NONE and job.name in {"publish", "purge"}:
                    run_job(job, self.set_clock.now)
            self.passes(MINUTE)


@pytest.fixture
def machine(set_clock, monkeypatch) -> Machine:
    return Machine(set_clock, monkeypatch)


@pytest.fixture(autouse=True)
def few_padded(environment):
    environment(export_min_keys=10, export_jitter_keys=0)


def keys_in(exports: Iterable[Export]) -> Counter[bytes]:
    return Counter(key.key for export in exports for key in export.keys)


# --- the property -----------------------------------------------------------------------------------------------------


def leap_of(seed: int) -> tuple[dt.timedelta, bool]:
    """A leap of up to 400 days, every other one of up to four days, with or without a new start of the machine."""
    chance = np.random.default_rng(seed)
    most = 400 if seed % 2 else 4
    return dt.timedelta(days=float(chance.uniform(-most, most))), bool(chance.integers(2))


@pytest.mark.parametrize("seed", first(2, SEEDS))
def test_whatever_the_leap_nothing_is_deleted_and_publishing_goes_on_within_a_period(
    seed, machine, phone, issue, served, settings
):
    leap, starts_anew = leap_of(seed)
    out = phone.keys(14)
    phone.publish(issue(), out)
    machine.runs_jobs()
    machine.passes(PERIOD)
    machine.runs_jobs()
    assert {key.key for key in out} <= set(keys_in(served().values()))
    waiting = phone.keys(3)
    phone.hmac_key = b"another patient."
    phone.publish(issue(), waiting)
    issue()  # a code that nobody has used yet
    before = {"keys": set(PublishedKey.objects.values_list("pk")), "codes": OneTimeCode.objects.count()}

    machine.passes(HOUR)
    if starts_anew:
        machine.starts_anew()
    machine.leaps(leap)
    machine.runs_jobs(times=30)
    machine.leaps(dt.timedelta())
    machine.passes(MINUTE)
    machine.runs_jobs()

    assert before["keys"] <= set(PublishedKey.objects.values_list("pk"))
    assert OneTimeCode.objects.count() == before["codes"]
    machine.passes(PERIOD)
    machine.runs_jobs()
    exports = list(served().values())
    real = {key.key for key in (*out, *waiting)}
    assert {key: count for key, count in keys_in(exports).items() if key in real} == dict.fromkeys(real, 1)
    assert all(export.end_s <= machine.true.timestamp() for export in exports)
    spans = list(ExportBatch.objects.order_by("end_at").values_list("start_at", "end_at"))
    assert all(earlier[1] == later[0] for earlier, later in pairwise(spans))


@pytest.mark.postgres
@pytest.mark.thorough
def test_the_same_on_postgresql(own_database):
    with own_database() as url:
        environment = os.environ | {"BLUEZONE_TEST_DATABASE_URL": url, "DATABASE_URL": url}
        test = "test_whatever_the_leap_nothing_is_deleted_and_publishing_goes_on_within_a_period"
        some = [f"{Path(__file__)}::{test}[{seed}]" for seed in SEEDS[:4]]
        # (that tables made at once are those of the migrations, test_new_database says)
        command = [sys.executable, "-m", "pytest", "-q", "-m", "", "-p", "no:cacheprovider", "--no-migrations", *some]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:4]) == (0, "...."), done.stdout + done.stderr


# --- what refuses, and what is said -----------------------------------------------------------------------------------


def test_a_job_that_refuses_says_so_and_does_nothing(machine, phone, caplog):
    machine.runs_jobs()
    machine.leaps(400 * DAY)
    machine.runs_jobs()
    assert "the clock is 400 days ahead of what it should say" in caplog.text
    run = JobRun.objects.get(name="publish")
    assert "bluezone authority accept-clock" in run.report
    assert run.succeeded_at < run.ended_at


def test_the_databases_clock_is_read_where_the_database_has_one(machine, monkeypatch, db):
    monkeypatch.undo()
    if connection.vendor == "sqlite":
        assert clock_guard._database_time() is None
    else:
        assert abs(clock_guard._database_time() - authority_clock.now()) < MINUTE


def test_the_machines_own_uptime_is_read():
    (first_machine, first_s), (machine, later_s) = clock_guard._uptime(), clock_guard._uptime()
    assert first_machine == machine != ""
    assert 0 < first_s <= later_s < first_s + 60


def test_after_a_silence_nothing_is_deleted_for_an_hour(machine, db):
    clock_guard.require(machine.true, Trust.DELETES)
    machine.passes(10 * HOUR)
    machine.starts_anew()
    clock_guard.require(machine.true, Trust.PUBLISHES)
    with pytest.raises(UnsettledClockError, match="60 more minutes"):
        clock_guard.require(machine.true, Trust.DELETES)
    machine.passes(HOUR)
    clock_guard.require(machine.true, Trust.DELETES)


def test_an_accepted_clock_is_believed_and_stands_in_the_audit_log(machine, db):
    officer = User.objects.create_user("lan", role="ministry", place="/")
    clock_guard.require(machine.true, Trust.DELETES)
    machine.leaps(400 * DAY)
    with pytest.raises(ClockError):
        clock_guard.require(machine.set_clock.now, Trust.PUBLISHES)
    clock_guard.accept(machine.set_clock.now, officer)
    clock_guard.require(machine.set_clock.now, Trust.DELETES)
    (entry,) = LogEntry.objects.filter(content_type__model="clockgap")
    assert entry.actor == officer
    assert entry.additional_data == {"place": "/"}


def test_a_clock_accepted_by_mistake_costs_nothing_when_it_is_put_right(machine, phone, issue, served):
    officer = User.objects.create_user("lan", role="ministry", place="/")
    out, late = phone.keys(14), phone.keys(14, ending_days_ago=0)
    phone.publish(issue(), out)
    machine.runs_jobs()
    machine.passes(PERIOD)
    machine.runs_jobs()
    phone.hmac_key = b"another patient."
    phone.publish(issue(), late)
    machine.leaps(400 * DAY)
    clock_guard.accept(machine.set_clock.now, officer)
    machine.runs_jobs(times=10)  # publishes what waits, and moves to the bin what looks old
    assert retention.in_bin() == 14
    assert PublishedKey.objects.filter(made_up=False).count() == 28
    machine.leaps(dt.timedelta())
    machine.runs_jobs()
    assert retention.in_bin() == 0
    counts = keys_in(served().values())
    assert [counts[key.key] for key in (*out, *late)] == [1] * 28
    assert ExportBatch.objects.exclude(state="done").count() == 0


def test_what_is_a_week_in_the_bin_is_deleted_for_good(machine, phone, issue):
    officer = User.objects.create_user("lan", role="ministry", place="/")
    phone.publish(issue(), phone.keys(14))
    machine.runs_jobs()
    machine.passes(PERIOD)
    machine.runs_jobs()
    machine.leaps(100 * DAY)
    clock_guard.accept(machine.set_clock.now, officer)
    machine.runs_jobs()
    assert retention.in_bin() == 14
    machine.passes(6 * DAY)
    machine.runs_jobs()
    assert retention.in_bin() == 14
    machine.passes(DAY)
    machine.runs_jobs()
    assert not PublishedKey.objects.exists()
    assert not ExportBatch.objects.filter(state="bin").exists()


@pytest.mark.parametrize("off", [2 * HOUR, 2 * DAY])
def test_by_a_clock_that_leapt_the_bin_ends_with_the_promised_day(off, machine, phone, issue):
    """The server was started anew with a clock that is ahead, which nobody noticed."""
    phone.publish(issue(), phone.keys(14))
    embargo_ended = PublishedKey.objects.earliest("embargoed_until").embargoed_until
    promised = embargo_ended + retention.RETENTION
    machine.runs_jobs()
    machine.passes(PERIOD)
    machine.runs_jobs()
    machine.passes(MINUTE)
    machine.starts_anew()
    machine.leaps(off)
    machine.runs_jobs()
    machine.passes(promised - HOUR - machine.true)
    machine.runs_jobs()
    assert PublishedKey.objects.filter(made_up=False).count() == 14
    machine.passes(promised + 5 * MINUTE - machine.true)
    machine.runs_jobs()
    assert not PublishedKey.objects.filter(made_up=False).exists()


def test_without_a_gap_nothing_goes_by_way_of_the_bin(machine, phone, issue):
    phone.publish(issue(), phone.keys(14))
    machine.runs_jobs()
    machine.passes(PERIOD)
    machine.runs_jobs()
    machine.passes(retention.RETENTION + HOUR)
    machine.runs_jobs()
    assert not PublishedKey.objects.exists()


# --- healing ----------------------------------------------------------------------------------------------------------


def test_batches_that_an_earlier_version_put_into_the_future_are_healed(machine, phone, issue, served, settings):
    """As found: `publish` at +400 days, the clock put right, and nothing went out for 400 days."""
    keys = phone.keys(14)
    certificate = phone.certify(issue(), tek_mac(keys, phone.hmac_key))
    publish(machine.true)
    phone.upload(keys, certificate)
    publish(machine.true + 400 * DAY)  # past the guard
    old_name = (settings.BLUEZONE.exports / "452" / "index.txt").read_text()
    publish(machine.true)
    (export,) = served().values()
    assert {key.key for key in keys} <= {key.key for key in export.keys}
    assert export.end_s <= machine.true.timestamp() + 2
    assert (settings.BLUEZONE.exports / "452" / "index.txt").read_text() != old_name
    late = phone.keys(2)
    phone.hmac_key = b"another patient."
    phone.publish(issue(), late)
    machine.passes(PERIOD)
    publish(machine.true)
    first, second = served().values()
    assert set(keys_in([first])).isdisjoint(keys_in([second]))
    assert {key.key for key in late} <= {key.key for key in second.keys}
    names = (settings.BLUEZONE.exports / "452" / "index.txt").read_text().split()
    assert names == sorted(names)
    assert site_retention.purge(machine.true)["files"] == 1  # the one under the old name


def test_a_batch_from_the_future_that_was_never_served_is_undone(machine, phone, issue, served):
    keys = phone.keys(3)
    phone.publish(issue(), keys)
    publish(machine.true)
    end_at = machine.true + 400 * DAY
    batch = ExportBatch.objects.create(region="452", start_at=machine.true, end_at=end_at)
    PublishedKey.objects.update(batch=batch)
    publish(machine.true + PERIOD)
    (export,) = served().values()
    assert {key.key for key in keys} <= {key.key for key in export.keys}
    assert not ExportBatch.objects.filter(end_at__gt=machine.true + PERIOD).exists()


def test_a_key_that_came_while_the_clock_was_ahead_does_not_wait_for_that_time(machine, phone, issue, served):
    publish(machine.true)
    keys = phone.keys(3)
    machine.leaps(2 * DAY)
    phone.publish(issue(), keys)
    machine.leaps(dt.timedelta())
    machine.passes(PERIOD)
    publish(machine.true)
    machine.passes(PERIOD)
    publish(machine.true)
    assert {key.key for key in keys} <= set(keys_in(served().values()))


@pytest.mark.parametrize(
    ("last", "latest", "count", "ends"),
    [
        (0, 4 * 3_600, 1, [4 * 3_600]),
        (0, 4 * 3_600, 3, [4 * 3_600 - 2, 4 * 3_600 - 1, 4 * 3_600]),
        (4 * 3_600, 4 * 3_600, 2, [4 * 3_600 + 1, 4 * 3_600 + 2]),  # put right within the period
    ],
)
def test_healed_batches_end_one_after_another(last, latest, count, ends):
    at = [dt.datetime.fromtimestamp(each, dt.UTC) for each in (last, latest)]
    assert [int(each.timestamp()) for each in healed_ends(*at, count)] == ends


def test_the_bin_is_brought_back_by_hand(machine, phone, issue, served):
    keys = phone.keys(14)
    phone.publish(issue(), keys)
    publish(machine.true)
    machine.passes(PERIOD)
    publish(machine.true)
    names = [export.end_s for export in served().values()]
    ExportBatch.objects.update(state="bin", binned_at=machine.true)
    publish_again = retention.bring_back_and_publish(machine.true)
    assert publish_again == 2
    assert [export.end_s for export in served().values()] == names


# --- the commands -----------------------------------------------------------------------------------------------------


@pytest.fixture
def command(db, set_clock):
    """Runs `bluezone authority ...` in this process, on a whole installation; gives its status and what it printed."""
    from bluezone.cli import authority
    from bluezone.cli.authority.running import accept_clock_command, bring_back_keys_command, status_command

    commands = {each.name: each for each in (accept_clock_command, bring_back_keys_command, status_command)}
    assert commands.keys() <= authority.command.commands.keys()
    whole.note(whole.SECRETS, Installation())
    signing.ensure(set_clock.now)

    def run(name: str, *arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(commands[name], arguments)
        return result.exit_code, result.output or str(result.exception)

    return run


def test_status_says_what_the_clock_is_worth(machine, phone, command):
    machine.runs_jobs()
    status, said = command("status")
    assert (status, "clock: 2020-08-18 12:01 UTC" in said, "publish: 2020-08-18 12:00" in said) == (0, True, True)
    machine.leaps(-400 * DAY)
    status, said = command("status")
    assert status == 1
    assert "the clock is 400 days behind what it should say: nothing is published or deleted" in said
    facts = json.loads(command("status", "--json")[1])
    assert (facts["clock_finding"], facts["clock_is_believed"], facts["in_bin"]) == ("leapt", False, 0)


def test_the_clock_is_accepted_in_an_officers_name(machine, command):
    User.objects.create_user("lan", role="ministry", place="/")
    clock_guard.require(machine.true, Trust.DELETES)
    assert "was believed already" in command("accept-clock", "--officer", "lan")[1]
    machine.leaps(400 * DAY)
    assert "there is no active officer 'nobody'" in command("accept-clock", "--officer", "nobody")[1]
    assert "the clock had leapt by 400 days" in command("accept-clock", "--officer", "lan")[1]
    assert command("status")[0] == 0


def test_keys_are_brought_back_by_a_command(machine, phone, issue, command):
    phone.publish(issue(), phone.keys(14))
    machine.runs_jobs()
    machine.passes(PERIOD)
    machine.runs_jobs()
    ExportBatch.objects.update(state="bin", binned_at=machine.true)
    assert command("bring-back-keys") == (0, "2 batches were brought back; 0 keys are still in the bin\n")
