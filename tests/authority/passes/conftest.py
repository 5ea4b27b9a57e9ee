"""A clock on 20 August 2020, signing keys, officers, and people of Long Mỹ who declare."""

from __future__ import annotations

from typing import Any

import pytest
from tests.authority.declarations.conftest import MORNING, declared, morning, officer  # noqa: F401 (fixtures)

from bluezone.authority.signing import services as signing


@pytest.fixture
def signers(db: None, morning: Any, environment: Any) -> None:  # noqa: F811 (the fixture)
    """Make the first keys of each purpose, in a folder of the test's own."""
    environment()
    signing.ensure(MORNING)
