from __future__ import annotations

import json
from hashlib import sha256

import pytest

TEK = "75c734c6dd1a782de7a965da5eb93125"
BASE = bytes(range(32)).hex()
MIDNIGHT = 1_597_276_800  # 2020-08-13T00:00Z


def test_en_prints_every_identifier_of_the_day(run_bluezone) -> None:
    ended = run_bluezone(
        "ids", "--scheme", "en", "--key", TEK, "--start", 2_642_976, "--metadata", "40080000", "--json"
    )
    assert (ended.code, ended.err) == (0, "")
    facts = json.loads(ended.out)
    assert facts["scheme"] == "en"
    assert facts["rpik"] == "185ad91db69ec7dd048960f1f3ba6175"
    assert facts["aemk"] == "d57c46af7a1d83965b9bed8bd152936a"
    assert facts["ids"][0] == {"start": 1_585_785_600, "id": "8be6cd371c5c891604bfbe49df845096", "aem": "72033874"}
    assert facts["ids"][143]["id"] == "f431b62ecf443102ce4ed0407de54bd4"
    assert [row["start"] for row in facts["ids"]] == list(range(1_585_785_600, 1_585_785_600 + 86_400, 600))


def test_a_date_and_its_interval_are_the_same_start(run_bluezone) -> None:
    by_date = run_bluezone("ids", "--key", TEK, "--start", "2020-04-02", "--json")
    by_interval = run_bluezone("ids", "--key", TEK.upper(), "--start", "2642976", "--json")
    assert by_date.out == by_interval.out
    assert "aem" not in json.loads(by_date.out)["ids"][0]


@pytest.mark.parametrize(("per_day", "step"), [(None, 900), (2, 43_200), (144, 600)])
def test_bluezone_v1_walks_the_chain_of_days_first(run_bluezone, per_day: int | None, step: int) -> None:
    options = [] if per_day is None else ["--per-day", per_day]
    arguments = ["--scheme", "bluezone-v1", "--key", BASE, "--start", "2020-08-13", "--days-later", 13, *options]
    facts = json.loads(run_bluezone("ids", *arguments, "--json").out)
    day_key = bytes(range(32))
    for _ in range(13):
        day_key = sha256(day_key).digest()
    assert facts["scheme"] == "bluezone-v1"
    assert facts["day_key"] == day_key.hex()
    assert [row["start"] - MIDNIGHT - 13 * 86_400 for row in facts["ids"]] == list(range(0, 86_400, step))
    state = sha256(day_key + b"bluzonesubkey").digest()
    assert facts["ids"][0]["id"] == bytes(state[at] for at in (0, 4, 8, 12, 16, 18, 20, 22, 24, 26, 28, 30)).hex()


def test_without_json_a_person_can_read_it(run_bluezone) -> None:
    ended = run_bluezone("ids", "--key", TEK, "--start", "2020-04-02", "--metadata", "40080000")
    lines = ended.out.splitlines()
    assert "2020-04-02T00:00:00Z  8be6cd371c5c891604bfbe49df845096  72033874" in lines
    assert len(lines) == 3 + 1 + 144


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--per-day", 96], "--per-day is for bluezone-v1"),
        (["--days-later", 1], "--days-later is for bluezone-v1"),
        (["--metadata", "00"], "1 bytes where 4"),
        (["--metadata", "0x400800"], "hexadecimal"),
        (["--key", "abc"], "hexadecimal"),
        (["--key", "00"], "1 bytes where 16"),
        (["--key", BASE], "32 bytes where 16"),
        (["--start", "tomorrow"], "neither an interval number nor a date"),
        (["--start", "2020-02-30"], "neither"),
        (["--start", "-1"], "neither"),
        (["--start", "1969-12-31"], "before 1970"),
        (["--start", 2**32 - 143], "outside"),
        (["--start", 10**17], "outside"),
        (["--scheme", "dp3t"], "dp3t"),
        (["--scheme", "bluezone-v1"], "16 bytes where 32"),
        (["--scheme", "bluezone-v1", "--key", BASE, "--metadata", "40080000"], "--metadata is for en"),
        (["--scheme", "bluezone-v1", "--key", BASE, "--start", 2_642_977], "not the first of a UTC day"),
        (["--scheme", "bluezone-v1", "--key", BASE, "--per-day", 145], "2..144"),
        (["--scheme", "bluezone-v1", "--key", BASE, "--per-day", 0], "2..144"),
        (["--scheme", "bluezone-v1", "--key", BASE, "--days-later", -1], "--days-later"),
        (["--scheme", "bluezone-v1", "--key", BASE, "--days-later", 10**11], "--days-later"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_code_2(run_bluezone, arguments: list, words: str) -> None:
    ended = run_bluezone("ids", "--key", TEK, "--start", "2642976", *arguments, "--json")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert words in ended.err
