from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from bluezone.exposure.encounters import read_encounters
from bluezone.exposure.errors import DatasetError
from bluezone.protocol.keys import ReportType

HEADER = "enc,set,scene,session,label,rx,tx,rx_model,tx_model,rx_place,tx_place\n"
SCAN_HEADER = "enc,t_s,credit_s,att_mean_db,att_min_db,att_db\n"
A_TO_B = "a,demo,bus,s1,1,01,02,Pixel 2,iPhone 7,Hand,Bag\n"
B_TO_A = "b,demo,bus,s1,1,02,01,iPhone 7,Pixel 2,Bag,Hand\n"


def write(directory: Path, encounters: str, scans: str, *, zipped: bool = True) -> Path:
    (directory / "encounters.csv").write_text(HEADER + encounters)
    if zipped:
        (directory / "scans.csv.gz").write_bytes(gzip.compress((SCAN_HEADER + scans).encode()))
    else:
        (directory / "scans.csv").write_text(SCAN_HEADER + scans)
    return directory


@pytest.mark.parametrize("zipped", [True, False])
def test_scans_come_in_order_of_time_and_start_at_zero(tmp_path, zipped):
    scans = "a,400,60,52,50,50 52 54\na,100,60,61,60,\na,220,120,57,55,55 59\n"
    data = read_encounters(write(tmp_path, A_TO_B + B_TO_A, scans, zipped=zipped))
    assert data.name == "demo"
    assert data.scans.heard.tolist() == [True, False]
    assert data.scans.at_s.tolist() == [0, 120, 300]
    assert data.scans.typical_db.tolist() == [61, 57, 52]
    assert data.scans.readings.tolist() == [1, 2, 3]  # no single readings given: one is meant
    assert data.close.tolist() == [True, True]


def test_the_other_direction_is_found_by_phones_and_session(tmp_path):
    other_day = "c,demo,bus,s2,0,02,01,iPhone 7,Pixel 2,Bag,Hand\n"
    data = read_encounters(write(tmp_path, A_TO_B + B_TO_A + other_day, ""))
    assert data.reverse().tolist() == [1, 0, -1]


def test_windows_know_the_systems_and_count_as_a_confirmed_case(tmp_path):
    data = read_encounters(write(tmp_path, A_TO_B + B_TO_A, "a,0,60,50,48,\n"))
    [window], never_heard = data.windows()
    assert (window.receiver_os, window.sender_os) == ("android", "ios")
    assert (window.report_type, window.days_since_onset) == (ReportType.CONFIRMED_TEST, 0)
    assert never_heard == []


def test_a_set_without_phones_models_or_places_is_read(tmp_path):
    data = read_encounters(write(tmp_path, "a,demo,bus,s1,0,,,,,,\n", "a,0,60,50,48,\n"))
    assert data.codes("rx").tolist() == [-1]
    assert data.reverse().tolist() == [-1]
    assert data.encounters[0].receiver_os == ""


def test_a_subset_keeps_each_encounters_scans(tmp_path):
    third = "c,demo,bus,s2,0,03,01,,,,\n"
    scans = "a,0,60,50,48,\nc,0,60,70,68,\nc,60,60,72,69,\na,60,60,51,49,\n"
    data = read_encounters(write(tmp_path, A_TO_B + B_TO_A + third, scans)).subset(np.array([2, 1]))
    assert [encounter.name for encounter in data.encounters] == ["c", "b"]
    assert data.scans.offsets.tolist() == [0, 2, 2]
    assert data.scans.typical_db.tolist() == [70, 72]


@pytest.mark.parametrize(
    ("scan", "what"),
    [
        ("a,0,60,nan,48,\n", "att_mean_db is 'nan', not a number"),
        ("a,0,60,50,-inf,\n", "att_min_db is '-inf', not a number"),
        ("a,0,60,,48,\n", "att_mean_db is '', not a number"),
        ("a,0,60,50,-41,\n", "att_min_db is -41 dB"),
        ("a,0,60,250,48,\n", "att_mean_db is 250 dB"),
        ("a,0,-1,50,48,\n", "credit_s is -1"),
        ("a,never,60,50,48,\n", "t_s is 'never', not a number"),
    ],
)
def test_a_scan_that_makes_no_sense_stops_with_its_line_or_is_left_out_on_demand(tmp_path, scan, what):
    directory = write(tmp_path, A_TO_B, "a,0,60,50,48,\n" + scan)
    with pytest.raises(DatasetError, match="line 3") as stopped:
        read_encounters(directory)
    assert what in str(stopped.value)
    data = read_encounters(directory, skip_bad_scans=True)
    assert (data.skipped_scans, data.scans.counts.tolist()) == (1, [1])


def test_an_encounter_with_only_bad_scans_is_left_out_and_not_called_never_heard(tmp_path):
    directory = write(tmp_path, A_TO_B + B_TO_A, "a,0,60,nan,48,\n")
    data = read_encounters(directory, skip_bad_scans=True)
    assert [encounter.name for encounter in data.encounters] == ["b"]


@pytest.mark.parametrize(
    ("encounters", "scans", "what"),
    [
        ("", "", "no encounter"),
        (A_TO_B + A_TO_B, "", "was there before"),
        (A_TO_B.replace(",1,01", ",2,01"), "", "label is '2'"),
        (A_TO_B, "z,0,60,50,48,\n", "'z' is not in encounters.csv"),
        (A_TO_B, "a,0,60,50,48,50,surplus\n", "more cells"),
        (A_TO_B, "a,0,60,50,48,50\na,60,60,5", "line 3: fewer cells than the header has columns; is it cut short"),
    ],
)
def test_a_set_that_contradicts_itself_is_refused(tmp_path, encounters, scans, what):
    with pytest.raises(DatasetError, match=what):
        read_encounters(write(tmp_path, encounters, scans))


def test_an_empty_directory_a_missing_file_and_a_wrong_header_are_said(tmp_path):
    with pytest.raises(DatasetError, match=r"no encounters\.csv"):
        read_encounters(tmp_path)
    (tmp_path / "encounters.csv").write_text(HEADER + A_TO_B)
    with pytest.raises(DatasetError, match=r"no scans\.csv\.gz"):
        read_encounters(tmp_path)
    (tmp_path / "scans.csv").write_text("enc,time\na,0\n")
    with pytest.raises(DatasetError, match="header lacks t_s, credit_s"):
        read_encounters(tmp_path)
    (tmp_path / "encounters.csv").write_text("")
    with pytest.raises(DatasetError, match="it is empty; a header is meant: enc, session, label"):
        read_encounters(tmp_path)


def test_a_file_that_is_no_gzip_is_said_to_be(tmp_path):
    write(tmp_path, A_TO_B, "")
    (tmp_path / "scans.csv.gz").write_bytes(b"not compressed")
    with pytest.raises(DatasetError, match="not readable as CSV"):
        read_encounters(tmp_path)


@pytest.mark.parametrize(
    ("minutes", "found"),
    [
        ((10.3, 12.0, 9.9), 10),
        ((15.0, 40.0, 0.0), 15),
        ((15.0, 40.0, 16.0), None),  # another was as long: the label is of another kind
        ((float("nan"), 40.0, 0.0), None),
        (None, None),
    ],
)
def test_a_set_with_true_minutes_says_how_many_its_label_asks_for(tmp_path, minutes, found):
    rows = "".join(f"e{n},s,{label}\n" for n, label in enumerate((1, 1, 0)))
    (tmp_path / "encounters.csv").write_text("enc,session,label\n" + rows)
    (tmp_path / "scans.csv").write_text("enc,t_s,credit_s,att_mean_db,att_min_db,att_db\ne0,0,60,60,60,\n")
    if minutes is not None:
        lines = "".join(f"e{n},{value}\n" for n, value in enumerate(minutes))
        (tmp_path / "truth.csv").write_text("enc,min2m\n" + lines)
    assert read_encounters(tmp_path).label_minutes == found
