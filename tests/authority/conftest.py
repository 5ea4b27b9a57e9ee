"""Django for the authority's tests: a var/ of its own, a clock the test sets, a phone that makes requests."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import django
import httpx
import pytest
from tests.authority import forked, shifts
from tests.axe import violations

_ROOT = Path(__file__).resolve().parents[2]
_CATALOGUE = _ROOT / "src/bluezone/authority/locale/vi/LC_MESSAGES/django.po"
_COMPILED = _CATALOGUE.with_suffix(".mo")
if not _COMPILED.exists() or _COMPILED.stat().st_mtime < _CATALOGUE.stat().st_mtime:
    subprocess.run([sys.executable, _ROOT / "tools/messages.py", "compile"], check=True)

_FOLDER = tempfile.TemporaryDirectory(prefix="bluezone-test-")
os.environ["BLUEZONE_VAR"] = f"{_FOLDER.name}/var"
Path(_FOLDER.name, "var", "static").mkdir(parents=True)  # `serve` fills it
os.environ["BLUEZONE_SECOND_FACTOR"] = "off"  # tests of it turn it on; others are about what comes after
for _name in ("DATABASE_URL", "BLUEZONE_REHEARSAL_CLOCK", "BLUEZONE_SECRETS"):
    os.environ.pop(_name, None)
os.environ |= {"BLUEZONE_SECRET_KEY": "the tests' secret", "BLUEZONE_PERSONS_KEY": "the tests' key of identities"}
# By default the tests of one process use SQLite; with this, a database beside the one it names, on PostgreSQL.
if _url := os.environ.get("BLUEZONE_TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = _url
os.environ["DJANGO_SETTINGS_MODULE"] = "bluezone.authority.project.settings"
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core import management  # noqa: E402
from django.db import connection  # noqa: E402
from django.middleware import csrf  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import translation  # noqa: E402

from bluezone.authority.officers.models import User  # noqa: E402
from bluezone.authority.officers.sessions import SessionStore  # noqa: E402
from bluezone.authority.project import whole  # noqa: E402
from bluezone.authority.site import clock as authority_clock  # noqa: E402
from bluezone.authority.site.configuration import SECRETS, read_environment  # noqa: E402
from bluezone.authority.site.environment import Environment  # noqa: E402
from bluezone.authority.site.models import Installation as Installed  # noqa: E402
from bluezone.protocol.intervals import INTERVALS_PER_DAY, interval_number  # noqa: E402
from bluezone.protocol.keys import TemporaryExposureKey  # noqa: E402
from bluezone.protocol.messages import (  # noqa: E402
    CertificateRequest,
    CertificateResponse,
    PublishRequest,
    PublishResponse,
    VerifyRequest,
    VerifyResponse,
)
from bluezone.protocol.verification import tek_mac  # noqa: E402

#: a Tuesday afternoon
NOON = dt.datetime(2020, 8, 18, 12, 0, tzinfo=dt.UTC)

# Every page carries a drawn token of 64 signs: of all letters and digits, it would now and then hold the "6A" or the
# "62" of which a test says that a page must not show it.
csrf.CSRF_ALLOWED_CHARS = "wz"


@dataclass
class SetClock:
    """The authority's clock, in the test's hand."""

    now: dt.datetime = NOON

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **span: float) -> dt.datetime:
        self.now += dt.timedelta(**span)
        return self.now


@pytest.fixture
def now() -> dt.datetime:
    return NOON


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    fake = SetClock()
    monkeypatch.setattr(authority_clock, "now", fake)
    return fake


@pytest.fixture(autouse=True)
def settings_for_tests(settings: Any) -> None:
    """Names of static files as they are: the hashed ones exist only after `serve` has collected them."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nothing here is secret


@pytest.fixture(scope="session", autouse=True)
def quick_login() -> Iterator[None]:
    """Have `force_login` of a client that nobody logged in with store a session, and no more: Django's own stores four
    and looks for old attempts, in 10 ms of thousands of tests. What a login does is tested through its page."""
    log_in = Client.force_login

    def force_login(self: Client, user: User, backend: str | None = None) -> None:
        if self.cookies.get(settings.SESSION_COOKIE_NAME) or not user.pk:
            return log_in(self, user, backend)
        user.backend = backend or self._get_backend()
        session = SessionStore()
        values = (str(user.pk), user.backend, user.get_session_auth_hash())
        session.update(zip((SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY), values, strict=True))
        session.save()
        self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", force_login)
        yield


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Clear the caches of keys and forms, which are of the database of the test before, and the language of its last
    request, which stays with the thread."""
    from bluezone.authority.declarations import known_forms
    from bluezone.authority.officers.api_keys import device_keys
    from bluezone.authority.privacy import ending
    from bluezone.authority.signing import remembered

    translation.deactivate()
    device_keys.forget()
    ending.forget()
    known_forms.forget()
    remembered.forget()


@pytest.fixture
def environment(settings: Any, tmp_path: Path) -> Callable[..., Environment]:
    """Changes the installation's settings for a test: `environment(rate_limit=3)`."""

    def change(**values: Any) -> Environment:
        settings.BLUEZONE = settings.BLUEZONE.model_copy(update=values)
        return settings.BLUEZONE

    change(var=tmp_path)
    return change


@pytest.fixture
def read_with(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Environment]:
    """Reads the settings from these variables and no others: `read_with(BLUEZONE_TLS="on")`."""

    def read(**variables: str) -> Environment:
        for name in os.environ:
            if name == "DATABASE_URL" or name.startswith("BLUEZONE_"):
                monkeypatch.delenv(name)
        for name, text in variables.items():
            monkeypatch.setenv(name, text)
        return read_environment()

    return read


@dataclass
class FakePhone:
    """What a phone does with the device API, over Django's test client."""

    client: Client
    clock: SetClock
    hmac_key: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def post(self, path: str, body: bytes, **headers: Any) -> Any:
        return self.client.post(path, body, content_type="application/json", **headers)

    def keys(self, count: int = 14, *, ending_days_ago: int = 1) -> list[TemporaryExposureKey]:
        """`count` keys of whole days, the newest of `ending_days_ago` days ago."""
        today = interval_number(self.clock.now.timestamp()) // INTERVALS_PER_DAY * INTERVALS_PER_DAY
        return [
            TemporaryExposureKey(secrets.token_bytes(16), today - (ending_days_ago + back) * INTERVALS_PER_DAY)
            for back in range(count)
        ]

    def verify(self, code: str, *accept: str, **headers: Any) -> VerifyResponse:
        response = self.post("/api/verify", VerifyRequest(code, accept).to_json("x" * 1_000), **headers)
        return VerifyResponse.from_json(response.content)

    def certify(self, code: str, mac: bytes) -> str:
        """From a code to a certificate over `mac`."""
        token = self.verify(code).token
        response = self.post("/api/certificate", CertificateRequest(token, mac).to_json())
        return CertificateResponse.from_json(response.content).certificate

    def publish(
        self, code: str, keys: list[TemporaryExposureKey], mac: bytes | None = None, **fields: Any
    ) -> PublishResponse:
        certificate = self.certify(code, mac or tek_mac(keys, self.hmac_key))
        return self.upload(keys, certificate, **fields)

    def upload(self, keys: list[TemporaryExposureKey], certificate: str, **fields: Any) -> PublishResponse:
        request = PublishRequest(tuple(keys), "vn.bluezone", certificate, self.hmac_key, **fields)
        return PublishResponse.from_json(self.post("/v1/publish", request.to_json("x" * 1_000)).content)


@pytest.fixture
def phone(db: None, environment: Callable[..., Environment], set_clock: SetClock, client: Client) -> FakePhone:
    """A phone, and an authority ready to answer it."""
    from bluezone.authority.signing import services as signing

    signing.ensure(set_clock.now)
    return FakePhone(client, set_clock)


@pytest.fixture
def issue(phone: FakePhone) -> Callable[..., str]:
    """Opens a case and gives its code: `issue()`, `issue("clinical")`."""
    from bluezone.authority.diagnosis import services
    from bluezone.authority.site import clock

    def open_case(report_type: str = "confirmed", onset_days_ago: int = 3) -> str:
        onset = clock.date_of(phone.clock.now) - dt.timedelta(days=onset_days_ago)
        _, code, _ = services.open_case(services.NewCase(report_type, onset), None, phone.clock.now)
        return code.short

    return open_case


@pytest.fixture
def database_text(db: None) -> Callable[[], str]:
    """Everything the database holds, as text: what a thief of it could read."""

    def dump() -> str:
        with connection.cursor() as cursor:
            rows = []
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT * FROM "{table}"')
                rows += [f"{table} {row!r}" for row in cursor.fetchall()]
        return "\n".join(rows)

    return dump


# --- an authority as a process of its own -----------------------------------------------------------------------------


@dataclass
class Installation:
    """An authority of its own: a folder, a database, the command, a server."""

    var: Path
    database_url: str = ""
    token: str = ""
    url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    server: forked.Started | None = None

    def environment(self) -> dict[str, str]:
        ours = ("BLUEZONE_", "DATABASE_URL")
        variables = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        variables |= {"PYTHONPATH": str(_ROOT / "src"), "BLUEZONE_VAR": str(self.var)}
        variables |= {"BLUEZONE_SECRETS": str(self.var / "secrets")} | self.settings
        variables["BLUEZONE_REHEARSAL_CLOCK"] = str(self.var / "clock")
        return variables | ({"DATABASE_URL": self.database_url} if self.database_url else {})

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return forked.run(["authority", *arguments], self.environment(), stdin)

    def python(self, code: str, *arguments: str) -> str:
        """Run code, which begins by `django.setup()`, for this authority; return what it prints."""
        settings = {"DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings"}
        done = forked.run(["-c", code, *arguments], self.environment() | settings)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def json(self, *arguments: str) -> dict[str, object]:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def set_clock(self, seconds: float) -> None:
        partial = self.var / "clock.new"
        partial.write_text(str(seconds))
        partial.replace(self.var / "clock")

    def set_up(self) -> None:
        """Migrate, and make an officer with a token who may issue more codes in a day than tests need."""
        for arguments, stdin in (
            (("install",), ""),
            (("create-officer", "lan", "--password-stdin"), "a long password 1\n"),
            (("code-quota", "100"), ""),
        ):
            done = self.run(*arguments, stdin=stdin)
            assert done.returncode == 0, done.stderr
        self.token = str(self.json("officer-token", "lan")["token"])

    def start(self, *options: str) -> None:
        self.server, self.url = forked.serve_authority(self.environment(), *options)

    def stop(self, number: int = signal.SIGINT) -> int:
        assert self.server is not None
        self.server.send_signal(number)
        code = self.server.wait(timeout=20)
        self.server = None
        return code

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30)

    def code(self, client: httpx.Client) -> str:
        response = client.post(
            "/officer/api/cases",
            json={"report_type": "confirmed", "test_date": "2020-08-18"},
            headers={"Authorization": f"Bearer {self.token}"},
        )
        assert response.status_code == 201, response.text
        return response.json()["code"]


@pytest.fixture
def run_bluezone(db: None, run_bluezone: Callable[..., Any]) -> Callable[..., Any]:
    """Runs `bluezone ARGUMENTS` in the test's own process, on its database, which is a whole installation's."""
    whole.take_in_secrets()
    whole.note(SECRETS, Installed())
    return run_bluezone


@pytest.fixture(scope="session")
def installation_at() -> Callable[..., Installation]:
    """Makes an authority in a folder (and a database), its clock at noon: `installation_at(folder, url)`."""

    def make(var: Path, database_url: str = "") -> Installation:
        installation = Installation(var, database_url)
        installation.set_clock(NOON.timestamp())
        return installation

    return make


@contextlib.contextmanager
def in_turn(folder: Path) -> Iterator[None]:
    """Let one test process at a time be at what lies in a folder."""
    with folder.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def of_all_processes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all test processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, of_all_processes: Path, monkeypatch_session: pytest.MonkeyPatch
) -> None:
    """Have one test process migrate its SQLite database for all: the others copy it. Migrating takes 10 s of CPU."""
    if connection.vendor != "sqlite":
        return
    shared = of_all_processes / "migrated.sqlite3"
    call_command = management.call_command

    def migrate_or_copy(name: str, *arguments: Any, **options: Any) -> Any:
        if name != "migrate":
            return call_command(name, *arguments, **options)
        monkeypatch_session.undo()  # once: whoever migrates later means it
        with in_turn(shared), contextlib.closing(sqlite3.connect(shared)) as kept:
            connection.ensure_connection()
            if kept.execute("PRAGMA user_version").fetchone() == (1,):  # copied below to its end
                return kept.backup(connection.connection)
            call_command(name, *arguments, **options)
            connection.connection.backup(kept)
            kept.execute("PRAGMA user_version = 1")
            return None

    monkeypatch_session.setattr(management, "call_command", migrate_or_copy)


@pytest.fixture(scope="session")
def monkeypatch_session() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="session")
def on_sqlite(of_all_processes: Path, tmp_path_factory: Any, installation_at: Callable[..., Installation]) -> Any:
    """An authority that is set up, to be copied: setting up takes seconds, so one test process does it for all."""
    shared, own = of_all_processes / "set-up-on-sqlite", tmp_path_factory.mktemp("authority") / "var"
    token = shared.with_suffix(".token")
    with in_turn(shared):
        if not token.exists():
            shutil.rmtree(shared, ignore_errors=True)  # of a process that failed at it
            shared.mkdir()
            made = installation_at(shared)
            made.set_up()
            token.write_text(made.token)
        return Installation(shutil.copytree(shared, own), token=token.read_text())


@pytest.fixture(scope="session")
def postgresql(require_tool: Any) -> str:
    """The URL of a server where databases may be made."""
    hint = "the URL of a PostgreSQL server where databases may be made (.ci/run sets it)"
    return str(require_tool.environment("BLUEZONE_TEST_POSTGRES", hint))


@contextlib.contextmanager
def new_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """Make a PostgreSQL database and give its URL. Drop it where what is done with it fails."""
    import psycopg

    name = f"bluezone_test_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    url = f"{server_url.rsplit('/', 1)[0]}/{name}"
    try:
        yield url
    except BaseException:
        drop_database(server_url, url)
        raise


def drop_database(server_url: str, url: str) -> None:
    import psycopg

    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {url.rsplit('/', 1)[1]} WITH (FORCE)")


@pytest.fixture(scope="session")
def own_database(postgresql: str) -> Callable[..., contextlib.AbstractContextManager[str]]:
    """Makes a PostgreSQL database of a test's own, copied from a template, and gives its URL."""

    @contextlib.contextmanager
    def make(template: str = "template1") -> Iterator[str]:
        with new_database(postgresql, template) as url:
            yield url
        drop_database(postgresql, url)

    return make


@pytest.fixture(scope="session")
def on_postgresql(postgresql: str, of_all_processes: Path, installation_at: Callable[..., Installation]) -> Any:
    """An authority that is set up on PostgreSQL, to be copied: the first test process makes it, the last drops it."""
    shared = of_all_processes / "set-up-on-postgresql"
    told, user = shared.with_suffix(".json"), shared.with_name(f"{shared.name}.{os.getpid()}.user")
    with in_turn(shared):
        if not told.exists():
            shutil.rmtree(shared, ignore_errors=True)
            shared.mkdir()
            with new_database(postgresql) as url:
                made = installation_at(shared, url)
                made.set_up()
            told.write_text(json.dumps({"database_url": url, "token": made.token}))
        user.touch()
    ready = Installation(shared, **json.loads(told.read_text()))
    yield ready
    with in_turn(shared):
        user.unlink()
        if not list(user.parent.glob(f"{shared.name}.*.user")):
            told.unlink()
            drop_database(postgresql, ready.database_url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.thorough])])
def prepared(request, tmp_path, installation_at) -> Iterator[Any]:
    """An authority that is set up and does not serve yet."""
    ready = request.getfixturevalue(f"on_{request.param}")
    shutil.copytree(ready.var, tmp_path, dirs_exist_ok=True)
    with contextlib.ExitStack() as stack:
        url = ""
        if ready.database_url:
            template = ready.database_url.rsplit("/", 1)[1]
            url = stack.enter_context(request.getfixturevalue("own_database")(template))
        installation = installation_at(tmp_path, url)
        installation.token = ready.token
        yield installation
        if installation.server is not None:
            installation.stop()


@pytest.fixture
def running(prepared: Installation) -> Installation:
    """An authority that is set up and serves."""
    prepared.start()
    return prepared


# --- an officer at a real browser ------------------------------------------------------------------------------------

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser(require_tool: Any) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = require_tool.chromium()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


class OfficerAtBrowser:
    """Use a page by keyboard, as an officer does, and check what holds for every page."""

    #: what axe has looked at in this process: an address without its numbers, and whether it refuses something
    looked_at: ClassVar[set[tuple[str, bool]]] = set()

    def __init__(self, page: Any, *, always_axe: bool = True) -> None:
        self.page, self.always_axe = page, always_axe

    def tab_to(self, selector: str) -> None:
        """Press Tab until the element has the focus, and see that the focus shows."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                break
        else:
            pytest.fail(f"{selector} cannot be reached by keyboard")
        ring = self.page.evaluate("getComputedStyle(document.activeElement).boxShadow")
        assert ring != "none", f"{selector}: nobody sees that it has the focus"

    def type_in(self, selector: str, text: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.type(text)

    def press(self, selector: str) -> None:
        """Press the button or follow the link with Enter."""
        self.tab_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def open_menu(self) -> None:
        """Open what is behind the menu's button, by keyboard; where all stands in the row there is none."""
        if self.page.locator("details.menu:not([open]) > summary").is_visible():
            self.tab_to("details.menu > summary")
            self.page.keyboard.press("Enter")

    def press_in_menu(self, selector: str) -> None:
        self.open_menu()
        self.press(f"{selector}:not(.menu:not([open]) *)")

    def log_in(self, url: str, name: str = "lan", lands: str = "/officer/cases/") -> None:
        self.page.goto(f"{url}/officer/login")
        self.page.wait_for_selector("[name=username]:focus")  # the page gives it the focus
        self.page.keyboard.type(name)
        self.type_in("[name=password]", "a long password 1")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        assert self.page.url.endswith(lands)

    def _is_new_to_axe(self) -> bool:
        """Tell whether axe is still to look at what is open, and note that it did: at each address once in `make test`,
        where it takes half of a browser's time, and always in `make thorough`."""
        address = re.sub(r"[0-9a-f]{8}-[0-9a-f-]+|\d+", "#", urlsplit(self.page.url).path)
        key = (address, self.page.locator("[role=alert]").count() > 0)
        is_new = self.always_axe or key not in self.looked_at
        self.looked_at.add(key)
        return is_new

    def check(self) -> None:
        """Check what holds for every page: axe finds nothing, nothing sticks out, nothing jumped."""
        if self._is_new_to_axe():
            assert violations(self.page) == []
        width = self.page.viewport_size["width"]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width
        # A line of text that comes late pushes a page by 0.02 and more. A busy machine once reported 0.001, whose
        # source was not found in 40 tries.
        late, while_coming, moved = self.page.evaluate(shifts.SHIFTS)
        assert late < shifts.MOST_LATE, moved
        assert while_coming < shifts.MOST_WHILE_COMING, moved
        small = self.page.evaluate(
            """() => [...document.querySelectorAll("a.button, button, input:not([type=hidden]), select")]
                .filter(one => one.offsetParent && Math.min(one.offsetHeight, one.offsetWidth) < 24
                    && !one.closest("label")).map(one => one.outerHTML)"""
        )
        assert small == [], "targets below 24 px (WCAG 2.2, 2.5.8)"
        ids = self.page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
        assert [one for one, count in Counter(ids).items() if count > 1] == [], "what a label or an error refers to"


@pytest.fixture
def open_browser(browser: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., OfficerAtBrowser]]:
    """Open a browser window: `open_browser(360, "dark")`."""
    contexts = []
    wrong: list[str] = []  # an exception in a listener would end the connection to the browser, not the test

    def opened(width: int = 1_280, scheme: str = "light") -> OfficerAtBrowser:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="vi-VN")
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(shifts.WATCH_SHIFTS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        return OfficerAtBrowser(page, always_axe=request.node.get_closest_marker("thorough") is not None)

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def put_figure(db: None) -> Callable[..., None]:
    """Store a figure: `put_figure(school, day, 40)`, `put_figure("63:93", day, 100, origin="counted")`."""
    from bluezone.authority.campaign.figures.store import store
    from bluezone.geography.units import UnitCode
    from bluezone.rollout.counts import DEVICES, Count, OrganisationCode, Origin

    def put(
        of: Any, day: dt.date, installs: int | None, *, origin: str = "reported", source: str = "", **more: Any
    ) -> None:
        key = str(getattr(of, "code", of))
        code = UnitCode.parse(key) if ":" in key else OrganisationCode(key)
        source = source or (DEVICES if origin == "counted" else "report")
        store([Count(code, day, installs=installs, origin=Origin(origin), source=source, **more)])

    return put


#: officers of Hậu Giang and its neighbours: name -> role and place
ROLES = {
    "ministry": ("ministry", "/"),
    "province": ("province", "/63:93/"),
    "neighbour": ("province", "/63:92/"),
    "successor": ("province", "/34:92/"),
    "district": ("district", "/63:93/63:930/"),
    "sister district": ("district", "/63:93/63:935/"),
    "commune": ("commune", "/63:93/63:930/63:31318/"),
    "sister commune": ("commune", "/63:93/63:930/63:31321/"),
    "without a role": ("", ""),
}


@pytest.fixture
def at_work() -> dt.datetime:
    """When officers are at work."""
    return dt.datetime(2020, 8, 15, 2, tzinfo=dt.UTC)


@pytest.fixture
def officer(db: None, set_clock: Any, client: Any, at_work: dt.datetime) -> Callable[..., User]:
    """Logs an officer in: `officer("province")`, `officer("head", "unit-head", school.place)`."""
    set_clock.now = at_work

    def log_in(name: str, role: str | None = None, place: str = "") -> User:
        if role is None:
            role, place = ROLES[name]
        user = User.objects.filter(username=name).first() or User.objects.create_user(name, role=role, place=place)
        client.force_login(user)
        return user

    return log_in
