"""A bare Debian 12 with its own systemd: the server's package installed, set up by one command with a certificate by
ACME, asked through its proxy, killed, backed up, taken away.

The authority of certificates is pebble, and the name stands in /etc/hosts. Not run here: a public authority, the DNS.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import deb

pytestmark = pytest.mark.thorough
_SUITE = "bookworm"
_INCLUDED = "python3.11,ca-certificates,passwd,util-linux,systemd-sysv,dbus,caddy,curl,openssl"
_DOMAIN = "bluezone.example.vn"
_INSTALL = ("bluezone", "authority", "install", "--domain", _DOMAIN)
#: pebble answers at once, and asks on the ports that the proxy serves
_PEBBLE = """{"pebble": {"listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
"certificate": "/etc/pebble/cert.pem", "privateKey": "/etc/pebble/key.pem", "httpPort": 80, "tlsPort": 443}}"""
_CADDY = "{\n\tacme_ca https://localhost:14000/dir\n\tacme_ca_root /etc/pebble/cert.pem\n}\n"


@dataclass
class Machine:
    """A system that runs: its files, and the process that is its first one."""

    root: Path
    first: int

    def inside(self, *command: str, status: int = 0) -> str:
        bare = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}  # not the settings of other tests
        line = ["nsenter", "--target", str(self.first), "--all", *command]
        done = subprocess.run(line, capture_output=True, text=True, check=False, env=bare, timeout=300)
        assert done.returncode == status, done.stderr + done.stdout
        return done.stdout

    def get(self, path: str) -> str:
        """Return the status of a page, asked for through the proxy, with its certificate judged."""
        wait = ("--retry", "30", "--retry-all-errors", "--retry-delay", "1", "--fail-with-body")
        url = f"https://{_DOMAIN}{path}"
        return self.inside("curl", "--silent", *wait, "--output", "/dev/null", "--write-out", "%{http_code}", url)


@pytest.fixture(scope="module")
def machine(tmp_path_factory, require_tool) -> Iterator[Machine]:
    """A minimal system that has booted, without a network."""
    bootstrap = require_tool.program("debootstrap", package="debootstrap")
    nspawn = require_tool.program("systemd-nspawn", package="systemd-container")
    pebble = require_tool.program("pebble", package="pebble")
    if sys.version_info[:2] != (3, 11) or os.geteuid() != 0:
        pytest.skip("the package is for Debian 12, whose Python is 3.11, and only root starts a system")
    root = tmp_path_factory.mktemp("machine")
    made = subprocess.run(
        [bootstrap, "--variant=minbase", f"--include={_INCLUDED}", _SUITE, root],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip(f"no Debian mirror answers: {made.stderr[-200:]}")
    root.chmod(0o755)  # pytest's folders are for their owner alone, and this one is `/` of other users
    (root / "package.deb").write_bytes(deb.build(root / "tmp", deb.AUTHORITY, level=0).read_bytes())
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost {_DOMAIN}\n")
    shutil.copy(pebble, root / "usr/bin/pebble")
    caddyfile = root / "etc/caddy/Caddyfile"
    caddyfile.write_text(_CADDY + caddyfile.read_text())
    boot = [nspawn, "--boot", "--quiet", "--private-network", "--register=no", "--keep-unit", "--console=pipe"]
    with subprocess.Popen([*boot, "--directory", root], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as started:
        try:
            yield _booted(root, started)
        finally:
            started.terminate()  # the system shuts down
            try:
                started.wait(60)
            except subprocess.TimeoutExpired:
                started.kill()


def _booted(root: Path, started: subprocess.Popen[bytes]) -> Machine:
    children = Path(f"/proc/{started.pid}/task/{started.pid}/children")
    for _ in range(120):
        time.sleep(0.5)
        if started.poll() is not None:
            pytest.skip(f"systemd-nspawn starts nothing here: {started.stderr.read()[-200:]!r}")
        if not (first := children.read_text().split()):
            continue
        asked = ["nsenter", "--target", first[0], "--all", "systemctl", "is-system-running"]
        said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        if said in {"running", "degraded"}:
            return Machine(root, int(first[0]))
    raise AssertionError(f"the system does not come up: {said}")


def _authority_of_certificates(machine: Machine) -> None:
    """Start pebble inside, and have the machine believe it."""
    (machine.root / "etc/pebble").mkdir()
    (machine.root / "etc/pebble/config.json").write_text(_PEBBLE)
    machine.inside(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        "-keyout", "/etc/pebble/key.pem", "-out", "/etc/pebble/cert.pem",
    )  # fmt: skip
    quick = "--setenv=PEBBLE_VA_NOSLEEP=1"
    machine.inside("systemd-run", "--unit=pebble", quick, "pebble", "-config", "/etc/pebble/config.json")
    root = "/usr/local/share/ca-certificates/pebble.crt"
    wait = ("--retry", "30", "--retry-connrefused", "--retry-delay", "1")
    machine.inside("curl", "--silent", "--insecure", *wait, "--output", root, "https://localhost:15000/roots/0")
    machine.inside("update-ca-certificates")


def test_a_bare_machine_becomes_a_server_by_one_command(machine):
    _authority_of_certificates(machine)
    machine.inside("dpkg", "--install", "/package.deb")
    said = machine.inside(*_INSTALL)
    assert "running: bluezone-server.service, bluezone-worker.service" in said
    for folder in ("var/lib/bluezone", "var/lib/bluezone-secrets"):
        facts = (machine.root / folder).stat()
        assert facts.st_mode & 0o777 == 0o700
        assert facts.st_uid != 0
    link = re.search(rf"sets the password at https://{re.escape(_DOMAIN)}(/officer/setup/\S+)", said)
    assert link, said
    assert machine.get("/healthz") == "200"
    assert machine.get(link[1]) == "302", "on to the password, with the link's secret out of the address"

    machine.inside("systemctl", "kill", "--kill-who=main", "--signal=KILL", "bluezone-server", "bluezone-worker")
    assert machine.get("/healthz") == "200", "both come back"
    time.sleep(3)
    for service in ("bluezone-server", "bluezone-worker"):
        shown = machine.inside("systemctl", "show", service, "--property", "ActiveState,NRestarts")
        assert {"ActiveState=active", "NRestarts=1"} <= set(shown.split())

    key = machine.inside("bluezone", "authority", "backup-key", "/tmp/backup.key").strip()
    assert "made" not in machine.inside(*_INSTALL, "--backup-to", key).replace("up to date", "")
    machine.inside("systemctl", "is-active", "bluezone-backup.timer")
    machine.inside("systemctl", "start", "bluezone-backup.service")
    backup = next((machine.root / "var/backups/bluezone").glob("*.age"))
    inside = f"/var/backups/bluezone/{backup.name}"
    machine.inside("bluezone", "authority", "verify-backup", inside, "--key", "/tmp/backup.key")
    checked = machine.inside("bluezone", "authority", "check", status=2)  # the made-up case: not tried since the proxy
    for part in ("secrets", "worker", "tls", "backup"):
        assert f"{part}: ok" in checked
    assert (machine.root / "var/lib/bluezone/db.sqlite3").stat().st_uid != 0, "also what root asked for is the server's"

    machine.inside("bluezone", "authority", "uninstall")
    machine.inside("systemctl", "is-active", "bluezone-server", status=3)
    machine.inside("curl", "--silent", f"https://{_DOMAIN}/healthz", status=7)  # the proxy serves nothing any more
    machine.inside("dpkg", "--remove", "bluezone-authority")
    assert (machine.root / "var/lib/bluezone/db.sqlite3").exists()
    assert (machine.root / "etc/bluezone/authority.env").exists()
