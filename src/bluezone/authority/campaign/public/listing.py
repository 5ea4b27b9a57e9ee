"""Filter, sort and page the lines of a public ranking by what the page's address asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers.generic import Filters, Sort, offer_sorts
from bluezone.geography.names import without_marks

#: lines of a page: the 63 provinces on one, the communes of the largest on two
PER_PAGE = 100
#: a shorter table is read without searching it
_SHORT = 12


class _Wanted(Filters):
    """Ask for some of the places by a part of their name, on the day and of the kind that the page shows."""

    anchor = "table-title"
    name = forms.CharField(label=_("Name"), required=False, max_length=100)
    date = forms.CharField(required=False, widget=forms.HiddenInput)
    at = forms.CharField(required=False, widget=forms.HiddenInput)
    system = forms.CharField(required=False, widget=forms.HiddenInput)
    by = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        for name in ("date", "at", "system", "by"):
            if not self.data.get(name):
                del self.fields[name]


class Listing:
    """Choose lines of a ranking; a template draws its form (`asked`) and, by `{% sortable %}`, the heads of columns."""

    sorts = (
        Sort("name", _("Unit"), ("name",), _("Z to A")),
        Sort("count", _("Installed"), ("count",), _("highest first")),
        Sort("share", _("Share"), ("share",), _("highest first")),
        Sort("points", _("Points in a week"), ("points",), _("highest first")),
    )
    anchor = _Wanted.anchor

    def __init__(self, query: QueryDict) -> None:
        self.asked = _Wanted(query)
        offer_sorts(self.asked, self.sorts)
        self._page = query.get("page")

    def fitting(self, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows whose name holds each word that is asked for, whatever its marks and capitals."""
        words = without_marks(self.asked.data.get("name", "")[:100]).split()
        return [row for row in rows if all(word in without_marks(row["name"]) for word in words)] if words else [*rows]

    def page(self, rows: Sequence[dict[str, Any]]) -> Page[dict[str, Any]]:
        """Return a page of the rows that fit, in the order that is asked for; what is not known comes last."""
        found, asked = self.fitting(rows), self.asked.data.get("sort", "")
        if name := asked.removeprefix("-"):
            known = [row for row in found if row["values"][name] is not None]
            unknown = [row for row in found if row["values"][name] is None]
            found = sorted(known, key=lambda row: row["values"][name], reverse=asked.startswith("-")) + unknown
        return Paginator(found, PER_PAGE).get_page(self._page)

    def is_long(self, rows: Sequence[dict[str, Any]]) -> bool:
        """Return whether a table of these rows wants searching."""
        return len(rows) > _SHORT

    @property
    def is_narrowed(self) -> bool:
        """Return whether a part of the rows is asked for."""
        return bool(self.asked.data.get("name", "").strip())
