"""Describe what a machine has for a phone's radio, and judge which radios it can run, and why not others: pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bluezone.extras import install_command


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
class BluezAdapter:
    name: str
    powered: bool
    can_advertise: bool


@dataclass(frozen=True, slots=True)
class Bluez:
    """Hold what the system bus says of bluetoothd. `trouble`: why nothing can be said, in plain words."""

    adapters: tuple[BluezAdapter, ...] = ()
    trouble: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """Hold what was found."""

    bumble: bool = True
    usb: tuple[UsbController, ...] = ()
    hci_sockets: bool = True
    kernel_adapters: tuple[str, ...] = ()
    may_administer_net: bool = False
    serial_ports: tuple[tuple[str, bool], ...] = ()  # (device file, may it be read and written)
    bluez: Bluez = Bluez()
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
    return options if machine.bumble else tuple(map(_without_bumble, options))


def _without_bumble(option: RadioOption) -> RadioOption:
    if option.kind not in _HCI:
        return option
    return replace(option, ready=False, why="the package bumble is missing", next_step=install_command("bumble"))


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
