"""Signal what other packages may want to know of the register."""

from __future__ import annotations

from django.dispatch import Signal

#: an organisation lies in another place now: sent in the same transaction, with `organisation`
moved = Signal()

#: organisations were registered, changed, closed or opened again: sent in the same transaction, with `organisations`
changed = Signal()

#: an organisation goes into another with its people, who are not among the other's yet: sent in the same transaction
#: before `changed`, with `organisation` and `into`
joined = Signal()

#: an organisation that was put into another comes out again with its people: sent in the same transaction, while it is
#: still closed, with `organisation` and `into`
parted = Signal()

#: a sector of a place is another office's task now: sent in the same transaction, with `territory` and `sector`
reassigned = Signal()
