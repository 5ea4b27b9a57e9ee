"""Take lists of people who are to get a code: read them, hand them to the worker, tell what became of each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis import quota
from bluezone.authority.diagnosis.case_uploads import allowed
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.sending import envelope, lists, presenters, queries, services
from bluezone.authority.diagnosis.sending.lists import Preview, Register
from bluezone.authority.diagnosis.sending.presenters import LANGUAGE_NAMES
from bluezone.authority.diagnosis.sending.services import Row
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.upload_pages import UploadPages
from bluezone.authority.persons import from_rows
from bluezone.authority.site import clock
from bluezone.authority.site.locks import take_turns
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import pipeline, spreadsheets
from bluezone.authority.site.uploads.forms import UploadForm
from bluezone.authority.site.uploads.pipeline import Kind, Stored, UploadError
from bluezone.geography import catalogue
from bluezone.rollout.problems import Severity
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.results import Proposal
from bluezone.spreadsheets.roles import CODES
from bluezone.tables import csv_text

_NAME = "code list"


class ListForm(UploadForm):
    """Ask for a list, what its diagnoses stand on, and the language of rows that do not say."""

    file_help = _(
        "At most 1,000 rows. Columns: telephone, test date, onset date; if you wish file number, language (vi or en). "
        "In Vietnamese: số điện thoại, ngày xét nghiệm, ngày khởi phát, số hồ sơ, ngôn ngữ."
    )
    report_type = forms.ChoiceField(
        label=_("What the diagnoses stand on"),
        choices=[(each.value, each.label) for each in (Case.ReportType.CONFIRMED, Case.ReportType.CLINICAL)],
        initial=Case.ReportType.CONFIRMED,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(label=_("Language of the messages"), choices=LANGUAGE_NAMES, initial="vi")

    def options(self) -> dict[str, Any]:
        """Return what the officer entered beside the file."""
        return {name: self.cleaned_data[name] for name in ("report_type", "language")}


def check(upload: Upload) -> None:
    """Raise RowError or TableError for what is no list of numbers, SendingError where no messages are sent."""
    services.check_offered()
    _check_new(upload)
    from_rows.check_size(understand(upload, clock.now()), lists.MOST_ROWS)


def understand(upload: Upload, now: dt.datetime) -> Proposal:
    """Return what the list's columns and rows are taken for. Raises TableError."""
    return spreadsheets.proposal_of(upload, Context(catalogue.all_units(), clock.date_of(now)), CODES)


def _check_new(upload: Upload) -> None:
    """Raise UploadError for a file that the office has stored already: nobody gets a second message by mistake."""
    stored = Upload.objects.filter(kind=_NAME, place=upload.place, sha256=upload.sha256, state=Upload.State.STORED)
    if stored.exclude(pk=upload.pk).exists():
        raise UploadError(
            gettext_noop(
                "this very file was stored before, and its messages are sent or on their way: page “Codes” tells what "
                "became of each row"
            )
        )


def read(upload: Upload, now: dt.datetime) -> Preview:
    """Read the list as things stand now, for the office it was brought for."""
    _check_new(upload)
    left = quota.left(Issuer(officer=upload.officer), now) if upload.officer is not None else 0
    language = upload.options.get("language", "vi")
    register = Register(services.read_number, _known)
    return lists.preview(understand(upload, now), register, clock.date_of(now), language, left)


def _known(numbers: Collection[str]) -> set[str]:
    by_digest = {digest: number for number in numbers for digest in envelope.digests(number)}
    return {by_digest[digest] for digest in queries.sent_to(by_digest)}


def store(upload: Upload, found: Preview, confirmed: Collection[int], now: dt.datetime) -> Stored:
    """Hand the good rows, and those in doubt that are taken, to the worker. All of them or none: raises SendingError
    where they are more than the quota of the day holds, IssueError without the right."""
    take_turns(f"{_NAME} {upload.place}")
    _check_new(upload)  # another page may have stored it meanwhile
    assert upload.officer is not None  # who decides
    why = {problem.line: lists.why_of(problem) for problem in reversed(found.problems)}
    doubtful = pipeline.lines(found, Severity.DOUBT)
    drafts = {draft.line: draft for draft in found.rows}
    rows = []
    for line, file_number in found.file_numbers.items():
        draft = drafts.get(line)
        if draft is None or (line in doubtful and line not in confirmed):
            rows.append(Row(line, upload.options.get("language", "vi"), file_number, why=why[line]))
            continue
        report = upload.options.get("report_type", Case.ReportType.CONFIRMED.value)
        content = envelope.Content(draft.number, "", report, draft.onset_date, draft.test_date)
        rows.append(Row(line, draft.language, file_number, content))
    return Stored(added=services.queue_list(upload, rows, Issuer(officer=upload.officer), now), changed=0)


def fate_file(upload: Upload) -> str:
    """Write what became of each row of a list, as CSV in the reader's language: no number, no code, no formula."""
    table: list[tuple[object, ...]] = [
        (gettext("Line"), gettext("File number"), gettext("What became of it"), gettext("Why"))
    ]
    for row in queries.rows_of(upload):
        said = presenters.said(row)
        table.append((row.line, row.file_number, said["text"], said["why"]))
    return csv_text(table)


def _context(found: Preview) -> dict[str, Any]:
    doubts = pipeline.lines(found, Severity.DOUBT)
    sure = sum(draft.line not in doubts for draft in found.rows)
    return {"needed": sure, "left": found.left, "fits": sure <= found.left}


def _stored_as(found: Preview) -> dict[int, str]:
    """Say of each row to which number and in which language its code goes."""
    names = dict(LANGUAGE_NAMES)
    return {draft.line: f"{draft.number} · {names[draft.language]}" for draft in found.rows}


KIND = Kind(_NAME, check, read, store, understand)
PAGES = UploadPages(
    kind=KIND,
    form=ListForm,
    namespace="sending",
    nav="codes",
    title=_("Send codes by a list"),
    lead=_(
        "A spreadsheet, a row a person. You see what it would do; then a case is opened for each row, and its code is "
        "sent as a text message. The numbers are kept, encrypted, until the code is used or has run out, a day at most."
    ),
    onward=("sending:codes", _("What became of it")),
    names=lambda found: found.file_numbers,
    context=_context,
    stored_as=_stored_as,
    of_units=False,
    day_label="",
    effects_template="sending/list_effects.html",
    allowed=allowed,
    private=True,
    named=_("File number"),
)
