"""The whole Android app on a desktop: its activity, service and radio in Java, the shim, the Python that the APK holds,
and an authority of its own. Below is Robolectric in the place of Android, and CPython is Debian's."""

from __future__ import annotations

import datetime as dt
import json
import os
import queue
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from tests.phone.settings import phone_settings

from apk_parts import android_part, inputs, python_part
from bluezone.phone.air.advertiser import identity_at
from bluezone.phone.app.engine import Phone, PhoneSettings
from bluezone.phone.notices.port import notice
from bluezone.protocol.check_ins import PlaceKind, make_payload, place_address
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import scheme_named
from bluezone.town.server import TownAuthority

HERE = Path(__file__).parent
MET = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
NEXT_DAY = MET + dt.timedelta(days=1, hours=2)
#: seconds of the script in one of ours
SPEED = 40.0
MEETING_S = 30 * 60.0
_LIMIT_S = 400.0  # on a machine that has much else to do
#: what a telephone cannot install, or does not need
ABSENT = ("numpy", "cryptography", "cffi", "numba", "bumble", "grpc", "bleak", "dbus_fast", "django", "rich")


@dataclass
class App:
    """A running app. What it says comes in lines; `kill` is what a telephone does to an app it wants gone. Near it are
    phones with keys, at a strength, in the time of its script."""

    process: subprocess.Popen[str]
    near: list[dict]
    start_s: float
    started_s: float
    lines: queue.Queue[str] = field(default_factory=queue.Queue)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        threading.Thread(target=self._send, daemon=True).start()

    def _send(self) -> None:
        """Put the advertisements of who is near on the air."""
        with suppress(OSError, ValueError):  # it was killed
            while self.near:
                now_s = self.start_s + (time.monotonic() - self.started_s) * SPEED
                for one in self.near:
                    key = DailyKey(bytes.fromhex(one["key"]), one["start_s"], one["end_s"])
                    sent = identity_at(scheme_named("en"), key, now_s, one["tx_power_dbm"])
                    address = sent.address.hex(":").upper()
                    self.process.stdin.write(f"{address} {one['rssi_dbm']} {sent.advertisement.hex()}\n")
                self.process.stdin.flush()
                time.sleep(0.02)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n").lstrip("."))  # JUnit's own points

    def wait_for(self, start: str) -> str:
        """The rest of the first line that starts so."""
        ends = time.monotonic() + _LIMIT_S
        for line in self.said:
            if line.startswith(start):
                return line.removeprefix(start)
        while time.monotonic() < ends and (self.process.poll() is None or not self.lines.empty()):
            try:
                self.said.append(self.lines.get(timeout=0.5))
            except queue.Empty:
                continue
            if self.said[-1].startswith(start):
                return self.said[-1].removeprefix(start)
        raise AssertionError(f"no line {start!r} in:\n" + "\n".join(self.said[-80:]))

    def next(self, start: str) -> str:
        """The rest of the first line that starts so and was not looked at yet."""
        for line in [line for line in self.said if line.startswith(start)]:
            self.said.remove(line)
            return line.removeprefix(start)
        self.wait_for(start)
        return self.next(start)

    def next_that_answers(self) -> str:
        """The first address of screens that are there, and not those of an engine that was killed."""
        while True:
            with suppress(httpx.ConnectError):
                address = self.next("SCREENS ")
                httpx.get(address, timeout=30)
                return address

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdout, self.process.stdin):
            with suppress(OSError):
                stream.close()


@pytest.fixture(scope="module")
def engine(apk_inputs, require_tool, mobile, tmp_path_factory) -> dict[str, Path]:
    """The shim, compiled for this machine; the Python that the APK holds, with Debian's in the place of Android's; and
    the compiled modules of Debian's under the names that Android's have."""
    libpython = next(Path("/usr/lib/x86_64-linux-gnu").glob("libpython3.11.so.1.0"), None)
    if libpython is None:
        require_tool.missing("libpython3.11 is not installed: `apt-get install libpython3.11` brings it")
    folder = tmp_path_factory.mktemp("engine")
    with zipfile.ZipFile(apk_inputs["cpython-x86_64"]) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.startswith("include/")])
    zig = [sys.executable, "-m", "ziglang", "cc", "-target", "x86_64-linux-gnu.2.36", '-DMODULE=L"rehearsed"']
    shim = [*zig, f"-I{folder}/include/python3.11", mobile / "shim" / "shim.c", libpython]
    inputs.run([*shim, "-Wl,--allow-shlib-undefined", "-o", folder / "shim"], "compiling the shim")
    entries = {one.name: one.data for one in python_part.lay_out(apk_inputs, HERE.parents[1], folder / "work")}
    with zipfile.ZipFile(BytesIO(entries["assets/python.zip"])) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.startswith("app/")])
    shutil.copy(HERE / "whole" / "rehearsed.py", folder / "app")
    (folder / "stdlib").symlink_to("/usr/lib/python3.11")
    (folder / "libraries").mkdir()
    for module in Path("/usr/lib/python3.11/lib-dynload").glob("*.so"):
        (folder / "libraries" / f"libpython_{module.name.partition('.')[0]}.so").symlink_to(module)
    return {"shim": folder / "shim", "python": folder, "libraries": folder / "libraries"}


@pytest.fixture(scope="module")
def class_path(apk_inputs, require_tool, mobile, tmp_path_factory) -> str:
    """The app's classes and this test's, Robolectric's, and Android's."""
    fetched = subprocess.run([mobile / "android" / "test.sh", "fetch"], capture_output=True, text=True, check=False)
    if fetched.returncode:
        pytest.skip(f"Maven does not give Robolectric here: {(fetched.stdout + fetched.stderr).strip()[-300:]}")
    cache, folder = robolectric(), tmp_path_factory.mktemp("classes")
    framework, java = apk_inputs["framework"], mobile / "android"
    android_part.compile_java(java / "java", [framework], folder / "main")
    (folder / "whole").mkdir()
    path = f"{folder}/whole:{folder}/main:{mobile}/src/bluezone_mobile:{cache}/lib/*:{framework}"
    sources = sorted((java / "whole").rglob("*.java"))
    javac = inputs.program("javac", "default-jdk-headless")
    quick = [f"-J{option}" for option in inputs.SHORT_RUN]
    inputs.run([javac, *quick, "-cp", path, "-d", folder / "whole", *sources], "compiling the test")
    return path


def robolectric() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("BLUEZONE_ROBOLECTRIC") or Path(base, "bluezone", "robolectric-4.14.1"))


@pytest.fixture
def start_app(class_path, engine, tmp_path):
    """Starts the app at a moment, with whom it will find near it, by a link that was tapped, if any; kills what is left
    at the end."""
    running = []

    def start(moment: dt.datetime, near: list[dict], link: str = "") -> App:
        script, started_s = tmp_path / f"{len(running)}.json", time.monotonic()
        plan = {"start_s": moment.timestamp(), "started_s": started_s, "speed": SPEED, "absent": ABSENT}
        script.write_text(json.dumps(plan | {"start_of_device": f"start {len(running)}"}))
        properties = {
            "robolectric.offline": "true",
            "robolectric.dependency.dir": robolectric() / "android",
            "bluezone.phone": tmp_path / "phone",
            "bluezone.script": script,
            "bluezone.link": link,
        } | {f"bluezone.{name}": path for name, path in engine.items()}
        options = [*inputs.SHORT_RUN, "-Dfile.encoding=UTF-8", "-Xmx1g"]
        options += [f"-D{name}={value}" for name, value in properties.items()]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BLUEZONE"))}
        process = subprocess.Popen(
            ["java", *options, "-cp", class_path, "org.junit.runner.JUnitCore", "vn.bluezone.mobile.WholeApp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env=kept | {"LC_ALL": "C.UTF-8", "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
        )
        running.append(App(process, near, moment.timestamp(), started_s))
        return running[-1]

    yield start
    for app in running:
        app.kill()


@pytest.fixture
def authority(tmp_path):
    with TownAuthority(tmp_path / "authority", MET.timestamp()) as served:
        served.prepare()
        served.serve()
        yield served


@contextmanager
def screens(address: str) -> Iterator[httpx.Client]:
    """A browser at the app's screens, with the cookie that their address gives."""
    origin = address.split("/enter")[0]
    with httpx.Client(base_url=origin, headers={"Origin": origin}, timeout=30, follow_redirects=True) as browser:
        assert browser.get(address).status_code == 200
        yield browser


@dataclass
class Patient:
    """A phone of somebody else, who will test positive. Its clock is the authority's."""

    settings: PhoneSettings
    authority: TownAuthority
    now_s: float

    def __post_init__(self) -> None:
        chance = secrets.SystemRandom()
        self.phone = Phone(self.settings, None, lambda: self.now_s, secrets.token_bytes, chance)

    def go_to(self, now_s: float) -> None:
        self.now_s = now_s
        self.authority.set_clock(now_s)

    def publish(self) -> None:
        """Have an officer confirm them, publish, and wait until no key waits any more."""
        with httpx.Client(timeout=30) as client:
            code = self.authority.open_case(client, MET.date())
            assert self.phone.publisher(client).publish(code, consent=True).inserted >= 1
        while (report := self.authority.publish()).waiting:
            self.go_to(report.next_batch_s + 60)


@pytest.fixture
def patient(authority, tmp_path):
    settings = phone_settings(tmp_path / "patient", authority_url=authority.url, trusted_keys=authority.trusted_keys)
    made = Patient(settings, authority, MET.timestamp())
    yield made
    made.phone.close()


def place_of(origin: str) -> str:
    return place_address(origin, "7K3M-Q2XS", make_payload("Chợ Vị Thanh", "", PlaceKind.SHOP, 60, bytes(range(16))))


def every_code_opens_its_screen(browser: httpx.Client, origin: str) -> None:
    place = place_of(origin.replace("http:", "https:"))
    for text, screen in (
        (f"{origin}/v?c=7K3MQ2XD9ABCDEF0", "/code?c=7K3MQ2XD9ABCDEF0"),
        ("ens://v?c=12345678&r=704", "/code?c=12345678"),
        (f"{origin}/install/7K3M-Q2XS", "/unit?given=7K3M-Q2XS"),
        (place, f"/diary/in?text={quote(place, safe='')}"),
        (f"{origin}/i#7K3MQ2XD9ABCDEF0", "/isolation?given=7K3MQ2XD9ABCDEF0"),
    ):
        scanned = browser.post("/scan", data={"text": text, "for": "code"}, follow_redirects=False)
        assert scanned.headers["location"] == screen
        assert browser.get(screen).status_code == 200


@pytest.mark.thorough
def test_it_joins_hears_survives_a_kill_fetches_matches_and_posts_the_notice(
    start_app, authority, patient, tmp_path, run_bluezone
):
    public_keys, folder = tmp_path / "public-keys.json", tmp_path / "phone"
    public_keys.write_text(authority.command("public-keys", "--json"))
    trusts = ("--authority-url", authority.url, "--public-keys", public_keys)
    assert run_bluezone("phone", "--folder", folder, "init", *trusts).code == 0
    key = patient.phone.stores.keys.key_at(patient.now_s)
    sent = {"start_s": key.start_s, "end_s": key.end_s, "tx_power_dbm": -20}
    near = [{"key": key.key.hex(), "rssi_dbm": -62, **sent}, {"key": secrets.token_hex(16), "rssi_dbm": -80, **sent}]

    first = start_app(MET, near)
    with screens(first.wait_for("SCREENS ")) as browser:
        assert first.wait_for("SERVICE ") == "vn.bluezone.mobile.PhoneService"
        assert "/welcome" in str(browser.get("/").url)
        assert not [line for line in first.said if line.startswith("SENDING")]  # nothing before the yes
        browser.post("/welcome/permissions", data={"answer": "yes"})
        browser.post("/welcome")
        assert "/welcome" not in str(browser.get("/").url)
        first.wait_for("SENDING")
        met_s = time.monotonic()
        every_code_opens_its_screen(browser, authority.url)
    time.sleep(max(0.0, MEETING_S / SPEED - (time.monotonic() - met_s)))
    for number in range(20):  # each time a little later in its start
        engine = first.next("ENGINE ")
        time.sleep(0.15 * number)
        os.kill(int(engine), signal.SIGKILL)
    with screens(first.next_that_answers()) as browser:
        assert "/welcome" not in str(browser.get("/").url)  # the yes of before twenty kills holds
    first.kill()

    patient.go_to(NEXT_DAY.timestamp())
    patient.publish()

    poster = place_of(authority.url.replace("http:", "https:"))
    second = start_app(dt.datetime.fromtimestamp(patient.now_s, dt.UTC), [], link=poster)
    address = second.wait_for("SCREENS ")
    with screens(address) as browser:
        led_to = browser.get(browser.get(address).headers["refresh"].removeprefix("0; url="))
        assert led_to.url.path == "/diary/in"
        assert "Chợ Vị Thanh" in led_to.text
        assert "/welcome" not in str(browser.get("/").url)  # the yes of before the kill holds
        browser.post("/check")
        said = notice("vi", "/exposure/1", urgent=True, rings=True)
        assert second.wait_for("NOTICE warnings | ") == f"{said.title} | {said.text}"
        assert "/exposure/" in browser.get("/").text  # home leads to the warning
