"""Read the results of laboratories that wait for an officer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bluezone.authority.diagnosis import queries
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.issuing.results.rules import Result
from bluezone.authority.issuing.results.services import REPORTS
from bluezone.authority.officers.models import User


def tasks_of(officer: User) -> QuerySet[LabResult]:
    """Return the results that an officer is to look at, the oldest first."""
    rows = LabResult.objects.filter(is_task=True, case__in=queries.editable_cases(officer))
    return rows.select_related("laboratory", "case", "case__person").prefetch_related("corrections").order_by("pk")


def said_of(case_id: str) -> Iterable[str]:
    """Yield what laboratories said of a case that is not noted on it, until an officer has looked at it: a sentence
    each, the oldest first."""
    words = {"positive": _("positive"), "negative": _("negative")}
    rows = LabResult.objects.filter(is_task=True, case=uuid.UUID(case_id)).order_by("pk")
    for row in rows.select_related("laboratory", "case"):
        if REPORTS[Result(row.result)] == row.case.report_type:
            continue  # a correction that the laboratory's right noted by itself
        yield _("%(laboratory)s, %(id)s: %(result)s, sample of %(day)s.") % {
            "laboratory": row.laboratory.get_full_name(),
            "id": row.external_id,
            "result": words[row.result],
            "day": date_format(row.sampled_on, "SHORT_DATE_FORMAT"),
        }
