from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest
from click.testing import CliRunner, Result
from tests.tiers import first

from bluezone.cli.epidemic import command
from bluezone.epidemic import sampling
from bluezone.errors import BluezoneError
from bluezone.operating_point import operating_points

pytestmark = pytest.mark.usefixtures("compiled_simulator")

SMALL = ("--people", "3000", "--days", "30", "--seeds", "2", "--workers", "1", "--progress", "none")


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result


def refused(*arguments: object) -> str:
    """What is said of a request that cannot be served; `main` prints it as one line and exits with 2."""
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])
    assert result.exit_code != 0
    return str(result.exception) if isinstance(result.exception, BluezoneError) else result.output


@pytest.mark.thorough
def test_json_is_one_document_with_effects_assumptions_and_answers() -> None:
    document = json.loads(run("run", *SMALL, "--uptake", "0.3,60%", "--draws", "0", "--json").stdout)
    assert [effect["uptake"] for effect in document["effects"]] == [0.0, 0.3, 0.6]
    assert document["assumptions"]["scenario"]["app"]["consent"] == 0.72
    assert [part["kind"] for part in document["said"]["vi"]] == ["runs"]
    assert document["place"]["people"] == 3000


def test_a_named_place_gets_the_people_of_its_census_and_an_answer_in_vietnamese() -> None:
    arguments = ("--place", "Hậu Giang", "--people", "4000", "--days", "20", "--seeds", "2", "--workers", "1",
                 "--no-doubt")  # fmt: skip
    said = run("run", *arguments, "--uptake", "0.3", "--progress", "none", "--language", "vi").stdout
    assert "30% người dân" in " ".join(said.split())
    assert "Hậu Giang" in said


def test_the_table_speaks_vietnamese_and_a_place_without_a_name_is_called_by_its_people() -> None:
    said = run("run", *SMALL, "--uptake", "30%", "--language", "vi", "--no-doubt").stdout
    assert "3.000 người, 30 ngày, số lần chạy mỗi mức: 2" in said
    assert "ca nhiễm" in said
    assert "ngày cách ly" in said
    for english in ("people", "uptake", "infection", "death", "isolation", "Averted", "seed"):
        assert english not in said


@pytest.mark.parametrize(
    ("language", "parts"),
    first(1, [
        ("en", ["With the app on 50 %", "The question: an outbreak", "In numbers:",
                "fewer deaths of", "Its price",
                "alerts by the app", "The doubt:"]),
        ("vi", ["Khi 50% người dân", "Câu hỏi: một đợt dịch", "Tính ra số người:", "người tử vong",
        "Cái giá so với", "xét nghiệm",
                "Điều chưa chắc chắn:"]),
    ]),
)  # fmt: skip
def test_the_answer_and_its_price_come_first_and_the_doubt_last(
    language: str, parts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bluezone.epidemic import sensitivity

    monkeypatch.setattr(sensitivity, "LEVERS", sensitivity.LEVERS[1:3])
    monkeypatch.setattr(sampling, "DRAWS", 12)
    arguments = ("run", *SMALL[:2], "--days", "60", *SMALL[4:], "--uptake", "0.5", "--language", language)
    said = " ".join(run(*arguments).stdout.split())
    places = [said.find(part) for part in parts]
    assert places[0] > -1
    assert places == sorted(places), said
    assert places[-2] < said.find("━") < places[-1]  # the doubt takes longest: the table does not wait for it


def test_the_doubt_is_told_in_json_only_if_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bluezone.epidemic import sensitivity

    monkeypatch.setattr(sensitivity, "LEVERS", sensitivity.LEVERS[1:3])
    monkeypatch.setattr(sampling, "DRAWS", 3)
    told = json.loads(run("run", *SMALL, "--uptake", "0.5", "--json").stdout)
    assert "doubt" not in told
    assert told["sampled"] is None  # three draws say nothing
    document = json.loads(run("run", *SMALL, "--uptake", "0.5", "--doubt", "--json", "--out", tmp_path).stdout)
    doubt, (*_, part) = document["doubt"], document["said"]["vi"]
    assert doubt["people"] == 3000
    assert [lever["side"] for lever in doubt["levers"]] == ["low", "high"] * 2
    assert {(lever["assumption"], lever["setting"]) for lever in doubt["levers"][:2]} == {
        (each.name, each.label(side)) for each in sensitivity.LEVERS for side in ("low", "high")
        if each.name == doubt["levers"][0]["assumption"]
    }  # fmt: skip
    assert part["tables"][0]["rows"][0][0] == "như hiện tại"
    assert "thị trấn có 3.000 người, mỗi giá trị chạy 2 lần" in part["notes"][0]
    assert (tmp_path / "assumptions.svg").read_text().startswith("<svg")
    assert part["figure"]["layer"]


@pytest.mark.thorough
def test_results_figures_and_tables_are_written_and_not_run_again(tmp_path: Path) -> None:
    out = tmp_path / "results"
    first = json.loads(run("run", *SMALL, "--uptake", "0.3", "--draws", "0", "--out", out, "--json").stdout)
    names = {path.name for path in out.iterdir()}
    assert names >= {"plan.json", "journal.jsonl", "runs.parquet", "runs.csv", "curves.parquet", "answer.json",
                     "runs.svg", "runs.png", "curves.svg"}  # fmt: skip
    assert (out / "runs.svg").read_text().startswith("<svg")
    journal = (out / "journal.jsonl").read_text()
    again = json.loads(run("run", *SMALL, "--uptake", "0.3", "--draws", "0", "--out", out, "--json").stdout)
    assert again == first
    assert (out / "journal.jsonl").read_text() == journal
    assert "days differs" in refused("run", *SMALL, "--days", "31", "--uptake", "0.3", "--out", out)


def test_an_interrupted_ensemble_goes_on_where_it_stopped(tmp_path: Path) -> None:
    asked = "--people 60000 --days 120 --seeds 12 --workers 1 --uptake 0.3 --draws 0 --progress lines --json --out"
    arguments = [sys.executable, "-m", "bluezone", "epidemic", "run", *asked.split(), str(tmp_path)]
    journal = tmp_path / "journal.jsonl"
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        for _ in range(1200):
            if journal.exists() and journal.read_text().count("\n") >= 3:
                break
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=60)
    assert child.returncode == 130
    done = journal.read_text().count("\n")
    assert 3 <= done < 24
    finished = subprocess.run(arguments, capture_output=True, text=True, check=True, env=os.environ)
    assert finished.stderr.splitlines()[-1] == f"{24 - done} {24 - done}"
    assert json.loads(finished.stdout)["effects"][1]["runs"] == 12


def test_an_answer_is_kept_part_by_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The headline is there before the runs of the place, and refined in place."""
    from bluezone.cli.epidemic import answers

    monkeypatch.setattr(sampling, "FIRST", 12)
    kept: list[tuple[int, list[str]]] = []
    real = answers.Told.put

    def put(told: answers.Told, *arguments: object, **facts: object) -> None:
        real(told, *arguments, **facts)
        document = json.loads((tmp_path / "answer.json").read_text("utf-8"))
        kept.append((document["sampled"]["joint"]["draws"], [part["kind"] for part in document["said"]["vi"]]))

    monkeypatch.setattr(answers.Told, "put", put)
    run("run", *SMALL[:2], "--days", "60", *SMALL[4:], "--uptake", "0.5", "--draws", "30", "--out", tmp_path, "--json")
    assert kept == [(12, ["headline"]), (24, ["headline"]), (30, ["headline"]), (30, ["headline", "runs"])]


ORDER = ("order", *SMALL[:2], "--days", "60", *SMALL[4:])


@pytest.mark.parametrize(
    ("language", "parts"),
    first(1, [
        ("en", ["If the order is met", "without it", "Installs at the end: 7", "as many installs", "The question",
                "with the order met"]),
        ("vi", ["Nếu đạt chỉ tiêu", "Câu hỏi", "Số người cài đặt đến cuối: 7", "cùng số lượt cài", "đạt chỉ tiêu"]),
    ]),
)  # fmt: skip
def test_an_order_is_compared_met_as_forecast_and_not_given(language: str, parts: list[str]) -> None:
    said = " ".join(run(*ORDER, "--draws", "24", "--language", language).stdout.split())
    assert [part for part in parts if part not in said] == []


def test_an_order_can_be_put_by_sector_and_day(tmp_path: Path) -> None:
    asked = tmp_path / "order.json"
    groups = [{"sector": "pupils", "from_age": 1, "installed": [[0, 0.05], [17, 0.5]]}, {"installed": [[0, 0.08]]}]
    today = [{"installed": [[0, 0.07]]}]
    courses = {"not-given": today, "forecast": today, "met": groups}
    asked.write_text(json.dumps({"days": 17, "courses": courses}), "utf-8")
    document = json.loads(run(*ORDER, "--draws", "0", "--courses", asked, "--json").stdout)
    installed = {each["course"]: each["installed"] for each in document["courses"]}
    assert installed["not-given"] == installed["forecast"] == pytest.approx(0.07, abs=0.01)
    assert 0.1 < installed["met"] < 0.25
    assert [each["averted_share"]["mean"] for each in document["courses"][:2]] == [0, 0]
    asked.write_text(json.dumps({"days": 17, "courses": {"met": groups}}), "utf-8")
    assert "forecast, not-given are missing" in refused(*ORDER, "--courses", asked)
    asked.write_text("{", "utf-8")
    assert "cannot be read" in refused(*ORDER, "--courses", asked)


def test_an_order_for_fewer_than_have_it_is_refused() -> None:
    assert "less than the 30.00% of today" in refused(*ORDER, "--now", "30%", "--target", "10%")


def test_a_place_with_recorded_weeks_is_asked_about_them() -> None:
    arguments = ("run", "--place", "Đà Nẵng", "--uptake", "30%", "--seeds", "2", "--draws", "0", "--json",
                 "--progress", "none", "--workers", "1")  # fmt: skip
    weeks = json.loads(run(*arguments).stdout)
    assert weeks["assumptions"]["fitted"] == "da-nang"
    assert 100 < weeks["effects"][0]["totals"]["cases"] < 900  # 384 were recorded
    paged = json.loads(run(*arguments, "--people", "1134310").stdout)  # a page says how many people there are
    assert (paged["assumptions"]["fitted"], paged["effects"]) == ("da-nang", weeks["effects"])
    other = json.loads(run(*arguments, "--people", "3000").stdout)
    assert not other["assumptions"]["fitted"]
    assert "they have their own days" in refused(*arguments, "--as-it-was", "--days", "20")
    assert "there are none of Tỉnh Hậu Giang" in refused("run", "--place", "Hậu Giang", "--as-it-was")


def test_communes_are_those_of_a_place() -> None:
    arguments = ("run", *SMALL, "--communes", "--draws", "0", "--uptake", "30%", "--json")
    assert "of a named place" in refused(*arguments)
    named = json.loads(run(*arguments, "--place", "Hậu Giang").stdout)
    assert len(named["assumptions"]["society"]["parts"]["names"]) == 75


def test_assumptions_lists_what_set_can_change() -> None:
    known = json.loads(run("assumptions", "--json").stdout)
    assert known["app.detection"] == pytest.approx(1 - median(operating_points().of().missed_share), abs=0.001)
    assert known["isolation.central_contacts"] is True


def test_every_constant_of_a_strain_says_where_it_comes_from_and_how_that_was_checked() -> None:
    told = json.loads(run("assumptions", "--sources", "--json").stdout)
    assert {name for name in ("2020", "Delta", "Omicron") for each in told if each["what"].startswith(name)} == {
        "2020", "Delta", "Omicron",
    }  # fmt: skip
    assert all(each["origin"] and each["checked"] for each in told)
    text = run("assumptions", "--sources").stdout
    assert "5.78 days (sd 3.08, lognormal)" in text
    assert "not checked" in text


def test_set_lockdown_and_vaccine_reach_the_scenario() -> None:
    arguments = ("--set", "app.detection=0.5", "--set", "app.second_order=yes", "--set", "manual.interviews_per_day=7",
                 "--lockdown", "5:school=0,work=0.5,random=0.5,home=1.2", "--vaccine", "3:0.5:60")  # fmt: skip
    scenario = json.loads(run("run", *SMALL, "--uptake", "0.3", *arguments, "--json").stdout)["assumptions"]["scenario"]
    assert scenario["app"]["detection"] == 0.5
    assert scenario["app"]["second_order"] is True
    assert scenario["manual"]["interviews_per_day"] == 7
    assert scenario["lockdowns"][0]["home"] == 1.2
    assert scenario["vaccination"]["doses"][0]["from_age"] == 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--days", "0"), "ask for 1"),
        (("--days", "-3"), "ask for 1"),
        (("--seeds", "0"), "ask for 1"),
        (("--uptake", "0.9"), "own a phone; ask for 0.683 or less"),
        (("--uptake", "30"), "write 30% if that is meant"),
        (("--uptake", "130%"), "130% is not a share of people: it lies between 0 and 1"),
        (("--uptake", "lots"), "is not a share"),
        (("--people", "5"), "ask for 100"),
        (("--people", "2000000000"), "GB"),
        (("--place", "Atlantis"), "no unit is called"),
        (("--workers", "0"), "0 is not in the range x>=1"),
        (("--initial-infections", "-1"), "ask for 0"),
        (("--initial-infections", "5000"), "ask for 3,000"),
        (("--set", "app.upload_delay_days=-1"), "must be 0 or more; ask for 0"),
        (("--set", "app.detection=often"), "must be a number"),
        (("--set", "disease.transmission_rate=inf"), "must be a number"),
        (("--set", "disease.transmission_rate=nan"), "must be a number"),
        (("--set", "app.detction=0.5"), "is none of"),
        (("--set", "app.second_order=maybe"), "say yes or no"),
        (("--set", "app"), "write NAME=VALUE"),
        (("--set", "lockdowns=3"), "cannot be set by one number"),
        (("--set", "days=1.5"), "whole number"),
        (("--lockdown", "5:work"), "is not DAY:"),
        (("--lockdown", "5:work=2"), "work is 2"),
        (("--vaccine", "x"), "is not DAY:SHARE"),
        (("--r0", "99"), "ask for one between"),
        (("--dask", "nowhere"), "no Dask scheduler answers at nowhere"),
        (("--dask", "tcp://127.0.0.1:1"), "no Dask scheduler answers"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_what_cannot_be_served_is_refused_in_a_sentence_with_the_nearest_that_can(
    arguments: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bluezone.epidemic.executors.DASK_TIMEOUT", "1s")
    given = SMALL if "--place" not in arguments else SMALL[2:]
    assert message in refused("run", *given, *arguments)


def test_without_a_place_it_is_asked_where() -> None:
    assert "say where" in refused("run")


def test_an_importation_is_answered_in_sentences_tables_and_figures(tmp_path: Path) -> None:
    asked = ("importation", "--outbreaks", 10, "--days", 30, "--uptake", "30%", "--workers", 1, "--progress", "none")
    said = run(*asked, "--out", tmp_path).stdout
    assert said.index("When 3 infected people come in") < said.index("━") < said.index("Where to spend")
    document = json.loads((tmp_path / "answer.json").read_text("utf-8"))
    assert [each["uptake"] for each in document["outbreaks"]] == [0.0, 0.3] * 4
    assert {each["name"] for each in document["spending"]} == {"uptake", "results", "interviewers"}
    assert document["seeds"] == {"first": 0, "number": 10}
    assert document["assumptions"]["scenario"]["days"] == 30
    assert (tmp_path / "importations.svg").read_text().startswith("<svg")
    assert (tmp_path / "spending.svg").read_text().startswith("<svg")
    again = json.loads(run(*asked, "--json").stdout, parse_constant=pytest.fail)  # a database refuses NaN and Infinity
    assert again["outbreaks"] == document["outbreaks"]
    assert None in [each["cost_of_one"] for each in again["spending"]]


def test_an_importation_is_followed_at_the_shares_that_are_the_default() -> None:
    document = json.loads(run("importation", "--outbreaks", 10, "--days", 20, "--progress", "none", "--json").stdout)
    assert {each["uptake"] for each in document["outbreaks"]} == {0.0, 0.0754, 0.3, 0.6}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--cost", "prayer=5"), "NAME one of uptake, results, interviewers"),
        (("--cost", "uptake=much"), "write NAME=MILLIONS"),
        (("--uptake", "0.7"), "more than the 68.4% of people who own a phone"),
        (("--set", "app.detection"), "write NAME=VALUE"),
    ],
)
def test_an_importation_that_cannot_be_asked_is_refused(arguments: tuple[str, ...], message: str) -> None:
    assert message in refused("importation", "--outbreaks", "10", *arguments)


@pytest.mark.thorough
def test_an_address_without_a_scheduler_is_refused_in_one_line() -> None:
    asked = [*SMALL, "--uptake", "0.3", "--no-doubt", "--dask", "tcp://127.0.0.1:9"]
    arguments = [sys.executable, "-m", "bluezone", "epidemic", "run", *asked]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.thorough
def test_told_to_end_it_leaves_nothing_behind(tmp_path: Path) -> None:
    asked = "--people 60000 --days 120 --seeds 12 --workers 2 --uptake 0.3 --draws 0 --progress lines --json --out"
    arguments = [sys.executable, "-m", "bluezone", "epidemic", "run", *asked.split(), str(tmp_path)]
    journal = tmp_path / "journal.jsonl"
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        for _ in range(2400):
            if journal.exists() and journal.read_text().count("\n") >= 1:
                break
            time.sleep(0.05)
        child.send_signal(signal.SIGTERM)
        _, said = child.communicate(timeout=60)
    assert child.returncode == 128 + signal.SIGTERM
    assert "semaphore" not in said
    assert "Traceback" not in said
