from __future__ import annotations

from dataclasses import replace

import pytest

from bluezone.exposure.encounters import read_encounters
from bluezone.exposure.errors import ExposureError
from bluezone.exposure.fitting import fit
from bluezone.exposure.policies import BLUEZONE


@pytest.fixture(scope="module")
def data(synthetic_set):
    return read_encounters(synthetic_set)


def test_it_says_from_how_many_minutes_near_on_a_meeting_is_as_often_near_as_not(data):
    fitted = fit([data], BLUEZONE, version="7")
    assert (fitted.version, fitted.near_db, fitted.usual_db) == ("7", BLUEZONE.near_db, BLUEZONE.usual_db)
    assert 2 < fitted.even_minutes < 20
    assert fitted.slope > 0


def test_each_campaign_weighs_the_same(data):
    half = data.subset(data.codes("session").argsort()[: len(data) // 2])
    one, other = fit([data], BLUEZONE), fit([half], BLUEZONE)
    both = fit([data, half], BLUEZONE)
    assert min(one.slope, other.slope) <= both.slope <= max(one.slope, other.slope)
    assert fit([data, data], BLUEZONE).even_minutes == pytest.approx(one.even_minutes)


def test_nothing_is_learned_of_one_kind_or_of_nothing(data):
    with pytest.raises(ExposureError, match="no set"):
        fit([], BLUEZONE)
    with pytest.raises(ExposureError, match="same label"):
        fit([replace(data, encounters=tuple(replace(each, close=True) for each in data.encounters))], BLUEZONE)
    with pytest.raises(ExposureError, match="less likely near"):
        fit(
            [replace(data, encounters=tuple(replace(each, close=not each.close) for each in data.encounters))], BLUEZONE
        )
