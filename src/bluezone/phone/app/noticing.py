"""Read from a phone's stores what its notices are decided by, and note which warnings their owner has opened."""

from __future__ import annotations

from contextlib import suppress

from bluezone.phone.app.engine import Phone
from bluezone.phone.app.tasks import places_of
from bluezone.phone.notices import rules
from bluezone.phone.notices.announcer import Facts, change_state
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.place_store import PlaceAlert


def facts_for_notices(phone: Phone) -> Facts:
    """Return what notices are decided by. It waits for the disk."""
    stores, choices = phone.stores, phone.stores.preferences.read()
    news = stores.documents.news(places_of(choices), phone.clock())
    exposures, now_s = stores.exposures, phone.clock()
    alerts = (*exposures.alerts(now_s, withdrawn=True), *exposures.watch_alerts(now_s))
    return Facts(alerts, news, choices, stores.notices, tuple(stores.places.alerts()))


def warning_was_opened(phone: Phone) -> None:
    """Note that the owner has opened the screen of a warning, which says what to do: those that stand ring no more."""
    exposures, now_s = phone.stores.exposures, phone.clock()
    standing = exposures.alerts(now_s) or exposures.watch_alerts(now_s)
    with suppress(StorageError):  # a full disk must not keep the screen from its owner; the warning rings once more
        change_state(phone.stores.notices, lambda state: rules.after_opening(state, standing))


def place_warning_was_opened(phone: Phone, alert: PlaceAlert) -> None:
    """Note that the owner has opened the screen of a warning of a place: it rings no more."""
    with suppress(StorageError):
        change_state(phone.stores.notices, lambda state: rules.after_opening_place(state, alert))
