"""Search everything that has a code, a number or a place by one box; a telephone number only whole, by POST, counted
and noted. Packages say how they find (registries.finders)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.device_api import limits
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import OfficerPage
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock, registries
from bluezone.authority.site.registries import Found

_LONGEST = 80
#: telephone numbers that an officer looks for in ten minutes
_MOST_NUMBERS = 30


class Search(OfficerPage):
    """Show what is found. What is typed stands in the address, so that it can be linked, unless it may be a telephone
    number."""

    access = scope.officer
    http_method_names = ("get", "head", "post")
    template_name = "search.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        """Look for what was typed."""
        text = request.POST.get("q", "").strip()[:_LONGEST]
        number = persons.read_telephone(text)
        if not number:
            return redirect(f"{reverse('search')}?{urlencode({'q': text})}")
        if limits.seconds_to_wait("search", str(self.officer.pk), clock.now(), _MOST_NUMBERS):
            return self.show(429, problem=_("You have looked for many numbers: wait ten minutes."))
        found = [each for finder in registries.finders for each in finder.by_telephone(number, self.officer)]
        return self.show(found=[*found, *self._by_text(text)], is_number=True)

    def _by_text(self, text: str) -> Iterable[Found]:
        return (each for finder in registries.finders for each in finder.by_text(text, self.officer))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:_LONGEST]
        found = {"found": list(self._by_text(text)) if text else [], "asked_text": text, "is_number": False}
        return super().get_context_data(**found | kwargs)
