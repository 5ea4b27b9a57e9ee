"""Ask at once for the things that a file leaves open: each choice is a whole reading, so that one answer settles all.
Pure."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bluezone.errors import N_
from bluezone.rollout.reading.cells import Book
from bluezone.rollout.reading.results import Choice, Question, Reading, Saying, saying
from bluezone.rollout.reading.roles import LEAVE_OUT

#: the key of a question of several, whose answers join those of each: `app=bluezone;date=2020-08-20`
READINGS = "readings"
#: the answer that none of the readings is meant: what is open is asked one by one then
ONE_BY_ONE = "one-by-one"
_JOIN = ";"
#: how many choices of one question are tried, the likeliest, and how many readings are offered
_MOST_CHOICES, _MOST_READINGS = 6, 12
#: how often a file is read to find the readings: as often as this many cells allow
_MOST_TRIES, _CELLS_READ = 30, 72_000
#: figures are counted for each choice of a file no larger
_MOST_CELLS_COUNTED = 2_000
_COUNTED = N_("{reading} ({count} figures)")
_TWO = N_("{one}; {other}")
_OF_DAY = N_("of today, {date}")
_ELSE = N_("something else: ask one after the other")


def parts_of(answer: str) -> dict[str, str]:
    """Return the answers that one to a question of several joins, by key; empty where it is none."""
    parts = [part.partition("=") for part in answer.split(_JOIN)]
    return {key: value for key, _, value in parts} if all(key and value for key, _, value in parts) else {}


def answers_of(answer: str) -> dict[str, str]:
    """Return what is kept of an answer to a question of several: those it joins, or that each is to be asked."""
    return {READINGS: ONE_BY_ONE} if answer == ONE_BY_ONE else parts_of(answer)


def with_day(answer: str, day: str) -> dict[str, str]:
    """Return the answers that one to a question of several joins, with another day, as it is typed, in place of its
    own."""
    parts = parts_of(answer)
    key = next((key for key in parts if key.partition(":")[0] == "date"), "date")
    return {**parts, key: day}


def expanded(answers: Mapping[str, str]) -> dict[str, str]:
    """Return answers with that to a question of several as those to each; without one that names no reading."""
    given = answers.get(READINGS, "")
    parts = parts_of(given)
    return {**parts, **{key: value for key, value in answers.items()
                        if key != READINGS or not (parts or given == ONE_BY_ONE)}}  # fmt: skip


@dataclass(order=True, slots=True)
class _Try:
    """Hold answers to be tried: how unlikely they are, the places of their choices, and what they leave open."""

    unlikely: int
    places: tuple[int, ...]
    answers: dict[str, str] = field(compare=False)
    texts: tuple[Saying, ...] = field(compare=False)


def combined(question: Question, book: Book, today: dt.date, read: Callable[[Mapping[str, str]], Reading]) -> Question:
    """Return a question with those that follow most of its choices, if any do, as one of whole readings: the likeliest,
    and something else where there are more. The first choices of a question are the likeliest.

    It stays as it is where none follows, where its answers cannot be told apart again once they are joined, or where
    the file is too large to be read a second time. `read` reads the file with more answers."""
    cells = sum(len(sheet.cells) for sheet in book.sheets)
    tries = min(_MOST_TRIES, _CELLS_READ // max(cells, 1))
    search = _Search(question, today, read, tries, counted=cells <= _MOST_CELLS_COUNTED)
    if not search.follows_most():
        return question
    search.go_on()
    return search.asked() if len(search.found) > 1 else question


class _Search:
    """Look for the readings that answers to a question and to those that follow make of a file, the likeliest first."""

    def __init__(self, question: Question, today: dt.date, read: Callable[[Mapping[str, str]], Reading], tries: int,
                 *, counted: bool) -> None:  # fmt: skip
        self.question, self.today, self.read, self.tries, self.counted = question, today, read, tries, counted
        self.found: list[tuple[_Try, Saying]] = []
        self.open: list[tuple[_Try, Question]] = []
        #: what is asked: the first question and those that follow
        self.questions = [question]
        self.others = False

    def follows_most(self) -> bool:
        """Read the file with each choice of the first question; return whether another follows most of them."""
        tried = self._tries_of(_Try(0, (), {}, ()), self.question)
        for each in tried:
            if self.tries > 0:
                self._try(each)
            elif self.open and self.open[-1][1].free == "date":
                self.open.append((each, self.open[-1][1]))  # the day is asked whatever the others are
            else:
                return False
        settled = sum(each.answers.get(self.question.key) != LEAVE_OUT for each, _ in self.found)
        return len(self.open) > settled

    def go_on(self) -> None:
        """Answer what follows, the likeliest first, until there are enough readings."""
        heapq.heapify(waiting := [each for trial, asked in self.open for each in self._tries_of(trial, asked)])
        while waiting and len(self.found) < _MOST_READINGS - 1:
            each = heapq.heappop(waiting)
            before = len(self.open)
            self._try(each)
            for trial, asked in self.open[before:]:
                for more in self._tries_of(trial, asked):
                    heapq.heappush(waiting, more)
        self.others = self.others or bool(waiting)

    def asked(self) -> Question:
        """Return the question of the readings that were found."""
        readings = sorted(self.found, key=lambda each: each[0].places)
        choices = [Choice(_JOIN.join(f"{key}={value}" for key, value in each.answers.items()), text)
                   for each, text in readings]  # fmt: skip
        choices += [Choice(ONE_BY_ONE, saying(_ELSE))] if self.others else []
        text = self.questions[0].text
        for more in self.questions[1:]:
            text = saying("{question} {second}", question=text, second=more.text)
        free = "date" if any(each.free == "date" for each in self.questions) else ""
        return Question(READINGS, text, tuple(choices), free=free)

    def _tries_of(self, trial: _Try, asked: Question) -> list[_Try]:
        """Return what is to be tried to answer a question, the likeliest first; none where an answer could not be told
        from others once they are joined."""
        options = list(asked.choices) or self._today(asked)
        usable = [option for option in options if _is_joined(asked.key, option.value)]
        self.others |= len(usable) < len(options) or len(usable) > _MOST_CHOICES or asked.free == "unit"
        return [_Try(trial.unlikely + at, (*trial.places, at), {**trial.answers, asked.key: option.value},
                     (*trial.texts, option.text)) for at, option in enumerate(usable[:_MOST_CHOICES])]  # fmt: skip

    def _try(self, each: _Try) -> None:
        """Read the file with some answers; where it was read often enough, take them for a reading that may be."""
        text = each.texts[0]
        for more in each.texts[1:]:
            text = saying(_TWO, one=text, other=more)
        if self.tries <= 0:
            self.found.append((each, text))
            return
        self.tries -= 1
        reading = self.read(each.answers)
        if reading.question is None:
            text = saying(_COUNTED, reading=text, count=len(reading.figures)) if self.counted else text
            self.found.append((each, text))
        else:
            self.open.append((each, reading.question))
            if all(asked.key != reading.question.key for asked in self.questions):
                self.questions.append(reading.question)

    def _today(self, asked: Question) -> list[Choice]:
        """Return the day a file is read on as the choice of a question for a day that the file does not name."""
        of_today = Choice(self.today.isoformat(), saying(_OF_DAY, date=self.today))
        return [of_today] if asked.free == "date" else []


def _is_joined(key: str, value: str) -> bool:
    """Return whether a key and its answer can be told apart again once they are joined with others."""
    return "=" not in key and not any(_JOIN in text for text in (key, value)) and bool(value)
