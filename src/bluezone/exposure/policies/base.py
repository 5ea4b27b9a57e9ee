"""Define what every policy is: a plain function of a day's numbers, its parameters, and what both say of a phone's
windows.

A policy's arithmetic is `judge`, a plain function (`arithmetic`) of scans, windows and the policy's `numbers`. This
module makes columns of exposure windows, calls it day by day and gives its answer a shape.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import IntEnum, StrEnum
from typing import Any, Protocol

from bluezone.exposure.arithmetic import Day, Scans, Windows
from bluezone.exposure.errors import ExposureError
from bluezone.exposure.windows import ExposureWindow
from bluezone.protocol.keys import ReportType

#: fields that say which policy it is, and what one phone learned of itself: no parameters of a published policy
NOT_PARAMETERS = frozenset({"name", "version", "source", "log"})


@dataclass(frozen=True, slots=True)
class Log:
    """Hold all that is kept of a phone's own meetings: their number, and the level (dB) from which on the nearer
    quarter of them was heard."""

    meetings: int
    level_db: float


class Grade(StrEnum):
    """Name how much a day's exposure amounts to, so that advice can rise by degrees. RAISED is where a policy warns."""

    NONE = "none"
    LOW = "low"
    RAISED = "raised"
    HIGH = "high"


class Infectiousness(IntEnum):
    """Name how infectious a case was on the day of the meeting: the classes of Exposure Notifications version 2."""

    NONE = 0
    STANDARD = 1
    HIGH = 2


def infectiousness(days_since_onset: int | None) -> Infectiousness | None:
    """Return the class of a day: high from 2 days before onset to 3 days after, standard from 5 before to 9 after, none
    beyond.

    None where the onset is not known. Source: the NHS COVID-19 app's production configuration,
    `daysSinceOnsetToInfectiousness` (ukhsa-collaboration/covid19-app-system-public,
    src/static/exposure-configuration.json).
    """
    if days_since_onset is None:
        return None
    if -2 <= days_since_onset <= 3:
        return Infectiousness.HIGH
    if -5 <= days_since_onset <= 9:
        return Infectiousness.STANDARD
    return Infectiousness.NONE


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hold a policy's answer on one day, enough to say why in plain words; no identifier, no minute of the day.

    `heard_s` and `scans`: how long and how often phones of cases were heard; `attenuation_db`: the typical attenuation
    of the meeting that counted most. `near_minutes`: how many minutes were near, only from a policy that counts them.
    `own_meetings`: from so many meetings the phone knew its own radio; 0: from none, it was taken for a usual one.
    """

    heard_s: float
    attenuation_db: float
    near_minutes: float | None = None
    grade: Grade = Grade.NONE
    scans: int = 0
    policy: str = ""
    version: str = ""
    own_meetings: int = 0

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Evidence:
        """Read what `dataclasses.asdict` made of it once it went through JSON."""
        return cls(**dict(body) | {"grade": Grade(body["grade"])})


@dataclass(frozen=True, slots=True)
class DayRisk:
    """Hold one day's share of an assessment. `score` is in the policy's own unit (minutes, say). `probability` that
    somebody was within 2 m for 15 minutes: None from a policy that gives none; it judges a policy on recordings.
    """

    day_start_s: int
    score: float
    alert: bool
    windows: int
    evidence: Evidence
    probability: float | None


@dataclass(frozen=True, slots=True)
class RiskAssessment:
    """Hold what a policy says of a set of windows. It names the policy that made it: an alert must be able to."""

    policy: str
    version: str
    threshold: float
    days: tuple[DayRisk, ...] = ()

    @property
    def alert(self) -> bool:
        """Return whether any day is one to warn of."""
        return any(day.alert for day in self.days)

    @property
    def score(self) -> float:
        """Return the highest day's score. Nothing heard scores 0 by every policy: no signal is no evidence."""
        return max((day.score for day in self.days), default=0.0)


class KeyFacts(Protocol):
    """Describe what was published with a key, and what is known of both phones: as an exposure window has it."""

    @property
    def report_type(self) -> ReportType: ...
    @property
    def days_since_onset(self) -> int | None: ...
    @property
    def transmission_risk(self) -> int: ...
    @property
    def receiver_os(self) -> str: ...
    @property
    def sender_os(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Policy(ABC):
    """Decide when closeness and duration are enough to interrupt a life.

    A family of policies adds its parameters as fields and says `threshold`, `unit`, `numbers` and `judge`.
    """

    name: str
    version: str
    source: str

    @property
    @abstractmethod
    def threshold(self) -> float:
        """Return the score from which on a day is warned of."""

    @property
    @abstractmethod
    def unit(self) -> str:
        """Return the unit of the score."""

    @property
    def learns(self) -> bool:
        """Return whether it judges by what a phone learned of its own scale from its meetings (`log_of`,
        `knowing`)."""
        return False

    def log_of(self, meetings: Iterable[tuple[Scans, int, int]]) -> Log | None:  # noqa: ARG002 (see `learns`)
        """Return what to keep of a phone's own meetings, each the rows `start` to `stop` of some scans."""
        return None

    def knowing(self, log: Log | None) -> Policy:  # noqa: ARG002 (see `learns`)
        """Return the policy for a phone with this log of its own meetings; None where it has none."""
        return self

    @property
    def offset_db(self) -> float:
        """Return by how much this phone's attenuations are too high, as far as it learned (`knowing`)."""
        return 0.0

    @property
    def own_meetings(self) -> int:
        """Return of how many of this phone's meetings that was learned."""
        return 0

    @property
    def unheard(self) -> float | None:
        """Return how probable it is that somebody never heard was close; None where the policy gives no
        probability."""
        return None

    @property
    def grade_shares(self) -> tuple[float, float, float]:
        """Return the shares of what the policy warns from at which a day's exposure is low, raised and high."""
        return (0.5, 1.0, 2.0)

    @abstractmethod
    def numbers(self) -> Any:
        """Return the parameters as `judge` wants them: a NamedTuple of numbers and of tuples of numbers."""

    @staticmethod
    @abstractmethod
    def judge(scans: Scans, windows: Windows, first: int, last: int, numbers: Any) -> Day:
        """Judge the windows `first` to `last`, which are those of one day, by sender and in order of time.

        A plain function (`arithmetic`).
        """

    def factor(self, key: KeyFacts) -> float:  # noqa: ARG002 (each family takes what it needs)
        """Return what the policy makes of a key's facts, for `Windows.factor`."""
        return 1.0

    def parameters(self) -> Mapping[str, object]:
        """Return its constants by name, as JSON values: what a policy document carries and a report prints."""
        return {
            field.name: _json(getattr(self, field.name)) for field in fields(self) if field.name not in NOT_PARAMETERS
        }

    def assess(self, windows: Sequence[ExposureWindow]) -> RiskAssessment:
        """Judge all windows of one phone with all published keys. The order of the windows does not matter."""
        ordered = sorted(windows, key=lambda window: (window.day_start_s, window.encounter, window.start_s))
        scans, cut = columns_of(ordered, self.factor)
        numbers, days, first = self.numbers(), [], 0
        for last in range(1, len(ordered) + 1):
            if last == len(ordered) or ordered[last].day_start_s != ordered[first].day_start_s:
                said = self.judge(scans, cut, first, last, numbers)
                days.append(
                    self._day(ordered[first].day_start_s, last - first, said, cut.bounds[last] - cut.bounds[first])
                )
                first = last
        return RiskAssessment(self.name, self.version, self.threshold, tuple(days))

    def grade(self, share: float) -> Grade:
        """Return the grade of a share of what the policy warns from (`arithmetic.Day.share`)."""
        return list(Grade)[sum(share >= edge for edge in self.grade_shares)]

    def _day(self, day_start_s: int, windows: int, said: Day, scans: int) -> DayRisk:
        evidence = Evidence(
            heard_s=said.heard_s,
            attenuation_db=said.attenuation_db,
            near_minutes=_said(said.near_minutes),
            grade=self.grade(said.share),
            scans=scans,
            policy=self.name,
            version=self.version,
            own_meetings=self.own_meetings,
        )
        return DayRisk(day_start_s, said.score, said.share >= 1, windows, evidence, _said(said.probability))


def columns_of(windows: Sequence[ExposureWindow], factor: Any) -> tuple[Scans, Windows]:
    """Return windows as the columns that plain functions take. `factor`: of a window, as `Policy.factor`."""
    scans = [scan for window in windows for scan in window.scans]
    bounds = [0]
    for window in windows:
        bounds.append(bounds[-1] + len(window.scans))
    return Scans(
        [scan.at_s for scan in scans],
        [scan.since_last_scan_s for scan in scans],
        [scan.typical_attenuation_db for scan in scans],
        [scan.min_attenuation_db for scan in scans],
        [float(scan.readings) for scan in scans],
    ), Windows(bounds, [window.encounter for window in windows], [factor(window) for window in windows])


def require(condition: bool, name: str, what: str) -> None:
    """Raise ExposureError where a policy's parameter makes no sense."""
    if not condition:
        raise ExposureError(f"policy {name}: {what}")


def _said(value: float) -> float | None:
    return None if math.isnan(value) else value


def _json(value: object) -> object:
    return [_json(item) for item in value] if isinstance(value, tuple) else value
