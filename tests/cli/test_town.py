"""`bluezone town run` and `town authority` as a person and a script would use it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from tests.tiers import first

from bluezone.cli.main import main

HAU_GIANG = (
    "Hậu Giang on 13 August 2020: 55,289 of 733,017 = 7.54 %. "
    "30 % by 30 August 2020 means 219,906 people: 164,617 more in 17 days, 9,684 a day."
)


def start(*arguments, temporary, what="run"):
    return subprocess.Popen(
        [sys.executable, "-m", "bluezone", "town", what, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"TMPDIR": str(temporary), "COLUMNS": "100"},
    )


def test_a_folder_that_takes_no_file_is_said_before_the_day(monkeypatch, run_bluezone, tmp_path):
    monkeypatch.setattr(os, "access", lambda path, mode: not (Path(path) == tmp_path and mode == os.W_OK))
    ended = run_bluezone("town", "run", "--json", str(tmp_path / "day.json"))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"bluezone: {tmp_path / 'day.json'}: nothing can be written there\n"


def test_without_django_the_extra_of_the_town_is_named(monkeypatch, run_bluezone):
    monkeypatch.setitem(sys.modules, "django", None)
    ended = run_bluezone("town", "run", "--people", "2", "--hours", "0.1", "--quiet")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("bluezone: `bluezone town` needs the package django, which the extra `town` brings")
    assert ended.err.count("\n") == 1


def test_seeds_that_are_none_are_said_before_anything_is_started(run_bluezone):
    ended = run_bluezone("town", "seeds", "--seeds", "5-1")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "bluezone: seeds '5-1': a span ascends, from 0 on, and holds at most 1000\n"


def run(*arguments, temporary):
    process = start(*arguments, temporary=temporary)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def processes_of(folder: Path) -> set[str]:
    """Ids of processes whose environment names the folder."""
    found = set()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if os.fsencode(folder) in environment.read_bytes():
                found.add(environment.parent.name)
        except OSError:
            continue
    return found


@pytest.fixture
def refused(monkeypatch, capsys):
    """Runs the command in this process; the one line it said on stderr."""
    on_termination = signal.getsignal(signal.SIGTERM)

    def call(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["bluezone", "town", "run", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert (ended.value.code, said.out) == (2, "")
        assert len(said.err.splitlines()) == 1
        return said.err

    yield call
    signal.signal(signal.SIGTERM, on_termination)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--people", "1"], "1 is not in the range 2<=x<=1000"),
        (["--people", "many"], "'many' is not a valid integer"),
        (["--seed", "-1"], "-1 is not in the range"),
        (["--hours", "0"], "0.0 is not in the range"),
        (["--hours", "25"], "25.0 is not in the range"),
        (["--json", "/no/such/folder/facts.json"], "/no/such/folder/facts.json: there is no such folder"),
        (["--json", "/"], "is a directory"),
        (["--scheme", "en"], "No such option"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2_at_once(refused, arguments, said):
    assert said in refused(*arguments)


def test_a_folder_with_something_in_it_is_not_touched(tmp_path, refused):
    (tmp_path / "mine").write_text("precious")
    assert "is not empty" in refused("--folder", str(tmp_path))
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]


def test_people_read_a_table_and_machines_a_document(tmp_path):
    facts_file, folder = tmp_path / "facts.json", tmp_path / "kept"
    code, out, err = run(
        "--people", 4, "--seed", 13, "--hours", 1.5, "--json", facts_file, "--folder", folder, temporary=tmp_path
    )
    assert code == 0, err
    assert "tested positive. Who was near?" in out
    assert HAU_GIANG in " ".join(out.split())
    assert "living through the day ..." in err
    facts = json.loads(facts_file.read_text(encoding="utf-8"))
    assert len(facts["people"]) == 4
    assert len(facts["pairs"]) == 6
    assert {"a", "b", "minutes_within_2m", "minutes_recorded", "warned"} <= set(facts["pairs"][0])
    assert facts["case"] in {person["id"] for person in facts["people"]}
    assert {"sensitivity", "precision"} <= set(facts)
    assert (facts["hau_giang"]["needed"], facts["hau_giang"]["per_day"]) == (164_617, 9_684)
    lines = out.splitlines()
    for name in sorted(facts["warned"]):
        at = next(at for at, line in enumerate(lines) if f" {name} " in line)
        row = " ".join(lines[at : at + 3])  # what is long goes on below
        assert "rightly" in row or "alarm" in row
    phones = {person["id"] for person in facts["people"]} | {"traveller"}
    assert {one.name for one in (folder / "phones").iterdir()} == phones
    assert not processes_of(folder)


def test_json_to_standard_output_is_that_document_and_nothing_else(tmp_path):
    code, out, err = run("--people", 2, "--hours", 0.1, "--quiet", "--json", "-", temporary=tmp_path)
    assert code == 0, err
    assert len(json.loads(out)["pairs"]) == 1
    assert err == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("number", "code"), first(1, [(signal.SIGINT, 130), (signal.SIGTERM, 130)]))
def test_stopped_in_the_middle_it_leaves_no_process_and_no_file(tmp_path, number, code):
    process = start("--people", 12, temporary=tmp_path)
    wait_until(lambda: len(processes_of(tmp_path)) > 1)  # the town itself, and something of the authority
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert "bluezone: stopped" in err
    assert "Traceback" not in err
    assert out == ""
    assert not processes_of(tmp_path)
    assert not list(tmp_path.iterdir())


def test_stay_says_where_everything_is_until_it_is_stopped(tmp_path):
    process = start("--people", 2, "--hours", 0.1, "--quiet", "--stay", temporary=tmp_path)
    lines = []
    assert process.stdout is not None
    while not lines or "Ctrl-C" not in lines[-1]:
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        lines.append(line)
    text = "".join(lines)
    phones = next(Path(line.split()[1]) for line in lines if line.strip().startswith("phones "))
    assert (phones / "p01").is_dir()
    assert "/officer/cases/" in text
    assert "password" in text
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert not processes_of(tmp_path)
    assert not phones.exists()


def test_an_authority_of_august_2020_stays_up_filled_until_it_is_stopped(tmp_path):
    process = start("--port", 0, "--stay", "--json", temporary=tmp_path, what="authority")
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    made = json.loads(line)
    assert (made["cases"], len(made["officers"])) == (4, 7)
    port = made["url"].rpartition(":")[2]
    with urllib.request.urlopen(f"{made['url']}/rollout/") as page:
        assert page.headers["X-Bluezone-Rehearsal"]
    (log,) = tmp_path.glob("*/authority/server.log")
    wait_until(lambda: "working: " in log.read_text("utf-8"))  # or a question to the simulator would wait for ever
    taken = start("--port", port, temporary=tmp_path, what="authority")
    assert taken.communicate(timeout=60)[1].startswith(f"bluezone: --port {port}: something answers there already")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert not processes_of(tmp_path)
    assert not list(tmp_path.iterdir())


def wait_until(condition, timeout_s=60.0):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
