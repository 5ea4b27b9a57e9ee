"""Know the forms: those that ship with the project, and those that were published here."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from bluezone.authority.declarations.models import PublishedForm
from bluezone.forms import shipped, versions
from bluezone.forms.definition import Form
from bluezone.forms.reading import read_form


@lru_cache(maxsize=64)
def _read(document: str) -> Form:
    """Read a document that was checked when it was published."""
    return read_form(document)


def every() -> tuple[Form, ...]:
    """Return every version of every form, those that ship first."""
    rows = PublishedForm.objects.order_by("form", "version").values_list("document", flat=True)
    return (*shipped.forms(), *(_read(document) for document in rows))


def offered(day: dt.date, province: str = "") -> tuple[Form, ...]:
    """Return the forms that may be filled in on a day."""
    return versions.offered(every(), day, province)


def version(form: str, number: int) -> Form | None:
    """Return a version of a form; None for one that is not known here."""
    row = PublishedForm.objects.filter(form=form, version=number).values_list("document", flat=True).first()
    if row is not None:
        return _read(row)
    return next((each for each in shipped.forms() if (each.form, each.version) == (form, number)), None)


def newest(form: str) -> Form | None:
    """Return the version of a form with the greatest number; None where there is none."""
    found = [each for each in every() if each.form == form]
    return max(found, key=lambda each: each.version, default=None)
