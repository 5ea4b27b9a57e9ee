"""Give the published policies their common shape: a score for each window, added up (or the highest taken) over a UTC
day."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies.base import DayRisk, RiskAssessment, evidence_of, windows_by_day
from bluezone.exposure.windows import ExposureWindow

_NOT_PARAMETERS = {"name", "version", "source"}


@dataclass(frozen=True, slots=True)
class DailyPolicy(ABC):
    """Warn of a day from a score on. A policy adds its parameters and `window_scores`."""

    name: str
    version: str
    source: str

    @property
    def aligned(self) -> bool:
        return False  # the published policies took attenuations as the framework gave them

    @property
    @abstractmethod
    def threshold(self) -> float: ...

    @property
    @abstractmethod
    def unit(self) -> str: ...

    @abstractmethod
    def window_scores(self, windows: Sequence[ExposureWindow]) -> list[float]:
        """Return what each window adds to its day."""

    def day_score(self, scores: Sequence[float]) -> float:
        """Combine the scores of a day's windows, in ascending order. Sorted first, so that the order in which windows
        come does not change the last bit of a sum."""
        return sum(scores)

    def parameters(self) -> Mapping[str, object]:
        return {
            field.name: list(value) if isinstance(value := getattr(self, field.name), tuple) else value
            for field in fields(self)
            if field.name not in _NOT_PARAMETERS
        }

    def assess(self, windows: Sequence[ExposureWindow]) -> RiskAssessment:
        return self.assess_each([windows])[0]

    def assess_each(self, encounters: Sequence[Sequence[ExposureWindow]]) -> list[RiskAssessment]:
        flat = [window for windows in encounters for window in windows]
        scores = dict(zip(map(id, flat), self.window_scores(flat), strict=True))
        return [self._assessment(windows, scores) for windows in encounters]

    def _assessment(self, windows: Sequence[ExposureWindow], scores: Mapping[int, float]) -> RiskAssessment:
        days = []
        for day_start_s, of_day in windows_by_day(windows):
            score = self.day_score(sorted(scores[id(window)] for window in of_day))
            alert = score >= self.threshold
            days.append(DayRisk(day_start_s, score, alert, len(of_day), evidence_of(of_day) if alert else None))
        return RiskAssessment(self.name, self.version, self.threshold, tuple(days))


def require(condition: bool, name: str, what: str) -> None:
    """Raise ExposureError where a policy's parameter makes no sense."""
    if not condition:
        raise ExposureError(f"policy {name}: {what}")
