"""Define what several screens share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
class Fact:
    name: str
    value: str
