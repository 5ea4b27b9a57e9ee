from __future__ import annotations

import pytest

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies.bluezone_303 import BLUEZONE_303, Bluezone303
from bluezone.exposure.windows import ExposureWindow, ScanInstance


def sighting(attenuation: float, receiver_os: str, sender_os: str) -> ExposureWindow:
    scan = ScanInstance(36000, 60, attenuation + 5, attenuation)
    return ExposureWindow((scan,), receiver_os=receiver_os, sender_os=sender_os)


@pytest.mark.parametrize(
    ("receiver", "sender", "threshold_dbm"),
    [
        ("android", "android", -86),
        ("android", "ios", -69),
        ("ios", "android", -88),
        ("ios", "ios", -74),
        ("", "", -86),
    ],
)
def test_one_sighting_at_the_threshold_of_the_pair_is_an_alert(receiver, sender, threshold_dbm):
    attenuation = 0 - threshold_dbm
    assert BLUEZONE_303.threshold_dbm(receiver, sender) == threshold_dbm
    assert BLUEZONE_303.assess([sighting(attenuation, receiver, sender)]).alert
    assert not BLUEZONE_303.assess([sighting(attenuation + 0.1, receiver, sender)]).alert


def test_the_strongest_sighting_of_the_day_decides():
    near, far = sighting(50, "", ""), sighting(90, "", "")
    assert BLUEZONE_303.assess([far, near]).score == BLUEZONE_303.assess([near]).score == 100 + 86 - 50


def test_a_sighting_below_its_threshold_still_ranks_above_nobody_heard():
    assert 0 < BLUEZONE_303.assess([sighting(150, "", "")]).score < BLUEZONE_303.threshold
    assert BLUEZONE_303.assess([]).score == 0


def test_a_threshold_no_radio_has_is_refused():
    with pytest.raises(ExposureError):
        Bluezone303("bad", "1", "", -200, -69, -88, -74, 0)
