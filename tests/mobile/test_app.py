"""The engine as the app starts it: a process of its own, which the app ends, or which ends by itself and says why."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from tests.phone.contacts import warning_of

from bluezone.cli.phone.edge import opened
from bluezone.phone.app import config as configuration
from bluezone.phone.stores.encryption import KEY_FILE

TOKEN = "0123456789abcdef" * 4
ANSWERS = {
    "hello": {"token": TOKEN[32:]},
    "radio": {"present": True, "on": True, "advertises": True},
    "advertise": {"code": 0},
    "device": {
        "maker": "Xiaomi",
        "battery_percent": 50,
        "charging": False,
        "screen_on": False,
        "spares_battery": True,
    },
    "notices": {"allowed": True, "since_ms": 0},
}


class Engine:
    """A running engine, and the app at the other end of its link, which says yes to everything."""

    def __init__(self, process: subprocess.Popen, stream: socket.socket) -> None:
        self.process, self.stream = process, stream
        self.asked, self.said = [], queue.Queue()
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        with suppress(OSError):
            for message in map(json.loads, self.stream.makefile("rb")):
                if "ask" in message:
                    self.asked.append(message["ask"])
                    answer = {"to": message["id"], "is": ANSWERS.get(message["ask"], {})}
                    self.stream.sendall(json.dumps(answer).encode() + b"\n")
                self.said.put(message)
        self.said.put(None)

    def until(self, name: str) -> dict:
        """Return the first question or event of this name that was not looked at yet."""
        ends_s = time.monotonic() + 60
        while (message := self.said.get(timeout=60)) is not None and time.monotonic() < ends_s:
            if name in (message.get("ask"), message.get("tell")):
                return message
        raise AssertionError(f"no {name} after {self.asked}")


@contextmanager
def serving(command: Sequence[str | Path], environment: Mapping[str, str]):
    """Start an engine with an app at the other end of its link."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = "{}:{}".format(*server.getsockname())
        told = {"BLUEZONE_APP_ADDRESS": address, "BLUEZONE_APP_TOKEN": TOKEN}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        process = subprocess.Popen(list(map(str, command)), env={**environment, **told}, **pipes)
        server.settimeout(60)
        try:
            with server.accept()[0] as stream:
                yield Engine(process, stream)
        finally:
            process.kill()
            process.communicate()


@pytest.fixture
def engine_of(mobile, tmp_path):
    """Starts the engine of a folder."""

    @contextmanager
    def start(folder=tmp_path / "phone", **settings):
        environment = os.environ | {"PYTHONPATH": f"{mobile / 'src'}:{os.environ.get('PYTHONPATH', '')}"}
        environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"  # a telephone has none
        with serving([sys.executable, "-m", "bluezone_mobile.service", folder], environment | settings) as engine:
            yield engine

    return start


def test_it_serves_its_screens_and_ends_with_the_app(engine_of):
    with engine_of() as engine:
        address = engine.until("screens")["address"]
        assert address.startswith("http://127.0.0.1:")
        answer = httpx.get(address, follow_redirects=True, timeout=20)
        assert answer.status_code == 200
        assert "Bluezone" in answer.text
        assert "advertise" not in engine.asked  # nobody has said yes
        engine.stream.shutdown(socket.SHUT_RDWR)
        assert engine.process.wait(20) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(address, timeout=5)


def test_a_warning_is_posted_to_android_while_no_screen_was_ever_asked_for(engine_of, tmp_path):
    folder, now_s = tmp_path / "phone", time.time()  # noqa: TID251
    with opened(configuration.load(folder), folder) as phone:
        phone.stores.preferences.change(agreed_at_s=now_s - 9_000, notifications=True, background=True)
        day_s = int(now_s // 86_400 - 1) * 86_400
        phone.stores.exposures.change_alerts([warning_of(day_s, now_s - 60)], [], now_s - 60)
    with engine_of(folder) as engine:
        said = engine.until("show_notice")
    assert (said["title"], said["path"]) == ("Bluezone có điều muốn báo cho bạn", f"/exposure/{day_s}")
    assert said["urgent"]
    assert said["rings"]


def spoil_settings(folder):
    (folder / "settings.json").write_text("not json")


def later_version(folder):
    with closing(sqlite3.connect(folder / "phone.sqlite3")) as later:
        later.executescript("PRAGMA user_version = 999; CREATE TABLE kept (what);")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(spoil_settings, "settings.json"), (later_version, "phone.sqlite3: was written by a newer version")],
)
def test_an_engine_that_cannot_start_says_why_and_leaves_the_folder_as_it_is(engine_of, tmp_path, spoil, words):
    (tmp_path / "phone").mkdir()
    spoil(tmp_path / "phone")
    with engine_of() as engine:
        assert words in engine.until("ended")["words"]
        assert engine.process.wait(20) == 1
    if spoil is later_version:
        with closing(sqlite3.connect(tmp_path / "phone" / "phone.sqlite3")) as later:
            assert later.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_killed_at_any_moment_it_begins_again_with_what_it_had(engine_of, tmp_path):
    with opened(configuration.load(tmp_path / "phone"), tmp_path / "phone") as phone:
        phone.stores.preferences.change(agreed_at_s=time.time() - 9_000, background=True)  # noqa: TID251
    for step in ("hello", "radio", "scan"):
        with engine_of() as engine:
            engine.until(step)
            engine.process.send_signal(signal.SIGKILL)
    with engine_of() as engine:
        assert httpx.get(engine.until("screens")["address"], follow_redirects=True, timeout=60).status_code == 200
        if "advertise" not in engine.asked:  # it may come before the screens
            engine.until("advertise")


def test_stores_restored_without_their_key_are_set_aside_and_the_phone_begins_anew(engine_of, tmp_path):
    """A backup of another telephone has no key, and this one has its own."""
    folder, now_s = tmp_path / "phone", time.time()  # noqa: TID251
    with opened(configuration.load(folder), folder) as phone:
        theirs = phone.stores.keys.key_at(now_s).key
    (folder / KEY_FILE).write_bytes(bytes(32))
    with engine_of(folder) as engine:
        assert httpx.get(engine.until("screens")["address"], follow_redirects=True, timeout=60).status_code == 200
    assert list(folder.glob("phone.sqlite3.damaged-*"))
    with opened(configuration.load(folder), folder) as phone:
        assert phone.stores.keys.key_at(now_s).key != theirs


def test_two_users_of_one_telephone_have_a_phone_each(engine_of, tmp_path):
    """Users of one Android share the loopback address: the screens of one open to nobody else."""
    with engine_of(tmp_path / "one") as one, engine_of(tmp_path / "other") as other:
        mine, theirs = (httpx.URL(each.until("screens")["address"]) for each in (one, other))
        assert httpx.get(mine, follow_redirects=True, timeout=20).status_code == 200
        assert httpx.get(theirs.copy_with(query=mine.query), timeout=20).status_code == 403
        assert httpx.get(theirs.join("/contacts"), timeout=20).status_code == 403


def test_a_second_engine_waits_for_no_lock_and_says_so(engine_of):
    with engine_of() as first, engine_of() as second:
        first.until("screens")
        assert "another program runs this phone" in second.until("ended")["words"]


def test_a_crash_of_the_interpreter_leaves_its_last_words(engine_of):
    with engine_of(PYTHONFAULTHANDLER="1") as engine:
        engine.until("screens")
        engine.process.send_signal(signal.SIGSEGV)
        said, _ = engine.process.communicate(timeout=20)
    assert "Fatal Python error: Segmentation fault" in said


def test_the_app_reads_what_the_builder_put_into_it(mobile, monkeypatch, tmp_path):
    from bluezone_mobile import service

    assert service.deployed() == b""
    monkeypatch.setattr(service.resources, "files", lambda _package: tmp_path)
    (tmp_path / "settings.json").write_bytes(json.dumps({"region": "704"}).encode())
    assert service.deployed() == b'{"region": "704"}'


def test_a_compiled_module_is_found_among_the_apps_libraries(mobile, monkeypatch, tmp_path):
    import _json  # one that this Python has as a file, to be found under Android's name

    from bluezone_mobile import LibraryFinder

    assert LibraryFinder.find_spec("_json") is None
    (tmp_path / "libpython__json.so").symlink_to(_json.__file__)
    monkeypatch.setenv("LD_LIBRARY_PATH", f"{tmp_path}")
    spec = LibraryFinder.find_spec("_json")
    assert (spec.name, spec.origin) == ("_json", f"{tmp_path}/libpython__json.so")
    assert LibraryFinder.find_spec("_none") is None


def test_engine_and_screens_need_no_bumble(mobile):
    """There is none on Android: it wants grpcio, which has no wheels for it."""
    code = (
        "import sys\n"
        "for name in ('bumble', 'grpc', 'bleak', 'dbus_fast', 'numba', 'django'): sys.modules[name] = None\n"
        "import bluezone_mobile.service\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert ended.returncode == 0, ended.stderr
