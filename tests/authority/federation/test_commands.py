"""`bluezone authority federation`: a source from its first key to its end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.cli.authority.keys import federation_command
from bluezone.errors import BluezoneError


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return public_key(tmp_path / "key.pem")


def public_key(path: Path) -> Path:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    path.write_bytes(public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(federation_command, arguments)


def listed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("list", "--json").output)["sources"]
    return found


def test_a_source_is_added_paused_resumed_trusted_and_removed(db, set_clock, pem, tmp_path):
    assert "no other authority is read" in run("list").output
    where = ("--index-url", "https://neighbour.example/index.txt", "--public-key", str(pem), "--region", "840")
    assert run("add", *where).exit_code == 0
    [source] = listed()
    number = str(source["number"])
    assert len(source["public_keys"]) == 1
    assert [run(name, number).exit_code for name in ("pause", "resume")] == [0, 0]
    assert run("trust", number, "--public-key", str(public_key(tmp_path / "next.pem"))).exit_code == 0
    [source] = listed()
    assert len(source["public_keys"]) == 2
    assert run("distrust", number, str(source["public_keys"][0]["number"])).exit_code == 0
    assert len(listed()[0]["public_keys"]) == 1
    assert run("remove", number).exit_code == 0
    assert listed() == []


@pytest.mark.parametrize("name", ["pause", "resume", "remove"])
def test_a_number_of_no_source_is_refused_in_one_sentence(db, set_clock, name):
    refused = run(name, "7").exception
    assert isinstance(refused, BluezoneError)
    assert "\n" not in str(refused)


def test_to_read_without_a_source_reads_nothing(db, set_clock):
    assert run("read").exit_code == 0
