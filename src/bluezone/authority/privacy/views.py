"""Serve the public page on personal data, and to officers the register of breaches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import FormPage, ListPage, OfObject, Sort
from bluezone.authority.privacy import ending, rules, services, tasks
from bluezone.authority.privacy.models import Breach
from bluezone.authority.site import clock
from bluezone.authority.site.records import RecordModelForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_DUTIES: dict[rules.Duty, StrOrPromise] = {
    rules.Duty.RECORD: _("Sign the record of the violation"),
    rules.Duty.NOTIFY: _("Notify the authority for the protection of personal data (Form 08)"),
    rules.Duty.TELL: _("Tell the people concerned"),
}


@require_safe
@cache_control(public=True, max_age=300)
def page(request: HttpRequest) -> HttpResponse:
    """Show everybody who answers for the data, what is processed, and what one may ask."""
    conf = settings.BLUEZONE
    context = {
        "nav": "privacy",
        "answers": conf.institution,
        "contact": conf.privacy_contact,
        "hosted": conf.hosted_at,
        "processings": services.described(),
        "ends_at": ending.announced(),
        "proof": ending.PROOF.address(conf.region) if ending.proof() else "",
        "hours": conf.data_request_hours,
        "keeps_language": True,
    }
    return render(request, "privacy/page.html", context)


class BreachForm(RecordModelForm):
    """Take down a breach, and later what was done about it."""

    class Meta:
        model = Breach
        fields = (
            "title",
            "nature",
            "found_at",
            "may_harm",
            "what",
            "data",
            "consequences",
            "measures",
            "recorded_at",
            "notified_at",
            "reference",
            "people_told_at",
            "closed_at",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateTimeField):
                field.widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
                field.input_formats = ["%Y-%m-%dT%H:%M"]
            elif isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
        self.fields["what"].help_text = _("No names of those affected: a breach is kept for five years.")

    def clean(self) -> dict[str, Any]:
        """Refuse moments that have not come yet, and a breach closed before the authority was notified."""
        found: dict[str, Any] = super().clean() or {}
        now = clock.now()
        for name, value in list(found.items()):
            if isinstance(value, dt.datetime) and value > now:
                self.add_error(name, _("This moment has not come yet."))
        if found.get("closed_at") and not (found.get("notified_at") and found.get("recorded_at")):
            self.add_error("closed_at", _("First the record is signed and the authority notified."))
        return found


class BreachList(ListPage):
    """List breaches of personal data, the open ones first."""

    access = scope.giving
    model = Breach
    nav = "breaches"
    template_name = "privacy/breaches.html"
    ordering = ("-closed_at", "-found_at", "pk")
    sorts = (Sort("found", _("Found at"), ("found_at",)),)

    def present(self, rows: Sequence[Breach]) -> Sequence[dict[str, Any]]:
        now = clock.now()
        return [
            {"row": row, "due_at": due, "is_late": due is not None and due < now}
            for row in rows
            for due in [None if row.closed_at else rules.next_due(row.steps)]
        ]


class NewBreach(FormPage):
    """Take down a breach that was found."""

    access = scope.giving
    nav = "breaches"
    form_class = BreachForm
    title = _("Take down a breach")
    lead: StrOrPromise = _("The 72 hours count from when it was found: take it down now, and complete it later.")
    done = _("Taken down. What is due stands in today’s work.")
    object: Breach | None = None

    @property
    def trail(self) -> list[tuple[str, StrOrPromise]]:  # type: ignore[override]
        return [(reverse("privacy:breaches"), _("Breaches of personal data"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"found_at": clock.now()}} if self.object is None else {"instance": self.object}

    def act(self) -> None:
        row: Breach = self.form.save(commit=False)
        if self.object is None:
            row.place, row.entered_by, row.entered_at = self.own.place, self.officer, clock.now()
        row.save()
        tasks.settle(row, clock.now(), self.officer)

    def way_back(self) -> str:
        return reverse("privacy:breaches")


class BreachPage(OfObject, NewBreach):
    """Show a breach with its duties, and complete it."""

    access = scope.giving
    reach = scope.editable
    model = Breach
    named = "breach_id"
    template_name = "privacy/breach.html"
    lead = ""
    done = _("Stored.")
    object: Breach

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = clock.now()
        steps = [
            {"step": each, "name": _DUTIES[each.duty], "state": each.state(now).value} for each in self.object.steps
        ]
        return super().get_context_data(**{"title": self.object.title, "steps": steps} | kwargs)
