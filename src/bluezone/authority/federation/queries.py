"""Sum up what was read of a source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from bluezone.authority.federation.models import Source, SourceFile


@dataclass(frozen=True, slots=True)
class Sums:
    """Hold what became of the files of a source that are remembered, and of their keys."""

    files: int
    bad: int
    taken: int
    known: int
    revised: int
    #: `rules.Refusal` -> keys
    refused: dict[str, int]


def sums(source: Source) -> Sums:
    """Sum up the remembered files of a source."""
    files = source.files.all()
    counts = files.aggregate(
        files=Count("pk", filter=Q(state=SourceFile.State.READ)),
        bad=Count("pk", filter=Q(state=SourceFile.State.BAD)),
        taken=Sum("taken", default=0),
        known=Sum("known", default=0),
        revised=Sum("revised", default=0),
    )
    refused: Counter[str] = Counter()
    for each in files.exclude(refused={}).values_list("refused", flat=True):
        refused.update(each)
    return Sums(**counts, refused=dict(refused))


def bad_files(source: Source, most: int) -> list[SourceFile]:
    """Return the files of a source that could not be read, those tried last first."""
    return list(source.files.filter(state=SourceFile.State.BAD).order_by("-tried_at", "name")[:most])
