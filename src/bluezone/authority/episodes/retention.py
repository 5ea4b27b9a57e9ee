"""Say how long episodes are kept."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef

from bluezone.authority.episodes.models import Episode, Exposure
from bluezone.authority.site.registries import RetentionRule

#: as long as a case's course
EPISODE_LIFE = dt.timedelta(days=180)


def purge_episodes(now: dt.datetime) -> dict[str, int]:
    """Delete episodes, with all that hangs on them, half a year after they were opened; those of cases when their
    contacts' have gone."""
    old = now - EPISODE_LIFE
    younger = Exposure.objects.filter(source=OuterRef("pk"), episode__opened_at__gte=old)
    _, kinds = Episode.objects.filter(~Exists(younger), opened_at__lt=old).delete()
    return {"episodes": kinds.get("episodes.Episode", 0)}


RULES = (
    RetentionRule(
        "cases and contacts by pseudonym: whom they met on which day, calls and answers, what was decided",
        "180 days after they were entered; who they are goes earlier, with the identity",
        "an outbreak is over by then; answers are encrypted like the identity",
        purge_episodes,
    ),
)
