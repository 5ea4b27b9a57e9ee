"""List the kinds of signed documents that phones fetch, and define the contents that are a few fields: settings, the
policy of places, forms.

The policy of contacts, whose content is built and tried by `exposure.policies.document`, is a kind too. Packages of
place warnings are none: they are files of an hour, all of which a phone reads, like key exports (`place_warnings`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bluezone.protocol.documents import DAILY, DocumentError, Kind, whole_from
from bluezone.protocol.guidance import GUIDANCE
from bluezone.protocol.news import NEWS
from bluezone.protocol.passes import REVOKED_PASSES
from bluezone.protocol.text import is_clean

MAX_FORMS = 40
#: of one form, as JSON without spaces
MAX_FORM_BYTES = 256_000
DEFAULT_OVERLAP_MIN = 10
DEFAULT_WATCH_DAYS = 14
#: letters of a name, and languages, of what phones say of a disease
MAX_NAME, MAX_LANGUAGES = 200, 20
_PLACE_POLICY_VERSION = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold how all phones of a region go on. `second_order`: whether contacts (F1) may warn others, whose keys then lie
    in a region of their own. Without a document that holds it is off."""

    second_order: bool


def second_order_region(region: str) -> str:
    """Return the region of the keys of contacts who warn others: readers of `region` never meet their report type."""
    return f"{region}-f2"


def _settings(fields: Any) -> Settings:
    second_order = fields.get("second_order") if isinstance(fields, dict) else None
    if not isinstance(second_order, bool):
        raise DocumentError("settings: a yes or no `second_order` is meant")
    return Settings(second_order)


@dataclass(frozen=True, slots=True)
class PlacePolicy:
    """Hold the rule by which phones warn of a risky place: how long somebody must have been there while it was risky,
    and for how long after it to watch one's health. Without a document that holds the default is the rule."""

    min_overlap_min: int = DEFAULT_OVERLAP_MIN
    watch_days: int = DEFAULT_WATCH_DAYS

    def __post_init__(self) -> None:
        if not 1 <= self.min_overlap_min <= 24 * 60 or not 1 <= self.watch_days <= 60:
            raise DocumentError("place-policy: an overlap of 1 to 1440 minutes and 1 to 60 days are meant")


def _place_policy(fields: Any) -> PlacePolicy:
    if not isinstance(fields, dict) or fields.get("version") != _PLACE_POLICY_VERSION:
        raise DocumentError("place-policy: a version that this program does not know")
    overlap, days = (whole_from(fields.get(name), "place-policy", name) for name in ("min_overlap_min", "watch_days"))
    return PlacePolicy(overlap, days)


@dataclass(frozen=True, slots=True)
class DiseaseFacts:
    """Hold what phones go by of the disease: its name and what to watch for, by language, for how many days after a
    contact, and how many days before the symptoms somebody is infectious. Without a document phones have those they
    came with."""

    code: str
    names: Mapping[str, str]
    watch_for: Mapping[str, str]
    watch_days: int
    infectious_before: int

    def __post_init__(self) -> None:
        if not is_clean(self.code) or not self.code or not 1 <= self.watch_days <= 366:
            raise DocumentError("disease: a code and 1 to 366 days of watching are meant")
        if not 0 <= self.infectious_before <= 366:
            raise DocumentError("disease: infectious_before is 0 to 366 days")
        for texts in (self.names, self.watch_for):
            if "en" not in texts or not all(is_clean(each) and len(each) <= MAX_NAME for each in texts.values()):
                raise DocumentError(f"disease: texts by language, English among them, of up to {MAX_NAME} letters")

    def terms(self, language: str) -> tuple[tuple[str, str], ...]:
        """Return what stands for the places of texts in a language, in English where there is none."""
        texts = {"disease": self.names, "watch_for": self.watch_for}
        return tuple((name, each.get(language, each["en"])) for name, each in texts.items())


def _disease(fields: Any) -> DiseaseFacts:
    given = fields if isinstance(fields, dict) else {}
    names, watch_for = given.get("names"), given.get("watch_for")
    for each in (names, watch_for):
        if not isinstance(each, dict) or len(each) > MAX_LANGUAGES:
            raise DocumentError("disease: names and watch_for are texts by language")
    days = (whole_from(given.get(name), "disease", name) for name in ("watch_days", "infectious_before"))
    return DiseaseFacts(str(given.get("code", "")), dict(names or {}), dict(watch_for or {}), *days)


def _forms(forms: Any) -> tuple[str, ...]:
    """Return the text of each form: what a form is says `bluezone.forms`, which this room does not know. Here a form is
    an object of a bounded size, and nothing else."""
    if not isinstance(forms, list) or len(forms) > MAX_FORMS or not all(isinstance(each, dict) for each in forms):
        raise DocumentError(f"forms: up to {MAX_FORMS} objects are meant")
    texts = tuple(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in forms)
    if any(len(text.encode("utf-8", "replace")) > MAX_FORM_BYTES for text in texts):
        raise DocumentError(f"forms: a form has more than the {MAX_FORM_BYTES} bytes allowed")
    return texts


SETTINGS = Kind("settings", 16_384, _settings, asdict, ends=True)
PLACE_POLICY = Kind(
    "place-policy", 16_384, _place_policy, lambda each: {"version": _PLACE_POLICY_VERSION, **asdict(each)}, ends=True
)
DISEASE = Kind("disease", 16_384, _disease, asdict, every=DAILY)
#: five forms of the size of those that ship are a tenth of the bound
FORMS: Kind[tuple[str, ...]] = Kind(
    "forms",
    1_000_000,
    _forms,
    lambda texts: [json.loads(text) for text in texts],
    has_provinces=True,
    empty=(),
    every=DAILY,
)
KINDS: tuple[Kind[Any], ...] = (NEWS, GUIDANCE, FORMS, SETTINGS, PLACE_POLICY, REVOKED_PASSES, DISEASE)
