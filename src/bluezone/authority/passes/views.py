"""Serve the officers' page of passes: look one up by its number, which stands in no address, and take it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.officers import scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import ListPage, Step
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.passes import rules, services
from bluezone.authority.passes.forms import FindForm, RevokeForm
from bluezone.authority.passes.models import IssuedPass
from bluezone.authority.passes.rules import Reason
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text

_TONES = {
    IssuedPass.Colour.GREEN: ("safe", "done"),
    IssuedPass.Colour.YELLOW: ("watch", "alert"),
    IssuedPass.Colour.RED: ("act", "alert"),
}


def _handling(user: User | AnonymousUser) -> None:
    """Refuse who has nothing to do with passes. Raises PermissionDenied."""
    if not rules.handles_passes(scope.required(user)):
        raise PermissionDenied


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
