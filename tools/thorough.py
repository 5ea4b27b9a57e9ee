"""Run all that `make test` leaves out, and write what came of it to docs/measurements/thorough.md.

    python tools/thorough.py              # `make thorough`
    python tools/thorough.py --jobs 4     # in so many processes
    python tools/thorough.py --only pythons,postgresql

Exit code 1 if a part failed. The page names commit and date; parts that were not run keep the line they have.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[1]
PAGE = REPOSITORY / "docs" / "measurements" / "thorough.md"
_SUMMARY = re.compile(r"=*\s*((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s.*")


class Part(NamedTuple):
    """Something to run: what it is, and its command, none where it cannot be run here."""

    title: str
    command: list[str]


class Outcome(NamedTuple):
    """How a part ended."""

    passed: bool
    summary: str
    wall_s: float
    cpu_s: float


def parts(jobs: str) -> dict[str, Part]:
    """Return the parts by name."""
    tests = [sys.executable, "-m", "pytest", "-m", "thorough", "--timeout", "3600", "-o", "faulthandler_timeout=3660"]
    properties = [sys.executable, "-m", "pytest", "-m", "hypothesis", "--hypothesis-profile", "thorough"]
    in_parallel = ["-n", jobs, "--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", "0"]
    on_postgresql = ["make", "on-postgresql"] if os.environ.get("BLUEZONE_TEST_POSTGRES") else []
    return {
        "tests": Part("tests marked `thorough`", [*tests, *in_parallel]),
        "properties": Part("properties, 25 times as many examples", [*properties, *in_parallel]),
        "postgresql": Part("PostgreSQL as the authority's own database", on_postgresql),
        "pythons": Part("the fast core on each other Python", ["make", "pythons"]),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", default="auto", help="Processes that share the tests.")
    parser.add_argument("--only", type=lambda text: text.split(","), help="Parts to run, with commas between.")
    options = parser.parse_args()
    known = parts(options.jobs)
    if unknown := set(options.only or ()) - set(known):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; choose of {', '.join(known)}")
    outcomes = {name: run(known[name]) for name in options.only or known}
    today = dt.datetime.now(dt.UTC).date()  # noqa: TID251 (the date of the run)
    page = PAGE.read_text("utf-8")
    for name, outcome in outcomes.items():
        page = with_line(page, known[name], outcome, f"{commit()} | {today}")
    PAGE.write_text(page, "utf-8")
    return int(not all(outcome.passed for outcome in outcomes.values()))


def run(part: Part) -> Outcome:
    """Run a part to its end, showing what it says."""
    if not part.command:
        return Outcome(False, "not run: BLUEZONE_TEST_POSTGRES is not set", 0.0, 0.0)
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    said = []
    with subprocess.Popen(part.command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for text in running.stdout:
            print(text, end="", flush=True)
            said.append(text.strip())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Outcome(running.returncode == 0, summary(said), time.monotonic() - began, cpu_s)


def summary(said: list[str]) -> str:
    """Return what a program said of its end: counts of tests, and of the other Pythons a verdict each."""
    counts = [found[1] for text in said if (found := _SUMMARY.fullmatch(text))]
    verdicts = [text for text in said if text.startswith("Python 3.")]
    return "; ".join(verdicts or counts[-1:]) or "no summary"


def commit() -> str:
    """Return the commit that is checked out, and whether files differ from it."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty=, with changes", "--abbrev=12", "--exclude=*"],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return said.stdout.strip()


def with_line(page: str, part: Part, outcome: Outcome, when: str) -> str:
    """Return the page with the line of a part's last run in its table."""
    verdict = "passed" if outcome.passed else "**failed**"
    took = f"{outcome.wall_s / 60:.0f} min, {outcome.cpu_s / 60:.0f} min of CPU"
    before = re.compile(rf"^\| {re.escape(part.title)} \|.*$", re.MULTILINE)
    if not before.search(page):
        raise SystemExit(f"{PAGE} has no line that begins by: | {part.title} |")
    return before.sub(lambda _: f"| {part.title} | {verdict} | {outcome.summary} | {took} | {when} |", page)


if __name__ == "__main__":
    sys.exit(main())
