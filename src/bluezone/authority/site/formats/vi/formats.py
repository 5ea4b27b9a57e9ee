"""Write dates and times in Vietnamese: 18/8/2020, 19:05 18/8/2020."""

from __future__ import annotations

from bluezone.i18n import Language, decimal_mark, thousands_mark

SHORT_DATE_FORMAT = "j/n/Y"
SHORT_DATETIME_FORMAT = "H:i j/n/Y"
DATETIME_FORMAT = "H:i, l, j/n/Y"
DECIMAL_SEPARATOR = decimal_mark(Language.VIETNAMESE)
THOUSAND_SEPARATOR = thousands_mark(Language.VIETNAMESE)
NUMBER_GROUPING = 3
