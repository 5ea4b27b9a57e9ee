"""Make radios by name: what stands after `--radio` on the command line."""

from __future__ import annotations

from pathlib import Path

from bluezone.extras import install_command
from bluezone.phone.air.radio.port import Radio
from bluezone.phone.clock import Clock
from bluezone.phone.errors import RadioError

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
