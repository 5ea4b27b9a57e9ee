"""Serve `/my-data` to the person it is about, and to officers the requests that came by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from bluezone.authority.device_api.callers import caller
from bluezone.authority.device_api.limits import seconds_to_wait
from bluezone.authority.messages import sms
from bluezone.authority.officers import scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import FormPage, ListPage, OfficerPage, OfObject, Sort, Step
from bluezone.authority.officers.models import User
from bluezone.authority.persons import my_data, rules, services
from bluezone.authority.persons.models import DataRequest
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.site import clock
from bluezone.authority.site.language import sentence_of
from bluezone.protocol import one_time_codes


class RequestForm(forms.Form):
    """Ask what shall be done with one's data."""

    kind = forms.ChoiceField(label=_("What shall we do"), choices=DataRequest.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("In your words"),
        help_text=_("What is wrong and how it should read, or what shall go."),
        max_length=rules.MOST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def clean(self) -> None:
        """Ask for words only where something is to be corrected: consent is withdrawn without a reason."""
        given = self.cleaned_data
        if given.get("kind") == DataRequest.Kind.CORRECT and not given.get("text") and "text" not in self.errors:
            self.add_error("text", _("Say what is wrong, and how it should read."))


class AnswerForm(forms.Form):
    """Ask for the answer to a request."""

    state = forms.ChoiceField(label=_("Answer"), choices=DataRequest.State.choices[1:], widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What you tell the person"),
        help_text=_("What was done; or what must be kept, by which rule, until when."),
        max_length=rules.MOST_TEXT,
        widget=forms.Textarea({"rows": 4}),
    )


#: codes that a caller asks to be sent in ten minutes
_MOST_ASKED = 3


def _code_page(request: HttpRequest, status: int = 200, **found: object) -> HttpResponse:
    context = {"keeps_language": True, "offers": sms.sender() is not None} | found
    return render(request, "persons/my_data_code.html", context, status=status)


@csrf_exempt  # no session and no cookie: the code, or the page's signed text, is what gives the right
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the code; with it, show what is held and what was asked, and take a request."""
    if request.method == "GET":
        return _code_page(request)
    now, form = clock.now(), None
    if "telephone" in request.POST:
        if seconds_to_wait("my data", caller(request), now, _MOST_ASKED):
            return _code_page(request, 429, is_limited=True)
        number = services.read_telephone(request.POST["telephone"][:40])
        if not number:
            return _code_page(request, 400, is_no_number=True)
        # the answer is one whether the number is known here or not
        my_data.send_code_to(number, request.build_absolute_uri(reverse("my-data")), now)
        return _code_page(request, is_sent=True)
    if "pass" in request.POST:
        person = my_data.of_pass(request.POST["pass"], now)
        form = RequestForm(request.POST)
    else:
        person = my_data.use_code(request.POST.get("code", "")[:100], now)
    if person is None:
        return _code_page(request, 400, is_wrong=True, is_over=form is not None)
    is_asked = form is not None and form.is_valid()
    if form is not None and is_asked:
        my_data.ask(person, DataRequest.Kind(form.cleaned_data["kind"]), form.cleaned_data["text"], now)
    asked = person.data_requests.select_related("person").order_by("-pk")
    context: dict[str, Any] = {
        "keeps_language": True,
        "holdings": my_data.holdings(person),
        "requests": [(each, *my_data.words_of(each)) for each in asked],
        "hours": settings.BLUEZONE.data_request_hours,
        "pass": my_data.seal_pass(person, now),
        "form": RequestForm() if form is None or is_asked else form,
        "is_asked": is_asked,
    }
    return render(request, "persons/my_data.html", context, status=400 if form is not None and not is_asked else 200)


class GiveCode(OfficerPage):
    """Show a code for the person's own page, once."""

    http_method_names = Step.http_method_names
    access = scope.reading_health
    nav = "persons"
    template_name = "persons/data_code.html"

    def post(self, request: HttpRequest, pseudonym: str) -> HttpResponse:
        """Make and show it."""
        by = Issuer(officer=self.officer)
        person = services.of_office(by.place, pseudonym)
        if person is None:
            raise Http404
        address = self.request.build_absolute_uri(reverse("my-data"))
        try:
            if "send" in request.POST:
                sent = my_data.send_code(person, by, address, clock.now())
                return self.show(person=person, address=address, sent=sent)
            code = my_data.give_code(person, by, clock.now())
        except IdentityError as error:
            return self.show(400, person=person, problem=sentence_of(error))
        return self.show(
            person=person, address=address, code=" ".join(one_time_codes.groups(code)), keeps_language=True
        )


def _of_the_office(rows: QuerySet[Any], user: User | AnonymousUser, field: str) -> QuerySet[Any]:
    """Return the rows of the officer's own office: no identity is open from above it."""
    return rows.filter(**{field: Issuer(officer=scope.officer(user)).place})


class DataRequestList(ListPage):
    """List what people of the own office ask about their data, what waits first."""

    access = scope.reading_health
    reach = _of_the_office
    model = DataRequest
    nav = "persons"
    template_name = "persons/data_requests.html"
    ordering = ("-state", "due_at", "pk")
    sorts = (Sort("due", _("To be answered until"), ("due_at",)),)

    def rows(self) -> QuerySet[DataRequest]:
        return DataRequest.objects.select_related("person")

    def present(self, rows: Sequence[DataRequest]) -> Sequence[dict[str, Any]]:
        now = clock.now()
        services.open_for((each.person for each in rows), self.officer, now)
        return [{"row": each, "is_late": my_data.overdue(each, now)} for each in rows]


class AnswerRequest(OfObject, FormPage):
    """Answer a request about somebody's data."""

    access = scope.reading_health
    reach = _of_the_office
    model = DataRequest
    named = "request_id"
    nav = "persons"
    form_class = AnswerForm
    template_name = "persons/data_request.html"
    button = _("Send the answer")
    done = _("Answered: the person reads it with a new code.")
    object: DataRequest

    def rows(self) -> QuerySet[DataRequest]:
        return DataRequest.objects.select_related("person")

    def act(self) -> None:
        state = DataRequest.State(self.form.cleaned_data["state"])
        my_data.answer(self.object, state, self.form.cleaned_data["text"], self.officer, clock.now())

    def way_back(self) -> str:
        return reverse("persons:data-requests")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, answered = my_data.words_of(self.object)
        services.open_for([self.object.person], self.officer, clock.now())
        found = {"title": self.object.get_kind_display(), "asked": asked, "answered": answered}
        return super().get_context_data(**found | {"trail": [(self.way_back(), _("Requests"))]} | kwargs)
