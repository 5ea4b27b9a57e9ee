"""Word the question of two that a form of a week leaves open, and read its answer. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from bluezone.errors import N_
from bluezone.rollout.reading.results import Choice, Question, saying

#: the key of a question of two: all or those added, and up to which day
PERIOD = "period"
_TEMPLATES = {"cumulative": N_("all up to {date}"), "increase": N_("only those added, up to {date}")}


def of_period(header: str, days: Sequence[dt.date]) -> Question:
    """Ask whether a column counts all installations or those added, and up to which of some days; another day may be
    answered."""
    template = N_("Does “{header}” count all installations, or only those added, and up to which day?")
    options = [
        Choice(f"{flow} {day.isoformat()}", saying(said, date=day)) for day in days for flow, said in _TEMPLATES.items()
    ]
    return Question(PERIOD, saying(template, header=header), tuple(options), free="date")


#: the key of a question of two: which of several rounds holds all installations, and up to which day
ROUND = "round"


def of_round(letters: str, header: str, days: Sequence[dt.date]) -> Question:
    """Ask of which day the last of several rounds is, `Lần 1`, `Lần 2`, …, which grow from one to the next; another day
    may be answered."""
    template = N_("Of which day is the last of the columns, {column} (“{header}”)? It is taken for all installations.")
    options = [Choice(f"{letters} {day.isoformat()}", saying("{date}", date=day)) for day in days]
    return Question(ROUND, saying(template, column=letters, header=header), tuple(options), free="date")


def round_answered(answers: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the letters of the column that an answer names, empty where it gives a day only, and the day as it is
    written; None where nothing was answered."""
    answer = answers.get(ROUND)
    if answer is None:
        return None
    letters, _, day = answer.rpartition(" ")
    return letters, day


def flow_answered(answers: Mapping[str, str]) -> str | None:
    """Return what an answer to a question of two says of the flow, None where it says nothing of it."""
    word = answers.get(PERIOD, "").partition(" ")[0]
    return word if word in {"cumulative", "increase"} else None


def day_answered(answers: Mapping[str, str]) -> str | None:
    """Return the day that an answer to a question of two gives, as it is written; None where there is none."""
    if answered := round_answered(answers):
        return answered[1]
    return answers.get(PERIOD, "").removeprefix("cumulative ").removeprefix("increase ") or None
