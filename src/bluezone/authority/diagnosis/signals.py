"""Signal what other packages may want to know of cases."""

from __future__ import annotations

from django.dispatch import Signal

#: a test's result was noted on a case, or corrected: sent in the same transaction, with `case` as it is now stored
result_noted = Signal()

#: a laboratory's result is known to be that of a person: sent in the same transaction, with `person`, `result`
#: ("positive", "negative", "withdrawn"), `sampled_on`, `sample` (the laboratory's own id), `now` and `by`
tested = Signal()

#: another office follows a person, or a case of nobody known, from now on: sent in the same transaction, with `person`
#: (None where not known), their `cases`, `before` (the place until now) and `now`
moved = Signal()
