"""Write docs/measurements/epidemic.md: exact results, published targets and a peer's dose-response.

    python tools/validate_epidemic.py [--quick]     # `make validate`; --quick: fewer runs, nothing written

Every number in the page comes from a run made here. Settings are in epidemic_validation/ and follow the papers'
descriptions, several chosen after first results had been seen; where a paper gives none, the page names the assumption.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from bluezone.epidemic import figures, words
from bluezone.epidemic.executors import cores
from bluezone.epidemic.presets import vietnam_2020
from bluezone.epidemic.sources import SOURCES
from epidemic_validation.exact import final_sizes
from epidemic_validation.measuring import Row, pct, table
from epidemic_validation.peer import peer, peer_figure, peer_switches
from epidemic_validation.published import barrat, hinch, moreno, washington, wymant
from epidemic_validation.vietnam import calm, effects_table, hau_giang, tornado

DOCS = Path(__file__).resolve().parents[1] / "docs"


def sources() -> str:
    """Every constant of the disease and the app with where it comes from."""
    lines = ["| what | value | from | checked |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {s.what} | {s.value} | {s.origin} | {s.checked} |" for s in SOURCES])


def jobs(quick: bool) -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    """The parts of the page, each a function with its arguments; the longest first."""
    seeds, people, small = (2, 100_000, 20_000) if quick else (10, 733_017, 50_000)
    return {
        "hau_giang": (hau_giang, (2 if quick else 8, people, vietnam_2020())),
        "calm": (calm, (2 if quick else 8, people)),
        "wymant": (wymant, (seeds,)),
        "washington": (washington, (seeds,)),
        "tornado": (tornado, (2 if quick else 4, small)),
        "hinch": (hinch, (seeds,)),
        "moreno": (moreno, (seeds,)),
        "barrat": (barrat, (seeds,)),
        "peer": (peer, (4 if quick else 12,)),
        "peer_switches": (peer_switches, (2 if quick else 4,)),
        "final_sizes": (final_sizes, (3 if quick else 16,)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--workers", type=int, default=cores())
    options = parser.parse_args()
    done: dict[str, Any] = {}
    with ProcessPoolExecutor(options.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = {pool.submit(function, *given): name for name, (function, given) in jobs(options.quick).items()}
        for future in as_completed(waiting):
            name = waiting[future]
            done[name] = future.result()
            print(f"{name}: {shown(done[name])}", file=sys.stderr, flush=True)
    if not options.quick:
        write(done)
    return 0


def shown(result: Any) -> str:
    """A part's result as text for the terminal."""
    if isinstance(result, list) and isinstance(result[0], Row):
        return "\n" + table(result)
    if isinstance(result, list):
        return "\n" + effects_table(result)
    return "\n" + str(result[0] if isinstance(result, tuple) else result)


def write(done: dict[str, Any]) -> None:
    """The page and its figures."""
    scenario, found = vietnam_2020(), done["hau_giang"]
    tornado_table, bars, middle = done["tornado"]
    peer_table, attack, points = done["peer"]
    parts = {
        "targets": table([row for name in ("wymant", "washington", "hinch", "moreno", "barrat") for row in done[name]]),
        "peer": peer_table,
        "peer_attack": pct(attack),
        "peer_switches": done["peer_switches"],
        "final_sizes": done["final_sizes"],
        "hau_giang": effects_table(found),
        "calm": done["calm"],
        "tornado": tornado_table,
        "sources": sources(),
    }
    for language in ("en", "vi"):
        doubt = words.doubt(bars, middle.mean, language)
        parts[f"answer_{language}"] = "\n>\n> ".join(
            [*words.whole_answer(found[0], figures.headline(found), "Hậu Giang", scenario.days, language), doubt]
        )
    title = words.sensitivity_title("Hậu Giang", 0.30, "en")
    pictures = {
        "hau-giang": figures.dose_response(found, "Hậu Giang", scenario.days, "en"),
        "tornado": figures.tornado(bars, middle.mean, title, "Hậu Giang", "en"),
        "openabm": peer_figure(points),
    }
    (DOCS / "figures").mkdir(exist_ok=True)
    for name, chart in pictures.items():
        figures.save(chart, DOCS / "figures" / f"epidemic-{name}.svg")
    text = (Path(__file__).parent / "epidemic.md.template").read_text("utf-8")
    for name, part in parts.items():
        text = text.replace(f"[[{name}]]", part)
    (DOCS / "measurements" / "epidemic.md").write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
