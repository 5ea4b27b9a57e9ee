"""Serve the pages of the national table: bringing one, and what was printed beside what we reckon."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from bluezone.authority.campaign.figures import national
from bluezone.authority.campaign.figures.entry_views import replaced, to_be_stored
from bluezone.authority.campaign.figures.forms import read_date
from bluezone.authority.campaign.figures.models import PrintedTable
from bluezone.authority.campaign.figures.national import KIND, Beside
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import Access, OfficerPage
from bluezone.authority.officers.jurisdiction import NATION, Jurisdiction, Role, codes_of
from bluezone.authority.officers.models import User
from bluezone.authority.officers.upload_pages import UploadPages
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, page_language, problem_text, unit_name
from bluezone.authority.site.uploads.forms import UploadForm
from bluezone.i18n import Language, format_date, format_share
from bluezone.rollout.counts import COUNT_FIELDS, SHARE_FIELDS

#: what a table pasted without its head is taken for, by its number of columns
_HEADS = {
    3: "Địa phương\tSố lượt cài đặt\tTỷ lệ dân số",
    4: "STT\tĐịa phương\tSố lượt cài đặt\tTỷ lệ dân số",
    5: "STT\tĐịa phương\tSố lượt cài đặt\tTỷ lệ dân số\tTrên smartphone",
}
_EARLIER = 60


class NationalForm(UploadForm):
    """Ask for the table of a day: as a file, or pasted from the page that printed it."""

    default_date = forms.CharField(
        label=_("Day of the table"),
        help_text=_("As in 13/8/2020. Empty: the day that the title of the table names."),
        required=False,
        max_length=20,
    )
    source = forms.CharField(
        label=_("Source"),
        help_text=_("The address of the paper or the number of the letter."),
        max_length=500,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    wording = forms.CharField(
        label=_("Words of the source"),
        help_text=_("As printed: up to which hour, of what, who counted."),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )
    pasted = forms.CharField(
        label=_("Or paste the table"),
        help_text=_("Its rows with their head, copied from the page: rank, province, installs, both shares."),
        required=False,
        max_length=100_000,
        widget=forms.Textarea({"rows": 6}),
    )
    field_order = ("default_date", "source", "wording", "file", "pasted")
    file_help = _(
        "Any spreadsheet with a row for each of the 63 provinces: rank, province, installations, both shares."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = False

    def clean_default_date(self) -> dt.date | None:
        return read_date(self.cleaned_data["default_date"]) if self.cleaned_data["default_date"] else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        pasted = cleaned.get("pasted", "").strip("\n")
        if not cleaned.get("file") and "file" not in self.errors:
            if pasted:
                cleaned["file"] = SimpleUploadedFile("table.tsv", _with_head(pasted).encode())
            else:
                self.add_error("file", _("Bring a file, or paste the table."))
        return cleaned

    def options(self) -> dict[str, Any]:
        day = self.cleaned_data["default_date"]
        names = "source", "wording"
        given = {"mapping": {"day": day.isoformat()}} if day else {}
        return given | {name: self.cleaned_data[name] for name in names}


def _with_head(text: str) -> str:
    """Return a pasted table with a row of headers: its own, or the usual one where it begins with a number."""
    line = text.splitlines()[0].split("\t")
    headless = any(cell.strip()[:1].isdecimal() for cell in line[1:])
    return f"{_HEADS[len(line)]}\n{text}" if headless and len(line) in _HEADS else text


def printed_text(percent: str, language: Language) -> str:
    """Write a share as it was printed, with as many decimals."""
    if not percent:
        return ""
    digits = max(0, -int(Decimal(percent).as_tuple().exponent))
    return format_share(Decimal(percent) / 100, language, digits)


PAGES = UploadPages(
    kind=KIND,
    form=NationalForm,
    namespace="national",
    nav="import",
    title=_("The national table"),
    lead=_(
        "The table of the 63 provinces as the Ministry printed it on a day. It is kept as printed, checked row by row, "
        "and shown beside our own ranks. From an officer of the Ministry its figures count as the Ministry's; of a "
        "province only its own row becomes a figure."
    ),
    onward=("national:table", _("The table as printed")),
    names=lambda preview: {row.line: row.text for row in preview.rows},
    says=to_be_stored,
    replaces=replaced,
    stored=(*COUNT_FIELDS, *SHARE_FIELDS, "rank", "value"),
)


def _in_provinces(user: User | AnonymousUser) -> Jurisdiction:
    own = scope.required(user)
    if own.role is Role.UNIT_HEAD:
        raise PermissionDenied
    return own


class TablePage(OfficerPage):
    """Show the table printed for a day beside our ranks and shares, with what the audit says of its rows."""

    access: ClassVar[Access | None] = _in_provinces
    nav = "import"
    template_name = "figures/national.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        codes, language = codes_of(self.own.place), page_language()
        # An officer sees the Ministry's tables, and those of the own province.
        places = [NATION, *(f"/{code}/" for code in codes[:1])]
        rows = PrintedTable.objects.filter(place__in=places).select_related("entered_by")
        tables = list(rows.order_by("-date", "place", "source")[:_EARLIER])
        wanted = self.request.GET.get("table", "")
        table = next((each for each in tables if wanted in ("", str(each.pk))), None)
        if wanted and table is None:
            raise Http404
        context: dict[str, Any] = {
            "tables": [(each.pk, format_date(each.date, language), each.source) for each in tables],
            "may_enter": self.own.role in (Role.MINISTRY, Role.PROVINCE),
        }
        return super().get_context_data(**context | (_table(table, language) if table else {}) | kwargs)


def _table(table: PrintedTable, language: Language) -> dict[str, Any]:
    rows = national.beside_ours(table)
    return {
        "table": table,
        "day": format_date(table.date, language),
        "linked": table.source.startswith(("https://", "http://")),
        "by_ministry": national.is_the_ministrys(table),
        "entered": format_date(clock.date_of(table.entered_at), language),
        "lines": [_line(each, language) for each in rows],
        "noted": sum(bool(each.notes) for each in rows),
        "known": sum(each.ours is not None and each.ours.rank is not None for each in rows),
    }


def _line(each: Beside, language: Language) -> dict[str, Any]:
    row, ours = each.row, each.ours
    share = ours.share if ours is not None else None
    return {
        "rank": row.rank,
        "name": unit_name(each.unit),
        "code": str(each.unit.code),
        "count": number_text(row.count),
        "accounts": row.installs is None and row.with_phone is not None,
        "population": printed_text(row.population, language),
        "smartphones": printed_text(row.smartphones, language),
        "our_rank": ours.rank if ours is not None else None,
        "our_share": format_share(share, language) if share is not None else "",
        "notes": [problem_text(note) for note in each.notes],
    }
