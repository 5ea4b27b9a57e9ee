"""Say how long passes are kept."""

from __future__ import annotations

from bluezone.authority.passes import services
from bluezone.authority.site.registries import RetentionRule

RULES = (
    RetentionRule(
        "passes: number, colour, commune, encrypted text; no name, no answer, no place where one was shown",
        "the text until it runs out (24 hours as the forms that ship say, 14 days at most), the rest 14 days longer",
        "until then it can be taken back; longer, because an entry at a door may name it",
        services.purge,
    ),
)
