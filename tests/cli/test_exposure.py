from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.protocol.signed_documents import signed

from bluezone.cli.errors import CommandError
from bluezone.cli.exposure import exposure_group
from bluezone.exposure.calibration import default_calibration
from bluezone.exposure.errors import DatasetError, ExposureError
from bluezone.exposure.policies import POLICIES
from bluezone.exposure.policies.document import POLICY, PublishedPolicy


@pytest.fixture(scope="module")
def labelled(tmp_path_factory) -> Path:
    """A small synthetic set, made by the exposure tests' own generator."""
    path = Path(__file__).parents[1] / "exposure" / "conftest.py"
    spec = importlib.util.spec_from_file_location("exposure_conftest", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.write_set(tmp_path_factory.mktemp("cli") / "set", sessions=4, phones=4)


def run(*arguments: object, error: type[Exception] | None = None):
    """The answer of a command; where `error` is given, its text. `main` turns those into one line and exit 2."""
    result = CliRunner().invoke(exposure_group, [str(argument) for argument in arguments])
    if error is not None:
        assert isinstance(result.exception, error), result.output
        return str(result.exception)
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.stdout


def test_evaluate_prints_one_json_document_with_every_policy(labelled):
    body = json.loads(run("evaluate", labelled, "--json", "--repeats", 5))
    assert {row["policy"] for row in body["policies"]} == set(POLICIES)
    assert body["base_rate"] == pytest.approx(body["positives"] / body["encounters"])
    [ours] = [row for row in body["policies"] if row["policy"] == "bluezone"]
    assert ours["own"]["ndcf"] == pytest.approx(ours["own"]["p_miss"] + ours["own"]["p_false_alarm"])
    assert 0 < ours["brier"] < 0.35  # half of these meetings are near, where the policy says a fifth
    assert ours["reliability"]
    assert {"scene0", "scene1"} == set(ours["by_scene"])


def test_evaluate_of_chosen_policies_shows_a_table_with_the_base_rate(labelled):
    text = run("evaluate", labelled, "--policy", "bluezone", "--policy", "immuni", "--repeats", 5)
    assert "base rate" in text
    assert "bluezone" in text
    assert "immuni" in text
    assert "nhs-uks" not in text


def test_the_same_seed_gives_the_same_figures(labelled):
    arguments = ("evaluate", labelled, "--policy", "bluezone", "--json", "--repeats", 5, "--seed", 3)
    assert run(*arguments) == run(*arguments)


def test_transfer_and_fit_answer_in_json(labelled):
    [row] = json.loads(run("transfer", labelled, labelled, "--policy", "bluezone", "--json"))
    assert row["ndcf"] >= row["best_ndcf"]
    fitted = json.loads(run("fit", labelled, "--version", "7"))
    assert fitted["policy"]["version"] == "7"
    assert fitted["policy"]["parameters"]["slope"] > 0


def test_a_table_of_another_year_is_taken_with_a_sentence_or_refused_by_its_name(labelled, tmp_path):
    table, usual = tmp_path / "2031.json", json.loads(default_calibration().to_json())
    arguments = ("evaluate", labelled, "--policy", "bluezone", "--calibration", table, "--repeats", 2)
    table.write_text(json.dumps(usual | {"version": "2031", "schema": 9}))
    said = CliRunner().invoke(exposure_group, [str(each) for each in arguments])
    assert f"{table}: table 2031 has 'schema' besides; not known here, left out" in said.stderr
    for broken, what in (("", "not JSON"), (json.dumps(usual | {"rx_db": [1]}), "not an object of model to dB")):
        table.write_text(broken)
        sentence = run(*arguments, error=CommandError)
        assert sentence.startswith(f"{table}: calibration")
        assert what in sentence


def test_an_authoritys_policy_of_another_version_is_measured_beside_ours_or_refused(labelled, tmp_path):
    file = tmp_path / "policy.json"
    policy = replace(POLICIES["bluezone"], version="3.9", even_minutes=12.5)
    data = signed(POLICY, content=PublishedPolicy(policy))
    file.write_bytes(data)
    given = ("evaluate", labelled, "--policy-file", file, "--repeats", 2)
    [row] = json.loads(run(*given, "--json"))["policies"]
    assert (row["policy"], row["version"], row["own"]["threshold"]) == ("bluezone", "3.9", pytest.approx(12.5))
    table = run(*given, "--policy", "bluezone", "--policy", "nhs-uks")
    assert [line.split("│")[0].strip() for line in table.splitlines() if "│" in line] == [
        "bluezone",
        "nhs-uks",
        "bluezone 3.9",
    ]
    for old, new, what in (
        ('"family\\":\\"near-minutes', '"family\\":\\"telepathy', "policy family 'telepathy' is not known here"),
        ('"even_minutes', '"very_even_minutes', "lacks even_minutes and has 'very_even_minutes' besides"),
    ):
        file.write_bytes(data.replace(old[1:].encode(), new[1:].encode()))
        sentence = run(*given, error=CommandError)
        assert sentence.startswith(f"{file}: policy: ")
        assert what in sentence


def test_policies_are_listed_with_their_constants_and_sources():
    listed = {row["name"]: row for row in json.loads(run("policies", "--json"))}
    assert listed["cwa-2023"]["parameters"]["high_from"] == 13
    assert listed["nhs-uks"]["threshold"] == 120
    assert "source:" in run("policies")


NHS_EXAMPLE = """201.06532745872457,97.03021291
225.75565160910116,85.81504891
279.3777909268962,83.44136722
215.4689826255009,64.5678367
263.05165262029305,78.41303166
211.07091989780974,83.62187329
228.45034015853247,73.51912742
183.48910595748023,76.64553678
189.9994479121982,66.65088196
190.48134624246617,70.27063972
"""


def test_score_gives_the_nhs_librarys_own_score_for_its_own_example(tmp_path):
    file = tmp_path / "scans.csv"
    file.write_text(NHS_EXAMPLE)
    body = json.loads(run("score", file, "--policy", "nhs-uks", "--json"))
    assert body["library_risk_score"] == pytest.approx(2.149345279234102, abs=1e-8)


def test_score_reads_columns_by_name_and_says_whether_to_warn(tmp_path):
    file = tmp_path / "scans.csv"
    rows = "\n".join("45,60,41,4" for _ in range(30))
    file.write_text(f"typical_attenuation_db,since_last_scan_s,min_attenuation_db,readings\n{rows}\n")
    assert json.loads(run("score", file, "--json"))["alert"] is True
    assert "not warned" in run("score", file, "--days-since-onset", 14)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "no scan"),
        ("time,strength\n1,2\n", "header lacks"),
        ("60,fifty\n", "line 1: 2 numbers"),
        ("60,50\n60\n", "line 2: 2 numbers"),
        ("60,nan\n", "line 1: scan instance: typical attenuation nan"),
        ("60,999\n", "line 1: scan instance: typical attenuation 999.0 dB is outside"),
        ("-60,50\n", "line 1: scan instance: -60.0 s since the last scan is not a duration"),
    ],
)
def test_score_says_what_is_wrong_with_a_file(tmp_path, content, what):
    file = tmp_path / "scans.csv"
    file.write_text(content)
    assert what in run("score", file, error=CommandError)


def test_an_empty_directory_and_an_unknown_policy_are_said(tmp_path, labelled):
    assert "no encounters.csv" in run("evaluate", tmp_path, error=DatasetError)
    assert "there are bluezone" in run("evaluate", labelled, "--policy", "astrology", error=ExposureError)


def test_bad_scans_stop_or_are_left_out_and_counted_on_stderr(tmp_path, labelled):
    (tmp_path / "encounters.csv").write_bytes((labelled / "encounters.csv").read_bytes())
    name = (labelled / "encounters.csv").read_text().splitlines()[1].split(",")[0]
    (tmp_path / "scans.csv").write_text(
        "enc,t_s,credit_s,att_mean_db,att_min_db,att_db\n" + f"{name},0,60,50,48,\n{name},60,60,nan,48,\n"
    )
    assert "line 3" in run("evaluate", tmp_path, error=DatasetError)
    skipping = ["evaluate", str(tmp_path), "--skip-bad-scans", "--policy", "immuni", "--repeats", "2", "--json"]
    result = CliRunner().invoke(exposure_group, skipping)
    assert json.loads(result.stdout)["skipped_scans"] == 1
    assert "1 scans that make no sense were left out" in result.stderr
