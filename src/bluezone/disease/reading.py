"""Read a package, or say of every part what is missing or wrong, one sentence each."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from bluezone.disease.package import (
    FORM_LANGUAGES,
    LANGUAGES,
    Codes,
    Days,
    Disease,
    DiseaseError,
    ExposurePolicy,
    Incubation,
    Places,
    SerialInterval,
    Signs,
    Spread,
    Symptom,
    Test,
    WindowRule,
    Windows,
)
from bluezone.disease.symptoms import catalogue
from bluezone.packages import Reader, Text

#: the files of a package; beside them stands its signature alone
MAIN, PROTOCOLS, GUIDANCE = "disease.toml", "protocols.json", "guidance.json"
FILES = (MAIN, PROTOCOLS, GUIDANCE)
MOST_BYTES = 256_000
MOST_DAYS = 366
DEFINITIONS = ("suspected", "probable", "confirmed")
#: what letters and phones say: why a case, and a contact, is to isolate; when to call for help; what to watch for
TEXTS = ("case", "contact", "help", "watch_for")
#: where symptoms are asked: health declarations, on entry, each day (those that are urgent, and others), a call
ASKED = ("declaration", "entry", "daily_danger", "daily", "call")
#: on what a case may stand (`diagnosis`); without a test no diagnosis can be confirmed by one
REPORT_TYPES = ("confirmed", "clinical", "self")
#: the simulator's parameters: shares by decade of age (nine), durations, numbers
BY_AGE = ("symptomatic", "moderate", "severe", "critical", "fatal", "susceptibility")
DURATIONS = (
    "generation", "incubation", "onset_to_hospital", "hospital_to_critical", "critical_to_death", "mild_recovery",
    "hospital_recovery",
)  # fmt: skip
NUMBERS = ("transmission_rate", "asymptomatic_factor", "mild_factor", "superspreading_sd")
_AGE_GROUPS = 9
#: for whom a rule of isolation must be known: cases or contacts, and where
_NEEDED_RULES = {
    (False, "site"): "a contact at a site",
    (False, "home"): "a contact at home",
    (True, "hospital"): "a case in hospital",
}
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}", re.ASCII)
_LOINC = re.compile(r"[0-9]{1,7}-[0-9]", re.ASCII)
_FEVER = (Decimal(36), Decimal(41))


def read(files: Mapping[str, bytes]) -> Disease:
    """Read the files of a package. Raises DiseaseError that holds every problem."""
    reader = _Reader(files)
    found = reader.disease()
    if reader.problems:
        raise DiseaseError(*reader.problems)
    return found


def problems(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return what is missing or wrong in a package, one sentence each; nothing where it can be used."""
    try:
        read(files)
    except DiseaseError as error:
        return error.problems
    return ()


class _Reader(Reader):
    """Read part by part, and note each problem with its place; a part that is wrong is left as a stand-in, for nobody
    is handed a package with a problem."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self._files = files
        for name in FILES:
            if name not in files:
                self._lack(f"the file {name}")
            elif len(files[name]) > MOST_BYTES:
                self._say(f"{name} has {len(files[name]):,} bytes, more than the {MOST_BYTES:,} that are read")
        for name in sorted(set(files) - set(FILES)):
            self._say(f"{name} is no file of a package; there are {', '.join(FILES)}")
        self._main = self._toml(MAIN, files.get(MAIN, b""))
        self._rules, self._advice = (self._json(name) for name in (PROTOCOLS, GUIDANCE))
        if self.problems:
            raise DiseaseError(*self.problems)

    def disease(self) -> Disease:
        main = self._table(self._main, "", (
            "code", "version", "spread", "report_types", "names", "definitions", "windows", "signs", "policy", "places",
            "codes", "texts", "simulator",
        ), ("tests",))  # fmt: skip
        code = main.get("code")
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            self._say("code has 2 to 40 small letters, digits and hyphens")
        spread = main.get("spread")
        if spread not in tuple(Spread):
            self._say(f"spread is one of {', '.join(Spread)}")
        signs = self._signs(main.get("signs"))
        tests = tuple(self._each(main.get("tests", ()), "tests", self._test))
        return Disease(
            code=str(code),
            version=self._whole(main.get("version"), "version", 1, 1_000_000),
            names=self._text(main.get("names"), "names", FORM_LANGUAGES),
            spread=Spread(spread) if spread in tuple(Spread) else Spread.DROPLET,
            definitions=self._texts(main.get("definitions"), "definitions", DEFINITIONS),
            windows=self._windows(main.get("windows")),
            signs=signs,
            tests=tests,
            report_types=self._report_types(main.get("report_types"), has_test=bool(tests)),
            policy=self._policy(main.get("policy")),
            places=self._places(main.get("places")),
            codes=self._codes_of_others(main.get("codes")),
            texts=self._texts(main.get("texts"), "texts", TEXTS),
            protocols=self._protocols(has_test=bool(tests)),
            guidance=self._guidance(),
            simulator=self._simulator(main.get("simulator")),
        )

    # --- windows, symptoms, tests -------------------------------------------------------------------------------------

    def _windows(self, raw: object) -> Windows:
        names = ("follow_up", "look_back", "same_illness")
        parts = self._table(raw, "windows", ("incubation", "infectious", *names, "serial_interval"))
        found = self._table(parts.get("incubation"), "windows.incubation", ("least", "usual", "most", "source"))
        least, usual, most = (
            self._days(found.get(name), f"windows.incubation.{name}") for name in ("least", "usual", "most")
        )
        if not least <= usual <= most:
            self._say("windows.incubation: least, usual and most are not in order")
        incubation = Incubation(least, usual, most, self._source(found, "windows.incubation"))
        infectious = tuple(self._each(parts.get("infectious"), "windows.infectious", self._infectious))
        since = [each.since for each in infectious]
        if not infectious:
            self._say("windows.infectious: at least one rule is needed")
        elif since != sorted(set(since)) or since[0] != dt.date.min:
            self._say("windows.infectious: the first rule has no `since`, the others have days in order")
        spans = {name: self._span(parts.get(name), f"windows.{name}") for name in names}
        for name in ("follow_up", "look_back"):
            if spans[name].days < most:
                self._say(f"windows.{name}: {spans[name].days} days end before the longest incubation of {most}")
        return Windows(incubation, infectious, **spans, serial_interval=self._serial(parts.get("serial_interval")))

    def _serial(self, raw: object) -> SerialInterval:
        found = self._table(raw, "windows.serial_interval", ("mean", "deviation", "source"))
        mean, deviation = (found.get(name, 2.0) for name in ("mean", "deviation"))
        if not (_is_number(mean) and _is_number(deviation) and mean > 1 and deviation > 0):
            self._say("windows.serial_interval has a mean above 1 and a deviation above 0, in days")
        return SerialInterval(mean, deviation, self._source(found, "windows.serial_interval"))

    def _infectious(self, raw: object, where: str) -> WindowRule:
        found = self._table(raw, where, ("days_before", "days_after", "reason"), ("since",))
        since = found.get("since", dt.date.min)
        if type(since) is not dt.date:
            self._say(f"{where}.since is no day such as 2020-06-17")
            since = dt.date.min
        before, after = (self._days(found.get(name), f"{where}.{name}") for name in ("days_before", "days_after"))
        return WindowRule(since, before, after, self._text(found.get("reason"), f"{where}.reason", LANGUAGES))

    def _span(self, raw: object, where: str) -> Days:
        found = self._table(raw, where, ("days", "source"))
        return Days(self._days(found.get("days"), f"{where}.days"), self._source(found, where))

    def _signs(self, raw: object) -> Signs:
        found = self._table(raw, "signs", ("danger", "others", "asked", "fever_c", "oxygen_least", "source"), ("own",))
        own = {each.code: each for each in self._each(found.get("own", ()), "signs.own", self._symptom)}
        known = {**catalogue(), **own}
        danger, others = (self._codes(found.get(name), f"signs.{name}", known) for name in ("danger", "others"))
        if twice := sorted({code for code in (*danger, *others) if [*danger, *others].count(code) > 1}):
            self._say(f"signs: {twice[0]} stands twice")
        if "fever" not in others:
            self._say("signs.others lacks fever, which temperatures are told by")
        symptoms = {
            code: Symptom(code, known[code].label, code in danger) for code in (*danger, *others) if code in known
        }
        lists = self._table(found.get("asked"), "signs.asked", ASKED)
        asked = {name: self._codes(lists.get(name), f"signs.asked.{name}", symptoms) for name in ASKED}
        for name, wanted in (("daily_danger", True), ("daily", False)):
            if wrong := [code for code in asked[name] if code in symptoms and symptoms[code].is_danger is not wanted]:
                self._say(f"signs.asked.{name}: {wrong[0]} is {'no' if wanted else 'a'} danger sign")
        for name in ("declaration", "entry"):
            if asked[name] and not any(symptoms[code].is_danger for code in asked[name] if code in symptoms):
                self._say(f"signs.asked.{name} asks for no danger sign, so nobody would be called at once")
        try:
            fever_c = Decimal(str(found.get("fever_c")))
        except InvalidOperation:
            fever_c = Decimal(0)
        if not _FEVER[0] <= fever_c <= _FEVER[1]:
            self._say('signs.fever_c is a temperature such as "37.5"')
        oxygen = self._whole(found.get("oxygen_least"), "signs.oxygen_least", 80, 100)
        source = self._source(found, "signs")
        return Signs(MappingProxyType(symptoms), MappingProxyType(asked), fever_c, oxygen, source)

    def _symptom(self, raw: object, where: str) -> Symptom:
        found = self._table(raw, where, ("code", "label"))
        code = found.get("code")
        if not isinstance(code, str) or not _CODE.fullmatch(code) or code in catalogue():
            self._say(f"{where}.code is a new name of small letters, digits and hyphens, not {code!r}")
        return Symptom(str(code), self._text(found.get("label"), f"{where}.label", FORM_LANGUAGES))

    def _test(self, raw: object, where: str) -> Test:
        found = self._table(raw, where, ("code", "label", "source"))
        if not isinstance(found.get("code"), str):
            self._say(f"{where}.code is no text")
        label = self._text(found.get("label"), f"{where}.label", LANGUAGES)
        return Test(str(found.get("code")), label, self._source(found, where))

    def _report_types(self, raw: object, *, has_test: bool) -> tuple[str, ...]:
        given = raw if isinstance(raw, list) else []
        if not given or not set(given) <= set(REPORT_TYPES) or len(set(given)) < len(given):
            self._say(f"report_types names some of {', '.join(REPORT_TYPES)}, each once")
        if not has_test and "confirmed" in given:
            self._say("report_types names confirmed, which a test says, and the package has none under tests")
        return tuple(map(str, given))

    # --- phones, isolation, the simulator -----------------------------------------------------------------------------

    def _policy(self, raw: object) -> ExposurePolicy:
        found = self._table(raw, "policy", ("name", "source"), ("version", "parameters"))
        name, version, parameters = found.get("name"), found.get("version", ""), found.get("parameters", {})
        if not isinstance(name, str) or not isinstance(version, str) or not isinstance(parameters, dict):
            self._say("policy: name and version are texts, parameters is a table")
            return ExposurePolicy("", "", {}, "")
        if parameters and not version:
            self._say("policy.version is missing: changed parameters need a version of their own")
        return ExposurePolicy(name, version, MappingProxyType(parameters), self._source(found, "policy"))

    def _places(self, raw: object) -> Places:
        found = self._table(raw, "places", ("overlap_min", "lingers_min", "source"))
        overlap = self._whole(found.get("overlap_min"), "places.overlap_min", 1, 24 * 60)
        lingers = self._whole(found.get("lingers_min"), "places.lingers_min", 0, 12 * 60)
        return Places(overlap, lingers, self._source(found, "places"))

    def _protocols(self, *, has_test: bool) -> tuple[Mapping[str, Any], ...]:
        rows = self._rules
        if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
            self._say(f"{PROTOCOLS} is no list of rules")
            return ()
        kinds = {(each.get("cases"), each.get("place")) for each in rows if each.get("until", "") is None}
        for (cases, place), who in _NEEDED_RULES.items():
            if (cases, place) not in kinds:
                self._say(f"{PROTOCOLS} has no rule without an end for {who}")
        for each in rows:
            name = each.get("name")
            if not has_test and (each.get("test_days") or {"tests", "negative"} & set(each.get("release") or ())):
                self._say(f"{PROTOCOLS}: {name} asks for a test, and the package has none under tests")
            if not isinstance(each.get("source_vi"), str):
                self._say(f"{PROTOCOLS}: {name} has no source_vi, its source in Vietnamese")
        return tuple(MappingProxyType(each) for each in rows)

    def _guidance(self) -> bytes:
        written = self._advice
        if not isinstance(written, dict) or not isinstance(written.get("entries"), list) or not written["entries"]:
            self._say(f"{GUIDANCE} is no object with a list of entries")
        return self._files.get(GUIDANCE, b"")

    def _simulator(self, raw: object) -> Mapping[str, Any]:
        if isinstance(raw, dict) and "strain" in raw:
            return self._table(raw, "simulator", ("strain", "source"))
        found = self._table(raw, "simulator", (*NUMBERS, *BY_AGE, *DURATIONS, "source"))
        for name in NUMBERS:
            if name in found and not _is_number(found[name]):
                self._say(f"simulator.{name} is no number from 0 on")
        for name in BY_AGE:
            shares, most = found.get(name, [0] * _AGE_GROUPS), float("inf") if name == "susceptibility" else 1
            right = isinstance(shares, list) and all(_is_number(each) and each <= most for each in shares)
            if not right or len(shares) != _AGE_GROUPS:
                self._say(f"simulator.{name} has {_AGE_GROUPS} shares, one a decade of age")
        for name in DURATIONS:
            delay = found.get(name, {"mean": 1, "sd": 1})
            if not isinstance(delay, dict) or not set(delay) <= {"mean", "sd", "shape"} or not all(
                _is_number(delay.get(part)) and delay[part] > 0 for part in ("mean", "sd")
            ):  # fmt: skip
                self._say(f"simulator.{name} has a mean and an sd in days, above 0")
        self._source(found, "simulator")
        return MappingProxyType(found)

    def _codes_of_others(self, raw: object) -> Codes:
        words = ("snomed", "snomed_display", "exposure", "exposure_display")
        found = self._table(raw, "codes", ("icd10", "sormas", "source"), (*words, "lab_tests"))
        tests = found.pop("lab_tests", {})
        for name, value in found.items():
            if not isinstance(value, str) or not value.strip():
                self._say(f"codes.{name} is no text")
        for code, display in (("snomed", "snomed_display"), ("exposure", "exposure_display")):
            if (code in found) is not (display in found):
                self._say(f"codes.{code} and codes.{display} go together")
        if not isinstance(tests, dict) or not all(isinstance(each, str) and each for each in tests.values()):
            self._say("codes.lab_tests has a text by each LOINC code")
            tests = {}
        for code in tests:
            if not _LOINC.fullmatch(code):
                self._say(f"codes.lab_tests: {code!r} is no LOINC code such as 94500-6")
        texts = {name: str(found.get(name, "")) for name in ("icd10", "sormas", "source", *words)}
        return Codes(**texts, lab_tests=MappingProxyType(tests))

    # --- parts of parts -----------------------------------------------------------------------------------------------

    def _each(self, raw: object, where: str, read: Callable[[object, str], Any]) -> list[Any]:
        if not isinstance(raw, list | tuple):
            if raw is not None:
                self._say(f"{where} is no list of tables")
            return []
        return [read(each, f"{where}[{at}]") for at, each in enumerate(raw, 1)]

    def _texts(self, raw: object, where: str, names: Sequence[str]) -> Mapping[str, Text]:
        found = self._table(raw, where, names)
        return MappingProxyType({name: self._text(found.get(name), f"{where}.{name}", LANGUAGES) for name in names})

    def _codes(self, raw: object, where: str, known: Mapping[str, Symptom]) -> tuple[str, ...]:
        if not isinstance(raw, list) or not raw or len(set(map(str, raw))) < len(raw):
            if raw is not None:
                self._say(f"{where} is no list of symptoms, each once")
            return ()
        for code in raw:
            if code not in known:
                self._say(f"{where} names the symptom {code!r}, which is not known; describe it under signs.own")
        return tuple(map(str, raw))

    def _whole(self, raw: object, where: str, least: int, most: int) -> int:
        if raw is None:
            return least
        if not isinstance(raw, int) or isinstance(raw, bool) or not least <= raw <= most:
            self._say(f"{where} is {raw!r}, where a whole number from {least} to {most:,} is meant")
            return least
        return raw

    def _days(self, raw: object, where: str) -> int:
        return self._whole(raw, where, 0, MOST_DAYS)

    def _source(self, found: Mapping[str, Any], where: str) -> str:
        source = found.get("source")
        if source is not None and (not isinstance(source, str) or not source.strip()):
            self._say(f"{where}.source says nothing: name the paper, guidance or decision, or that it is an assumption")
        return str(source)

    def _json(self, name: str) -> Any:
        try:
            return json.loads(self._files.get(name, b"null").decode("utf-8"))
        except (ValueError, RecursionError) as error:
            self._say(f"{name} is not JSON in UTF-8: {error}")
            return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")
