"""Working off the questions: in turn, resumed, refused, withdrawn."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from bluezone.authority.errors import JobBusyError
from bluezone.authority.simulations import services, simulator
from bluezone.authority.simulations.models import Simulation
from bluezone.authority.site.locks import job_lock

STATE = Simulation.State


@pytest.fixture
def script(monkeypatch, tmp_path):
    """Puts a small program in the simulator's place: `script("print('{}')")`."""

    def replace(text: str) -> None:
        path = tmp_path / "simulator.py"
        path.write_text(text, "utf-8")
        monkeypatch.setattr(simulator, "_command", lambda arguments: [sys.executable, str(path), *arguments])

    return replace


ECHO = """
import json, sys
print("1 2", file=sys.stderr, flush=True)
print("2 2", file=sys.stderr, flush=True)
print(json.dumps({"arguments": sys.argv[1:]}))
"""


def test_questions_are_answered_in_turn_and_leave_no_files(ask, script, settings):
    script(ECHO)
    second = ask()
    first = ask(asked_at=second.asked_at - dt.timedelta(minutes=1))
    assert services.work_off() == 2
    for simulation in (first, second):
        simulation.refresh_from_db()
        assert simulation.state == STATE.DONE
        assert (simulation.done, simulation.total) == (2, 2)
        assert simulation.answer["arguments"][:2] == ["epidemic", "run"]
    assert list((settings.BLUEZONE.var / "simulations").iterdir()) == []


PARTS = """
import json, pathlib, sys
if "run" in sys.argv:
    sys.exit("bluezone: ask for less")
out = pathlib.Path(sys.argv[sys.argv.index("--out") + 1])
out.mkdir(parents=True)
asked = json.loads(pathlib.Path(sys.argv[sys.argv.index("--courses") + 1]).read_text())
(out / "answer.json").write_text(json.dumps({"said": "first", "days": asked["days"]}))
print("1 2", file=sys.stderr, flush=True)
print(json.dumps({"said": "whole"}))
"""


def test_each_part_is_stored_as_it_ends_and_kept_when_a_later_one_is_refused(ask, script, monkeypatch):
    script(PARTS)
    simulation = ask(order={"days": 17, "courses": {}})
    kept = []
    real = services._Heard.__call__

    def heard(self, done, total):
        real(self, done, total)
        kept.append(Simulation.objects.get().bought)

    monkeypatch.setattr(services._Heard, "__call__", heard)
    services.work_off()
    simulation.refresh_from_db()
    assert kept == [{"said": "first", "days": 17}]
    assert (simulation.state, simulation.refusal) == (STATE.DONE, "ask for less")
    assert (simulation.bought, simulation.answer) == ({"said": "whole"}, None)


def test_an_importation_is_asked_where_that_is_wanted(ask, script):
    script(ECHO)
    simulation = ask(importation=True)
    services.work_off()
    simulation.refresh_from_db()
    assert simulation.importations["arguments"][:2] == ["epidemic", "importation"]


def test_what_a_dead_worker_left_running_goes_on_with_the_same_folder(ask, script):
    script(ECHO)
    simulation = ask(state=STATE.RUNNING, done=5, total=9)
    left = services.folder_of(simulation) / "answer" / "journal.jsonl"
    left.parent.mkdir(parents=True)
    left.write_text("{}")
    assert services.work_off() == 1
    simulation.refresh_from_db()
    assert str(left.parent) in simulation.answer["arguments"]


def test_a_refusal_is_kept_in_the_simulators_words(ask, script):
    script("import sys; print('bluezone: ask for 0.683 or less', file=sys.stderr); sys.exit(2)")
    simulation = ask()
    services.work_off()
    simulation.refresh_from_db()
    assert (simulation.state, simulation.refusal) == (STATE.REFUSED, "ask for 0.683 or less")


def test_a_fault_of_the_simulator_is_logged_and_not_shown(ask, script, caplog):
    script("import bluezone_that_is_not_there")
    simulation = ask()
    services.work_off()
    simulation.refresh_from_db()
    assert (simulation.state, simulation.refusal) == (STATE.REFUSED, "")
    assert "bluezone_that_is_not_there" in caplog.text


def test_a_question_withdrawn_while_it_runs_ends_with_all_its_processes(ask, script, tmp_path, monkeypatch):
    script(
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(tmp_path / 'child')!r}, 'w').write(str(child.pid))\n"
        "print('1 9', file=sys.stderr, flush=True)\n"
        "time.sleep(60)\n"
    )
    monkeypatch.setattr(simulator, "_PATIENCE_S", 0.05)
    simulation = ask()
    ask_again = Simulation.objects.filter(pk=simulation.pk)
    real = simulator.progress

    def withdraw_on_news(line):
        if at := real(line):
            services.end(simulation)
        return at

    monkeypatch.setattr(simulator, "progress", withdraw_on_news)
    services.work_off()
    assert ask_again.get().state == STATE.ENDED
    assert _is_gone(int((tmp_path / "child").read_text()))


@pytest.mark.usefixtures("environment", "compiled_simulator")
def test_a_simulator_ends_with_the_process_that_asked_it_even_where_that_is_killed(tmp_path):
    """By a real simulator, with two processes of its own, which writes nothing: so no closed pipe ends it."""
    if not (asking := os.fork()):
        command = "epidemic run --people 50000 --seeds 1000 --draws 0 --workers 2 --progress none --json"
        simulator.ask(command.split(), tmp_path, lambda *_: None, lambda: True)
        os._exit(1)
    deadline_s = time.monotonic() + 60
    its_own: list[int] = []
    while len(its_own) < 2:
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
        running, its_own = next(((each, _children(each)) for each in _children(asking)), (0, []))
    os.kill(asking, signal.SIGKILL)
    os.waitpid(asking, 0)
    assert all(map(_is_gone, [running, *its_own]))


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def _is_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_two_never_work_at_once(ask, script, settings):
    script(ECHO)
    ask()
    path = settings.BLUEZONE.var / "locks" / "simulate.lock"
    with job_lock("simulate"), pytest.raises(JobBusyError):
        services.work_off()
    assert path.exists()


def test_a_question_deleted_while_it_waits_is_not_answered_and_leaves_no_runs(ask, script):
    script(ECHO)
    simulation = ask()
    folder = services.folder_of(simulation)  # of a worker that died
    folder.mkdir(parents=True)
    services.remove(simulation)
    assert services.work_off() == 0
    assert not folder.exists()


def test_the_workers_job_answers_what_waits_and_says_nothing_where_nothing_does(ask, script, now):
    assert services.answer_waiting(now) is None
    script(ECHO)
    ask()
    assert services.answer_waiting(now) == "1 simulations answered"
    assert services.answer_waiting(now) is None


def test_the_simulators_own_values_come_from_the_simulator(environment, script):
    simulator.own_assumptions.cache_clear()
    script("import json; print(json.dumps({'app.consent': 0.5}))")
    assert simulator.own_assumptions() == {"app.consent": 0.5}
    simulator.own_assumptions.cache_clear()
    script("import sys; sys.exit('bluezone: the simulator is not installed')")
    with pytest.raises(simulator.SimulatorError, match="the simulator is not installed"):
        simulator.own_assumptions()


@pytest.mark.thorough
def test_a_real_question_gets_a_real_answer(ask):
    simulation = ask(people=300, days=3, seeds=2, uptakes=[0.3])
    services.work_off()
    simulation.refresh_from_db()
    assert simulation.state == STATE.DONE, simulation.refusal
    assert json.dumps(simulation.answer["effects"])
    assert simulation.answer["place"]["people"] == 300
    assert list(services.folder_of(simulation).parent.iterdir()) == []
