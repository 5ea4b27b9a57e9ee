"""The example of Hậu Giang: loaded once, marked as such, gone when it is taken away."""

from __future__ import annotations

import json

from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.campaign.orders.models import Directive
from bluezone.authority.units.models import Organisation
from bluezone.rollout.sectors import BUILT_IN


def test_the_example_is_loaded_once_marked_and_taken_away_again(db, run_bluezone):
    first = json.loads(run_bluezone("authority", "load-example", "--json").out)
    assert first["orders"] == 2
    assert first["units"] == Organisation.objects.count() >= 36
    assert all("(ví dụ)" in name for name in Organisation.objects.values_list("name", flat=True))
    assert set(Organisation.objects.values_list("sector", flat=True)) == set(BUILT_IN) - {"other"}
    made_up = DailyCount.objects.exclude(key__contains=":")
    assert set(made_up.values_list("source", "origin")) == {("example", "reported")}
    assert Directive.objects.get(base="population").targets.get(parent=None).installs == 219_906
    again = json.loads(run_bluezone("authority", "load-example", "--json").out)
    assert again == {"figures": 0, "units": 0, "orders": 0}
    printed = DailyCount.objects.filter(key__contains=":").count()
    assert json.loads(run_bluezone("authority", "load-example", "--remove", "--json").out)["removed_units"] >= 36
    assert not Organisation.objects.exists()
    assert not Directive.objects.exists()
    assert DailyCount.objects.count() == printed
