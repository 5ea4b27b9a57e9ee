"""Compare policies in the town: live through days once, and let every phone judge everybody else by each policy, with
its own log, as if each of them had been the case.

    python tools/town_policies.py [--seeds 1-8] [--hours 4] [--people 12] [--scene town] POLICY...

Prints close contacts, those missed, those warned and those wrongly, and cost (missed + false alarms) of each. A
rehearsal (`bluezone town seeds`) has one case a day and goes by the authority; this has every pair of people, and so
tells policies apart in fewer days. About four seconds a seed of four hours.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bluezone.exposure.policies import Policy, policy_named
from bluezone.phone.matching.calibration import learn_log, log_now
from bluezone.phone.matching.exposure_check import announced_powers_dbm, exposure_windows
from bluezone.phone.matching.matcher import SightingIndex
from bluezone.phone.stores.exposure_store import Receiver
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.town.country import ZONE
from bluezone.town.day import live_through
from bluezone.town.findings import CLOSE_CONTACT_MIN, minutes_within
from bluezone.town.fleet import TX_POWER_DBM, Fleet
from bluezone.town.radio_model import RadioModel
from bluezone.town.run import parse_seeds, start_of_day_s
from bluezone.town.world import make_world


def warned(
    seed: int, people: int, hours: float, scene: str, policies: Sequence[Policy]
) -> Iterator[tuple[bool, list[bool]]]:
    """Yield of each ordered pair of people whether they were close, and which policies had the first warned."""
    world, end_s = make_world(people, seed, scene, 1), start_of_day_s() + hours * 3600.0
    receiver = Receiver(assumed_tx_power_dbm=TX_POWER_DBM)
    with tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(Path(folder), world, seed)
        live_through(fleet, RadioModel(), start_of_day_s(), hours, lambda *_: None)
        heard, keys = [], []
        for number in range(people):
            phone = fleet.open_phone(number, lambda: end_s)
            heard.append(phone.stores.contacts.sightings())
            keys.append([TemporaryExposureKey.from_daily(key) for key in phone.stores.keys.recent(end_s)])
            scheme = phone.scheme
            phone.close()
    truth = minutes_within(world.paths, 0.0, hours * 3600.0)
    for listener, sightings in enumerate(heard):
        index = SightingIndex(sightings)
        logs = {one.name: learn_log([sightings], one, end_s) if one.learns else None for one in policies}
        for case in range(people):
            if case == listener:
                continue
            windows = exposure_windows(scheme, keys[case], sightings, index, receiver, ZONE)
            powers_dbm = announced_powers_dbm(scheme, keys[case], sightings, index)
            alerts = []
            for policy in policies:
                if policy.learns:
                    policy = policy.knowing(log_now(logs[policy.name], policy, receiver, powers_dbm, end_s))
                alerts.append(policy.assess(windows).alert)
            yield bool(truth[listener, case] >= CLOSE_CONTACT_MIN), alerts


def main() -> None:
    """Read the command line, live through the days, and print a line for each policy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("policies", nargs="+", metavar="POLICY")
    parser.add_argument("--seeds", default="1-8")
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--scene", default="town")
    options = parser.parse_args()
    policies = [policy_named(name) for name in options.policies]
    close, alerts = [], []
    for seed in parse_seeds(options.seeds):
        for is_close, alert in warned(seed, options.people, options.hours, options.scene, policies):
            close.append(is_close)
            alerts.append(alert)
    true, found = np.array(close), np.array(alerts)
    for column, policy in enumerate(policies):
        alert = found[:, column]
        missed, wrongly = int((true & ~alert).sum()), int((~true & alert).sum())
        cost = missed / max(int(true.sum()), 1) + wrongly / max(int((~true).sum()), 1)
        print(
            f"{policy.name} {policy.version}: {int(true.sum())} of {true.size} pairs close, {missed} missed, "
            f"{int(alert.sum())} warned, {wrongly} wrongly; cost {cost:.3f}"
        )


if __name__ == "__main__":
    main()
