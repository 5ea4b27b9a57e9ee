"""A phone and a real authority over HTTP: news of an officer, being counted, a number, a code's result."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import numpy as np
import pytest
from tests.authority import forked
from tests.phone.contacts import warning_of
from tests.phone.settings import phone_settings
from tests.phone.web.visitor import Visitor

from bluezone.phone.app.config import pinned_keys
from bluezone.phone.app.loop import Runner
from bluezone.phone.client.telephone import UserReportRefusedError, ask_for_code
from bluezone.phone.stores.encryption import Cipher
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.keys import ReportType
from bluezone.protocol.user_reports import IssueCode
from bluezone.protocol.verification import CertifiedReport

SOURCE = Path(__file__).resolve().parents[2] / "src"
#: 25 November 2026, 10:00 in Vietnam
NOW_S = 1_795_575_600.0
PASSWORD = "a long password 1"


@dataclass
class Server:
    """An authority of its own in a folder, in a rehearsal."""

    var: Path
    url: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEZONE_")}
        return kept | {
            "PYTHONPATH": str(SOURCE),
            "BLUEZONE_VAR": str(self.var),
            "BLUEZONE_REHEARSAL_CLOCK": str(self.var / "clock"),
            "BLUEZONE_SMS": "file",
            **self.settings,
        }

    def run(self, *arguments: str, stdin: str = "") -> str:
        done = forked.run(["authority", *arguments], self.environment(), stdin)
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
    made.run("install")
    made.run(
        "create-officer", "hoa", "--role", "province", "--unit", "34:92", "--password-stdin", stdin=f"{PASSWORD}\n"
    )
    with serving(made):
        yield made


@contextmanager
def serving(made: Server) -> Iterator[None]:
    server, made.url = forked.serve_authority(made.environment())
    try:
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


@pytest.fixture(scope="module")
def pinned(server: Server) -> tuple[TrustedKey, ...]:
    keys = json.loads(server.run("public-keys", "--json"))
    return tuple(key.trusted() for key in pinned_keys(keys["export"], "public-keys"))


@pytest.fixture
def runner(server: Server, pinned: tuple[TrustedKey, ...], tmp_path: Path) -> Iterator[Runner]:
    with phone_of(server, pinned, tmp_path) as opened:
        yield opened


@contextmanager
def phone_of(server: Server, pinned: tuple[TrustedKey, ...], tmp_path: Path, now_s: float = NOW_S) -> Iterator[Runner]:
    # of each folder its own: the authority is shared, and takes no key twice
    rng = np.random.default_rng(list(str(tmp_path).encode()))
    settings = phone_settings(tmp_path / "phone", server.url, pinned, cipher=Cipher(bytes(32), rng.bytes))
    with httpx.Client(timeout=60) as client:
        phone = Runner(settings, None, client, lambda: now_s, rng.bytes, rng)
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
    runner.stores.preferences.renew_installation(runner._entropy)
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


# --- a code without a health office -----------------------------------------------------------------------------------


@pytest.fixture
def reporting(server: Server) -> Iterator[Server]:
    """Return the authority with user reports turned on by the ministry, and a worker that sends the messages."""
    settings = {"BLUEZONE_USER_REPORTS": "on", "BLUEZONE_PUBLIC_URL": "https://bluezone.example"}
    made = replace(server, settings=settings)
    worker = [sys.executable, "-m", "bluezone", "authority", "worker"]
    with serving(made):
        process = subprocess.Popen(worker, env=made.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield made
        finally:
            process.terminate()
            process.wait(20)


def messages_to(server: Server, number: str, count: int) -> list[str]:
    """The text messages to a number, once there are so many."""
    path = server.var / "messages.jsonl"
    for _ in range(300):
        sent = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        texts = [message["text"] for message in sent if message["to"] == number]
        if len(texts) >= count:
            return texts
        time.sleep(0.1)
    pytest.fail(f"the worker sent {len(texts)} messages, not {count}")


def test_a_code_asked_for_on_the_phone_comes_by_message_and_its_link_shows_the_result(
    reporting: Server, pinned: tuple[TrustedKey, ...], tmp_path: Path
) -> None:
    number = "0987654321"
    with (
        phone_of(reporting, pinned, tmp_path / "first") as runner,
        phone_of(reporting, pinned, tmp_path / "second") as other,
    ):
        screens = Visitor(runner)
        assert screens.get("/self-report").headers["location"] == "/code", "not known yet"
        runner.check()
        assert "/self-report" in screens.get("/code").text
        sent = screens.send_form("/self-report", number=number, day="2026-11-24")
        assert sent.headers["location"] == "/self-report/sent"
        (text,) = messages_to(reporting, "+84987654321", 1)
        link = re.search(r"https://bluezone\.example(/v\?c=\S+)", text)
        assert link is not None
        code = link[1].partition("=")[2]

        # on another phone the code is no good: the nonce is with the one that asked
        assert "Mã này chưa được chấp nhận" in Visitor(other).send_form("/code", code=code).text

        page = screens.get(link[1])
        assert f'value="{code}"' in page.text
        assert screens.send_form("/code", code=code).headers["location"] == "/result"
        assert "Bạn đã tự báo kết quả dương tính" in screens.get("/result").text
        assert runner.stores.user_report.pending(NOW_S) == b"", "the nonce has done its work"

        # the same number again: the same answer, and no message
        again = screens.send_form("/self-report", number=number, day="2026-11-24")
        assert again.headers == sent.headers
        assert screens.send_form("/self-report", number="0911111111", day="2026-11-24").headers == sent.headers
        assert len(messages_to(reporting, "+84911111111", 1)) == 1
        assert len(messages_to(reporting, "+84987654321", 1)) == 1
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"987654321" not in kept


def test_where_user_reports_are_off_the_phone_offers_none_and_the_authority_takes_none(
    server: Server, runner: Runner
) -> None:
    runner.choose(offers_user_reports=True)
    runner.check()
    assert not runner.choices().offers_user_reports
    sender, store = runner.phone.sender(runner.client), runner.stores.user_report
    with pytest.raises(UserReportRefusedError) as refused:
        ask_for_code(sender, store, runner.clock(), "+84987654321", dt.date(2026, 11, 24), 420)
    assert refused.value.code == IssueCode.UNSUPPORTED_TEST_TYPE


# --- what to do after a warning, and codes that are refused -----------------------------------------------------------


def test_what_the_authority_asks_of_the_warned_reaches_the_screen_of_a_warning(
    server: Server, runner: Runner, pinned: tuple[TrustedKey, ...]
) -> None:
    runner.choose(language="en")
    day = int(NOW_S // 86_400 - 2) * 86_400
    alert = warning_of(day, NOW_S - 60)
    runner.stores.exposures.change_alerts([alert], [], NOW_S)
    screens = Visitor(runner)
    assert "Your health station tells you" in screens.get(f"/exposure/{day}").text
    number = json.loads(server.run("guidance", "publish", "package", "--json"))["entries"][0]["number"]
    runner.check()
    page = screens.get(f"/exposure/{day}").text
    assert "7 December" in page
    assert 'href="tel:19009095"' in page
    assert "vietnamplus.vn" in page
    server.run("guidance", "withdraw", str(number))
    runner.choose_place(commune="34:31471")
    runner.check()
    assert "Your health station tells you" in screens.get(f"/exposure/{day}").text


def new_code(server: Server) -> str:
    case = server.run("case", "create", "--test-date", "2026-11-24", "--report-type", "confirmed", "--json")
    return str(json.loads(case)["code"])


@contextmanager
def screens_of(server: Server, pinned: tuple[TrustedKey, ...], folder: Path, ahead_s: float = 0.0) -> Iterator[Visitor]:
    """Open a phone in English that has sent something, by a clock that is `ahead_s` of the authority's."""
    with phone_of(server, pinned, folder, NOW_S + ahead_s) as runner:
        runner.choose(language="en")
        runner.stores.keys.key_at(NOW_S + ahead_s - 86_400)
        yield Visitor(runner)


def test_a_code_that_was_used_or_has_run_out_says_so(
    server: Server, pinned: tuple[TrustedKey, ...], tmp_path: Path
) -> None:
    used, expired = new_code(server), new_code(server)
    server.rows("UPDATE diagnosis_onetimecode SET expires_at = '2026-11-24', long_expires_at = '2026-11-24'"
                " WHERE id = (SELECT max(id) FROM diagnosis_onetimecode)")  # fmt: skip
    with screens_of(server, pinned, tmp_path / "a") as first, screens_of(server, pinned, tmp_path / "b") as second:
        assert "This code has run out" in first.send_form("/code", code=expired).text
        assert first.send_form("/code", code=used).headers["location"] == "/result"
        assert "This code was not accepted" in second.send_form("/code", code=used).text
        assert "This code was not accepted" in second.send_form("/code", code="123456789018").text
        assert "Thank you" in first.send_form("/result/share", consent="yes").text
        assert "Thank you" in first.get("/positive").text
        assert "This code was used already" in first.send_form("/code", code=used).text
        assert "Nothing has been shared" in second.get("/positive").text


def test_a_confirmation_that_has_lapsed_says_so(server: Server, pinned: tuple[TrustedKey, ...], tmp_path: Path) -> None:
    with screens_of(server, pinned, tmp_path) as screens:
        assert screens.send_form("/code", code=new_code(server)).headers["location"] == "/result"
        server.rows("UPDATE diagnosis_verificationtoken SET expires_at = '2026-11-24'")
        assert "The confirmation has lapsed" in screens.send_form("/result/share", consent="yes").text
        assert "Nothing was shared" in screens.get("/positive").text


def test_a_clock_that_is_wrong_and_nothing_to_share_say_so(
    server: Server, pinned: tuple[TrustedKey, ...], tmp_path: Path
) -> None:
    with screens_of(server, pinned, tmp_path / "ahead", 30 * 86_400.0) as ahead:
        assert "date or time is not right" in ahead.send_form("/code", code=new_code(server)).text
        assert "date was not right" in ahead.send_form("/result/share", consent="yes").text
    with phone_of(server, pinned, tmp_path / "new") as runner:
        runner.choose(language="en")
        new = Visitor(runner)
        assert new.send_form("/code", code=new_code(server)).headers["location"] == "/result"
        assert "There is nothing to share" in new.send_form("/result/share", consent="yes").text
        assert "there is nobody to warn" in new.get("/positive").text


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_wrong_by_a_day_is_told_and_nobody_is_thanked_in_vain(
    server: Server, pinned: tuple[TrustedKey, ...], tmp_path: Path, days: int
) -> None:
    with screens_of(server, pinned, tmp_path, days * 86_400.0) as screens:
        first = screens.send_form("/code", code=new_code(server)).text
        assert "date or time is not right" in first
        assert 'href="/result"' in first
        shared = screens.send_form("/result/share", consent="yes").text
        assert "date was not right" in shared
        assert "Thank you" not in shared
        assert "people you met may not be warned" in screens.get("/").text


def test_a_code_of_another_province_many_tries_and_no_authority_say_so(
    server: Server, pinned: tuple[TrustedKey, ...], tmp_path: Path
) -> None:
    strict = replace(server, settings={"BLUEZONE_HEALTH_AUTHORITIES": "vn.elsewhere", "BLUEZONE_RATE_LIMIT": "2"})
    with serving(strict), screens_of(strict, pinned, tmp_path) as screens:
        assert screens.send_form("/code", code=new_code(server)).headers["location"] == "/result"
        assert "This code is of another province" in screens.send_form("/result/share", consent="yes").text
        texts = [screens.send_form("/code", code="123456789018").text for _ in range(3)]
        assert "Many tries in a short time" in texts[-1]
    with screens_of(strict, pinned, tmp_path / "after") as screens:
        assert "No connection just now" in screens.send_form("/code", code="123456789018").text


def test_what_was_shared_is_taken_back_at_the_authority(
    server: Server, pinned: tuple[TrustedKey, ...], tmp_path: Path
) -> None:
    """Two keys, of which one is out in a file and one waits; the token of the publication is all that is sent."""
    revised = "SELECT hex(key), revised_report_type, batch_id IS NULL FROM keys_publishedkey WHERE made_up = 0"
    with phone_of(server, pinned, tmp_path) as runner:
        runner.choose(language="en")
        runner.stores.keys.key_at(NOW_S - 86_400)
        runner.stores.keys.key_at(NOW_S)
        screens = Visitor(runner)
        assert screens.get("/withdraw").headers["location"] == "/positive", "nothing was shared yet"
        assert screens.send_form("/code", code=new_code(server)).headers["location"] == "/result"
        answer = screens.send_form("/result/share", consent="yes").text
        assert "Thank you" in answer, re.findall(r"<(?:h1|p)[^>]*>([^<]+)", answer)
        own = {key.hex().upper() for key in runner.stores.keys.all_keys()}
        try:
            (server.var / "clock").write_text(str(NOW_S + 3_600))
            server.run("publish")
            found = {row for row in server.rows(revised) if row[0] in own}
            assert {row[1:] for row in found} == {(None, 0), (None, 1)}, "one is out, and one waits"
            assert "Take the warning back?" in screens.get("/withdraw").text
            assert screens.send_form("/withdraw", consent="no").headers["location"] == "/positive"
            assert {row for row in server.rows(revised) if row[0] in own} == found
            assert screens.send_form("/withdraw", consent="yes").headers["location"] == "/positive"
            assert {row[1] for row in server.rows(revised) if row[0] in own} == {ReportType.REVOKED.value}
            (server.var / "clock").write_text(str(NOW_S + 12 * 3_600))
            server.run("publish")
        finally:
            (server.var / "clock").write_text(str(NOW_S))
        waits = {row[0] for row in found if row[2]}
        later = {row[0] for row in server.rows(revised) if not row[2]}
        assert not waits & later, "what waited never goes out"
        assert runner.stores.publications.revision_token() == ""
        assert "taken back" in screens.get("/positive").text
        assert screens.get("/withdraw").headers["location"] == "/positive"
