"""Take files of cases that an office kept elsewhere: read them, store them, and serve their pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis import case_imports, queries, services
from bluezone.authority.diagnosis.case_imports import Draft, Known, Preview, Register
from bluezone.authority.diagnosis.case_rules import CaseFacts
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.rules import MAX_AGE
from bluezone.authority.officers import scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import Jurisdiction, code_over
from bluezone.authority.officers.models import User
from bluezone.authority.officers.upload_pages import UploadPages
from bluezone.authority.persons import from_rows
from bluezone.authority.persons import rules as person_rules
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.forms import SEX_NAMES
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.authority.site.uploads.forms import UploadForm
from bluezone.authority.site.uploads.pipeline import Kind, Stored, lines
from bluezone.geography import catalogue
from bluezone.rollout.problems import Severity
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.results import Proposal
from bluezone.spreadsheets.roles import CASES

#: the option of an upload: what a diagnosis stands on where the row does not say
_OTHERWISE = "otherwise"
_TYPES = (Case.ReportType.CONFIRMED, Case.ReportType.CLINICAL, Case.ReportType.SUSPECTED)


class CasesForm(UploadForm):
    """Ask for a file of cases."""

    file_help = _(
        "At most 2,000 rows. Columns: file number, result, first symptoms, day of the test, and if you wish who it is: "
        "name, year of birth, telephone, document, address. In Vietnamese: mã ca bệnh, kết quả, ngày khởi phát, ngày "
        "lấy mẫu, họ tên, năm sinh, điện thoại, CMND, địa chỉ."
    )
    otherwise = forms.ChoiceField(
        label=_("Rows that do not say what the diagnosis stands on"),
        choices=[(each.value, each.label) for each in _TYPES],
        initial=Case.ReportType.SUSPECTED,
        widget=forms.RadioSelect,
    )

    def options(self) -> dict[str, Any]:
        """Return what the officer entered beside the file."""
        return {_OTHERWISE: self.cleaned_data["otherwise"]}


def allowed(user: User | AnonymousUser) -> Jurisdiction:
    """Return the jurisdiction of an officer who may confirm cases. Raises PermissionDenied for all else."""
    scope.confirming_cases(user)
    return scope.required(user)


def check(upload: Upload) -> None:
    """Raise RowError or TableError for what is no list of cases."""
    from_rows.check_size(understand(upload, clock.now()))


def understand(upload: Upload, now: dt.datetime) -> Proposal:
    """Return what the list's columns and rows are taken for. Raises TableError."""
    context = Context(catalogue.all_units(), clock.date_of(now), code_over(upload.place))
    return spreadsheets.proposal_of(upload, context, CASES)


def read(upload: Upload, now: dt.datetime) -> Preview:
    """Judge the list as things stand now, for the office it was brought for."""
    register = Register(
        facts=lambda draft: _facts(draft, upload.place),
        known=lambda each: _known(upload.place, each, now),
        identity=identity_of,
        same_illness=disease().windows.same_illness.span,
    )
    otherwise = upload.options.get(_OTHERWISE, Case.ReportType.SUSPECTED.value)
    return case_imports.preview(understand(upload, now), register, clock.date_of(now), otherwise)


def store(upload: Upload, found: Preview, confirmed: Collection[int], now: dt.datetime) -> Stored:
    """Open the cases of the good rows, and of those in doubt that are taken. Raises IssueError without the right."""
    doubtful = lines(found, Severity.DOUBT)
    taken = [row for row in found.rows if row.change == "new" and (row.line not in doubtful or row.line in confirmed)]
    issuer = Issuer(officer=upload.officer)
    with transaction.atomic():
        for row in taken:
            new = services.NewCase(row.report_type, row.onset_date, row.test_date, row.file_number)
            case = services.open_without_code(new, issuer, now)
            if row.identity is not None:
                services.name_person(case, row.identity, now)
    return Stored(added=len(taken), changed=0)


def identity_of(fields: Mapping[str, Any]) -> Identity:
    """Return the identity that the fields of a row make. Raises IdentityError."""
    identity = persons.identity_from(**fields)
    person_rules.check(identity, clock.date_of(clock.now()))
    return identity


def _facts(draft: Draft, place: str) -> CaseFacts:
    day, who = draft.onset_date or draft.test_date, draft.identity or Identity()
    assert day is not None  # `date_problem` asks for one
    digests = persons.digests_of(who)
    return CaseFacts(place, day, draft.file_number, digests.telephone, digests.document)


def _known(place: str, each: Sequence[CaseFacts], now: dt.datetime) -> list[Known]:
    """Return the cases of an office that share a number with some facts; older ones are other illnesses."""
    numbers = {facts.file_number for facts in each if facts.file_number}
    telephones = {digest for facts in each for digest in facts.telephone_digests}
    documents = {digest for facts in each for digest in facts.document_digests}
    same = Q(person__telephone_digest__in=telephones) | Q(person__document_digest__in=documents)
    rows = Case.objects.filter(
        place=place, merged_into=None, created_at__gt=now - disease().windows.same_illness.span * 2 - MAX_AGE
    )
    rows = rows.filter(same | Q(file_number__in=numbers)).select_related("person")
    return [Known(queries.facts_of(row), row.report_type, row.onset_date, row.test_date, row.name) for row in rows]


def _stored_as(draft: Draft) -> str:
    """Say as what case a row would be stored."""
    parts = [gettext("the same as before") if draft.change == "unchanged" else gettext("new")]
    parts.append(str(Case.ReportType(draft.report_type).label))
    for day, text in ((draft.onset_date, gettext("first symptoms")), (draft.test_date, gettext("test"))):
        if day is not None:
            parts.append(f"{text} {date_format(day, 'SHORT_DATE_FORMAT')}")
    return " · ".join([*parts, *(said_of(draft.identity) if draft.identity else ())])


def said_of(who: Identity) -> list[str]:
    """Return what was read of a person in another form than it is written."""
    sexes = dict(SEX_NAMES)
    return [str(part) for part in (who.birth_year or "", sexes[who.sex] if who.sex else "") if part]


KIND = Kind("cases", check, read, store, understand)
PAGES = UploadPages(
    kind=KIND,
    form=CasesForm,
    namespace="diagnosis",
    nav="list",
    title=_("Bring in a list of cases"),
    lead=_(
        "A spreadsheet, a row a case of your office. You see what it would do before anything is stored. No code is "
        "issued: do that on a case's page, or send a list of codes."
    ),
    onward=("diagnosis:list", _("The cases")),
    names=lambda found: {draft.line: draft.file_number for draft in found.rows},
    stored_as=lambda found: {draft.line: _stored_as(draft) for draft in found.rows},
    day_label="",
    of_units=False,
    allowed=allowed,
    private=True,
    named=_("File number"),
)
