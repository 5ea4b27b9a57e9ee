"""Read the spreadsheets of uploads: at once where they are small, by the worker where they are large; keep what an
officer answered about them, and remember it for the next form of the same shape."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bluezone.authority.site.clock import date_of
from bluezone.authority.site.locks import job_lock
from bluezone.authority.site.models import RememberedAnswers, Upload
from bluezone.authority.site.uploads import keeping
from bluezone.errors import N_, TranslatableError
from bluezone.geography import catalogue
from bluezone.geography.figures import Figures
from bluezone.geography.units import UnitCode
from bluezone.rollout.reading import storing
from bluezone.rollout.reading.cells import Book
from bluezone.rollout.reading.combining import READINGS
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.errors import DAMAGED, TableError
from bluezone.rollout.reading.interpret import read_book
from bluezone.rollout.reading.lists import ListLines, Wanted, read_list
from bluezone.rollout.reading.opening import load_of, open_book
from bluezone.rollout.reading.period_questions import PERIOD, ROUND
from bluezone.rollout.reading.results import Reading

log = logging.getLogger(__name__)
#: what a request opens and reads itself: at most about a second. More is opened by the worker
SMALL_CELLS = 30_000
SMALL_UNPACKED = 5_000_000
#: answers about a form are kept so long after the last such form
REMEMBERED = dt.timedelta(days=180)
#: questions that each file answers anew
_OF_ONE_FILE = ("date", "date-order", "table", PERIOD, ROUND, READINGS)
#: the options of an upload that hold answers, and those of them that were remembered
ANSWERS, REMEMBERED_FROM = "answers", "remembered"


class OpenQuestionError(TranslatableError):
    """Report a file that leaves something open: it is stored only once its question is answered."""


def is_small(data: bytes) -> bool:
    """Return whether a request may open a file. Raises TableError for one that is larger than any that is read."""
    load = load_of(data)
    return load.cells <= SMALL_CELLS and load.unpacked <= SMALL_UNPACKED


def book_of(upload: Upload) -> Book:
    """Return an upload's file, opened. Raises TableError, LostFileError."""
    if opened := keeping.opened_of(upload):
        return storing.load(opened)
    return open_book(keeping.file_of(upload), upload.file_name)


def reading_of(
    upload: Upload,
    now: dt.datetime,
    within: UnitCode | None,
    default_date: dt.date | None = None,
    figures: Figures | None = None,
) -> Reading:
    """Return an upload as read with its officer's answers, read once a request; `figures` are the counts of people
    that are known. Raises TableError."""
    answers = dict(upload.options.get(ANSWERS) or {})
    key = json.dumps([answers, str(within), str(default_date), str(date_of(now))], sort_keys=True)
    kept: tuple[str, Reading] | None = getattr(upload, "_reading", None)
    if kept is None or kept[0] != key:
        context = Context(catalogue.all_units(), date_of(now), within, default_date, answers, figures)
        kept = key, read_book(_opened_once(upload), context)
        upload._reading = kept  # type: ignore[attr-defined]
    return kept[1]


def list_of(upload: Upload, wanted: Wanted) -> tuple[Reading, ListLines]:
    """Return an upload as a list, read with its officer's answers. Raises TableError."""
    return read_list(_opened_once(upload), wanted, dict(upload.options.get(ANSWERS) or {}))


def settled_list(upload: Upload, wanted: Wanted) -> ListLines:
    """Return an upload's lines once no question is open. Raises TableError, OpenQuestionError."""
    reading, lines = list_of(upload, wanted)
    settled(reading)
    return lines


def _opened_once(upload: Upload) -> Book:
    book: Book | None = getattr(upload, "_book", None)
    if book is None:
        book = book_of(upload)
        upload._book = book  # type: ignore[attr-defined]
    return book


def settled(reading: Reading) -> Reading:
    """Return a reading without an open question. Raises OpenQuestionError."""
    if reading.question is not None:
        raise OpenQuestionError(
            N_("the file leaves a question open: {question} (answer {key}=…; choices: {choices})"),
            question=reading.question.text,
            key=reading.question.key,
            choices=", ".join(choice.value for choice in reading.question.choices) or "–",
        )
    return reading


# --- answers --------------------------------------------------------------------------------------


def recall(upload: Upload, reading: Reading) -> bool:
    """Give a new upload the answers its officer gave about a form of the same shape. Return whether there are any."""
    if upload.options.get(ANSWERS):
        return False
    found = RememberedAnswers.objects.filter(
        officer=upload.officer, place=upload.place, kind=upload.kind, shape=reading.shape
    ).first()
    if found is None or not found.answers:
        return False
    upload.options = {
        **upload.options,
        ANSWERS: found.answers,
        REMEMBERED_FROM: found.answered_at.isoformat(),
    }
    return True


def answer(upload: Upload, given: Mapping[str, str], shape: str, now: dt.datetime) -> None:
    """Keep an officer's answers with an upload, and remember them for the next form of this shape."""
    with transaction.atomic():
        held = Upload.objects.select_for_update().get(pk=upload.pk)
        if held.state != Upload.State.PENDING:
            return
        answers = {**(held.options.get(ANSWERS) or {}), **given}
        answers = {key: value for key, value in answers.items() if value}
        held.options = {**held.options, ANSWERS: answers}
        held.save(update_fields=["options"])
        lasting = {key: value for key, value in answers.items() if not _is_of_one_file(key)}
        if lasting:
            RememberedAnswers.objects.update_or_create(
                officer=upload.officer,
                place=upload.place,
                kind=upload.kind,
                shape=shape,
                defaults={"answers": lasting, "answered_at": now, "expires_at": now + REMEMBERED},
            )
    upload.options = held.options


def forget(upload: Upload, shape: str) -> None:
    """Take back what was remembered about a form, and ask again."""
    with transaction.atomic():
        held = Upload.objects.select_for_update().get(pk=upload.pk)
        held.options = {key: value for key, value in held.options.items() if key not in {ANSWERS, REMEMBERED_FROM}}
        held.save(update_fields=["options"])
        RememberedAnswers.objects.filter(
            officer=upload.officer, place=upload.place, kind=upload.kind, shape=shape
        ).delete()
    upload.options = held.options


def _is_of_one_file(key: str) -> bool:
    return key in _OF_ONE_FILE or key.startswith("date:")


def forget_old(now: dt.datetime) -> int:
    """Delete what was remembered about forms that have not come again. Return how many."""
    return RememberedAnswers.objects.filter(expires_at__lt=now).delete()[0]


# --- the worker -----------------------------------------------------------------------------------


def open_waiting(now: dt.datetime) -> int | None:  # noqa: ARG001 - a job is given the time
    """Open the large files that wait for it, the oldest first, for the worker. Return how many, None for none."""
    done = 0
    with job_lock("read uploads"):
        while (upload := Upload.objects.filter(state=Upload.State.READING).order_by("received_at").first()) is not None:
            _open(upload)
            done += 1
    return done or None


def _open(upload: Upload) -> None:
    mine = Upload.objects.filter(pk=upload.pk, state=Upload.State.READING)
    shown = 0

    def progress(percent: int) -> None:
        nonlocal shown
        if percent >= shown + 4:
            shown = percent
            mine.update(progress=min(percent, 99))

    try:
        book = open_book(keeping.file_of(upload), upload.file_name, progress)
        opened = keeping.seal(storing.dump(book), upload.pk)
    except TableError as error:
        facts = {"template": error.template, "values": {name: str(value) for name, value in error.values.items()}}
        mine.update(state=Upload.State.REFUSED, refusal=facts, data=b"", progress=100)
        return
    except Exception:
        log.exception("a file could not be opened")
        facts = {"template": DAMAGED, "values": {}}
        mine.update(state=Upload.State.REFUSED, refusal=facts, data=b"", progress=100)
        return
    mine.update(state=Upload.State.PENDING, opened=opened, progress=100)


def refusal_of(upload: Upload) -> TranslatableError | None:
    """Return why a file was refused when the worker opened it."""
    facts: dict[str, Any] | None = upload.refusal
    return TableError(facts["template"], **facts["values"]) if facts else None
