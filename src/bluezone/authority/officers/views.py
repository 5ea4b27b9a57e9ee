"""Serve the pages of an officer's second factor, the letterhead of a place or office, and the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_otp
from auditlog.models import LogEntry
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers import letterheads, scope, second_factor
from bluezone.authority.officers.audit_log import line_of
from bluezone.authority.officers.forms import ChangeFilters, LetterheadForm, TokenForm
from bluezone.authority.officers.generic import FormPage, ListPage, Step
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock, qr


class SecondFactor(FormPage):
    """Ask for a code, and let the officer in."""

    access = scope.officer
    form_class: type[TokenForm] | None = TokenForm

    def next(self) -> str:
        """Return the page to which the officer was on the way."""
        request = self.request
        wanted = request.POST.get("next") or request.GET.get("next") or ""
        safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)

    def turned_away(self) -> HttpResponse | None:
        """Return where an officer goes for whom this page is not; None: nowhere else."""
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.turned_away() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.turned_away() or super().post(request, *args, **kwargs)

    def wrong(self) -> HttpResponse:
        """Show the page again: the code was wrong."""
        self.form.refuse()
        return self.show(400)

    def codes_page(self) -> HttpResponse:
        """Show new recovery codes, once."""
        codes = second_factor.new_recovery_codes(self.officer)
        return render(self.request, "officers/codes.html", {"codes": codes, "start": settings.LOGIN_REDIRECT_URL})

    def way_back(self) -> str:
        return self.next()


class Verify(SecondFactor):
    """Check the code of the phone, or a recovery code."""

    template_name = "officers/verify.html"

    def turned_away(self) -> HttpResponse | None:
        """Return where an officer goes who needs no code, or has no phone to show one."""
        if second_factor.is_verified(self.officer):
            return redirect(self.next())
        return None if second_factor.has_phone(self.officer) else redirect("officers:enrol")

    def act(self) -> HttpResponse:
        device = second_factor.verified_by(self.officer, self.form.cleaned_data["token"])
        if device is None:
            return self.wrong()
        django_otp.login(self.request, device)
        return redirect(self.next())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(next=self.next(), **kwargs)


class Enrol(SecondFactor):
    """Set up a phone: the QR code, then its first code. An officer who has one already must have shown its code."""

    template_name = "officers/enrol.html"

    def turned_away(self) -> HttpResponse | None:
        """Return where an officer goes who has a phone and has not shown its code."""
        unverified = second_factor.has_phone(self.officer) and not second_factor.is_verified(self.officer)
        return redirect("officers:verify") if unverified else None

    def act(self) -> HttpResponse:
        device = second_factor.pending_phone(self.officer)
        if not second_factor.confirm(device, self.form.cleaned_data["token"]):
            return self.wrong()
        django_otp.login(self.request, device)
        return self.codes_page()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        device = second_factor.pending_phone(self.officer)
        drawn = qr.data_address(device.config_url)  # made here, sent nowhere
        return super().get_context_data(qr=drawn, secret=second_factor.secret_text(device), **kwargs)


class RecoveryCodes(SecondFactor):
    """Show new recovery codes; the middleware lets nobody in here without a verified phone."""

    http_method_names = Step.http_method_names
    form_class = None

    def act(self) -> HttpResponse:
        return self.codes_page() if second_factor.is_verified(self.officer) else redirect("officers:enrol")


def changes_seen(rows: QuerySet[LogEntry], user: Any, field: str) -> QuerySet[LogEntry]:
    """Filter changes by what an officer may see: those of the jurisdiction; for the ministry also those of no place."""
    if scope.required(user).role is Role.MINISTRY:
        return rows
    found: QuerySet[LogEntry] = scope.visible(rows, user, field)
    return found


class Changes(ListPage):
    """List the changes within the officer's own jurisdiction; `?kind=` of one kind only."""

    model = LogEntry
    reach = changes_seen
    place_field = "additional_data__place"
    nav = "changes"
    template_name = "officers/changes.html"
    filters = ChangeFilters
    ordering = ("-id",)  # newest first: a rehearsal's clock stands still, and may be set back

    def rows(self) -> QuerySet[LogEntry]:
        return super().rows().select_related("actor", "content_type")

    def present(self, rows: Sequence[LogEntry]) -> Sequence[Any]:
        return [line_of(entry, clock.today(), self.own) for entry in rows]


_ON_POSTERS = _("The body and the number for questions stand on the posters that your office prints from now on.")
_ON_BULLETINS = _("Stands on each bulletin from now on; on posters the body and the number for questions.")


class Letterhead(FormPage):
    """Show and change the letterhead of the own place or office; `step=forget` goes back to the common one."""

    access = scope.directing_units
    turn = "letterheads"
    template_name = "officers/letterhead.html"
    form_class = LetterheadForm

    def prepare(self) -> None:
        self.row = letterheads.row_of(letterheads.place_of_letterhead(self.own), clock.today())

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.row}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.POST.get("step") == "forget":
            letterheads.forget(self.row.place)
            return redirect(self.way_back())
        return super().post(request, *args, **kwargs)

    def act(self) -> None:
        self.form.save()

    def way_back(self) -> str:
        return reverse("officers:letterhead")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        of_office, place = self.own.is_office, place_name(self.row.place, clock.today())
        found = {
            "nav": "units" if of_office else "bulletins",
            "title": gettext("Letterhead of %(place)s") % {"place": place},
            "lead": _ON_POSTERS if of_office else _ON_BULLETINS,
            "is_own": self.row.pk is not None,
            "back": "",
        }
        return super().get_context_data(**found | kwargs)
