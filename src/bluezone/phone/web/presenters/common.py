"""What several screens share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a state is drawn; words and an icon say the same."""

    SAFE = "safe"
    CALM = "calm"
    WATCH = "watch"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Step:
    """A next step. `post`: a button that does something; else a link."""

    label: str
    href: str
    post: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: str
