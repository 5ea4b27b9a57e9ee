"""Decide what the owner is given notice of, when, and when again: pure.

There is at most one notice at a time, whatever it is about, and its text never says which: a warning, a warning taken
back, or news. It rings

- at once for what it has not rung for yet; several warnings of one check are one notice;
- again after a day for a warning that was not opened, until it is, or is taken back;
- as for a warning where somebody infected was at a place of the diary (`Kind.PLACE`);
- once for having been near a contact (F1), while no warning of a case stands, which asks for more;
- once for news that came after the owner joined, and for a warning taken back that the owner had opened: who never
  opened it is not frightened by its end, and finds both on the page of notices.

A notice goes when nothing unread is left. What was rung for and opened is remembered (`NoticeState`), so that a restart
neither rings twice nor forgets. Times are Unix seconds of a clock that may jump: put forward, it rings again early,
once; put back behind the last ring, the day begins anew, so that no wrong year keeps a warning silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bluezone.phone.stores.diary_store import PlaceAlert
from bluezone.phone.stores.documents import Received
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.preference_store import Choices, NoticeState

AGAIN_AFTER_S = 86_400.0

LIST = "/notices"


class Kind(StrEnum):
    """Name what a notice is about."""

    WARNING = "warning"
    WATCH = "watch"
    PLACE = "place"
    TAKEN_BACK = "taken back"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Subject:
    """Describe one thing the owner has not read yet. `key` stays the same for the same thing; `path`: its screen."""

    key: str
    kind: Kind
    path: str
    at_s: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Say what to do now. `path`: show a notice that opens this screen ("": none), with sound for `rings`, about a
    warning or not (`urgent`); `withdraw`: take back what is shown; `due_s`: when to look again."""

    path: str = ""
    rings: tuple[str, ...] = ()
    urgent: bool = False
    withdraw: bool = False
    due_s: float | None = None


#: what rings again until it is opened
_WARNINGS = frozenset({Kind.WARNING, Kind.PLACE})


def place_key(alert: PlaceAlert) -> str:
    """Return the key of a warning of a place."""
    return f"{Kind.PLACE} {alert.visit} {alert.created_at_s:.3f}"


def warning_key(alert: Alert) -> str:
    """Return the key of an alert: another one for the same day, after the first was taken back, is another thing."""
    kind = Kind.WATCH if alert.second_order else Kind.WARNING
    return f"{kind} {alert.day_start_s} {alert.created_at_s:.3f}"


def path_of(alert: Alert) -> str:
    """Return the screen of an alert."""
    return f"/{'watch' if alert.second_order else 'exposure'}/{alert.day_start_s}"


def subjects(
    alerts: Iterable[Alert],
    news: Iterable[Received],
    choices: Choices,
    state: NoticeState,
    places: Iterable[PlaceAlert] = (),
) -> tuple[Subject, ...]:
    """Return what is unread, in the order in which it came. `alerts` has those taken back too."""
    found = [
        Subject(place_key(one), Kind.PLACE, f"/diary/{one.visit}/warning", one.created_at_s)
        for one in places
        if place_key(one) not in state.opened
    ]
    for alert in alerts:
        key = warning_key(alert)
        if alert.withdrawn_at_s is None:
            if key not in state.opened:
                kind = Kind.WATCH if alert.second_order else Kind.WARNING
                found.append(Subject(key, kind, path_of(alert), alert.created_at_s))
        elif key in state.opened and alert.withdrawn_at_s > choices.notices_seen_at_s:
            found.append(Subject(f"end of {key}", Kind.TAKEN_BACK, LIST, alert.withdrawn_at_s))
    if choices.agreed_at_s is not None:
        since_s = max(choices.notices_seen_at_s, choices.agreed_at_s + _FIRST_NEWS_S)
        found += [
            Subject(f"news {one.item.id}", Kind.NEWS, LIST, one.first_at_s) for one in news if one.first_at_s > since_s
        ]
    return tuple(sorted(found, key=lambda subject: (subject.at_s, subject.key)))


_FIRST_NEWS_S = 3_600.0  # what the first check brings was there before the owner joined


def plan(
    unread: Sequence[Subject], state: NoticeState, now_s: float, shown_since_s: float | None, *, wanted: bool
) -> Plan:
    """Return what to do now. `shown_since_s`: as the notifier says it; `wanted`: the owner wants notices."""
    state = by_now(state, now_s)
    if not wanted or not unread:
        return Plan(withdraw=bool(state.path))
    rings = tuple(subject.key for subject in unread if _is_due(subject, state, now_s))
    path = _path(unread)
    lost = bool(state.path) and shown_since_s is not None and state.posted_s < shown_since_s
    changed = bool(state.path) and path != state.path
    return Plan(
        path=path if rings or lost or changed else "",
        rings=rings,
        urgent=any(subject.kind in _WARNINGS for subject in unread),
        due_s=_next_ring_s(unread, state, now_s, rings),
    )


def by_now(state: NoticeState, now_s: float) -> NoticeState:
    """Return the state as a clock that was put back must read it: nothing was done later than now."""
    rung_s = {key: min(at_s, now_s) for key, at_s in state.rung_s.items()}
    return replace(state, rung_s=rung_s, posted_s=min(state.posted_s, now_s))


def after_showing(state: NoticeState, done: Plan, now_s: float) -> NoticeState:
    """Return what to remember once the notice of a plan is shown."""
    return replace(state, rung_s={**state.rung_s, **dict.fromkeys(done.rings, now_s)}, path=done.path, posted_s=now_s)


def after_withdrawing(state: NoticeState) -> NoticeState:
    """Return what to remember once nothing is shown."""
    return replace(state, path="", posted_s=0.0)


def after_opening(state: NoticeState, alerts: Iterable[Alert | PlaceAlert]) -> NoticeState:
    """Return what to remember once the owner has opened the screen of these warnings."""
    keys = {place_key(each) if isinstance(each, PlaceAlert) else warning_key(each) for each in alerts}
    return replace(state, opened=state.opened | keys)


def forget(
    state: NoticeState, alerts: Iterable[Alert], news: Iterable[Received], places: Iterable[PlaceAlert] = ()
) -> NoticeState:
    """Leave out what is no longer there."""
    warnings = {warning_key(alert) for alert in alerts} | {place_key(one) for one in places}
    known = warnings | {f"end of {key}" for key in warnings} | {f"news {received.item.id}" for received in news}
    return replace(
        state,
        rung_s={key: rung_s for key, rung_s in state.rung_s.items() if key in known},
        opened=state.opened & warnings,
    )


def _is_due(subject: Subject, state: NoticeState, now_s: float) -> bool:
    rung_s = state.rung_s.get(subject.key)
    if rung_s is None:
        return True
    return subject.kind in _WARNINGS and now_s - rung_s >= AGAIN_AFTER_S


def _path(unread: Sequence[Subject]) -> str:
    """Return the screen to open: a warning's own where there is one, the list where there are several."""
    warnings = [subject.path for subject in unread if subject.kind in _WARNINGS]
    found = warnings or [subject.path for subject in unread if subject.kind is Kind.WATCH]
    return found[0] if len(found) == 1 else LIST


def _next_ring_s(unread: Sequence[Subject], state: NoticeState, now_s: float, rings: Sequence[str]) -> float | None:
    rung_s = [
        now_s if subject.key in rings else state.rung_s[subject.key] for subject in unread if subject.kind in _WARNINGS
    ]
    return min(rung_s) + AGAIN_AFTER_S if rung_s else None
