"""`bluezone phone radios --test` and `--btsnoop` at the command line."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator

import pytest
from bumble.controller import Controller
from bumble.link import LocalLink
from bumble.transport.tcp_server import open_tcp_server_transport_with_socket


@pytest.fixture
def radio() -> Iterator[str]:
    """The transport to a virtual controller of Bumble's, served on a socket by another thread."""
    ready, done, port = threading.Event(), threading.Event(), []

    listening = socket.create_server(("127.0.0.1", 0))
    port.append(listening.getsockname()[1])

    async def serve() -> None:
        transport = await open_tcp_server_transport_with_socket(listening)
        Controller("C", host_source=transport.source, host_sink=transport.sink, link=LocalLink())
        ready.set()
        while not done.is_set():
            await asyncio.sleep(0.02)
        await transport.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    yield f"tcp-client:127.0.0.1:{port[0]}"
    done.set()
    thread.join()
    listening.close()


def test_a_controller_is_tested_and_the_report_written(run_bluezone, radio, tmp_path):
    report, recording = tmp_path / "report.json", tmp_path / "a.btsnoop"
    ended = run_bluezone(
        *("phone", "radios", "--test", radio, "--seconds", "0.4", "--report", str(report), "--btsnoop", str(recording))
    )
    assert ended.code == 0, ended.err
    assert ended.out.startswith("usable, by the extended commands")
    assert json.loads(report.read_text())["transport"] == "tcp-client"  # and not whose address
    assert recording.read_bytes().startswith(b"btsnoop\0")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("radios", "--test", "bluez"), "no controller that this program drives itself"),
        (("radios", "--test", "tcp-client:127.0.0.1:1"), "cannot be opened"),
        (("radios", "--test", "usb:0", "--seconds", "nan"), "nan is not in the range 0.1<=x<=600"),
        (("radios", "--test", "usb:0", "--seconds", "inf"), "inf is not in the range"),
        (("run", "--minutes", "NaN"), "is not in the range x>0"),
        (("run", "--radio", "bluez", "--btsnoop", "x"), "no HCI to record"),
        (("run", "--radio", "trace:x.csv", "--btsnoop", "x"), "no HCI to record"),
    ],
)
def test_what_cannot_be_tested_or_recorded_is_one_line(run_bluezone, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    ended = run_bluezone("phone", "--folder", str(tmp_path / "phone"), *arguments)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert said in ended.err
    assert not (tmp_path / "x").exists()
