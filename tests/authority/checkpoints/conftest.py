"""A clock on 20 August 2020, keys, a unit with a head and its checkpoint."""

from __future__ import annotations

from typing import Any

import pytest
from tests.authority.declarations.conftest import morning  # noqa: F401 (a fixture)
from tests.authority.passes.conftest import signers  # noqa: F401 (a fixture)

from bluezone.authority.officers.models import User
from bluezone.authority.units import services as units
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode


@pytest.fixture
def station(db: None, morning: Any) -> Organisation:  # noqa: F811 (the fixture)
    """A bus station of Phường Long Mỹ."""
    facts = Facts(name="Bến xe Long Mỹ", sector="stations", within=UnitCode.parse("34:31471"))
    return units.register(facts, morning.now.date())


@pytest.fixture
def guard(station: Organisation, client: Any) -> User:
    """Log in the person at the station's checkpoint."""
    user = User.objects.create_user("chot", role="checkpoint", place=station.place)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return user
