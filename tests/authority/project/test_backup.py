"""A backup is restored whole onto an empty machine, or refused in one sentence with nothing lost."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import signal
import tarfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pyrage
import pytest
from tests.authority import forked
from tests.authority.killed_runs import KILLS_ITSELF

from bluezone.authority.project.backup import expired, file_name
from bluezone.protocol.exports import index_from_text

Parts = dict[str, bytes]
NOON = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
_ADD_KEYS = """
import datetime as dt, os, sys
import django; django.setup()
from bluezone.authority.keys.models import PublishedKey
noon = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
for hours in sys.argv[1:]:
    PublishedKey.objects.create(
        key=os.urandom(16), rolling_start_interval=2662272, rolling_period=144, transmission_risk=0, report_type=1,
        region="452", embargoed_until=noon + dt.timedelta(hours=int(hours)),
    )
"""
DAYS = [file_name(NOON - dt.timedelta(days=back)) for back in range(5)]


@pytest.mark.parametrize(
    ("keep", "days", "gone"),
    [(9, 9, []), (2, 9, DAYS[2:]), (9, 3, DAYS[4:]), (1, 1, DAYS[1:]), (9, 0, DAYS[1:])],
)
def test_backups_are_kept_by_number_and_age_and_the_newest_always(keep, days, gone):
    others = ["a letter.txt", "x.bluezone.age", f".{DAYS[0]}.partial"]  # one that is being written
    assert expired([*DAYS, *others], NOON, keep, days) == gone
    assert expired([f".{DAYS[2]}.partial"], NOON, keep, days) == [f".{DAYS[2]}.partial"]


@pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.thorough])]
)
def test_a_backup_is_restored_whole_or_refused(engine, tmp_path, request, installation_at):
    make = request.getfixturevalue("own_database") if engine == "postgresql" else nullcontext
    with make() as one, make() as two:
        for name in ("a", "b", "out", "out2"):
            (tmp_path / name).mkdir()
        old, new = installation_at(tmp_path / "a", one or ""), installation_at(tmp_path / "b", two or "")
        old.set_up()
        _add_keys(old, 3, 7)
        public = old.json("backup-key", str(tmp_path / "key"))["recipient"]
        for hours in (4, 8):
            old.set_clock(NOON.timestamp() + hours * 3_600)
            assert old.run("publish").returncode == 0
        _add_keys(old, 8)
        done = old.json("backup", str(tmp_path / "out"), "--to", str(public), "--then", "true")
        file = Path(str(done["file"]))
        refused = old.run("backup", str(tmp_path / "out2"), "--to", str(public), "--then", "false")
        assert (refused.returncode, "`false` failed: it is not copied elsewhere" in refused.stderr) == (2, True)
        _refuses_what_is_not_whole(new, file, tmp_path, str(public))
        old.set_clock(NOON.timestamp() + 20 * 3_600)
        assert old.run("publish").returncode == 0  # lost with the old server
        lost = _index(old)

        new.set_clock(NOON.timestamp() + 20 * 3_600 + 7)
        assert new.json("verify-backup", str(file), "--key", str(tmp_path / "key"))["engine"] == engine
        _is_killed_while_restoring(new, file, tmp_path / "key")
        done = new.json("restore", str(file), "--key", str(tmp_path / "key"))
        assert (done["lost_since"], done["keys_from_files"]) == ("2020-08-18T20:00:00+00:00", 0)
        assert _secrets(new) == _secrets(old)
        assert new.run("officer-token", "lan").returncode == 0
        _add_keys(new, 20)
        new.set_clock(NOON.timestamp() + 24 * 3_600 + 60)
        assert new.run("publish").returncode == 0
        names = _index(new)
        assert (len(names), len(lost)) == (4, 3)
        assert set(names) & set(lost) == set(lost[:2]), "no file has the name of one that was lost"
        assert all((new.var / "exports" / name).is_file() for name in names)
        parts = json.loads(new.run("check", "--json").stdout)["parts"]
        assert {parts[name] for name in ("database", "secrets", "keys", "batch", "backup")} == {"ok"}, parts
        before = _secrets(new)
        refused = new.run("restore", str(file), "--key", str(tmp_path / "key"))
        assert (refused.returncode, "onto an empty machine" in refused.stderr) == (2, True)
        assert _secrets(new) == before


def test_what_was_published_after_the_backup_is_known_again_from_files_that_are_left(tmp_path, installation_at):
    for name in ("a", "b", "out"):
        (tmp_path / name).mkdir()
    old, new = installation_at(tmp_path / "a", ""), installation_at(tmp_path / "b", "")
    old.set_up()
    public = old.json("backup-key", str(tmp_path / "key"))["recipient"]
    file = old.json("backup", str(tmp_path / "out"), "--to", str(public), "--then", "true")["file"]
    _add_keys(old, 7)
    old.set_clock(NOON.timestamp() + 8 * 3_600)
    assert old.run("publish").returncode == 0
    shutil.copytree(old.var / "exports", new.var / "exports")
    new.set_clock(NOON.timestamp() + 8 * 3_600 + 7)
    done = new.json("restore", str(file), "--key", str(tmp_path / "key"))
    assert done["keys_from_files"] >= 1
    assert set(_index(old)) <= set(_index(new))
    assert all((new.var / "exports" / name).is_file() for name in _index(new))


def _refuses_what_is_not_whole(new: Any, file: Path, folder: Path, public: str) -> None:
    data, bad, key = file.read_bytes(), folder / "bad", folder / "key"
    assert new.run("backup-key", str(folder / "other")).returncode == 0
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1
    for what, used in (
        (data[:-1], key),
        (data[: len(data) // 2], key),
        (bytes(changed), key),
        (data, folder / "other"),
    ):
        bad.write_bytes(what)
        done = new.run("restore", str(bad), "--key", str(used))
        line = done.stderr.splitlines()[-1]
        assert (done.returncode, "cut short, changed, or not encrypted to this key" in line) == (2, True), line
        assert not (new.var / "secrets").exists()
        assert not (new.var / "db.sqlite3").exists()
        assert not list(new.var.glob("restore-*"))

    for name, change in FORGED.items():
        bad.write_bytes(_forged(data, key.read_text().strip(), public, change))
        done = new.run("verify-backup", str(bad), "--key", str(key))
        assert (done.returncode, name in done.stderr.splitlines()[-1]) == (2, True), done.stderr


def _manifest(parts: Parts, **changes: object) -> Parts:
    return parts | {"manifest.json": json.dumps(json.loads(parts["manifest.json"]) | changes).encode()}


#: what whoever has the public key can make, and how it is refused
FORGED: dict[str, Callable[[Parts], Parts]] = {
    "of another version": lambda parts: _manifest(parts, schema="of tomorrow"),
    "bad: of another version": lambda parts: _manifest(parts, format=2),
    "its persons_key is not the one": lambda parts: parts | {"secrets/persons_key": b"another"},
    "its secret_key is not the one": lambda parts: {
        name: parts[name] for name in parts if name != "secrets/secret_key"
    },
    "its export-v1.pem is not the one": lambda parts: parts | {"secrets/export-v1.pem": parts["secrets/pass-v1.pem"]},
    "its pass-v1.pem is not the one": lambda parts: {n: parts[n] for n in parts if n != "secrets/pass-v1.pem"},
    "its spy is not the one": lambda parts: parts | {"secrets/spy": b"more"},
    "it has no database": lambda parts: {name: parts[name] for name in parts if name != "database"},
    "no backup of an installation": lambda parts: {"database": parts["database"]},
    "bad: cut short, changed": lambda parts: {"../../stray": b""} | parts,
    "bad: cut short, changed, or": lambda parts: {"/tmp/stray": b""} | parts,
}


def _forged(data: bytes, key: str, public: str, change: Callable[[Parts], Parts]) -> bytes:
    """Change what a backup holds, and encrypt it as the server does."""
    clear = pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(key)])
    with tarfile.open(fileobj=io.BytesIO(clear)) as tar:
        parts = {each.name: tar.extractfile(each).read() for each in tar if each.isfile()}  # type: ignore[union-attr]
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, part in change(parts).items():
            about = tarfile.TarInfo(name)
            about.size = len(part)
            tar.addfile(about, io.BytesIO(part))
    return pyrage.encrypt(out.getvalue(), [pyrage.x25519.Recipient.from_str(public)])


_RESTORE = (
    """
import os, signal, sys
from pathlib import Path
import django; django.setup()
from bluezone.authority.project import backup
from bluezone.authority.site import clock

place, when, number = sys.argv[3], sys.argv[4], 1
owner, name = {
    "files": (backup, "_put_files"),
    "database": (backup, "_put_database"),
    "purge": (backup.retention, "purge"),
    "publish": (backup.batches, "publish_restored"),
}[place]
"""
    + KILLS_ITSELF
    + """
backup.restore(Path(sys.argv[1]), Path(sys.argv[2]), clock.now())
"""
)


def _is_killed_while_restoring(new: Any, file: Path, key: Path) -> None:
    """Kill restores ever later; half a one serves nothing, and the next goes on."""
    environment = new.environment() | {"DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings"}
    for place, when, said in (
        ("files", "before", "nothing is installed here"),
        ("files", "after", "nothing is installed here"),
        ("database", "after", "a restore was cut short here, of the backup of 2020-08-18T20:00:00+00:00"),
        ("purge", "after", "a restore was cut short here"),
        ("publish", "after", "a restore was cut short here"),
    ):
        killed = forked.run(["-c", _RESTORE, str(file), str(key), place, when], environment)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        left = len(list(new.var.glob("restore-*")))
        assert left == (place in {"files", "database"}), "of those before, nothing is left in clear"
        for command in ("serve", "worker", "publish", "check"):
            refused = new.run(command)
            assert (refused.returncode, said in refused.stderr + refused.stdout) == (2, True), refused.stderr
    assert "cut short" in new.run("install").stderr


def _add_keys(authority: Any, *hours: int) -> None:
    """Let the database hold a key whose embargo ends so many hours after noon."""
    authority.python(_ADD_KEYS, *map(str, hours))


def _index(authority: Any) -> list[str]:
    return index_from_text((authority.var / "exports/452/index.txt").read_text(), "452/")


def _secrets(authority: Any) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (authority.var / "secrets").iterdir()}
