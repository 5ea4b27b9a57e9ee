"""What of a phone's secrets can be found: in its files, copies and logs, and after deleting."""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import re
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import httpx
import numpy as np
import pytest
from tests.phone.doubles import FakeKeyring, client_of
from tests.phone.settings import phone_settings

from bluezone.phone.app.host import _CARRIERS, start_logging
from bluezone.phone.app.loop import Runner
from bluezone.phone.app.schedule import Task
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores import encryption
from bluezone.phone.stores.encryption import KEY_FILE, device_cipher
from bluezone.phone.stores.exposure_store import ExposureStore, OwnLog
from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.phone.stores.timekeeper import Uptime
from bluezone.phone.web import data_export
from bluezone.protocol.keys import ReportType, TemporaryExposureKey

DAY = 86_400
DAY0 = 1_597_276_800
NOW = DAY0 + 3 * DAY + 40_000.0
CODE, PHONE_NUMBER, NAME = "31415926", "0912345678", "Nguyễn Thị Bưởi"
CASE = TemporaryExposureKey(
    bytes(range(200, 216)), (DAY0 + 2 * DAY) // 600, report_type=ReportType.CONFIRMED_TEST, days_since_onset=1
)


@pytest.fixture
def lived(tmp_path, authority, virtual, monkeypatch):
    """`lived()`: a sealed phone that sent, met a case, was warned, and began to share its own keys."""

    @contextmanager
    def opened(keyring=None, name="phone"):
        monkeypatch.setattr(encryption, "_keyring", lambda: keyring)
        folder = tmp_path / name
        cipher = device_cipher(folder, os.urandom)
        settings = phone_settings(folder, authority.URL, authority.trusted, policy="en-v1-buckets", cipher=cipher)
        now = SimpleNamespace(s=NOW)
        rng = np.random.default_rng(1)
        uptime = lambda: Uptime("this start", now.s - NOW)  # noqa: E731
        runner = Runner(settings, None, authority.client(), lambda: now.s, os.urandom, rng, uptime=uptime)
        phone = runner.phone
        with runner.closing():
            if not phone.stores.exposures.alerts():
                runner.choose(agreed_at_s=NOW)
                own = [phone.stores.keys.key_at(DAY0 + day * DAY + 40_000.0).key for day in range(4)]
                virtual.meet(phone.stores.contacts, CASE, DAY0 + 2 * DAY + 36_000, 30, swing_db=4)
                authority.export([CASE], start_s=DAY0 + 2 * DAY)
                runner.check()
                phone.stores.exposures.own_log.write(OwnLog(30, 60.0, "bluezone 3", NOW))
                authority.codes.add(CODE)
                authority.lose_answer_to = {"/v1/publish"}
                with pytest.raises(ConnectionFailedError):
                    runner.phone.publisher(runner.client).publish(CODE, consent=True)
            else:
                own = sorted(phone.stores.keys.all_keys())
            yield SimpleNamespace(runner=runner, phone=phone, folder=folder, own=own, now=now)

    return opened


def forms(secret: bytes) -> set[bytes]:
    """How a secret may stand in a file or a text."""
    standard = base64.b64encode(secret)
    return {
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        standard,
        standard.rstrip(b"="),
        repr(secret)[2:-1].encode(),
    }


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != KEY_FILE)


def found_in(content: bytes, secrets: list[bytes]) -> list[bytes]:
    return [secret for secret in secrets if any(form in content for form in forms(secret))]


def identifiers(phone) -> list[bytes]:
    return phone.stores.contacts.sightings().identifiers


# --- files ------------------------------------------------------------------------------------------------------------


def test_no_file_says_which_case_was_met_when_how_near_or_what_was_shared(lived):
    with lived() as one:
        assert len(one.phone.stores.exposures.alerts()) == 1
        assert len(one.phone.stores.exposures.matched_keys()) == 1
        secrets = [
            CASE.key,
            *one.own,
            *identifiers(one.phone),
            b"en-v1-buckets",
            b"heard_s",
            b"token-",
            b"certificate-",
            CODE.encode(),
        ]
        assert found_in(on_disk(one.folder), secrets) == []
    with lived() as again:
        assert len(again.phone.stores.exposures.alerts()) == 1
        assert again.phone.stores.exposures.own_log.read() is not None


def test_after_fourteen_days_nothing_that_was_heard_found_or_sent_is_in_any_file(lived):
    """By hours of a steady clock, as a running phone purges; of what was, the files hold no byte, sealed or not."""
    with lived() as one:
        before = {}
        for table, store in (
            ("scan", one.phone.stores.contacts),
            ("matched_key", one.phone.stores.exposures),
            ("alert", one.phone.stores.exposures),
        ):
            column = "records" if table == "scan" else "body"
            before[table] = [row[0] for row in store.database.rows(f"SELECT {column} FROM {table}")]
            assert before[table]
        sealed = [row if isinstance(row, bytes) else row.encode() for rows in before.values() for row in rows]
        kept_days = []
        for hour in range(20 * 24):
            one.now.s = NOW + 3_600 * hour
            one.phone.purge()
            if one.phone.stores.exposures.alerts():
                kept_days.append(hour / 24)
        assert kept_days[-1] == pytest.approx(14, abs=0.1)  # not before its time either
        exposure_store, phone = one.phone.stores.exposures, one.phone
        assert (
            exposure_store.alerts(withdrawn=True),
            exposure_store.matched_keys(),
            exposure_store.known_exports(),
        ) == ([], [], frozenset())
        assert (len(phone.stores.contacts.sightings()), phone.stores.contacts.tallies()) == (0, {})
        assert (phone.stores.keys.all_keys(), phone.stores.publications.attempt()) == (frozenset(), None)
        content = on_disk(one.folder)
        assert not [row for row in sealed if row in content]


@pytest.mark.parametrize("with_keyring", [False, True])
def test_deleting_all_leaves_no_store_no_key_and_nothing_in_the_keyring(lived, with_keyring):
    keyring = FakeKeyring() if with_keyring else None
    with lived(keyring) as one:
        old = dict(keyring.held) if keyring else (one.folder / KEY_FILE).read_bytes()
        copy = {path.name: path.read_bytes() for path in one.folder.glob("*.sqlite3*")}
        aside = one.folder / "news.sqlite3.damaged-1"
        aside.write_bytes(b"of another room")
        asyncio.run(one.runner.delete_all())
        phone = one.runner.phone
        assert (phone.stores.keys.all_keys(), len(phone.stores.contacts.sightings())) == (frozenset(), 0)
        assert (phone.stores.exposures.alerts(), phone.stores.publications.attempt()) == ([], None)
        assert one.runner.choices().agreed_at_s is None
        assert not aside.exists()
        now = keyring.held if keyring else (one.folder / KEY_FILE).read_bytes()
        assert now != old
        assert len(now) == len(old)  # a new key, for a new beginning
        assert found_in(on_disk(one.folder), [*one.own, CASE.key]) == []
    # Whoever copied the files before cannot open them by anything that is left.
    for name, content in copy.items():
        (one.folder / name).write_bytes(content)
    with pytest.raises(encryption.DecryptionError):
        ExposureStore(open_database(PHONE, one.folder, device_cipher(one.folder, os.urandom)))


# --- copies -----------------------------------------------------------------------------------------------------------


def test_what_is_exported_holds_no_key_and_no_identifier_in_any_form(lived):
    with lived() as one:
        content = "".join(data_export.lines(one.runner)).encode()
    assert b'"kind": "warning"' in content
    assert found_in(content, [*one.own, CASE.key, CODE.encode()]) == []
    with lived() as one:
        assert found_in(content, identifiers(one.phone)) == []


def test_backup_programs_are_told_to_leave_the_folder_out(lived):
    with lived() as one:
        tag = (one.folder / "CACHEDIR.TAG").read_text()
        assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
        listed = os.popen(
            f"tar --create --exclude-caches-all --file - --directory {one.folder.parent} phone | tar --list"
        )
        with listed:
            assert "phone.sqlite3" not in listed.read()


# --- logs -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def talkative(caplog):
    """The loggers of `bluezone phone` at their most talkative, and back."""
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", *_CARRIERS)}
    handlers = list(root.handlers)
    start_logging(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    yield caplog
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    for handler in [one for one in root.handlers if one not in handlers]:
        root.removeHandler(handler)


@pytest.fixture
def hour(tmp_path, virtual, authority):
    """Two phones meet for an hour; one is warned, shares its keys, loses its radio, its net and a task."""
    day = virtual.EPOCH_S - DAY
    case = TemporaryExposureKey(b"the key of case.", day // 600, report_type=ReportType.CONFIRMED_TEST)

    def rings(phone, client):
        raise PhoneError(f"{PHONE_NUMBER} of {NAME} was refused")

    def runner_of(name, near, clock) -> Runner:
        settings = phone_settings(tmp_path / name, authority.URL, authority.trusted, policy="en-v1-buckets")
        tasks, seed = [Task("activity", rings)], ord(name)
        rng, entropy = np.random.default_rng(seed), virtual.entropy(seed)
        runner = Runner(settings, near.radio(name), authority.client(), clock, entropy, rng, tasks)
        runner.choose(agreed_at_s=clock())
        return runner

    def troubles(a: Runner) -> None:
        authority.codes.add(CODE)
        for code in ("27182818", CODE):
            try:
                with a.exclusive() as phone:
                    phone.publisher(a.client).publish(code, consent=True)
            except PhoneError as error:
                logging.getLogger("bluezone").warning("not shared: %s", error)
        authority.files["452/1-2-00001.zip"] = b"not a file"
        a.check()
        a._client = client_of(httpx.Response(503))
        a.check()

    async def main():
        near, loop = virtual.Neighbourhood(), asyncio.get_running_loop()

        def clock() -> float:  # of the worker threads too
            return virtual.EPOCH_S + loop.time()

        a, b = (runner_of(name, near, clock) for name in "ab")
        virtual.meet(a.phone.stores.contacts, case, day + 36_000, 30, swing_db=4)
        authority.export([case], start_s=day)
        tasks = [asyncio.create_task(runner.run()) for runner in (a, b)]
        await asyncio.sleep(1_200)
        near.controllers["a"].deaf = True
        await asyncio.sleep(120)
        near.controllers["a"].deaf = False
        await asyncio.to_thread(troubles, a)
        await asyncio.sleep(2_280)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return a, b, near

    def lived():
        a, b, near = virtual.run(main())
        assert len(a.phone.stores.exposures.alerts()) == 1
        found = SimpleNamespace(
            addresses={sent[2] for sent in near.air.sent},
            heard=identifiers(a.phone) + identifiers(b.phone),
            keys=[*a.phone.stores.keys.all_keys(), *b.phone.stores.keys.all_keys(), case.key],
        )
        a.close()
        b.close()
        return found

    return lived


def test_an_hour_of_a_phone_logs_nothing_that_identifies_at_any_level(talkative, hour):
    """Whatever is written: no identifier, key, address, code, number or name."""
    lived = hour()
    text = "\n".join(f"{one.getMessage()} {one.exc_text or ''} {one.args!r}" for one in talkative.records)
    for expected in ("sending and listening stopped", "fetching failed", "could not be trusted", "activity: not done"):
        assert expected in text
    for word in (CODE, "27182818", PHONE_NUMBER, NAME):
        assert word not in text
    assert len(lived.heard) > 60
    assert found_in(text.encode(), [*lived.heard, *lived.keys]) == []
    both_ways = [order for address in lived.addresses for order in (address, address[::-1])]
    spelled = {separator.join(f"{byte:02x}" for byte in order) for order in both_ways for separator in (":", "")}
    assert not [one for one in spelled if one in text.lower()]
    assert not re.search(r"(?i)\b[0-9a-f]{32}\b|([0-9a-f]{2}:){5}", text)
