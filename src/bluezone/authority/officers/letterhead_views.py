"""Serve the page on which an office writes how its documents are headed and signed."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from bluezone.authority.officers import letterheads, scope
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.site import clock
from bluezone.authority.site.records import RecordForm, one_at_a_time
from bluezone.rollout.letterhead import LINE_LENGTH, MOST_RECIPIENTS, Letterhead

_HOTLINE = re.compile(r"[0-9+][0-9 .()+-]{1,22}[0-9]")
_MOST_LINES = 3


def _text(label: Any, help_text: Any = "", *, length: int = LINE_LENGTH, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=length, required=required)


def _lines(label: Any, help_text: Any, rows: int, *, required: bool) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, max_length=900, required=required, widget=area)


class LetterheadForm(RecordForm):
    """Ask for a letterhead, a line of print a line of text."""

    above = _lines(
        _("Body above"), _("The body that yours belongs to; empty for a People's Committee."), 2, required=False
    )
    body = _lines(_("Issuing body"), _("As it is printed, line by line."), 3, required=True)
    number = _text(_("Number"), _("As in ……/BC-UBND: what stands before the slash is written by the clerk."), length=40)
    written_at = _text(_("Place"), _("As in “Hậu Giang, 20 August 2020”."))
    signs_for = _text(_("Signed on behalf of"), _("As in TM. ỦY BAN NHÂN DÂN."), required=False)
    signer = _text(_("Office of who signs"), _("As in CHỦ TỊCH. The name is written by hand."))
    recipients = _lines(_("To"), _("A recipient a line."), 6, required=False)
    hotline = _text(_("Number for questions"), _("Stands on posters."), length=24)

    def clean_hotline(self) -> str:
        """Refuse what cannot be dialled."""
        text: str = self.cleaned_data["hotline"].strip()
        if not _HOTLINE.fullmatch(text):
            raise forms.ValidationError(gettext("Write a telephone number, as 1900 9095."))
        return text

    def clean_above(self) -> str:
        return self._printed("above", _MOST_LINES)

    def clean_body(self) -> str:
        return self._printed("body", _MOST_LINES)

    def clean_recipients(self) -> str:
        return self._printed("recipients", MOST_RECIPIENTS)

    def _printed(self, name: str, most: int) -> str:
        """Return a field's lines without empty ones. Raises ValidationError for more or longer ones than there is
        room."""
        lines = [line.strip() for line in self.cleaned_data[name].splitlines() if line.strip()]
        if len(lines) > most:
            raise forms.ValidationError(gettext("At most %(most)s lines.") % {"most": most})
        if any(len(line) > LINE_LENGTH for line in lines):
            raise forms.ValidationError(gettext("At most %(most)s letters a line.") % {"most": LINE_LENGTH})
        return "\n".join(lines)

    def letterhead(self) -> Letterhead:
        """Return what was written."""
        values = self.cleaned_data
        return Letterhead(
            body=values["body"],
            place=values["written_at"],
            number=values["number"],
            signer=values["signer"],
            above=values["above"],
            signs_for=values["signs_for"],
            recipients=tuple(values["recipients"].splitlines()),
            hotline=values["hotline"],
        )


@officers_page
@require_http_methods(["GET", "POST"])
@one_at_a_time("letterheads")
def letterhead(request: HttpRequest) -> HttpResponse:
    """Show and change the letterhead of the own place or office; `step=forget` goes back to the common one."""
    own = scope.directing_units(request.user)
    place, day = letterheads.place_of_letterhead(own), clock.today()
    if request.method == "POST" and request.POST.get("step") == "forget":
        letterheads.forget(place)
        return redirect("officers:letterhead")
    held = letterheads.letterhead_of(place, day)
    initial = {
        "above": held.above,
        "body": held.body,
        "number": held.number,
        "written_at": held.place,
        "signs_for": held.signs_for,
        "signer": held.signer,
        "recipients": "\n".join(held.recipients),
        "hotline": held.hotline,
    }
    form = LetterheadForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        if form.is_valid() and form.is_current():
            letterheads.store(place, form.letterhead())
            return redirect("officers:letterhead")
        status = 400
    context = {
        "nav": "units" if own.is_office else "bulletins",
        "of_office": own.is_office,
        "form": form,
        "place": place_name(place, day),
        "own": letterheads.is_own(place),
    }
    return render(request, "officers/letterhead.html", context, status=status)
