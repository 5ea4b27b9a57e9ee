from __future__ import annotations

import pytest

from bluezone.authority.officers.models import User
from bluezone.authority.signing import services as signing


@pytest.fixture
def log_in(set_clock, environment, client):
    """Logs an officer in: `log_in("province", "/63:93/")`. The authority can sign."""
    environment()
    signing.ensure(set_clock())

    def enter(role: str, place: str, name: str = "") -> User:
        user = User.objects.create_user(name or f"{role} {place}", role=role, place=place, full_name="Lê Thị Hoa")
        client.force_login(user)
        return user

    return enter
