"""Rounds of chaos: whatever dies, no accepted key is lost, doubled or early, figures are the sum of events, no alert is
missed or doubled, no yes is forgotten or invented, and the audit log is complete.

`make chaos SEED=7 ROUNDS=100` plays as many as that says, by turns on SQLite and on two machines with a PostgreSQL
cluster of their own. What fails is played again without this step and that, until nothing more can be left out.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.authority.chaos.world import SETTINGS, Step, World, plan
from tests.authority.machines import Cluster, own_cluster
from tests.tiers import first

SEED = int(os.environ.get("BLUEZONE_TEST_SEED", "0"))
ROUNDS = int(os.environ.get("BLUEZONE_CHAOS_ROUNDS", "5"))
#: for so long a trace that failed is played again and again to make it shorter
_MOST_S = float(os.environ.get("BLUEZONE_CHAOS_SHORTEN_S", "600"))
#: by so many signs of its message a failure is known again
_ALIKE = 12


class Stage:
    """Hold two installed authorities, on SQLite and on PostgreSQL, of which each round gets a copy."""

    def __init__(self, on_sqlite: Any, installation_at: Any, cluster: Cluster | None, folder: Path) -> None:
        self.cluster, self.folder = cluster, folder
        self.on_sqlite = type(on_sqlite)(Path(shutil.copytree(on_sqlite.var, folder / "sqlite")), token=on_sqlite.token)
        self._add_officer(self.on_sqlite)
        self.on_cluster: Any = None
        if cluster is not None:
            (folder / "ready").mkdir()
            cluster.run("psql", "postgres", "--command", "CREATE DATABASE ready")
            self.on_cluster = installation_at(folder / "ready", cluster.url("ready"))
            self.on_cluster.set_up()
            self._add_officer(self.on_cluster)

    @staticmethod
    def _add_officer(installation: Any) -> None:
        done = installation.run(
            "create-officer", "mai", "--role", "ministry", "--password-stdin", stdin="a long password 1\n"
        )
        assert done.returncode == 0, done.stderr

    def play(self, steps: Sequence[Step], *, on_cluster: bool) -> None:
        """Play a round in a new world. Raises AssertionError where something that must hold does not."""
        ready = self.on_cluster if on_cluster else self.on_sqlite
        folder = self.folder / secrets.token_hex(4)
        folder.mkdir()
        var = Path(shutil.copytree(ready.var, folder / "var"))
        (var / "exports").mkdir(exist_ok=True)
        kind, database, url = type(ready), "", ""
        if on_cluster:
            assert self.cluster is not None
            database = f"bluezone_{secrets.token_hex(4)}"
            made = f"CREATE DATABASE {database} TEMPLATE ready"
            # without the checkpoint a crash gives again the numbers that sequences of the copy gave since
            self.cluster.run("psql", "postgres", "--command", made, "--command", "CHECKPOINT")
            url = self.cluster.url(database)
        installations = [kind(var, url, token=ready.token, settings=SETTINGS)]
        if on_cluster:  # the second has the secrets, and shares the disk of the files (docs/operate/machines.md)
            second = folder / "second"
            (second / "secrets").parent.mkdir()
            for name in ("secrets", "exports", "clock", "messages.jsonl", "bulletins"):
                (second / name).symlink_to(var / name)
            installations.append(kind(second, url, token=ready.token, settings=SETTINGS))
        world = World(folder, installations, self.cluster if on_cluster else None, database)
        try:
            for step in steps:
                world.play(step)
            world.settle()
        finally:
            world.end()
        shutil.rmtree(folder, ignore_errors=True)

    def shortest(self, steps: list[Step], error: AssertionError, *, on_cluster: bool) -> list[Step]:
        """Leave out of a trace what is not needed for it to fail in the same way."""
        until_s, size = time.monotonic() + _MOST_S, len(steps) // 2
        while size:
            at = 0
            while at < len(steps) and time.monotonic() < until_s:
                shorter = steps[:at] + steps[at + size :]
                try:
                    self.play(shorter, on_cluster=on_cluster)
                    at += size
                except AssertionError as other:
                    if str(other)[:_ALIKE] == str(error)[:_ALIKE]:
                        steps = shorter
                    else:
                        at += size
            size //= 2
        return steps


@pytest.fixture(scope="module")
def stage(on_sqlite: Any, installation_at: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with own_cluster() as cluster:
        yield Stage(on_sqlite, installation_at, cluster, tmp_path_factory.mktemp("chaos"))


@pytest.mark.timeout(3_600)  # a trace that fails is played again and again
@pytest.mark.parametrize("number", first(0, range(ROUNDS)))
def test_what_was_promised_holds_whatever_dies(stage: Stage, number: int) -> None:
    on_cluster = stage.cluster is not None and number % 2 == 1
    steps = plan(SEED, number)
    try:
        stage.play(steps, on_cluster=on_cluster)
    except AssertionError as error:
        trace = "\n".join(map(str, stage.shortest(steps, error, on_cluster=on_cluster)))
        where = "PostgreSQL, two machines" if on_cluster else "SQLite"
        raise AssertionError(f"seed {SEED}, round {number}, {where}:\n{trace}\n{error}") from error
