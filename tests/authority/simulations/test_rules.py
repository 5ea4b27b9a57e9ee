"""What may be asked of the simulator, and the options it gets."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from dataclasses import replace

import pytest

from bluezone.authority.simulations import rules
from bluezone.authority.simulations.rules import Question, SimulationError, arguments, check, other_changes
from bluezone.epidemic.demography import society_of
from bluezone.epidemic.disease import STRAINS
from bluezone.epidemic.presets import assumptions, vietnam_2020

VIETNAM = society_of("vietnam")

QUESTION = Question("Hậu Giang", 733_017, (0.0754, 0.15, 0.30, 0.45, 0.60), headline=0.30)
KNOWN = {
    "venues.size": 20,
    "venues.scanning_share": 0.0,
    "app.second_order": False,
    "disease.name": "2020",
    "days": 150,
}


def test_the_usual_question_is_fine():
    check(QUESTION, waiting=0)
    check(replace(QUESTION, sensitivity=True), waiting=2)


@pytest.mark.parametrize(
    ("changes", "waiting", "field", "sentence"),
    [
        ({}, 3, "", "3 of your questions are not answered yet"),
        ({"people": 99}, 0, "people", "fewer than 100 people"),
        ({"days": 0}, 0, "days", "ask for 1 to 730 days"),
        ({"days": 731}, 0, "days", "ask for 1 to 730 days"),
        ({"seeds": 1}, 0, "seeds", "ask for 2 to 50 runs"),
        ({"seeds": 51}, 0, "seeds", "ask for 2 to 50 runs"),
        ({"initial_infections": 0}, 0, "initial_infections", "at least one person"),
        ({"people": 500, "initial_infections": 501}, 0, "initial_infections", "at most everybody"),
        ({"r0": 0.0}, 0, "r0", "between 0.1 and 20"),
        ({"uptakes": ()}, 0, "uptakes", "one to 8 shares"),
        ({"uptakes": tuple(i / 100 for i in range(1, 10))}, 0, "uptakes", "one to 8 shares"),
        ({"uptakes": (0.0, 0.3)}, 0, "uptakes", "above 0 and at most at 68 %"),
        ({"uptakes": (0.3, 0.69)}, 0, "uptakes", "above 0 and at most at 68 %"),
        ({"people": 97_000_000}, 0, "days", "many hours"),
        ({"people": 10_000_000, "seeds": 50}, 0, "seeds", "11 runs or fewer"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_field(changes, waiting, field, sentence):
    with pytest.raises(SimulationError, match=sentence) as refused:
        check(replace(QUESTION, **changes), waiting)
    assert refused.value.field == field


def test_the_number_of_runs_that_is_offered_would_be_taken():
    check(replace(QUESTION, people=10_000_000, seeds=11), waiting=0)


@pytest.mark.parametrize("text", ["venues.size = 30\n\n venues.scanning_share=0.4", "app.second_order = yes"])
def test_other_assumptions_are_read_line_by_line(text):
    found = other_changes(text, KNOWN)
    assert found in ({"venues.size": "30", "venues.scanning_share": "0.4"}, {"app.second_order": "yes"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("venues.size", "one assumption a line"),
        ("venues.size = 30; rm -rf /", "one assumption a line"),
        ("--out = /etc", "one assumption a line"),
        ("app.magic = 1", "not an assumption"),
        ("days = 3", "not an assumption"),
        ("venues.size = 2.5", "cannot be the value"),
        ("venues.scanning_share = nan", "cannot be the value"),
        ("app.second_order = maybe", "cannot be the value"),
        ("disease.name = delta", "cannot be the value"),
    ],
)
def test_a_bad_line_is_named(text, sentence):
    with pytest.raises(SimulationError, match=sentence) as refused:
        other_changes(text, KNOWN)
    assert refused.value.field == "other"


def test_the_question_becomes_the_options_of_the_simulator():
    asked = replace(QUESTION, r0=2.5, changes={"app.consent": "0.5"}, sensitivity=True)
    (options,) = arguments(asked, "/var/x").values()
    assert options[:4] == ["epidemic", "run", "--uptake", "0.0754,0.15,0.3,0.45,0.6"]
    pairs = dict(itertools.pairwise(options))
    assert pairs["--people"] == "733017"
    assert pairs["--r0"] == "2.5"
    assert pairs["--set"] == "app.consent=0.5"
    assert pairs["--progress"] == "lines"
    assert options[-1] == "--json"
    assert "--doubt" in options
    assert "--doubt" not in arguments(replace(asked, sensitivity=False), "/var/x")["answer"]


def test_what_is_left_empty_is_left_to_the_simulator():
    asked = replace(QUESTION, sensitivity=True, importation=True, order={"communes": False})
    for options in arguments(asked, "/var/x").values():
        assert not {"--days", "--strain", "--r0", "--initial-infections"} & set(options)
    given = replace(asked, days=90, strain="delta", initial_infections=7)
    for name, options in arguments(given, "/var/x").items():
        pairs = dict(itertools.pairwise(options))
        assert pairs["--strain"] == "delta"
        assert name == "importations" or (pairs["--days"], pairs["--initial-infections"]) == ("90", "7")


def test_an_importation_is_asked_with_the_uptakes_it_can_serve():
    asked = replace(QUESTION, uptakes=(0.3, 0.65), r0=2.0, importation=True)
    commands = arguments(asked, "/var/x")
    assert list(commands) == ["answer", "importations"]
    pairs = dict(itertools.pairwise(commands["importations"]))
    assert (pairs["importation"], pairs["--uptake"], pairs["--r0"]) == ("--uptake", "0.3", "2.0")
    only_high = arguments(replace(asked, uptakes=(0.65,)), "/var/x")["importations"]
    assert dict(itertools.pairwise(only_high))["--uptake"] == "0.3"
    assert VIETNAM.demography.overall_ownership - 0.11 > rules.MAX_UPTAKE_OF_IMPORTATION


@pytest.mark.parametrize(
    ("line", "at"), [("3 9\n", (3, 9)), ("compiling\n", None), ("3 of 9", None), ("-1 9", None), ("", None)]
)
def test_only_progress_is_progress(line, at):
    assert rules.progress(line) == at


def test_a_refusal_is_the_last_line_the_simulator_wrote():
    assert rules.refusal(["warming up", "bluezone: ask for 0.683 or less", ""]) == "ask for 0.683 or less"
    assert rules.refusal(["Error: no such option"]) == "no such option"


@pytest.mark.parametrize("lines", [[], [""], ["Traceback (most recent call last):", "ImportError: no numba"], ["5 9"]])
def test_a_simulator_that_broke_off_gave_no_refusal(lines):
    assert rules.refusal(lines) == ""


# --- the wall between the rooms has no gap: what this one says of the other is so -------------------------------------


def test_every_assumption_of_the_form_is_one_of_the_simulator():
    known = assumptions(vietnam_2020())
    assert {each.name for each in rules.ASSUMPTIONS} <= known.keys()


def test_strains_and_ownership_are_those_of_the_simulator():
    assert [name for name, _ in rules.STRAINS] == list(STRAINS)
    assert 0 <= VIETNAM.demography.overall_ownership - rules.MAX_UPTAKE < 0.01


@pytest.mark.usefixtures("compiled_simulator")
def test_the_simulator_takes_the_options_it_is_given(tmp_path):
    asked = Question("Vị Thanh", 300, (0.3,), 0.3, days=2, seeds=2, r0=2.5, changes={"app.second_order": "True"})
    (run,) = arguments(asked, str(tmp_path)).values()
    done = subprocess.run([sys.executable, "-m", "bluezone", *run], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [effect["uptake"] for effect in document["effects"]] == [0.0, 0.3]
    assert any(rules.progress(line) for line in done.stderr.splitlines())
