"""Publish versions of forms, and sign what phones fetch of them. A version is never changed or deleted: declarations
keep the one they were made with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from bluezone.authority.declarations import known_forms
from bluezone.authority.declarations.models import FormsDocument, PublishedForm
from bluezone.authority.errors import AuthorityError
from bluezone.authority.messages import areas
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.officers.models import User
from bluezone.authority.signing import services as signing
from bluezone.authority.site import clock
from bluezone.authority.site.locks import take_turns
from bluezone.forms.definition import NATION, Form
from bluezone.forms.reading import read_form
from bluezone.forms.versions import Difference, differences, distributed
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import UnitCode
from bluezone.protocol import form_documents
from bluezone.protocol.form_documents import FormsError
from bluezone.protocol.text import MessageTooLargeError

_TURN = "forms"


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
    take_turns(_TURN)
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
        issue(form.area, now)
    except (FormsError, MessageTooLargeError) as error:
        raise NotPublishedError(f"{form.form}: with it the forms are more than phones take ({error})") from error
    return proposal


# --- what phones fetch ------------------------------------------------------------------------------------------------


@transaction.atomic
def issue(area: str, now: dt.datetime) -> bool:
    """Sign the document of an area's forms anew where it holds others than it should, or is too old; return whether it
    was signed. Raises FormsError, MessageTooLargeError where it would be more than phones take."""
    take_turns(_TURN)
    region, code = settings.BLUEZONE.region, "" if area == NATION else area
    last = FormsDocument.objects.filter(region=region, area=code).first()
    wanted = [(each.form, each.version) for each in distributed(known_forms.every(), area, clock.date_of(now))]
    names = [f"{form} {version}" for form, version in wanted]
    held = [name for name in last.versions.split(",") if name] if last else []
    if not areas.must_sign(last.issued_at if last else None, held, names, now):
        return False
    documents = known_forms.documents()
    document = form_documents.FormsDocument(
        region=region,
        area=code,
        serial=last.serial + 1 if last else 1,
        issued_at_s=int(now.timestamp()),
        valid_until_s=int((now + areas.DOCUMENT_LIFE).timestamp()),
        forms=tuple(documents[each] for each in wanted),
    )
    values = {
        "serial": document.serial,
        "issued_at": now,
        "versions": ",".join(names),
        "document": form_documents.sign_forms(document, signing.export_signers(now)).decode("ascii"),
    }
    FormsDocument.objects.update_or_create(region=region, area=code, defaults=values)
    return True


def refresh(now: dt.datetime) -> str:
    """Sign every document of forms anew that is old or holds what has ended; the worker runs it."""
    every = sorted({NATION, *(each.area for each in known_forms.every())})
    return f"{sum(issue(area, now) for area in every)} of {len(every)} documents signed anew"
