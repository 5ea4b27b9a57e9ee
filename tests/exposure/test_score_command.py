"""`bluezone exposure score`: what a policy says of a file of scans, and what is no such file."""

from __future__ import annotations

import gzip
import json

import pytest
from click.testing import CliRunner

from bluezone.cli.exposure import exposure_group

SET = "enc,t_s,credit_s,att_mean_db,att_min_db,att_db\n"
HEADER = "since_last_scan_s,typical_attenuation_db,min_attenuation_db,readings\n"


def run(tmp_path, data: str | bytes, *options: str):
    file = tmp_path / "scans.csv"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return CliRunner().invoke(exposure_group, ["score", str(file), *options])


def answer(tmp_path, data: str | bytes, *options: str) -> dict:
    result = run(tmp_path, data, "--json", *options)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_file_with_or_without_a_header_or_a_byte_order_mark_says_the_same(tmp_path):
    plain = answer(tmp_path, "240,50\n" * 7)
    assert plain["alert"] is True
    assert answer(tmp_path, "since_last_scan_s,typical_attenuation_db\n" + "240,50\n" * 7) == plain
    assert answer(tmp_path, b"\xef\xbb\xbf" + b"240,50\n" * 7) == plain
    assert answer(tmp_path, HEADER + "240,50,50,1\n" * 7) == plain


def test_for_nhs_uks_the_librarys_own_score_stands_beside(tmp_path):
    assert answer(tmp_path, "0,60\n", "--policy", "nhs-uks")["library_risk_score"] == pytest.approx(1 / 60)


def test_a_clock_that_jumped_does_not_make_a_contact(tmp_path):
    """A scan stands for ten minutes at most, so two of them a year apart are twenty minutes at most."""
    jumped = answer(tmp_path, "60,80\n31536000,80\n")
    assert (jumped["alert"], len(jumped["days"])) == (False, 2)


def test_the_scans_of_a_set_are_scored_encounter_by_encounter_also_packed(tmp_path):
    rows = [
        f"{name},{1000 + 60 * minute},60,{db},{db},50 51\n"
        for name, db in (("a", 45), ("b", 80))
        for minute in range(29)
    ]
    found = answer(tmp_path, SET + "".join(rows[::-1]))
    assert {each["encounter"]: each["alert"] for each in found["encounters"]} == {"a": True, "b": False}
    alone = answer(tmp_path, HEADER + "60,45,45,2\n" * 29)
    [of_a] = [each for each in found["encounters"] if each["encounter"] == "a"]
    assert of_a["score"] == pytest.approx(alone["score"])
    (tmp_path / "scans.csv.gz").write_bytes(gzip.compress((SET + "".join(rows)).encode()))
    packed = CliRunner().invoke(exposure_group, ["score", str(tmp_path / "scans.csv.gz")])
    assert packed.stdout.splitlines()[1:] == [
        f"a: {alone['score']:.4g}, warned",
        f"b: {found['encounters'][0]['score']:.4g}, not warned",
    ]


def test_a_packed_file_that_is_cut_is_refused(tmp_path):
    whole = gzip.compress(("60,50\n" * 500).encode())
    (tmp_path / "scans.csv.gz").write_bytes(whole[: len(whole) // 2])
    result = CliRunner().invoke(exposure_group, ["score", str(tmp_path / "scans.csv.gz")])
    assert str(result.exception).endswith("scans.csv.gz: it is cut short, its end is missing")


@pytest.mark.parametrize(
    ("levels_db", "said"),
    [
        ([50], None),
        ([75], None),
        ([81], "half of the scans lie at 81 dB or more, and 98 of 100 recorded meetings at 40 to 76 dB"),
        ([32], "half of the scans lie at 32 dB or less"),
        ([45, 50, 55, 60, 60, 60, 65, 70, 75, 80], None),
        ([65, 70, 75, 80, 80, 80, 85, 90, 95, 100], "of half of the senders is 80 dB or more, and recordings lie at"),
        ([30] * 10, "of half of the senders is 30 dB or less"),
    ],
)
def test_levels_that_phones_among_people_do_not_have_are_said(tmp_path, levels_db, said):
    names = "abcdefghij"
    rows = "".join(f"{names[place]},{60 * n},60,{db},{db},\n" for place, db in enumerate(levels_db) for n in range(20))
    files = [SET + rows]
    if len(levels_db) == 1:
        files.append(f"60,{levels_db[0]}\n" * 20)
    for data in files:
        caveats = answer(tmp_path, data)["caveats"]
        assert len(caveats) == (said is not None)
        assert said is None or said in caveats[0]
        assert run(tmp_path, data).stderr.strip() == "".join(f"bluezone: {one}" for one in caveats)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xfe\x00", "not readable as CSV"),
        ("", "there is no scan in it"),
        (HEADER, "there is no scan in it"),
        ("a,b\n1,2\n", "its header lacks since_last_scan_s, typical_attenuation_db"),
        ("since_last_scan_s,typical_attenuation_db,since_last_scan_s\n1,2,3\n", "names a column twice"),
        ("60,50\n60\n", "line 2: 2 numbers are meant"),
        ("60,50\n60,nan\n", "line 2: scan instance: typical attenuation nan dB"),
        ("60,900\n", "line 1: scan instance: typical attenuation 900.0 dB is outside"),
        ("60,-41\n60,50\n", "typical attenuation -41.0 dB is outside"),
        ("60,-72\n60,-55\n", "its attenuations are all negative (-72 to -55), as received strengths (RSSI, dBm) are"),
        ("enc,t_s\n", "its header lacks credit_s, att_mean_db, att_min_db, att_db"),
        (SET, "there is no scan in it"),
        (SET + "a,0,60,50,50,\na,60,60,nan,50,\n", "line 3: att_mean_db is 'nan', not a number"),
        (SET + "a,0,60,-50,-55,\n", "its attenuations are all negative (-50 to -50)"),
        ("60,50\n-60,50\n", "line 2: scan instance: "),
        ("nan,50\n", "nan s since the last scan is not a duration"),
        ("60,50\n1e308,50\n1e308,50\n", "time inf is not a moment"),
        (HEADER + "60,50,nan,1\n", "line 2: scan instance: minimum attenuation nan"),
        (HEADER + "60,50,48,nan\n", "nan readings, a whole number is meant"),
        (HEADER + "60,50,48,inf\n", "inf readings, a whole number is meant"),
        (HEADER + "60,50,48,2.5\n", "2.5 readings, a whole number is meant"),
        (HEADER + "60,50,48,0\n", "0 readings, at least one is meant"),
    ],
)
def test_what_is_no_scan_is_refused_with_its_line_and_never_scored(tmp_path, data, sentence):
    result = run(tmp_path, data)
    assert result.exit_code != 0
    assert result.stdout == ""
    assert sentence in str(result.exception)
    assert "\n" not in str(result.exception)


# --- explain ----------------------------------------------------------------------------------------------------------


def explained(tmp_path, data: str, *options: str):
    file = tmp_path / "scans.csv"
    file.write_text(data)
    return CliRunner().invoke(exposure_group, ["explain", str(file), *options])


@pytest.mark.parametrize(
    ("policy", "language", "near", "sure"),
    [
        ("bluezone", "en", "It was near for about 40 minutes.", "the phone cannot tell"),
        ("bluezone", "vi", "Ở gần khoảng 40 phút.", "Máy chưa xác định được"),
        ("swisscovid", "en", "It was near for about 40 minutes.", "the phone cannot tell"),
        ("immuni", "en", "How long it was near is not known.", "the phone cannot tell"),
    ],
)
def test_a_file_is_explained_by_minutes_near_where_the_policy_counts_them(tmp_path, policy, language, near, sure):
    result = explained(tmp_path, "60,50\n" * 40, "--policy", policy, "--language", language)
    assert result.exit_code == 0, result.output
    assert near in result.stdout
    assert sure in result.stdout


def test_an_explanation_says_the_day_that_was_given_and_gives_its_facts_as_json(tmp_path):
    [day] = json.loads(explained(tmp_path, "60,50\n" * 40, "--day", "2021-02-28", "--json").stdout)
    assert day["day_start_s"] == 1_614_470_400
    assert day["sentences"][0].startswith("Vào 28 tháng 2") or "28 tháng 2 năm 2021" in day["sentences"][0]


def test_scans_of_several_encounters_are_not_explained_as_one(tmp_path):
    result = explained(tmp_path, SET + "a,0,60,45,45,45\n")
    assert result.exit_code != 0
    assert "several encounters" in str(result.exception)


@pytest.mark.parametrize("command_name", ["score", "explain"])
def test_durations_in_milliseconds_are_refused_in_a_sentence(tmp_path, command_name):
    """Half an hour in milliseconds would count as five hours: each scan for the longest silence of a meeting."""
    (tmp_path / "scans.csv").write_text("60000,55\n" * 30)
    result = CliRunner().invoke(exposure_group, [command_name, str(tmp_path / "scans.csv")])
    assert result.exit_code != 0
    assert "seconds are meant, not milliseconds" in str(result.exception)


def test_a_single_reading_is_nothing_to_act_on(tmp_path):
    [day] = json.loads(explained(tmp_path, "60,45\n", "--json").stdout)
    assert day["evidence"]["grade"] == "none"
    assert not day["alert"]


def test_one_silence_in_a_meeting_makes_it_ten_minutes_longer_at_most(tmp_path):
    """A clock that jumped forward by a day in the middle of a meeting."""
    plain = answer(tmp_path, "60,50\n" * 20)
    jumped = answer(tmp_path, "60,50\n" * 10 + "86400,50\n" + "60,50\n" * 9)
    heard_s = [sum(day["evidence"]["heard_s"] for day in said["days"]) for said in (plain, jumped)]
    assert heard_s[1] - heard_s[0] <= 600


def test_a_recording_that_holds_every_scan_twice_is_no_longer_meeting(tmp_path):
    rows = [f"a,{1000 + 60 * minute},60,55,52,52 55 58\n" for minute in range(20)]
    once, twice = (answer(tmp_path, SET + "".join(lines)) for lines in (rows, rows + rows))
    [first], [second] = once["encounters"][0]["days"], twice["encounters"][0]["days"]
    assert second["evidence"]["heard_s"] == first["evidence"]["heard_s"]
    assert second["score"] == pytest.approx(first["score"])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a,{n}0000,60,50,46,50 51\n", "seconds are meant by both, not milliseconds"),
        ("a,{n}0,60000,50,46,50 51\n", "seconds are meant, not milliseconds"),
        ("a,{n}0,10,1.5,1.2,1.5\n", "not metres or ratios"),
        ("a,{n}0,10,50,58,50 58\n", "the least attenuation is meant"),
    ],
    ids=["times in ms", "durations in ms", "metres", "the weakest for the strongest"],
)
def test_a_recording_of_another_unit_is_refused_in_a_sentence(tmp_path, row, said):
    file = tmp_path / "scans.csv"
    file.write_text(SET + "".join(row.format(n=n) for n in range(1, 31)))
    ended = CliRunner().invoke(exposure_group, ["score", str(file)])
    assert ended.exit_code != 0
    assert said in str(ended.exception or ended.output)
    assert str(ended.exception or ended.output).count("\n") <= 1
