"""Our files in public readers, and files of the reference server in ours."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from bluezone.protocol.exports import (
    ExportSigner,
    SignatureInfo,
    TrustedKey,
    build_export,
    pad_keys,
    read_export,
    verify_export,
)
from bluezone.protocol.keys import ReportType

# --- the reference server's file (data/README.md says how it was made) ------------------------------------------------


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_file_of_the_reference_server_is_trusted_by_either_of_its_keys(
    reference_export, reference_public_keys, version
) -> None:
    trusted = TrustedKey(reference_public_keys[version], "452", version)
    read = verify_export(reference_export, [trusted])
    assert (read.region, read.start_s, read.end_s) == ("452", 1_589_760_000, 1_589_846_400)
    assert (read.batch_num, read.batch_size) == (1, 1)
    assert {key.key for key in read.keys} == {
        sha256(f"key {letter}".encode()).digest()[:16] for letter in "abcdefghijklmn"
    }
    by_key = {key.key: key for key in read.keys}
    first = by_key[sha256(b"key a").digest()[:16]]
    assert (first.rolling_start_interval, first.rolling_period) == (2_649_600, 10)
    assert (first.report_type, first.days_since_onset) == (ReportType.CONFIRMED_TEST, -7)
    fourth = by_key[sha256(b"key d").digest()[:16]]
    assert (fourth.rolling_period, fourth.report_type, fourth.days_since_onset) == (144, ReportType.UNKNOWN, None)
    assert {key.report_type for key in read.revised} == {ReportType.REVOKED, ReportType.CONFIRMED_TEST}


def test_the_same_export_is_the_same_bytes_from_the_reference_server_and_from_us(reference_export, private_key) -> None:
    theirs = read_export(reference_export)
    assert theirs.signature_infos == (SignatureInfo("452", "v1"), SignatureInfo("452", "v2"))
    signers = [ExportSigner(private_key, "452", "v1"), ExportSigner(private_key, "452", "v2")]
    assert read_export(build_export(theirs.export, signers)).signed_bytes == theirs.signed_bytes


# --- a public reader from PyPI ----------------------------------------------------------------------------------------

READER = ["probeCOCOATek==9.20210911", "protobuf==3.20.3", "pandas"]  # it needs pandas without saying so


@pytest.fixture(scope="session")
def public_reader(cache_directory: Path, require_tool) -> Path:
    """The Python of an environment with probeCOCOATek, which wants a protobuf older than ours."""
    home = cache_directory / "readers" / "probecocoatek"
    python, done = home / "bin" / "python", home / ".ready"
    home.parent.mkdir(exist_ok=True)
    with (home.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # pytest-xdist runs several of us
        if not done.exists():
            uv = [sys.executable, "-m", "uv", "--system-certs"]
            by_uv = (
                [*uv, "venv", "--quiet", "--clear", "--python", sys.executable, home],
                [*uv, "pip", "install", "--quiet", "--python", python, *READER],
            )
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
            by_pip = ([sys.executable, "-m", "venv", "--clear", home], [*pip, "--no-compile", *READER])
            for steps in (by_uv, by_pip):  # uv takes a tenth of the time, and does not read pip's settings
                ended = [subprocess.run(step, capture_output=True, text=True, check=False) for step in steps]
                if not any(each.returncode for each in ended):
                    break
            else:
                reason = ended[-1].stderr.strip().splitlines()[-1:] or ["pip failed"]
                require_tool.missing(f"the public export reader cannot be fetched from PyPI: {reason[0]}")
            done.touch()
    return python


@pytest.mark.thorough
def test_a_public_reader_reads_our_file(public_reader: Path, export, signer, tmp_path: Path) -> None:
    padded = replace(export, keys=pad_keys(export.keys, 40, os.urandom))
    file = tmp_path / "452.zip"
    file.write_bytes(build_export(padded, [signer]))
    run = subprocess.run(
        [public_reader, "-m", "probeCOCOATek", "zip", file, "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
    )
    read = json.loads(run.stdout)
    assert datetime.fromisoformat(read["start_timestamp"]).timestamp() == export.start_s
    assert datetime.fromisoformat(read["end_timestamp"]).timestamp() == export.end_s
    assert (read["region"], read["batch_num"], read["batch_size"]) == ("452", 1, 1)
    assert read["signature_infos"] == {
        "verification_key_id": "452",
        "verification_key_version": "v1",
        "signature_algorithm": "1.2.840.10045.4.3.2",
    }
    assert read["keys"] == [
        {
            "key_data": key.key.hex(),
            "transmission_risk_level": key.transmission_risk,
            "rolling_start_interval_number": key.rolling_start_interval,
            "rolling_period": key.rolling_period,
            "report_type": int(key.report_type),
            "days_since_onset_of_symptoms": key.days_since_onset or 0,
        }
        for key in sorted(padded.keys, key=lambda key: key.key)
    ]
