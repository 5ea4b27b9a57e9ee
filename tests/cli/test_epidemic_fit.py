"""`bluezone epidemic fit`: weekly cases of a file or of a place kept here, and what is said of what is not one."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bluezone.cli.epidemic import command
from bluezone.errors import BluezoneError

pytestmark = pytest.mark.usefixtures("compiled_simulator")

CASES = "date,cases\n2020-07-25,20\n2020-08-01,30\n2020-08-08,25\n"


def called(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def run(*arguments: object) -> Result:
    result = called(*arguments)
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result


def refused(*arguments: object) -> str:
    result = called(*arguments)
    assert result.exit_code != 0
    return str(result.exception) if isinstance(result.exception, BluezoneError) else result.output


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "province.csv"
    path.write_text(CASES, "utf-8-sig")  # as a spreadsheet saves it
    return path


def test_a_file_of_weekly_cases_becomes_contacts_and_options_that_run_takes(file: Path) -> None:
    asked = ("fit", "--cases", file, "--people", 8000, "--seeds", 3, "--progress", "none")
    document = json.loads(run(*asked, "--json").stdout)
    assert [week["cases"] for week in document["weeks"]] == [20, 30, 25]
    assert document["weeks"][1]["date"] == "2020-08-01"
    assert len(document["levels"]) == 3
    said = run(*asked).stdout
    assert said.index("province: simulated cases") < said.index("cases recorded")
    assert document["options"] in said
    options = shlex.split(document["options"])
    answer = run("run", *options, "--uptake", "30%", "--seeds", 2, "--workers", 1, "--json", "--progress", "none")
    played = json.loads(answer.stdout)["assumptions"]["scenario"]
    assert [level["school"] for level in played["lockdowns"]] == [week["contacts"] for week in document["weeks"]]


def test_what_was_set_for_the_fit_is_among_the_options(file: Path) -> None:
    asked = ("fit", "--cases", file, "--people", 8000, "--seeds", 1, "--progress", "none", "--json")
    document = json.loads(run(*asked, "--strain", "delta", "--set", "diagnosis.symptomatic_share=0.3").stdout)
    assert "--strain delta --set diagnosis.symptomatic_share=0.3 --lockdown 0:" in document["options"]


def test_the_weeks_kept_of_a_place_are_played_with_other_seeds_in_vietnamese() -> None:
    said = run(
        "fit", "--record", "da-nang", "--as-stored", "--seeds", 2, "--progress", "none", "--language", "vi"
    ).stdout
    assert "Đà Nẵng" in said
    assert "tuần từ" in said
    for english in ("week", "cases", "contacts", "goal"):
        assert english not in said.split("doi:")[0].partition("confirmed")[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no columns called date and cases"),
        ("day,number\n2020-07-25,3\n", "no columns called date and cases"),
        ("date,cases\n2020-07-25,3\n", "one week of cases"),
        ("date,cases\n25/07/2020,3\n2020-08-01,4\n", "line 2: write a date as 2020-07-25"),
        ("date,cases\n2020-07-25,3\n2020-08-01,\n", "line 3: write a date as 2020-07-25 and a whole number"),
        ("date,cases\n2020-07-25,3\n2020-08-02,4\n", "line 3: 2020-08-02 is not seven days after 2020-07-25"),
        ("date,cases\n2020-07-25,3\n2020-08-01,0\n", "line 3: a week without cases"),
        ("date,cases\n2020-07-25,3\n2020-08-01,90000\n", "more than there can be"),
    ],
)
def test_a_file_that_holds_no_weekly_cases_is_refused_by_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(text, "utf-8")
    assert message in refused("fit", "--cases", path, "--people", 8000)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_bytes(b"PK\x03\x04\xff\xfe")
    assert "not a CSV file in UTF-8" in refused("fit", "--cases", path, "--people", 8000)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "say whose cases"),
        (("--record", "da-nang", "--cases", "FILE"), "say whose cases"),
        (("--cases", "FILE"), "say how many people"),
        (("--cases", "FILE", "--people", "8000", "--as-stored"), "give --record"),
        (("--record", "da-nang", "--set", "app.detection"), "write NAME=VALUE"),
    ],
)
def test_a_fit_that_cannot_be_asked_is_refused(file: Path, arguments: tuple[str, ...], message: str) -> None:
    assert message in refused("fit", *(str(file) if each == "FILE" else each for each in arguments))
