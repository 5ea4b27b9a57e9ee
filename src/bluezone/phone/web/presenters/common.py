"""Define what several screens share: texts and languages, tones, steps, rows, QR codes, numbers and days as people read
them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import StrEnum

from bluezone.i18n import NAMES, Catalogue, Language, Translator
from bluezone.phone.stores.documents import shipped_facts
from bluezone.protocol.kinds import DiseaseFacts

_TEXTS = Catalogue("bluezone.phone.web", "phone")


def translator(code: str, zone: tzinfo, disease: DiseaseFacts | None = None) -> Translator:
    """Return the translator of a language's code, with days of the owner's zone; of Vietnamese, where no texts of that
    language are there. `disease`: what texts name; the one a phone comes with where none is given. Raises I18nError
    where its catalogue is not compiled."""
    language = Language(code)
    found = _TEXTS.translator(language if _TEXTS.speaks(language) else Language.VIETNAMESE, zone)
    return replace(found, terms=(disease or shipped_facts()).terms(found.code))


def offered() -> dict[str, str]:
    """Return the languages an owner can choose, name by code: those whose texts are there."""
    return {language.value: name for language, name in NAMES.items() if _TEXTS.speaks(language)}


class Tone(StrEnum):
    """Name how a state is drawn; words and an icon say the same."""

    SAFE = "safe"
    CALM = "calm"
    WATCH = "watch"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Step:
    """Describe a next step. `post`: a button that does something; else a link."""

    label: str
    href: str
    post: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Hold a row of a list, which leads on (`href`) or says what became of something. `number`: of what it stands for,
    0 for none; `tag`: its state in two words."""

    title: str
    text: str
    href: str = ""
    icon: str = "people"
    tone: Tone = Tone.CALM
    tag: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """Hold what was typed in its one form, or (`value` empty) a sentence on what to mend."""

    value: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: str


def shown_number(number: str) -> str:
    """Return a telephone number in groups, as it is read out: 1900 9095, 0912 345 678, 0293 3878 123."""
    if len(number) == 8 and number.startswith(("18", "19")):
        return f"{number[:4]} {number[4:]}"
    if len(number) == 11 and number.startswith("02"):  # a landline: the area's digits, two or three, then the rest
        ends = (3, 7) if number.startswith(("024", "028")) else (4, 8)
        return f"{number[: ends[0]]} {number[ends[0] : ends[1]]} {number[ends[1] :]}"
    if len(number) in (10, 11) and number.startswith("0"):
        return f"{number[:-6]} {number[-6:-3]} {number[-3:]}"
    return number


@dataclass(frozen=True, slots=True)
class State:
    """Hold one thing the phone has to say: `tag` in two words, `title` in a sentence, `text` with what it means."""

    tone: Tone
    tag: str
    title: str
    text: str
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Qr:
    """Hold a code as one path of an SVG, a unit a module; `size` of its side."""

    size: int
    path: str


def qr_of(text: str) -> Qr:
    """Draw a QR code as one SVG path, with the quiet zone the standard asks for."""
    import segno  # a megabyte, for a screen that few open

    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Qr(len(rows), path)
