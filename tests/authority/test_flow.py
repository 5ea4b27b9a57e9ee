"""The authority as it runs: real processes, real HTTP, several workers; on SQLite and, if it is there, PostgreSQL."""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from bluezone.protocol.crypto.keys import verifying_key
from bluezone.protocol.exports import TrustedKey, index_from_text, verify_export
from bluezone.protocol.installations import Activity, Registration
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import (
    CertificateRequest,
    CertificateResponse,
    PublishRequest,
    PublishResponse,
    VerifyRequest,
    VerifyResponse,
)
from bluezone.protocol.one_time_codes import draw_short
from bluezone.protocol.verification import tek_mac

NOON = 1_597_752_000
TODAY = NOON // 86_400 * 144
#: for what does not depend on the database
ON_SQLITE = pytest.mark.parametrize("prepared", ["sqlite"], indirect=True)


@dataclass
class Uploader:
    """A phone with keys to publish, that may try more than once."""

    client: httpx.Client
    keys: tuple[TemporaryExposureKey, ...] = field(
        default_factory=lambda: tuple(
            TemporaryExposureKey(secrets.token_bytes(16), TODAY - 144 * back) for back in range(1, 15)
        )
    )
    hmac_key: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    certificate: str = ""

    def certify(self, code: str) -> None:
        token = VerifyResponse.from_json(self.post("/api/verify", VerifyRequest(code).to_json())).token
        asked = CertificateRequest(token, tek_mac(self.keys, self.hmac_key))
        self.certificate = CertificateResponse.from_json(self.post("/api/certificate", asked.to_json())).certificate

    def publish(self) -> PublishResponse:
        request = PublishRequest(self.keys, "vn.bluezone", self.certificate, self.hmac_key)
        return PublishResponse.from_json(self.post("/v1/publish", request.to_json("x" * 1_024)))

    def post(self, path: str, body: bytes) -> bytes:
        return self.client.post(path, content=body).content


def exported_keys(installation: Any, client: httpx.Client) -> list[bytes]:
    """All keys of all files the index names, each file checked against the public keys the command prints."""
    trusted = [
        TrustedKey(verifying_key(key["public_key_pem"].encode()), key["key_id"], key["key_version"])
        for key in installation.json("public-keys")["export"]
    ]
    names = index_from_text(client.get("/exports/452/index.txt").text, "452/")
    return [key.key for name in names for key in verify_export(client.get(f"/exports/{name}").content, trusted).keys]


def test_a_server_without_migrations_says_what_to_do(tmp_path, installation_at):
    refused = installation_at(tmp_path).run("serve", "--port", "0")
    assert refused.returncode == 2
    assert refused.stdout == ""
    (line,) = [line for line in refused.stderr.splitlines() if not line.startswith("REHEARSAL")]
    assert "run `bluezone authority install`" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ("publish",),
        ("purge", "--json"),
        ("public-keys",),
        ("officer-token", "lan"),
        ("case", "create", "--report-type", "self", "--test-date", "2020-08-18"),
    ],
)
def test_a_command_on_a_database_without_tables_says_what_to_do(tmp_path, installation_at, arguments):
    done = installation_at(tmp_path).run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "run `bluezone authority install`" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["postgres://nobody@127.0.0.1:1/nothing", "sqlite:////nowhere/at/all.sqlite3"])
def test_a_database_that_is_not_there_is_one_line(tmp_path, installation_at, url):
    done = installation_at(tmp_path, url).run("install")
    assert done.returncode == 2
    assert "the database cannot be used" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_what_is_secret_is_for_its_owner_alone(on_sqlite):
    keys = list((on_sqlite.var / "secrets").iterdir())
    pems = {"export-v1.pem", "certificate-v1.pem", "pass-v1.pem"}
    assert {path.name for path in keys} == pems | {"secret_key", "persons_key"}
    secret = [on_sqlite.var / "db.sqlite3", *keys]
    assert (on_sqlite.var / "secrets").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in secret} == {0o600}


def test_from_a_case_to_a_file_and_away_again(running):
    with running.client() as client:
        uploader = Uploader(client)
        uploader.certify(running.code(client))
        assert uploader.publish().inserted_exposures == 14
        assert running.json("publish")["waiting"] == 14
        running.set_clock(NOON + 4 * 3_600)
        assert running.json("publish")["keys"] == 14
        out = exported_keys(running, client)
        assert {key.key for key in uploader.keys} <= set(out)
        assert len(out) >= 500
        running.set_clock(NOON + 15 * 86_400)
        assert running.json("purge")["keys"] == 14
        assert client.get("/exports/452/index.txt").text == ""
        assert client.get("/healthz").headers["X-Bluezone-Rehearsal"] == str(NOON + 15 * 86_400)
    assert running.stop() == 0


@ON_SQLITE
def test_a_server_stopped_as_soon_as_it_answers_ends_at_once(running):
    """Its second worker may still be starting then, and must not miss that it is to end."""
    for _ in range(2):
        assert running.stop(signal.SIGTERM) == 0
        running.start()


@ON_SQLITE
def test_before_the_first_batch_phones_find_an_empty_index(running):
    with running.client() as client:
        answer = client.get("/exports/452/index.txt")
    assert (answer.status_code, answer.text) == (200, "")


def test_a_code_asked_for_by_many_at_once_is_given_once(running):
    with running.client() as client, ThreadPoolExecutor(12) as pool:
        body = VerifyRequest(running.code(client)).to_json()
        answers = list(pool.map(lambda _: client.post("/api/verify", content=body), range(24)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 23


def test_a_phone_that_asks_many_times_at_once_gets_one_token(running):
    with running.client() as client, ThreadPoolExecutor(12) as pool:
        body = VerifyRequest(running.code(client), nonce=bytes(256)).to_json()
        answers = list(pool.map(lambda _: client.post("/api/verify", content=body), range(24)))
    assert len({VerifyResponse.from_json(answer.content).token for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {200}


def test_wrong_codes_sent_at_once_are_all_counted(prepared):
    """Several workers, one count: a guesser gains nothing by haste, and stops nobody's code."""
    prepared.settings["BLUEZONE_WRONG_CODES_A_DAY"] = "20"
    prepared.start()
    with prepared.client() as client, ThreadPoolExecutor(12) as pool:
        code = prepared.code(client)
        guesses = [VerifyRequest(draw_short(12, secrets.randbelow)).to_json() for _ in range(27)]
        answers = list(pool.map(lambda body: client.post("/api/verify", content=body), guesses))
        # an address has five at the least
        assert sorted(answer.status_code for answer in answers) == [400] * 5 + [429] * 22
        assert client.post("/api/verify", content=VerifyRequest(code).to_json()).status_code == 429


def test_the_rate_limit_holds_over_all_workers(prepared):
    prepared.settings["BLUEZONE_RATE_LIMIT"] = "20"
    prepared.start()
    with prepared.client() as client, ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: client.post("/v1/publish", content=b"{}"), range(40)))
    assert sorted(answer.status_code for answer in answers) == [400] * 20 + [429] * 20


def test_a_server_killed_in_the_middle_of_uploads_loses_and_doubles_nothing(running):
    with running.client() as client:
        uploaders = [Uploader(client) for _ in range(6)]
        for uploader in uploaders:
            uploader.certify(running.code(client))
        with ThreadPoolExecutor(6) as pool:
            under_way = [pool.submit(uploader.publish) for uploader in uploaders]
            running.stop(signal.SIGKILL)
            for upload in under_way:
                with contextlib.suppress(httpx.TransportError):
                    upload.result()
    running.start()
    with running.client() as client:
        for uploader in uploaders:
            uploader.client = client
            answer = uploader.publish()
            assert (answer.inserted_exposures, answer.code) == (14, "")
        running.set_clock(NOON + 4 * 3_600)
        assert running.json("publish")["keys"] == 6 * 14
        assert {key.key for uploader in uploaders for key in uploader.keys} <= set(exported_keys(running, client))


def test_two_publishers_at_once_export_once(running):
    with running.client() as client:
        uploader = Uploader(client)
        uploader.certify(running.code(client))
        uploader.publish()
        running.set_clock(NOON + 4 * 3_600)
        with ThreadPoolExecutor(3) as pool:
            runs = list(pool.map(lambda _: running.run("publish", "--json"), range(3)))
        assert {run.returncode for run in runs} <= {0, 2}
        assert sum(json.loads(run.stdout)["keys"] for run in runs if run.returncode == 0) == 14
        out = exported_keys(running, client)
        assert len(out) == len(set(out))


def test_the_worker_publishes_and_stops_when_asked(running):
    with running.client() as client:
        uploader = Uploader(client)
        uploader.certify(running.code(client))
        uploader.publish()
        running.set_clock(NOON + 4 * 3_600)
        command = [sys.executable, "-m", "bluezone", "authority", "worker"]
        with subprocess.Popen(command, env=running.environment(), stderr=subprocess.PIPE, text=True) as worker:
            assert worker.stderr is not None
            waited_for = {"publish: PublishReport", "purge: {"}  # each in a process of its own: either may be first
            while waited_for:
                line = next(worker.stderr)
                waited_for = {each for each in waited_for if each not in line}
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=20) == 0
        assert {key.key for key in uploader.keys} <= set(exported_keys(running, client))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("case", "create", "--report-type", "confirmed"), "give the day of first symptoms or the day of the test"),
        (("case", "create", "--report-type", "sure", "--test-date", "2020-08-18"), "sure"),
        (("case", "create", "--report-type", "self", "--test-date", "2020-08-30"), "this day has not come yet"),
        (("officer-token", "nobody"), "there is no active officer 'nobody'"),
        (("keys", "retire", "export", "v1"), "last that signs"),
        (("create-officer", "x", "--password-stdin"), "no account was made"),
    ],
)
def test_a_wrong_command_gets_one_line_and_exit_2(on_sqlite, arguments, words):
    done = on_sqlite.run(*arguments, stdin="short\n")
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("REHEARSAL")]
    assert words in line


def test_phones_that_register_at_two_workers_at_once_are_counted_once(running):
    """Each phone registers, restores, moves and is active, five times over and all at once; thrown in: retries."""
    phones = [secrets.token_bytes(16) for _ in range(24)]
    restored = {phone: secrets.token_bytes(16) for phone in phones[:8]}
    requests = [
        ("/v1/installations", Registration(phone, "android", "1.0", commune).to_json())
        for phone in phones
        for commune in ("63:31318", "63:31321")
    ]
    with running.client() as client, ThreadPoolExecutor(16) as pool:

        def send(request: tuple[str, bytes]) -> int:
            return client.post(request[0], content=request[1]).status_code

        assert set(pool.map(send, requests * 3)) == {201}
        later = [
            ("/v1/installations", Registration(new, "ios", "1.1", "63:31318", replaces=old).to_json())
            for old, new in restored.items()
        ] + [("/v1/activity", Activity(phone).to_json()) for phone in phones[8:]]
        assert set(pool.map(send, later * 5)) <= {200, 201}
        assert {send(("/v1/activity", Activity(phone).to_json())) for phone in restored} == {404}
    running.set_clock(NOON + 86_400)
    assert running.json("roll-up")["installs"] == len(phones)


def test_a_roll_up_run_by_two_at_once_counts_a_day_once(running):
    with running.client() as client:
        for _ in range(3):
            body = Registration(secrets.token_bytes(16), "android", "1.0", "63:31318").to_json()
            assert client.post("/v1/installations", content=body).status_code == 201
    running.set_clock(NOON + 86_400)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: running.run("roll-up", "--json"), range(2)))
    wrote = [json.loads(each.stdout) for each in done if each.returncode == 0]
    assert sum(each["units"] > 0 for each in wrote) == 1
    assert {each["installs"] for each in wrote} == {3}
    assert all("roll-up" in each.stderr for each in done if each.returncode)


def test_a_leap_of_the_clock_deletes_nothing_and_publishing_goes_on(on_sqlite, tmp_path):
    """As it was found: publish and purge at +400 days, then the clock is put right."""
    var = shutil.copytree(on_sqlite.var, tmp_path / "var")
    installation = type(on_sqlite)(var)
    installation.set_clock(NOON + 400 * 86_400)
    for job in ("publish", "purge"):
        refused = installation.run(job)
        assert refused.returncode == 2
        assert "the clock is 400 days ahead" in refused.stderr
    installation.set_clock(NOON + 4 * 3_600)
    assert installation.json("publish")["batches"] == 1


def test_many_codes_at_once_never_pass_the_quota(running):
    assert running.run("code-quota", "1").returncode == 0
    body = {"report_type": "confirmed", "test_date": "2020-08-18"}
    headers = {"Authorization": f"Bearer {running.token}"}
    with running.client() as client, ThreadPoolExecutor(12) as pool:
        sent = list(pool.map(lambda _: client.post("/officer/api/cases", json=body, headers=headers), range(24)))
    assert sorted(answer.status_code for answer in sent) == [201] * 10 + [429] * 14
    assert {answer.json()["code"] for answer in sent if answer.status_code == 429} == {"quota_exceeded"}
