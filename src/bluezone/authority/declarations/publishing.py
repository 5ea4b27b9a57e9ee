"""Publish versions of forms. A version is never changed or deleted: declarations keep the one they were made with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from bluezone.authority.declarations import known_forms
from bluezone.authority.declarations.models import PublishedForm
from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers.models import User
from bluezone.authority.site.locks import take_turns
from bluezone.forms.definition import Form
from bluezone.forms.reading import read_form
from bluezone.forms.versions import Difference, differences


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
    before = known_forms.newest(form.form)
    if before is None:
        return Proposal(form, None)
    if form.version <= before.version:
        text = f"{form.form}: version {form.version} is not above {before.version}, the newest that is known"
        raise NotPublishedError(text)
    found = differences(before, form)
    if not found:
        raise NotPublishedError(f"{form.form}: version {form.version} says the same as version {before.version}")
    return Proposal(form, before, found)


@transaction.atomic
def publish(document: bytes, by: User | None, now: dt.datetime) -> Proposal:
    """Publish a version of a form. Raises FormError, NotPublishedError."""
    take_turns("forms")
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
    return proposal
