"""Say how long exposure reports and heard lists are kept."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from bluezone.authority.reports import counts, lists, rules
from bluezone.authority.reports.models import (
    AwaitedEntries,
    HeardList,
    HeardListOf,
    JobKey,
    Report,
    SeenReport,
)
from bluezone.authority.site.registries import RetentionRule


def _utc_day(now: dt.datetime) -> dt.date:
    return now.astimezone(dt.UTC).date()


def purge_lists(now: dt.datetime) -> dict[str, int]:
    """Delete the heard lists of days more than 14 days ago, and the keys they were keyed again under."""
    oldest = _utc_day(now) - dt.timedelta(days=rules.RETENTION_DAYS)
    # In this order, and without their entries: Django reads what it deletes along with something else.
    HeardListOf.objects.filter(list__key__day__lt=oldest).delete()
    gone, _ = HeardList.objects.filter(key__day__lt=oldest).only("pk").delete()
    JobKey.objects.filter(day__lt=oldest).delete()
    return {"heard_lists": gone}


def purge_awaited(now: dt.datetime) -> dict[str, int]:
    """Delete what is kept of reporters' keys for the lists of a day that is over."""
    return {"awaited_entries": AwaitedEntries.objects.filter(key__day__lt=_utc_day(now)).delete()[0]}


def purge_reports(now: dt.datetime) -> dict[str, int]:
    """Delete reports three weeks after they came, and soon after that the mark that they did."""
    _, kinds = Report.objects.filter(received_at__lt=now - rules.REPORT_LIFE).delete()
    SeenReport.objects.filter(received_on__lt=_utc_day(now - rules.REPORT_LIFE)).delete()
    return {"exposure_reports": kinds.get("reports.Report", 0)}


RULES = (
    RetentionRule(
        gettext_noop("exposure reports / the number of who reported and the opened keys in them"),
        gettext_noop("21 days after they came / until the verdict, seconds later; the number is an identity then"),
        "an isolation of 14 days begins a week after the exposure at the latest; evidence is used once",
        purge_reports,
    ),
    RetentionRule(
        gettext_noop("heard lists of patients, and the key under which the entries of a day's were keyed again"),
        gettext_noop("14 days after the day they came"),
        "who reports later names a day that phones have forgotten; without the key nobody finds anything in a copy",
        purge_lists,
    ),
    RetentionRule(
        gettext_noop(
            "entries under which a heard list that comes late would name who reported, keyed under the key of its day"
        ),
        gettext_noop(
            "three days after the verdict; with a verdict that needs no list, or the decision that it is no contact"
        ),
        "patients say yes to their list hours after they published; the opened key itself goes with the verdict",
        purge_awaited,
    ),
    RetentionRule(
        gettext_noop("RPIKs of published keys, which everybody can derive from the export files"),
        gettext_noop("30 days after their day"),
        "they open no report; none of an older day is taken",
        lists.purge_public,
    ),
    RetentionRule(
        gettext_noop("how many exposure reports had which verdict on a day"),
        gettext_noop("90 days"),
        "as long as the statistics show; they count reports, not people",
        counts.purge_verdicts,
    ),
    RetentionRule(
        gettext_noop(
            "that an answer came whether a phone warned, without what it said / answers of a week, how many of them yes"
        ),
        gettext_noop("two weeks after the week began, when none is taken any more / 90 days"),
        "an answer counts once / as long as the statistics show; coins are mixed into it, so it says nothing of any",
        counts.purge_answers,
    ),
)
