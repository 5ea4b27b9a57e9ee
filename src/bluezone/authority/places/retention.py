"""Say how long what is known of risky places is kept."""

from __future__ import annotations

from bluezone.authority.places import services
from bluezone.authority.site.registries import RetentionRule

RULES = (
    RetentionRule(
        "risky places: which case was where (no visitor), and the packages that warn of it",
        "14 days after the stay, after the package was made",
        "phones forget where they were after 14 days: older warnings warn nobody",
        services.purge,
    ),
)
