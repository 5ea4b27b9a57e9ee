from __future__ import annotations

import pytest

from bluezone.phone.air.duty_cycle import DeviceState
from bluezone.phone.app.loop import Attention


class Watch:
    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.parametrize(
    ("after_s", "recent", "screen_on"),
    [
        (0, True, True),
        (14, True, True),
        (16, True, False),
        (599, True, False),
        (601, False, False),
        (-60, False, False),
    ],
)
def test_a_look_wakes_the_screen_for_seconds_and_counts_for_ten_minutes(
    after_s: float, recent: bool, screen_on: bool
) -> None:
    watch = Watch()
    attention = Attention(watch, lambda: DeviceState(battery=0.4))
    assert not attention.is_recent
    assert attention.looked_at()
    watch.now_s += after_s  # a clock that is put back ends it too
    assert attention.is_recent is recent
    assert attention.state() == DeviceState(battery=0.4, screen_on=screen_on)
    assert attention.looked_at() is not recent


def test_in_a_rehearsal_open_screens_are_a_window_for_others() -> None:
    attention = Attention(Watch(), DeviceState, minds_screens=False)
    attention.looked_at()
    assert attention.state() == DeviceState()
