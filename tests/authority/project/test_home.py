"""An officer's first page: few statements, and never what it was before a figure changed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.authority.campaign.orders.conftest import give, hau_giang, letter  # noqa: F401 (fixtures)
from tests.authority.episodes.conftest import MAI, NOW, TODAY, case, met

from bluezone.authority.campaign.figures.store import store
from bluezone.authority.episodes import services as episodes
from bluezone.authority.episodes.stays import services as stays
from bluezone.authority.episodes.stays.services import Entry, Spot
from bluezone.authority.episodes.words import Role
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count

HOME = "/officer/rollout/"


@pytest.mark.parametrize(("role", "place"), [("commune", "/63:93/63:930/63:31318/"), ("province", "/63:93/")])
def test_home_takes_at_most_15_statements(give, client, set_clock, settings, tmp_path, role, place):  # noqa: F811
    """With tasks of contacts and of stays, an order and figures; drawn once for all officers of the unit."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path}
    }
    give()
    set_clock.now = NOW
    officer = User.objects.create_user("lan", role=role, place=place, may_confirm=True, may_read_health=True)
    episodes.enter(case(place), MAI, met(), Issuer(officer=officer), NOW)
    stays.enter(Entry(Spot("/63:93/63:930/63:31318/", address="12"), Role.F1, TODAY), officer, NOW)
    client.force_login(officer)
    cold = client.get(HOME)
    with CaptureQueriesContext(connection) as taken:
        again = client.get(HOME)
    assert len(taken) <= 15, [each["sql"][:120] for each in taken]
    assert len(again.context["first"]) >= 1
    assert again.context["overview"] == cold.context["overview"]
    code = UnitCode.parse(place.strip("/").split("/")[-1])
    store([Count(code, TODAY, installs=4_321, source="b")])
    assert "4.321" in client.get(HOME, headers={"accept-language": "vi"}).content.decode()
