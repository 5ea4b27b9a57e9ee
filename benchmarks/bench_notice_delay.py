"""How long a warning takes in the town, from the export to its owner's notice: median and worst over many seeds.

    python benchmarks/bench_notice_delay.py [--seeds 1-12] [--people 12] [--hours 4] [--policy NAME] [--json]

Each phone checks on its own schedule, every half hour give or take a fifth, at a moment of its own; nothing pushes it.
Fails where a notice came later than one such period.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bluezone.phone.app.schedule import CHECK_EVERY_S, SPREAD
from bluezone.town.delivery import summary
from bluezone.town.run import Options, parse_seeds, rehearsal, start_of_day_s
from bluezone.town.server import TownAuthority


def delays_s(seeds: list[int], people: int, hours: float, policy: str | None) -> list[float]:
    """Return the delay of every notice of every seed."""
    found: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        with TownAuthority(Path(folder) / "authority", start_of_day_s()) as authority:
            prepared = authority.prepare()
        for seed in seeds:
            options = Options(people, seed, Path(folder) / str(seed), hours, policy, notices=True)
            with rehearsal(options, lambda *_: None, like=prepared) as (outcome, _):
                told = outcome.notice_delays_s or {}
                assert set(told) == set(outcome.warned), "who is warned is told, and nobody else"
            found += told.values()
            print(f"seed {seed}: {len(told)} told", file=sys.stderr, flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-12")
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--hours", type=float, default=4.0)
    parser.add_argument("--policy")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = summary(delays_s(parse_seeds(arguments.seeds), arguments.people, arguments.hours, arguments.policy))
    if found is None:
        raise SystemExit("nobody was warned in these towns")
    if arguments.json:
        print(json.dumps(asdict(found)))
    else:
        print(f"{found.notices} notices: median {found.median_h:.1f} h, worst {found.worst_h:.1f} h after the export")
    if found.worst_h * 3_600 > CHECK_EVERY_S * (1 + SPREAD) + 60:
        raise SystemExit("a notice came later than the next check of its phone")


if __name__ == "__main__":
    main()
