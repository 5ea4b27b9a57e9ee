"""Ctrl-C, once and again, early and late, ends every command with exit code 130: real processes, real signals."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
from tests.tiers import also

#: each begins, says so, and is interrupted `times` times, `apart` seconds apart
STORIES = {
    "busy": "print('ready', flush=True)\nwhile True: pass",
    "asleep": "import time\nprint('ready', flush=True)\ntime.sleep(60)",
    "in a loop of events": (
        "import asyncio\nasync def main():\n    print('ready', flush=True)\n"
        "    await asyncio.sleep(60)\nasyncio.run(main())"
    ),
    "slow to clean up": (
        "import time\ntry:\n    print('ready', flush=True)\n    time.sleep(60)\nfinally:\n    time.sleep(0.5)"
    ),
    "with a thread that hangs": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(30,)).start()\n"
        "print('ready', flush=True)\ntime.sleep(60)"
    ),
    "slow at the very end": (
        "import atexit, time\natexit.register(time.sleep, 0.5)\nprint('ready', flush=True)\ntime.sleep(60)"
    ),
    "slow while the interpreter comes apart": (
        "import sys, time\n"
        "class Slow:\n"
        "    def __del__(self, sleep=time.sleep): sleep(0.5)\n"
        "sys.slow = Slow()\nprint('ready', flush=True)\ntime.sleep(60)"
    ),
}


def start(tmp_path, story: str) -> subprocess.Popen[str]:
    """Start `bluezone ids` with another body."""
    body = "".join(f"    {line}\n" for line in story.splitlines())
    (tmp_path / "story.py").write_text(
        "import click, sys\nfrom bluezone.cli import lazy, main\n"
        f"@click.command('ids')\ndef command():\n{body}"
        "lazy.Lazy.load = lambda self: command\nsys.argv = ['bluezone', 'ids']\nmain.main()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-m", "story"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


@pytest.mark.parametrize("apart_s", [0.0, 0.1])
@pytest.mark.parametrize("story", STORIES)
def test_however_often_it_is_pressed(tmp_path, story, apart_s):
    began = time.monotonic()
    with start(tmp_path, STORIES[story]) as child:
        for _ in range(4):
            if child.poll() is None:
                child.send_signal(signal.SIGINT)
            time.sleep(apart_s)
        time.sleep(0.3)  # signals at one moment are one; who sees nothing happen presses again
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=20)
    assert child.returncode == 130, said
    assert "Traceback" not in said or "asyncio" in said  # whose loop tells of a task that two signals hit
    assert time.monotonic() - began < 15  # no thread is waited for


@pytest.mark.parametrize("storms", [1, *also(20)])
def test_a_storm_of_signals_at_every_moment_of_the_end(tmp_path, storms):
    """Some hundred signals, a millisecond apart, until the process is gone: none falls between two chairs."""
    for _ in range(storms):
        with start(tmp_path, STORIES["in a loop of events"]) as child:
            while child.poll() is None:
                child.send_signal(signal.SIGINT)
                time.sleep(0.001)
            _, said = child.communicate()
        assert child.returncode == 130, said
        assert "Traceback" not in said or "asyncio" in said


def test_a_command_that_is_done_ends_with_its_own_code(tmp_path):
    with start(tmp_path, "print('ready', flush=True)\nclick.get_current_context().exit(3)") as child:
        assert child.wait(20) == 3
