"""Sets that nobody here has seen: whatever they lack, `bluezone exposure evaluate` gives a figure or says why not."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bluezone.cli.exposure import exposure_group

Rows = list[dict[str, str]]


def rewrite(
    directory: Path,
    encounters: Callable[[Rows], Rows] = lambda rows: rows,
    scans: Callable[[Rows], Rows] = lambda rows: rows,
) -> Path:
    """The set with its rows changed."""
    with (directory / "encounters.csv").open(newline="") as file:
        changed = encounters(list(csv.DictReader(file)))
    with gzip.open(directory / "scans.csv.gz", "rt", newline="") as file:
        kept = {row["enc"] for row in changed}
        changed_scans = scans([row for row in csv.DictReader(file) if row["enc"] in kept])
    with (directory / "encounters.csv").open("w", newline="") as file:
        write(file, changed)
    with gzip.open(directory / "scans.csv.gz", "wt", newline="") as file:
        write(file, changed_scans or [dict.fromkeys(("enc", "t_s", "credit_s", "att_mean_db", "att_min_db", "att_db"))])
    return directory


def write(file, rows: Rows) -> None:
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(row for row in rows if any(row.values()))


def without(*columns: str) -> Callable[[Rows], Rows]:
    return lambda rows: [{key: value for key, value in row.items() if key not in columns} for row in rows]


def with_values(**values: str) -> Callable[[Rows], Rows]:
    return lambda rows: [row | values for row in rows]


def only(column: str, *values: str) -> Callable[[Rows], Rows]:
    return lambda rows: [row for row in rows if row[column] in values]


def one_direction(rows: Rows) -> Rows:
    return [row for row in rows if row["rx"] < row["tx"]]


def every(step: int, credit_s: float) -> Callable[[Rows], Rows]:
    """One scan in `step`, `credit_s` apart."""

    def change(rows: Rows) -> Rows:
        return [
            row | {"credit_s": str(credit_s), "t_s": str(number * credit_s)}
            for number, row in enumerate(rows)
            if number % step == 0
        ]

    return change


def split(rows: Rows) -> Rows:
    """Twelve scans of ten seconds for each of two minutes."""
    return [
        row | {"credit_s": "10", "t_s": str(float(row["t_s"]) + 10 * part), "att_db": row["att_mean_db"]}
        for row in rows
        for part in range(12)
    ]


def evaluated(directory: Path, *options: str) -> dict:
    result = CliRunner().invoke(exposure_group, ["evaluate", str(directory), "--repeats", "20", "--json", *options])
    assert result.exit_code == 0, result.output
    asked = ["evaluate", str(directory), "--repeats", "5", "--policy", "bluezone", "--policy", "immuni"]
    plain = CliRunner().invoke(exposure_group, [*asked, *options])
    assert plain.exit_code == 0, plain.output
    assert "nan" not in plain.stdout.lower()
    answer = json.loads(result.stdout)
    for sentence in answer["caveats"]:
        assert sentence in plain.stdout
    return answer


@pytest.fixture
def base(make_set, tmp_path) -> Path:
    return make_set(tmp_path / "set")


def ours(answer: dict) -> dict:
    [row] = [row for row in answer["policies"] if row["policy"] == "bluezone"]
    return row


VARIANTS: dict[str, tuple[Callable[[Rows], Rows], Callable[[Rows], Rows], str]] = {
    "no models": (with_values(rx_model="", tx_model=""), lambda rows: rows, "no sending model is given"),
    "no names": (with_values(rx="", tx=""), lambda rows: rows, "receivers have no names"),
    "no placement": (with_values(rx_place=""), lambda rows: rows, "placement: none is given"),
    "no scene column": (without("scene", "set", "rx_place", "tx_place"), lambda rows: rows, "scene: none is given"),
    "one session": (only("session", "s0"), lambda rows: rows, "there is one, so there are no intervals"),
    "session not given": (with_values(session=""), lambda rows: rows, "there is one, so there are no intervals"),
    "scans every ten seconds": (lambda rows: rows, split, "sessions: with 6 of them"),
    "scans twenty minutes apart": (lambda rows: rows, every(1, 1200.0), "half of them stand for more than 20 minutes"),
    "no time at all": (lambda rows: rows, every(1, 0.0), "credit_s is 0 throughout"),
    "scans without their readings": (lambda rows: rows, with_values(att_db=""), "sessions: with 6 of them"),
    "nobody heard": (lambda rows: rows, lambda rows: [], "no encounter was heard at all"),
    "twelve encounters": (lambda rows: rows[:12], lambda rows: rows, "there is one, so there are no intervals"),
    "one direction": (one_direction, lambda rows: rows, "sessions: with 6 of them"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_set_that_lacks_something_gives_figures_and_says_what_it_lacks(base, variant):
    encounters, scans, sentence = VARIANTS[variant]
    answer = evaluated(rewrite(base, encounters, scans))
    assert any(sentence in said for said in answer["caveats"]), answer["caveats"]
    for row in answer["policies"]:
        assert 0 <= row["auc"] <= 1
        assert 0 <= row["own"]["ndcf"] <= 2
    if variant not in ("nobody heard", "no time at all"):
        assert ours(answer)["auc"] > 0.6


def test_one_session_has_figures_and_no_intervals(base):
    answer = evaluated(rewrite(base, only("session", "s0")))
    assert ours(answer)["auc_interval"] == ours(answer)["ndcf_interval"] == [None, None]
    assert ours(answer)["auc"] > 0.6


@pytest.mark.parametrize(
    ("label", "kept", "lost"), [("1", "p_miss", "p_false_alarm"), ("0", "p_false_alarm", "p_miss")]
)
def test_of_labels_of_one_kind_only_what_they_allow_is_said(base, label, kept, lost):
    answer = evaluated(rewrite(base, only("label", label)))
    row = ours(answer)
    assert row["auc"] is row["best"]["ndcf"] is row["own"]["ndcf"] is row["own"][lost] is None
    assert 0 <= row["own"][kept] <= 1
    assert answer["caveats"][0].startswith("labels: every encounter is")


def test_with_one_direction_only_pooling_changes_nothing_and_says_so(base):
    directory = rewrite(base, one_direction)
    answer = evaluated(directory, "--both-directions")
    assert any("both directions: 0 of 90 encounters" in said for said in answer["caveats"])
    assert ours(answer)["auc"] == ours(evaluated(directory))["auc"]


def moved(row: dict[str, str], db: float) -> dict[str, str]:
    return row | {name: str(float(row[name]) + db) for name in ("att_mean_db", "att_min_db")} | {"att_db": ""}


def test_a_radio_of_another_power_says_the_same_once_phones_know_themselves(base):
    plain = ours(evaluated(base))
    moved_set = rewrite(base, scans=lambda rows: [moved(row, -12.0) for row in rows])
    assert ours(evaluated(moved_set))["own"]["ndcf"] == pytest.approx(plain["own"]["ndcf"], abs=0.1)


def test_models_that_a_table_does_not_know_are_counted(base, tmp_path):
    table = tmp_path / "table.json"
    table.write_text(json.dumps({"version": "t", "rx_db": {"Pixel 2": 1.0}}))
    said = evaluated(base, "--calibration", str(table))["caveats"]
    assert any("2 of 3 receiving models are not in the table" in sentence for sentence in said)


# --- what is refused: one sentence ------------------------------------------------------------------------------------


def refused(*arguments: str) -> str:
    result = CliRunner().invoke(exposure_group, ["evaluate", *arguments])
    assert result.exit_code != 0
    assert result.stdout == ""
    return result.stderr or str(result.exception)


def header(directory: Path, name: str, text: str) -> Path:
    (directory / name).write_text(text)
    return directory


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("empty", "there is no encounters.csv"),
        ("no scans", "there is no scans.csv.gz"),
        ("wrong header", "its header lacks session, label"),
        ("no encounter", "there is no encounter in it"),
        ("nan", "att_mean_db is 'nan', not a number"),
        ("absurd", "att_mean_db is 900 dB, outside -40..200"),
        ("strengths", "its attenuations are all negative (-70 to -50), as received strengths (RSSI, dBm) are"),
        ("negative", "credit_s is -5: a scan stands for no negative time"),
        ("a clock that jumped", "credit_s is 1e+09: a scan stands for a day at most"),
        ("a column twice", "its header names a column twice"),
        ("stranger", "encounter 'z' is not in encounters.csv"),
        ("not a label", "label is 'yes' where 0 or 1 is meant"),
    ],
)
def test_what_is_no_set_is_refused_in_one_sentence(tmp_path, what, sentence):
    good = "enc,session,label\na,s,1\nb,s,0\n"
    scans = "enc,t_s,credit_s,att_mean_db,att_min_db,att_db\n"
    if what != "empty":
        header(tmp_path, "encounters.csv", good)
    if what not in ("empty", "no scans"):
        header(tmp_path, "scans.csv", scans)
    rows = {
        "nan": "a,0,60,nan,50,\n",
        "absurd": "a,0,60,900,50,\n",
        "strengths": "a,0,60,-50,-48,\nb,0,60,-70,-68,\n",
        "negative": "a,0,-5,50,50,\n",
        "a clock that jumped": "a,0,1e9,50,50,\n",
        "stranger": "z,0,60,50,50,\n",
    }
    if what in rows:
        header(tmp_path, "scans.csv", scans + rows[what])
    if what == "wrong header":
        header(tmp_path, "encounters.csv", "enc,sesion,lable\na,s,1\n")
    if what == "a column twice":
        header(tmp_path, "encounters.csv", "enc,session,label,label\na,s,1,0\n")
    if what == "no encounter":
        header(tmp_path, "encounters.csv", "enc,session,label\n")
    if what == "not a label":
        header(tmp_path, "encounters.csv", "enc,session,label\na,s,yes\n")
    assert sentence in refused(str(tmp_path))


@pytest.mark.parametrize("data", [b"", b"no gzip", b"\x1f\x8b\x08\x00" + b"\xff" * 40])
def test_a_file_that_is_cut_or_no_gzip_is_refused(base, data):
    whole = (base / "scans.csv.gz").read_bytes()
    for broken in (data, whole[: len(whole) // 2], whole[:30] + b"\xff" * 40 + whole[70:]):
        (base / "scans.csv.gz").write_bytes(broken)
        said = refused(str(base))
        sentences = ("not readable as CSV", "it is empty", "it is cut short", "scans.csv.gz, line")
        assert any(sentence in said for sentence in sentences), said


def test_a_policy_that_is_not_known_is_refused_with_the_names_of_those_that_are(base):
    said = refused(str(base), "--policy", "bluzone")
    assert "policy 'bluzone' is not known; there are bluezone, bluezone-3.0.3" in said


def test_nothing_is_learned_from_labels_of_one_kind(base, make_set, tmp_path):
    one_kind = rewrite(make_set(tmp_path / "other"), only("label", "1"))
    result = CliRunner().invoke(exposure_group, ["transfer", str(one_kind), str(base)])
    assert "have the same label" in str(result.exception)
    back = CliRunner().invoke(exposure_group, ["transfer", str(base), str(one_kind)])
    assert back.exit_code == 0, back.output
    assert "nan" not in back.stdout.lower()
