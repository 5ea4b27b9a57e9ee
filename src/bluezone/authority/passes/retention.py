"""Say how long passes are kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from bluezone.authority.passes import services
from bluezone.authority.site.registries import RetentionRule

RULES = (
    RetentionRule(
        gettext_noop(
            "passes: number, colour, commune, encrypted text; no name, no answer, no place where one was shown"
        ),
        gettext_noop(
            "the text until it runs out (24 hours as the forms that ship say, 14 days at most), the rest 14 days longer"
        ),
        "until then it can be taken back; longer, because an entry at a door may name it",
        services.purge,
    ),
)
