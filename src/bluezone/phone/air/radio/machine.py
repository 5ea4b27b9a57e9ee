"""Find what a machine has for a phone's radio, judge which radios it can run and why not others, and make one by name:
what stands after `--radio` on the command line.
"""

from __future__ import annotations

import importlib.util
import os
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from bluezone.extras import install_command
from bluezone.phone.air.radio.port import Bluez, Radio
from bluezone.phone.clock import Clock
from bluezone.phone.errors import RadioError


@dataclass(frozen=True, slots=True)
class UsbController:
    """Describe a USB device of the class "Bluetooth controller". `node` is empty where /dev has none for it."""

    vendor: str
    product: str
    text: str
    node: str
    may_use: bool
    kernel_has_it: bool


@dataclass(frozen=True, slots=True)
class Machine:
    """Hold what was found."""

    bumble: bool = True
    usb: tuple[UsbController, ...] = ()
    hci_sockets: bool = True
    kernel_adapters: tuple[str, ...] = ()
    may_administer_net: bool = False
    serial_ports: tuple[tuple[str, bool], ...] = ()  # (device file, may it be read and written)
    bluez: Bluez = field(default_factory=Bluez)
    switched_off: str = ""  # by rfkill: "by software" or "by a switch on the case"


#: kinds whose controller this program drives itself
_HCI = frozenset({"usb", "hci-socket", "serial", "tcp"})


@dataclass(frozen=True, slots=True)
class RadioOption:
    """Describe one thing to write after `--radio`. `ready` None: that depends on what stands in capitals."""

    radio: str
    kind: str
    ready: bool | None
    what: str
    why: str
    next_step: str = ""


# --- what it means ------------------------------------------------------------------------------------


def radio_options(machine: Machine) -> tuple[RadioOption, ...]:
    """Return every kind of radio once or more, those that need nothing but an adapter first."""
    options = (
        *_usb(machine),
        *_hci_sockets(machine),
        *_serial(machine),
        *_bluez(machine),
        RadioOption(
            "tcp-client:HOST:PORT", "tcp", None, "a controller behind a network socket",
            "works wherever one listens; for phones that meet on this machine without any hardware",
            "`bluezone town hub` serves virtual controllers and prints the address",
        ),
        RadioOption(
            "trace:FILE.csv", "trace", None, "a recording of what was heard", "works with any file of these columns",
            "docs/operate/phone.md describes the columns",
        ),
    )  # fmt: skip
    if machine.bumble:
        return options
    why, step = "the package bumble is missing", install_command("bumble")
    return tuple(
        replace(option, ready=False, why=why, next_step=step) if option.kind in _HCI else option for option in options
    )


def _usb(machine: Machine) -> Iterator[RadioOption]:
    if not machine.usb:
        why, step = "no USB device of this machine is a Bluetooth controller", "plug a Bluetooth dongle in"
        yield RadioOption("usb:0", "usb", False, "a Bluetooth dongle, alone", why, step)
    alike, seen = Counter((one.vendor, one.product) for one in machine.usb), Counter[tuple[str, str]]()
    for one in machine.usb:
        kind = (one.vendor, one.product)
        number = f"#{seen[kind]}" if alike[kind] > 1 else ""
        seen[kind] += 1
        name, what = f"usb:{one.vendor}:{one.product}{number}".upper().replace("USB", "usb"), one.text
        if not one.may_use:
            why = f"{one.node or 'its device file'} may not be written by you"
            step = (
                f'a udev rule: SUBSYSTEM=="usb", ATTR{{idVendor}}=="{one.vendor}", ATTR{{idProduct}}=="{one.product}", '
                'TAG+="uaccess" in /etc/udev/rules.d/70-bluezone.rules, then plug it in again'
            )
            yield RadioOption(name, "usb", False, what, why, step)
        elif one.kernel_has_it:
            why = "free to use, but the desktop's own Bluetooth loses it as long as the phone runs"
            yield RadioOption(name, "usb", True, what, why, "use `bluez` to share it instead")
        else:
            yield RadioOption(name, "usb", True, what, "free to use")


def _hci_sockets(machine: Machine) -> Iterator[RadioOption]:
    kind, what = "hci-socket", "an adapter of the kernel, alone"
    if not machine.hci_sockets:
        why = "this Python was built without Bluetooth sockets, or the kernel has none"
        yield RadioOption("hci-socket:0", kind, False, what, why, "use the python3 of your distribution")
        return
    if not machine.kernel_adapters:
        why = "the kernel knows no Bluetooth adapter (/sys/class/bluetooth is empty)"
        yield RadioOption("hci-socket:0", kind, False, what, why, "plug a Bluetooth dongle in, or load its driver")
        return
    for adapter in machine.kernel_adapters:
        name = f"hci-socket:{adapter.removeprefix('hci')}"
        if machine.switched_off:
            why, step = f"Bluetooth is switched off {machine.switched_off}", "rfkill unblock bluetooth"
            yield RadioOption(name, kind, False, f"{adapter}, alone", why, step)
        elif not machine.may_administer_net:
            why = "taking an adapter from the kernel needs the right CAP_NET_ADMIN"
            step = "run as root, or give it: setcap cap_net_admin,cap_net_raw+eip on the python3 of the installation"
            yield RadioOption(name, kind, False, f"{adapter}, alone", why, step)
        else:
            step = f"first stop what uses it: systemctl stop bluetooth; hciconfig {adapter} down"
            yield RadioOption(name, kind, True, f"{adapter}, alone", "you have the right to take it", step)


def _serial(machine: Machine) -> Iterator[RadioOption]:
    kind, what = "serial", "a controller on a serial port (a development board with HCI firmware)"
    if not machine.serial_ports:
        step = "connect a board, for example an nRF52840 with Zephyr's hci_usb or hci_uart sample"
        yield RadioOption("serial:/dev/ttyACM0", kind, False, what, "there is no serial port", step)
    for device, may_use in machine.serial_ports:
        if may_use:
            why = "the port can be opened; whether a Bluetooth controller is behind it, only opening tells"
            yield RadioOption(f"serial:{device},1000000", kind, None, what, why, "the number is the speed in baud")
        else:
            why, step = f"{device} may not be opened by you", "join its group: usermod --append --groups dialout $USER"
            yield RadioOption(f"serial:{device},1000000", kind, False, what, why, step)


def _bluez(machine: Machine) -> Iterator[RadioOption]:
    kind, what = "bluez", "an adapter shared with the desktop, through bluetoothd (not yet verified on hardware)"
    if machine.bluez.trouble:
        yield RadioOption("bluez", kind, False, what, machine.bluez.trouble, machine.bluez.next_step)
    elif not machine.bluez.adapters:
        yield RadioOption("bluez", kind, False, what, "bluetoothd has no adapter", "plug a Bluetooth dongle in")
    for adapter in machine.bluez.adapters:
        name = f"bluez:{adapter.name}"
        if not adapter.powered:
            step = "bluetoothctl power on"
            if machine.switched_off:
                step = f"it is blocked {machine.switched_off}: rfkill unblock bluetooth; {step}"
            yield RadioOption(name, kind, False, what, f"{adapter.name} is switched off", step)
        elif not adapter.can_advertise:
            why = f"{adapter.name} or this bluetoothd cannot advertise: others would not hear this phone"
            yield RadioOption(name, kind, False, what, why, "another dongle (Bluetooth 4.0 or later), or a newer BlueZ")
        else:
            yield RadioOption(name, kind, True, what, f"{adapter.name} is on and can advertise")


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


TRACE, BLUEZ = "trace", "bluez"


def radio_named(name: str, clock: Clock, tx_power_dbm: int, recording: Path | None = None) -> Radio:
    """Return the radio of that name; `open` opens it.

    `trace:FILE.csv` replays a recording, `bluez` or `bluez:hci1` shares an adapter with a Linux desktop, and everything
    else is an HCI transport as Bumble names them (`usb:0`, `serial:/dev/ttyACM0,1000000`, `hci-socket:0`,
    `tcp-client:HOST:PORT`). `tx_power_dbm`: the power that goes into the metadata. `recording`: a file for all that
    goes between this program and the controller, where it drives one itself. Raises RadioError where the name
    makes no sense or a package is missing, TraceError where the recording cannot be read.
    """
    kind, _, rest = name.partition(":")
    if recording is not None and kind in (TRACE, BLUEZ):
        raise RadioError(f"with --radio {kind} there is no HCI to record; `btmon --write FILE` records the kernel's")
    if kind == TRACE:
        from bluezone.phone.air.radio.trace_radio import TraceRadio, read_trace

        return TraceRadio(read_trace(rest), clock, tx_power_dbm)
    if kind == BLUEZ:
        try:
            from bluezone.phone.air.radio.bluez_radio import BluezRadio
        except ModuleNotFoundError as missing:
            raise _without(missing, BLUEZ, BLUEZ) from missing
        return BluezRadio(rest, clock, tx_power_dbm)
    if not rest:
        raise RadioError(
            f"radio {name!r} is not known; there are usb:0, hci-socket:0, serial:/dev/ttyACM0, tcp-client:HOST:PORT, "
            "bluez and trace:FILE.csv; `bluezone phone radios` says which of them this machine can do"
        )
    try:
        from bluezone.phone.air.radio.bumble_radio import BumbleRadio
    except ModuleNotFoundError as missing:
        raise _without(missing, kind, "bumble") from missing
    return BumbleRadio.from_transport(name, clock, tx_power_dbm, recording)


def _without(missing: ModuleNotFoundError, kind: str, extra: str) -> RadioError:
    package = (missing.name or "").partition(".")[0]
    return RadioError(f"--radio {kind} needs the package {package}; install it with: {install_command(extra)}")
