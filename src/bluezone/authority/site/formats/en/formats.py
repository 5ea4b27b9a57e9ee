"""Write dates and times in English: 18 Aug 2020, 19:05 on 18 Aug 2020."""

from __future__ import annotations

SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "H:i, j M Y"
DATETIME_FORMAT = "H:i, l j F Y"
