"""Measure what installing costs: size and time of each extra's environment, and CPU seconds of every subject's help.

    python benchmarks/bench_install.py                  # the demo's environment (extra `town`) and the helps
    python benchmarks/bench_install.py --extra phone    # another; may be repeated

Environments are made in a temporary folder from this checkout, as `make demo` makes its own, from the package index or
pip's cache: wall-clock time says more of the network than of us. The helps run in this environment, so that all extras
that are installed here could be imported; the best of five counts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
SUBJECTS = ("", "authority", "epidemic", "export", "exposure", "ids", "phone", "rollout", "town")
TIMES = 5
#: What the project promises: MB and minutes of the demo's environment, CPU seconds of a help.
MOST_MB, MOST_HELP_S, MOST_SUBJECT_S = 400, 0.3, 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extra", action="append", help="An extra to install. [default: town]")
    parser.add_argument("--json", type=Path, help="Write the figures here.")
    asked = parser.parse_args()
    facts = {
        "environments": [environment(extra) for extra in asked.extra or ["town"]],
        "helps": [{"subject": subject or "bluezone", "cpu_s": help_cpu_s(subject)} for subject in SUBJECTS],
    }
    if asked.json:
        asked.json.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    tell(facts)


def environment(extra: str) -> dict[str, Any]:
    """Install an extra into a new environment. Returns its size in MB and what it took."""
    with tempfile.TemporaryDirectory(prefix="bluezone-install-") as made:
        folder, started_s, before_s = Path(made) / "venv", time.monotonic(), children_cpu_s()
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--constraint", ROOT / "constraints.txt", "--editable", f"{ROOT}[{extra}]"], check=True)
        return {
            "extra": extra,
            "megabytes": round(size_mb(folder)),
            "wall_s": round(time.monotonic() - started_s, 1),
            "cpu_s": round(children_cpu_s() - before_s, 1),
        }


def size_mb(folder: Path) -> float:
    """Return the room that files take on the disk, each counted once, in MB of 2**20 bytes."""
    seen: dict[tuple[int, int], int] = {}
    for path in folder.rglob("*"):
        if not path.is_symlink() and path.is_file():
            facts = path.stat()
            seen[facts.st_dev, facts.st_ino] = facts.st_blocks * 512
    return sum(seen.values()) / 2**20


def help_cpu_s(subject: str) -> float:
    """Return the least CPU seconds that the help of a subject took."""
    took = []
    for _ in range(TIMES):
        before_s = children_cpu_s()
        command = [sys.executable, "-m", "bluezone", *([subject] if subject else []), "--help"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)
        took.append(children_cpu_s() - before_s)
    return round(min(took), 3)


def children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tell(facts: dict[str, Any]) -> None:
    console = Console()
    sizes = Table("extra", "MB", "wall s", "CPU s", title=f"environments (the demo's: at most {MOST_MB} MB)")
    for each in facts["environments"]:
        sizes.add_row(each["extra"], f"{each['megabytes']}", f"{each['wall_s']}", f"{each['cpu_s']}")
    helps = Table("help of", "CPU s", title=f"helps (at most {MOST_HELP_S} s, of a subject {MOST_SUBJECT_S} s)")
    for each in facts["helps"]:
        helps.add_row(each["subject"], f"{each['cpu_s']:.3f}")
    console.print(sizes)
    console.print(helps)


if __name__ == "__main__":
    main()
