"""Make an installation that signs, for the tests of packages."""

from __future__ import annotations

import pytest
from tests.authority.episodes.stays.conftest import MORNING

from bluezone.authority.signing import services as signing
from bluezone.authority.site.environment import Environment


@pytest.fixture
def signs(db, environment, set_clock, tmp_path) -> Environment:
    """The settings of an installation in a folder of its own, whose keys were made this morning."""
    conf = environment(var=tmp_path / "var")
    conf.var.mkdir()
    set_clock.now = MORNING
    signing.ensure(MORNING)
    return conf
