"""Ask this machine what it has for a phone's radio, for `bluezone phone radios`.

Nothing is opened that another program could miss: no controller is taken, no adapter switched on or off.
"""

from __future__ import annotations

import importlib.util
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bluezone.extras import install_command
from bluezone.phone.air.radio.machine import Bluez, Machine, UsbController

_BLUETOOTH_CLASS = ("e0", "01", "01")  # wireless controller, RF controller, Bluetooth primary controller
_CAP_NET_ADMIN = 12
_SERIAL = ("ttyACM*", "ttyUSB*", "ttyAMA*")


async def inspect_machine(root: Path = Path("/")) -> Machine:
    """Return what this machine has. `root`: where /sys, /dev and /proc are."""
    return Machine(
        bumble=importlib.util.find_spec("bumble") is not None,
        usb=tuple(usb_controllers(root)),
        hci_sockets=_has_hci_sockets(),
        kernel_adapters=tuple(sorted(path.name for path in (root / "sys/class/bluetooth").glob("hci[0-9]*"))),
        may_administer_net=_may_administer_net(root / "proc/self/status"),
        serial_ports=tuple(
            (str(path), os.access(path, os.R_OK | os.W_OK))
            for pattern in _SERIAL
            for path in sorted((root / "dev").glob(pattern))
        ),
        bluez=await ask_bluez(),
        switched_off=_switched_off(root / "sys/class/rfkill"),
    )


def usb_controllers(root: Path) -> Iterator[UsbController]:
    """Yield the Bluetooth controllers on USB, by the class of the device or of one of its interfaces."""
    for device in sorted((root / "sys/bus/usb/devices").glob("*")):
        if ":" in device.name or not (vendor := _text(device / "idVendor")):
            continue
        interfaces = [path for path in device.glob("*:*") if _class(path, "bInterface") == _BLUETOOTH_CLASS]
        if _class(device, "bDevice") != _BLUETOOTH_CLASS and not interfaces:
            continue
        product = _text(device / "idProduct")
        node = _node(root, device)
        names = (_text(device / "manufacturer"), _text(device / "product"))
        yield UsbController(
            vendor=vendor,
            product=product,
            text=" ".join(filter(None, names)) or f"USB device {vendor}:{product}",
            node=str(node or ""),
            may_use=node is not None and os.access(node, os.R_OK | os.W_OK),
            kernel_has_it=any((path / "driver").exists() for path in interfaces),
        )


def _class(path: Path, prefix: str) -> tuple[str, ...]:
    return tuple(_text(path / f"{prefix}{part}") for part in ("Class", "SubClass", "Protocol"))


def _node(root: Path, device: Path) -> Path | None:
    bus, number = _text(device / "busnum"), _text(device / "devnum")
    if not (bus.isdigit() and number.isdigit()):
        return None
    node = root / f"dev/bus/usb/{int(bus):03d}/{int(number):03d}"
    return node if node.exists() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _has_hci_sockets() -> bool:
    try:
        family, protocol = socket.AF_BLUETOOTH, socket.BTPROTO_HCI
    except AttributeError:
        return False
    try:
        socket.socket(family, socket.SOCK_RAW, protocol).close()
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _may_administer_net(status: Path) -> bool:
    for line in _text(status).splitlines():
        if line.startswith("CapEff:"):
            with suppress(ValueError):
                return bool(int(line.split()[1], 16) >> _CAP_NET_ADMIN & 1)
    return False


def _switched_off(rfkill: Path) -> str:
    for switch in sorted(rfkill.glob("rfkill*")):
        if _text(switch / "type") == "bluetooth":
            if _text(switch / "hard") == "1":
                return "by a switch on the case"
            if _text(switch / "soft") == "1":
                return "by software"
    return ""


async def ask_bluez() -> Bluez:
    """Return what bluetoothd says of its adapters, over the system bus."""
    try:
        from bluezone.phone.air.radio.bluez_bus import adapters
    except ModuleNotFoundError as missing:
        return Bluez(trouble=f"the package {missing.name} is missing", next_step=install_command("bluez"))
    return await adapters()
