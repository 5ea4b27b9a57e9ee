"""Say what phones and days of the town take over of its country, as an authority says it to phones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bluezone.forms.country import Country
from bluezone.geography.country import country

_OF = country()
#: by whose days the town lives
ZONE: dt.tzinfo = ZoneInfo(_OF.time_zone)
#: what a phone's settings have of the country
SETTINGS: Mapping[str, Any] = {
    "region": _OF.region,
    "zone": ZONE,
    "country": Country(_OF.iso, _OF.telephone.calling_code),
    "hotline": _OF.telephone.hotline,
}
