"""Say how long it is kept who asked for codes by text message, and what is counted of codes."""

from __future__ import annotations

from bluezone.authority.issuing.statistics import services as statistics
from bluezone.authority.issuing.user_reports import services as user_reports
from bluezone.authority.site.registries import RetentionRule

RULES = (
    RetentionRule(
        "numbers that reported by themselves (digest): code not used, with its case / used",
        "a day / 90 days after the day, parted from the code within the hour",
        "a number reports once in 90 days",
        user_reports.settle,
    ),
    RetentionRule(
        "requests for a code by text message (digest of the address)", "a day", "a budget counts no longer", None
    ),
    RetentionRule(
        "counts of codes: of an office's day, of whom a machine named", "90 days", "no longer shown", statistics.purge
    ),
)
