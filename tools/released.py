"""Keep what this version leaves on a disk, for the tests of every later one: tests/released/VERSION.tar.xz.

    python tools/released.py    # before a version is given out; never for one that is

A day in a town of four is played. Kept are the authority's database with the keys of that rehearsal, which
open nothing else, and the folders of a patient's phone (p02) and of one that was warned (p01). Tests open every
archive with the code of today.
"""

from __future__ import annotations

import contextlib
import io
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = REPOSITORY / "tests" / "released"
_TOWN = ("town", "run", "--people", "4", "--seed", "3", "--json", "town.json", "--folder", "town")
#: file -> which of its many rows of random bytes, which cannot be compressed, are not kept
_NOT_KEPT = {
    "db.sqlite3": "DELETE FROM keys_publishedkey WHERE made_up",
    "contacts.sqlite3": "DELETE FROM scan WHERE rowid % 50",
}
_PARTS = ("authority/db.sqlite3", "authority/secrets", "phones/p01", "phones/p02")


def main() -> None:
    """Play the day and write the archive."""
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    with tempfile.TemporaryDirectory(prefix="bluezone-released-") as work:
        command = [sys.executable, "-c", "from bluezone.cli.main import main; main()", *_TOWN]
        subprocess.run(command, cwd=work, check=True, stdout=subprocess.DEVNULL)
        town = Path(work, "town")
        for path in town.glob("*/**/*.sqlite3"):
            with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
                database.execute(_NOT_KEPT.get(path.name, ""))
                database.execute("VACUUM")
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                database.execute("PRAGMA journal_mode = DELETE")
        FOLDER.mkdir(exist_ok=True)
        target = FOLDER / f"{version}.tar.xz"
        with tarfile.open(target, "w:xz", preset=9) as archive:
            files = [path for part in _PARTS for path in (town / part, *(town / part).rglob("*")) if path.is_file()]
            for path in sorted(files):
                facts = tarfile.TarInfo(str(path.relative_to(town)))
                facts.size, facts.mode = path.stat().st_size, 0o600
                archive.addfile(facts, io.BytesIO(path.read_bytes()))
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
