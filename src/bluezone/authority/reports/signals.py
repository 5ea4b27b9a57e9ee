"""Signal what becomes of an exposure report, in the transaction that stores it: `report`, and `now` where it counts."""

from __future__ import annotations

from django.dispatch import Signal

#: who reported is to be called: sent with `number` (E.164), which no report keeps from then on
judged = Signal()
#: a heard list that came late corroborates a report that was consistent
corroborated = Signal()
#: who reported took it back: sent before the report is deleted
taken_back = Signal()
