"""18/8/2020, 19:05 18/8/2020."""

from __future__ import annotations

SHORT_DATE_FORMAT = "j/n/Y"
SHORT_DATETIME_FORMAT = "H:i j/n/Y"
DATETIME_FORMAT = "H:i, l, j/n/Y"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
