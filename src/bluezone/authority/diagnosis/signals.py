"""Signal what other packages may want to know of cases."""

from __future__ import annotations

from django.dispatch import Signal

#: an office took a case over: sent in the same transaction, when case and identities are the new office's, with `cases`
#: (the case and those that turned out to be it), `from_place` and `to_place`
handed_over = Signal()

#: a test's result was noted on a case, or corrected: sent in the same transaction, with `case` as it is now stored
result_noted = Signal()
