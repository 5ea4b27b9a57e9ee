"""Run the HCI sequence of a phone on any controller, and write down what it answered, for whoever maintains the radio.

First what the controller says of itself; then, each after a reset (a controller refuses to mix them), the extended and
the legacy commands: send from one address, listen, change address and data as at a rotation while listening, stop. A
command that is refused is noted, and the sequence goes on; a controller that no longer answers ends it.

In the report are no addresses, no identifiers and no data of anybody, neither of this controller nor of those around:
of what was heard only counts and strengths.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib import metadata
from typing import Any

from bumble import hci
from bumble.company_ids import COMPANY_IDENTIFIERS
from bumble.core import BaseBumbleError
from bumble.transport.common import TransportSink, TransportSource

from bluezone.phone.air.radio import hci_packets
from bluezone.phone.air.radio.hci_host import BtsnoopFile, ReportHost, reset
from bluezone.phone.air.radio.hci_packets import Report
from bluezone.phone.errors import RadioError

VERSION = 1
NO_ANSWER, GONE, SUCCESS = "no answer", "gone", "success"
EXTENDED, LEGACY = "extended", "legacy"
_ANSWER_S, _START_S = 5.0, 30.0
#: what is sent: manufacturer data of the id kept for tests, nobody's identifier
_MARK = b"\x14\xff\xff\xffbluezone radio te"
#: every event, of low energy too
_EVENTS, _LE_EVENTS = bytes.fromhex("FFFFFBFF07F8BF3D"), bytes.fromhex("FFFFFFFF1F000000")
_PARTS: dict[str, hci_packets.Extended] = {EXTENDED: hci_packets.Extended(), LEGACY: hci_packets.Legacy()}


@dataclass(frozen=True, slots=True)
class Step:
    """Hold one command, and what came of it: a status by name, after so many milliseconds. `needed`: a phone cannot do
    without it; `note`: what it was for."""

    part: str
    command: str
    status: str
    milliseconds: float
    needed: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """Count what was heard in `seconds` of listening: advertisements, senders, and strengths in dBm."""

    part: str
    seconds: float
    advertisements: int
    senders: int
    weakest_dbm: int | None = None
    median_dbm: int | None = None
    strongest_dbm: int | None = None


@dataclass(slots=True)
class ControllerReport:
    """Hold the report. `works`: the parts (extended, legacy) in which everything needed succeeded; `trouble`: why the
    sequence ended early."""

    transport: str
    controller: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    works: list[str] = field(default_factory=list)
    trouble: str = ""

    @property
    def failed(self) -> list[Step]:
        """Return the needed steps that did not succeed."""
        return [step for step in self.steps if step.needed and step.status != SUCCESS]

    @property
    def verdict(self) -> str:
        """Return in one sentence what this controller is worth to a phone."""
        if self.trouble:
            return f"not usable: {self.trouble}"
        if EXTENDED in self.works or (LEGACY in self.works and not self.controller.get("extended advertising")):
            way = EXTENDED if EXTENDED in self.works else LEGACY
            silent = "" if any(each.advertisements for each in self.heard) else "; nothing was heard, is anybody near?"
            return f"usable, by the {way} commands{silent}"
        first = self.failed[0] if self.failed else None
        return f"not usable: {first.command} ({first.part}): {first.status}" if first else "not usable"

    @property
    def is_usable(self) -> bool:
        """Tell whether a phone can use this controller."""
        return self.verdict.startswith("usable")

    def document(self) -> dict[str, Any]:
        """Return the report as a JSON document."""
        return {
            "format": "bluezone controller report",
            "version": VERSION,
            "programs": {name: _version(name) for name in ("bluezone", "bumble")},
            "transport": self.transport,
            "verdict": self.verdict,
            "trouble": self.trouble,
            "controller": self.controller,
            "works": self.works,
            "failed": [asdict(step) for step in self.failed],
            "heard": [asdict(each) for each in self.heard],
            "steps": [asdict(step) for step in self.steps],
        }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "from a checkout"


class _GoneError(Exception):
    """Say that the controller no longer answers."""


class ControllerTest:
    """Run the sequence once. `timer`: a clock that never jumps; `listen_s`: how long to listen in each part."""

    def __init__(
        self,
        source: TransportSource,
        sink: TransportSink,
        transport: str,
        timer: Callable[[], float],
        listen_s: float = 5.0,
        recording: BtsnoopFile | None = None,
    ) -> None:
        self.report = ControllerReport(transport.partition(":")[0])
        self._timer, self._listen_s = timer, listen_s
        self._heard: list[Report] = []
        self._host = ReportHost(source, sink, self._heard.append, recording)

    async def run(self) -> ControllerReport:
        """Return the report, however the controller behaves."""
        report = self.report
        try:
            await self._start()
            await self._ask()
            for part, commands in _PARTS.items():
                await self._part(part, commands)
        except _GoneError as error:
            report.trouble = str(error)
        except RadioError as error:
            report.trouble = str(error)
        return report

    # --- what it is -------------------------------------------------------------------------------

    async def _start(self) -> None:
        began = self._timer()
        status = SUCCESS
        try:
            async with asyncio.timeout(_START_S):
                await reset(self._host)
        except RadioError:
            self._note("start", "firmware and reset", "firmware missing", began)
            raise
        except TimeoutError:
            status = NO_ANSWER
        except hci.HCI_Error as error:
            status = _status(error.error_code or 0)
        except (BaseBumbleError, OSError) as error:
            self._note("start", "firmware and reset", GONE, began)
            raise _GoneError(f"the controller was gone at its reset ({type(error).__name__})") from error
        except Exception as error:  # noqa: BLE001 (Bumble asserts on answers that make no sense)
            status = f"answers that make no sense ({type(error).__name__})"
        self._note("start", "firmware and reset", status, began)
        if status == NO_ANSWER:
            raise _GoneError("the controller does not answer")
        self._host.ready = True  # also where the start failed half way: the sequence says what works

    async def _ask(self) -> None:
        facts = self.report.controller
        version = await self._send("facts", hci.HCI_Read_Local_Version_Information_Command(), needed=False)
        if version is not None:
            named = _name(hci.SpecificationVersion, version.hci_version)
            facts["bluetooth"] = named.removeprefix("BLUETOOTH CORE ").replace(" ", ".")
            facts["maker"] = COMPANY_IDENTIFIERS.get(version.company_identifier, hex(version.company_identifier))
            facts["hci revision"] = hex(version.hci_subversion)
            facts["lmp subversion"] = hex(version.lmp_subversion)
        commands = await self._send("facts", hci.HCI_Read_Local_Supported_Commands_Command(), needed=False)
        if commands is not None:
            facts["supported commands"] = bytes(commands.supported_commands).hex()
        features = await self._send("facts", hci.HCI_LE_Read_Local_Supported_Features_Command(), needed=False)
        if features is not None:
            mask = hci.LeFeatureMask(int.from_bytes(features.le_features, "little"))
            facts["low energy features"] = [one.name for one in hci.LeFeatureMask if one in mask]
            facts["extended advertising"] = hci.LeFeatureMask.LE_EXTENDED_ADVERTISING in mask

    # --- what it does -----------------------------------------------------------------------------

    async def _part(self, part: str, commands: hci_packets.Extended) -> None:
        extended = bool(self.report.controller.get("extended advertising"))
        needed = extended if part == EXTENDED else EXTENDED not in self.report.works  # the way that a phone would take
        before = len(self.report.steps)
        for command in self._beginning(commands):
            await self._send(part, command, needed=needed)
        await self._listen(part)
        if part == LEGACY:  # refused by the specification; a controller that allows it tells of itself
            address = hci_packets.random_address(hci_packets.private_address())
            await self._send(part, address, needed=False, note="a new address while scanning, to be refused")
        for command in self._rotation(part, commands):
            await self._send(part, command, needed=needed, note="rotation while listening")
        await self._listen(part)
        for command in (commands.scan(False), commands.advertise(False)):
            await self._send(part, command, needed=needed)
        if all(step.status == SUCCESS for step in self.report.steps[before:] if step.needed == needed):
            self.report.works.append(part)

    def _beginning(self, commands: hci_packets.Extended) -> Iterator[Any]:
        yield hci.HCI_Reset_Command()
        yield hci.HCI_Set_Event_Mask_Command(event_mask=_EVENTS)
        yield hci.HCI_LE_Set_Event_Mask_Command(le_event_mask=_LE_EVENTS)
        yield hci_packets.random_address(hci_packets.private_address())
        yield commands.scan_parameters()
        yield commands.parameters()
        yield commands.address(hci_packets.private_address())
        yield commands.data(_MARK)
        yield commands.advertise(True)
        yield commands.scan(True)

    def _rotation(self, part: str, commands: hci_packets.Extended) -> Iterator[Any]:
        yield commands.advertise(False)
        if part == LEGACY:
            yield commands.scan(False)
        yield commands.address(hci_packets.private_address())
        yield commands.data(_MARK)
        yield commands.advertise(True)
        if part == LEGACY:
            yield commands.scan(True)

    async def _listen(self, part: str) -> None:
        self._heard.clear()
        await asyncio.sleep(self._listen_s / 2)
        strengths = sorted(strength for _, strength, _ in self._heard)
        spread = (strengths[0], strengths[len(strengths) // 2], strengths[-1]) if strengths else (None, None, None)
        senders = len({address for address, _, _ in self._heard})
        self.report.heard.append(Heard(part, self._listen_s / 2, len(strengths), senders, *spread))
        self._heard.clear()

    async def _send(self, part: str, command: Any, *, needed: bool, note: str = "") -> Any:
        """Send a command; return what came with its success, None otherwise. Raises _GoneError where nothing comes."""
        began, name = self._timer(), command.name.removeprefix("HCI_").removesuffix("_COMMAND")
        try:
            async with asyncio.timeout(_ANSWER_S):
                answer = await self._host.send_sync_command_raw(command)
        except TimeoutError:
            self._note(part, name, NO_ANSWER, began, needed=needed, note=note)
            raise _GoneError(f"no answer to {name} within {_ANSWER_S:.0f} s") from None
        except (BaseBumbleError, OSError, RuntimeError) as error:
            self._note(part, name, GONE, began, needed=needed, note=note)
            raise _GoneError(f"the controller was gone at {name} ({type(error).__name__})") from error
        except AssertionError:  # a status where the command has a result
            self._note(part, name, "an answer of another kind", began, needed=needed, note=note)
            return None
        parameters = answer.return_parameters
        code = getattr(parameters, "status", 0)
        self._note(part, name, _status(code), began, needed=needed, note=note)
        return (
            parameters if code == hci.HCI_SUCCESS and type(parameters) is not hci.HCI_StatusReturnParameters else None
        )

    def _note(self, part: str, command: str, status: str, began: float, *, needed: bool = True, note: str = "") -> None:
        took_ms = round((self._timer() - began) * 1_000, 1)
        self.report.steps.append(Step(part, command, status, took_ms, needed, note))


def _status(code: int) -> str:
    return SUCCESS if code == hci.HCI_SUCCESS else f"{_name(hci.HCI_ErrorCode, code)} (0x{code:02X})".lower()


def _name(kind: Any, value: int) -> str:
    with suppress(ValueError):
        return str(kind(value).name).removesuffix("_ERROR").replace("_", " ")
    return hex(value)


def lines(report: ControllerReport) -> Iterator[str]:
    """Yield the report for a person, most important first."""
    yield report.verdict
    facts = report.controller
    if facts.get("maker"):
        yield f"{facts['maker']}, Bluetooth {facts.get('bluetooth', '?')}, revision {facts.get('hci revision', '?')}"
    for each in report.heard:
        yield f"{each.part}: {each.advertisements} advertisements of {each.senders} senders in {each.seconds:g} s"
    for step in report.failed:
        yield f"failed: {step.command} ({step.part}): {step.status} after {step.milliseconds:g} ms"
