"""Server, worker, a job, PostgreSQL killed (SIGKILL) and disks full, at random moments, while phones publish.

What must hold whatever dies: no accepted key is lost or published twice, none before its embargo ends, no file is half,
the index names whole files only. Each kind of blow once; with `-m thorough` sixty by chance, or
`BLUEZONE_KILL_ROUNDS=200 BLUEZONE_TEST_SEED=7` as many as that says, from another seed. On a PostgreSQL cluster of its
own where its programs are there, else on SQLite (`BLUEZONE_KILL_DATABASE=sqlite` chooses that).

And the same over two machines, each with server and worker, on one PostgreSQL and one folder of files, either of which
dies while the other goes on.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.authority.keys.killing import Cluster, Scene
from tests.tiers import also

ROUNDS = int(os.environ.get("BLUEZONE_KILL_ROUNDS", "60"))
SEED = int(os.environ.get("BLUEZONE_TEST_SEED", "0"))
#: what is struck and how often by chance: to start a server anew costs seconds
CHANCES = {"server": 0.1, "worker": 0.15, "job": 0.35, "database": 0.15, "disk": 0.25}
CHANCES_OF_TWO = {"machine": 0.35, "server": 0.1, "worker": 0.15, "job": 0.2, "database": 0.1, "disk": 0.1}
SETTINGS = {
    "BLUEZONE_EXPORT_MIN_KEYS": "20",
    "BLUEZONE_EXPORT_JITTER_KEYS": "0",
    "BLUEZONE_EXPORT_MAX_KEYS": "8",  # several files a batch
    "BLUEZONE_RATE_LIMIT": "100000",
}


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster | None]:
    found = shutil.which("initdb")
    if found is None or os.environ.get("BLUEZONE_KILL_DATABASE") == "sqlite":
        yield None
        return
    folder = Path("/tmp") / f"bluezone-kills-{secrets.token_hex(4)}"  # short: it holds a socket
    cluster = Cluster(folder, Path(found).resolve().parent)
    yield cluster
    with contextlib.suppress(subprocess.CalledProcessError):
        cluster.crash()
    shutil.rmtree(folder, ignore_errors=True)


def set_up(installation_at: Any, var: Path, url: str) -> Any:
    var.mkdir()
    installation = installation_at(var, url)
    installation.settings = SETTINGS
    installation.set_up()
    # 200 rounds of four hours are longer than a token lasts by default
    installation.token = str(installation.json("officer-token", "lan", "--days", "90")["token"])
    return installation


def by_chance(chances: dict[str, float]) -> list[str]:
    """Return what strikes in each round."""
    weights = np.array(list(chances.values()))
    return list(np.random.default_rng(SEED).choice(list(chances), ROUNDS, p=weights / weights.sum()))


def survive(installations: Sequence[Any], cluster: Cluster | None, blows: Sequence[str]) -> None:
    """Let a round pass for each blow, and check what must hold."""
    if cluster is None:
        blows = [blow for blow in blows if blow != "database"]
    scene = Scene(installations, cluster, SEED)
    try:
        for number, blow in enumerate(blows):
            scene.round(blow)
            assert scene.reader.wrong == [], f"round {number}, {dict(scene.struck)}"
        scene.settle()
    finally:
        scene.end()
    print(dict(scene.struck))
    assert scene.reader.wrong == []
    counts = scene.published()
    assert {key: counts[key] for key in scene.accepted} == dict.fromkeys(scene.accepted, 1)
    assert len(scene.accepted) == 4 * len(blows)
    assert max(counts.values()) == 1  # nor is one that was made up in two files


@pytest.mark.parametrize("blows", [tuple(CHANCES), *also(by_chance(CHANCES))], ids=["each once", "by chance"])
def test_no_accepted_key_is_lost_doubled_or_early_whatever_dies(cluster, installation_at, tmp_path, blows):
    installation = set_up(installation_at, tmp_path / "var", cluster.url if cluster else "")
    survive([installation], cluster, blows)


@pytest.mark.parametrize("blows", [("machine",), *also(by_chance(CHANCES_OF_TWO))], ids=["once", "by chance"])
def test_nor_where_one_of_two_machines_dies(cluster, installation_at, tmp_path, blows):
    if cluster is None:
        pytest.skip("two machines share a PostgreSQL, and its programs are not here")
    first = set_up(installation_at, tmp_path / "first", cluster.url)
    # the second has the keys and the secret, and shares the disk of the files (docs/operate/machines.md); and the clock
    shared = ("exports", "clock")
    (first.var / "exports").mkdir(exist_ok=True)
    left_out = shutil.ignore_patterns(*shared, "locks", "cache", "full", "worker.log")
    shutil.copytree(first.var, tmp_path / "second", ignore=left_out)
    for name in shared:
        (tmp_path / "second" / name).symlink_to(first.var / name)
    second = type(first)(tmp_path / "second", cluster.url, token=first.token, settings=SETTINGS)
    survive([first, second], cluster, blows)
