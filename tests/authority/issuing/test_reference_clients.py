"""The clients of the reference servers, unchanged, against this server: their whole end-to-end runs, and their reader
of export files. They lie beside the checkout where somebody has built them (README there), and nowhere in it."""

from __future__ import annotations

import gzip
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bluezone.protocol.crypto.keys import verifying_key
from bluezone.protocol.exports import TrustedKey, index_from_text, verify_export
from bluezone.protocol.text import base64_text

TOOLS = Path(__file__).parents[4] / "shared" / "tools" / "exposure-notifications"
_MAKE_KEYS = """
import django; django.setup()
from bluezone.authority.officers import api_keys
from bluezone.authority.officers.models import ApiKey
from bluezone.authority.site import clock
for role in (ApiKey.Role.ADMIN, ApiKey.Role.DEVICE):
    print(api_keys.make(role, "/", role.value, None, clock.now())[0])
"""


@pytest.fixture(scope="session")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Unpacks a program of the reference: `tool("en-client")`."""

    def unpacked(name: str) -> Path:
        packed = next((each for each in _places() if (each / f"{name}.gz").exists()), None)
        if packed is None:
            pytest.skip(f"the reference's {name} lies in no {TOOLS} on this machine")
        path = tmp_path_factory.mktemp("reference") / name
        path.write_bytes(gzip.decompress((packed / f"{name}.gz").read_bytes()))
        path.chmod(0o700)
        return path

    return unpacked


def _places() -> list[Path]:
    """Beside this checkout, or beside the one that a worktree belongs to."""
    common = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    beside = Path(common).parent.parent / "shared" / "tools" / "exposure-notifications"
    return [TOOLS, beside] if common else [TOOLS]


@pytest.fixture
def reference(prepared: Any) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program of the reference against a server that takes user reports: `reference(path, "-e2e", "plain")`."""
    prepared.settings |= {
        "BLUEZONE_SMS": "file",
        "BLUEZONE_SMS_COUNTRIES": "84,1",  # the run's telephone number is one of +1
        "BLUEZONE_USER_REPORTS": "on",
    }
    prepared.set_clock(time.time())  # noqa: TID251 (the clients have the real clock)
    prepared.start()
    admin, device = prepared.python(_MAKE_KEYS).split()

    def run(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(program), "-base", prepared.url, "-apikey", device, "-admin-apikey", admin, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    return run


@pytest.mark.parametrize("run", ["plain", "revise", "user-report"])
def test_the_end_to_end_run_of_the_reference_passes(prepared, reference, tool, run):
    done = reference(tool("en-client"), "-e2e", run)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_reader_of_the_reference_reads_our_files(prepared, reference, tool, tmp_path):
    client, reader = tool("en-client"), tool("en-export-analyzer")
    for run in ("plain", "revise"):
        done = reference(client, "-e2e", run)
        assert done.returncode == 0, done.stdout + done.stderr
    later_s = 86_400 + 4 * 3_600  # today's keys, too
    prepared.set_clock(time.time() + later_s)  # noqa: TID251
    accepted = prepared.run("accept-clock", "--officer", "lan")  # from the tests' noon of 2020
    assert accepted.returncode == 0, accepted.stderr
    prepared.json("publish")
    trusted = [
        TrustedKey(verifying_key(key["public_key_pem"].encode()), key["key_id"], key["key_version"])
        for key in prepared.json("public-keys")["export"]
    ]
    with prepared.client() as http:
        names = index_from_text(http.get("/exports/452/index.txt").text, "452/")
        assert names
        for place, name in enumerate(names):
            data = http.get(f"/exports/{name}").content
            path = tmp_path / f"{place}.zip"
            path.write_bytes(data)
            read = subprocess.run([reader, "--file", path], capture_output=True, text=True, check=False)
            assert read.returncode == 0, read.stdout + read.stderr
            theirs, _ = json.JSONDecoder().raw_decode(read.stdout.partition("\nexport: ")[2])
            ours = verify_export(data, trusted)
            for kind, keys in (("keys", ours.keys), ("revised_keys", ours.revised)):
                assert [each["key_data"] for each in theirs.get(kind) or []] == [base64_text(key.key) for key in keys]
