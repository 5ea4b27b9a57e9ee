"""Signal what the stays want to know of episodes."""

from __future__ import annotations

from django.dispatch import Signal

#: a person is something else now (a contact became a case, or is none after all): sent in the same transaction, with
#: `episode`, `now` and `by`
role_changed = Signal()

#: a test's result was noted: sent in the same transaction, with `episode`, `now` and `by`
tested = Signal()
