"""Signal what other packages may want to know of cases."""

from __future__ import annotations

from django.dispatch import Signal

#: an office took cases over (`episodes.handing_over`): sent in the same transaction, when cases and identities are the
#: new office's, with `cases` (and those that turned out to be one of them), `from_place` and `to_place`
handed_over = Signal()

#: a test's result was noted on a case, or corrected: sent in the same transaction, with `case` as it is now stored
result_noted = Signal()
