"""Make a task of each file that waits for its officer's decision, and of each request that a person sends about their
own data."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.officers.models import User
from bluezone.authority.officers.upload_pages import SERVED
from bluezone.authority.persons.models import DataRequest
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import pipeline
from bluezone.authority.work import services
from bluezone.authority.work.kinds import Line, Post, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Urgency, Wanted


def uploads_wanted(post: Post) -> Iterable[tuple[str, Wanted]]:
    """Yield a task for each file of a place that waits, given to who brought it."""
    for row in Upload.objects.filter(place=post.place, state__in=pipeline.WAITING, officer__is_active=True):
        due = row.received_at + pipeline.LIFE
        yield (
            f"{row.kind}.{row.pk.hex[:8]}",
            Wanted(
                Kind.ROLLOUT, post.place, due, subject=row.file_name[:80], detail=row.pk.hex, officer=row.officer_id
            ),
        )


def _of_uploads(tasks: Sequence[Task], reader: Reader) -> Mapping[int, Line]:
    """Return what rows say: the file, and the way to decide on it. A list of people: to who brought it alone."""
    found = {}
    for task in tasks:
        pages = SERVED.get(task.source_key.rsplit(" ", 1)[-1].split(".")[0])
        if pages is None or (pages.private and task.officer_id != reader.officer.pk):
            found[task.pk] = Line(_("A table waits for a decision"), icon="upload")
            continue
        address = reverse(pages.address_of_one, args=[uuid.UUID(task.detail)])
        text = _("A table waits for your decision")
        found[task.pk] = Line(text, address, _("Look at it"), "upload", about=task.subject)
    return found


def request_changed(row: DataRequest, now: dt.datetime, by: User | None, **_signal: object) -> None:
    """Open the task of a request that waits, close that of one that was answered (a signal's receiver)."""
    waits = row.state == DataRequest.State.WAITING
    task = Wanted(Kind.REQUEST, row.place, row.due_at, Urgency.SOON, row.person_id, detail=row.kind)
    services.settle(REQUESTS.name, row.pk, [task] if waits else [], now, by)


def _of_requests(tasks: Sequence[Task], _reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of requests, by the task's key."""
    kinds = dict(DataRequest.Kind.choices)
    last = _("The law gives until then to answer.")
    return {
        each.pk: Line(
            _("Own data: %(what)s") % {"what": kinds[each.detail]},
            reverse("persons:data-request", args=[each.source_key]),
            _("Answer"),
            "form",
            last=last,
        )
        for each in tasks
    }


UPLOADS, REQUESTS = Source("upload", _of_uploads, standing=uploads_wanted), Source("data request", _of_requests)
