"""Say how long keys of a day are kept."""

from __future__ import annotations

from bluezone.authority.day_keys import services
from bluezone.authority.site.registries import RetentionRule

RULES = (
    RetentionRule(
        "keys of a day, to which doors and checkpoints encrypt",
        "14 days after their day",
        "without its key an entry is unreadable, also in a backup",
        services.purge,
    ),
)
