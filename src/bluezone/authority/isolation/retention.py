"""Delete what was declared, tested and stored of a person 14 days after the stay, and the stay itself after 90."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from bluezone.authority.isolation import rules
from bluezone.authority.isolation.models import Declaration, Stay, StayTest
from bluezone.authority.site import clock
from bluezone.authority.site.registries import RetentionRule


def _over(now: dt.datetime, life: dt.timedelta) -> QuerySet[Stay]:
    """Return the stays whose last day is longer ago, whether or not somebody has ended them."""
    oldest = clock.date_of(now) - life
    return Stay.objects.filter(Q(ended_on__lt=oldest) | Q(until__lt=oldest))


def purge_details(now: dt.datetime) -> dict[str, int]:
    """Delete declarations and results, and erase address, telephone number, link and the way to the person."""
    over = _over(now, rules.DETAIL_LIFE)
    gone, _ = Declaration.objects.filter(stay__in=over.values("pk")).delete()
    StayTest.objects.filter(stay__in=over.values("pk")).delete()
    held = over.filter(Q(link_digest__isnull=False) | Q(person__isnull=False) | ~Q(address=b"") | ~Q(telephone=b""))
    erased = held.update(address=b"", telephone=b"", link=b"", link_digest=None, person=None, reminded_on=None)
    return {"declarations": gone, "addresses_of_stays": erased}


def purge_stays(now: dt.datetime) -> dict[str, int]:
    """Delete stays."""
    _, kinds = _over(now, rules.STAY_LIFE).delete()
    return {"stays": kinds.get("isolation.Stay", 0)}


RULES = (
    RetentionRule(
        "isolation: what was declared, results of tests, address, telephone number, link, whose stay it was",
        "14 days after its last day",
        "an infection shows itself within 14 days; nobody is called or visited after that",
        purge_details,
    ),
    RetentionRule(
        "isolation: a stay's dates, site and reason, without who and where; its letters",
        "90 days after its last day",
        "a letter can be confirmed that long; the figures of an outbreak are counted by then",
        purge_stays,
    ),
)
