from __future__ import annotations

import base64
import json
import subprocess
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

HEX_KEY = "172fc480e598490c34177604339b1543"
KEYS: list[dict[str, Any]] = [
    {"key": HEX_KEY, "rolling_start_interval_number": 2_649_980, "rolling_period": 1, "transmission_risk": 8},
    {
        "key": "K2MFOsSDI43hdhaehh89zQ==",
        "rollingStartNumber": 2_649_866,
        "report_type": "confirmed",
        "days_since_onset": -3,
    },
]


class Desk:
    """A folder with keys, and the command at hand."""

    def __init__(self, folder: Path, run) -> None:
        self.folder, self.run = folder, run
        self.file = folder / "452.zip"
        self.signers = [self.new_key(name) for name in ("one", "two")]

    def new_key(self, name: str) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        self.write(f"{name}.public.pem", key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        return self.write(f"{name}.pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def public(self, name: str) -> Path:
        return self.folder / f"{name}.public.pem"

    def write(self, name: str, content: bytes | str | list | dict) -> Path:
        if isinstance(content, list | dict):
            content = json.dumps(content)
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def make(self, keys: Any = KEYS, *options: object):
        source = self.write("keys.json", keys)
        arguments = ("make", source, "--signing-key", self.signers[0], "--region", "452", "--out", self.file)
        return self.run("export", *arguments, *options)

    def show(self) -> dict[str, Any]:
        ended = self.run("export", "show", self.file, "--json")
        assert (ended.code, ended.err) == (0, "")
        shown: dict[str, Any] = json.loads(ended.out)
        return shown


@pytest.fixture
def desk(tmp_path: Path, run_bluezone) -> Desk:
    return Desk(tmp_path, run_bluezone)


def refused(ended, words: str) -> None:
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert words in ended.err


def test_an_export_is_made_shown_and_verified(desk: Desk) -> None:
    made = desk.make(KEYS, "--start", "2020-05-20", "--end", "2020-05-21T07:00+07:00")
    assert (made.code, made.err) == (0, "")
    assert "2 keys, region 452, 2020-05-20T00:00:00Z to 2020-05-21T00:00:00Z; signed as 452 v1" in made.out

    info = {
        "verification_key_id": "452",
        "verification_key_version": "v1",
        "signature_algorithm": "1.2.840.10045.4.3.2",
    }
    shown = desk.show()
    (signature,) = shown.pop("signatures")
    assert shown == {
        "region": "452",
        "start_timestamp": 1_589_932_800,
        "end_timestamp": 1_590_019_200,
        "batch_num": 1,
        "batch_size": 1,
        "signature_infos": [info],
        "keys": [
            {
                "key": HEX_KEY,
                "rolling_start_interval_number": 2_649_980,
                "rolling_period": 1,
                "transmission_risk": 8,
                "report_type": "unknown",
                "days_since_onset": None,
            },
            {
                "key": base64.b64decode("K2MFOsSDI43hdhaehh89zQ==").hex(),
                "rolling_start_interval_number": 2_649_866,
                "rolling_period": 144,
                "transmission_risk": 0,
                "report_type": "confirmed_test",
                "days_since_onset": -3,
            },
        ],
        "revised_keys": [],
    }
    assert {name: signature[name] for name in info} == info
    assert bytes.fromhex(signature["signature"])

    good = desk.run("export", "verify", desk.file, "--public-key", desk.public("one"))
    assert good.code == 0
    assert "the signature is good" in good.out
    as_json = desk.run("export", "verify", desk.file, "--public-key", desk.public("one"), "--json")
    assert json.loads(as_json.out)["verified"] is True


def test_openssl_agrees_that_the_signature_is_good(desk: Desk, require_tool) -> None:
    openssl = require_tool.program("openssl", package="openssl")
    desk.make()
    with zipfile.ZipFile(desk.file) as archive:
        content = archive.read("export.bin")
    signature = desk.write("raw", bytes.fromhex(desk.show()["signatures"][0]["signature"]))
    command = [openssl, "dgst", "-sha256", "-verify", desk.public("one"), "-signature", signature]
    assert subprocess.run(command, input=content, capture_output=True, check=False).stdout == b"Verified OK\n"


def test_what_show_prints_make_takes(desk: Desk) -> None:
    desk.make({"keys": KEYS, "revised_keys": [KEYS[1] | {"report_type": "revoked"}]}, "--end", "2020-05-21")
    shown = desk.show()
    desk.make(shown, "--end", "2020-05-21")
    again = desk.show()
    for each in (shown, again):
        del each["signatures"]
    assert again == shown
    assert shown["revised_keys"][0]["report_type"] == "revoked"
    assert len(shown["keys"]) == 2


def test_a_file_of_the_publish_api_is_taken_as_it_is(desk: Desk) -> None:
    row = {"key": "Fy/EgOWYSQw0F3YEM5sVQw", "rollingStartNumber": 2_649_980, "rollingPeriod": 1, "transmissionRisk": 8}
    desk.make({"temporaryExposureKeys": [row]})
    assert [key["key"] for key in desk.show()["keys"]] == [HEX_KEY]


def test_small_exports_are_padded(desk: Desk) -> None:
    desk.make(KEYS, "--pad-to", 30)
    keys = desk.show()["keys"]
    assert len({key["key"] for key in keys}) == 30
    assert [key["report_type"] for key in keys].count("confirmed_test") == 15


def test_two_keys_sign_during_a_rotation(desk: Desk) -> None:
    desk.make(KEYS, "--signing-key", desk.signers[1], "--key-id", "VN", "--key-version", "v7", "--key-version", "v8")
    versions = [entry["verification_key_version"] for entry in desk.show()["signatures"]]
    assert versions == ["v7", "v8"]
    for name, version in (("one", "v7"), ("two", "v8")):
        options = ("--public-key", desk.public(name), "--key-id", "VN", "--key-version", version)
        assert desk.run("export", "verify", desk.file, *options).code == 0
    options = ("--public-key", desk.public("one"), "--key-version", "v8")
    refused(desk.run("export", "verify", desk.file, *options), "signature is wrong")
    refused(desk.make(KEYS, "--key-version", "v1", "--key-version", "v2"), "give one for each")


def test_without_times_the_export_covers_the_last_day(desk: Desk) -> None:
    desk.make()
    shown = desk.show()
    assert abs(shown["end_timestamp"] - time.time()) < 60  # noqa: TID251 (what the command itself reads)
    assert shown["end_timestamp"] - shown["start_timestamp"] == 86_400


def test_a_person_can_read_what_an_export_holds(desk: Desk) -> None:
    desk.make(KEYS, "--end", "2020-05-21")
    text = desk.run("export", "show", desk.file).out
    assert "region    452" in text
    assert "signed by 452 v1 (not verified here)" in text
    assert f"{HEX_KEY}  2020-05-20T15:20:00Z    1 intervals  risk 8  unknown" in text
    assert "confirmed_test, day -3 of symptoms" in text


def test_a_file_of_someone_else_or_an_altered_one_does_not_verify(desk: Desk) -> None:
    desk.make()
    refused(desk.run("export", "verify", desk.file, "--public-key", desk.public("two")), "signature is wrong")
    both = ("--public-key", desk.public("two"), "--public-key", desk.public("one"))
    assert desk.run("export", "verify", desk.file, *both).code == 0
    options = ("--public-key", desk.public("one"), "--key-id", "310")
    refused(desk.run("export", "verify", desk.file, *options), "none of which is trusted")
    whole = desk.file.read_bytes()
    desk.file.write_bytes(whole[:-40])
    refused(desk.run("export", "verify", desk.file, "--public-key", desk.public("one")), "cut off")
    refused(desk.run("export", "show", desk.file), "cut off")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("no json", "not JSON"),
        ("", "not JSON"),
        ("7", 'a list "keys"'),
        ({}, 'a list "keys"'),
        ({"keys": {}}, "keys are not a list"),
        ({"keys": "x"}, "keys are not a list"),
        ([7], "key 1: not an object"),
        ([KEYS[0], {}], "key 2: key is missing"),
        ([KEYS[0] | {"key": "AAAA"}], "key 1: temporary exposure key: 3 bytes"),
        ([KEYS[0] | {"key": "!"}], "key 1: key is not base64"),
        ([KEYS[0] | {"key": 7}], "key 1: key is missing, or is not text"),
        ([{"key": HEX_KEY}], "key 1: rolling_start_interval_number is missing"),
        ([KEYS[0] | {"rollingStartNumber": 5}], "are the same field"),
        ([KEYS[0] | {"rolling_start_interval_number": True}], "not a whole number"),
        ([KEYS[0] | {"rolling_start_interval_number": 2**31}], "31 bits"),
        ([KEYS[0] | {"rolling_period": 145}], "145"),
        ([KEYS[0] | {"transmission_risk": "high"}], "transmission_risk is not a whole number"),
        ([KEYS[0] | {"report_type": "certain"}], "'certain' is not known"),
        ([KEYS[0] | {"report_type": 6}], "6 is not known"),
        ([KEYS[0] | {"days_since_onset": 15}], "15 days"),
        ([KEYS[0], KEYS[0]], "twice"),
        ({"keys": KEYS, "revised_keys": [{}]}, "revised key 1: key is missing"),
    ],
)
def test_a_key_file_with_a_mistake_is_refused_where_it_is(desk: Desk, keys: Any, words: str) -> None:
    refused(desk.make(keys), words)
    assert not desk.file.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--start", "2020-05-22", "--end", "2020-05-21"], "start"),
        (["--start", "yesterday"], "neither Unix seconds nor"),
        (["--batch-num", 2], "batch 2 of 1"),
        (["--key-id", "4 5 2"], "key id"),
        (["--pad-to", -1], "--pad-to"),
        (["--out", "/nowhere/at/all.zip"], "No such file"),
    ],
)
def test_options_that_make_no_sense_are_refused(desk: Desk, options: list, words: str) -> None:
    refused(desk.make(KEYS, *options), words)
    assert not desk.file.exists()


def test_keys_that_cannot_sign_or_verify_are_refused(desk: Desk) -> None:
    foreign = rsa.generate_private_key(65_537, 2_048)
    other_curve = ec.generate_private_key(ec.SECP384R1())
    private = {
        "rsa.pem": (foreign.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), "P-256"),
        "p384.pem": (other_curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), "P-256"),
        "locked.pem": (
            other_curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")),
            "unencrypted private key",
        ),
        "text.pem": (b"hello", "unencrypted private key"),
    }
    for name, (content, words) in private.items():
        path = desk.write(name, content)
        refused(desk.make(KEYS, "--signing-key", path), words)
    desk.make()
    refused(desk.run("export", "verify", desk.file, "--public-key", desk.signers[0]), "not a public key")
    rsa_public = foreign.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    refused(desk.run("export", "verify", desk.file, "--public-key", desk.write("rsa.public.pem", rsa_public)), "P-256")
