"""Classify how infectious a case was on the day of the meeting, by days since the onset of symptoms."""

from __future__ import annotations

from enum import IntEnum


class Infectiousness(IntEnum):
    """Name the three classes of Exposure Notifications version 2."""

    NONE = 0
    STANDARD = 1
    HIGH = 2


def infectiousness(days_since_onset: int | None) -> Infectiousness | None:
    """Return the class of a day: high from 2 days before onset to 3 days after, standard from 5 before to 9 after, none
    beyond.

    None where the onset is not known. Source: the NHS COVID-19 app's production configuration,
    `daysSinceOnsetToInfectiousness` (ukhsa-collaboration/covid19-app-system-public,
    src/static/exposure-configuration.json).
    """
    if days_since_onset is None:
        return None
    if -2 <= days_since_onset <= 3:
        return Infectiousness.HIGH
    if -5 <= days_since_onset <= 9:
        return Infectiousness.STANDARD
    return Infectiousness.NONE
