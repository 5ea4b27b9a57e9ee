"""Signal what other packages may want to know of cases."""

from __future__ import annotations

from django.dispatch import Signal

#: a test's result was noted on a case, or corrected: sent in the same transaction, with `case` as it is now stored
result_noted = Signal()
