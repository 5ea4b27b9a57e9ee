"""Measure how soon a phone's screens answer, and its memory: as a telephone or a small computer has it.

    python benchmarks/bench_phone_start.py

A process of its own runs `bluezone phone serve` with a new folder, in which importing what the extra `phone` does not
bring raises: numpy, cryptography, Bumble, ... So libcrypto does the cryptography. The clock runs from the start of
Python to the first whole page; CPU seconds say more where the machine is busy. Memory: resident, private and shared, in
MB of 2**20 bytes, after the first page, and after joining and a look at ten screens, with a search in the list of
communes. The best of five counts, of memory the most.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from bluezone import extras

TIMES = 5
#: what the project promises
MOST_S, MOST_MB = 0.5, 60
BEFORE_CONSENT = ("/welcome/1", "/welcome/2", "/questions", "/place/found?q=vi%20thanh")
AFTER = ("/", "/contacts", "/diary", "/scan", "/settings", "/settings/diagnostics")
HIDDEN = sorted(name for name, brought_by in extras.PACKAGES.items() if "phone" not in brought_by)

START = f"""
import sys
sys.modules.update(dict.fromkeys({HIDDEN!r}))
from bluezone.cli.main import main
sys.argv = ["bluezone", "phone", "serve", "--port", "0", "--notify", "none", "--json"]
main()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="Write the figures here.")
    asked = parser.parse_args()
    run()  # Python compiles what changed, which takes time and memory once; a telephone has it compiled
    runs = [run() for _ in range(TIMES)]
    facts = {
        "wall_s": min(each["wall_s"] for each in runs),
        "cpu_s": min(each["cpu_s"] for each in runs),
        "first_page_mb": max(each["first_page_mb"] for each in runs),
        "all_screens_mb": max(each["all_screens_mb"] for each in runs),
        "load": os.getloadavg()[0],
    }
    if asked.json:
        asked.json.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    screens = len(BEFORE_CONSENT + AFTER)
    Console().print(
        f"first page after {facts['wall_s']:.2f} s ({facts['cpu_s']:.2f} CPU s; promised: {MOST_S}), "
        f"{facts['first_page_mb']:.1f} MB then, {facts['all_screens_mb']:.1f} MB after {screens} screens "
        f"(promised: {MOST_MB} MB); load {facts['load']:.1f}"
    )


def run() -> dict[str, Any]:
    """Start a phone, look at its screens and stop it; return what it took."""
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory(prefix="bluezone-start-") as folder:
        started_s = time.monotonic()
        with subprocess.Popen(
            [sys.executable, "-c", START],
            env={**compiled, "BLUEZONE_PHONE": folder},
            stdout=subprocess.PIPE,
            text=True,
        ) as phone:
            try:
                assert phone.stdout is not None
                url = json.loads(phone.stdout.readline())["url"]
                with httpx.Client(follow_redirects=True) as browser:
                    browser.get(url).raise_for_status()
                    browser.get(httpx.URL(url).join("/")).raise_for_status()  # where the page of the link leads
                    wall_s, cpu_s = time.monotonic() - started_s, process_cpu_s(phone.pid)
                    first_mb = resident_mb(phone.pid)
                    screens = httpx.URL(url).join
                    for path in BEFORE_CONSENT:
                        browser.get(screens(path)).raise_for_status()
                    own = str(screens("/")).rstrip("/")
                    browser.post(screens("/welcome"), headers={"Origin": own}).raise_for_status()
                    for path in AFTER:
                        browser.get(screens(path)).raise_for_status()
                most_mb = resident_mb(phone.pid)
            finally:
                phone.send_signal(signal.SIGTERM)
    return {
        "wall_s": round(wall_s, 3),
        "cpu_s": round(cpu_s, 3),
        "first_page_mb": first_mb,
        "all_screens_mb": most_mb,
    }


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def process_cpu_s(pid: int) -> float:
    """Return the CPU seconds that a running process has used."""
    after_name = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
