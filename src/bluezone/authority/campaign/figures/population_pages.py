"""Serve the officers' pages of counts of people: those in force, one typed in, a list of many."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.campaign.figures import populations, reader
from bluezone.authority.campaign.figures.forms import read_date
from bluezone.authority.campaign.figures.populations import KIND, Effect, Preview, Row
from bluezone.authority.campaign.figures.presenters import organisation_row
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import Access, FormPage, OfficerPage
from bluezone.authority.officers.jurisdiction import own_unit
from bluezone.authority.officers.upload_pages import SHOWN_ROWS, UploadPages, first
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, page_language, problem_text, said, unit_name
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import pipeline
from bluezone.authority.site.uploads.forms import UploadForm
from bluezone.authority.units.models import Organisation
from bluezone.geography.figures import Measure
from bluezone.geography.units import Unit
from bluezone.i18n import Language, format_date, format_share
from bluezone.rollout import texts
from bluezone.rollout.counts import OrganisationCode
from bluezone.rollout.problems import Severity
from bluezone.rollout.ranking import RankingRow
from bluezone.tables import csv_text

#: what the columns of a row typed in are, and the form's fields at which problems of a column stand
_TYPED = {"header": [1, 1], "roles": {"A": "unit", "B": "measure", "C": "headcount", "D": "day", "E": "source"}}
_FIELDS = {"code": "unit", "headcount": "people", "day": "as_of"}
#: the header of what is typed in: the preview names its columns
_COLUMNS = {
    Language.ENGLISH: ("unit", "measure", "people", "date", "source"),
    Language.VIETNAMESE: ("đơn vị", "loại", "số người", "ngày", "nguồn"),
}


class _CountedForm(forms.Form):
    """Ask for what every count of people has: its day, and who counted."""

    as_of = forms.CharField(
        label=_("Day it speaks of"), help_text=_("As in 1/4/2019: the day of the census or of the register."),
        max_length=20,
    )  # fmt: skip
    source = forms.CharField(
        label=_("Source"), help_text=_("Who counted, in which paper: its address or number."), max_length=500
    )

    def clean_as_of(self) -> dt.date | None:
        return read_date(self.cleaned_data["as_of"]) if self.cleaned_data["as_of"] else None


class PopulationForm(_CountedForm):
    """Ask how many people one unit has."""

    unit = forms.CharField(
        label=_("Unit"),
        help_text=_("The name or code of a commune, district or province; of a school, office or company the code on "
                    "its poster."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    measure = forms.ChoiceField(label=_("What was counted"), required=False)
    people = forms.CharField(
        label=_("How many"), max_length=40, widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
    )
    field_order = ("unit", "measure", "people", "as_of", "source")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.value, each.label) for each in populations.Measure if each != populations.Measure.HEADCOUNT]
        self.fields["measure"] = forms.ChoiceField(
            label=_("What was counted"), choices=[("", gettext("everybody")), *choices[1:]], required=False
        )

    def as_table(self) -> bytes:  # type: ignore[override]
        """Return the one row as a file, so that it takes the path of a list."""
        columns = ("unit", "measure", "people", "as_of", "source")
        return csv_text([_COLUMNS[page_language()], [self.cleaned_data[each] for each in columns]]).encode()


class PopulationsForm(_CountedForm, UploadForm):
    """Ask for a list of counts of people; the day and the source are those of rows without their own."""

    field_order = ("as_of", "source", "file")
    file_help = _(
        "Any spreadsheet (.xlsx, .xls, .ods, .csv) of at most 2,000 rows, with columns such as unit, population, date, "
        "source; in Vietnamese: đơn vị "
        "(xã, huyện, tỉnh), dân số, ngày, nguồn."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("as_of", _("Day of rows without a date")), ("source", _("Source of rows without one"))):
            self.fields[name].required = False
            self.fields[name].label = label

    def options(self) -> dict[str, Any]:
        day = self.cleaned_data["as_of"]
        given = {"mapping": {"day": day.isoformat()}} if day else {}
        return given | {"source": self.cleaned_data["source"]}


class PopulationList(OfficerPage):
    """Show which counts of people are in force for the own unit and those below."""

    access: ClassVar[Access | None] = scope.directing
    nav = "populations"
    template_name = "populations/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day = clock.today()
        unit = own_unit(self.own, day)
        rows = [_in_force(each, day) for each in (unit, *reader.children_of(unit, day))]
        return super().get_context_data(**{"rows": rows, "unit": unit_name(unit)} | kwargs)


def _in_force(unit: Unit, day: dt.date) -> dict[str, str]:
    figure = reader.people_of(unit, day)
    if figure is None:
        return {"unit": unit_name(unit)}
    return {
        "unit": unit_name(unit),
        "people": number_text(figure.value),
        "as_of": format_date(figure.vintage.as_of, page_language()),
        "source": texts.translator(page_language()).gettext(figure.vintage.title),
        "note": figure.note,
    }


class NewPopulation(FormPage):
    """Take one count of people; what it changes is shown before it is stored."""

    access: ClassVar[Access | None] = scope.directing
    nav = "populations"
    template_name = "populations/new.html"
    form_class = PopulationForm
    wrong_at = ""  # what is wrong with a file is wrong with no single field
    done = ""
    made: Upload

    def act(self) -> HttpResponse | None:
        """Keep what was typed until its officer decides. With an error, which is said at its field, nothing is kept: it
        would only stand among the files that wait."""
        form, now, options = self.form, clock.now(), {"typed": True, "mapping": _TYPED}
        with transaction.atomic():
            self.made = pipeline.receive(KIND, form.as_table(), form.cleaned_data["unit"], self.officer, now, options)
            for row in populations.understand(self.made, now).rows:
                if row.left_out is not None:
                    form.add_error("unit", said(row.left_out))
            for problem in pipeline.look(KIND, self.made, now).problems:
                if problem.severity is Severity.ERROR:
                    field = _FIELDS.get(problem.kind, problem.kind)
                    form.add_error(field if field in form.fields else None, problem_text(problem))
            transaction.set_rollback(not form.is_valid())
        return None if form.is_valid() else self.show(400)

    def way_back(self) -> str:
        return reverse("populations:uploaded", args=[self.made.pk])

    def way_out(self) -> str:
        return reverse("populations:list")


def _context(preview: Preview) -> dict[str, Any]:
    wrong = pipeline.lines(preview, Severity.ERROR)
    rows = [row for row in preview.rows if row.line not in wrong]
    shown, more = first(rows)
    day = clock.today()
    concerned = [row for row in rows if row.change != "unchanged"][:SHOWN_ROWS]
    doubtful = pipeline.lines(preview, Severity.DOUBT)
    asked = {row.key for row in rows if row.line in doubtful}
    effects = [*map(_effect, populations.effects(concerned, day)), *_organisation_effects(concerned, day)]
    return {
        "sample": [_sample(row) | {"asked": row.key in asked} for row in shown],
        "more_rows": more,
        "effects": [effect | {"asked": effect["key"] in asked} for effect in effects if effect["changes"]],
        "looked_at": bool(effects),
        "more_effects": max(0, sum(row.change != "unchanged" for row in rows) - SHOWN_ROWS),
    }


def _sample(row: Row) -> dict[str, Any]:
    language = page_language()
    return {
        "line": row.line,
        "unit": row.name,
        "measure": row.measure.label,
        "people": number_text(row.people),
        "before": number_text(row.before),
        "as_of": format_date(row.as_of, language),
        "source": row.source,
        "change": row.change,
        "held": number_text(row.held),
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "key": str(effect.unit.code),
        "unit": unit_name(effect.unit),
        "of": "" if effect.measure is Measure.POPULATION else populations.Measure(effect.measure).label,
        "share_before": _share(effect.before),
        "share_after": _share(effect.after),
        "rank_before": _rank(effect.before, effect.ranked_before),
        "rank_after": _rank(effect.after, effect.ranked_after),
        "changes": effect.changes,
    }


def _share(row: RankingRow) -> str:
    return "" if row.share is None else format_share(float(row.share), page_language(), 2)


def _rank(row: RankingRow, among: int) -> str:
    if row.rank is None:
        return ""
    return gettext("%(rank)s of %(all)s") % {"rank": row.rank, "all": among}


def _organisation_effects(rows: list[Row], day: dt.date) -> list[dict[str, Any]]:
    """Compare the shares of organisations, as they are disclosed; these are not ranked."""
    organisations = {row.key: (row.unit, row) for row in rows if isinstance(row.unit, Organisation)}
    series = reader.series_of([OrganisationCode(key) for key in organisations], day)
    result = []
    for key, (organisation, row) in organisations.items():
        own = series.get(OrganisationCode(key))
        before = organisation_row(organisation, own, page_language())["share"]
        organisation.headcount = row.people
        after = organisation_row(organisation, own, page_language())["share"]
        shares = {"share_before": before, "share_after": after, "changes": before != after}
        result.append({"key": key, "unit": organisation.name} | shares)
    return result


PAGES = UploadPages(
    kind=KIND,
    form=PopulationsForm,
    namespace="populations",
    nav="populations",
    title=_("Upload a list of populations"),
    lead=_(
        "You see which shares and ranks it would change before anything is stored. Shares of days gone by stay as they "
        "are. Only units of your jurisdiction are taken."
    ),
    onward=("populations:list", _("Populations")),
    names=lambda preview: preview.names,
    context=_context,
    rows_template="populations/rows.html",
    effects_template="populations/effects.html",
    stored=("headcount", "smartphones", "adults", "source"),
)
