"""An installation is whole or refused: each part left out, or of another installation, in turn."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest

from bluezone.authority.errors import ConfigurationError
from bluezone.authority.project import installing, whole
from bluezone.authority.project.whole import Finding, judge
from bluezone.authority.site.models import Installation
from bluezone.geography.country import chosen, read
from bluezone.packages import files_of


@pytest.mark.parametrize(
    ("known", "present", "earlier", "found"),
    [
        ("a", "a", [], Finding.WHOLE),
        ("a", "a", ["b"], Finding.WHOLE),
        ("a", "", [], Finding.MISSING),
        ("a", "", ["a"], Finding.MISSING),
        ("a", "b", [], Finding.FOREIGN),
        ("a", "b", ["c"], Finding.FOREIGN),
        ("a", "b", ["c", "a"], Finding.ROTATED),
        ("", "b", [], Finding.FOREIGN),
    ],
)
def test_a_secret_is_the_one_that_the_database_knows_or_refused(known, present, earlier, found):
    assert judge(known, present, earlier) is found
    assert bool(whole.sentence(found, "secret_key", Path("/secrets"))) is (found is not Finding.WHOLE)


def test_a_fingerprint_is_of_one_installation_and_one_kind_of_secret():
    one, other = Installation(pk=uuid.UUID(int=1)), Installation(pk=uuid.UUID(int=2))
    marks = {
        whole.fingerprint(*each) for each in (("a", "s", one), ("b", "s", one), ("a", "t", one), ("a", "s", other))
    }
    assert len(marks) == 4
    assert whole.fingerprint("a", "", one) == ""


def test_only_who_has_the_secret_of_the_database_is_let_through(db):
    row = Installation()
    whole.note(whole.SECRETS, row)
    whole.check_secrets()
    row.fingerprints["persons_key"] = "another"
    row.save()
    with pytest.raises(ConfigurationError, match=r"`persons_key`.* is not the one that this database knows"):
        whole.check_secrets()


@pytest.fixture
def authority(on_sqlite: Any, tmp_path: Path, installation_at: Any) -> Any:
    """An installation to be broken."""
    return installation_at(Path(shutil.copytree(on_sqlite.var, tmp_path / "var")))


def _refused(authority: Any, *command: str) -> str:
    done = authority.run(*command)
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("REHEARSAL")]
    assert (done.returncode, done.stdout) == (2, ""), command
    return line


def test_each_part_that_is_missing_or_foreign_is_named_and_nothing_is_made(authority, tmp_path, installation_at):
    other = installation_at(tmp_path / "other-var") if (tmp_path / "other-var").mkdir() is None else None
    assert other.run("install").returncode == 0
    secrets, before = authority.var / "secrets", (authority.var / "db.sqlite3").read_bytes()
    whole_folder = Path(shutil.copytree(secrets, tmp_path / "kept"))
    for name in sorted(path.name for path in whole_folder.iterdir()):
        (secrets / name).unlink()
        assert f"{name}" in _refused(authority, "serve", "--port", "0")
        shutil.copy(other.var / "secrets" / name, secrets / name)
        assert f"{name}" in _refused(authority, "worker")
        checked = authority.run("check", "--json")
        assert (checked.returncode, authority.run("status").returncode) == (2, 1)
        assert name in checked.stderr
        shutil.copy(whole_folder / name, secrets / name)
    shutil.rmtree(secrets)
    for command in (("serve", "--port", "0"), ("worker",), ("publish",), ("install",), ("migrate",)):
        done = authority.run(*command)
        assert done.returncode == 2
        assert all(f"`{name}`" in done.stderr for name in ("secret_key", "persons_key")), command
    assert not secrets.exists()
    assert (authority.var / "db.sqlite3").read_bytes() == before


def test_a_country_whose_lists_cannot_be_used_is_refused_before_anything_is_made(monkeypatch, tmp_path):
    package = tmp_path / "champa"
    package.mkdir()
    for name, data in files_of(chosen("laos")).items():
        (package / name).write_bytes(data.replace(b"LA,05", b"LA,55") if name == "figures.csv" else data)
    monkeypatch.setattr(installing, "country", lambda: read(package))
    monkeypatch.setattr(installing, "job_lock", lambda _name: pytest.fail("it began"))
    with pytest.raises(ConfigurationError, match="LA:55 is not listed"):
        installing.install(dt.datetime(2026, 12, 3, tzinfo=dt.UTC))


def test_a_lost_database_is_said_and_no_new_one_is_made_in_its_place(authority):
    (authority.var / "db.sqlite3").rename(authority.var / "kept")
    for command in ("serve", "worker", "publish", "check", "status", "install", "migrate"):
        assert "its database is lost" in _refused(authority, command)
    assert not (authority.var / "db.sqlite3").exists()
    (authority.var / "secrets").rename(authority.var / "put away")
    assert authority.run("install").returncode == 0


def test_installing_twice_changes_nothing_and_a_lost_or_rotated_secret_is_noted_by_name(authority):
    secrets = authority.var / "secrets"
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    assert authority.json("install") == {"made": []}
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before
    (secrets / "persons_key").unlink()
    assert "--replace persons_key" in _refused(authority, "public-keys")
    assert authority.json("install", "--replace", "persons_key") == {"made": ["made the secret persons_key"]}
    assert authority.run("public-keys").returncode == 0
    old = before["secret_key"].decode()
    (secrets / "secret_key").write_text("a new one")
    assert "is not the one" in _refused(authority, "public-keys")
    authority.settings["BLUEZONE_SECRET_KEY_FALLBACKS"] = old
    assert "run `bluezone authority install`, which notes it" in _refused(authority, "public-keys")
    assert authority.json("install") == {"made": ["noted the secret secret_key"]}
    del authority.settings["BLUEZONE_SECRET_KEY_FALLBACKS"]
    assert authority.json("install", "--replace", "secret_key") == {"made": ["made the secret secret_key"]}
    assert json.loads(authority.run("status", "--json").stdout)["clock_is_believed"]
    checked = authority.run("check", "--json")
    assert (checked.returncode, json.loads(checked.stdout)["parts"]["worker"][:21]) == (1, "no worker has run yet")
    assert authority.run("publish").returncode == 0
    assert "clock: ok" in authority.run("check").stdout
    assert "a new one" in {path.read_text() for path in secrets.glob("secret_key.*")}
