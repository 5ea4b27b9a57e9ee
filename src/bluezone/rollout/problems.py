"""Describe what is wrong with a row of a file, in a form that a page can say in any language."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | Decimal) else str(value)


class Severity(enum.StrEnum):
    """Name what a problem does to its row."""

    ERROR = "error"
    DOUBT = "doubt"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """Describe what is wrong with a row: where, of which kind, and a sentence in any language."""

    line: int
    column: str
    kind: str
    severity: Severity
    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, translate: Callable[[str], str] = str, say: Callable[[object], object] = _plain) -> str:
        """Say the problem in words: `translate` is a gettext function, `say` writes numbers and dates in its
        language."""
        return translate(self.template).format(**{name: say(value) for name, value in self.values.items()})
