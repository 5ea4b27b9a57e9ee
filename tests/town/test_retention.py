"""Sixteen days of two phones: after fourteen everything goes, each day, and what is younger is all there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bluezone.phone.air.duty_cycle import DutyCycle
from bluezone.phone.stores.records import RETENTION_S
from bluezone.protocol.intervals import DAY_S, day_start_s
from bluezone.town.day import live_through
from bluezone.town.fleet import Fleet
from bluezone.town.radio_model import RadioModel
from bluezone.town.run import start_of_day_s
from bluezone.town.world import make_world

DAYS, SEED = 16, 13
HOUR_S = 3_600.0


class Seldom(Fleet):
    """Phones that listen twice an hour: sixteen days cost seconds."""

    def _settings(self, *net):
        return replace(super()._settings(*net), duty=DutyCycle(4.0, 1800.0, 60.0))


@pytest.mark.thorough
def test_without_the_net_contacts_counts_hours_and_keys_are_those_of_the_last_fourteen_days(tmp_path):
    fleet = Seldom(tmp_path, make_world(2, SEED, days=DAYS), SEED)  # one household, one bed
    live_through(fleet, RadioModel(), start_of_day_s(), 24.0 * DAYS, lambda *_: None)
    end_s = start_of_day_s() + DAYS * DAY_S
    oldest_s = end_s - RETENTION_S
    for number in range(2):
        phone = fleet.open_phone(number, lambda: end_s)
        heard = phone.stores.contacts.sightings()
        hours, tallies = phone.stores.contacts.watched(), phone.stores.contacts.tallies()
        keys = phone.stores.keys.all_keys()
        phone.close()
        # they are purged hourly, and at night the two hear each other
        assert oldest_s - 2 * HOUR_S <= min(heard.at_s) <= oldest_s + 18 * HOUR_S
        days = sorted({int((at_s - start_of_day_s()) // DAY_S) for at_s in heard.at_s})
        assert days[-13:] == list(range(DAYS - 13, DAYS))
        assert oldest_s - 3 * HOUR_S <= min(hours) <= oldest_s + 2 * HOUR_S
        assert max(hours) >= end_s - HOUR_S
        assert day_start_s(oldest_s) - DAY_S <= min(tallies) <= day_start_s(oldest_s)
        assert 14 <= len(keys) <= 16
