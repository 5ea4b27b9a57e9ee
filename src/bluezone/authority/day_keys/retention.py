"""Say how long keys of a day are kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from bluezone.authority.day_keys import services
from bluezone.authority.site.registries import RetentionRule

RULES = (
    RetentionRule(
        gettext_noop("keys of a day, to which doors and checkpoints encrypt"),
        gettext_noop("14 days after their day"),
        "without its key an entry is unreadable, also in a backup",
        services.purge,
    ),
)
