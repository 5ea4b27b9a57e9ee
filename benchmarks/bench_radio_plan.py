"""How completely phones hear each other by the plan, against the original's 40 s in 300 s, and at what cost.

    python benchmarks/bench_radio_plan.py [--phones 6] [--hours 8] [--seed 1] [--json]

Herald's method in the virtual town (`bluezone town herald` does the same for a person). Fails where the plan falls
below 99 % continuity, or costs more than the original did.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from bluezone.cli.town.herald import document
from bluezone.town.herald import WAYS, measure

FLOOR_CONTINUITY = 0.99


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=6)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    started_s = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        results = measure(Path(folder), WAYS, arguments.phones, arguments.hours, arguments.seed, lambda *_: None)
    facts = document(results, arguments.phones, arguments.hours, arguments.seed)
    facts["cpu_s"] = round(time.process_time() - started_s, 1)
    by_name = {way["name"]: way for way in facts["ways"]}
    if arguments.json:
        print(json.dumps(facts, ensure_ascii=False))
    else:
        for way in facts["ways"]:
            print(
                f"{way['name']:<26} continuity {100 * way['continuity']:6.2f} %  completeness "
                f"{100 * way['completeness']:6.2f} %  receiver on {100 * way['listening_share']:5.2f} %  "
                + "  ".join(f"{name} {mah} mAh a day" for name, mah in way["charge_mah_a_day"].items())
            )
        print(f"{facts['cpu_s']} s of CPU")
    plan, original = by_name["plan"], by_name["original: 40 s in 300 s"]
    assert plan["continuity"] >= FLOOR_CONTINUITY, plan
    for name, mah in plan["charge_mah"].items():
        assert mah < original["charge_mah"][name], (plan, original)


if __name__ == "__main__":
    main()
