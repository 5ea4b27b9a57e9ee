"""Say how long it is kept who asked for codes by text message, and what is counted of codes."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.issuing import user_reports
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.issuing.results import services
from bluezone.authority.issuing.statistics import services as statistics
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.site.registries import RetentionRule
from bluezone.authority.work.services import settle

#: longer than a result may be old when it comes: who sends it again later is refused for its dates
RESULT_LIFE = dt.timedelta(days=60)


def _results(now: dt.datetime) -> dict[str, int]:
    """Delete results; with one that was negative the case that was opened for it alone."""
    old = LabResult.objects.filter(received_at__lt=now - RESULT_LIFE)
    opened_for_it = Case.objects.filter(
        lab_results__in=old, report_type=Case.ReportType.NEGATIVE, created_by__role=Role.LAB, merged=None
    )
    opened_for_it.delete()
    for row in old.filter(is_task=True):
        settle(services.SOURCE, row.pk, [], now)
    return {"lab_results": old.delete()[1].get("issuing.LabResult", 0)}


RULES = (
    RetentionRule(
        gettext_noop("results of laboratories and what they said before; a negative one with its case"),
        gettext_noop("60 days after they came"),
        "a copy or a correction is told from a new result",
        _results,
    ),
    RetentionRule(
        gettext_noop("numbers that reported by themselves (digest): code not used, with its case / used"),
        gettext_noop("a day / 90 days after the day, parted from the code within the hour"),
        "a number reports once in 90 days",
        user_reports.settle,
    ),
    RetentionRule(
        gettext_noop("requests for a code by text message (digest of the address)"),
        gettext_noop("a day"),
        "a budget counts no longer",
        None,
    ),
    RetentionRule(
        gettext_noop("counts of codes: of an office's day, of whom a machine named"),
        gettext_noop("90 days"),
        "no longer shown",
        statistics.purge,
    ),
)
