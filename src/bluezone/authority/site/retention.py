"""Delete what is past its time: every package's `retention.py` says what, when and why, and `purge` walks them all."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter

from django.utils.translation import gettext_noop

from bluezone.authority.site import registries
from bluezone.authority.site.registries import RetentionRule
from bluezone.authority.site.uploads import pipeline, spreadsheets

log = logging.getLogger(__name__)


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete all that is past its time, and return how many of each, by name.

    A rule that fails stops no other: what is left is deleted first, then its error is raised (JobBusyError where
    another process publishes or purges).
    """
    counts: Counter[str] = Counter()
    failed: Exception | None = None
    for rule in registries.retention:
        try:
            counts.update(rule.purge(now) if rule.purge is not None else {})
        except Exception as error:  # noqa: BLE001 (raised below, after the other rules)
            log.warning("not deleted: %s (%s)", rule.what, error)
            failed = failed or error
    if failed is not None:
        raise failed
    return dict(counts)


def table() -> list[str]:
    """Return the rules as lines of a table in Markdown; the reason of each stands beside it in the code."""
    return ["| what | kept |", "|---|---|", *(f"| {each.what} | {each.kept} |" for each in registries.retention)]


def _uploads(now: dt.datetime) -> dict[str, int]:
    return {"uploads": pipeline.expire(now) or 0}


def _answers(now: dt.datetime) -> dict[str, int]:
    return {"remembered answers": spreadsheets.forget_old(now)}


#: the record of processing names the function of each
RULES = (
    RetentionRule(
        gettext_noop("files officers brought, encrypted, until they decide"),
        gettext_noop("one day"),
        "they may hold names, and what nobody wanted to store",
        _uploads,
    ),
    RetentionRule(
        gettext_noop("what officers answered about the forms they brought"),
        gettext_noop("180 days after the last such form"),
        "so that the same form is not asked about each day",
        _answers,
    ),
)
