"""Define what a disease package holds. Rules take a `Disease`, or the part of it they need, as an argument: an
installation chooses one, and nothing here knows which."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bluezone.packages import PackageError, Text

#: of texts on pages, in letters and for phones
LANGUAGES = ("vi", "en")
#: of what a health form shows: names and symptoms
FORM_LANGUAGES = ("vi", "en", "ko")


class DiseaseError(PackageError):
    """Report a package of a disease that is not taken."""


class Spread(enum.StrEnum):
    """Name how it goes from person to person."""

    DROPLET = "droplet"
    AIRBORNE = "airborne"


@dataclass(frozen=True, slots=True)
class Days:
    """Hold a number of days, and what says so."""

    days: int
    source: str

    @property
    def span(self) -> dt.timedelta:
        """Return it as a duration."""
        return dt.timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Incubation:
    """Hold the shortest, the usual and the longest time from infection to the first symptoms, in days."""

    least: int
    usual: int
    most: int
    source: str


@dataclass(frozen=True, slots=True)
class WindowRule:
    """State on which days a person counts as infectious: so many before and after the first symptoms, or the test of
    who has none. In force from a day on, for a reason that pages name."""

    since: dt.date
    days_before: int
    days_after: int
    reason: Text


@dataclass(frozen=True, slots=True)
class SerialInterval:
    """Hold how many days lie between the onsets of a case and of whom it infected: mean and standard deviation."""

    mean: float
    deviation: float
    source: str


@dataclass(frozen=True, slots=True)
class Windows:
    """Hold the windows in days. `infectious`: oldest first; `follow_up`: of a contact after the last contact, where no
    protocol says more; `look_back`: how long ago a meeting, an onset or a beginning of isolation may lie that is
    entered; `same_illness`: cases of one person further apart are two."""

    incubation: Incubation
    infectious: tuple[WindowRule, ...]
    follow_up: Days
    look_back: Days
    same_illness: Days
    serial_interval: SerialInterval

    @property
    def days_before(self) -> int:
        """Return how many days before the first symptoms a person is infectious, by the rule that came last."""
        return self.infectious[-1].days_before


@dataclass(frozen=True, slots=True)
class Symptom:
    """Describe a symptom: its code, its text by language, and whether it needs help at once."""

    code: str
    label: Text
    is_danger: bool = False


@dataclass(frozen=True, slots=True)
class Signs:
    """Hold the symptoms in the order in which they are listed, danger signs first. `asked`: which are asked where;
    `fever_c`: from which temperature on somebody is feverish; `oxygen_least`: percent of oxygen below which nobody
    stays at home."""

    symptoms: Mapping[str, Symptom]
    asked: Mapping[str, tuple[str, ...]]
    fever_c: Decimal
    oxygen_least: int
    source: str

    @property
    def danger(self) -> frozenset[str]:
        """Return the codes of the symptoms with which somebody is to call for help now."""
        return frozenset(code for code, each in self.symptoms.items() if each.is_danger)

    def listed(self, codes: Iterable[str], language: str) -> str:
        """Return symptoms as one text ("Fever, cough"), in the order of the list. Raises KeyError for an unknown
        code."""
        wanted = [self.symptoms[code].code for code in codes]
        texts = [each.label[language] for code, each in self.symptoms.items() if code in wanted]
        return ", ".join(texts).capitalize()


@dataclass(frozen=True, slots=True)
class Test:
    """Describe a test that confirms it."""

    code: str
    label: Text
    source: str


@dataclass(frozen=True, slots=True)
class Codes:
    """Hold how other systems call it: by ICD-10 and SORMAS always; by SNOMED CT, with that code's own words, where it
    has one, and an exposure to it likewise. `lab_tests`: LOINC codes under which laboratories report it, with their
    words; the first is the one we write."""

    icd10: str
    sormas: str
    source: str
    snomed: str = ""
    snomed_display: str = ""
    exposure: str = ""
    exposure_display: str = ""
    lab_tests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExposurePolicy:
    """Name the policy by which phones judge, and what of its parameters differs; `version`: of a changed one."""

    name: str
    version: str
    parameters: Mapping[str, Any]
    source: str


@dataclass(frozen=True, slots=True)
class Places:
    """Hold for how long somebody must have been at a risky place to be warned, and for how long after a patient left
    its air can still infect."""

    overlap_min: int
    lingers_min: int
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Disease:
    """Hold a package as read. `definitions`: by `suspected`, `probable`, `confirmed`; `texts`: by what they are for
    (`TEXTS`); `protocols`: rules of isolation as their file has them; `guidance`: what phones say after a warning;
    `simulator`: a strain that the simulator knows by name, or its parameters."""

    code: str
    version: int
    names: Text
    spread: Spread
    definitions: Mapping[str, Text]
    windows: Windows
    signs: Signs
    tests: tuple[Test, ...]
    report_types: tuple[str, ...]
    policy: ExposurePolicy
    places: Places
    codes: Codes
    texts: Mapping[str, Text]
    protocols: tuple[Mapping[str, Any], ...]
    guidance: bytes
    simulator: Mapping[str, Any]

    @property
    def has_test(self) -> bool:
        """Return whether a test confirms it; else a physician does, by the case definition."""
        return bool(self.tests)

    def name(self, language: str) -> str:
        """Return its name in a language, in English where it has none."""
        return self.names.get(language, self.names["en"])
