"""The whole Android app on a desktop: its activity, service and radio in Java, the real bridge, the Python that the APK
holds, and an authority of its own. Below is Robolectric in the place of Android."""

from __future__ import annotations

import datetime as dt
import json
import os
import queue
import secrets
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from apk_parts import android_part, inputs, python_part
from bluezone.phone.app.engine import Phone, PhoneSettings
from bluezone.phone.notices.port import notice
from bluezone.protocol.check_ins import PlaceKind, make_payload, place_address
from bluezone.town.server import TownAuthority

HERE = Path(__file__).parent
MET = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
NEXT_DAY = MET + dt.timedelta(days=1, hours=2)
#: seconds of the script in one of ours
SPEED = 40.0
MEETING_S = 30 * 60.0
_LIMIT_S = 120.0
#: what a telephone cannot install, or does not need
ABSENT = ("numpy", "cryptography", "cffi", "numba", "bumble", "grpc", "bleak", "dbus_fast", "django", "rich")


@dataclass
class App:
    """A running app. What it says comes in lines; `kill` is what a telephone does to an app it wants gone."""

    process: subprocess.Popen[str]
    lines: queue.Queue[str] = field(default_factory=queue.Queue)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

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

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def runtime(require_tool) -> Path:
    """The bridge's native side for this machine, which no registry has."""
    return require_tool.shared_data("tools/android/runtime/linux-x86_64")


@pytest.fixture(scope="module")
def libpython(require_tool) -> Path:
    found = next(Path("/usr/lib/x86_64-linux-gnu").glob("libpython3.11.so.1.0"), None)
    if found is None:
        require_tool.missing("libpython3.11 is not installed: `apt-get install libpython3.11` brings it")
    return found


@pytest.fixture(scope="module")
def python_path(apk_inputs, runtime, tmp_path_factory) -> Path:
    """The Python that the APK holds, unpacked as the bridge unpacks it."""
    folder = tmp_path_factory.mktemp("python")
    entries = {entry.name: entry.data for entry in python_part.lay_out(apk_inputs, HERE.parents[1], folder / "work")}
    for name in ("app", "requirements-common", "bootstrap"):
        with zipfile.ZipFile(BytesIO(entries[f"assets/chaquopy/{name}.imy"])) as archive:
            archive.extractall(folder)
    (folder / "java" / "chaquopy.so").write_bytes((runtime / "chaquopy.so").read_bytes())
    return folder


@pytest.fixture(scope="module")
def class_path(apk_inputs, require_tool, mobile, tmp_path_factory) -> str:
    """The app's classes and this test's, Robolectric's, and Android's."""
    fetched = subprocess.run([mobile / "android" / "test.sh", "fetch"], capture_output=True, text=True, check=False)
    if fetched.returncode:
        pytest.skip(f"Maven does not give Robolectric here: {(fetched.stdout + fetched.stderr).strip()[-300:]}")
    cache, folder = robolectric(), tmp_path_factory.mktemp("classes")
    framework, bridge, java = apk_inputs["framework"], apk_inputs["bridge"], mobile / "android"
    android_part.compile_java(java / "java", [framework, bridge], folder / "main")
    (folder / "whole").mkdir()
    path = f"{folder}/whole:{folder}/main:{bridge}:{cache}/lib/*:{framework}"
    sources = sorted((java / "whole").rglob("*.java"))
    javac = inputs.program("javac", "default-jdk-headless")
    quick = [f"-J{option}" for option in inputs.SHORT_RUN]
    inputs.run([javac, *quick, "-cp", path, "-d", folder / "whole", *sources], "compiling the test")
    return path


def robolectric() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("BLUEZONE_ROBOLECTRIC") or Path(base, "bluezone", "robolectric-4.14.1"))


@pytest.fixture
def start_app(class_path, python_path, runtime, libpython, tmp_path):
    """Starts the app at a moment, with whom it will find near it, by a link that was tapped, if any; kills what is left
    at the end."""
    running = []
    (tmp_path / "files").mkdir()

    def start(moment: dt.datetime, near: list[dict], link: str = "") -> App:
        script = tmp_path / f"{len(running)}.json"
        plan = {"start_s": moment.timestamp(), "speed": SPEED, "near": near, "absent": ABSENT}
        script.write_text(json.dumps(plan | {"start_of_device": f"start {len(running)}"}))
        properties = {
            "robolectric.offline": "true",
            "robolectric.dependency.dir": robolectric() / "android",
            "java.library.path": runtime,
            "bluezone.files": tmp_path / "files",
            "bluezone.python": f"{HERE / 'whole'}:{python_path}",
            "bluezone.script": script,
            "bluezone.link": link,
        }
        options = [*inputs.SHORT_RUN, "-Dfile.encoding=UTF-8", "-Xmx1g"]
        options += [f"-D{name}={value}" for name, value in properties.items()]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BLUEZONE"))}
        process = subprocess.Popen(
            ["java", *options, "-cp", class_path, "org.junit.runner.JUnitCore", "vn.bluezone.mobile.WholeApp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env=kept | {"LC_ALL": "C.UTF-8", "PYTHONHOME": "/usr", "LD_PRELOAD": str(libpython)},
        )
        running.append(App(process))
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
    settings = PhoneSettings(tmp_path / "patient", authority_url=authority.url, trusted_keys=authority.trusted_keys)
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
    public_keys, folder = tmp_path / "public-keys.json", tmp_path / "files" / "phone"
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
