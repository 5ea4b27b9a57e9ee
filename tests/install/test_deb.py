"""The Debian package of the phone for a desktop."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.phone.notices.test_desktop import shown_by

import deb

DESKTOP = deb.REPOSITORY / "desktop"
PROJECT = {
    "dependencies": ["click>=8.2"],
    "optional-dependencies": {"phone": ["bumble>=0.1", "httpx"], "bluez": ["bleak>=3"]},
}


def test_it_brings_what_a_desktop_needs_and_no_stack_of_its_own():
    assert deb.requirements(PROJECT, deb.PHONE) == ["bleak>=3", "click>=8.2", "httpx"]


def test_another_python_than_debians_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "version_info", (3, 12, 1))
    with pytest.raises(deb.DebError, match=r"Python 3\.12; Debian 12 has 3\.11 and Debian 13 has 3\.13"):
        deb.build(tmp_path)


def test_the_desktop_entry_and_the_service_name_what_the_package_installs(require_tool):
    validate = require_tool.program("desktop-file-validate", package="desktop-file-utils")
    entry = DESKTOP / "bluezone.desktop"
    assert subprocess.run([validate, entry], capture_output=True, text=True, check=True).stdout == ""
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(entry, encoding="utf-8")
    assert read["Desktop Entry"]["Exec"] == "/usr/lib/bluezone/open %u"
    assert read["Desktop Entry"]["MimeType"] == "x-scheme-handler/ens;"
    unit = (DESKTOP / "bluezone-screens.service").read_text("utf-8")
    assert "\nExecStart=/usr/bin/bluezone phone serve " in unit
    assert "bluezone-screens.service" in (DESKTOP / "open").read_text("utf-8")


@pytest.mark.thorough
def test_the_package_holds_a_phone_that_runs_without_anything_else(tmp_path, require_tool):
    require_tool.program("dpkg-deb", package="dpkg")
    if sys.version_info[:2] != (3, 11):
        pytest.skip("the package is for Debian 12, whose Python is 3.11")
    package = deb.build(tmp_path, level=0)
    fields = subprocess.run(["dpkg-deb", "-f", package], capture_output=True, text=True, check=True).stdout
    assert "Package: bluezone\n" in fields
    listed = subprocess.run(["dpkg-deb", "-c", package], capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        assert " root/root " in line
        assert "1980-01-01" in line
    for path in ("bin/bluezone", "lib/systemd/user/bluezone-screens.service", "share/applications/bluezone.desktop"):
        assert f" ./usr/{path}\n" in listed
    root = tmp_path / "root"
    subprocess.run(["dpkg-deb", "-x", package, root], check=True)
    packages = root / "usr" / "lib" / "bluezone" / "python"
    code = f"import sys; sys.path.insert(0, {str(packages)!r}); from bluezone.cli.main import main; main()"
    phone = (sys.executable, "-I", "-S", "-c", code, "phone", "--folder", str(tmp_path / "phone"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    for command, words in ((("status",), "own keys of 0 days"), (("radios",), "bluez")):
        ended = subprocess.run([*phone, *command], capture_output=True, text=True, check=False, env=kept)
        assert ended.returncode == 0, ended.stderr
        assert words in ended.stdout.lower()
    notes = {path.name for path in packages.glob("*.dist-info/*") if not path.name.startswith(("LICENSE", "licenses"))}
    assert notes <= {"METADATA", "WHEEL", "entry_points.txt", "top_level.txt"}, "of packages, not of who installed them"
    assert not list(packages.glob(".*"))


@contextmanager
def open_bus(folder: Path) -> Iterator[Path]:
    """Run a session bus whose socket lies in a folder: the server of notices is the test's, as a desktop has one."""
    address = folder / "bus"
    command = ["dbus-daemon", "--session", "--nofork", "--print-address", f"--address=unix:path={address}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        daemon.stdout.readline()
        try:
            yield address
        finally:
            daemon.terminate()


@pytest.mark.thorough
@pytest.mark.parametrize(("release", "python"), [("bookworm", "3.11"), ("trixie", "3.13")])
def test_a_clean_debian_gets_it_runs_it_and_is_rid_of_it(tmp_path, require_tool, monkeypatch, release, python):
    bootstrap = require_tool.program("debootstrap", package="debootstrap")
    if os.geteuid() != 0:
        pytest.skip("only root makes a chroot")
    root = tmp_path / "machine"
    wanted = f"--include=python{python},{deb.PYTHONS[python]},ca-certificates,xdg-utils,dbus-x11"
    made = subprocess.run(
        [bootstrap, "--variant=minbase", wanted, release, root], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"no Debian mirror answers: {made.stderr[-200:]}")

    def inside(*command: str) -> str:
        done = subprocess.run(["chroot", root, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    package = deb.build(tmp_path, python=python, level=0)
    (root / "package.deb").write_bytes(package.read_bytes())
    inside("dpkg", "--install", "/package.deb")
    assert "own keys of 0 days" in inside("bluezone", "phone", "--folder", "/root/phone", "status")
    assert "bluez" in inside("bluezone", "phone", "radios")
    with open_bus(root / "tmp") as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={address}")
        bus = f"DBUS_SESSION_BUS_ADDRESS=unix:path=/{address.relative_to(root)}"
        serve = ("bluezone", "phone", "--folder", "/root/phone", "serve", "--port", "0", "--notify", "desktop")
        assert shown_by(root / "root" / "phone", "chroot", root, "env", bus, *serve)[3].startswith("Bluezone")
    inside("dpkg", "--purge", "bluezone")
    assert not (root / "usr" / "lib" / "bluezone").exists()
    assert (root / "root" / "phone").exists()
