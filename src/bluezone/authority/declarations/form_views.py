"""Serve the officers' pages of forms: which there are, one as a citizen sees it, a new version read before it counts.

A version that waits for its officer's yes is stored nowhere: the preview carries the document, compressed, and what
comes back with the yes is read and judged anew.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import zlib
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from bluezone.authority.declarations import known_forms, publishing, rules
from bluezone.authority.declarations.models import PublishedForm
from bluezone.authority.declarations.publishing import NotPublishedError, Proposal
from bluezone.authority.declarations.services import own_country
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import FilePage, OfficerPage, Step
from bluezone.authority.officers.jurisdiction import Jurisdiction, codes_of
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.authority.site.uploads.forms import too_big
from bluezone.forms import words
from bluezone.forms.answers import Reading
from bluezone.forms.definition import NATION, Form, said
from bluezone.forms.errors import FormError
from bluezone.forms.reading import MOST_BYTES
from bluezone.forms.rendering import render_fields
from bluezone.forms.versions import Difference, differences

_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English"), ("ko", "한국어")]


def _publishing(user: User | AnonymousUser) -> Jurisdiction:
    """Return the jurisdiction of who may publish forms. Raises PermissionDenied for all others."""
    own = scope.directing(user)
    if not publishing.PUBLISHED_FORMS.may_edit(own, own.place):
        raise PermissionDenied
    return own


def area_name(area: str, day: dt.date) -> str:
    """Return the name of a form's area."""
    return place_name("/" if area == NATION else f"/{area}/", day)


class OfForms(OfficerPage):
    """Serve forms to who answers for a place."""

    access = scope.directing
    nav = "forms"

    @property
    def own_code(self) -> str:
        """Return the area whose forms the officer publishes: of the ministry the country and every province."""
        return codes_of(self.own.place)[0] if codes_of(self.own.place) else NATION

    def shown(self, form: Form, before: Form | None, found: Sequence[Difference]) -> dict[str, Any]:
        """Return what a page needs to draw a form with every question it can ask, and what differs from `before`."""
        asked = self.request.GET.get("lang") or self.request.POST.get("lang")
        language = words.language_of(asked or page_language())
        every = Reading(asked=tuple(each.name for each in form.fields))
        return {
            "form": form,
            "language": language,
            "languages": _LANGUAGES,
            "title": said(form.title, language),
            "intro": said(form.intro, language),
            "law": said(form.law, language),
            "area": area_name(form.area, clock.today()),
            "fields": mark_safe(render_fields(form, language, {}, every, own_country())),  # noqa: S308 (it escapes)
            "ask_later": [said(each.label, language) for each in form.fields if each.when is not None],
            "rules": [
                {"level": words.say(language, f"level_{rule.level.value}"), "reason": said(rule.reason, language)}
                for rule in form.triage
            ],
            "before": before,
            "differences": [_said(each, before, form, language) for each in found],
        }


class FormList(OfForms):
    """List every form, its newest version first, and which may be filled in today."""

    template_name = "declarations/officer_forms.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today, language = clock.today(), page_language()
        every = known_forms.every()
        areas = {NATION} | ({each.area for each in every} if self.own_code == NATION else {self.own_code})
        offered = {(each.form, each.version) for area in areas for each in known_forms.offered(today, {area})}
        published = {(row.form, row.version): row for row in PublishedForm.objects.select_related("published_by")}
        rows = [
            {
                "form": each,
                "title": said(each.title, language),
                "area": area_name(each.area, today),
                "is_offered": (each.form, each.version) in offered,
                "is_later": each.valid_from > today,
                "published": published.get((each.form, each.version)),
            }
            for each in sorted(every, key=lambda each: (each.form, -each.version))
            if each.area in areas
        ]
        may_publish = publishing.PUBLISHED_FORMS.may_edit(self.own, self.own.place)
        return super().get_context_data(rows=rows, may_publish=may_publish, **kwargs)


def _said(each: Difference, before: Form | None, after: Form, language: str) -> dict[str, str]:
    """Return a difference in words: what kind of part, how it is called, what became of it."""
    what = {"form": gettext("the form itself"), "field": gettext("question"), "rule": gettext("rule of triage")}
    change = {"new": gettext("new"), "gone": gettext("no longer there"), "changed": gettext("changed")}
    labels: dict[str, str] = {}
    for form in filter(None, (before, after)):
        labels |= {field.name: said(field.label, language) for field in form.fields} if each.what == "field" else {}
        labels |= {rule.name: said(rule.reason, language) for rule in form.triage} if each.what == "rule" else {}
    return {"what": what[each.what], "name": labels.get(each.name, each.name), "change": change[each.change]}


class VersionPage(OfForms):
    """Show a version as a citizen sees it, and what differs from the one before."""

    template_name = "declarations/officer_form.html"

    @cached_property
    def version(self) -> Form:
        """Return the version. Raises Http404 for one that there is not."""
        number = self.kwargs["version"]
        found = known_forms.version(self.kwargs["form"], number) if number < 2**31 else None
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = self.version
        before = [each for each in known_forms.every() if each.form == form.form and each.version < form.version]
        own_area = [each for each in before if each.area in (form.area, NATION)] or before
        last = max(own_area, key=lambda each: each.version, default=None)
        return super().get_context_data(**self.shown(form, last, differences(last, form) if last else ()) | kwargs)


class VersionFile(FilePage, VersionPage):
    """Give the document of a version, to change and publish it as the next."""

    content_type, disposition = "application/json; charset=utf-8", "attachment"

    def draw(self) -> str:
        document = known_forms.documents()[self.version.form, self.version.version]
        return json.dumps(json.loads(document), ensure_ascii=False, indent=1)

    def file_name(self) -> str:
        return f"{self.version.form}-{self.version.version}.form.json"


# --- publishing -------------------------------------------------------------------------------------------------------


class NewForm(Step, OfForms):
    """Take a form's file, and show what publishing it would do."""

    http_method_names: Sequence[str] = ("get", "head", "post")
    access = _publishing
    template_name = "declarations/officer_form_new.html"
    done = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"area": self.own_code, "is_nation": self.own_code == NATION} | kwargs)

    def document(self) -> bytes:
        """Return what was brought. Raises FormError, NotPublishedError."""
        file = self.request.FILES.get("file")
        if too_big(self.request):
            raise FormError("form_too_large", bytes="…", most=MOST_BYTES)
        if file is None:
            raise NotPublishedError(gettext("Choose the file of the form."))
        document: bytes = file.read(MOST_BYTES + 1)
        return document

    def act(self) -> HttpResponse | None:
        """Do with the document what can be done, else say why it cannot."""
        try:
            document = self.document()
            proposal = publishing.propose(document)
            if rules.may_publish_form(self.own, proposal.form):
                return self.take(document, proposal)
            problem = gettext("Your office publishes forms of its own province only: “area” has to be %(code)s.")
            problem %= {"code": self.own_code}
        except FormError as error:
            problem = error.text(page_language())
        except NotPublishedError as error:
            problem = str(error)
        return self.show(400, problem=problem)

    def take(self, document: bytes, proposal: Proposal) -> HttpResponse | None:
        """Show the form, which is stored nowhere: the page carries it."""
        self.template_name = "declarations/officer_form_preview.html"
        packed = base64.b64encode(zlib.compress(document, 9)).decode("ascii")
        return self.show(document=packed, **self.shown(proposal.form, proposal.before, proposal.differences))


class PublishForm(NewForm):
    """Publish the form of a preview, or show the preview in another language."""

    http_method_names = ("post",)

    def document(self) -> bytes:
        """Return what the preview carried; nothing for what is none, or would be larger than a form."""
        try:
            packed = base64.b64decode(self.request.POST.get("document", ""), validate=True)
            return zlib.decompressobj().decompress(packed, MOST_BYTES + 1)
        except (ValueError, zlib.error):
            return b""

    def take(self, document: bytes, proposal: Proposal) -> HttpResponse | None:
        if "lang" in self.request.POST:
            return super().take(document, proposal)
        publishing.publish(document, self.officer, clock.now())
        self.published = proposal.form
        return None

    def way_back(self) -> str:
        return reverse("forms:form", args=[self.published.form, self.published.version])
