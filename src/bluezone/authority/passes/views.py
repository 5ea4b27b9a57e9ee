"""Serve the officers' page of passes: look one up by its number, which stands in no address, and take it back; and to
all alike the public keys of passes (RFC 7517)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bluezone.authority.officers import scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import ListPage, Step
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.passes import rules, services
from bluezone.authority.passes.models import IssuedPass
from bluezone.authority.passes.rules import Reason
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text

#: of the keys: a new one is published days before it signs
_CACHING = "public, max-age=300"
_REASONS = [(each.value, IssuedPass.Reason(each.value).label) for each in rules.OFFICERS_REASONS]
_TONES = {
    IssuedPass.Colour.GREEN: ("safe", "done"),
    IssuedPass.Colour.YELLOW: ("watch", "alert"),
    IssuedPass.Colour.RED: ("act", "alert"),
}


def _handling(user: User | AnonymousUser) -> None:
    """Refuse who has nothing to do with passes. Raises PermissionDenied."""
    if not rules.handles_passes(scope.required(user)):
        raise PermissionDenied


class FindForm(forms.Form):
    """Ask for the number of a pass, as it stands under its QR code."""

    pseudonym = forms.CharField(
        label=gettext_lazy("Number of the pass"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=gettext_lazy("Eight letters and digits under the QR code, as 7K3M-Q2XD."),
    )

    def clean_pseudonym(self) -> str:
        """Return it as it is stored."""
        found = rules.read_pseudonym(self.cleaned_data["pseudonym"])
        if found is None:
            raise forms.ValidationError(_("This is no number of a pass: a sign is wrong or missing."))
        return found


class RevokeForm(FindForm):
    """Ask why a pass is taken back."""

    reason = forms.ChoiceField(label=gettext_lazy("Why it is taken back"), choices=_REASONS, widget=forms.RadioSelect)


class Passes(Step, ListPage):
    """List the passes taken back, and look one up by its number."""

    http_method_names: Sequence[str] = ("get", "head", "post")
    access = _handling
    model, reach, nav = IssuedPass, scope.editable, "passes"
    template_name = "passes/overview.html"
    ordering = ("-revoked_at", "-pk")
    form_class: type[FindForm] = FindForm
    found: IssuedPass | None = None

    def rows(self) -> QuerySet[IssuedPass]:
        """Return the passes that have not run out, taken back or not."""
        return IssuedPass.objects.filter(valid_until__gt=clock.now())

    def narrowed(self) -> QuerySet[IssuedPass]:
        return super().narrowed().filter(revoked_at__isnull=False).defer("text")

    def present(self, rows: Sequence[IssuedPass]) -> Sequence[dict[str, Any]]:
        return [_shown(each, clock.today()) for each in rows]

    def find(self) -> bool:
        """Return whether there is the pass that was asked for; the form says it where there is none."""
        self.found = self.get_queryset().filter(pseudonym=self.form.cleaned_data["pseudonym"]).first()
        if self.found is None:
            self.form.add_error("pseudonym", _("There is no such pass of your area, or it has run out."))
        return self.found is not None

    def act(self) -> HttpResponse | None:
        return self.show(200 if self.find() else 400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.found
        shown = {
            "found": _shown(found, clock.today()) if found else None,
            "revoke_form": RevokeForm(initial={"pseudonym": found.pseudonym} if found else {}),
        }
        context = super().get_context_data(**shown | kwargs)
        count = context["page"].paginator.count
        sentence = ngettext(
            "%(n)s pass is taken back and not run out yet.", "%(n)s passes are taken back and not run out yet.", count
        )
        said = sentence % {"n": number_text(count)} if count else _("No pass is taken back.")
        return context | {"sentence": said}


class RevokePass(Passes):
    """Take a pass back."""

    http_method_names = ("post",)
    form_class = RevokeForm
    done = ""

    def act(self) -> HttpResponse | None:
        if not self.find() or self.found is None:
            return self.show(400)
        reason = Reason(self.form.cleaned_data["reason"])
        services.revoke(self.found, reason, Issuer(officer=self.officer), clock.now())
        return None

    def way_back(self) -> str:
        return reverse("passes:overview")

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        """Show the pass beside what is wrong with the reason, where its number is right."""
        if "pseudonym" in self.form.cleaned_data and "pseudonym" not in self.form.errors and self.find():
            context |= {"form": FindForm(self.form.cleaned_data), "revoke_form": self.form}
        return super().show(status, **context)


def _shown(row: IssuedPass, today: dt.date) -> dict[str, Any]:
    tone, icon = _TONES[IssuedPass.Colour(row.colour)]
    return {"row": row, "tone": tone, "icon": icon, "place": place_name(row.place, today)}


@csrf_exempt
@require_safe
def keys(request: HttpRequest, region: str) -> HttpResponse:  # noqa: ARG001 (Django hands it in)
    """Serve the public keys of passes, and the names of those believed no more."""
    if region != settings.BLUEZONE.region:
        return JsonResponse({"error": "this server has no such region"}, status=HTTPStatus.NOT_FOUND)
    body = {"keys": services.public_keys(clock.now()), "distrusted": services.distrusted_keys()}
    return JsonResponse(body, headers={"Cache-Control": _CACHING})
