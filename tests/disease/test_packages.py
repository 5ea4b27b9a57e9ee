"""Hold packages to what they must have: each fault is one sentence, a signature is of today's key and these files."""

from __future__ import annotations

import copy
import datetime as dt
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone import packages as packages_of
from bluezone.cli.disease import disease_group, policy_of, strain_of
from bluezone.disease import reading
from bluezone.disease.package import DiseaseError, Spread
from bluezone.disease.shipped import CODES, chosen, folder, shipped
from bluezone.packages import PackageError, files_of
from bluezone.protocol import packages
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import ExportSigner, TrustedKey

NOW, KIND = dt.datetime(2026, 12, 2, tzinfo=dt.UTC), "disease package"


def changed(before: str, after: str, name: str = reading.MAIN, code: str = "measles") -> dict[str, bytes]:
    files = dict(files_of(folder(code)))
    text = files[name].decode()
    assert before in text
    return files | {name: text.replace(before, after, 1).encode()}


def test_the_packages_that_ship_lack_nothing_and_name_a_source_for_every_number() -> None:
    for code in CODES:
        assert reading.problems(files_of(folder(code))) == ()
        of = shipped(code)
        assert of.code == code
        assert of.windows.follow_up.days >= of.windows.incubation.most
        assert policy_of(of).name == of.policy.name
        assert strain_of(of).incubation.mean > 0
    assert [shipped(code).windows.follow_up.days for code in CODES] == [14, 21, 21]
    assert (shipped("measles").spread, shipped("disease-x").has_test) == (Spread.AIRBORNE, False)


MEASLES, X = "measles", "disease-x"
HOSPITAL = '"place": "hospital", "cases": true'


@pytest.mark.parametrize(
    ("before", "after", "file", "code", "sentence"),
    [
        ("days_before = 4", "days_before = -2", "", MEASLES, "windows.infectious[1].days_before is -2"),
        ("days = 21", "days = 14", "", MEASLES, "windows.follow_up: 14 days end before the longest incubation of 21"),
        ("usual = 12", "usual = 40", "", MEASLES, "windows.incubation: least, usual and most are not in order"),
        ('ko = "홍역"\n', "", "", MEASLES, "names lacks the language ko"),
        ('vi = "Ông/bà mắc bệnh sởi."', 'vi = " "', "", MEASLES, "texts.case lacks the language vi"),
        ('"white-spots"]', '"green-spots"]', "", MEASLES, "names the symptom 'green-spots', which is not known"),
        ('entry = ["fever"', 'entry = ["plague"', "", MEASLES, "signs.asked.entry names the symptom 'plague'"),
        ('danger = ["breathless"', 'danger = ["fever"', "", MEASLES, "signs: fever stands twice"),
        ('daily_danger = ["breathless"', 'daily_danger = ["fever"', "", MEASLES, "daily_danger: fever is no danger"),
        ('daily = ["rash"', 'daily = ["breathless"', "", MEASLES, "daily: breathless is a danger sign"),
        ('fever_c = "38.0"', 'fever_c = "100"', "", MEASLES, "signs.fever_c is a temperature"),
        ("oxygen_least = 94\n", "", "", MEASLES, "signs.oxygen_least is missing"),
        ('code = "ear-pain"', 'code = "fever"', "", MEASLES, "signs.own[4].code is a new name"),
        ('spread = "airborne"', 'spread = "telepathy"', "", MEASLES, "spread is one of droplet, airborne"),
        ("version = 1", "version = 0", "", MEASLES, "version is 0, where a whole number from 1"),
        ("[places]", "[shops]", "", MEASLES, "places is missing"),
        ('icd10 = "B05"', "icd10 = 5", "", MEASLES, "codes.icd10 is no text"),
        ('snomed_display = "Measles"\n', "", "", MEASLES, "codes.snomed and codes.snomed_display go together"),
        ("48508-6 =", "48508 =", "", MEASLES, "codes.lab_tests: '48508' is no LOINC code"),
        (
            '21503-8 = "Measles virus IgM Ab [Presence] in Serum"',
            "21503-8 = 1",
            "",
            MEASLES,
            "has a text by each LOINC",
        ),
        ("[places]", "[shops]", "", MEASLES, "shops is no field of a package"),
        ('version = "measles-1"\n', "", "", MEASLES, "policy.version is missing"),
        ('report_types = ["clinical"]', 'report_types = ["confirmed"]', "", X, "report_types names confirmed, which"),
        (
            '"test_days": []',
            '"test_days": [1]',
            reading.PROTOCOLS,
            X,
            "disease-x-site asks for a test, and the package",
        ),
        (HOSPITAL, HOSPITAL.replace("true", "false"), reading.PROTOCOLS, X, "no rule without an end for a case in"),
        ("[", "", reading.PROTOCOLS, MEASLES, "protocols.json is not JSON"),
        ('"entries"', '"things"', reading.GUIDANCE, MEASLES, "guidance.json is no object with a list of entries"),
        ("transmission_rate = 7.99\n", "", "", MEASLES, "simulator.transmission_rate is missing"),
        ("[0.20, 0.10,", "[2.0, 0.10,", "", MEASLES, "simulator.severe has 9 shares"),
        ("{mean = 11.7", "{mean = -2", "", MEASLES, "simulator.generation has a mean and an sd in days, above 0"),
        ("[names]", "[names", "", MEASLES, "disease.toml is not TOML"),
    ],
)
def test_what_a_package_lacks_is_said_in_one_sentence(
    before: str, after: str, file: str, code: str, sentence: str
) -> None:
    found = reading.problems(changed(before, after, file or reading.MAIN, code))
    assert any(sentence in each for each in found), found
    assert all("\n" not in each and "None" not in each for each in found)


def paths(table: dict[str, Any], above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for name, value in table.items():
        yield (*above, name)
        tables = value if isinstance(value, list) else [value]
        if isinstance(tables[0], dict):
            yield from paths(tables[0], (*above, name, 0) if isinstance(value, list) else (*above, name))


def without(table: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    left = copy.deepcopy(table)
    part: Any = left
    for step in path[:-1]:
        part = part[step]
    del part[path[-1]]
    return left


@pytest.mark.parametrize("code", [MEASLES, X])
def test_what_is_missing_is_said_once(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away each part and field alone; a symptom of its own is named wherever it is used."""
    files = files_of(folder(code))
    main = tomllib.loads(files[reading.MAIN].decode())
    said = 0
    for path in paths(main):
        left = without(main, path)
        monkeypatch.setattr(packages_of.tomllib, "loads", lambda _text, left=left: left)
        found = reading.problems(files)
        said += len(found)
        assert len(found) <= 1 or path == ("signs", "own"), (path, found)
    assert said > 60


def test_a_folder_that_is_no_package_is_refused(tmp_path: Path) -> None:
    assert "the file protocols.json is missing" in reading.problems({})
    assert any("notes.docx" in each for each in reading.problems({**files_of(folder("measles")), "notes.docx": b""}))
    for number in range(30):
        tmp_path.joinpath(f"{number}.txt").touch()
    with pytest.raises(PackageError, match="30 files"):
        files_of(tmp_path)


def key() -> tuple[ExportSigner, TrustedKey]:
    private = SigningKey(ec.generate_private_key(ec.SECP256R1()))
    return ExportSigner(private, "452", "v1"), TrustedKey(private.public_key(), "452", "v1")


def test_a_package_is_taken_as_one_of_todays_keys_signed_it() -> None:
    (signer, trusted), (_, other) = key(), key()
    files = files_of(folder("measles"))
    signature = packages.sign(files, KIND, "measles", 1, NOW, [signer])
    packages.verify(files, KIND, signature, [other, trusted])
    for wrong, of, keys, sentence in (
        (files, signature, [other], "no trusted key confirms it"),
        (files, None, [trusted], "the package is not signed"),
        (changed("days = 21", "days = 22"), signature, [trusted], "disease.toml is not as it was signed"),
        ({**files, "more.json": b"{}"}, signature, [trusted], "more.json is not as it was signed"),
        (files, b"{}", [trusted], "disease package: a text"),
    ):
        with pytest.raises(PackageError, match=sentence):
            packages.verify(wrong, KIND, of, keys)
    with pytest.raises(PackageError, match="country package"):
        packages.verify(files, "country package", signature, [trusted])


def test_a_package_is_copied_checked_and_shown_by_commands(tmp_path: Path) -> None:
    run, new = CliRunner(), tmp_path / "fever-q"
    assert run.invoke(disease_group, ["copy", "measles", str(new)]).exit_code == 0
    whole = run.invoke(disease_group, ["check", str(new)])
    assert whole.exit_code == 0
    assert whole.output.splitlines() == [
        f"{new} can be used (not signed)",
        "phones judge by the policy en-v1-buckets, version measles-1",
    ]
    text = new.joinpath(reading.MAIN).read_text()
    new.joinpath(reading.MAIN).write_text(text.replace("threshold_minutes = 10.0", "threshold_minutes = 5.0"))
    absurd = run.invoke(disease_group, ["check", str(new)])
    assert (absurd.exit_code, "is absurd: of a crowd at all distances" in absurd.output) == (1, True)
    new.joinpath(reading.MAIN).write_text(text.replace('name = "en-v1-buckets"', 'name = "no-such"'))
    broken = run.invoke(disease_group, ["check", str(new)])
    assert (broken.exit_code, "no-such" in broken.output) == (1, True)
    assert "21 days" in run.invoke(disease_group, ["show", "measles"]).output
    assert "policy bluezone, version 3 (invented" in run.invoke(disease_group, ["show", "disease-x"]).output
    assert all(code in run.invoke(disease_group, ["list"]).output for code in CODES)
    shutil.rmtree(new)
    with pytest.raises(DiseaseError, match="neither a folder nor a disease"):
        chosen(str(new))
