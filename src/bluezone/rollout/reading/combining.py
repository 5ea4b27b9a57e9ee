"""Ask at once for two things that a file leaves open: each choice is a whole reading, so that one answer settles both.
Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

from bluezone.errors import N_
from bluezone.rollout.reading.cells import Book
from bluezone.rollout.reading.results import Choice, Question, Reading, Saying, saying
from bluezone.rollout.reading.roles import LEAVE_OUT

#: the key of a question of two, whose answers join those of each: `app=bluezone;date=2020-08-20`
READINGS = "readings"
_JOIN = ";"
#: of how many choices a question may be to be joined with another, and how many choices they may make together
_MOST_CHOICES, _MOST_TOGETHER = 6, 12
#: larger files are not read once more for each choice, nor for each pair of choices to count its figures
_MOST_CELLS, _MOST_CELLS_COUNTED = 12_000, 2_000
_COUNTED = N_("{reading} ({count} figures)")
_TWO = N_("{one}; {other}")
_OF_DAY = N_("of today, {date}")


def parts_of(answer: str) -> dict[str, str]:
    """Return the answers that one to a question of two joins, by key; empty where it is none."""
    parts = [part.partition("=") for part in answer.split(_JOIN)]
    return {key: value for key, _, value in parts} if all(key and value for key, _, value in parts) else {}


def with_day(answer: str, day: str) -> dict[str, str]:
    """Return the answers that one to a question of two joins, with another day, as it is typed, in place of its own."""
    parts = parts_of(answer)
    key = next((key for key in parts if key.partition(":")[0] == "date"), "date")
    return {**parts, key: day}


def expanded(answers: Mapping[str, str]) -> dict[str, str]:
    """Return answers with that to a question of two as those to each."""
    parts = parts_of(answers.get(READINGS, ""))
    return {**parts, **{key: value for key, value in answers.items() if key != READINGS or not parts}}


def combined(question: Question, book: Book, today: dt.date, read: Callable[[Mapping[str, str]], Reading]) -> Question:
    """Return a question with the one that follows most of its choices, if one does, as one of two.

    It stays as it is where the choices would be too many, or where something else may be answered than a choice or a
    day. `read` reads the file with more answers."""
    cells = sum(len(sheet.cells) for sheet in book.sheets)
    if question.free or not 0 < len(question.choices) <= _MOST_CHOICES or cells > _MOST_CELLS:
        return question
    following = {choice.value: read({question.key: choice.value}).question if choice.value != LEAVE_OUT else None
                 for choice in question.choices}  # fmt: skip
    second = next((each for each in following.values() if each is not None), None)
    open_ = sum(each is not None for each in following.values())
    if second is None or open_ * 2 <= len(following.keys() - {LEAVE_OUT}) or not _joined(question.key, *following):
        return question
    choices: list[Choice] = []
    for choice in question.choices:
        after = following[choice.value]
        first = f"{question.key}={choice.value}"
        if after is None:
            choices.append(Choice(first, choice.text))
            continue
        options = after.choices or _today(after, today)
        if not options or not _joined(after.key, *(option.value for option in options)):
            return question
        for option in options:
            text = saying(_TWO, one=choice.text, other=option.text)
            choices.append(Choice(f"{first}{_JOIN}{after.key}={option.value}", text))
    if len(choices) > _MOST_TOGETHER:
        return question
    if cells <= _MOST_CELLS_COUNTED:
        choices = [replace(each, text=_counted(each, read(parts_of(each.value)))) for each in choices]
    asked = saying("{question} {second}", question=question.text, second=second.text)
    days = any(each is not None and each.free == "date" for each in following.values())
    return Question(READINGS, asked, tuple(choices), free="date" if days else "")


def _joined(key: str, *values: str) -> bool:
    """Return whether a key and its answers can be told apart again once they are joined."""
    return "=" not in key and not any(_JOIN in text for text in (key, *values)) and all(values)


def _today(question: Question, today: dt.date) -> list[Choice]:
    """Return the day a file is read on as the choice of a question for a day that the file does not name."""
    return [Choice(today.isoformat(), saying(_OF_DAY, date=today))] if question.free == "date" else []


def _counted(choice: Choice, reading: Reading) -> Saying:
    """Return what a choice says, with how many figures it makes of the file."""
    return (
        saying(_COUNTED, reading=choice.text, count=len(reading.figures)) if reading.question is None else choice.text
    )
