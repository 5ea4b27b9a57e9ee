"""Say how long installations and bulletins are kept."""

from __future__ import annotations

from bluezone.authority.site.registries import RetentionRule

RULES = (
    RetentionRule(
        "installations that are counted",
        "no longer counted after 60 silent days, deleted after 365 (by the roll-up of a Sunday)",
        "a phone that is silent for so long is lost or has no app any more",
        None,
    ),
    RetentionRule(
        "issued bulletins",
        "400 days ([`BLUEZONE_BULLETIN_DAYS`](../reference/settings.md); by the job that issues them)",
        "they can be made again from the figures",
        None,
    ),
)
