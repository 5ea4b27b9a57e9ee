"""`bluezone phone` as a person uses it: against an authority on a socket, and with a controller behind TCP."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from bumble.transport.tcp_server import open_tcp_server_transport_with_socket
from tests.phone.settings import OF_LAOS, OF_VIET_NAM, phone_settings

from bluezone.phone.app.engine import Phone
from bluezone.phone.app.host import DeviceUptime
from bluezone.phone.stores.contact_store import ContactStore
from bluezone.phone.stores.encryption import device_cipher
from bluezone.phone.stores.phone_stores import CONTACTS, PHONE, open_database
from bluezone.phone.stores.preference_store import PreferenceStore
from bluezone.protocol.crypto.keys import pem_of
from bluezone.protocol.intervals import day_start_s
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
TODAY = day_start_s(time.time())  # noqa: TID251 (the command takes the real time)


@pytest.fixture
def public_keys(authority, tmp_path) -> Path:
    """What `bluezone authority public-keys --json` prints."""
    pem = pem_of(authority.private_key.public_key())
    path = tmp_path / "public-keys.json"
    key = {
        "key_id": "452",
        "key_version": "v1",
        "public_key_pem": pem,
        "from": "2026-01-01T00:00:00+00:00",
        "thru": None,
    }
    facts = {
        "region": "452",
        "country": OF_VIET_NAM,
        "issuer": "a",
        "audience": "b",
        "export": [key],
        "certificate": [],
    }
    path.write_text(json.dumps(facts))
    return path


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "phone"


@pytest.fixture
def phone(run_bluezone, folder):
    """`bluezone phone --folder FOLDER ...`"""
    return lambda *arguments: run_bluezone("phone", "--folder", folder, *arguments)


def test_a_phone_is_set_up_fetches_checks_and_publishes(phone, folder, authority, public_keys, virtual):
    met = TemporaryExposureKey(b"a case of today.", TODAY // 600 - 144)
    with authority.served() as url:
        ended = phone("init", "--authority-url", url, "--public-keys", public_keys)
        assert ended == (0, f"{folder}: trusts 1 key of {url}, region 452\n", "")

        book = ContactStore(open_database(CONTACTS, folder, device_cipher(folder, os.urandom)), EN)
        virtual.meet(book, met, TODAY - 43200, minutes=20, swing_db=4)
        book.database.close()
        name = authority.export([met], start_s=TODAY - 7200)

        ended = phone("sync", "--json")
        assert (ended.code, json.loads(ended.out)["stored"], ended.err) == (0, [name], "")
        ended = phone("check", "--json")
        facts = json.loads(ended.out)
        yesterday = time.strftime("%Y-%m-%d", time.gmtime(TODAY - 86400))
        assert (ended.code, facts["keys_matched"]) == (0, 1)
        assert [(alert["day"], alert["policy"]) for alert in facts["new_alerts"]] == [(yesterday, "bluezone")]
        assert facts["new_alerts"][0]["score"] > facts["new_alerts"][0]["threshold"]
        assert "keys of 0 exports checked" in phone("check").out
        status = json.loads(phone("status", "--json").out)
        assert status["exports"] == {"known": 1, "unchecked": 0}
        assert [alert["day"] for alert in status["alerts"]] == [yesterday]
        assert f"warned of {yesterday}" in phone("status").out

        settings = phone_settings(folder, cipher=device_cipher(folder, os.urandom))
        one = Phone(settings, None, time.time, os.urandom, None, uptime=DeviceUptime())  # noqa: TID251
        own = one.stores.keys.key_at(TODAY)
        one.close()
        authority.codes.add("12345678")
        ended = phone("publish", "12345678", "--consent", "--json")
        assert (ended.code, json.loads(ended.out)["keys_sent"]) == (0, 1)
        assert set(authority.stored) == {own.key}


def test_without_a_yes_nothing_is_published(phone, authority, public_keys, monkeypatch):
    with authority.served() as url:
        phone("init", "--authority-url", url, "--public-keys", public_keys)
        authority.codes.add("12345678")
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
        ended = phone("publish", "12345678")
        assert (ended.code, ended.out) == (2, "")
        assert "confirms: a positive test" in ended.err  # said before the question is put
        assert "nothing is published" in ended.err
        assert [request.url.path for request in authority.requests] == ["/api/verify"]
        assert "a result waits for your answer" in phone("status").out
        # The code is spent, and not needed any more.
        ended = phone("publish", "--consent")
        assert "There is nothing to share. This phone has sent nothing in the last 14 days" in ended.err
        ended = phone("publish", "--consent")
        assert "no result is waiting" in ended.err
    assert authority.stored == {}


def test_days_can_be_left_out_and_what_was_published_taken_back(phone, folder, authority, public_keys, monkeypatch):
    monkeypatch.setattr("bluezone.phone.app.config.real_pace", lambda: None)  # the marks of time are others' tests
    with authority.served() as url:
        phone("init", "--authority-url", url, "--public-keys", public_keys)
        settings = phone_settings(folder, cipher=device_cipher(folder, os.urandom))
        one = Phone(settings, None, time.time, os.urandom, None, uptime=DeviceUptime())  # noqa: TID251
        kept, shared = one.stores.keys.key_at(TODAY - 86400), one.stores.keys.key_at(TODAY)
        one.close()
        authority.codes.add("12345678")
        yesterday, today = (time.strftime("%Y-%m-%d", time.gmtime(day)) for day in (TODAY - 86400, TODAY))
        for days, what in (
            (("2020-01-01",), "has no key of that day"),
            ((yesterday, today), "every day is left out"),
            (("yesterday",), "--leave-out"),
        ):
            ended = phone("publish", "12345678", "--consent", *(part for day in days for part in ("--leave-out", day)))
            assert (ended.code, ended.out) == (2, "")
            assert what in ended.err
        ended = phone("publish", "12345678", "--consent", "--leave-out", yesterday)
        assert (ended.code, ended.out) == (0, "1 key is with the authority\n")
        assert set(authority.stored) == {shared.key}
        assert kept.key not in authority.stored
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
        ended = phone("withdraw")
        assert (ended.code, ended.out) == (2, "")
        assert "nothing is taken back" in ended.err
        ended = phone("withdraw", "--yes")
        assert ended.err == ""
        assert (ended.code, ended.out) == (0, "what this phone shared is taken back: it warns nobody any more\n")
        ended = phone("withdraw", "--yes", "--json")
        assert (ended.code, ended.out) == (2, "")
        assert "there is nothing to take back" in ended.err


def test_a_refusal_says_what_the_screens_say_and_the_next_step(phone, folder, authority, public_keys, monkeypatch):
    with authority.served() as url:
        phone("init", "--authority-url", url, "--public-keys", public_keys)
        ended = phone("publish", "12345")
        assert ended.err == (
            "bluezone: Something is missing, or there is too much: these are 5. Please look at the code once more.\n"
        )
        assert authority.requests == [], "what cannot be a code is not sent"
        ended = phone("publish", "87654321", "--consent")
        assert ended.err.startswith("bluezone: This code was not accepted. Perhaps it was used before")
        assert ended.err.endswith("ask your health station for a new one. (code_invalid)\n")
        authority.codes.add("12345678")
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
        phone("publish", "12345678")
        later_s = time.time() + 25 * 3_600  # noqa: TID251
        monkeypatch.setattr("bluezone.cli.phone.edge.wall_clock", lambda: later_s)
        ended = phone("publish", "--consent")
        assert ended.err.startswith(
            "bluezone: The confirmation has lapsed. It is good for one day. Nothing was shared."
        )
    ended = phone("publish", "87654321", "--consent")
    assert ended.err.startswith("bluezone: No connection just now. Nothing is lost and your code is still good.")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("sync",), "no authority is set; `bluezone phone init` sets one"),
        (("publish", "87654321", "--consent"), "no authority is set"),
        (("run", "--radio", "nonsense:0"), "cannot be opened (unknown transport scheme)"),
        (("run",), "--radio"),
        (("run", "--radio", "usb:0", "--minutes", "-1"), "--minutes"),
    ],
)
def test_what_cannot_be_done_is_one_line(phone, arguments, what):
    ended = phone(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert what in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "content", "what"),
    [
        ("http://a.example", None, "must begin with https://"),
        ("https://a.example", "[]", "not a JSON object"),
        ("https://a.example", '{"region": "452"}', "lacks `region` or `export`"),
        ("https://a.example", '{"region": "452", "export": [{}]}', "export key 1 lacks"),
        ("https://a.example", {"country": None}, "utc_offset_min is not a whole number"),
        ("https://a.example", {"country": {**OF_LAOS, "calling_code": "0"}}, "calling_code is not the digits"),
    ],
)
def test_an_authority_that_cannot_be_trusted_is_not_set(phone, folder, public_keys, url, content, what):
    if isinstance(content, dict):
        content = json.dumps(json.loads(public_keys.read_text()) | content)
    if content is not None:
        public_keys.write_text(content)
    ended = phone("init", "--authority-url", url, "--public-keys", public_keys)
    assert (ended.code, ended.out) == (2, "")
    assert what in ended.err
    assert not (folder / "settings.json").exists()


def test_a_phone_takes_its_authoritys_country_over(phone, folder, public_keys):
    body = json.loads(public_keys.read_text())
    for number, facts in enumerate((OF_VIET_NAM, OF_LAOS)):
        public_keys.write_text(json.dumps(body | {"region": f"45{number}", "country": facts}))
        assert phone("init", "--authority-url", "https://a.example", "--public-keys", public_keys).code == 0
        kept = json.loads((folder / "settings.json").read_text())
        assert {name: kept[name] for name in ("region", *facts)} == {"region": f"45{number}", **facts}


@pytest.mark.parametrize(("choice", "said"), [({"paused": True}, True), ({"background": False}, True), ({}, False)])
def test_run_waits_for_its_radio_where_it_may_and_says_that_its_owner_wants_it_silent(phone, folder, choice, said):
    preferences = PreferenceStore(open_database(PHONE, folder))
    preferences.change(agreed_at_s=1.0, **choice)
    preferences.database.close()
    ended = phone("run", "--radio", "tcp-client:127.0.0.1:1", "--wait-for-radio", "--minutes", "0.001")
    assert ended.code == 0
    assert "waiting for the radio" in ended.err
    assert ("its owner has chosen a pause" in ended.err) is said


@pytest.mark.parametrize(
    ("host", "kept"), [("WWW.example", "www.example"), ("b.example:8443", "b.example:8443"), ("", "")]
)
def test_links_may_have_a_host_of_their_own(phone, folder, public_keys, host, kept):
    ended = phone("init", "--authority-url", "https://a.example", "--public-keys", public_keys, "--link-host", host)
    assert ended.code == 0
    assert json.loads((folder / "settings.json").read_text())["link_host"] == kept


@pytest.mark.parametrize("host", ["https://www.example", "a.example/v", "a b", "a..example"])
def test_a_host_of_links_that_is_none_is_refused_before_it_is_written(phone, folder, public_keys, host):
    ended = phone("init", "--authority-url", "https://a.example", "--public-keys", public_keys, "--link-host", host)
    assert (ended.code, ended.out) == (2, "")
    assert "link_host is not the name of a host" in ended.err
    assert not (folder / "settings.json").exists()


def test_a_policy_that_does_not_exist_is_refused(phone, public_keys):
    ended = phone("init", "--authority-url", "https://a.example", "--public-keys", public_keys, "--policy", "astrology")
    assert ended.code == 2
    assert "policy 'astrology' is not known" in ended.err


def test_damaged_settings_are_one_line(phone, folder):
    folder.mkdir()
    (folder / "settings.json").write_text("{")
    ended = phone("status")
    assert ended.code == 2
    assert "settings.json: not JSON" in ended.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_run_sends_and_listens_over_a_real_transport_until_it_is_told_to_stop(virtual, folder, number, tmp_path):
    """A process of its own, over TCP to a virtual controller, in real time, beside another phone."""
    near = virtual.Neighbourhood()
    other, heard = near.radio("other"), []
    await other.open()
    daily = EN.next_key(None, TODAY, lambda count: bytes(count))
    sent = EN.build(daily, 3, -20)
    await other.advertise(bytes(6), sent)
    await other.start_scanning(heard.append)
    listening = socket.create_server(("127.0.0.1", 0))
    async with await open_tcp_server_transport_with_socket(listening) as server:
        controller = near.controller("remote")
        controller.host = server.sink
        server.source.set_packet_sink(controller)
        command = [sys.executable, "-m", "bluezone", "phone", "--folder", str(folder), "run", "--btsnoop"]
        received = tmp_path / "received.btsnoop"
        process = subprocess.Popen(
            [*command, str(received), "--radio", f"tcp-client:127.0.0.1:{listening.getsockname()[1]}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            while not heard or not received.exists() or sent not in received.read_bytes():
                await asyncio.sleep(0.05)
                assert process.poll() is None
            process.send_signal(number)
            out, err = await asyncio.to_thread(process.communicate, timeout=20)
        finally:
            process.kill()
            server.server.close()
    heard, code, out, err = heard, process.returncode, out, err
    assert (code, err) == (0, "")
    assert out.startswith("sending and listening on tcp-client:")
    assert "1 scan, 1 sighting\n" in out
    book = ContactStore(open_database(CONTACTS, folder, device_cipher(folder, os.urandom)), EN)
    assert len(book.sightings()) == 1
    book.database.close()
    assert len({(one.address, one.data) for one in heard}) == 1
    EN.parse(heard[0].data)


# --- a recording instead of a radio ---------------------------------------------------------------------------------


@pytest.fixture
def recording(tmp_path) -> Path:
    """Ten minutes beside one phone, heard twice a second."""
    lines = [f"{half / 2},-60,{'ab' * 16},01020304" for half in range(1_200)]
    path = tmp_path / "recording.csv"
    path.write_text("\n".join(["seconds,rssi_dbm,identifier,metadata", *lines]))
    return path


def test_a_recording_is_lived_through_faster_than_it_was_recorded(phone, recording):
    started = time.monotonic()
    ended = phone("run", "--radio", f"trace:{recording}", "--speed", "1000")
    assert ended.code == 0, ended.err
    assert time.monotonic() - started < 60
    days = json.loads(phone("status", "--json").out)["days"]
    assert sum(day["sightings"] for day in days) >= 8


def test_a_replay_does_not_mix_with_what_a_phone_has_heard(phone, folder, recording, virtual):
    yesterday_s = time.time() - 86_400  # noqa: TID251 (a replay ends now: its phone does not know a key of later)
    with_used = Phone(phone_settings(folder), None, lambda: yesterday_s, os.urandom, np.random.default_rng(1))
    with_used.stores.keys.key_at(yesterday_s)
    with_used.close()
    ended = phone("run", "--radio", f"trace:{recording}", "--speed", "1000")
    assert ended.code == 2
    assert "folder of its own" in ended.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--radio", "usb:0", "--speed", "10"), "--speed is for --radio trace:"),
        (("--radio", "trace:/nowhere.csv"), "/nowhere.csv: cannot be read"),
        (("--radio", "bicycle"), "bluezone phone radios"),
        (("--radio", "trace:x", "--speed", "0.5"), "--speed"),
    ],
)
def test_a_radio_that_makes_no_sense_is_one_line(phone, arguments, message):
    ended = phone("run", *arguments)
    assert ended.code == 2
    assert message in ended.err
    assert "Traceback" not in ended.err
