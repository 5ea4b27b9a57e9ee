"""Take an officer's file through its three steps: receive, look, decide.

The file itself is kept until the decision, so that it is judged against the database as it is at that moment, not as it
was when the file came. It is stored whole or not at all, and only if its officer was shown what it does now.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from auditlog.context import set_actor
from django.db import transaction
from django.utils.translation import gettext_noop

from bluezone.authority.site.locks import take_turns
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.authority.site.uploads.forms import MAX_UPLOAD_BYTES
from bluezone.errors import TranslatableError
from bluezone.rollout.problems import Problem, Severity
from bluezone.spreadsheets.results import Proposal

#: so long a file waits for its decision
LIFE = dt.timedelta(days=1)
#: and so many of one officer do
MAX_PENDING = 5
_NAMED_LINES = 10
#: the option that says why lines in doubt are right
WHY, _LONGEST_WHY = "why", 300
#: states of files that nobody has decided on
WAITING = (Upload.State.READING, Upload.State.PENDING)


class UploadError(TranslatableError):
    """Report a file that cannot be taken, or a decision that cannot be carried out."""


class NothingGoodError(UploadError):
    """Report a file of which nothing is stored until a row in doubt is confirmed."""


class PreviewRow(Protocol):
    """Describe a row of a file. Its `repr` holds all that the preview shows of it."""

    @property
    def line(self) -> int: ...

    @property
    def change(self) -> str:
        """Return what storing it would do: new, changed, unchanged, or none for a row that cannot be stored."""


class Preview(Protocol):
    """Describe a file as read and judged: what each row would change, and what is wrong with it."""

    @property
    def rows(self) -> Sequence[PreviewRow]: ...

    @property
    def problems(self) -> Sequence[Problem]: ...


@dataclass(frozen=True, slots=True)
class Stored:
    """Count how many rows were new, and how many changed something."""

    added: int
    changed: int
    #: rows without a problem of their own that were left out, for another one's was not confirmed
    left_out: int = 0


class Officer(Protocol):
    """Identify the officer who brings a file."""

    pk: Any
    place: str


P = TypeVar("P", bound=Preview)


@dataclass(frozen=True, slots=True)
class Kind(Generic[P]):
    """Describe what a package takes files of.

    `check` refuses, when a file is brought, what cannot be read at all. `read` reads it and judges it against the
    database, within the upload's `place`. `store` stores the rows without errors, and of those in doubt the lines that
    the officer confirmed; it may raise TranslatableError, and then nothing is stored.
    """

    name: str
    check: Callable[[Upload], None]
    read: Callable[[Upload, dt.datetime], P]
    store: Callable[[Upload, P, Collection[int], dt.datetime], Stored]
    #: what the columns and rows of the file are taken for, where its officer decides on them
    understand: Callable[[Upload, dt.datetime], Proposal] | None = None
    #: the lines without a problem of their own that are left out unless another line, in doubt, is confirmed
    held: Callable[[P], Collection[int]] = lambda _: ()
    #: the lines of problems that are no rows of the file: they speak of several of its rows together
    wholes: Callable[[P], Collection[int]] = lambda _: ()
    #: whether who takes a line in doubt has to say why
    asks_why: bool = False


def receive(
    kind: Kind[P],
    data: bytes,
    name: str,
    officer: Any,
    now: dt.datetime,
    options: Mapping[str, Any] | None = None,
    *,
    at_once: bool = False,
) -> Upload:
    """Keep a file until its officer decides. Raises TranslatableError, with a sentence, for one that is not taken.

    A large file is opened later, by the worker, unless it is to be read `at_once`.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        raise UploadError(
            gettext_noop("the file has {size} bytes; at most {limit} are taken: split it into several"),
            size=len(data),
            limit=MAX_UPLOAD_BYTES,
        )
    upload = Upload(
        kind=kind.name,
        officer=officer,
        place=officer.place,
        file_name=name[-120:] or "?",
        sha256=hashlib.sha256(data).hexdigest(),
        options=dict(options or {}),
        received_at=now,
    )
    upload.data = spreadsheets.seal(data, upload.pk)
    if at_once or spreadsheets.is_small(data):
        kind.check(upload)
        if kind.understand is not None:
            found = kind.understand(upload, now)
            if not found.rows or len(found.columns) < 2:
                raise UploadError(gettext_noop("no table was found in the file: a row of headers, and rows below it"))
            _recall(kind, upload, now)
    else:
        upload.state = Upload.State.READING
    if Upload.objects.filter(officer=officer, state__in=WAITING).count() >= MAX_PENDING:
        raise UploadError(
            gettext_noop("{count} files wait for your decision: decide on them first; your first page lists them"),
            count=MAX_PENDING,
        )
    upload.save(force_insert=True)
    return upload


def _recall(kind: Kind[P], upload: Upload, now: dt.datetime) -> None:
    """Begin with the mapping that is remembered of such a form, unless the file cannot be read with it."""
    assert kind.understand is not None
    given = upload.options
    if spreadsheets.recall(upload, kind.understand(upload, now).shape):
        try:
            kind.understand(upload, now)
        except TranslatableError:
            upload.options = given


def look(kind: Kind[P], upload: Upload, now: dt.datetime) -> P:
    """Read a file with all its problems, as things stand now. Raises UploadError where it is decided on."""
    if upload.state == Upload.State.READING:
        raise UploadError(gettext_noop("this file is being read: look again in a moment"))
    if upload.state != Upload.State.PENDING:
        raise UploadError(gettext_noop("this file has been decided on"))
    return kind.read(upload, now)


def fingerprint(kind: Kind[P], upload: Upload, preview: P, now: dt.datetime) -> str:
    """Return a digest of what an officer is shown: the file, its whole mapping, and what would be stored. A decision
    counts only for that."""
    decided = kind.understand(upload, now).decided.to_dict() if kind.understand is not None else {}
    problems = [(each.line, each.column, each.kind, each.sentence()) for each in preview.problems]
    return hashlib.sha256(repr((upload.sha256, decided, problems, preview.rows)).encode()).hexdigest()[:32]


def lines(preview: Preview, severity: Severity) -> frozenset[int]:
    """Return the lines that have a problem of this severity."""
    return frozenset(problem.line for problem in preview.problems if problem.severity is severity)


def undecided(preview: Preview, confirmed: Collection[int] = ()) -> frozenset[int]:
    """Return the lines that are not stored: those with errors, and those in doubt that nobody confirmed."""
    return lines(preview, Severity.ERROR) | (lines(preview, Severity.DOUBT) - set(confirmed))


def good_rows(kind: Kind[P], preview: P) -> list[PreviewRow]:
    """Return the rows that are stored without a confirmation."""
    open_lines = undecided(preview) | set(kind.held(preview))
    return [row for row in preview.rows if row.change != "none" and row.line not in open_lines]


def decide(
    kind: Kind[P],
    found: Upload,
    officer: Any,
    now: dt.datetime,
    *,
    shown: str,
    confirmed: Collection[int] = (),
    why: str = "",
    asks: bool = False,
) -> Upload:
    """Store the good rows of a file and those in doubt that the officer confirms, with the reason where the kind asks
    for one: it is kept as an option of the upload.

    Raises TranslatableError, and stores nothing, where it is decided on, where it would do something else by now than
    what was `shown` (see `fingerprint`), or where a row cannot be stored; NothingGoodError where it `asks` and not one
    row is good or confirmed. Raises Upload.DoesNotExist where it is not
    this officer's, or was brought for another jurisdiction than the officer's of today.
    """
    with transaction.atomic():
        take_turns(f"decide {kind.name}")  # or two files at once would each be judged by what was stored before both
        own = Upload.objects.select_for_update().filter(kind=kind.name, officer=officer, place=officer.place)
        upload = own.get(pk=found.pk)
        spreadsheets.read_before(upload, found)
        preview = look(kind, upload, now)
        if asks and not confirmed and lines(preview, Severity.DOUBT) and not good_rows(kind, preview):
            raise NothingGoodError(gettext_noop("nothing of this file is stored until a row in doubt is confirmed"))
        if fingerprint(kind, upload, preview, now) != shown:
            raise UploadError(
                gettext_noop("what is stored has changed since you saw this page: look again, nothing was stored")
            )
        why = " ".join(why.split())[:_LONGEST_WHY]
        if kind.asks_why and not why and lines(preview, Severity.DOUBT) & set(confirmed):
            raise UploadError(gettext_noop("say why the lines that you take are right: the reason is kept with them"))
        if why:
            upload.options |= {WHY: why}
        stored = kind.store(upload, preview, confirmed, now)
        upload.added, upload.changed = stored.added, stored.changed
        proposed = spreadsheets.left_out(kind.understand(upload, now)) if kind.understand is not None else frozenset()
        undone = (undecided(preview, confirmed) - set(kind.wholes(preview))) | proposed
        upload.left_out = len(undone) + stored.left_out
        _close(upload, Upload.State.STORED, now)
    return upload


def at_once(
    kind: Kind[P],
    data: bytes,
    name: str,
    officer: Any,
    now: dt.datetime,
    *,
    options: Mapping[str, Any] | None = None,
    leave_out: bool = False,
    confirmed: Collection[int] = (),
    why: str = "",
) -> tuple[Upload, P]:
    """Receive a file and decide on it in one step, for the command line.

    Raises UploadError, and stores nothing, where a problem is open and the rows with problems are not to be left out.
    """
    with transaction.atomic(), set_actor(officer):
        upload = receive(kind, data, name, officer, now, options, at_once=True)
        preview = look(kind, upload, now)
        unsaid = frozenset[int]()
        if kind.understand is not None:
            unsaid = spreadsheets.left_out(kind.understand(upload, now)) - spreadsheets.decided_of(upload).left_out
        open_lines = sorted(undecided(preview, confirmed) | unsaid)
        if open_lines and not leave_out:
            raise UploadError(
                gettext_noop("rows with problems: {count} (lines {lines}); nothing was stored: decide on them first"),
                count=len(open_lines),
                lines=", ".join(map(str, open_lines[:_NAMED_LINES])),
            )
        shown = fingerprint(kind, upload, preview, now)
        return decide(kind, upload, officer, now, shown=shown, confirmed=confirmed, why=why), preview


def cancel(upload: Upload, now: dt.datetime) -> Upload:
    """Throw a file away."""
    with transaction.atomic():
        held = Upload.objects.select_for_update().get(pk=upload.pk)
        if held.state in WAITING:
            _close(held, Upload.State.CANCELLED, now)
    return held


def expire(now: dt.datetime) -> int | None:
    """Throw away the files nobody decided on within a day. Return how many, None for none."""
    old = Upload.objects.filter(state__in=WAITING, received_at__lt=now - LIFE)
    with transaction.atomic():
        rows = list(old.select_for_update())
        for upload in rows:
            _close(upload, Upload.State.EXPIRED, now)
    return len(rows) or None


def _close(upload: Upload, state: str, now: dt.datetime) -> None:
    upload.state, upload.decided_at, upload.data, upload.opened = state, now, b"", b""
    upload.save()
