"""A backup is restored whole onto an empty machine, or refused in one sentence with nothing lost."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from bluezone.authority.project.backup import expired, file_name
from bluezone.protocol.exports import index_from_text

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
    assert expired([*DAYS, "a letter.txt", "x.bluezone.age"], NOON, keep, days) == gone


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_backup_is_restored_whole_or_refused(engine, tmp_path, request, installation_at):
    make = request.getfixturevalue("own_database") if engine == "postgresql" else nullcontext
    with make() as one, make() as two:
        for name in ("a", "b", "out"):
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
        _refuses_what_is_not_whole(new, file, tmp_path, str(public))
        old.set_clock(NOON.timestamp() + 20 * 3_600)
        assert old.run("publish").returncode == 0  # lost with the old server
        lost = _index(old)

        new.set_clock(NOON.timestamp() + 20 * 3_600 + 7)
        assert new.json("verify-backup", str(file), "--key", str(tmp_path / "key"))["engine"] == engine
        assert new.json("restore", str(file), "--key", str(tmp_path / "key"))["lost_since"]
        assert _secrets(new) == _secrets(old)
        assert new.run("officer-token", "lan").returncode == 0
        _add_keys(new, 20)
        new.set_clock(NOON.timestamp() + 24 * 3_600 + 60)
        assert new.run("publish").returncode == 0
        names = _index(new)
        assert (len(names), len(lost)) == (4, 3)
        assert set(names) & set(lost) == set(lost[:2]), "no file has the name of one that was lost"
        assert all((new.var / "exports" / name).is_file() for name in names)
        assert new.json("check")["status"] == 0
        before = _secrets(new)
        refused = new.run("restore", str(file), "--key", str(tmp_path / "key"))
        assert (refused.returncode, "onto an empty machine" in refused.stderr) == (2, True)
        assert _secrets(new) == before


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


def _add_keys(authority: Any, *hours: int) -> None:
    """Let the database hold a key whose embargo ends so many hours after noon."""
    authority.python(_ADD_KEYS, *map(str, hours))


def _index(authority: Any) -> list[str]:
    return index_from_text((authority.var / "exports/452/index.txt").read_text(), "452/")


def _secrets(authority: Any) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (authority.var / "secrets").iterdir()}
