"""The clients of the reference servers against this server: requests and answers that were recorded with them, played
again; and the programs themselves, unchanged, where they are."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bluezone.authority.officers.models import ApiKey
from bluezone.protocol.crypto.keys import verifying_key
from bluezone.protocol.exports import TrustedKey, index_from_text, verify_export
from bluezone.protocol.text import base64_text

RECORDED = json.loads((Path(__file__).parent / "data" / "reference_clients.json").read_text("utf-8"))
#: fields of answers whose values are drawn by chance
SECRETS = {"uuid", "code", "token", "certificate", "revisionToken"}


# --- what was recorded ------------------------------------------------------------------------------------------------


def fields(answer: Any) -> Iterator[tuple[str, Any]]:
    """Yield every field of an answer by its path, and what it holds."""
    for name, value in answer.items():
        yield name, value
        for at, each in enumerate(value if isinstance(value, list) else []):
            yield from ((f"{name}[{at}].{path}", inner) for path, inner in fields(each))


def assert_alike(path: str, recorded: Any, now: Any) -> None:
    """Hold a field of an answer to the recorded one."""
    name = path.rpartition(".")[2]
    assert type(now) is type(recorded), path
    if name in SECRETS:
        assert len(now) == len(recorded), path
    elif name != "error" and not isinstance(recorded, list):  # a sentence may be put in other words
        assert now == recorded, path


@pytest.mark.parametrize("run", RECORDED)
def test_what_the_clients_of_the_reference_asked_is_answered_as_it_was(phone, machine, messages, environment, run):
    environment(sms_countries=("84", "1"))
    phone.clock.now = dt.datetime.fromtimestamp(RECORDED[run]["at"], dt.UTC)
    roles = {"admin": ApiKey.Role.ADMIN, "device": ApiKey.Role.DEVICE}
    keys = {name: machine("/", role).secret for name, role in roles.items()}
    drawn: dict[str, str] = {}
    for each in RECORDED[run]["asked"]:
        body = each["body"]
        for recorded, now in drawn.items():
            body = body.replace(recorded, now)
        headers = each["headers"] | ({"X-API-Key": keys[each["key"]]} if each["key"] else {})
        answer = phone.client.post(each["path"], body.encode(), content_type="application/json", headers=headers)
        where = f"{run} {each['path']}"
        assert answer.status_code == each["status"], (where, answer.content[:300])
        assert answer.headers["Content-Type"] == "application/json"
        assert len(answer.content) == each["answer_bytes"], where
        given = json.loads(answer.content)
        assert given.pop("padding"), where
        recorded, now = dict(fields(each["answer"])), dict(fields(given))
        assert now.keys() == recorded.keys(), where
        for path, value in recorded.items():
            assert_alike(path, value, now[path])
            if path in SECRETS:
                drawn[value] = now[path]


# --- the programs -----------------------------------------------------------------------------------------------------

_MAKE_KEYS = """
import django; django.setup()
from bluezone.authority.officers import api_keys
from bluezone.authority.officers.models import ApiKey
from bluezone.authority.site import clock
for role in (ApiKey.Role.ADMIN, ApiKey.Role.DEVICE):
    print(api_keys.make(role, "/", role.value, None, clock.now())[0])
"""


def tool(name: str) -> Path:
    """Return the path of a program of the reference, or skip the test with the reason."""
    folder = os.environ.get("BLUEZONE_REFERENCE_TOOLS", "")
    if not folder:
        pytest.skip("BLUEZONE_REFERENCE_TOOLS is not set: the folder of the reference's programs")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"the reference's {name} is not in {folder} (BLUEZONE_REFERENCE_TOOLS)")
    return path


@pytest.fixture
def reference(prepared: Any) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the reference's end-to-end client against a server that takes user reports: `reference("plain")`. It is
    `RunEndToEnd` of the verification server with the addresses and keys that these options give."""
    client = tool("en-client")
    prepared.settings |= {
        "BLUEZONE_SMS": "file",
        "BLUEZONE_SMS_COUNTRIES": "84,1",  # the run's telephone number is one of +1
        "BLUEZONE_USER_REPORTS": "on",
    }
    prepared.set_clock(time.time())  # noqa: TID251 (the clients have the real clock)
    prepared.start()
    admin, device = prepared.python(_MAKE_KEYS).split()

    def run(kind: str) -> subprocess.CompletedProcess[str]:
        command = [client, "-base", prepared.url, "-apikey", device, "-admin-apikey", admin, "-e2e", kind]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    return run


@pytest.mark.thorough
@pytest.mark.parametrize("run", ["plain", "revise", "user-report"])
def test_the_end_to_end_run_of_the_reference_passes(reference, run):
    done = reference(run)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.thorough
def test_the_reader_of_the_reference_reads_our_files(prepared, reference, tmp_path):
    reader = tool("en-export-analyzer")
    for run in ("plain", "revise"):
        done = reference(run)
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
