"""Find what is asked when somebody is called, note calls, and read them again.

Questions stand in order in dated sheets, as data (`call_sheets.json`), and are answered by words of lists. A question
has a kind: `one` word, `several` (those of `alone` go with no other), or a `day`. There is no other: free text would
hold the names of people nobody asked.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from bluezone.authority.episodes import rules
from bluezone.authority.episodes.models import Episode, Event
from bluezone.authority.episodes.rules import HEARD, ContactError
from bluezone.authority.episodes.words import EventKind, Reached
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.disease.package import Disease
from bluezone.packages import Text

KINDS = ("one", "several", "day")
#: among the words of a question: the symptoms that a disease's package asks of a contact
_SYMPTOMS = "<symptoms>"
#: by question, the words or the one day (as 2020-08-17)
Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Question:
    """Hold one question. `text`, and the text of each word, by language."""

    name: str
    kind: str
    text: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    alone: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Hold the questions of a time. After `attempts` calls in a row that nobody answered somebody may be given up."""

    name: str
    first: dt.date
    last: dt.date | None
    attempts: int
    source: str
    questions: tuple[Question, ...]


def shipped() -> tuple[Sheet, ...]:
    """Return the sheets that come with the program."""
    return _sheets(disease())


@functools.cache
def _sheets(of: Disease) -> tuple[Sheet, ...]:
    text = resources.files("bluezone.authority.episodes").joinpath("call_sheets.json").read_text(encoding="utf-8")
    return tuple(read(each, of) for each in json.loads(text))


def in_force(day: dt.date, known: Sequence[Sheet] | None = None) -> Sheet:
    """Return the sheet of a day: the newest that holds. Raises ContactError where none does."""
    sheets = shipped() if known is None else known
    found = [each for each in sheets if each.first <= day and (each.last is None or day <= each.last)]
    if not found:
        raise ContactError(gettext_noop("no questions are known that were asked on this day"))
    return max(found, key=lambda each: each.first)


def by_name(name: str) -> Sheet | None:
    """Return the sheet of a name, with which an earlier call was made; None where it is known no more."""
    return next((each for each in shipped() if each.name == name), None)


def check_answers(sheet: Sheet, answers: Answers, today: dt.date) -> None:
    """Check that answers are words of a sheet; whatever was not asked is left out. Raises ContactError, naming the
    question."""
    asked = {each.name: each for each in sheet.questions}
    for name, words in answers.items():
        question = asked.get(name)
        if question is None:
            raise ContactError(gettext_noop("this is not asked any more: look again"))
        if not _answers(question, words, today):
            raise ContactError(gettext_noop("choose from the list"), name)
        if len(words) > 1 and question.alone & set(words):
            raise ContactError(gettext_noop("these do not go together: choose one"), name)


def _answers(question: Question, words: Sequence[str], today: dt.date) -> bool:
    if question.kind == "day":
        back = disease().windows.look_back.days
        days = {(today - dt.timedelta(days=each)).isoformat() for each in range(back + 1)}
        return len(words) == 1 and words[0] in days
    if len(set(words)) != len(words) or not set(words) <= set(question.words):
        return False
    return len(words) == 1 or (question.kind == "several" and len(words) > 0)


def read(fields: Mapping[str, Any], of: Disease) -> Sheet:
    """Read a sheet from its fields in the file, with the symptoms of a disease. Raises ValueError, KeyError for what is
    none."""
    questions = tuple(_question(each, of) for each in fields["questions"])
    attempts = fields["attempts"]
    if len({each.name for each in questions}) != len(questions) or not isinstance(attempts, int) or attempts < 1:
        raise ValueError(f"call sheet {fields['name']}: a question stands twice, or {attempts} calls make no sense")
    last = fields["until"]
    return Sheet(
        name=fields["name"],
        first=dt.date.fromisoformat(fields["from"]),
        last=dt.date.fromisoformat(last) if last else None,
        attempts=attempts,
        source=fields["source"],
        questions=questions,
    )


def _question(fields: Mapping[str, Any], of: Disease) -> Question:
    name, kind = fields["name"], fields["kind"]
    words: dict[str, Text] = {}
    for word, text in fields["words"].items():
        labels = {code: of.signs.symptoms[code].label for code in of.signs.asked["call"]}
        asked = {code: {each: label[each] for each in ("en", "vi")} for code, label in labels.items()}
        words |= asked if word == _SYMPTOMS else {word: text}
    texts = [fields["text"], *words.values()]
    if kind not in KINDS or bool(words) is (kind == "day") or any(set(text) != {"en", "vi"} for text in texts):
        raise ValueError(f"question {name}: a kind of {', '.join(KINDS)}, its words and both languages are needed")
    if not set(fields["alone"]) <= set(words):
        raise ValueError(f"question {name}: what stands alone is none of its words")
    return Question(name, kind, fields["text"], words, frozenset(fields["alone"]))


# --- calls ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """Describe a call: whom it reached, the answers by question, when to call again."""

    reached: Reached
    answers: Answers = field(default_factory=dict)
    again_at: dt.datetime | None = None


@transaction.atomic
def note(row: Episode, said: Said, by: User, now: dt.datetime) -> Event:
    """Note a call on an episode that the caller has locked, its answers encrypted. Raises ContactError for answers that
    the sheet of the day has not, or of who was not reached."""
    today = clock.date_of(now)
    sheet = in_force(today)
    check_answers(sheet, said.answers, today)
    rules.check_call(said.reached, answered=bool(said.answers))
    answers = {each.name: list(said.answers[each.name]) for each in sheet.questions if each.name in said.answers}
    row.call_again_at = said.again_at
    row.called_at = now if said.reached in HEARD else row.called_at
    row.save(update_fields=["call_again_at", "called_at"])
    call = Event(episode=row, kind=EventKind.CALL.value, day=today, at=now, by=by, what=said.reached.value)
    if answers:
        call.seal({"sheet": sheet.name, "answers": answers})
    call.save()
    return call


def may_give_up(row: Episode, sheet: Sheet) -> bool:
    """Tell whether the sheet offers that somebody cannot be found."""
    newest = row.events.filter(kind=EventKind.CALL.value).order_by("-at", "-pk").values_list("what", flat=True)
    return rules.may_give_up([Reached(each) for each in newest[: sheet.attempts]], sheet.attempts)
