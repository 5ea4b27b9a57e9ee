"""Say how long what is known of risky places is kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from bluezone.authority.places import services
from bluezone.authority.places.registrations import services as registrations
from bluezone.authority.site.registries import RetentionRule

RULES = (
    RetentionRule(
        gettext_noop(
            "risky places: which case was where, check-ins that patients gave (no other visitor), and packages of "
            "warnings"
        ),
        gettext_noop(
            "14 days after the stay, after the package was made; what was given also with the keys it goes with"
        ),
        "phones forget where they were after 14 days: older warnings warn nobody",
        services.purge,
    ),
    RetentionRule(
        gettext_noop("registrations of places: who asks for one, the telephone number, what is asked for"),
        gettext_noop(
            "30 days after it came or was refused; of a confirmed one until the place closes, a year at most; at once "
            "where its owner takes it back before it is decided"
        ),
        "the commune reaches the owner; what nobody confirmed concerns nobody",
        registrations.purge,
    ),
)
