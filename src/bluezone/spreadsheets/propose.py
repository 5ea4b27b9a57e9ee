"""Propose what each column and row of a file means, with a mapping in place of a guess wherever there is one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from bluezone.geography.figures import Figures
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import UnitCode
from bluezone.spreadsheets.cells import Book
from bluezone.spreadsheets.mapping import Mapping as Decisions
from bluezone.spreadsheets.results import Proposal
from bluezone.spreadsheets.roles import FIGURES, Purpose

#: an officer has decided nothing yet
NOTHING = Decisions()


def _no_organisations(_codes: Collection[str]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Context:
    """Hold what is known beside the file: the units of the country, the day it is read on, the place of its sender
    (None: the country), how many people units have, and how organisations are found by their codes (code -> name)."""

    gazetteer: Gazetteer
    today: dt.date
    within: UnitCode | None = None
    figures: Figures | None = None
    organisations: Callable[[Collection[str]], Mapping[str, str]] = _no_organisations


def propose(book: Book, context: Context, decided: Decisions = NOTHING, purpose: Purpose = FIGURES) -> Proposal:
    """Return what a file would be stored as. Raises TableError for what holds no such table, or a mapping that does
    not fit the file."""
    raise NotImplementedError
