"""Say which firmware a USB controller lacks, and where it comes from.

Realtek's and Intel's controllers start with a loader only, and their host brings the firmware. In the kernel the driver
btusb does; where Bumble drives the controller alone, Bumble does, from files it looks for in this order: the folder of
an environment variable, its own data folder (filled by its download command), `/lib/firmware`. Where it finds none it
writes a warning into its log and goes on, and the controller fails later in ways that tell nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Maker:
    """Describe a maker's firmware: Debian's package, Bumble's download command, the variable that names a folder."""

    name: str
    package: str
    command: str
    variable: str
    folder: str


REALTEK = Maker("Realtek", "firmware-realtek", "bumble-rtk-fw-download", "BUMBLE_RTK_FIRMWARE_DIR", "rtl_bt")
INTEL = Maker("Intel", "firmware-iwlwifi", "bumble-intel-fw-download", "BUMBLE_INTEL_FIRMWARE_DIR", "intel")

#: of Bumble's loggers, that of the driver
_MAKERS = {"bumble.drivers.rtk": REALTEK, "bumble.drivers.intel": INTEL}
LOGGERS = tuple(_MAKERS)


def missing(log: Sequence[tuple[str, str]]) -> str:
    """Return what to tell of a firmware that is missing; "" where none is. `log`: what Bumble's drivers logged, as
    (logger, text)."""
    for logger, text in log:
        maker = _MAKERS.get(logger)
        if maker is None or not any(word in text.lower() for word in ("not found", "no config file")):
            continue
        words = text.split()
        file = next((word for word in words if word.endswith((".bin", ".sfi", ".ddc"))), "")
        return sentence(maker, file)
    return ""


def sentence(maker: Maker, file: str = "") -> str:
    """Return the one sentence: what is missing, and the two ways to have it."""
    what = f"its firmware {file}" if file else "its firmware"
    return (
        f"this {maker.name} controller lacks {what}: install Debian's package {maker.package} (from non-free-firmware; "
        f"/lib/firmware/{maker.folder}), or run `{maker.command}`, or name a folder in {maker.variable}; "
        "then plug it in again"
    )
