"""Read what an office has sent, and which of its codes ran out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from bluezone.authority.diagnosis.models import Case, CodeMessage, RanOut
from bluezone.authority.diagnosis.sending.rules import State
from bluezone.authority.site.models import Upload


def ran_out(cases: QuerySet[Case]) -> QuerySet[RanOut]:
    """Return the codes that ran out unused, of cases that an officer may change, the oldest first."""
    rows = RanOut.objects.filter(case__in=cases, case__merged_into=None, done_at=None)
    return rows.select_related("case", "case__person").order_by("ended_at")


@dataclass(frozen=True, slots=True)
class ListFates:
    """Hold a list that an office sent, and how many of its rows are in each state."""

    upload: Upload
    counts: dict[State, int]


def lists_of(place: str) -> list[ListFates]:
    """Return the lists of an office, the newest first, as long as their fates are kept."""
    rows = CodeMessage.objects.filter(place=place, upload__isnull=False)
    counted: dict[uuid.UUID, dict[State, int]] = {}
    for upload_id, state, number in rows.order_by().values_list("upload", "state").annotate(number=Count("pk")):
        assert upload_id is not None  # filtered
        counted.setdefault(upload_id, {})[State(state)] = number
    return [ListFates(upload, counted[upload.pk]) for upload in uploads_of(place) if upload.pk in counted]


def uploads_of(place: str) -> QuerySet[Upload]:
    """Return the lists of an office whose fates are kept, the newest first."""
    rows = CodeMessage.objects.filter(place=place, upload__isnull=False)
    uploads = Upload.objects.filter(pk__in=rows.values("upload")).order_by("-decided_at")
    return uploads.select_related("officer").defer("data", "opened")


def rows_of(upload: Upload) -> QuerySet[CodeMessage]:
    """Return the rows of a list, in its order."""
    return CodeMessage.objects.filter(upload=upload).select_related("code").order_by("line")


def sent_to(digests: Iterable[str]) -> set[str]:
    """Return those of these numbers' digests to which a message with a code is under way, or was sent and its code may
    still be used."""
    rows = CodeMessage.objects.filter(number_digest__in=list(digests), state__in=(State.WAITING, State.SENT))
    return set(rows.values_list("number_digest", flat=True))


def newest_message(case: Case) -> CodeMessage | None:
    """Return the last message of a case."""
    return case.code_messages.order_by("-pk").first()
