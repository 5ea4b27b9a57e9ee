"""Commands of the authority in forks of one loaded process: they end, fail, are killed and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import closing

import pytest

from bluezone.town.errors import TownError
from bluezone.town.forks import Forks


@pytest.fixture(scope="module")
def forks(tmp_path_factory):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEZONE_")}
    with closing(Forks(kept | {"BLUEZONE_VAR": str(tmp_path_factory.mktemp("forks"))})) as loaded:
        yield loaded


def ended(process) -> tuple[int, str, str]:
    out, err = process.communicate(b"", 60.0)
    return process.returncode, out.decode(), err.decode()


def test_a_command_says_what_it_says_in_a_shell(forks):
    ended(forks.start(["install"]))
    assert ended(forks.start(["install"])) == (0, "the database is up to date\n", "")
    code, out, err = ended(forks.start(["no-such-command"]))
    assert (code, out) == (2, "")
    assert "No such command 'no-such-command'" in err


def test_what_it_reads_comes_by_its_standard_input(forks):
    process = forks.start(["create-officer", "somebody", "--password-stdin"])
    process.communicate(b"a long enough word of passing\n", 60.0)
    assert process.returncode == 0


def test_each_runs_in_a_session_of_its_own_and_can_be_killed(forks):
    process = forks.start(["worker"])
    assert os.getsid(process.pid) == process.pid
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.communicate(b"", 10.0)[0] == b""
    assert process.returncode == -signal.SIGKILL


def test_the_loaded_process_ends_with_its_owner_and_a_command_asked_for_later_is_refused(forks, tmp_path):
    loaded = Forks(dict(os.environ) | {"BLUEZONE_VAR": str(tmp_path)})
    ended(loaded.start(["--help"]))
    pid = loaded._process.pid
    loaded._process.kill()
    time.sleep(0.2)
    with pytest.raises(TownError):
        loaded.start(["--help"])
    loaded.close()
    loaded.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
