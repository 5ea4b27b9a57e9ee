"""Serve the officers' page of passes: look one up by its number, which stands in no address, and take it back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bluezone.authority.officers import scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.passes import queries, rules, services
from bluezone.authority.passes.forms import FindForm, RevokeForm
from bluezone.authority.passes.models import IssuedPass
from bluezone.authority.passes.rules import Reason
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text

PAGE_SIZE = 50
NAV = "passes"
_TONES = {
    IssuedPass.Colour.GREEN: ("safe", "done"),
    IssuedPass.Colour.YELLOW: ("watch", "alert"),
    IssuedPass.Colour.RED: ("act", "alert"),
}


def _guard(request: HttpRequest) -> None:
    if not rules.handles_passes(scope.required(request.user)):
        raise PermissionDenied


@officers_page
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """List the passes taken back, and look one up by its number."""
    _guard(request)
    if request.method != "POST":
        return _page(request, FindForm())
    form = FindForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    row = _found(request, form)
    return _page(request, form, row, status=400 if row is None else 200)


@officers_page
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Take a pass back."""
    _guard(request)
    form = RevokeForm(request.POST)
    row = _found(request, form) if "pseudonym" in _cleaned(form) else None
    if row is None:
        return _page(request, form, status=400)
    if not form.is_valid():
        return _page(request, FindForm({"pseudonym": row.pseudonym}), row, form, status=400)
    services.revoke(row, Reason(form.cleaned_data["reason"]), Issuer(officer=scope.officer(request.user)), clock.now())
    return redirect("passes:overview")


def _cleaned(form: FindForm) -> dict[str, Any]:
    form.full_clean()
    return form.cleaned_data


def _found(request: HttpRequest, form: FindForm) -> IssuedPass | None:
    row = queries.in_force(request.user, clock.now()).filter(pseudonym=form.cleaned_data["pseudonym"]).first()
    if row is None:
        form.add_error("pseudonym", _("There is no such pass of your area, or it has run out."))
    return row


def _page(
    request: HttpRequest,
    form: FindForm,
    row: IssuedPass | None = None,
    revoke_form: RevokeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    today = clock.date_of(now)
    rows = queries.taken_back(request.user, now)
    page = Paginator(rows.defer("text"), PAGE_SIZE).get_page(request.GET.get("page"))
    count = page.paginator.count
    sentence = ngettext(
        "%(n)s pass is taken back and not run out yet.", "%(n)s passes are taken back and not run out yet.", count
    )
    context = {
        "nav": NAV,
        "form": form,
        "revoke_form": revoke_form or RevokeForm(initial={"pseudonym": row.pseudonym} if row else {}),
        "found": _shown(row, today) if row else None,
        "page": page,
        "rows": [_shown(each, today) for each in page],
        "sentence": sentence % {"n": number_text(count)} if count else _("No pass is taken back."),
    }
    return render(request, "passes/overview.html", context, status=status)


def _shown(row: IssuedPass, today: Any) -> dict[str, Any]:
    tone, icon = _TONES[IssuedPass.Colour(row.colour)]
    return {"row": row, "tone": tone, "icon": icon, "place": place_name(row.place, today)}
