"""Say how long installations and bulletins are kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from bluezone.authority.site.registries import RetentionRule

RULES = (
    RetentionRule(
        gettext_noop("installations that are counted"),
        gettext_noop("no longer counted after 60 silent days, deleted after 365 (by the roll-up of a Sunday)"),
        "a phone that is silent for so long is lost or has no app any more",
        None,
    ),
    RetentionRule(
        gettext_noop("issued bulletins"),
        gettext_noop("400 days ([`BLUEZONE_BULLETIN_DAYS`](../reference/settings.md); by the job that issues them)"),
        "they can be made again from the figures",
        None,
    ),
)
