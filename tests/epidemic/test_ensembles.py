from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from bluezone.epidemic import executors
from bluezone.epidemic.disease import STRAIN_2020
from bluezone.epidemic.effects import effects, estimate, of_one, share
from bluezone.epidemic.ensembles import Plan, Task, pending, run_task
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.executors import batches, do_here, do_on_cores, do_on_dask, processes
from bluezone.epidemic.interventions import App
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.store import Store
from bluezone.operating_point import operating_points

PLAN = Plan(
    "Town",
    3000,
    Scenario(days=40, initial_infections=15, disease=STRAIN_2020.with_rate(2.0), app=App(detection=0.9, consent=1.0)),
    (0.6, 0.3),
    (1, 2, 3),
)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    return list(do_here(PLAN.tasks()))


def test_uptake_zero_is_always_run_and_uptakes_are_in_order() -> None:
    assert PLAN.uptakes == (0.0, 0.3, 0.6)
    assert len(PLAN.tasks()) == 9


def test_what_is_done_is_not_pending(rows: list[dict[str, object]]) -> None:
    assert [task.key for task in pending(PLAN, rows[:4])] == [task.key for task in PLAN.tasks()[4:]]


def test_a_task_gives_the_same_wherever_it_runs(rows: list[dict[str, object]]) -> None:
    assert run_task(PLAN.tasks()[5]) == rows[5]


def test_processes_give_the_same_results(rows: list[dict[str, object]]) -> None:
    def key(row: dict[str, object]) -> tuple[object, object]:
        return (row["uptake"], row["seed"])

    assert sorted(do_on_cores(PLAN.tasks(), 2), key=key) == sorted(rows, key=key)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::UserWarning")
@pytest.mark.thorough
def test_one_process_lets_all_cores_work_on_a_run_of_many_people(
    rows: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def noted(task: Task, threads: int) -> dict[str, Any]:
        asked.append(threads)
        return run_task(task, threads)

    monkeypatch.setattr(executors, "cores", lambda: 2)
    monkeypatch.setattr(executors, "run_task", noted)
    first = list(do_on_cores(PLAN.tasks()[:1], 1))
    monkeypatch.setattr(executors, "MANY_PEOPLE", PLAN.people)
    assert list(do_on_cores(PLAN.tasks()[:1], 1)) == first == rows[:1]
    assert asked == [1, 2]


@pytest.mark.thorough
def test_a_dask_cluster_of_processes_of_which_one_is_killed_gives_the_same_results(
    rows: list[dict[str, object]],
) -> None:
    from distributed import LocalCluster

    def key(row: dict[str, object]) -> tuple[object, object]:
        return (row["uptake"], row["seed"])

    options = {"n_workers": 4, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    found: list[dict[str, object]] = []
    with LocalCluster(**options) as cluster:
        for row in do_on_dask(PLAN.tasks(), cluster.scheduler_address):
            found.append(row)
            if len(found) == 1:
                os.kill(cluster.workers[0].pid, signal.SIGKILL)
    assert sorted(found, key=key) == sorted(rows, key=key)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:1"])
def test_a_cluster_that_does_not_answer_is_said_in_a_sentence(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bluezone.epidemic.executors.DASK_TIMEOUT", "1s")
    with pytest.raises(EpidemicError, match="no Dask scheduler answers"):
        list(do_on_dask(PLAN.tasks(), address))


def test_work_cut_short_ends_its_processes_in_the_middle_of_a_task() -> None:
    def interrupted() -> None:
        with processes(2) as pool:
            tasks = [pool.submit(time.sleep, 120) for _ in range(4)]
            while not any(task.running() for task in tasks):
                time.sleep(0.05)
            raise KeyboardInterrupt

    began_s = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    for worker in multiprocessing.active_children():
        worker.join(60)
    assert time.monotonic() - began_s < 60
    # The pool's own thread joins them too; for a moment only one of the two has seen that a process is gone.
    while multiprocessing.active_children() and time.monotonic() - began_s < 60:
        time.sleep(0.05)
    assert not multiprocessing.active_children()


def test_work_cut_short_between_two_results_ends_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop where a signal stops it as a result is written, while most of the work waits: the pool's own thread must not
    stumble over it."""

    def interrupted() -> None:
        with processes(2) as pool:
            for _ in do_on_cores(replace(PLAN, seeds=tuple(range(1, 21))).tasks(), 2, pool):
                raise SystemExit(143)

    stumbled: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", stumbled.append)
    before = set(threading.enumerate())
    with pytest.raises(SystemExit):
        interrupted()
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
    assert not stumbled


def test_seeds_keep_together_unless_that_leaves_workers_idle() -> None:
    assert [len(batch) for batch in batches(PLAN.tasks(), 2)] == [3, 3, 3]
    assert [len(batch) for batch in batches(PLAN.tasks(), 8)] == [1] * 9


@pytest.mark.parametrize(
    ("change", "message"),
    [({"seeds": ()}, "no seeds"), ({"seeds": (1, 1)}, "twice")],
)
def test_a_plan_without_sense_is_refused(change: dict[str, tuple[int, ...]], message: str) -> None:
    with pytest.raises(EpidemicError, match=message):
        replace(PLAN, **change)  # type: ignore[arg-type]


def test_uptake_beyond_phones_is_refused_before_the_first_run() -> None:
    with pytest.raises(EpidemicError, match="own a phone"):
        replace(PLAN, uptakes=(0.9,)).check(1)


# --- effects --------------------------------------------------------------------------------------


def test_an_effect_is_the_mean_of_paired_differences(rows: list[dict[str, object]]) -> None:
    none, some, many = effects(rows)
    base = np.array([row["infections"] for row in rows if row["uptake"] == 0.0], dtype=float)
    at_60 = np.array([row["infections"] for row in rows if row["uptake"] == 0.6], dtype=float)
    assert none.averted_infections.mean == 0
    assert many.averted_infections.mean == pytest.approx((base - at_60).mean())
    assert many.averted_share.mean == pytest.approx(1 - at_60.sum() / base.sum())
    assert many.averted_share.low < many.averted_share.mean < many.averted_share.high
    assert some.uptake == 0.3


def test_pairing_makes_the_interval_narrower() -> None:
    plan = replace(PLAN, people=20_000, uptakes=(0.15,), seeds=tuple(range(8)))
    assert effects(list(do_here(plan.tasks())))[1].pairing_gain > 2


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(1)
    hits = 0
    for _ in range(2000):
        found = estimate(generator.normal(3.0, 2.0, size=6))
        hits += found.low <= 3.0 <= found.high
    assert hits / 2000 == pytest.approx(0.95, abs=0.02)


def test_the_interval_of_one_outbreak_does_not_narrow_with_more_runs() -> None:
    rng = np.random.default_rng(1)
    few, many = rng.normal(5.0, 2.0, 20), rng.normal(5.0, 2.0, 2000)
    narrowing = [estimate(values).high - estimate(values).low for values in (few, many)]
    staying = [of_one(values).high - of_one(values).low for values in (few, many)]
    assert narrowing[1] < narrowing[0] / 5
    assert staying[1] == pytest.approx(4 * 1.96, rel=0.1)
    held = []
    for _ in range(400):
        *seen, further = rng.normal(5.0, 2.0, 9)
        around = of_one(np.array(seen))
        held.append(around.low < further < around.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)


def test_what_differs_between_campaigns_is_in_the_interval_of_what_the_app_averts() -> None:
    drawn = replace(PLAN, scenario=replace(PLAN.scenario, app=App(consent=1.0)), uptakes=(0.6,), seeds=tuple(range(8)))
    rows = [run_task(task) for task in drawn.tasks()]
    known = operating_points().of()
    for uptake in (0.0, 0.6):  # both runs of a pair have the same app
        assert {row["detection"] for row in rows if row["uptake"] == uptake} == {
            round(1 - each, 3) for each in known.missed_share
        }
    pairs = {(row["seed"], row["detection"], row["bystanders"]) for row in rows}
    assert len(pairs) == 8
    [_, effect] = effects(rows)
    assert effect.averted_in_one.low < effect.averted_share.low < effect.averted_share.high < effect.averted_in_one.high


def test_outbreaks_that_died_out_do_not_break_a_share() -> None:
    found = share(np.array([0.0, 10.0, 0.0]), np.array([0.0, 100.0, 100.0]))
    assert found.mean == pytest.approx(0.05)
    assert np.isnan(share(np.zeros(2), np.zeros(2)).mean)


def test_no_outbreak_averts_more_than_all() -> None:
    averted, base = np.array([0.0, 100.0, 95.0, 100.0]), np.full(4, 100.0)
    assert share(averted, base).high == share(averted, base, of_one).high == 1.0
    assert share(averted, base, of_one).low < 0.0


def test_one_run_gives_no_interval() -> None:
    assert np.isnan(share(np.array([4.0]), np.array([10.0])).high)
    assert np.isnan(estimate(np.array([4.0])).low)


def test_without_a_run_at_zero_there_is_nothing_to_compare() -> None:
    with pytest.raises(EpidemicError, match="run uptake 0 too"):
        effects([{"uptake": 0.3, "seed": 1}])


# --- store ----------------------------------------------------------------------------------------


def test_finished_runs_are_kept_at_once_and_found_again(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    store = Store(tmp_path / "new" / "folder", PLAN)
    assert store.open() == []
    for row in rows[:3]:
        store.add(row)
    assert Store(tmp_path / "new" / "folder", PLAN).open() == rows[:3]


def test_a_line_cut_off_by_a_power_cut_is_dropped(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    store = Store(tmp_path, PLAN)
    store.open()
    store.add(rows[0])
    with (tmp_path / "journal.jsonl").open("a") as journal:
        journal.write('{"uptake": 0.3, "se')
    assert store.open() == rows[:1]
    store.add(rows[1])
    assert store.open() == rows[:2]


def test_more_seeds_may_be_asked_of_the_same_folder(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    first = Store(tmp_path, PLAN)
    first.open()
    first.add(rows[0])
    assert len(Store(tmp_path, replace(PLAN, seeds=(1, 2, 3, 4), uptakes=(0.1,))).open()) == 1


def test_another_question_is_not_mixed_into_a_folder(tmp_path: Path) -> None:
    Store(tmp_path, PLAN).open()
    other = replace(PLAN, scenario=replace(PLAN.scenario, days=41))
    with pytest.raises(EpidemicError, match=r"scenario\.days differs\); .*delete it"):
        Store(tmp_path, other).open()


def test_a_folder_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    Store(tmp_path, PLAN).open()
    (tmp_path / "journal.jsonl").write_text("not json\n")
    with pytest.raises(EpidemicError, match="line 1 is not a run"):
        Store(tmp_path, PLAN).open()
    (tmp_path / "plan.json").write_text("{")
    with pytest.raises(EpidemicError, match="cannot be read"):
        Store(tmp_path, PLAN).open()
    (tmp_path / "plan.json").unlink()
    with pytest.raises(EpidemicError, match="no plan"):
        Store(tmp_path, PLAN).open()


def test_tables_carry_the_assumptions_and_the_version(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    store = Store(tmp_path, PLAN)
    store.open()
    store.finish(rows)
    table = pq.read_table(tmp_path / "runs.parquet")
    assert table.num_rows == 9
    assert table["scenario.app.detection"].to_pylist() == [0.9] * 9
    assert table["bluezone"][0].as_py()
    assert json.loads(table.schema.metadata[b"bluezone"])["scenario"]["days"] == 40
    curves = pq.read_table(tmp_path / "curves.parquet").to_pydict()
    first = [
        v for u, s, v in zip(curves["uptake"], curves["seed"], curves["infections"], strict=True) if (u, s) == (0.0, 1)
    ]
    assert first == rows[0]["curves"]["infections"]  # type: ignore[index]
    header, *lines = (tmp_path / "runs.csv").read_text().splitlines()
    assert len(lines) == 9
    assert "scenario.app.detection" in header.split(",")
