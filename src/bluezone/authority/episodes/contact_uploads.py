"""Take files of a case's contacts from the interview: read them, enter the contacts, and serve their pages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis import queries as cases
from bluezone.authority.diagnosis.case_uploads import allowed
from bluezone.authority.diagnosis.case_uploads import identity_of as identity_from
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import contact_imports, queries, rules, services
from bluezone.authority.episodes.contact_imports import MOST_ROWS, Draft, Known, Preview, Register
from bluezone.authority.episodes.forms import SETTING_NAMES
from bluezone.authority.episodes.models import Exposure
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.services import Met
from bluezone.authority.episodes.words import Setting
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.upload_pages import UploadPages, first
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import clock
from bluezone.authority.site.locks import take_turns
from bluezone.authority.site.models import Upload
from bluezone.authority.site.registries import HomePart, Task, Visitor
from bluezone.authority.site.uploads.forms import UploadForm
from bluezone.authority.site.uploads.lists import seen_lines
from bluezone.authority.site.uploads.pipeline import Kind, Stored, UploadError

#: options of an upload: whose contacts these are, and where people met of whom the row does not say it
_CASE, _OTHERWISE = "case", "otherwise"


class ContactsForm(UploadForm):
    """Ask for a file of contacts, and whose they are where the page's address does not say it."""

    file_help = _(
        "At most 200 rows. Columns: last day near, where they met, name, year of birth, telephone, document, address; "
        "or the pseudonym of a person you know already. In Vietnamese: ngày tiếp xúc cuối, hoàn cảnh tiếp xúc, họ tên, "
        "năm sinh, điện thoại, CCCD, địa chỉ, mã."
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
            rows = cases.editable_cases(self._officer).filter(merged_into=None)
            found = list(cases.found(rows, text)[:2])
            if len(found) != 1:
                raise forms.ValidationError(
                    gettext("No case that you may change is called so, or several are: take its pseudonym.")
                )
            self._found = found[0]
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
    """Raise UploadError or TableError for what is no list of contacts."""
    contact_imports.check_header(seen_lines(upload, contact_imports.check_header))


def read(upload: Upload, now: dt.datetime) -> Preview:
    """Read the file as things stand now, for the office and the case it was brought for. Raises UploadError where the
    case is the officer's no more, or would have more contacts than are taken."""
    case = _source(upload)
    first_day, last_day = services.days_of(services.of_case(case, now))

    def check_day(day: dt.date) -> None:
        rules.check_meeting(day, first_day, last_day, clock.date_of(now))

    def known(each: Sequence[Identity], named: Collection[str]) -> list[Known]:
        return _known(case, upload.place, each, named)

    def identity_of(texts: Mapping[str, str], birth_year: int | None) -> Identity:
        return identity_from({**texts, "birth_year": birth_year})

    lines = seen_lines(upload, contact_imports.check_header)
    otherwise = Setting(upload.options.get(_OTHERWISE, Setting.OTHER.value))
    found = contact_imports.preview(lines, Register(identity_of, known, check_day), otherwise)
    _check_most(case, found)
    return replace(found, of=case.name)


def _check_most(case: Case, found: Preview) -> None:
    """Raise UploadError where a case would have more contacts than are asked by one office."""
    stored = queries.contacts_of(case)
    there = set(stored.filter(person__isnull=False).values_list("person__pseudonym", flat=True))
    new = {row.known or str(row.same_as or row.line) for row in found.rows} - there
    if stored.count() + len(new) > MOST_ROWS:
        template = gettext_noop(
            "the case has {stored} contacts and the file {new} more; at most {most} of a case are entered: ask another "
            "office for help"
        )
        raise UploadError(template, stored=stored.count(), new=len(new), most=MOST_ROWS)


def store(upload: Upload, found: Preview, confirmed: Collection[int], now: dt.datetime) -> Stored:
    """Enter the contacts of the good rows, and of those in doubt that are taken. Raises UploadError, ContactError."""
    doubtful = {problem.line for problem in found.problems}
    taken = [row for row in found.rows if row.change == "new" and (row.line not in doubtful or row.line in confirmed)]
    by = Issuer(officer=upload.officer)
    take_turns(f"contacts of {upload.options.get(_CASE)}")
    with transaction.atomic():
        case = _source(upload)
        people: dict[int, Person] = {}
        for row in taken:
            contact = services.enter(case, _who(row, people, by), Met(row.day, row.setting), by, now)
            if contact.person is not None:
                people.setdefault(row.same_as or row.line, contact.person)
    return Stored(added=len(taken), changed=0)


def _who(row: Draft, people: Mapping[int, Person], by: Issuer) -> Identity | Person:
    """Return the person of a row: one whom the office knows, one of a row above, or a new one."""
    if row.known:
        person = persons.of_office(by.place, row.known)
        if person is None:
            raise ContactError(gettext_noop("this identity belongs to another office"))
        return person
    return people.get(row.same_as or row.line, row.identity)


def _source(upload: Upload) -> Case:
    case = _case_of(upload.officer, str(upload.options.get(_CASE, "")))
    if case is None:
        raise UploadError(gettext_noop("the case that these contacts are of is not yours to change any more"))
    return case


def _known(case: Case, place: str, each: Sequence[Identity], named: Collection[str]) -> list[Known]:
    """Return the people of an office that are compared with the rows, with the days on which they met the case."""
    there = queries.contacts_of(case).filter(person__isnull=False)
    people = persons.alike(place, each, {*named, *there.values_list("person__pseudonym", flat=True)})
    days: dict[int, set[dt.date]] = defaultdict(set)
    met = Exposure.objects.filter(source__case=case, episode__person__in=[person.pk for person, _ in people])
    for person, day in met.values_list("episode__person", "day"):
        days[person].add(day)
    return [
        Known(person.pseudonym, identity, frozenset(days[person.pk]), person.pk == case.person_id)
        for person, identity in people
    ]


def masked(who: Identity | None) -> str:
    """Return by what somebody will be found, with the last digits only: a preview is looked at over shoulders."""
    if who is None:
        return ""
    ends = [f"…{number[-3:]}" for number in (who.telephone, who.document) if number]
    return ", ".join(ends) or "…"


def _context(found: Preview) -> dict[str, Any]:
    shown, more = first(found.rows)
    sample = [
        {"draft": draft, "setting": SETTING_NAMES[draft.setting], "who": draft.known or masked(draft.identity)}
        for draft in shown
    ]
    return {"sample": sample, "more_rows": more, "ignored": found.ignored, "name": found.of}


def _names(found: Preview) -> dict[int, str]:
    """Name nobody: of each row the pseudonym, where the office knows the person."""
    return {row.line: row.known for row in found.rows}


def _asked(upload: Upload) -> dict[str, str]:
    """Return the case for the form that brings a file again; nothing for one that the officer may change no more."""
    key = str(upload.options.get(_CASE, ""))
    return {_CASE: key} if _case_of(upload.officer, key) is not None else {}


KIND = Kind("contacts", check, read, store)
PAGES = UploadPages(
    kind=KIND,
    form=ContactsForm,
    namespace="episodes",
    nav="contacts",
    title=_("Bring in contacts of a case"),
    lead=_(
        "A spreadsheet from the interview, a row a person and day. You see what it would do before anything is stored: "
        "which rows cannot be read, and who may be the same person."
    ),
    onward=("episodes:calls", _("Who is to be called")),
    names=_names,
    context=_context,
    rows_template="episodes/upload_rows.html",
    effects_template="episodes/upload_effects.html",
    allowed=allowed,
    private=True,
    asked=_asked,
    named=_("Pseudonym"),
)


def _waiting(visitor: Visitor) -> Iterable[Task]:
    if visitor.user.may_confirm and not visitor.is_head:
        yield from PAGES.tasks(visitor.user)


HOME = (HomePart(12, _waiting), HomePart(12, _waiting, for_offices=True))
