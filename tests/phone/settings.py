"""Set phones up as `bluezone phone init` does at an authority of Viet Nam."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

from bluezone.forms.country import Country
from bluezone.phone.app.engine import PhoneSettings

VIET_NAM = timezone(timedelta(hours=7))
#: what an authority says of its country, as `bluezone authority public-keys --json` prints it
OF_VIET_NAM: Mapping[str, str | int] = {
    "iso": "VN",
    "calling_code": "84",
    "hotline": "19009095",
    "language": "vi",
    "utc_offset_min": 420,
}
OF_LAOS: Mapping[str, str | int] = {
    "iso": "LA",
    "calling_code": "856",
    "hotline": "166",
    "language": "en",
    "utc_offset_min": 420,
}


def phone_settings(directory: Path, *positional: Any, **more: Any) -> PhoneSettings:
    """Return the settings of a phone of Viet Nam."""
    of: dict[str, Any] = {
        "region": "452",
        "zone": VIET_NAM,
        "country": Country("VN", "84"),
        "hotline": "19009095",
    }
    return PhoneSettings(directory, *positional, **of | more)
