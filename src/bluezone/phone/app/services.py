"""What a phone has with its authority beside warnings: news, being counted, its owner's number.

None of it is needed for protection. All of it goes with the turns of the routine or follows a button, so that the phone
has no further times of its own by which it could be known.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from importlib import metadata
from pathlib import Path

import httpx

from bluezone.phone.app.communes import commune_of
from bluezone.phone.app.engine import Phone, PhoneSettings
from bluezone.phone.app.schedule import CHECK_EVERY_S, Errand
from bluezone.phone.client.counting import InstallationStore, Particulars, be_counted
from bluezone.phone.client.news import COUNTRY, NewsStore, Received
from bluezone.phone.client.phone_number import NumberStore
from bluezone.phone.stores.preferences import Choices
from bluezone.protocol.schemes import Entropy

NEWS, COUNTING = "news", "counting"


def places_of(choices: Choices) -> tuple[str, ...]:
    """The codes that news for this person may name: commune and province."""
    commune = commune_of(choices.commune)
    return (commune.code, commune.province) if commune is not None else ()


def areas_of(choices: Choices) -> tuple[str, ...]:
    """The documents of news to fetch."""
    commune = commune_of(choices.commune)
    return (COUNTRY, commune.province) if commune is not None else (COUNTRY,)


def version() -> str:
    """Of this program; "0" where it runs from a checkout."""
    try:
        return metadata.version("bluezone")
    except metadata.PackageNotFoundError:
        return "0"


def platform_name() -> str:
    """As a registration names it."""
    return "android" if hasattr(sys, "getandroidapilevel") else "linux"


class Services:
    """The three stores, opened together. Raises StorageError, SealError."""

    def __init__(self, directory: Path, settings: PhoneSettings, entropy: Entropy) -> None:
        self._settings, self._entropy = settings, entropy
        with ExitStack() as opened:
            self.news = opened.enter_context(closing(NewsStore(directory / "news.sqlite3")))
            self.installation = opened.enter_context(closing(InstallationStore(directory / "installation.sqlite3")))
            self.number = opened.enter_context(closing(NumberStore(directory / "number.sqlite3", settings.sealer)))
            self._stores = opened.pop_all()

    def errands(self, choices: Callable[[], Choices]) -> tuple[Errand, ...]:
        """What goes with every turn."""

        def fetch_news(phone: Phone, client: httpx.Client) -> None:
            settings = self._settings
            self.news.fetch(
                client,
                settings.authority_url,
                settings.region,
                areas_of(choices()),
                settings.trusted_keys,
                phone.clock(),
            )

        def count(phone: Phone, client: httpx.Client) -> None:
            chosen = choices()
            if chosen.counted:
                told = Particulars(platform_name(), version(), chosen.commune, chosen.unit)
                be_counted(client, self._settings.authority_url, self.installation, told, self._entropy, phone.clock())

        return Errand(NEWS, fetch_news, CHECK_EVERY_S), Errand(COUNTING, count, every_s=0.0)

    def received(self, choices: Choices, now_s: float) -> tuple[Received, ...]:
        """The news to show."""
        settings = self._settings
        return self.news.items(settings.region, settings.trusted_keys, places_of(choices), now_s)

    def news_fault(self, now_s: float) -> str:
        settings = self._settings
        return self.news.fault(settings.region, settings.trusted_keys, now_s)

    def purge(self, now_s: float) -> int:
        return sum(store.purge(now_s) for store in (self.news, self.installation, self.number))

    def close(self) -> None:
        self._stores.close()
