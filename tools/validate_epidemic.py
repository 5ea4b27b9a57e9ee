"""Write docs/measurements/epidemic.md and epidemic-weeks.md: exact results, published targets, a peer's curves.

    python tools/validate_epidemic.py [--quick]     # `make validate`; --quick: fewer runs, nothing written
    python tools/validate_epidemic.py --only peer,households     # only these parts of the page are made anew

Every number in the page comes from a run made here. Settings are in epidemic_validation/ and follow the papers'
descriptions, several chosen after first results had been seen; where a paper gives none, the page names the assumption.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from bluezone.epidemic import figures, words
from bluezone.epidemic.executors import cores
from bluezone.epidemic.presets import vietnam_2020
from bluezone.epidemic.words import translator
from bluezone.i18n import Language
from epidemic_validation.england import reasons, wymant
from epidemic_validation.england_home import where_infected
from epidemic_validation.exact import final_sizes
from epidemic_validation.households import households
from epidemic_validation.importations import importations
from epidemic_validation.measuring import Row, table
from epidemic_validation.peer import peer, peer_figure
from epidemic_validation.published import barrat, hinch, moreno, washington
from epidemic_validation.vietnam import CALM, calm, effects_table, hau_giang, tornado
from epidemic_validation.weeks import weeks

ENGLISH = translator(Language.ENGLISH)

#: Parts that are the text of the page as they come.
_TEXTS = ("calm", "england_home", "final_sizes", "households", "weeks")
DOCS = Path(__file__).resolve().parents[1] / "docs"


def jobs(quick: bool, seeds: int) -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    """The parts of the page, each a function with its arguments; the longest first."""
    seeds = 2 if quick else seeds
    people, small = (100_000, 20_000) if quick else (733_017, 50_000)
    return {
        "hau_giang": (hau_giang, (seeds, people, vietnam_2020())),
        "importations": (importations, (30 * seeds if quick else 100 * seeds,)),
        "importations_calm": (importations, (30 * seeds if quick else 100 * seeds, CALM)),
        "calm": (calm, (seeds, people)),
        "wymant": (wymant, (2 * seeds,)),
        "wymant_reasons": (reasons, (2 * seeds,)),
        "england_home": (where_infected, (2 * seeds,)),
        "weeks": (weeks, ()),
        "washington": (washington, (seeds,)),
        "tornado": (tornado, (2 if quick else 4, small)),
        "hinch": (hinch, (seeds,)),
        "moreno": (moreno, (seeds,)),
        "barrat": (barrat, (seeds,)),
        "peer": (peer, (4 if quick else 12,)),
        "households": (households, (40_000 if quick else 100_000,)),
        "final_sizes": (final_sizes, (3 if quick else 16,)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", type=lambda text: text.split(","), help="Parts to make anew, with commas between.")
    parser.add_argument("--seeds", type=int, default=10, help="Runs of most parts, by chance different.")
    parser.add_argument("--workers", type=int, default=cores())
    options = parser.parse_args()
    known = jobs(options.quick, options.seeds)
    if unknown := set(options.only or ()) - set(known):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; choose of {', '.join(known)}")
    wanted = {name: known[name] for name in options.only or known}
    done: dict[str, Any] = {}
    with ProcessPoolExecutor(options.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = {pool.submit(function, *given): name for name, (function, given) in wanted.items()}
        for future in as_completed(waiting):
            name = waiting[future]
            done[name] = future.result()
            print(f"{name}: {shown(done[name])}", file=sys.stderr, flush=True)
            if not options.quick:
                write({name: done[name]})  # at once: what is done stays, whatever comes
    return 0


def shown(result: Any) -> str:
    """A part's result as text for the terminal."""
    if isinstance(result, list) and isinstance(result[0], Row):
        return "\n" + table(result)
    if isinstance(result, list):
        return "\n" + effects_table(result)
    return "\n" + str(result[0] if isinstance(result, tuple) else result)


def write(done: dict[str, Any]) -> None:
    """Write what is there anew into the page, each part between its two marks, and its figures."""
    pages = {DOCS / "measurements" / name: "" for name in ("epidemic.md", "epidemic-weeks.md")}
    pages = {page: page.read_text("utf-8") for page in pages}
    for name, part in parts_of(done).items():
        mark = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)
        page = next((page for page, text in pages.items() if mark.search(text)), None)
        if page is None:  # what the pages leave out stands in the terminal
            continue
        pages[page] = mark.sub(lambda _, part=part: f"{part}\n", pages[page])  # type: ignore[misc]
    for page, text in pages.items():
        page.write_text(text, "utf-8")
    (DOCS / "figures").mkdir(exist_ok=True)
    for name, (chart, title) in pictures_of(done).items():
        figures.save(chart, title, DOCS / "figures" / f"epidemic-{name}.svg")


def parts_of(done: dict[str, Any]) -> dict[str, str]:
    """The texts of the page by the names of their marks, as far as their runs were made."""
    parts = {name: done[name] for name in _TEXTS if name in done}
    targets = ("washington", "hinch", "moreno", "barrat")
    parts |= {name: table(done[name]) for name in targets if name in done}
    if "wymant" in done:
        parts["wymant"] = table(done["wymant"], ("Wymant 2021", "published", "ours", ""))
    if "wymant_reasons" in done:
        headings = ("changed", "a point of uptake averts", "alerts for each consenting case", "test positive later")
        parts["wymant_reasons"] = table(done["wymant_reasons"], headings)
    if "importations_calm" in done:  # of the other the page has a sentence, written by hand
        parts["importations_calm"] = done["importations_calm"][0]
    if "peer" in done:
        parts["peer_attack"], parts["peer"], _ = done["peer"]
    if "hau_giang" in done:
        parts["hau_giang"] = effects_table(done["hau_giang"])
    if "tornado" in done:
        parts["tornado"] = done["tornado"][0]
    return parts | said_of(done)


def said_of(done: dict[str, Any]) -> dict[str, str]:
    """The answer and its doubt."""
    parts = {}
    if "hau_giang" in done:
        found = done["hau_giang"]
        said = words.whole_answer(found[0], figures.headline(found), "Hậu Giang", vietnam_2020().days, ENGLISH)
        parts["answer_en"] = "> " + "\n>\n> ".join(said)
    if "tornado" in done:
        _, bars, middle = done["tornado"]
        parts["doubt_en"] = "> " + words.doubt(bars, middle.mean, ENGLISH)
    return parts


def pictures_of(done: dict[str, Any]) -> dict[str, Any]:
    """The figures of the page, with their titles, by their names."""
    pictures: dict[str, Any] = {}
    if "hau_giang" in done:
        found = done["hau_giang"]
        title = words.answer(figures.headline(found), "Hậu Giang", vietnam_2020().days, ENGLISH)
        pictures["hau-giang"] = figures.dose_response(found, ENGLISH), title
    if "tornado" in done:
        _, bars, middle = done["tornado"]
        title = words.sensitivity_title("Hậu Giang", 0.30, ENGLISH)
        pictures["tornado"] = figures.tornado(bars, middle.mean, ENGLISH), title
    if "peer" in done:
        title = "The dose-response of two simulators with the same parameters"
        pictures["openabm"] = peer_figure(done["peer"][2]), title
    if "importations_calm" in done:
        pictures["importation"] = done["importations_calm"][1]
    return pictures


if __name__ == "__main__":
    sys.exit(main())
