"""Build, sign, read and verify the authority's policy as a signed document, and try it before it is trusted.

A signed document of the protocol (`protocol.signed`) whose text, under the name `policy`, is a JSON object: `region`,
`serial` (rises by one with each publication: an old document cannot be played back), `issued_at`, `valid_from`,
`valid_until` (Unix seconds), `family`, `name`, `version`, `source`, `parameters`, and, where the authority corrects
phone models, `calibration` (`published_table`): policy and table come together, for the one is made in the scale of the
other. A document without it leaves every phone with the correction of its own settings.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bluezone.exposure.calibration import Calibration
from bluezone.exposure.errors import ExposureError, PolicyDocumentError
from bluezone.exposure.policies.base import Policy
from bluezone.exposure.policies.families import build, family_of
from bluezone.exposure.policies.nearness_scale import ANNOUNCED_SD_DB, Log
from bluezone.exposure.policies.published_table import table_body, table_from_body
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.keys import ReportType
from bluezone.protocol.signed import DocumentKind, sign_text, unverified_text, verified_text
from bluezone.protocol.text import is_clean, is_whole, json_object

MAX_DOCUMENT_BYTES = 64_000
_KIND = DocumentKind("policy document", "policy", b"Bluezone policy document v1\n", MAX_DOCUMENT_BYTES)
_LAST_SECOND = 2**53
_MAX_SERIAL = 2**31


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """Hold a policy and for whom, in which order and from when to when it holds: [valid_from_s, valid_until_s).

    `calibration`: the table of phone models that goes with it, None where there is none.
    """

    policy: Policy
    region: str
    serial: int
    issued_at_s: int
    valid_from_s: int
    valid_until_s: int
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        for what, text in (("region", self.region), ("name", self.policy.name), ("version", self.policy.version)):
            if not text or len(text) > 100 or not is_clean(text):
                raise PolicyDocumentError(f"policy document: {what} {ascii(text)[:80]} is not a short text")
        if not 1 <= self.serial <= _MAX_SERIAL:
            raise PolicyDocumentError(f"policy document: serial {self.serial} is not a number from 1 on")
        if not (0 <= self.issued_at_s <= _LAST_SECOND and 0 <= self.valid_from_s < self.valid_until_s <= _LAST_SECOND):
            raise PolicyDocumentError(
                f"policy document: issued at {self.issued_at_s}, "
                f"valid from {self.valid_from_s} until {self.valid_until_s}"
            )

    @property
    def calibration_version(self) -> str:
        """Return the version of the table of models; "" where there is none."""
        return "" if self.calibration is None else self.calibration.version


def sign_document(document: PolicyDocument, signers: Sequence[ExportSigner]) -> bytes:
    """Make the document, signed by each of `signers`. Raises PolicyDocumentError where policy or table are absurd,
    or where no phone would take a document of that size."""
    check_sane(document.policy)
    table = {} if document.calibration is None else {"calibration": table_body(document.calibration)}
    text = json.dumps(
        table
        | {
            "region": document.region,
            "serial": document.serial,
            "issued_at": document.issued_at_s,
            "valid_from": document.valid_from_s,
            "valid_until": document.valid_until_s,
            "family": family_of(document.policy),
            "name": document.policy.name,
            "version": document.policy.version,
            "source": document.policy.source,
            "parameters": dict(document.policy.parameters()),
        },
        ensure_ascii=True,
        sort_keys=True,
    )
    try:
        return sign_text(text, _KIND, signers)
    except ProtocolError as error:
        raise PolicyDocumentError(str(error)) from error


def verify_document(
    data: bytes, trusted_keys: Iterable[TrustedKey], region: str, now_s: float | None, newer_than: int = 0
) -> PolicyDocument:
    """Read a document that one of `trusted_keys` signed for `region`, that is valid at `now_s`, newer than the serial
    `newer_than`, of a family known here, and sane (`check_sane`, `check_table`). `now_s` None: a document kept from
    before, at any time.

    Raises PolicyDocumentError on anything else; the caller keeps the policy it has.
    """
    try:
        text = verified_text(data, _KIND, trusted_keys)
    except ProtocolError as error:
        raise PolicyDocumentError(str(error)) from error
    document = _document(text)
    if document.region != region:
        raise PolicyDocumentError(f"policy document: it is for region {document.region!r}, not for {region!r}")
    if document.serial <= newer_than:
        raise PolicyDocumentError(f"policy document: serial {document.serial} is not newer than {newer_than}")
    if now_s is not None and not document.valid_from_s <= now_s < document.valid_until_s:
        raise PolicyDocumentError(
            f"policy document: valid from {document.valid_from_s} until {document.valid_until_s}, now is {now_s:.0f}"
        )
    check_sane(document.policy)
    return document


def calibration_in(data: bytes) -> Calibration | None:
    """Return the table of a document of one's own: signatures, serial and time are not looked at.

    Raises PolicyDocumentError where `data` is no document.
    """
    return _unverified(data).calibration


def policy_in(data: bytes) -> Policy:
    """Return the policy of a document, to be measured: signatures, serial and time are not looked at.

    Raises PolicyDocumentError where `data` is no document, or its policy cannot be built here.
    """
    return _unverified(data).policy


def _unverified(data: bytes) -> PolicyDocument:
    try:
        return _document(unverified_text(data, _KIND))
    except ProtocolError as error:
        raise PolicyDocumentError(str(error)) from error


def _document(text: str) -> PolicyDocument:
    try:
        body = json_object(text, "policy document: policy", MAX_DOCUMENT_BYTES)
    except ProtocolError as error:
        raise PolicyDocumentError(str(error)) from error
    for name in ("region", "family", "name", "version", "source"):
        if not is_clean(body.get(name)):
            raise PolicyDocumentError(f"policy document: {name} is missing or no text")
    for name in ("serial", "issued_at", "valid_from", "valid_until"):
        if not is_whole(body.get(name), 0, _LAST_SECOND):
            raise PolicyDocumentError(f"policy document: {name} is missing or no whole number")
    parameters = body.get("parameters")
    if not isinstance(parameters, dict):
        raise PolicyDocumentError("policy document: parameters are missing")
    try:
        policy = build(body["family"], body["name"], body["version"], parameters, body["source"])
    except ExposureError as error:
        raise PolicyDocumentError(f"policy document: {error}") from error
    return PolicyDocument(
        policy=policy,
        region=body["region"],
        serial=body["serial"],
        issued_at_s=body["issued_at"],
        valid_from_s=body["valid_from"],
        valid_until_s=body["valid_until"],
        calibration=table_from_body(body["calibration"]) if "calibration" in body else None,
    )


# --- tried before it is trusted ---------------------------------------------------------------------------------------

_NOON_S = 43_200.0


def _meeting(minutes: int, attenuation_db: float) -> tuple[ExposureWindow, ...]:
    """A meeting with a case of a confirmed test on the day of its onset, scanned every minute."""
    scans = [ScanInstance(_NOON_S + 60 * n, 60, attenuation_db, attenuation_db, 4) for n in range(minutes)]
    return tuple(ExposureWindow(window, ReportType.CONFIRMED_TEST, 0) for window in group_scans(scans))


#: whatever a policy's weights are, these two it must get right ...
MUST_WARN: Mapping[str, tuple[ExposureWindow, ...]] = {
    "an hour at arm's length (35 dB)": _meeting(60, 35),
    "four hours side by side (45 dB)": _meeting(240, 45),
}
#: ... and these: a policy that warns of them warns everyone of everyone
MUST_NOT_WARN: Mapping[str, tuple[ExposureWindow, ...]] = {
    "nobody met": (),
    "a single minute, however near (40 dB)": _meeting(1, 40),
    "five minutes across a hall (80 dB)": _meeting(5, 80),
    "eight hours at the edge of hearing (95 dB)": _meeting(480, 95),
}


#: a day in a town: meetings of 5 to 60 minutes at 40 to 85 dB, evenly spread. Published policies warn of a quarter
#: (ours, SwissCovid's first) to a bit more than half (NHS, Corona-Warn-App); the original of all.
CROWD = tuple(_meeting(minutes, 40 + 2.5 * step) for minutes in (5, 10, 20, 30, 45, 60) for step in range(19))
WARNED_SHARE = (0.08, 0.6)


#: phones that a policy which learns must be able to judge on: with hardly a log, and with logs beyond all recordings
_LOGS = (
    Log(1, 55.0, 0.0),
    Log(100_000, 0.0, 3.5),
    Log(100_000, 150.0, -3.5, fine=False, level_doubt_db=ANNOUNCED_SD_DB),
)


def check_sane(policy: Policy) -> None:
    """Raise PolicyDocumentError where a policy warns of what nobody should be warned of, or not of what everybody
    should, or of nearly all of a crowd, or of nearly none, or cannot be computed.

    Parameters can be wrong in more ways than can be listed; what they do to plain days shows most of them.
    """
    try:
        _check_plain_days(policy)
        for log in _LOGS if policy.learns else ():
            for windows in (*MUST_WARN.values(), *MUST_NOT_WARN.values()):
                policy.knowing(log).assess(windows)
    except (ArithmeticError, ValueError, ExposureError) as error:
        if isinstance(error, PolicyDocumentError):
            raise
        raise PolicyDocumentError(
            f"policy {policy.name} {policy.version} is absurd: it cannot be computed ({error})"
        ) from error


def _check_plain_days(policy: Policy) -> None:
    for meetings, meant in ((MUST_WARN, True), (MUST_NOT_WARN, False)):
        for what, windows in meetings.items():
            if policy.assess(windows).alert is not meant:
                does = "warns" if not meant else "does not warn"
                raise PolicyDocumentError(f"policy {policy.name} {policy.version} is absurd: it {does} of {what}")
    share = sum(policy.assess(windows).alert for windows in CROWD) / len(CROWD)
    low, high = WARNED_SHARE
    if not low <= share <= high:
        raise PolicyDocumentError(
            f"policy {policy.name} {policy.version} is absurd: of a crowd at all distances it warns {share:.0%}, "
            f"where {low:.0%} to {high:.0%} are sane"
        )
