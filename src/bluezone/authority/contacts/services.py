"""Decide of who reported, and open their number to call: each time with a line in the audit log.

The seam to cases: what an officer decides of a contact is decided here, by `decide`, whoever asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from bluezone.authority.contacts import rules
from bluezone.authority.contacts.models import Report
from bluezone.authority.contacts.receiving import NUMBER
from bluezone.authority.contacts.rules import Outcome
from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers.models import User
from bluezone.authority.site import encryption

SHORTEST_REASON, LONGEST_REASON = 3, 80


class DecisionError(AuthorityError):
    """Say that something else was decided meanwhile, or that this cannot be decided of the report."""


@transaction.atomic
def decide(report: Report, outcome: Outcome, officer: User, now: dt.datetime) -> None:
    """Decide of a report. Of who is no contact the number is deleted at once. Raises DecisionError."""
    row = Report.objects.select_for_update().filter(pk=report.pk).first()
    if row is None or not rules.may_decide(row.verdict, row.outcome, outcome):
        raise DecisionError("this report was taken back, or something else was decided of it meanwhile")
    before, row.outcome, row.decided_at, row.decided_by = row.outcome, outcome.value, now, officer
    if outcome is Outcome.NOT:
        row.number = b""
        row.awaited.all().delete()
    row.save(update_fields=["outcome", "decided_at", "decided_by", "number"])
    _note(row, officer, {"outcome": [before, outcome.value]})


def open_number(report: Report, reason: str, officer: User) -> str:
    """Return the number of who reported (E.164), to be called. `reason` stands in the audit log. Raises DecisionError
    where there is none any more."""
    if not bytes(report.number):
        raise DecisionError("the number of this report is deleted")
    _note(report, officer, {"number": ["", reason[:LONGEST_REASON]]})
    return encryption.decrypt(NUMBER, bytes(report.number))


def _note(report: Report, officer: User, changes: Mapping[str, list[str]]) -> None:
    """Add to the audit log what an officer did, under the report's place. The log holds no number."""
    LogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(report),
        object_pk=str(report.pk),
        object_id=report.pk,
        object_repr=str(report),
        action=LogEntry.Action.UPDATE,
        changes=dict(changes),
        actor=officer,
        additional_data={"place": report.place},
    )
