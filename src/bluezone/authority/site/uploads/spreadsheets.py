"""Keep uploaded files encrypted while they wait for a decision (lists hold names of heads of units, telephones, who is
ill), and read their spreadsheets: at once where they are small, by the worker where they are large.

What an officer decided about a form is kept with it, and remembered for the next form of the same shape.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from bluezone.authority.errors import AuthorityError
from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.locks import job_lock
from bluezone.authority.site.models import RememberedMapping, Upload
from bluezone.errors import TranslatableError
from bluezone.spreadsheets.cells import Book
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.errors import DAMAGED, TableError
from bluezone.spreadsheets.mapping import Mapping
from bluezone.spreadsheets.opening import dump, load, load_of, open_book
from bluezone.spreadsheets.propose import propose
from bluezone.spreadsheets.results import TOTALS, Proposal
from bluezone.spreadsheets.roles import ALL_ROLES, Holds, Purpose

log = logging.getLogger(__name__)
#: what a request opens and reads itself: at most about a second. More is opened by the worker
SMALL_CELLS = 15_000
SMALL_UNPACKED = 1_500_000
#: a row with something in such a column has something to store
_TO_STORE = (Holds.COUNT, Holds.PERCENT, Holds.DATE)
#: a mapping of a form is kept so long after the last such form
REMEMBERED = dt.timedelta(days=180)
#: the options of an upload that hold its mapping, and the day of the remembered one that it began with
MAPPING, REMEMBERED_FROM = "mapping", "remembered"
PURPOSE = "files that wait for a decision"


# --- as they are kept -----------------------------------------------------------------------------


class LostFileError(TranslatableError):
    """Report a file that no secret of this server opens."""


def seal(data: bytes, upload_id: uuid.UUID) -> bytes:
    """Encrypt the bytes of one upload: in the row of another they cannot be read."""
    return encryption.encrypt_bytes(keyed.key(PURPOSE), data, upload_id.bytes)


def file_of(upload: Upload) -> bytes:
    """Return an upload's file. Raises LostFileError where no secret of this server opens it."""
    return _unsealed(bytes(upload.data), upload)


def opened_of(upload: Upload) -> bytes:
    """Return an upload as the worker opened it; nothing for one that it did not. Raises LostFileError."""
    return _unsealed(bytes(upload.opened), upload) if upload.opened else b""


def _unsealed(sealed: bytes, upload: Upload) -> bytes:
    try:
        return encryption.decrypt_bytes(keyed.keys(PURPOSE), sealed, "file", upload.pk.bytes)
    except AuthorityError:
        template = gettext_noop("this file was kept under a secret that the server no longer has: bring it again")
        raise LostFileError(template) from None


# --- what they hold -------------------------------------------------------------------------------


def is_small(data: bytes) -> bool:
    """Return whether a request may open a file. Raises TableError for one that is larger than any that is read."""
    work = load_of(data)
    return work.cells <= SMALL_CELLS and work.unpacked <= SMALL_UNPACKED


def book_of(upload: Upload) -> Book:
    """Return an upload's file, opened once a request. Raises TableError, LostFileError."""
    book: Book | None = getattr(upload, "_book", None)
    if book is None:
        opened = opened_of(upload)
        book = load(opened) if opened else open_book(file_of(upload), upload.file_name)
        upload._book = book  # type: ignore[attr-defined]
    return book


def decided_of(upload: Upload) -> Mapping:
    """Return what an upload's officer decided about it. Raises TableError."""
    return Mapping.from_dict(upload.options.get(MAPPING) or {})


def proposal_of(upload: Upload, context: Context, purpose: Purpose) -> Proposal:
    """Return what an upload would be stored as with its officer's decisions, found once a request. Raises
    TableError."""
    decided = decided_of(upload)
    kept: tuple[Mapping, Proposal] | None = getattr(upload, "_proposal", None)
    if kept is None or kept[0] != decided:
        kept = decided, propose(book_of(upload), context, decided, purpose)
        upload._proposal = kept  # type: ignore[attr-defined]
    return kept[1]


def read_before(upload: Upload, same: Upload) -> None:
    """Give an upload, as it stands in the database, what was read of its file in this request."""
    if upload.sha256 == same.sha256:
        for name in ("_book", "_proposal"):
            if hasattr(same, name):
                setattr(upload, name, getattr(same, name))


def left_out(proposal: Proposal) -> frozenset[int]:
    """Return the lines with something to store that are left out: not totals, headings and empty rows."""
    counted = {each.letter for each in proposal.columns if ALL_ROLES.get(each.role) in _TO_STORE}
    return frozenset(
        row.line
        for row in proposal.rows
        if row.left_out is not None
        and row.left_out.template != TOTALS
        and any(row.cells.get(letter, "").strip(" -–—.…") for letter in counted)
    )


# --- what was decided -----------------------------------------------------------------------------


def recall(upload: Upload, shape: str) -> bool:
    """Give a new upload the mapping of its officer's last form of this shape, below what came with it. Return whether
    there is any."""
    found = _remembered(upload, shape).first()
    if found is None:
        return False
    given = decided_of(upload).over(Mapping.from_dict(found.mapping))
    upload.options |= {MAPPING: given.to_dict(), REMEMBERED_FROM: found.decided_at.isoformat()}
    return True


def decide(upload: Upload, decided: Mapping) -> None:
    """Keep what an officer decided about an upload that waits."""
    with transaction.atomic():
        held = Upload.objects.select_for_update().get(pk=upload.pk)
        if held.state == Upload.State.PENDING:
            held.options = held.options | {MAPPING: decided.to_dict()}
            held.save(update_fields=["options"])
    upload.options = held.options


def remember(upload: Upload, proposal: Proposal, now: dt.datetime) -> None:
    """Remember a mapping for the next form of this shape: its columns, and the units that names were said to mean."""
    decided = decided_of(upload)
    meant: dict[str, set[str]] = defaultdict(set)
    for row in (each for each in proposal.stored if each.written):  # whose rows are persons, names are none of these
        meant[row.written].add(str(row.unit.code) if row.unit else row.code)
    chosen = [
        row for row in proposal.stored if row.written and row.line in decided.units and len(meant[row.written]) == 1
    ]
    names = {row.written: decided.units[row.line] for row in chosen}
    lasting = Mapping(roles=proposal.decided.roles, names=names).over(decided).remembered()
    _remembered(upload, proposal.shape).update_or_create(
        officer=upload.officer,
        place=upload.place,
        kind=upload.kind,
        shape=proposal.shape,
        defaults={"mapping": lasting.to_dict(), "decided_at": now, "expires_at": now + REMEMBERED},
    )


def forget(upload: Upload, shape: str) -> None:
    """Take back what was decided and remembered about a form."""
    decide(upload, Mapping())
    _remembered(upload, shape).delete()


def _remembered(upload: Upload, shape: str) -> Any:
    return RememberedMapping.objects.filter(officer=upload.officer, place=upload.place, kind=upload.kind, shape=shape)


def forget_old(now: dt.datetime) -> int:
    """Delete what was remembered about forms that have not come again. Return how many."""
    return RememberedMapping.objects.filter(expires_at__lt=now).delete()[0]


# --- the worker -----------------------------------------------------------------------------------


def waiting(_now: dt.datetime) -> QuerySet[Upload]:
    """Return the large files that wait to be opened."""
    return Upload.objects.filter(state=Upload.State.READING)


def open_waiting(now: dt.datetime) -> int | None:
    """Open the large files that wait for it, the oldest first, for the worker. Return how many, None for none."""
    done = 0
    with job_lock("read uploads"):
        while (upload := waiting(now).order_by("received_at").first()) is not None:
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
        book = open_book(file_of(upload), upload.file_name, progress)
        opened = seal(dump(book), upload.pk)
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
