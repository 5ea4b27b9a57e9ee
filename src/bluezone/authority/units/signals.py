"""Signal what other packages may want to know of the register."""

from __future__ import annotations

from django.dispatch import Signal

#: an organisation lies in another place now: sent in the same transaction, with `organisation`
moved = Signal()
