"""A bare Debian 12 in a chroot: the server's package installed, set up by one command, asked, upgraded, taken away.

What needs systemd as process 1, and a name in the DNS for ACME, is not run here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import deb

pytestmark = pytest.mark.thorough
_SUITE = "bookworm"


@pytest.fixture(scope="module")
def machine(tmp_path_factory, require_tool) -> Iterator[Path]:
    """A minimal system, with /proc."""
    bootstrap = require_tool.program("debootstrap", package="debootstrap")
    if sys.version_info[:2] != (3, 11) or os.geteuid() != 0:
        pytest.skip("the package is for Debian 12, whose Python is 3.11, and only root makes a chroot")
    root = tmp_path_factory.mktemp("machine")
    wanted = "--include=python3.11,ca-certificates,passwd,util-linux"
    made = subprocess.run(
        [bootstrap, "--variant=minbase", wanted, _SUITE, root], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"no Debian mirror answers: {made.stderr[-200:]}")
    root.chmod(0o755)  # pytest's folders are for their owner alone, and this one is `/` of other users
    (root / "package.deb").write_bytes(deb.build(root / "tmp", deb.AUTHORITY, level=0).read_bytes())
    subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], check=True)
    try:
        yield root
    finally:
        subprocess.run(["umount", root / "proc"], check=True)


def _inside(root: Path, *command: str, status: int = 0) -> str:
    bare = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}  # not the settings of other tests
    done = subprocess.run(["chroot", root, *command], capture_output=True, text=True, check=False, env=bare)
    assert done.returncode == status, done.stderr + done.stdout
    return done.stdout


def test_a_bare_machine_becomes_a_server_by_one_command(machine):
    _inside(machine, "dpkg", "--install", "/package.deb")
    install = ("bluezone", "authority", "install", "--domain", "bluezone.example.vn")
    said = _inside(machine, *install)
    assert "sets the password at https://bluezone.example.vn/officer/setup/" in said
    for folder in ("var/lib/bluezone", "var/lib/bluezone-secrets"):
        facts = (machine / folder).stat()
        assert facts.st_mode & 0o777 == 0o700
        assert facts.st_uid != 0
    checked = _inside(machine, "bluezone", "authority", "check", status=1)
    assert "secrets: ok" in checked
    assert "worker: no worker has run yet" in checked
    assert "made" not in _inside(machine, *install).replace("up to date", "")
    assert (machine / "var/lib/bluezone/db.sqlite3").stat().st_uid != 0, "also what root asked for is the server's"
    _inside(machine, "bluezone", "authority", "uninstall")
    _inside(machine, "dpkg", "--remove", "bluezone-authority")
    assert (machine / "var/lib/bluezone/db.sqlite3").exists()
    assert (machine / "etc/bluezone/authority.env").exists()
