"""Delete episodes half a year after they were opened; what was noted of a person 14 days after a stay, the stay itself
after 90, a roster's counts after 400."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop

from bluezone.authority.episodes.models import Episode, EpisodeTest, Event, Exposure, Roster, Stay
from bluezone.authority.episodes.stays import rules
from bluezone.authority.episodes.stays.roster_rules import COUNT_LIFE
from bluezone.authority.episodes.words import EventKind
from bluezone.authority.site import clock
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


def _over(now: dt.datetime, life: dt.timedelta) -> QuerySet[Stay]:
    """Return the stays whose last day is longer ago, whether or not somebody has ended them."""
    oldest = clock.date_of(now) - life
    return Stay.objects.filter(Q(ended_on__lt=oldest) | Q(until__lt=oldest))


def purge_details(now: dt.datetime) -> dict[str, int]:
    """Delete checks and results, and erase address, reason and link. Who it was says the episode, which keeps it by a
    rule of its own."""
    over, oldest = _over(now, rules.DETAIL_LIFE), clock.date_of(now) - rules.DETAIL_LIFE
    newer = Q(ended_on__gte=oldest) | Q(ended_on=None, until__gte=oldest)
    fresh = Stay.objects.filter(newer, episode=OuterRef("pk"))
    episodes = Episode.objects.filter(stays__in=over).exclude(Exists(fresh))
    gone, _ = Event.objects.filter(episode__in=episodes, kind=EventKind.CHECK.value).delete()
    EpisodeTest.objects.filter(episode__in=episodes).delete()
    episodes.filter(link_digest__isnull=False).update(link=b"", link_digest=None, reminded_at=None)
    erased = over.exclude(address=b"", reason=b"", hamlet="", house="")
    return {
        "checks": gone,
        "addresses_of_stays": erased.update(address=b"", reason=b"", hamlet="", house=""),
    }


def purge_stays(now: dt.datetime) -> dict[str, int]:
    """Delete stays."""
    _, kinds = _over(now, rules.STAY_LIFE).delete()
    return {"stays": kinds.get("episodes.Stay", 0)}


def purge_counts(now: dt.datetime) -> dict[str, int]:
    """Delete the counts of rosters."""
    return {"rosters": Roster.objects.filter(day__lt=clock.date_of(now) - COUNT_LIFE).delete()[0]}


RULES = (
    RetentionRule(
        gettext_noop(
            "cases and contacts by pseudonym: whom they met on which day, calls and answers, what was decided"
        ),
        gettext_noop("180 days after they were entered; who they are goes earlier, with the identity"),
        "an outbreak is over by then; answers are encrypted like the identity",
        purge_episodes,
    ),
    RetentionRule(
        gettext_noop(
            "isolation: how people were each day, results of tests, address or house, link, a release's reason"
        ),
        gettext_noop("14 days after its last day"),
        "an infection shows itself within 14 days; nobody is called or visited after that",
        purge_details,
    ),
    RetentionRule(
        gettext_noop("isolation: a stay's dates and site; its letters"),
        gettext_noop("90 days after its last day"),
        "a letter can be confirmed that long; the figures of an outbreak are counted by then",
        purge_stays,
    ),
    RetentionRule(
        gettext_noop("people in quarantine: a place's counts of a day"),
        gettext_noop("400 days"),
        "orders and bulletins of a year lean on them",
        purge_counts,
    ),
)
