"""Two phones on the controllers of BlueZ's emulator: another's reading of the specification than Bumble's.

`btvirt -s` serves controllers on sockets, so it needs no /dev/vhci. It does want the kernel's AF_ALG sockets, for
resolving private addresses, which these tests never do; where the kernel has none, a C compiler makes a stand-in.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bumble import hci

from bluezone.phone.air.radio.bumble_radio import BumbleRadio
from bluezone.phone.air.radio.controller_test import ControllerTest
from bluezone.phone.air.radio.hci_host import connect
from bluezone.phone.air.radio.hci_packets import is_report
from bluezone.protocol.advertisements import build_en

SOCKET = Path("/tmp/bt-server-le")
NO_ALG = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/socket.h>
static char fake[1024];
int socket(int domain, int type, int protocol) {
    int (*real)(int, int, int) = dlsym(RTLD_NEXT, "socket");
    if (domain != AF_ALG) return real(domain, type, protocol);
    int made = real(AF_UNIX, SOCK_DGRAM, 0);
    if (made >= 0 && made < 1024) fake[made] = 1;
    return made;
}
int bind(int fd, const struct sockaddr *address, socklen_t length) {
    int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
    return fd >= 0 && fd < 1024 && fake[fd] ? 0 : real(fd, address, length);
}
"""


def has_alg() -> bool:
    try:
        socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET).close()
    except (AttributeError, OSError):
        return False
    return True


@pytest.fixture(scope="module")
def emulator(tmp_path_factory) -> Iterator[str]:
    """The transport to a fresh low energy controller at each connection."""
    program = os.environ.get("BLUEZONE_BTVIRT") or shutil.which("btvirt")
    if program is None:
        pytest.skip("btvirt is not installed: `apt-get install bluez-test-tools` brings it (or set BLUEZONE_BTVIRT)")
    folder = tmp_path_factory.mktemp("btvirt")
    environment = dict(os.environ)
    if not has_alg():
        compiler = shutil.which("cc")
        if compiler is None:
            pytest.skip("the kernel has no AF_ALG sockets, without which btvirt makes no low energy controller")
        (folder / "no_alg.c").write_text(NO_ALG)
        subprocess.run([compiler, "-shared", "-fPIC", "-o", "no_alg.so", "no_alg.c", "-ldl"], cwd=folder, check=True)
        environment["LD_PRELOAD"] = str(folder / "no_alg.so")
    with Path("/tmp/bluezone-btvirt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        SOCKET.unlink(missing_ok=True)
        with subprocess.Popen([program, "-s"], env=environment, stdout=subprocess.DEVNULL) as process:
            try:
                for _ in range(100):
                    if SOCKET.exists():
                        break
                    time.sleep(0.05)
                yield f"unix:{SOCKET}"
            finally:
                process.terminate()


def recorded(path: Path) -> list[bytes]:
    """The packets of a recording."""
    data, packets, at = path.read_bytes(), [], 16
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        packets.append(data[at + 24 : at + 24 + length])
        at += 24 + length
    return packets


async def test_what_one_phone_sends_another_hears_and_a_rotation_changes_address_and_data_together(emulator, tmp_path):
    """By the recording: the emulator gives every strength as "not available", and such readings a phone leaves out."""
    heard: list[object] = []
    sender = BumbleRadio.from_transport(emulator, time.time, -20)  # noqa: TID251
    receiver = BumbleRadio.from_transport(emulator, time.time, -20, tmp_path / "heard")  # noqa: TID251
    await sender.open()
    await receiver.open()
    for number in range(3):
        await sender.advertise(bytes((1, 2, 3, 4, 5, number)), build_en(bytes((number,)) * 16, bytes(4)))
        await receiver.start_scanning(heard.append)  # the emulator reports once, when a scan starts
        await asyncio.sleep(0.2)
        await receiver.stop_scanning()
    await sender.stop_advertising()
    await receiver.close()
    await sender.close()
    events = [hci.HCI_Packet.from_bytes(packet) for packet in recorded(tmp_path / "heard") if is_report(packet)]
    told = [report for event in events for report in event.reports]
    assert {(bytes(one.address)[::-1], one.data) for one in told} == {
        (bytes((1, 2, 3, 4, 5, number)), build_en(bytes((number,)) * 16, bytes(4))) for number in range(3)
    }
    assert {one.event_type for one in told} == {hci.HCI_LE_Advertising_Report_Event.EventType.ADV_NONCONN_IND}
    assert {one.address.address_type for one in told} == {hci.Address.RANDOM_DEVICE_ADDRESS}
    assert {one.rssi for one in told} == {127}
    assert heard == []


def test_the_test_of_radios_finds_it_usable(emulator):
    async def main():
        transport = await connect(emulator)
        try:
            return await ControllerTest(transport.source, transport.sink, emulator, time.monotonic, 0.2).run()
        finally:
            await transport.close()

    report = asyncio.run(main())
    assert report.is_usable, report.document()
    assert report.failed == []
    (refused,) = [step for step in report.steps if step.note.startswith("a new address while scanning")]
    assert refused.status == "command disallowed (0x0c)"
