"""Write dates and times in Vietnamese: 18/8/2020, 19:05 18/8/2020, 19:05 ngày 18/8/2020. Without the day of the week:
Django writes `Thứ 3`, which Decree 30/2020 does not; `site.language.named_day` writes it."""

from __future__ import annotations

from bluezone.i18n import Language, decimal_mark, thousands_mark

SHORT_DATE_FORMAT = "j/n/Y"
SHORT_DATETIME_FORMAT = "H:i j/n/Y"
DATETIME_FORMAT = r"H:i \n\g\à\y j/n/Y"
DECIMAL_SEPARATOR = decimal_mark(Language.VIETNAMESE)
THOUSAND_SEPARATOR = thousands_mark(Language.VIETNAMESE)
NUMBER_GROUPING = 3
