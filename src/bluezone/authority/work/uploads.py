"""Make a task of each file that waits for its officer's decision."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.officers.upload_pages import SERVED
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import pipeline
from bluezone.authority.work.kinds import Line, Post, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Wanted


def wanted(post: Post) -> Iterable[tuple[str, Wanted]]:
    """Yield a task for each file of a place that waits, given to who brought it."""
    for row in Upload.objects.filter(place=post.place, state__in=pipeline.WAITING, officer__is_active=True):
        due = row.received_at + pipeline.LIFE
        yield (
            f"{row.kind}.{row.pk.hex[:8]}",
            Wanted(
                Kind.ROLLOUT, post.place, due, subject=row.file_name[:80], detail=row.pk.hex, officer=row.officer_id
            ),
        )


def lines(tasks: Sequence[Task], reader: Reader) -> Mapping[int, Line]:
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


SOURCE = Source("upload", lines, standing=wanted)
