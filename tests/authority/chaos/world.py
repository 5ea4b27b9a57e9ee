"""Play a round of chaos: an authority of real processes, phones, what may happen to them, and what must hold after."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import json
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
from tests.authority import forked
from tests.authority.chaos.phones import Phones, ended, killed_after
from tests.authority.federation.test_killed import PREPARE as ADD_SOURCE
from tests.authority.machines import Cluster, Machine

from bluezone.protocol.exports import index_from_text, read_export

HOUR_S, DAY_S = 3_600, 86_400
SETTINGS = {
    "BLUEZONE_EXPORT_MIN_KEYS": "20",
    "BLUEZONE_EXPORT_JITTER_KEYS": "0",
    "BLUEZONE_EXPORT_MAX_KEYS": "8",  # several files a batch
    "BLUEZONE_RATE_LIMIT": "100000",
    "BLUEZONE_COUNTING_RATE_LIMIT": "100000",
    "BLUEZONE_SMS": "file",
    "BLUEZONE_PUBLIC_URL": "https://ma.example.vn",
}
_PHONES = 5
_COMMUNE = "63:31318"
#: what may happen, and how often
STEPS = {
    "meet": 6, "advance": 6, "publish": 5, "publish_and_strike": 6, "publish_and_die": 3, "say_no": 1, "check": 3,
    "check_and_die": 2, "register": 2, "import_figures": 2, "send_codes": 2, "read_source": 2, "run_command": 5,
    "bulletin": 1, "leap": 2, "back_up": 2, "restore": 2, "snapshot": 1, "put_back": 2,
}  # fmt: skip
_BLOWS = ("server", "worker", "job", "database", "disk", "machine")
_COMMANDS = ("publish", "purge", "roll-up", "migrate", "install", "publish", "purge")

_SETUP = "import django; django.setup()\n"
_READ_SOURCE = (
    _SETUP
    + """
import sys
from pathlib import Path
from bluezone.authority.federation import reading
from bluezone.authority.site import clock

class Folder:
    def get(self, url, limit):
        return (Path(sys.argv[1]) / url.removeprefix("https://k.example/")).read_bytes()

reading.CHUNK = 4
reading.read_all(clock.now(), Folder())
"""
)
_BULLETIN = (
    _SETUP
    + """
from bluezone.authority.campaign.bulletins.services import issue_due
from bluezone.authority.site import clock
issue_due(clock.now(), 1)
"""
)
_SEND = (
    _SETUP
    + """
import datetime as dt, sys
from bluezone.authority.diagnosis.sending import envelope, services
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.site.models import Upload

now = clock.now()
officer = User.objects.get(username="lan")
upload = Upload.objects.create(kind="code list", officer=officer, place="/", received_at=now, state="stored")
rows = [
    services.Row(line, "vi", "", envelope.Content(number, "", "confirmed", None, clock.date_of(now)))
    for line, number in enumerate(sys.argv[1:])
]
services.queue_list(upload, rows, Issuer(officer=officer), now)
"""
)
_FACTS = (
    _SETUP
    + """
import json
from auditlog.models import LogEntry
from bluezone.authority.campaign.bulletins.models import IssuedBulletin
from bluezone.authority.campaign.bulletins import services
from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.diagnosis.models import Case, CodeMessage, OneTimeCode
from bluezone.authority.keys.models import ExportBatch, PublishedKey
from bluezone.authority.site.models import Upload
from bluezone.geography.units import UnitCode
from bluezone.authority.campaign.bulletins.services import Language

def logged(model):
    named = set(LogEntry.objects.filter(content_type__model=model.__name__.lower(), action=0)
                .values_list("object_pk", flat=True))
    return [str(pk) for pk in model.objects.values_list("pk", flat=True) if str(pk) not in named]

print(json.dumps({
    "unlogged": logged(Case) + logged(Upload),
    "cases": Case.objects.count(),
    "figures": [[str(row.date), row.key, row.installs, row.source]
                for row in DailyCount.objects.exclude(origin="counted")],
    "counted": [[str(row.date), row.key, row.installs] for row in DailyCount.objects.filter(origin="counted")],
    "messages": list(CodeMessage.objects.values_list("state", flat=True)),
    "waiting": [bytes(key).hex() for key in
                PublishedKey.objects.filter(batch=None, made_up=False).values_list("key", flat=True)],
    "open": ExportBatch.objects.filter(state="open").count(),
    "bulletins": [
        [row.unit, str(row.date), all(
            services.file_of(UnitCode.parse(row.unit), row.date, language, kind).is_file()
            for language in Language for kind in services.MAKERS)]
        for row in IssuedBulletin.objects.all()],
}))
"""
)


class Step(NamedTuple):
    """Name a step of a round, and three numbers from 0 to 1 by which it chooses its target, moment and size."""

    name: str
    a: float
    b: float
    c: float


def plan(seed: int, number: int, count: int = 12) -> list[Step]:
    """Return what happens in a round."""
    chance = np.random.default_rng([seed, number])
    weights = np.array(list(STEPS.values()), float)
    names = chance.choice(list(STEPS), count, p=weights / weights.sum())
    return [Step(str(name), *(round(float(each), 4) for each in chance.random(3))) for name in names]


@dataclass
class Truth:
    """Hold what the authority has acknowledged up to a moment. With a database an earlier one of these is restored."""

    accepted: set[bytes] = field(default_factory=set)
    cases: int = 0
    #: of installations the day (Vietnam's) on which each was registered
    installed: dict[bytes, int] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    source: bool = False


class World:
    """An authority on one machine (SQLite) or two (PostgreSQL), and phones."""

    def __init__(self, folder: Path, installations: Sequence[Any], cluster: Cluster | None, database: str) -> None:
        self.folder, self.cluster, self.database = folder, cluster, database
        self.installation = installations[0]
        self.now_s = float((self.installation.var / "clock").read_text())
        self.truth = Truth()
        self.files: dict[str, tuple[bytes, ...]] = {}
        self.saved: dict[str, tuple[Path, Truth]] = {}
        self.sent_before: set[str] = set()
        self.count = 0
        key = self.installation.json("backup-key", str(folder / "backup.key"))
        self.recipient = str(key["recipient"])
        self.phones = Phones(folder / "phones", _PHONES, self.installation.json("public-keys")["export"], self.where)
        self.phones.now_s = self.now_s
        for number in range(_PHONES):
            self.phones.switch_on(number)
        self.machines = [Machine(each) for each in installations]
        self.start()

    def where(self) -> str:
        """Return the address of a server; one of two, as a load balancer that has not heard of the dead yet."""
        return secrets.choice((self.folder / "addresses").read_text().split())

    def start(self) -> None:
        """Start what does not run, and let phones, which are processes of their own, know where."""
        for machine in self.machines:
            machine.start()
        partial = self.folder / "addresses.new"
        partial.write_text("\n".join(machine.installation.url for machine in self.machines))
        partial.rename(self.folder / "addresses")

    def end(self) -> None:
        for machine in self.machines:
            machine.kill()

    # --- time, and what the index says --------------------------------------------------------------------------------

    def passes(self, seconds: float) -> None:
        self.look()
        self.now_s += seconds
        self.installation.set_clock(self.now_s)
        self.phones.now_s = self.now_s

    def look(self) -> set[bytes]:
        """Read every file that the index names, as a web server does at any moment; return the keys of patients and
        sources, and check that they are whole, not early and not doubled."""
        exports, found = self.installation.var / "exports", Counter[bytes]()
        for region in ("452", "452-f2"):
            index = exports / region / "index.txt"
            for _ in range(5):  # a purge may take files away meanwhile
                text = index.read_text("ascii") if index.exists() else ""
                names = index_from_text(text, f"{region}/")
                for name in names:
                    if name not in self.files and (exports / name).exists():
                        self._read(name, exports / name)
                if all(name in self.files for name in names):
                    break
                time.sleep(0.05)
            for name in names:
                assert name in self.files, f"the index names {name}, which is not there"
                found.update(self.files[name])
        doubled = [key.hex() for key, times in found.items() if times > 1]
        assert not doubled, f"keys in two files: {doubled[:3]}"
        return set(found)

    def _read(self, name: str, path: Path) -> None:
        keys = read_export(path.read_bytes()).export.keys
        early = [key.key.hex() for key in keys if key.end_interval * 600 + 2 * HOUR_S > self.now_s]
        assert not early, f"published before their embargo ended, in {name} at {self.now_s}: {early}"
        self.files[name] = tuple(key.key for key in keys)

    # --- what happens -------------------------------------------------------------------------------------------------

    def play(self, step: Step) -> None:
        """Let one thing happen, then look."""
        self.count += 1
        self.start()
        getattr(self, step.name)(step.a, step.b, step.c)
        self.look()

    def meet(self, a: float, b: float, _c: float) -> None:
        one = int(a * _PHONES)
        self.phones.meet(one, (one + 1 + int(b * (_PHONES - 1))) % _PHONES)

    def advance(self, a: float, _b: float, _c: float) -> None:
        self.passes(1 + int(a * 9) * HOUR_S)
        time.sleep(0.5)

    def _new_code(self) -> str:
        day = dt.datetime.fromtimestamp(self.now_s, dt.UTC).date().isoformat()
        headers = {"Authorization": f"Bearer {self.installation.token}"}
        body = {"report_type": "confirmed", "test_date": day}
        answer = self._until("POST", "/officer/api/cases", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        self.truth.cases += 1
        return str(answer.json()["code"])

    def _until(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Ask until there is an answer."""
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                answer = httpx.request(method, self.where() + path, timeout=20, **request)
                if answer.status_code < 500:
                    return answer
            self.start()
            time.sleep(0.1)
        raise AssertionError(f"{path}: no answer")

    def _healthy(self, a: float) -> int | None:
        """Return a phone whose owner was not asked yet."""
        free = [n for n, one in enumerate(self.phones.owners) if not (one.pending or one.published or one.said_no)]
        return free[int(a * len(free))] if free else None

    def _confirm(self, a: float) -> int | None:
        """Give a patient a code: they say yes."""
        if (number := self._healthy(a)) is not None:
            self.phones.owners[number].pending = self._new_code()
        return number

    def _settle_publication(self, number: int, how: str) -> None:
        owner = self.phones.owners[number]
        if how == "done":
            owner.pending, owner.published = "", True
            self.truth.accepted |= self.phones.accepted(number)
        elif how == "refused":  # it lapsed, or the database that knew the code was put back
            owner.pending = self._new_code()
        else:
            assert how == "killed", f"phone {number} could not publish: {how} {self.phones.why(number)}"

    def publish(self, a: float, b: float, _c: float) -> None:
        if (number := self._confirm(a)) is not None:
            code = self.phones.owners[number].pending
            self._settle_publication(number, ended(self.phones.publish(number, code, b)))

    def publish_and_die(self, a: float, b: float, c: float) -> None:
        if (number := self._confirm(a)) is not None:
            code = self.phones.owners[number].pending
            self._settle_publication(number, killed_after(self.phones.publish(number, code, b), 0.4 * c))

    def publish_and_strike(self, a: float, b: float, c: float) -> None:
        number = self._confirm(a)
        child = None if number is None else self.phones.publish(number, self.phones.owners[number].pending, b)
        blow = _BLOWS[int(b * 1_000) % len(_BLOWS)]
        time.sleep(0.6 * c)
        getattr(self, f"_strike_{blow}")(b)
        self.start()
        if child is not None and number is not None:
            self._settle_publication(number, ended(child))

    def say_no(self, a: float, b: float, _c: float) -> None:
        if (number := self._healthy(a)) is not None:
            self.phones.owners[number].said_no = True
            assert ended(self.phones.verify(number, self._new_code(), b)) == "done"

    def check(self, a: float, b: float, _c: float) -> None:
        assert ended(self.phones.check(int(a * _PHONES), b)) == "done"

    def check_and_die(self, a: float, b: float, c: float) -> None:
        assert killed_after(self.phones.check(int(a * _PHONES), b), 0.5 * c) in {"done", "killed"}

    def register(self, a: float, _b: float, _c: float) -> None:
        for _ in range(1 + int(a * 4)):
            mark = secrets.token_bytes(16)
            body = {"installation": _base64(mark), "platform": "android", "version": "1.0", "commune": _COMMUNE}
            assert self._until("POST", "/v1/installations", json=body).status_code == 201
            self.truth.installed[mark] = int(self.now_s + 7 * HOUR_S) // DAY_S

    def import_figures(self, a: float, b: float, c: float) -> None:
        day = dt.datetime.fromtimestamp(self.now_s - (1 + int(a * 5)) * DAY_S, dt.UTC).date().isoformat()
        file = self.folder / f"figures-{self.count}.csv"
        file.write_text(f"unit,date,installs\n63:93,{day},{1_000 + self.count}\n")
        command = ("import-figures", str(file), "--officer", "mai", "--source", "report", "--yes", "--confirm", "2",
                   "--why", "counted again")  # fmt: skip
        self._killed(command, 0.6 * c if b < 0.7 else None)
        done = self.installation.run(*command)
        assert done.returncode == 0, done.stderr
        self.truth.figures[day] = 1_000 + self.count

    def send_codes(self, a: float, _b: float, c: float) -> None:
        numbers = [f"+849{self.count:02d}{secrets.randbelow(10**6):06d}" for _ in range(1 + int(a * 3))]
        self.installation.python(_SEND, *numbers)
        self.truth.numbers |= set(numbers)
        self._strike_job(c)
        self._wait_for_facts()  # before the codes run out

    def read_source(self, _a: float, b: float, c: float) -> None:
        web = self.folder / "web"
        if not web.exists():
            self.installation.python(_SETUP + ADD_SOURCE, str(web))
            self.truth.source = True
        self._killed(("-c", _READ_SOURCE, str(web)), 0.4 * c if b < 0.8 else None)

    def run_command(self, a: float, b: float, c: float) -> None:
        self._killed((_COMMANDS[int(a * len(_COMMANDS))],), 0.5 * c if b < 0.8 else None)

    def bulletin(self, _a: float, b: float, c: float) -> None:
        self._killed(("-c", _BULLETIN), 1.5 * c if b < 0.7 else None)

    def leap(self, a: float, b: float, _c: float) -> None:
        """Let the clock be days wrong for a moment: nothing is published or deleted by it."""
        off_s = (40 + 300 * a) * DAY_S * (1 if b < 0.6 else -1)
        self.installation.set_clock(self.now_s + off_s)
        time.sleep(1.0)
        self.installation.set_clock(self.now_s)

    # --- backups ------------------------------------------------------------------------------------------------------

    def back_up(self, _a: float, b: float, c: float) -> None:
        out = self.folder / f"backups-{self.count}"
        out.mkdir()
        truth = copy.deepcopy(self.truth)
        command = ("backup", str(out), "--to", self.recipient)
        self._killed(command, 0.5 * c if b < 0.6 else None)
        if not (made := list(out.glob("[!.]*.age"))):
            done = self.installation.run(*command)
            assert done.returncode == 0, done.stderr
            made = list(out.glob("[!.]*.age"))
        assert not list(self.installation.var.glob("backup-*")) or b < 0.6, "what a kill left lies there in clear"
        self.saved["backup"] = (made[0], truth)

    def restore(self, a: float, b: float, c: float) -> None:
        """Lose a machine, with its export files or without, and restore the last backup onto an empty one."""
        if "backup" not in self.saved:
            return
        file, truth = self.saved["backup"]
        self._down()
        kept = self._published() if a < 0.5 else set()
        self.sent_before |= {number for number, _ in self._messages()}
        var = self.installation.var
        lost = var.rename(var.with_name(f"lost-{self.count}"))
        var.mkdir()
        shutil.copy(lost / "clock", var / "clock")
        if a < 0.5:
            shutil.copytree(lost / "exports", var / "exports")
        else:
            self.files.clear()  # phones kept what they read; the index names no file of before the backup twice
        self._new_database()
        command = ("restore", str(file), "--key", str(self.folder / "backup.key"))
        self._killed(command, 2.0 * c if b < 0.7 else None)
        done = self.installation.run(*command)
        assert done.returncode == 0 or "an installation is here already" in done.stderr, done.stderr
        self._forget(truth, kept)

    def snapshot(self, _a: float, _b: float, _c: float) -> None:
        path = self.folder / f"snapshot-{self.count}"
        truth = copy.deepcopy(self.truth)
        if self.cluster is not None:
            self.cluster.run("pg_dump", self.database, "--format=custom", f"--file={path}")
        else:
            with (
                contextlib.closing(sqlite3.connect(self.installation.var / "db.sqlite3")) as here,
                contextlib.closing(sqlite3.connect(path)) as copied,
            ):
                here.backup(copied)
        self.saved["snapshot"] = (path, truth)

    def put_back(self, _a: float, _b: float, _c: float) -> None:
        """Put back the database of before, by its own means, beside the export files of now."""
        if "snapshot" not in self.saved:
            return
        path, truth = self.saved["snapshot"]
        self._down()
        kept = self._published()
        if self.cluster is not None:
            self._new_database()
            self.cluster.run("pg_restore", self.database, str(path))
        else:
            for old in self.installation.var.glob("db.sqlite3*"):
                old.unlink()
            shutil.copy(path, self.installation.var / "db.sqlite3")
        self._forget(truth, kept)

    def _published(self) -> set[bytes]:
        return self.look() & self.truth.accepted

    def _forget(self, truth: Truth, kept: set[bytes]) -> None:
        """Go on with what was true then; what is in export files that are left is not lost."""
        self.truth = copy.deepcopy(truth)
        self.truth.accepted |= kept
        self.sent_before |= {number for number, _ in self._messages()}
        self.saved = {kind: each for kind, each in self.saved.items() if kind == "backup"}

    def _down(self) -> None:
        for machine in self.machines:
            machine.kill()

    def _new_database(self) -> None:
        if self.cluster is None:
            return
        self.database = f"bluezone_{secrets.token_hex(4)}"
        self.cluster.run("psql", "postgres", "--command", f"CREATE DATABASE {self.database}")
        for machine in self.machines:
            machine.installation.database_url = self.cluster.url(self.database)

    # --- blows --------------------------------------------------------------------------------------------------------

    def _killed(self, command: Sequence[str], delay_s: float | None) -> None:
        """Run a command, and kill it after a while; None: let it end, whatever it says."""
        line = list(command) if command[0] == "-c" else ["authority", *command]
        settings = {"DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings"}
        with Path(os.devnull).open("r+b") as nothing:
            where = nothing.fileno()
            started = forked.start(line, self.installation.environment() | settings, where, where, where)
            with contextlib.suppress(subprocess.TimeoutExpired):
                started.wait(delay_s or 60)
                return
            started.send_signal(signal.SIGKILL)
            started.wait()

    def _machine(self, b: float) -> Machine:
        return self.machines[int(b * len(self.machines))]

    def _strike_server(self, b: float) -> None:
        self._machine(b).kill_server()

    def _strike_worker(self, b: float) -> None:
        self._machine(b).kill_worker()

    def _strike_machine(self, b: float) -> None:
        self._machine(b).kill()

    def _strike_job(self, b: float) -> None:
        """Kill the process of the first job that is seen at work."""
        worker = self._machine(b).worker
        assert worker is not None
        path = Path(f"/proc/{worker.pid}/task/{worker.pid}/children")
        for _ in range(200):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, IndexError):
                child = int(path.read_text().split()[0])
                time.sleep(0.1 * b)
                os.kill(child, signal.SIGKILL)
                return
            time.sleep(0.01)

    def _strike_database(self, b: float) -> None:
        if self.cluster is not None:
            self.cluster.crash()
            time.sleep(b)
            self.cluster.start()

    def _strike_disk(self, b: float) -> None:
        signs = [each.installation.var / "full" for each in self.machines]
        for full in signs:
            full.touch()
        time.sleep(0.1 + 0.5 * b)
        for full in signs:
            full.unlink(missing_ok=True)

    # --- what must hold -----------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let all end well, then check what was promised."""
        self.start()
        for number, owner in enumerate(self.phones.owners):
            for _ in range(3):
                if owner.pending:  # a yes that was said is kept
                    self._settle_publication(number, ended(self.phones.publish(number, owner.pending, 0.5, good=True)))
            assert not owner.pending, (owner.folder / "refused").read_text()
        web = self.folder / "web"
        if self.truth.source:
            self.installation.python(_READ_SOURCE, str(web))
        for _ in range(2):
            self.passes(DAY_S)
            time.sleep(0.3)
        self._wait("accepted keys were not published", lambda: self.truth.accepted - self.look())
        facts = self._wait_for_facts()
        self._check_figures(facts)
        self._check_messages(facts)
        assert facts["unlogged"] == [], "rows without an entry of the audit log"
        assert facts["cases"] >= self.truth.cases
        assert all(whole for *_, whole in facts["bulletins"]), "a bulletin without its files"
        self._check_phones()

    def _wait(self, what: str, missing: Any) -> None:
        for _ in range(200):
            if not (left := missing()):
                return
            time.sleep(0.15)
        log = "".join((each.installation.var / "worker.log").read_text()[-3_000:] for each in self.machines)
        raise AssertionError(f"{what}: {sorted(each.hex() for each in left)[:3]} of {len(left)}\n{log}")

    def _wait_for_facts(self) -> dict[str, Any]:
        for _ in range(30):
            facts: dict[str, Any] = json.loads(self.installation.python(_FACTS))
            if set(facts["messages"]) <= {"sent"}:
                return facts
            self.passes(60)
            time.sleep(0.5)
        raise AssertionError(f"messages were not sent: {Counter(facts['messages'])}")

    def _check_figures(self, facts: dict[str, Any]) -> None:
        reported = {day: installs for day, unit, installs, _ in facts["figures"] if unit == "63:93"}
        assert reported == self.truth.figures
        counted: dict[str, dict[str, int]] = {}
        for day, unit, installs in facts["counted"]:
            assert unit not in counted.setdefault(day, {}), f"{unit} was counted twice on {day}"
            counted[day][unit] = installs
        for day, units in counted.items():
            number = (dt.date.fromisoformat(day) - dt.date(1970, 1, 1)).days
            events = sum(on <= number for on in self.truth.installed.values())
            assert {units[unit] for unit in units} == {events}, f"{day}: {units}, and {events} were registered"

    def _messages(self) -> list[tuple[str, str]]:
        path = self.installation.var / "messages.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(each["to"], each["text"]) for each in map(json.loads, lines)]

    def _check_messages(self, facts: dict[str, Any]) -> None:
        assert len(facts["messages"]) == len(self.truth.numbers)
        texts: dict[str, set[str]] = {}
        for number, text in self._messages():
            texts.setdefault(number, set()).add(text)
        for number in self.truth.numbers - self.sent_before:
            assert len(texts.get(number, ())) == 1, f"{number} got {texts.get(number)}"

    def _check_phones(self) -> None:
        """Each phone is warned as one that was never disturbed, of whom it met and nobody else; nobody's keys are out
        who did not say yes."""
        published = self.look()
        for number, owner in enumerate(self.phones.owners):
            heard = {key for key, by in owner.met} & published
            assert owner.published or not heard, f"phone {number} said no yes, and its keys are out"
            fresh = self.folder / f"undisturbed-{number}"
            shutil.copytree(owner.folder, fresh)
            for name in ("phone.sqlite3", "phone.sqlite3-wal", "phone.sqlite3-shm"):
                (fresh / name).unlink(missing_ok=True)
            assert ended(self.phones.check(number, 0.5, good=True)) == "done"
            assert ended(self.phones.check(number, 0.5, good=True)) == "done"
            assert ended(self.phones.check(-1, 0.5, good=True, folder=fresh)) == "done"
            found, meant = self._alerts(owner.folder), self._alerts(fresh)
            assert found == meant, f"phone {number}: alerts {found}, undisturbed {meant}"
            near = {by for other in self.phones.owners for key, by in other.met if key in published}
            assert bool(found) == (number in near), f"phone {number}: alerts {found}, met a case: {number in near}"

    def _alerts(self, folder: Path) -> list[int]:
        phone = self.phones.open(folder)
        try:
            return sorted(alert.day_start_s for alert in phone.status().alerts)
        finally:
            phone.close()


def _base64(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode()
