"""`bluezone rollout` at the command line."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.spreadsheets.files import saved, workbook

from bluezone.cli.main import main
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode

Run = Callable[..., "Done"]

JUNE_2021 = """STT;Tỉnh, thành phố;Bluezoner có số điện thoại;Tỉ lệ Bluezoner có số điện thoại/dân số
1;Bắc Ninh;505.551;44,61%
2;Đà Nẵng;610.578;44,57%
3;Hà Nội;3.275.589;40,67%
4;Hải Dương;688.900;40,40%
5;TP.HCM;3.285.799;35,64%
"""


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls the command as the shell would, without a new process."""

    def call(*arguments: str, cwd: Path | None = None) -> Done:
        monkeypatch.setattr(sys, "argv", ["bluezone", "rollout", *arguments])
        if cwd is not None:
            monkeypatch.chdir(cwd)
        with pytest.raises(SystemExit) as stopped:
            main()
        captured = capsys.readouterr()
        return Done(int(stopped.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def facts(run: Run) -> Callable[..., Any]:
    """What a command says with --json."""

    def call(*arguments: str) -> Any:
        done = run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return json.loads(done.stdout)

    return call


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "Status: unknown (too few figures of the days before to know its pace)."),
        (("--installs", "300000"), "Status: met."),
    ],
)
def test_pace_says_why_a_status_is_unknown(run: Run, given: tuple[str, ...], said: str) -> None:
    question = ("pace", "--unit", "Hậu Giang", "--target", "30%", "--from", "2020-08-13", "--by", "2020-08-30")
    assert run(*question, *given).stdout.rstrip().endswith(said)


def test_pace_gives_what_the_order_of_hau_giang_takes(facts: Any) -> None:
    result = facts("pace", "--unit", "Hậu Giang", "--target", "30%", "--from", "2020-08-13", "--by", "2020-08-30")
    wanted = {
        "installs": 55_289,
        "population": 733_017,
        "share": 0.07543,
        "needed": 164_617,
        "days": 17,
        "per_day": 9_684,
        "target_installs": 219_906,
    }
    assert wanted.items() <= result.items()
    assert result["vintage"]["id"] == "census-2019"


def test_audit_finds_swapped_rows_another_census_and_a_slip(tmp_path: Path, facts: Any) -> None:
    file = tmp_path / "june.csv"
    file.write_text(JUNE_2021, encoding="utf-8")
    result = facts("audit", str(file))
    rows = {row["unit"]: row for row in result["rows"]}
    assert rows["Bắc Ninh"]["fits_rows"] == [{"line": 3, "how": "the count fits that row's people and share"}]
    assert rows["Đà Nẵng"]["fits_rows"][0]["line"] == 2
    assert (rows["Hà Nội"]["verdict"], rows["Hà Nội"]["agrees"]) == ("agrees", True)
    assert rows["Hải Dương"]["vintages"] == ["census-2009"]
    slips = rows["Hồ Chí Minh"]["slips"]
    assert {"corrects": "percent", "value": 36.54, "kind": "one digit wrong"} in slips or slips
    assert result["summary"]["agrees"] == 1


def test_audit_for_people_is_a_table(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "june.csv"
    file.write_text(JUNE_2021, encoding="utf-8")
    done = run("audit", str(file))
    assert done.returncode == 0
    assert "fits census-2009" in done.stdout
    assert "1 of 5 shares agree" in done.stdout


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_audit_of_a_file_in_which_no_row_can_be_read_is_refused(
    tmp_path: Path, run: Run, options: tuple[str, ...]
) -> None:
    file = tmp_path / "nowhere.csv"
    file.write_text('province,installs,pct_population\nHà Nội,"1,2,3",40%\nĐà Nẵng,"4,5,6",41%\n', encoding="utf-8")
    done = run("audit", str(file), *options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "nowhere.csv has no column of counts" in done.stderr


def test_rank_lists_all_63_and_says_who_has_no_figure(facts: Any) -> None:
    result = facts("rank", "--date", "2020-08-20", "--by", "population", "--base-date", "2020-08-11")
    ranking = result["ranking"]
    assert len(ranking) == 63
    assert [row["unit"] for row in ranking[:3]] == ["Đà Nẵng", "Hà Nội", "Quảng Ninh"]
    assert ranking[0]["gain"] == 456_000 - 387_140
    assert [row["missing"] for row in ranking].count("no figure") > 40
    assert [vintage["id"] for vintage in result["vintages"]] == ["census-2019"]


def test_forecast_of_a_unit_has_a_band_and_a_date_for_the_target(facts: Any) -> None:
    result = facts("forecast", "--unit", "Việt Nam", "--date", "2021-06-19", "--horizon", "7", "--target", "50%")
    day = result["forecast"]
    assert day["date"] == "2021-06-26"
    assert 37_900_000 < day["low"] < day["total"] < day["high"] < 96_208_984
    assert len(result["path"]) == 7
    assert result["target"]["total"] == 48_104_492


def test_forecast_of_ones_own_curve(tmp_path: Path, facts: Any) -> None:
    file = tmp_path / "curve.csv"
    file.write_text("date,total\n2020-08-01,1000\n3/8/2020,1.300\n2020-08-06,2000\n", encoding="utf-8")
    result = facts("forecast", "--series", str(file), "--horizon", "3", "--population", "2050")
    assert result["last"] == {"date": "2020-08-06", "total": 2000}
    assert 2000 <= result["forecast"]["low"] <= result["forecast"]["high"] <= 2050


def test_a_chance_is_said_plainly(run: Run) -> None:
    asked = ["forecast", "--unit", "Hậu Giang", "--target", "30%", "--by", "2020-08-30"]
    assert "30.0% by 2020-08-30: 5 in 100.\n" in run(*asked).stdout


def test_a_target_out_of_reach_is_said_once(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "curve.csv"
    file.write_text("date,total\n2020-08-10,400\n2020-08-12,420\n2020-08-14,>430\n", encoding="utf-8")
    said = run("forecast", "--series", str(file), "--population", "4200", "--target", "90%", "--level", "0.1").stdout
    assert said.startswith("curve.csv: more than 430 on 2020-08-14.\n")
    assert said.endswith("90.0% of 4,200: not within two years.\n")


def test_the_days_of_a_target_are_said_with_their_chances(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "curve.csv"
    file.write_text("date,total\n" + "".join(f"2020-08-{day:02},{1000 + 10 * day}\n" for day in range(1, 29)))
    asked = ["forecast", "--series", str(file), "--population", "4000", "--target", "35%"]
    said = run(*asked).stdout.splitlines()[-1]
    found = re.fullmatch(r"35.0% of 4,000: (\S+) \(about 1 in 10 by (\S+), about 9 in 10 by (\S+)\)\.", said)
    assert found is not None, said
    middle, early, late = found.groups()
    assert early < middle < late
    assert run(*asked, "--by", early).stdout.endswith(f"35.0% by {early}: about 1 in 10.\n")


def test_a_bound_and_an_order_are_told_by_file_and_option(tmp_path: Path, facts: Any) -> None:
    file = tmp_path / "curve.csv"
    file.write_text("date,total\n2020-08-08,10000000\n2020-08-20,>20000000\n", encoding="utf-8")
    asked = ["forecast", "--series", str(file), "--horizon", "30"]
    plain, lifted = facts(*asked), facts(*asked, "--order", "2020-08-25")
    assert plain["forecast"]["low"] >= 20_000_000
    assert lifted["forecast"]["total"] > plain["forecast"]["total"]


def test_a_population_below_the_last_total_is_refused_in_a_sentence(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "curve.csv"
    file.write_text("date,total\n2020-08-08,1000\n2020-08-20,2000\n", encoding="utf-8")
    done = run("forecast", "--series", str(file), "--population", "1999")
    assert done.returncode == 2
    assert "--population 1,999 is less than the 2,000 of curve.csv that are known already" in done.stderr
    earlier = run("forecast", "--series", str(file), "--population", "1999", "--date", "2020-08-10")
    assert earlier.returncode == 0, earlier.stderr


def test_cascade_adds_up_to_the_target_of_the_province(facts: Any) -> None:
    result = facts("cascade", "--unit", "Hậu Giang", "--target", "30%", "--date", "2020-08-13")
    assert result["target"] == sum(part["target"] for part in result["parts"]) == 219_906
    assert len(result["parts"]) == 8


@pytest.mark.parametrize(("more", "units"), [((), 8), (("--level", "commune"), 75)])
def test_a_template_has_a_row_for_each_unit(more: tuple[str, ...], units: int, tmp_path: Path, run: Run) -> None:
    done = run("template", "--place", "63:93", "--date", "2020-08-20", *more, "--out", "form.xlsx", cwd=tmp_path)
    assert done.stdout == f"wrote form.xlsx: {units} units\n"
    assert (tmp_path / "form.xlsx").read_bytes().startswith(b"PK")


def test_a_bulletin_is_written_in_all_three_forms(tmp_path: Path, run: Run) -> None:
    done = run(
        "bulletin", "--unit", "Hậu Giang", "--date", "2020-08-13", "--target", "30%", "--by", "2020-08-30",
        *(f"--out=b.{kind}" for kind in ("pdf", "xlsx", "txt")), cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "b.xlsx").read_bytes().startswith(b"PK")
    assert "đạt 7,54%" in (tmp_path / "b.txt").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.pdf", "b.txt", "b.xlsx"]


def test_a_poster_gets_a_code(tmp_path: Path, facts: Any) -> None:
    file = tmp_path / "poster.pdf"
    result = facts("poster", "--unit", "Chợ Vị Thanh", "--url", "https://bluezone.test/i", "--out", str(file))
    assert file.read_bytes().startswith(b"%PDF")
    assert result["url"] == f"https://bluezone.test/i/{result['code']}"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("pace --unit Nowhere --target 30% --from 2020-08-13 --by 2020-08-30", "no unit is called"),
        ("pace --unit 93 --target 120% --from 2020-08-13 --by 2020-08-30", "120 % cannot be met"),
        ("pace --unit 93 --target x --from 2020-08-13 --by 2020-08-30", "is not a share"),
        ("pace --unit 93 --target 30% --from 2020-08-13 --by 2020-08-01", "is before the start"),
        ("pace --unit 93 --target 30% --from 2026-08-13 --by 2026-08-30", "no longer existed"),
        ("pace --unit 96 --target 30% --from 2020-08-13 --by 2020-08-30", "give --installs or --counts"),
        ("pace --unit 96 --target 30% --from 2020-08-27 --by 2020-08-30 --of adults", "no figure for adults"),
        ("rank --date 2020-02-31", "there is no day"),
        ("rank --date 2020-08-20 --vintage x", "no vintage is called"),
        ("rank --date 2020-08-20 --base-date 2020-08-20", "is not before"),
        ("forecast", "either --unit or --series"),
        ("forecast --unit Kontum --date 2020-08-20", "no figures of Kon Tum"),
        ("forecast --unit Hậu_Giang --date 2020-08-01", "no figure on or before 2020-08-01"),
        ("audit /dev/null", "is empty"),
        ("bulletin --unit 93 --date 2020-08-13 --out x.doc", "made as .pdf, .xlsx or .txt"),
        ("bulletin --unit 93 --date 2020-08-13 --target 30%", "go together"),
        ("bulletin --unit 93 --date 2020-08-13 --out /nowhere/x.pdf", "no such folder"),
        ("poster --unit A --url ftp://x --out x.pdf", "is not a web address"),
        ("poster --unit A --url https://x --code ABC --out x.pdf", "is not a unit code"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(arguments: str, reason: str, tmp_path: Path, run: Run) -> None:
    done = run(*(part.replace("_", " ") for part in arguments.split()), cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert reason in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_number_may_be_written_as_papers_print_it(run: Run) -> None:
    question = ("pace", "--unit", "Hậu Giang", "--target", "30%", "--from", "13/8/2020", "--by", "30/8/2020", "--json")
    told = [json.loads(run(*question, "--installs", text).stdout)["needed"] for text in ("55289", "55.289", "55,289")]
    assert told == [164_617] * 3


@pytest.mark.parametrize("text", ["55.28", "-5", "many"])
def test_what_is_no_number_of_installs_is_refused_in_one_line(run: Run, text: str) -> None:
    done = run("pace", "--unit", "Hậu Giang", "--target", "30%", "--from", "13/8/2020", "--by", "30/8/2020",
               "--installs", text)  # fmt: skip
    assert done.returncode == 2
    assert text in done.stderr
    assert done.stderr.count("\n") == 1


def test_audit_reads_a_table_as_offices_lay_it_out(tmp_path: Path, facts: Any) -> None:
    rows = [
        ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 13/8/2020"],
        ["STT", "Tỉnh, thành phố", "Kết quả", None],
        [None, None, "Số lượt cài đặt", "Tỷ lệ/dân số"],
        [1, "Hậu Giang", 55289, "7,54%"],
        [2, "Cà Mau", 88000, "7,37%"],
        [None, "Cộng", 143289, None],
    ]
    file = tmp_path / "as printed.xlsx"
    file.write_bytes(saved(workbook(rows, merged=["A1:D1", "A2:A3", "B2:B3", "C2:D2"])))
    result = facts("audit", str(file))
    assert [row["unit"] for row in result["rows"]] == ["Hậu Giang", "Cà Mau"]


FIGURES = """Kết quả cài Bluezone;;
Đơn vị;Số lượt cài đặt;Ghi chú
TP. Vị Thanh;9.876;
Long Mỹ;4.813;
Kho lương thực;12;
Tổng cộng;14.701;
"""


@pytest.fixture
def figures(tmp_path: Path) -> str:
    file = tmp_path / "hg.csv"
    file.write_text(FIGURES, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(("language", "said"), [("vi_VN.UTF-8", "cài đặt lũy kế"), ("C", "installations in all")])
def test_a_spreadsheet_is_explained_in_the_language_of_the_machine(
    figures: str, run: Run, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", language)
    done = run("read", figures, "--within", "63:93")
    assert (done.returncode, said in done.stdout) == (3, True)


def test_what_a_spreadsheet_leaves_open_is_said_with_the_option_that_settles_it(figures: str, run: Run) -> None:
    asked = run("read", figures, "--within", "63:93", "--language", "en").stdout
    assert "? of which day are the figures?" in asked
    assert "--row 4=63:93" in asked
    said = (
        "--date",
        "20/8/2020",
        "--row",
        "4=63:937",
        "--leave-out",
        "5",
        "--column",
        "B=installs",
    )
    given = run("read", figures, "--within", "63:93", *said, "--json")
    result = json.loads(given.stdout)
    assert (given.returncode, result["unsure"], result["refusal"]) == (0, [], None)
    assert [(row["line"], row["unit"], row["date"], row["kind"], row["value"]) for row in result["rows"]] == [
        (3, "63:930", "2020-08-20", "installs", 9_876),
        (4, "63:937", "2020-08-20", "installs", 4_813),
    ]
    assert [each["line"] for each in result["left_out"]] == [5, 6]
    assert [(each["letter"], each["role"]) for each in result["columns"]] == [
        ("A", "unit"),
        ("B", "installs"),
        ("C", "ignore"),
    ]
    mapping = Path(figures).with_suffix(".json")
    mapping.write_text(json.dumps(result["mapping"]))
    again = json.loads(run("read", figures, "--within", "63:93", "--mapping", str(mapping), "--json").stdout)
    assert [again[name] for name in ("rows", "unsure", "mapping")] == [
        result[name] for name in ("rows", "unsure", "mapping")
    ]


def test_of_a_long_table_the_first_rows_are_drawn_and_the_others_counted(tmp_path: Path, run: Run) -> None:
    communes = [each for district in catalogue.all_units().children(UnitCode.parse("63:93"), dt.date(2020, 8, 20))
                for each in catalogue.all_units().children(district.code, dt.date(2020, 8, 20))]  # fmt: skip
    file = tmp_path / "communes.csv"
    lines = [f"{each.code},{each.full_name},{100 + at}" for at, each in enumerate(communes)]
    file.write_text("\n".join(["Mã,Xã,Số lượt cài đặt", *lines]))
    said = ("read", str(file), "--within", "63:93", "--date", "20/8/2020", "--language", "en")
    drawn = run(*said).stdout
    assert "and 15 lines more" in drawn
    assert len(json.loads(run(*said, "--json").stdout)["rows"]) == len(communes) == 75


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--column", "Z=installs"), "no column Z"),
        (("--column", "B=installations"), "cannot be"),
        (("--row", "3=63:999"), "63:999"),
        (("--sheet", "Biểu 9"), "Biểu 9"),
        (("--leave-out", "99"), "99"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused(
    figures: str, run: Run, options: tuple[str, ...], reason: str
) -> None:
    refused = run("read", figures, *options, "--language", "en")
    assert (refused.returncode, reason in refused.stderr) == (2, True)
    facts = json.loads(run("read", figures, *options, "--language", "en", "--json").stdout)
    assert reason in facts["refusal"]


def test_a_long_header_keeps_its_end(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "dai.csv"
    long = "Kết quả vận động người dân cài đặt ứng dụng Bluezone trên địa bàn tỉnh: số lượt cài đặt lũy kế"
    file.write_text(f"Đơn vị;{long}\nTP. Vị Thanh;5\nH. Vị Thủy;2\n", encoding="utf-8")
    done = run("read", str(file), "--date", "2020-08-20", "--language", "en")
    assert "số lượt cài đặt lũy kế" in done.stdout
