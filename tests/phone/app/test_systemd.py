"""The phone as a service: its unit file, and what it tells the manager."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bluezone.phone.app.systemd import UNIT_NAME, Manager, unit_path, unit_text
from bluezone.phone.errors import PhoneError


def test_the_unit_runs_the_command_as_it_stands():
    text = unit_text(["/usr/bin/python3", "-m", "bluezone", "a folder", 'q"uote', "100%", "$HOME", "back\\slash"])
    (line,) = [one for one in text.splitlines() if one.startswith("ExecStart=")]
    assert line == (
        'ExecStart="/usr/bin/python3" "-m" "bluezone" "a folder" "q\\"uote" "100%%" "$$HOME" "back\\\\slash"'
    )
    assert "@" not in text.split("[Unit]")[1].replace("SystemCallFilter=@system-service", "")


@pytest.mark.parametrize("word", ["a\nExecStartPre=/bin/rm", "a\0b", "a\tb"])
def test_a_name_that_could_add_lines_is_refused(word):
    with pytest.raises(PhoneError, match="unit file cannot hold"):
        unit_text(["/bin/true", word])


def test_the_unit_is_one_that_systemd_accepts(tmp_path, require_tool):
    analyze = require_tool.program("systemd-analyze", package="systemd")
    path = tmp_path / UNIT_NAME
    path.write_text(unit_text([sys.executable, "-m", "bluezone", "--version"]))
    environment = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    command = [analyze, "verify", "--user", "--man=no", path]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert "bluezone" not in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HOME": "/home/an"}, "/home/an/.config/systemd/user"),
        ({"HOME": "/home/an", "XDG_CONFIG_HOME": "/etc/an"}, "/etc/an/systemd/user"),
    ],
)
def test_the_unit_goes_where_systemd_looks(environment, expected):
    assert unit_path(environment) == Path(expected) / UNIT_NAME


@pytest.mark.parametrize("environment", [{}, {"HOME": "relative"}])
def test_without_a_home_there_is_no_such_place(environment):
    with pytest.raises(PhoneError, match="HOME"):
        unit_path(environment)


def test_the_manager_hears_that_the_phone_runs_lives_and_stops(tmp_path):
    path = str(tmp_path / "notify")

    async def live(manager: Manager) -> None:
        task = asyncio.create_task(manager.keep_alive())
        await asyncio.sleep(0.12)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(path)
        sock.setblocking(False)
        asyncio.run(live(Manager({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "100000"})))
        heard = []
        while True:
            try:
                heard.append(sock.recv(100).decode())
            except BlockingIOError:
                break
    assert (heard[0], heard[-1]) == ("READY=1", "STOPPING=1")
    assert heard.count("WATCHDOG=1") >= 2


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"NOTIFY_SOCKET": "/nowhere/at/all"},
        {"NOTIFY_SOCKET": "vsock:2:1"},
        {"NOTIFY_SOCKET": "@bluezone-test-nobody"},
        {"WATCHDOG_USEC": "soon"},
    ],
)
def test_without_a_manager_that_listens_nothing_happens(environment):
    Manager(environment).tell("READY=1")


def test_the_command_prints_the_unit_and_installs_it_for_a_phone_that_is_set_up(run_bluezone, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "phone"
    arguments = ("phone", "--folder", folder, "service", "--radio", "usb:0")
    ended = run_bluezone(*arguments)
    assert ended.code == 0
    assert f'"--folder" "{folder}" "run" "--radio" "usb:0" "--wait-for-radio"' in ended.out
    ended = run_bluezone(*arguments, "--install")
    assert (ended.code, ended.out) == (2, "")
    assert "no phone is set up there" in ended.err
    folder.mkdir()
    (folder / "settings.json").write_text("{}")
    ended = run_bluezone(*arguments, "--install")
    assert ended.code == 0
    assert (tmp_path / "config/systemd/user" / UNIT_NAME).read_text().count("ExecStart=") == 1
    assert "systemctl --user" in ended.out
