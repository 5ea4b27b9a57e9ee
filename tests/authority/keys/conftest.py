"""The files of the key server, as phones and other authorities read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bluezone.authority.keys.batches import publish
from bluezone.authority.signing import services as signing
from bluezone.protocol.exports import Export, index_from_text, verify_export


@pytest.fixture
def served(settings: Any) -> Callable[..., dict[str, Export]]:
    """Reads what the index of a region names, by name, checked against our public keys."""

    def read(region: str = "452") -> dict[str, Export]:
        folder = settings.BLUEZONE.exports
        index = folder / region / "index.txt"
        names = index_from_text(index.read_text(), f"{region}/") if index.exists() else ()
        trusted = signing.trusted_export_keys()
        return {name: verify_export((folder / name).read_bytes(), trusted) for name in names}

    return read


@pytest.fixture
def exported(phone: Any, served: Callable[..., dict[str, Export]]) -> Callable[..., list[Export]]:
    """Publishes what is due, and gives all exports that the index of a region names."""

    def run(region: str = "452") -> list[Export]:
        publish(phone.clock.now)
        return list(served(region).values())

    return run
