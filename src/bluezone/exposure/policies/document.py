"""Write and read the authority's policy as the content of a signed document, and try it before it is trusted.

The content of the kind `policy` (`protocol.documents`) is a JSON object: `family`, `name`, `version`, `source`,
`parameters`, and, where the authority corrects phone models, `calibration` (`published_table`): policy and table come
together, for the one is made in the scale of the other. A document without it leaves every phone with the correction of
its own settings.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bluezone.exposure.calibration import Calibration
from bluezone.exposure.errors import ExposureError, PolicyDocumentError
from bluezone.exposure.policies.base import Log, Policy
from bluezone.exposure.policies.families import build, family_of
from bluezone.exposure.policies.published_table import table_body, table_from_body
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans
from bluezone.protocol.documents import DocumentError, Kind, content_of
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.keys import ReportType
from bluezone.protocol.text import is_clean


@dataclass(frozen=True, slots=True)
class PublishedPolicy:
    """Hold a policy, and the table of phone models that goes with it; None where there is none."""

    policy: Policy
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        for what, text in (("name", self.policy.name), ("version", self.policy.version)):
            if not text or len(text) > 100 or not is_clean(text):
                raise PolicyDocumentError(f"policy: {what} {ascii(text)[:80]} is not a short text")

    @property
    def calibration_version(self) -> str:
        """Return the version of the table of models; "" where there is none."""
        return "" if self.calibration is None else self.calibration.version


def published_policy(fields: Any) -> PublishedPolicy:
    """Read the content of a document, whether or not its policy is sane. Raises PolicyDocumentError."""
    if not isinstance(fields, dict) or not all(
        is_clean(fields.get(name)) for name in ("family", "name", "version", "source")
    ):
        raise PolicyDocumentError("policy: family, name, version or source is missing or no text")
    if not isinstance(fields.get("parameters"), dict):
        raise PolicyDocumentError("policy: parameters are missing")
    try:
        policy = build(*(fields[name] for name in ("family", "name", "version", "parameters", "source")))
    except ExposureError as error:
        raise PolicyDocumentError(f"policy: {error}") from error
    return PublishedPolicy(policy, table_from_body(fields["calibration"]) if "calibration" in fields else None)


def policy_in(data: bytes) -> PublishedPolicy:
    """Return what a document holds, to be measured: signatures, serial, time and sense are not looked at.

    Raises PolicyDocumentError where `data` is no document, or its policy cannot be built here.
    """
    try:
        return published_policy(content_of(data, POLICY))
    except ProtocolError as error:
        raise PolicyDocumentError(str(error)) from error


def _read(fields: Any) -> PublishedPolicy:
    try:
        published = published_policy(fields)
        check_sane(published.policy)
    except ExposureError as error:
        raise DocumentError(str(error)) from error
    return published


def _write(published: PublishedPolicy) -> dict[str, Any]:
    policy, table = published.policy, published.calibration
    return {
        **({} if table is None else {"calibration": table_body(table)}),
        "family": family_of(policy),
        "name": policy.name,
        "version": policy.version,
        "source": policy.source,
        "parameters": dict(policy.parameters()),
    }


#: a phone is never without a policy: one that has run out stays until another comes
POLICY: Kind[PublishedPolicy] = Kind("policy", 64_000, _read, _write, life=dt.timedelta(days=90))


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
_LOGS = (Log(1, 55.0), Log(100_000, 0.0), Log(100_000, 150.0))


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
