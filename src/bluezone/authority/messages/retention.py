"""Say how long telephone numbers are kept."""

from __future__ import annotations

from bluezone.authority.messages.phone_numbers.services import purge
from bluezone.authority.site.registries import RetentionRule

RULES = (
    RetentionRule(
        "telephone numbers: requests / confirmed numbers",
        "one day / a year after they were confirmed",
        "who changes the number or forgets the app is not written to for ever",
        purge,
    ),
)
