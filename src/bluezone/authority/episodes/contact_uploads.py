"""Take files of a case's contacts from the interview: read them, enter the contacts, and serve their pages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis import queries as cases
from bluezone.authority.diagnosis.case_uploads import allowed, identity_of, said_of
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import contact_imports, queries, rules, services
from bluezone.authority.episodes.contact_imports import Draft, Known, Preview, Register, Source
from bluezone.authority.episodes.forms import SETTING_NAMES
from bluezone.authority.episodes.models import Event, Exposure
from bluezone.authority.episodes.services import Meeting, Met
from bluezone.authority.episodes.words import EventKind, Setting
from bluezone.authority.officers import confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import code_over, place_of
from bluezone.authority.officers.upload_pages import UploadPages
from bluezone.authority.persons import from_rows
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.from_rows import MOST_ROWS, RowError
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.locks import take_turns
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.authority.site.uploads.forms import UploadForm
from bluezone.authority.site.uploads.pipeline import Kind, Stored, UploadError, lines
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.problems import Severity
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.results import Proposal
from bluezone.spreadsheets.roles import CONTACTS

#: options of an upload: whose contacts these are, and where people met of whom the row does not say it
_CASE, _OTHERWISE = "case", "otherwise"
_NOT_YOURS = gettext_noop("the case that these contacts are of is not yours to change any more")


class ContactsForm(UploadForm):
    """Ask for a file of contacts, and whose they are where the page's address does not say it."""

    file_help = _(
        "At most 2,000 rows. Columns: days of contact, relation, where they met, name, year of birth, sex, telephone, "
        "document, address, occupation, symptoms; or the pseudonym of a person you know already. In Vietnamese: ngày "
        "tiếp xúc, quan hệ, hoàn cảnh tiếp xúc, họ tên, năm sinh, giới tính, điện thoại, CCCD, địa chỉ, nghề nghiệp, "
        "triệu chứng, mã."
    )
    case = forms.CharField(
        label=_("Whose contacts"),
        help_text=_("The case’s pseudonym or file number."),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    otherwise = forms.ChoiceField(
        label=_("Rows that do not say where they met"),
        choices=[(each.value, text) for each, text in SETTING_NAMES.items()],
        initial=Setting.OTHER.value,
        widget=forms.RadioSelect,
    )
    field_order = ("case", "file", "otherwise")
    _officer: Any = None
    _found: Case | None = None

    def for_officer(self, officer: Any, asked: Mapping[str, str]) -> None:
        """Fix the case that the page's address names. Raises Http404 for one that the officer may not change."""
        self._officer = officer
        if key := asked.get("case", ""):
            self._found = _case_of(officer, key)
            if self._found is None:
                raise Http404
            self.fields["case"].disabled = True
            self.fields["case"].help_text = ""
            self.initial["case"] = self._found.name

    def clean_case(self) -> str:
        """Find the case that was typed among those that the officer may change."""
        text: str = self.cleaned_data["case"]
        if self._found is None:
            self._found = queries.case_called(self._officer, text)
        if self._found is None:
            raise forms.ValidationError(
                gettext("No case that you may change is called so, or several are: take its pseudonym.")
            )
        return text

    def options(self) -> dict[str, Any]:
        """Return what the officer entered beside the file."""
        assert self._found is not None  # a valid form has found it
        return {_CASE: str(self._found.pk), _OTHERWISE: self.cleaned_data["otherwise"]}


def _case_of(officer: Any, key: str) -> Case | None:
    """Return a case that an officer may change now, by its id."""
    try:
        rows = cases.editable_cases(officer).filter(pk=uuid.UUID(key), merged_into=None)
    except ValueError:
        return None
    return rows.select_related("person").first()


def check(upload: Upload) -> None:
    """Raise RowError or TableError for what is no list of contacts."""
    from_rows.check_size(understand(upload, clock.now()))


def understand(upload: Upload, now: dt.datetime) -> Proposal:
    """Return what the list's columns and rows are taken for. Raises TableError."""
    context = Context(catalogue.all_units(), clock.date_of(now), code_over(upload.place))
    return spreadsheets.proposal_of(upload, context, CONTACTS)


def read(upload: Upload, now: dt.datetime) -> Preview:
    """Judge the list as things stand now, for the office and the case it was brought for. Raises UploadError where the
    case is the officer's no more, or would have more contacts than are taken."""
    case, today = _source(upload), clock.date_of(now)
    officer: Any = upload.officer
    named: dict[str, Case | None] = {"": case}
    sources = dict[str, Source]()

    def source(text: str) -> Source:
        if text not in sources:
            named[text] = found = named.get(text) or queries.case_called(officer, text)
            if found is None:
                raise RowError(rules.NO_SUCH_CASE)
            days, back = services.days_of(services.of_case(found, now)), disease().windows.look_back
            sources[text] = Source(str(found.pk), found.name, lambda day: rules.check_meeting(day, *days, today, back))
        return sources[text]

    def known(each: Sequence[Identity], pseudonyms: Collection[str]) -> list[Known]:
        return _known({case for case in named.values() if case is not None}, upload.place, each, pseudonyms)

    otherwise = Setting(upload.options.get(_OTHERWISE, Setting.OTHER.value))
    register = Register(identity_of, known, source)
    found = contact_imports.preview(understand(upload, now), register, today, otherwise)
    _check_most(case, found)
    return found


def _check_most(case: Case, found: Preview) -> None:
    """Raise UploadError where a case would have more contacts than are asked by one office."""
    stored = queries.contacts_of(case)
    there = set(stored.filter(person__isnull=False).values_list("person__pseudonym", flat=True))
    own = [row for row in found.rows if row.source == str(case.pk)]
    new = {row.known or str(row.same_as or row.line) for row in own} - there
    if len(there) + len(new) > MOST_ROWS:
        template = gettext_noop(
            "the case has {stored} contacts and the file {new} more; at most {most} of a case are entered: ask another "
            "office for help"
        )
        raise UploadError(template, stored=len(there), new=len(new), most=MOST_ROWS)


def store(upload: Upload, found: Preview, confirmed: Collection[int], now: dt.datetime) -> Stored:
    """Enter the contacts of the good rows, and of those in doubt that are taken. Raises UploadError, ContactError."""
    doubtful = lines(found, Severity.DOUBT)
    taken = [row for row in found.rows if row.change == "new" and (row.line not in doubtful or row.line in confirmed)]
    by = Issuer(officer=upload.officer)
    take_turns(f"contacts of {upload.options.get(_CASE)}")
    with transaction.atomic():
        _source(upload)
        sources = {key: services.of_case(_source(upload, key), now) for key in {row.source for row in taken}}
        offices = confirming.all_offices_with_right()
        known = Person.objects.in_bulk({row.known for row in taken if row.known}, field_name="pseudonym")
        places = {row.line: place_of(UnitCode.parse(row.place)) if row.place else by.place for row in taken}
        first: dict[int, Draft] = {}
        for row in taken:
            if not row.known:
                first.setdefault(row.same_as or row.line, row)
        entered = persons.enter_all(
            [(row.identity, confirming.office_of(places[row.line], offices)) for row in first.values()], now
        )
        people = dict(zip(first, entered, strict=True))
        meetings = [
            (row, Meeting(sources[row.source], who, Met(day, row.setting, relation=row.relation), places[row.line]))
            for row in taken
            for who in [known[row.known] if row.known else people[row.same_as or row.line]]
            for day in row.days
        ]
        episodes = services.enter_all([each for _row, each in meetings], by, now)
        of_line = {row.line: episode for (row, _), episode in zip(meetings, episodes, strict=True)}
        notes = []
        for row in taken:
            if row.symptoms:
                note = Event(episode=of_line[row.line], kind=EventKind.NOTE.value, day=clock.date_of(now), at=now)
                note.by, note.what = by.officer, "symptoms"
                note.seal({"text": row.symptoms})
                notes.append(note)
        Event.objects.bulk_create(notes)
    return Stored(added=len(taken), changed=0)


def _source(upload: Upload, key: str = "") -> Case:
    """Return a case whose contacts the rows are, that of the whole list for none. Raises UploadError where it is the
    officer's no more."""
    case = _case_of(upload.officer, key or str(upload.options.get(_CASE, "")))
    if case is None:
        raise UploadError(_NOT_YOURS)
    return case


def _known(sources: Collection[Case], place: str, each: Sequence[Identity], named: Collection[str]) -> list[Known]:
    """Return the people of an office, and the contacts of these cases wherever they live, that are compared with the
    rows, with the days on which they met which case."""
    there: set[str] = set()
    for case in sources:
        contacts = queries.contacts_of(case).filter(person__isnull=False)
        there.update(contacts.values_list("person__pseudonym", flat=True))
    people = persons.alike(place, each, named, there)
    met: dict[int, set[tuple[str, dt.date]]] = defaultdict(set)
    keys = [person.pk for person, _ in people]
    exposures = Exposure.objects.filter(source__case__in=sources, episode__person__in=keys)
    for person, case_key, day in exposures.values_list("episode__person", "source__case", "day"):
        met[person].add((str(case_key), day))
    of_case = defaultdict[int | None, set[str]](set)
    for case in sources:
        of_case[case.person_id].add(str(case.pk))
    return [
        Known(person.pseudonym, identity, frozenset(met[person.pk]), frozenset(of_case[person.pk]))
        for person, identity in people
    ]


def _stored_as(found: Preview) -> dict[int, str]:
    """Say of each row whether it is new, on which days and where they met, what was read of the person, the commune."""
    units, said = catalogue.all_units(), {}
    for draft in found.rows:
        parts = [gettext("the same as before") if draft.change == "unchanged" else gettext("new")]
        parts += [date_format(day, "SHORT_DATE_FORMAT") for day in draft.days]
        parts.append(str(SETTING_NAMES[draft.setting]))
        parts += said_of(draft.identity)
        if draft.same_as:
            parts.append(gettext("the person of line %(line)s") % {"line": draft.same_as})
        if draft.place:
            parts.append(units.unit(UnitCode.parse(draft.place)).full_name)
        said[draft.line] = " · ".join(parts)
    return said


def _asked(upload: Upload) -> dict[str, str]:
    """Return the case for the form that brings a file again; nothing for one that the officer may change no more."""
    key = str(upload.options.get(_CASE, ""))
    return {_CASE: key} if _case_of(upload.officer, key) is not None else {}


KIND = Kind("contacts", check, read, store, understand)
PAGES = UploadPages(
    kind=KIND,
    form=ContactsForm,
    namespace="episodes",
    nav="work",
    title=_("Bring in contacts of a case"),
    lead=_(
        "A spreadsheet from the interview, a row a person and day. You see what it would do before anything is stored: "
        "which rows cannot be read, and who may be the same person."
    ),
    onward=("work:list", _("Today's work")),
    names=lambda found: {row.line: row.known for row in found.rows},
    context=lambda found: {"name": found.of},
    stored_as=_stored_as,
    day_label=_("Day of contact of rows without one"),
    effects_template="episodes/upload_effects.html",
    allowed=allowed,
    private=True,
    asked=_asked,
    named=_("Pseudonym"),
)
