"""Read a laboratory's ORU^R01 of HL7 v2.5.1 (and v2.3 to v2.8, whose fields are the same), and write the answer to it.

A message names its characters in MSH-18; bytes that are none of them are refused with the place, never guessed: a name
in the wrong letters is another name. One file may hold many messages, each with many patients and reports.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from bluezone.errors import N_
from bluezone.exchange import codes
from bluezone.exchange.errors import ExchangeError, Fault
from bluezone.exchange.records import Finding, LabResult

MOST_SEGMENTS = 50_000
#: of table 0211, those that a laboratory here may use
_CHARACTERS = {
    "": "ascii",
    "ASCII": "ascii",
    "UNICODE UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
    "8859/1": "iso-8859-1",
    "8859/15": "iso-8859-15",
    "WINDOWS-1258": "cp1258",
}
#: the start and the end of a block where messages came over a socket (MLLP)
_BLOCK = bytes((0x0B, 0x1C))
_MOMENT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2})?)?(?:\.[0-9]+)?([+-][0-9]{4})?")
_SEXES = {"M": "male", "F": "female", "O": "other"}
#: statuses of a report (OBR-25) and of a result (OBX-11)
_FINAL, _TAKEN_BACK = ("F", "C"), ("X", "D", "W")
_NOT_YET = ("I", "O", "P", "R", "S", "N", "")


@dataclass(frozen=True, slots=True)
class Segment:
    """Hold a segment: its name, its fields by the number of the standard, and the signs that separate their parts."""

    name: str
    fields: tuple[str, ...]
    signs: str
    line: int

    def field(self, number: int, component: int = 1, repetition: int = 0) -> str:
        """Return a component of a field, unescaped; nothing where there is none."""
        whole = self.fields[number] if number < len(self.fields) else ""
        repeated = whole.split(self.signs[1])
        parts = (repeated[repetition] if repetition < len(repeated) else "").split(self.signs[0])
        text = parts[component - 1].split(self.signs[3])[0] if component <= len(parts) else ""
        return _unescaped(text, self.signs).strip()

    def repetitions(self, number: int) -> int:
        """Return how often a field is given."""
        whole = self.fields[number] if number < len(self.fields) else ""
        return whole.count(self.signs[1]) + 1 if whole else 0


@dataclass(frozen=True, slots=True)
class Message:
    """Hold a message: what its head names, and its segments."""

    control_id: str
    kind: str
    version: str
    sender: tuple[str, str]
    receiver: tuple[str, str]
    sent_at: dt.datetime | None
    segments: tuple[Segment, ...]


@dataclass(slots=True)
class _Report:
    order: Segment
    results: list[Segment] = field(default_factory=list)
    specimen: Segment | None = None


def read_messages(data: bytes) -> list[Message]:
    """Return the messages of a file. Raises ExchangeError."""
    codes.check_size(data)
    found, line = [], 0
    for raw in re.split(rb"(?:^|(?<=[\r\n\x0b\x1c]))(?=MSH)", data.strip(_BLOCK + b"\r\n \xef\xbb\xbf")):
        if raw.strip(_BLOCK + b"\r\n "):
            found.append(_message(raw, line))
        line += len(re.findall(rb"\r\n|\r|\n", raw))
    if not found:
        raise ExchangeError(N_("there is no HL7 message in it: one begins with MSH"), Fault.SEQUENCE)
    return found


def _message(raw: bytes, line: int) -> Message:
    raw = raw.strip(_BLOCK + b"\r\n ")
    head = raw.split(b"\r")[0].split(b"\n")[0]
    if not head.startswith(b"MSH") or len(head) < 9:
        raise ExchangeError(N_("there is no HL7 message in it: one begins with MSH"), Fault.SEQUENCE)
    separator, named = head[3:4], head.split(head[3:4])
    characters = named[17].split(head[5:6])[0].decode("ascii", "replace").strip().upper() if len(named) > 17 else ""
    text = _decoded(raw, characters)
    signs = head[4:8].decode("ascii", "replace")
    lines = re.split(r"\r\n|\r|\n", text)
    if len(lines) > MOST_SEGMENTS:
        raise ExchangeError(N_("a message has more than {most} segments"), most=MOST_SEGMENTS)
    segments = []
    for number, each in enumerate(lines, line + 1):
        fields = each.strip().split(separator.decode("ascii"))
        if fields[0]:
            # of the head the separator itself is the first field
            fields = [fields[0], separator.decode("ascii"), *fields[1:]] if fields[0] == "MSH" else fields
            segments.append(Segment(fields[0], tuple(fields), signs, number))
    msh = segments[0]
    kind = "^".join(filter(None, (msh.field(9, 1), msh.field(9, 2))))
    return Message(
        msh.field(10),
        kind,
        msh.field(12),
        (msh.field(3), msh.field(4)),
        (msh.field(5), msh.field(6)),
        _moment(msh.field(7)),
        tuple(segments),
    )


def _decoded(raw: bytes, characters: str) -> str:
    if characters not in _CHARACTERS:
        raise ExchangeError(N_("MSH-18 names the characters “{name}”, which are not read: UNICODE UTF-8 is meant"),
                            Fault.VALUE, name=characters)  # fmt: skip
    try:
        return unicodedata.normalize(
            "NFC", raw.decode(_CHARACTERS[characters])
        )  # Windows-1258 parts marks from letters
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", raw[: error.start])) + 1
        raise ExchangeError(
            N_("segment {line}: MSH-18 names the characters “{name}”, and byte {byte} is none of them"),
            line=line,
            name=characters or "ASCII",
            byte=f"{raw[error.start]:02X}",
        ) from error


def _unescaped(text: str, signs: str) -> str:
    r"""Return a text with its escapes undone: `\F\ \S\ \T\ \R\ \E\ \Xhh..\ \.br\`."""
    mark = signs[2]
    if mark not in text:
        return text
    plain = {"F": "|", "S": signs[0], "R": signs[1], "E": mark, "T": signs[3], ".br": "\n"}
    parts = text.split(mark)
    made = []
    for number, part in enumerate(parts):
        if number % 2 == 0 or number == len(parts) - 1:
            made.append(part)
        elif part in plain:
            made.append(plain[part])
        elif re.fullmatch(r"X([0-9A-Fa-f]{2})+", part):
            made.append(bytes.fromhex(part[1:]).decode("utf-8", "replace"))
    return "".join(made)


def results(message: Message, zone: dt.tzinfo, lab_tests: Collection[str]) -> list[LabResult]:
    """Return the results of an ORU^R01, one for each report that is final, corrected or taken back; of what is not
    ready yet nothing. `zone`: of moments that do not name one; `lab_tests`: LOINC codes of the disease. Raises
    ExchangeError, naming the segment."""
    if message.kind != "ORU^R01":
        raise ExchangeError(N_("the message is “{kind}”: ORU^R01 is meant"), Fault.KIND, kind=message.kind or "-")
    found = []
    for patient, report in _reports(message):
        status = _status(report)
        if status not in _NOT_YET:
            found.append(_result(message, patient, report, status, zone, lab_tests))
    return found


def _reports(message: Message) -> Iterator[tuple[Segment | None, _Report]]:
    patient: Segment | None = None
    report: _Report | None = None
    for segment in message.segments:
        if segment.name in ("PID", "OBR") and report is not None:
            yield patient, report
            report = None
        if segment.name == "PID":
            patient = segment
        elif segment.name == "OBR":
            report = _Report(segment)
        elif segment.name == "OBX" and report is not None:
            report.results.append(segment)
        elif segment.name == "SPM" and report is not None:
            report.specimen = report.specimen or segment
    if report is not None:
        yield patient, report


def _status(report: _Report) -> str:
    """Return the status of a report (OBR-25), else of its results (OBX-11)."""
    if status := report.order.field(25):
        return status
    said = [each.field(11) for each in report.results]
    return next((each for each in (*_FINAL, *_TAKEN_BACK) if each in said), "")


def _result(
    message: Message,
    patient: Segment | None,
    report: _Report,
    status: str,
    zone: dt.tzinfo,
    lab_tests: Collection[str],
) -> LabResult:
    order = report.order
    where = f"OBR {order.line}"
    external_id = order.field(3) or order.field(2)
    if not external_id:
        raise ExchangeError(N_("{where}: it has no number of the laboratory (OBR-3)"), Fault.MISSING, where=where)
    specimen = report.specimen.field(17) if report.specimen else ""
    day = specimen or order.field(7)
    sampled = _moment(day)
    if sampled is None:
        fault = Fault.TYPE if day else Fault.MISSING
        raise ExchangeError(N_("{where}: it does not say on which day the sample was taken"), fault, where=where)
    issued = _moment(order.field(22)) or message.sent_at or sampled
    issued = issued if issued.tzinfo else issued.replace(tzinfo=zone)
    taken_back = status in _TAKEN_BACK
    finding = Finding.WITHDRAWN if taken_back else Finding(_found(report, where, lab_tests))
    return LabResult(
        external_id,
        finding,
        _day(sampled, zone),
        _day(issued, zone),
        where,
        issued,
        **(_who(patient) if patient else {}),
    )


def _found(report: _Report, where: str, lab_tests: Collection[str]) -> str:
    """Return what was found, by the results that are neither taken back nor awaited."""
    said = []
    for each in report.results:
        if each.field(11) in (*_TAKEN_BACK, *_NOT_YET[:-1]):
            continue
        texts = [each.field(5, 1), each.field(5, 2), each.field(8)]
        if finding := next(filter(None, map(codes.finding, texts)), ""):
            named = {each.field(3, part + 2): each.field(3, part) for part in (1, 4)}
            said.append(({named[codes.LOINC_IN_HL7]} if codes.LOINC_IN_HL7 in named else set[str](), finding))
    return codes.overall(where, said, lab_tests)


def _who(patient: Segment) -> dict[str, Any]:
    names = [patient.field(5, part) for part in (1, 3, 2)]
    birth = patient.field(7)
    documents = [
        patient.field(3, 1, each)
        for each in range(patient.repetitions(3))
        if patient.field(3, 5, each) in codes.documents()
    ]
    place = [patient.field(11, part) for part in (3, 9, 4)]
    return {
        "name": " ".join(filter(None, names)),
        "birth_year": int(birth[:4]) if birth[:4].isdecimal() else None,
        "telephone": patient.field(13, 12) or patient.field(13, 1),
        "document": documents[0] if documents else "",
        "address": patient.field(11, 1),
        "sex": _SEXES.get(patient.field(8).upper(), ""),
        "commune": ", ".join(filter(None, place)),
    }


def _moment(text: str) -> dt.datetime | None:
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    *parts, offset = match.groups()
    year, month, day, hour, minute, second = (int(each or 0) for each in parts)
    try:
        found = dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None
    if offset is None:
        return found
    ahead = dt.timedelta(hours=int(offset[:3]), minutes=int(offset[0] + offset[3:]))
    return found.replace(tzinfo=dt.timezone(ahead))


def _day(moment: dt.datetime, zone: dt.tzinfo) -> dt.date:
    return (moment.astimezone(zone) if moment.tzinfo else moment).date()


class Ack:
    """Name the answers to a message (table 0008)."""

    TAKEN, ERROR, REFUSED = "AA", "AE", "AR"


def acknowledgement(
    message: Message | None, code: str, now: dt.datetime, text: str = "", fault: Fault | None = None
) -> str:
    """Return the answer to a message: taken, or why not. `fault`: None where no table names it (a token, a size)."""
    sender, receiver = (message.sender, message.receiver) if message else (("", ""), ("", ""))
    control = message.control_id if message else ""
    version = (message.version if message else "") or "2.5.1"
    moment = f"{now:%Y%m%d%H%M%S}{now:%z}"
    head = ["MSH", "^~\\&", *map(_escaped, receiver), *map(_escaped, sender), moment, "", "ACK^R01^ACK"]
    head += [_escaped(control) or "0", "P", version, "", "", "", "", "", "UNICODE UTF-8"]
    lines = ["|".join(head), "|".join(["MSA", code, _escaped(control), _escaped(text[:80])]).rstrip("|")]
    if fault is not None:
        severity = "W" if code == Ack.TAKEN else "E"
        lines.append("|".join(["ERR", "", "", f"{fault}^HL70357", severity, "", "", "", _escaped(text)]))
    return "\r".join(lines) + "\r"


def _escaped(text: str) -> str:
    signs = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "&": "\\T\\", "\r": " ", "\n": " "}
    return "".join(signs.get(sign, sign) for sign in text)
