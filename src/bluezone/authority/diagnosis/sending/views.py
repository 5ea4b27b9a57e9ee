"""Serve what officers do with sent codes: send one, stop one, see what ran out and what became of each list."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.diagnosis.models import RanOut
from bluezone.authority.diagnosis.queries import editable_cases
from bluezone.authority.diagnosis.sending import presenters, queries, services
from bluezone.authority.diagnosis.sending.list_uploads import fate_file
from bluezone.authority.diagnosis.sending.presenters import SendForm, StopForm
from bluezone.authority.diagnosis.sending.rules import Stop
from bluezone.authority.diagnosis.views import CaseStep, Confirmers
from bluezone.authority.officers import audit_log, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import FilePage, OfObject, Step
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock


class Send(CaseStep):
    """Issue a code for a case and send it."""

    form_name = "send"

    def get_form(self) -> SendForm:
        return SendForm(presenters.known(self.object, self.issuer)[0], self.request.POST)

    def act(self) -> None:
        values = self.form.cleaned_data
        services.send_code(self.object, self.issuer, values["number"], values["language"], clock.now())


class StopCode(CaseStep):
    """Stop the code of a case, or let it run out now."""

    form_class: Any = StopForm
    form_name = "stop"

    def act(self) -> None:
        reason, run_out = Stop(self.form.cleaned_data["reason"]), "run_out" in self.request.POST
        services.stop_code(self.object, self.issuer, reason, clock.now(), run_out=run_out)

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        wrong = {"problem": _("Choose why the code is stopped.")} if self.form and self.form.errors else {}
        return super().show(status, **wrong | context)


class CodesPage(Confirmers):
    """Show the codes that ran out unused, and the lists of the officer's office."""

    nav, template_name = "codes", "sending/codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place, ran_out = self.issuer.place, list(queries.ran_out(editable_cases(self.officer)))
        persons.open_for((row.case.person for row in ran_out), self.officer, clock.now())
        found = {
            "ran_out": ran_out,
            "lists": [
                {"list": each, "counts": presenters.counts_text(each.counts)} for each in queries.lists_of(place)
            ],
            "may_bring": scope.jurisdiction(self.officer) is not None,
            "codes_share": presenters.share(place, clock.now()),
        }
        return super().get_context_data(**found | kwargs)


class FatesFile(Confirmers, FilePage):
    """Give what became of each row of a list of the officer's office, as a file."""

    content_type, disposition = "text/csv; charset=utf-8", "attachment"

    def prepare(self) -> None:
        self.list = get_object_or_404(queries.uploads_of(self.issuer.place), pk=self.kwargs["upload_id"])

    def draw(self) -> bytes:
        # without the mark spreadsheet programs do not take it for UTF-8
        return fate_file(self.list).encode("utf-8-sig")

    def file_name(self) -> str:
        return f"codes-{self.list.received_at:%Y-%m-%d}-{self.list.sha256[:6]}.csv"


def _of_own_cases(rows: QuerySet[Any], user: User | AnonymousUser, _field: str = "") -> QuerySet[Any]:
    return rows.filter(case__in=editable_cases(scope.officer(user)))


class LeaveCode(Step, OfObject):
    """Note that nothing more is done about a code that ran out."""

    access = scope.confirming_cases
    model, named, done, place_field = RanOut, "ran_out_id", "", "case__place"
    reach = _of_own_cases
    object: RanOut

    def rows(self) -> QuerySet[RanOut]:
        return RanOut.objects.filter(case__merged_into=None, done_at=None).select_related("case")

    def act(self) -> None:
        self.object.done_at = clock.now()
        self.object.save(update_fields=["done_at"])
        audit_log.note(self.object.case, Issuer(officer=self.officer), {"unused_code": ["None", "left"]})

    def way_back(self) -> str:
        return reverse("sending:codes")
