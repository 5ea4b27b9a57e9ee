"""Publish versions of forms, and say which ones phones fetch. A version is never changed or deleted: declarations
keep the one they were made with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from bluezone.authority.declarations import known_forms
from bluezone.authority.declarations.models import PublishedForm
from bluezone.authority.documents import services as documents
from bluezone.authority.documents.rules import PublishedKind
from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers.jurisdiction import Role, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.forms.definition import NATION, Form
from bluezone.forms.reading import read_form
from bluezone.forms.versions import Difference, differences, distributed
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import UnitCode
from bluezone.protocol.documents import DocumentError
from bluezone.protocol.kinds import FORMS


class NotPublishedError(AuthorityError):
    """Report a form that is not published; the text says why."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Hold a form that may be published, the version before it (None: the first), and what differs."""

    form: Form
    before: Form | None
    differences: tuple[Difference, ...] = ()


def propose(document: bytes) -> Proposal:
    """Read a document and compare it with the version before. Raises FormError, NotPublishedError."""
    form = read_form(document)
    _check_area(form)
    newest = known_forms.newest(form.form)
    if newest is None:
        return Proposal(form, None)
    if form.version <= newest.version:
        text = f"{form.form}: version {form.version} is not above {newest.version}, the newest that is known"
        raise NotPublishedError(text)
    before = known_forms.newest(form.form, form.area) or known_forms.newest(form.form, NATION) or newest
    found = differences(before, form)
    if not found:
        raise NotPublishedError(f"{form.form}: version {form.version} says the same as version {before.version}")
    return Proposal(form, before, found)


def _check_area(form: Form) -> None:
    """Check that a form is for the country or for a province that there is, or was. Raises NotPublishedError."""
    try:
        if form.area != NATION:
            place_of(UnitCode.parse(form.area))
    except GeographyError:
        raise NotPublishedError(f"{form.form}: there is no province with the code {form.area}") from None


@transaction.atomic
def publish(document: bytes, by: User | None, now: dt.datetime) -> Proposal:
    """Publish a version of a form. Raises FormError, NotPublishedError."""
    documents.take_turn(FORMS)
    proposal = propose(document)
    form = proposal.form
    try:
        with transaction.atomic():
            PublishedForm.objects.create(
                form=form.form,
                version=form.version,
                area=form.area,
                document=document.decode("utf-8"),
                published_at=now,
                published_by=by,
            )
    except IntegrityError:
        raise NotPublishedError(f"{form.form}: version {form.version} was published a moment ago") from None
    try:
        documents.issue(PUBLISHED_FORMS, form.area, now)
    except DocumentError as error:
        raise NotPublishedError(f"{form.form}: with it the forms are more than phones take ({error})") from error
    return proposal


# --- what phones fetch ------------------------------------------------------------------------------------------------


def _content(area: str, now: dt.datetime) -> tuple[str, ...] | None:
    """Return the documents of the forms that phones of an area get; None where there are none."""
    wanted = distributed(known_forms.every(), area, clock.date_of(now))
    texts = known_forms.documents() if wanted else {}
    return tuple(texts[each.form, each.version] for each in wanted) or None


def _areas(_: dt.datetime) -> set[str]:
    return {NATION, *(each.area for each in known_forms.every())}


PUBLISHED_FORMS = PublishedKind(FORMS, frozenset({Role.MINISTRY, Role.PROVINCE}), _content, _areas)
