"""Know the forms: those that ship with the project, and those that were published here."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from bluezone.authority.declarations.models import PublishedForm
from bluezone.authority.site.configuration import disease
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
    return (*shipped.forms(disease()), *(_read(document) for document in rows))


def offered(day: dt.date, areas: Collection[str] = ()) -> tuple[Form, ...]:
    """Return the forms that may be filled in on a day: those of the country, and those of `areas`."""
    return versions.offered(every(), day, areas)


def documents() -> dict[tuple[str, int], str]:
    """Return the document of every version of every form, as JSON without spaces."""
    found = {(each.form, each.version): shipped.document(each.form, disease()) for each in shipped.forms(disease())}
    rows = PublishedForm.objects.values_list("form", "version", "document")
    found |= {(form, version): document for form, version, document in rows}
    return {
        name: json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")) for name, text in found.items()
    }


@lru_cache(maxsize=64)
def _remembered(form: str, number: int) -> Form:
    """Return a version of a form, which never changes. Raises LookupError where it is not known here."""
    row = PublishedForm.objects.filter(form=form, version=number).values_list("document", flat=True).first()
    if row is not None:
        return _read(row)
    found = next((each for each in shipped.forms(disease()) if (each.form, each.version) == (form, number)), None)
    if found is None:
        raise LookupError(form, number)  # so that it is asked for again: it may be published any time
    return found


def version(form: str, number: int) -> Form | None:
    """Return a version of a form; None for one that is not known here."""
    try:
        return _remembered(form, number)
    except LookupError:
        return None


def forget(**_: Any) -> None:
    """Read versions anew: one was published or removed in this process."""
    _remembered.cache_clear()


def newest(form: str, area: str | None = None) -> Form | None:
    """Return the version of a form with the greatest number, of all areas or of one; None where there is none."""
    found = [each for each in every() if each.form == form and area in (None, each.area)]
    return max(found, key=lambda each: each.version, default=None)
