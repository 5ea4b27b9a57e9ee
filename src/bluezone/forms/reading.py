"""Read a form's document, or refuse it with one sentence that names the place and what to do."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from bluezone.disease.symptoms import catalogue
from bluezone.forms import checks
from bluezone.forms.conditions import read_condition
from bluezone.forms.definition import (
    NATION,
    NO,
    YES,
    About,
    Field,
    Form,
    Kind,
    Level,
    Option,
    Rule,
    Section,
    Telephone,
    Text,
    Use,
)
from bluezone.forms.errors import FormError
from bluezone.forms.words import LANGUAGES, say

MOST_BYTES = 256_000
MOST_FIELDS = 120
MOST_SECTIONS = 20
MOST_OPTIONS = 60
MOST_RULES = 60
MOST_TEXT = 800
MOST_RETENTION_DAYS = 90
MOST_DAYS = 400
#: as long as a pass may be good at all
MOST_PASS_HOURS = 14 * 24
_MOST_LENGTH = 1_000
_LARGEST = 1_000_000
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_AREA = re.compile(r"[0-9A-Z]{2}:[0-9]{2}", re.ASCII)

#: what stands in a document, and what must
_FORM = {"form", "version", "title", "intro", "law", "valid_from", "valid_until", "retention_days"}
_FORM |= {"telephone", "for_another", "sections", "triage", "outcomes"}
_MAY_FORM = _FORM | {"area", "pass_hours"}
_FIELD_NEEDED = {"name", "kind", "about", "label"}
_FIELD = {"help", "required", "use", "least", "most", "days_before", "days_after", "options", "none", "when"}
_FIELD |= _FIELD_NEEDED | {"needed_by"}
_RULE = {"rule", "level", "when", "reason"}

E = TypeVar("E", bound=StrEnum)


def read_form(data: bytes | str) -> Form:
    """Read a form. Raises FormError."""
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "replace")
    if len(raw) > MOST_BYTES:
        raise FormError("form_too_large", bytes=len(raw), most=MOST_BYTES)
    try:
        document = json.loads(raw.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise FormError("form_no_json") from None
    form = form_of(document)
    checks.check(form)
    return form


def _refuse(name: str) -> object:
    raise ValueError(name)


def form_of(document: object) -> Form:
    """Make a form of a JSON document, each part looked at by itself. Raises FormError."""
    raw = _object(document, "form", _FORM, _MAY_FORM)
    sections, fields = raw["sections"], 0
    if isinstance(sections, list):  # counted before anything is read
        fields = sum(len(each["fields"]) for each in sections if _has_fields(each))
        if fields > MOST_FIELDS:
            raise FormError("form_too_many_fields", count=fields, most=MOST_FIELDS)
    until, pass_hours = raw["valid_until"], raw.get("pass_hours")
    return Form(
        form=_name(raw["form"], "form"),
        version=_whole(raw["version"], "version", 1, _LARGEST),
        title=_text(raw["title"], "title"),
        intro=_text(raw["intro"], "intro"),
        law=_text(raw["law"], "law"),
        area=_matching(raw["area"], "area", _AREA) if "area" in raw else NATION,
        valid_from=_date(raw["valid_from"], "valid_from"),
        valid_until=None if until is None else _date(until, "valid_until"),
        retention_days=_whole(raw["retention_days"], "retention_days", 1, MOST_RETENTION_DAYS),
        telephone=_word(raw["telephone"], "telephone", Telephone),
        for_another=_flag(raw["for_another"], "for_another"),
        sections=_list(sections, "sections", MOST_SECTIONS, _section, least=1),
        triage=_list(raw["triage"], "triage", MOST_RULES, _rule),
        outcomes=_outcomes(raw["outcomes"]),
        pass_hours=None if pass_hours is None else _whole(pass_hours, "pass_hours", 1, MOST_PASS_HOURS),
    )


def _has_fields(section: object) -> bool:
    return isinstance(section, dict) and isinstance(section.get("fields"), list)


def _section(raw: object, where: str) -> Section:
    found = _object(raw, where, {"title", "fields"}, {"title", "fields"})
    fields = _list(found["fields"], f"{where}.fields", MOST_FIELDS, _field, least=1)
    return Section(_text(found["title"], f"{where}.title"), fields)


def _field(raw: object, where: str) -> Field:
    found = _object(raw, where, _FIELD_NEEDED, _FIELD)
    name = _name(found["name"], f"{where}.name")
    kind = _word(found["kind"], f"{name}.kind", Kind)
    use, when, help_text = found.get("use"), found.get("when"), found.get("help")
    options = _list(found.get("options", []), f"{name}.options", MOST_OPTIONS, _option)
    if kind is Kind.YES_NO:
        options = tuple(Option(value, _both(value)) for value in (YES, NO))
    none = found.get("none")
    return Field(
        name=name,
        kind=kind,
        about=_word(found["about"], f"{name}.about", About),
        label=_text(found["label"], f"{name}.label"),
        help=None if help_text is None else _text(help_text, f"{name}.help"),
        required=_flag(found.get("required", False), f"{name}.required"),
        use=None if use is None else _word(use, f"{name}.use", Use),
        least=_optional(found.get("least"), f"{name}.least", 0),
        most=_optional(found.get("most"), f"{name}.most", 1),
        days_before=_whole(found.get("days_before", 0), f"{name}.days_before", 0, MOST_DAYS),
        days_after=_whole(found.get("days_after", 0), f"{name}.days_after", 0, MOST_DAYS),
        options=options,
        none=None if none is None else _name(none, f"{name}.none"),
        when=None if when is None else read_condition(when, f"{name}.when"),
        needed_by=_list(found.get("needed_by", []), f"{name}.needed_by", MOST_RULES, _name),
    )


def _both(value: str) -> Text:
    return MappingProxyType({language: say(language, value) for language in LANGUAGES})


def _option(raw: object, where: str) -> Option:
    """Read an answer to choose; of a symptom that all diseases share the text may be left out."""
    bare = isinstance(raw, dict) and "label" not in raw
    symptom = catalogue().get(str(raw.get("value"))) if isinstance(raw, dict) and bare else None
    found = _object(raw, where, {"value"} if bare else {"value", "label"}, {"value", "label"})
    if bare and symptom is None:
        raise FormError("form_symptom", where=where, value=str(found["value"])[:40])
    label = symptom.label if symptom else _text(found["label"], f"{where}.label")
    return Option(_name(found["value"], f"{where}.value"), label)


def _rule(raw: object, where: str) -> Rule:
    found = _object(raw, where, _RULE, _RULE)
    name = _name(found["rule"], f"{where}.rule")
    level = _word(found["level"], f"{name}.level", Level)
    return Rule(name, level, read_condition(found["when"], f"{name}.when"), _text(found["reason"], f"{name}.reason"))


def _outcomes(raw: object) -> Mapping[Level, Text]:
    levels = {level.value for level in Level}
    found = _object(raw, "outcomes", levels, levels)
    return MappingProxyType({level: _text(found[level.value], f"outcomes.{level}") for level in Level})


# --- the parts of a document ------------------------------------------------------------------------------------------


def _object(raw: object, where: str, needed: set[str], known: set[str]) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise FormError("form_no_object", where=where)
    for name in sorted(needed - set(raw)):
        raise FormError("form_missing", where=where, name=name)
    for name in sorted(set(raw) - known):
        raise FormError("form_unknown", where=where, name=name[:40])
    return raw


Part = TypeVar("Part")


def _list(raw: object, where: str, most: int, read: Callable[[object, str], Part], least: int = 0) -> tuple[Part, ...]:
    if not isinstance(raw, list) or not least <= len(raw) <= most:
        raise FormError("form_list", where=where, least=least, most=most)
    return tuple(read(each, f"{where}[{at}]") for at, each in enumerate(raw))


def _text(raw: object, where: str) -> Text:
    if not isinstance(raw, dict):
        raise FormError("form_text", where=where, languages=", ".join(LANGUAGES))
    for language in LANGUAGES:
        value = raw.get(language)
        if not isinstance(value, str) or not value.strip():
            raise FormError("form_language", where=where, language=language)
        if len(value) > MOST_TEXT or not _is_clean(value):
            raise FormError("form_long_text", where=where, most=MOST_TEXT)
    for language in sorted(set(raw) - set(LANGUAGES)):
        raise FormError("form_unknown", where=where, name=language[:40])
    return MappingProxyType({language: raw[language].strip() for language in LANGUAGES})


def _is_clean(text: str) -> bool:
    return not any(sign < " " or "\ud800" <= sign <= "\udfff" for sign in text)


def _matching(raw: object, where: str, pattern: re.Pattern[str]) -> str:
    if not isinstance(raw, str) or not pattern.fullmatch(raw):
        raise FormError("form_area" if pattern is _AREA else "form_name", where=where)
    return raw


def _name(raw: object, where: str) -> str:
    return _matching(raw, where, _NAME)


def _word(raw: object, where: str, words: type[E]) -> E:
    try:
        return words(str(raw) if isinstance(raw, str) else "")
    except ValueError:
        raise FormError("form_word", where=where, words=", ".join(words)) from None


def _flag(raw: object, where: str) -> bool:
    if not isinstance(raw, bool):
        raise FormError("form_word", where=where, words="true, false")
    return raw


def _whole(raw: object, where: str, least: int, most: int) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not least <= raw <= most:
        raise FormError("form_number", where=where, least=least, most=most)
    return raw


def _optional(raw: object, where: str, least: int) -> int | None:
    return None if raw is None else _whole(raw, where, least, _MOST_LENGTH)


def _date(raw: object, where: str) -> dt.date:
    try:
        found = dt.date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        found = None
    if found is None or found.isoformat() != raw:
        raise FormError("form_date", where=where)
    return found
