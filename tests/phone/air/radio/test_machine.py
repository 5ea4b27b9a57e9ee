from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bluezone.phone.air.radio.machine import Machine, UsbController, inspect_machine, radio_options, usb_controllers
from bluezone.phone.air.radio.port import Bluez, BluezAdapter

DONGLE = UsbController("0a12", "0001", "CSR8510 A10", "/dev/bus/usb/001/004", may_use=True, kernel_has_it=False)
ON = BluezAdapter("hci0", powered=True, can_advertise=True)


def option(machine: Machine, kind: str):
    return next(one for one in radio_options(machine) if one.kind == kind)


@pytest.mark.parametrize(
    ("machine", "kind", "name", "ready", "why", "next_step"),
    [
        (Machine(), "usb", "usb:0", False, "no USB device", "dongle"),
        (Machine(usb=(DONGLE,)), "usb", "usb:0A12:0001", True, "free to use", ""),
        (Machine(usb=(replace(DONGLE, kernel_has_it=True),)), "usb", "usb:0A12:0001", True, "loses it", "bluez"),
        (Machine(usb=(replace(DONGLE, may_use=False),)), "usb", "usb:0A12:0001", False, "004 may not", "0a12"),
        (Machine(usb=(DONGLE,), bumble=False), "usb", "usb:0A12:0001", False, "bumble is missing", "pip install"),
        (
            Machine(kernel_adapters=("hci1",), may_administer_net=True, bumble=False),
            "hci-socket", "hci-socket:1", False, "bumble is missing", "bumble]",
        ),
        (Machine(bumble=False), "tcp", "tcp-client:HOST:PORT", False, "bumble is missing", "bumble]"),
        (Machine(bumble=False), "trace", "trace:FILE.csv", None, "works", "docs/operate/phone.md"),
        (Machine(hci_sockets=False), "hci-socket", "hci-socket:0", False, "without Bluetooth sockets", "python3"),
        (Machine(), "hci-socket", "hci-socket:0", False, "knows no Bluetooth adapter", "dongle"),
        (Machine(kernel_adapters=("hci1",)), "hci-socket", "hci-socket:1", False, "CAP_NET_ADMIN", "setcap"),
        (
            Machine(kernel_adapters=("hci1",), may_administer_net=True, switched_off="by software"),
            "hci-socket", "hci-socket:1", False, "switched off by software", "rfkill",
        ),
        (
            Machine(kernel_adapters=("hci1",), may_administer_net=True),
            "hci-socket", "hci-socket:1", True, "right to take it", "systemctl stop bluetooth",
        ),
        (Machine(), "serial", "serial:/dev/ttyACM0", False, "no serial port", "board"),
        (
            Machine(serial_ports=(("/dev/ttyUSB1", False),)),
            "serial", "serial:/dev/ttyUSB1,1000000", False, "may not be opened", "dialout",
        ),
        (
            Machine(serial_ports=(("/dev/ttyUSB1", True),)),
            "serial", "serial:/dev/ttyUSB1,1000000", None, "only opening tells", "baud",
        ),
        (Machine(), "bluez", "bluez", False, "has no adapter", "dongle"),
        (Machine(bluez=Bluez(trouble="no bus", next_step="apt")), "bluez", "bluez", False, "no bus", "apt"),
        (Machine(bluez=Bluez((ON,))), "bluez", "bluez:hci0", True, "hci0 is on and can advertise", ""),
        (
            Machine(bluez=Bluez((replace(ON, powered=False),))),
            "bluez", "bluez:hci0", False, "switched off", "bluetoothctl power on",
        ),
        (
            Machine(bluez=Bluez((replace(ON, powered=False),)), switched_off="by software"),
            "bluez", "bluez:hci0", False, "switched off", "rfkill unblock bluetooth; bluetoothctl power on",
        ),
        (
            Machine(bluez=Bluez((replace(ON, can_advertise=False),))),
            "bluez", "bluez:hci0", False, "cannot advertise", "dongle",
        ),
        (Machine(), "tcp", "tcp-client:HOST:PORT", None, "where", "town hub"),
        (Machine(), "trace", "trace:FILE.csv", None, "works", "docs/operate/phone.md"),
    ],
)  # fmt: skip
def test_each_radio_says_whether_it_works_why_not_and_what_comes_next(machine, kind, name, ready, why, next_step):
    found = option(machine, kind)
    assert (found.radio, found.ready) == (name, ready)
    assert why in found.why
    assert next_step in found.next_step
    assert found.ready or found.next_step, "what does not work needs a next step"


def test_two_dongles_of_one_make_have_two_names():
    names = [one.radio for one in radio_options(Machine(usb=(DONGLE, DONGLE))) if one.kind == "usb"]
    assert names == ["usb:0A12:0001#0", "usb:0A12:0001#1"]


def test_bluez_is_labelled_as_not_verified():
    assert "not yet verified on hardware" in option(Machine(bluez=Bluez((ON,))), "bluez").what


# --- looking ------------------------------------------------------------------------------------------


@pytest.fixture
def machine(tmp_path) -> Path:
    """A file tree like /sys and /dev of a machine with a dongle, a keyboard, an adapter of the kernel and a board."""

    def write(path: str, text: str = "") -> None:
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    for device, facts in {
        "1-4": {"idVendor": "0a12", "idProduct": "0001", "product": "CSR8510 A10", "bDeviceClass": "e0"},
        "1-5": {"idVendor": "8087", "idProduct": "0026", "bDeviceClass": "ef"},
        "1-6": {"idVendor": "046d", "idProduct": "c31c", "product": "Keyboard", "bDeviceClass": "00"},
    }.items():
        numbers = {"bDeviceSubClass": "01", "bDeviceProtocol": "01", "busnum": "1", "devnum": device[-1]}
        for name, text in (facts | numbers).items():
            write(f"sys/bus/usb/devices/{device}/{name}", f"{text}\n")
    for name, text in {"Class": "e0", "SubClass": "01", "Protocol": "01"}.items():
        write(f"sys/bus/usb/devices/1-5/1-5:1.0/bInterface{name}", text)
    write("sys/bus/usb/devices/1-5/1-5:1.0/driver/module")
    write("dev/bus/usb/001/004")
    write("dev/ttyACM0")
    write("sys/class/bluetooth/hci0/address")
    write("sys/class/bluetooth/hci0:12/address")
    write("sys/class/rfkill/rfkill0/type", "bluetooth")
    write("sys/class/rfkill/rfkill0/soft", "1")
    write("proc/self/status", "Name:\tx\nCapEff:\t0000000000001000\n")
    return tmp_path


def test_controllers_are_known_by_their_usb_class_whoever_made_them(machine):
    first, second = usb_controllers(machine)
    assert first == replace(DONGLE, node=str(machine / "dev/bus/usb/001/004"))
    assert second == UsbController("8087", "0026", "USB device 8087:0026", "", may_use=False, kernel_has_it=True)


def test_the_rest_of_the_machine_is_seen_too(machine, monkeypatch):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={machine}/no-bus")
    found = asyncio.run(inspect_machine(machine))
    assert found.kernel_adapters[0] == "hci0"
    assert found.may_administer_net
    assert found.serial_ports == ((str(machine / "dev/ttyACM0"), True),)
    assert found.switched_off == "by software"
    assert "D-Bus" in found.bluez.trouble


def test_an_empty_machine_has_nothing_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "nonsense")
    found = asyncio.run(inspect_machine(tmp_path))
    assert (found.usb, found.kernel_adapters, found.serial_ports, found.may_administer_net) == ((), (), (), False)
    assert found.bluez.trouble


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_the_command_tells_it_in_words_and_in_json(run_bluezone, arguments):
    ended = run_bluezone("phone", "radios", *arguments)
    assert ended.code == 0, ended.err
    assert "not yet verified on hardware" in " ".join(ended.out.replace("│", " ").split())
    if arguments:
        kinds = {one["kind"] for one in json.loads(ended.out)["radios"]}
        assert kinds == {"usb", "hci-socket", "serial", "bluez", "tcp", "trace"}
