"""A phone and a real authority over HTTP: news of an officer, being counted, a number, a code's result."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest

from bluezone.phone.app.config import pinned_keys
from bluezone.phone.app.engine import PhoneSettings
from bluezone.phone.app.loop import Runner
from bluezone.phone.stores.encryption import Cipher
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.verification import CertifiedReport

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).resolve().parents[2] / "src"
#: 25 November 2026, 10:00 in Vietnam
NOW_S = 1_795_575_600.0
PASSWORD = "a long password 1"


@dataclass
class Server:
    """An authority of its own in a folder, in a rehearsal."""

    var: Path
    url: str = ""

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEZONE_")}
        return kept | {
            "PYTHONPATH": str(SOURCE),
            "BLUEZONE_VAR": str(self.var),
            "BLUEZONE_REHEARSAL_CLOCK": str(self.var / "clock"),
            "BLUEZONE_SMS": "file",
        }

    def run(self, *arguments: str, stdin: str = "") -> str:
        command = [sys.executable, "-m", "bluezone", "authority", *arguments]
        done = subprocess.run(
            command, env=self.environment(), input=stdin, capture_output=True, text=True, check=False, timeout=180
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.var / "db.sqlite3")) as db, db:
            found = db.execute(sql).fetchall()
        db.close()
        return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("authority"))
    (made.var / "clock").write_text(str(NOW_S))
    made.run("migrate")
    made.run(
        "create-officer", "hoa", "--role", "province", "--unit", "34:92", "--password-stdin", stdin=f"{PASSWORD}\n"
    )
    command = [sys.executable, "-m", "bluezone", "authority", "serve", "--port", "0", "--json"]
    process = subprocess.Popen(
        command, env=made.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    made.url = json.loads(process.stdout.readline())["url"]
    yield made
    process.terminate()
    process.wait(20)
    process.stdout.close()


@pytest.fixture(scope="module")
def pinned(server: Server) -> tuple[TrustedKey, ...]:
    keys = json.loads(server.run("public-keys", "--json"))
    return tuple(key.trusted() for key in pinned_keys(keys["export"], "public-keys"))


@pytest.fixture
def runner(server: Server, pinned: tuple[TrustedKey, ...], tmp_path: Path) -> Iterator[Runner]:
    rng = np.random.default_rng(3)
    settings = PhoneSettings(tmp_path / "phone", server.url, pinned, cipher=Cipher(bytes(32), rng.bytes))
    with httpx.Client(timeout=60) as client:
        phone = Runner(settings, None, client, lambda: NOW_S, rng.bytes, rng)
        with phone.closing():
            phone.choose(agreed_at_s=NOW_S - 60)
            yield phone


@contextmanager
def officer(server: Server) -> Iterator[httpx.Client]:
    """A browser of the officer, logged in."""
    with httpx.Client(base_url=server.url, follow_redirects=True, timeout=60) as client:
        client.get("/officer/login")
        form = {"username": "hoa", "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
        assert client.post("/officer/login", data=form).url.path != "/officer/login"
        yield client


def test_what_an_officer_writes_is_read_on_the_phones_of_the_place(server: Server, runner: Runner) -> None:
    with officer(server) as client:
        page = client.get("/officer/news/new").text
        found = re.search(r'name="form_id" value="([^"]+)"', page)
        assert found is not None
        form = {
            "csrfmiddlewaretoken": client.cookies["csrftoken"],
            "form_id": found[1],
            "kind": "advice",
            "unit": "phường Long Mỹ",
            "title_vi": "Điểm xét nghiệm",
            "text_vi": "Tại trạm y tế.",
            "days": "7",
        }
        assert client.post("/officer/news/new", data=form).status_code == 200
    runner.check()
    assert runner.facts().news == ()
    runner.choose_place(commune="34:31471")
    runner.check()
    assert [one.item.title["vi"] for one in runner.facts().news] == ["Điểm xét nghiệm"]
    assert runner.facts().news_fault == ""
    runner.choose_place(commune="34:31321")
    runner.check()
    assert runner.facts().news == ()


def test_a_phone_is_counted_once_where_its_owner_said_yes(server: Server, runner: Runner) -> None:
    count = "SELECT commune FROM campaign_installation"
    runner.check()
    assert server.rows(count) == []
    runner.choose_place(counted=True, commune="34:31471")
    runner.check()
    runner.check()
    assert server.rows(count) == [("34:31471",)]
    runner.stores.installation.renew(runner._entropy)
    runner.check()
    assert server.rows(count) == [("34:31471",)]


def test_a_number_is_left_and_taken_back(server: Server, runner: Runner) -> None:
    runner.choose_place(commune="34:31471")
    runner.number_client().ask("+84912345678", "vi", "34:31471")
    message = json.loads((server.var / "messages.jsonl").read_text().splitlines()[-1])
    assert message["to"] == "+84912345678"
    code = re.search(r"\d{6}", message["text"])
    assert code is not None
    runner.number_client().confirm(code[0])
    assert server.rows("SELECT place FROM messages_phonenumber") == [("/34:92/34:31471/",)]
    runner.number_client().forget()
    assert server.rows("SELECT place FROM messages_phonenumber") == []
    assert runner.stores.number.read() is None


def test_a_code_shows_its_result_before_anything_is_shared(server: Server, runner: Runner) -> None:
    case = json.loads(server.run("case", "create", "--test-date", "2026-11-24", "--report-type", "confirmed", "--json"))
    found = runner.phone.publisher(runner.client).verify(case["code"])
    assert (found.report, str(found.test_date)) == (CertifiedReport.CONFIRMED, "2026-11-24")
    assert runner.facts().result == found
    assert server.rows("SELECT count(*) FROM keys_publishedkey") == [(0,)]
    runner.stores.publications.abandon()
    assert runner.facts().result is None
