"""Say how long callers of the device API are counted."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from bluezone.authority.device_api import refusals
from bluezone.authority.device_api.models import RateWindow
from bluezone.authority.site.registries import RetentionRule


def _windows(now: dt.datetime) -> dict[str, int]:
    return {"rate_windows": RateWindow.objects.filter(ends_at__lt=now).delete()[0]}


RULES = (
    RetentionRule(
        gettext_noop("requests of a caller (digest of its address)"),
        gettext_noop("ten minutes"),
        "a limit counts no longer",
        _windows,
    ),
    RetentionRule(
        gettext_noop("how many codes and tokens of phones were refused on a day"),
        gettext_noop("90 days"),
        "as long as the statistics show; they count requests, not phones",
        refusals.purge,
    ),
)
