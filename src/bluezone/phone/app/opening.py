"""All that a phone keeps, opened together: the engine's stores, the services' and the owner's choices."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from bluezone.phone.app.engine import Phone, PhoneSettings
from bluezone.phone.app.services import Services
from bluezone.phone.clock import Clock
from bluezone.phone.stores.damage import SEALED_STORES, set_aside, set_aside_damaged
from bluezone.phone.stores.encryption import SealError, keep_out_of_backups
from bluezone.phone.stores.preferences import Preferences
from bluezone.protocol.schemes import Entropy

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Belongings:
    """Open until closed."""

    preferences: Preferences
    phone: Phone
    services: Services

    def close(self) -> None:
        self.phone.close()
        self.services.close()
        self.preferences.close()


def open_belongings(settings: PhoneSettings, entropy: Entropy, engine: Callable[[], Phone]) -> Belongings:
    """`engine` opens the phone itself. Raises StorageError, SealError; then nothing stays open."""
    keep_out_of_backups(settings.directory)
    with ExitStack() as opened:
        preferences = opened.enter_context(closing(Preferences(settings.directory / "preferences.sqlite3")))
        phone = opened.enter_context(closing(engine()))
        services = Services(settings.directory, settings, entropy)
        opened.pop_all()
    return Belongings(preferences, phone, services)


def open_or_set_aside(
    settings: PhoneSettings, entropy: Entropy, engine: Callable[[], Phone], clock: Clock
) -> Belongings:
    """The same; stores that are damaged are moved away first, never deleted, and the owner will be told."""
    directory, now_s = settings.directory, clock()
    moved: list[Path] = set_aside_damaged(directory, now_s)
    try:
        opened = open_belongings(settings, entropy, engine)
    except SealError:  # the key is lost, and with it what it sealed
        moved += set_aside(directory, SEALED_STORES, now_s)
        opened = open_belongings(settings, entropy, engine)
        opened.services.installation.renew(entropy)  # a copy on another device, most likely
    if moved:
        _log.error("a store was damaged and set aside: %s", ", ".join(path.name for path in moved))
        opened.preferences.change(database_set_aside_at_s=now_s)
    return opened
