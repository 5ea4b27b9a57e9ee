"""Tell how each phone fares, in the words of its own home screen: asked a few phones at a time, so that a large town
stays cheap to look at.
"""

from __future__ import annotations

import threading
import time

from bluezone.errors import BluezoneError
from bluezone.i18n import Language
from bluezone.phone.app.loop import Runner
from bluezone.phone.web.presenters.common import translator
from bluezone.phone.web.presenters.home import home
from bluezone.town.clock import TIME_ZONE
from bluezone.town.show.chronicle import Chronicle

_AT_A_TIME = 16
_EVERY_S = 0.5

#: (tone, what its home screen says in two words, phones it hears now)
State = tuple[str, str, int]


class States:
    """Keep the states of all phones, each at most a few seconds old."""

    def __init__(self, show: Chronicle) -> None:
        self._show = show
        self._lock = threading.Lock()
        self._asked_at_s, self._next = -_EVERY_S, 0
        self._code: Language | None = None
        self._states: list[State] = []

    def now(self, code: Language) -> list[State]:
        """Return the states in the language of that code; none before there are phones."""
        with self._lock:
            phones, real_s = self._show.phones, time.monotonic()
            if code != self._code or len(phones) != len(self._states):
                self._code, self._states = code, [self._state(phone, code) for phone in phones]
            elif real_s - self._asked_at_s >= _EVERY_S:
                for _ in range(min(_AT_A_TIME, len(phones))):
                    self._next = (self._next + 1) % len(phones)
                    self._states[self._next] = self._state(phones[self._next], code)
                self._asked_at_s = real_s
            return list(self._states)

    @staticmethod
    def _state(phone: Runner, code: Language) -> State:
        try:
            shown = home(phone.facts(), translator(code, TIME_ZONE))
        except BluezoneError:  # just being closed, or a full disk: this phone's trouble, nobody else's
            return ("watch", "…", 0)
        return (str(shown.state.tone), shown.state.tag, shown.around)
