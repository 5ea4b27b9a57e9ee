"""Delete breaches of personal data five years after they were closed."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from bluezone.authority.privacy import rules
from bluezone.authority.privacy.models import Breach
from bluezone.authority.site.registries import RetentionRule


def _breaches(now: dt.datetime) -> dict[str, int]:
    return {"breaches": Breach.objects.filter(closed_at__lt=now - rules.BREACH_LIFE).delete()[0]}


RULES = (
    RetentionRule(
        gettext_noop("breaches of personal data (no names of those affected)"),
        gettext_noop("five years after they were closed"),
        "the authority may inspect what was done about them",
        _breaches,
    ),
)
