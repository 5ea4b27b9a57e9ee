"""Packages of countries: those that ship can be used, and a bad one is refused in one clear sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bluezone.cli.country import country_group
from bluezone.geography.checks import problems
from bluezone.geography.country import CODES, chosen, read


def run(*arguments: str) -> tuple[int, str]:
    made = CliRunner().invoke(country_group, arguments)
    return made.exit_code, made.output


@pytest.mark.parametrize("code", CODES)
def test_what_ships_can_be_used(code: str) -> None:
    assert run("check", code) == (0, f"{code} can be used (not signed)\n")
    assert f"{code}: {read(chosen(code)).name('en')}" in run("list")[1]


def test_a_copy_has_its_own_code_and_can_be_used(tmp_path: Path) -> None:
    folder = tmp_path / "champa"
    assert run("copy", "laos", str(folder))[0] == 0
    assert read(folder).code == "champa"
    assert problems(folder) == []
    assert run("copy", "laos", str(folder))[0] != 0


def change(name: str, before: str, after: str) -> Callable[[Path], None]:
    def made(folder: Path) -> None:
        file = folder / name
        text = file.read_text("utf-8")
        assert before in text
        file.write_text(text.replace(before, after, 1), "utf-8")

    return made


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


MAIN, UNITS = "country.toml", "districts_and_communes.csv"
SECOND = '\n[[systems]]\nid = "LB"\nsince = 2025-07-02\nnames = {en = "new"}\n\n[digits]'


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (without(MAIN), "the file country.toml is missing"),
        (without("provinces.csv"), "the file provinces.csv is missing"),
        (
            change(MAIN, "code =", "code"),
            "country.toml is not TOML in UTF-8: Expected '=' after a key in a key/value pair (at line 2, column 6)",
        ),
        (
            change(MAIN, 'iso = "LA"', 'iso = "lao"'),
            "iso is 'lao', where a code of two capital letters (ISO 3166) is meant",
        ),
        (
            change(MAIN, 'iso3 = "LAO"', 'iso3 = "Laos"'),
            "iso3 is 'Laos', where a code of three capital letters (ISO 3166) is meant",
        ),
        (
            change(MAIN, '"Asia/Vientiane"', '"Asia/Laos"'),
            "time_zone 'Asia/Laos' is not known; one such as Asia/Ho_Chi_Minh is meant",
        ),
        (
            change(MAIN, 'languages = ["en"]', 'languages = ["lo"]'),
            "languages names some of vi, en, in which every text exists",
        ),
        (change(MAIN, 'languages = ["en"]', 'languages = ["vi", "en"]'), "systems[1].names lacks the language vi"),
        (
            change(MAIN, 'calling_code = "856"', 'calling_code = "84"'),
            "telephone.calling_code is '84', but numbers of LA begin with +856",
        ),
        (change(MAIN, 'region = "LA"', 'region = "XX"'), "telephone.calling_code is '856', but there is no region XX"),
        (change(MAIN, 'code = "laos"\n', ""), "code is missing"),
        (change(MAIN, 'hotline = "166"', ""), "telephone.hotline is missing"),
        (
            change(MAIN, "district = 4", "district = 2"),
            "digits says how many a code has at each of province, district, commune: more at each than above it",
        ),
        (
            change(MAIN, "[digits]", "until = 2025-06-30\n" + SECOND),
            "systems[2] does not begin on the day after LA ends: no day may lie between",
        ),
        (change(MAIN, 'signer = "MINISTER"', ""), "papers.nation.signer is missing"),
        (
            change(MAIN, 'iso = "LA"', 'iso = "LA"\nemblem = "none.svg"'),
            "emblem is 'none.svg', where a file of SVG or PNG in the folder is meant",
        ),
        (
            change("provinces.csv", "LA,", "XX,"),
            "provinces.csv names the system 'XX', which country.toml does not have",
        ),
        (change(UNITS, "LA:0101", "XX:0101"), f"{UNITS} names the system 'XX', which country.toml does not have"),
        (change(UNITS, "LA:0101,LA:01,", "LA:0101,LA:99,"), "LA:0101 lies in LA:99, which is not listed"),
        (change(UNITS, "LA:0102,", "LA:0101,"), "LA:0101 stands twice"),
        (
            change(
                UNITS,
                "Chanthabuly District,,,yes",
                "Chanthabuly District,,2020-01-01,yes\nLA:0101,LA:01,Chanthabuly District,2020-03-01,,yes",
            ),
            "LA:0101 has a gap between 2020-01-01 and 2020-03-01: no day may lie between",
        ),
        (
            change(UNITS, "Chanthabuly District,,,yes", "Chanthabuly District,2020-01-02,2020-01-01,yes"),
            "LA:0101 ends before it begins",
        ),
        (
            change(UNITS, "Chanthabuly District,,,yes", "Chanthabuly District,soon,,yes"),
            "a list cannot be read: Invalid isoformat string: 'soon'",
        ),
        (change(UNITS, "LA:0101,", "LA:101,"), "LA:101: a code has 2 or 4 digits, by its level"),
        (
            change("figures.csv", "note", "notes"),
            "figures.csv begins with system,code,vintage,value,notes, where system,code,vintage,value,note is meant",
        ),
        (change("figures.csv", "LA,05", "LA,55"), "figures.csv: LA:55 is not listed"),
        (change("figures.csv", ",179243,", ",many,"), "figures.csv: LA:05 has 'many', where a whole number is meant"),
        (change("figures.csv", "census-2015", "census-2005"), "figures.csv: census-2005 is no count of vintages.csv"),
    ],
)
def test_a_bad_package_is_refused_in_one_sentence(tmp_path: Path, bad: Callable[[Path], None], said: str) -> None:
    folder = tmp_path / "laos"
    run("copy", "laos", str(folder))
    bad(folder)
    status, output = run("check", str(folder))
    lines = output.splitlines()
    assert (status, lines.count(said)) == (1, 1)
    assert len({each.split()[0] for each in lines}) == len(lines), "something is said twice"


def test_a_process_serves_the_country_that_was_chosen() -> None:
    """Codes, names and levels are those of Laos; a code of Viet Nam is none."""
    asked = (
        "import datetime as dt; from bluezone.geography import catalogue; day = dt.date(2026, 12, 2)\n"
        "units = catalogue.all_units()\n"
        "for text in ('Khoueng Bokeo', 'LA:0302', 'Vientiane', 'Champasak', 'Phonthong, Champasack', '63:93'):\n"
        "    try:\n        print(units.path(units.find(text, on=day)))\n"
        "    except Exception as error:\n        print(error)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", asked], env=os.environ | {"BLUEZONE_COUNTRY": "laos"}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert found.stdout.splitlines() == [
        "Bokeo Province",
        "Sing District, Luang Namtha Province",
        "Vientiane Province",
        "Champasack Province",
        "Phonthong District, Champasack Province",
        "“63:93” is not a unit code: it begins with LA:",
    ]
