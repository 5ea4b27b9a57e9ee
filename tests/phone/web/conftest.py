"""A phone with a seeded past and a radio of no waves, for its screens."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from tests.phone.contacts import warning_of
from tests.phone.doubles import Station, StillRadio, client_of, no_net
from tests.phone.settings import phone_settings
from tests.phone.web.browsing import SIZES, Open, Screen, launched
from tests.phone.web.visitor import ORIGIN, PORT, ZONE, Visitor, words
from tests.protocol.signed_documents import issued

from bluezone.exposure.policies import Evidence, Grade
from bluezone.phone.air.radio.monitored import RadioHealth, RadioState
from bluezone.phone.app.loop import Runner
from bluezone.phone.notices.browser import BrowserNotifier
from bluezone.phone.stores.contact_store import Sighting
from bluezone.phone.stores.preference_store import PhoneNumber
from bluezone.phone.stores.publication_store import PublicationStore, VerifiedResult
from bluezone.phone.web.handlers.base import WebSettings
from bluezone.phone.web.security import Access
from bluezone.phone.web.server import create_app, listening_socket
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.documents import sign
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.intervals import INTERVAL_S
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.news import NEWS, NewsItem
from bluezone.protocol.reports import HEARD_PATH, REPORTS_PATH, TAKE_BACK_PATH, WITHDRAW_PATH, ReportAnswer
from bluezone.protocol.shared_check_ins import CHECK_INS_PATH
from bluezone.protocol.user_reports import SERVICES_PATH, Services
from bluezone.protocol.verification import CertifiedReport

#: 13 August 2020, 11:20 in Vietnam
NOW_S = 1_597_292_400.0
DAY_S = 86_400
#: of a warning as this version keeps it, and as one did that knew neither nearness nor certainty
EVIDENCE = Evidence(2_300.0, 51.0, 22.0, Grade.RAISED, 38, "bluezone", "3", 40)
NEAR_DBM, NORMAL_DBM, WEAK_DBM = -60, -85, -97


class FakeHost:
    """A machine whose answers the test sets; notes what it is asked for."""

    def __init__(self) -> None:
        self.made_by, self.spares = "", None
        self.asked: list[str] = []

    def maker(self) -> str:
        return self.made_by

    def spares_battery(self) -> bool | None:
        return self.spares

    def ask_for_notices(self) -> None:
        self.asked.append("notices?")

    def open_panel(self, panel: str) -> None:
        self.asked.append(str(panel))


class Settable:
    """A clock to be set."""

    def __init__(self, now_s: float) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s


class Seeded:
    """A runner, and ways to give it a past."""

    def __init__(self, directory: Path, radio: StillRadio | None = None, **settings: Any) -> None:
        self.clock = Settable(NOW_S)
        self.radio = radio or StillRadio()
        self.answer: Callable[[httpx.Request], httpx.Response] = no_net
        self.client = client_of(lambda request: self.answer(request))
        self.rng = np.random.default_rng(7)
        signing_key = SigningKey(ec.derive_private_key(2, ec.SECP256R1()))
        self.signer = ExportSigner(signing_key, "452", "v1")
        pinned = (TrustedKey(signing_key.public_key(), "452", "v1"),)
        self.settings = phone_settings(directory, "https://authority.test", pinned, **settings)
        self.notifier, self.host = BrowserNotifier(), FakeHost()
        ways: Any = {"notifier": self.notifier, "host": self.host}
        self.runner = Runner(self.settings, self.radio, self.client, self.clock, self.rng.bytes, self.rng, **ways)
        self.works()

    def works(self, state: RadioState = RadioState.WORKING) -> None:
        """The radio's health, without running it."""
        self.runner._radio.health = RadioHealth(state)

    def agree(self, days_ago: float = 20.0, checked_s_ago: float | None = 600.0, **choices: Any) -> None:
        checked = None if checked_s_ago is None else self.clock() - checked_s_ago
        self.runner.choose(agreed_at_s=self.clock() - days_ago * DAY_S, checked_at_s=checked, **choices)

    def meet(self, start_s: float, minutes: int, dbm: int, phones: int = 1) -> None:
        """`phones` phones beside this one for so long, each with a new identifier every ten minutes."""
        names = [self.rng.bytes(16) for _ in range(phones)]
        for minute in range(minutes):
            at_s = start_s + 60 * minute
            if minute and at_s % 600 < 60:
                names = [self.rng.bytes(16) for _ in range(phones)]
            sightings = [Sighting(name, b"\0\0\0\0", 4, dbm, dbm, dbm) for name in names]
            self.runner.phone.stores.contacts.add_scan(at_s, 60.0, sightings)

    def fortnight(self) -> None:
        """A market town's two weeks, and three phones around just now."""
        for back in range(13, 0, -1):
            midnight_s = NOW_S - NOW_S % DAY_S - 7 * 3_600 - (back - 1) * DAY_S - DAY_S
            for _ in range(int(self.rng.integers(2, 14))):
                at_s = midnight_s + 6 * 3_600 + float(self.rng.integers(0, 13 * 60)) * 60
                dbm = int(self.rng.choice([NEAR_DBM, NORMAL_DBM, WEAK_DBM]))
                self.meet(at_s, int(self.rng.integers(2, 30)), dbm)
        for start_s, minutes, dbm in (
            (NOW_S - 3 * 3_600, 22, NEAR_DBM),
            (NOW_S - 5_000, 6, WEAK_DBM),
            (NOW_S - 3_000, 20, NEAR_DBM),
        ):
            self.meet(start_s, minutes, dbm)
        sightings = [Sighting(self.rng.bytes(16), b"\0\0\0\0", 4, d, d, d) for d in (NEAR_DBM, NORMAL_DBM, WEAK_DBM)]
        self.runner.phone.stores.contacts.add_scan(NOW_S - 20, 60.0, sightings)
        self.runner.phone.stores.keys.key_at(NOW_S)

    def warn(self, days_ago: int = 3, *, withdrawn: bool = False, unsure: bool = False) -> int:
        """Have the phone warn of a day; `unsure`: by a policy that gives no probability."""
        day = int(NOW_S // DAY_S - days_ago) * DAY_S - 7 * 3_600  # midnight in Viet Nam
        said = {} if unsure else {"policy": "bluezone", "evidence": EVIDENCE}
        alert = warning_of(day, NOW_S - 3_600, **said)
        self.runner.phone.stores.exposures.change_alerts([alert], [], NOW_S - 3_600)
        if withdrawn:
            self.runner.phone.stores.exposures.change_alerts([], [day], NOW_S - 60)
        return day

    def reportable(self, tek: bytes = b"k" * 16, receipt: str = "r" * 64, commune: str = "34:31471") -> int:
        """Near a published key for half an hour, three days ago, warned of it, with a commune and a confirmed number;
        gives the day."""
        stores = self.runner.phone.stores
        day = self.warn()
        utc_day = day + 7 * 3_600
        key = TemporaryExposureKey(tek, utc_day // INTERVAL_S)
        sent = self.runner.phone.scheme.identifiers(key.daily())
        for minute in range(30):
            at_s = utc_day + 6 * 3_600 + 60 * minute
            slot = 16 * ((at_s - utc_day) // INTERVAL_S)
            stores.contacts.add_scan(at_s, 60.0, [Sighting(sent[slot : slot + 16], b"\0\0\0\0", 4, -60, -60, -60)])
        stores.exposures.mark_checked("x", self.clock(), 1, [key], [])
        stores.keys.key_at(utc_day + 3_600)
        stores.number.write(PhoneNumber(b"", "678", "vi", commune, receipt, self.clock()))
        self.runner.choose(commune=commune)
        return day


class Office:
    """A health office that takes what an owner gives, and answers as the test says; and what it was sent."""

    def __init__(self, seeded: Seeded) -> None:
        self.asked: list[tuple[str, bytes]] = []
        self.says = ReportAnswer()
        self.away = False
        seeded.answer = self.answer

    @property
    def bodies(self) -> list[bytes]:
        return [body for _, body in self.asked]

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            return no_net(request)
        if request.url.path == WITHDRAW_PATH:
            return httpx.Response(200, content=ReportAnswer().to_json("x"))
        if request.url.path not in (REPORTS_PATH, TAKE_BACK_PATH, HEARD_PATH, CHECK_INS_PATH):
            return httpx.Response(200, text="") if request.url.path.endswith("index.txt") else httpx.Response(404)
        self.asked.append((request.url.path, request.content))
        return httpx.Response(403 if self.says.code else 200, content=self.says.to_json("x" * 100))


@pytest.fixture
def seeded(tmp_path: Path) -> Iterator[Seeded]:
    phone = Seeded(tmp_path / "phone")
    with phone.runner.closing():
        yield phone


@pytest.fixture
def office(seeded: Seeded) -> Office:
    return Office(seeded)


@pytest.fixture
def station(seeded: Seeded) -> Station:
    seeded.agree()
    made = Station()
    seeded.answer = made.answer
    return made


@pytest.fixture
def visitor(seeded: Seeded) -> Visitor:
    return Visitor(seeded.runner)


@pytest.fixture
def web(tmp_path: Path) -> SimpleNamespace:
    """All of the above, for tests (which cannot import a conftest)."""

    @contextmanager
    def opened(name: str = "other", **settings: Any) -> Iterator[Seeded]:
        phone = Seeded(tmp_path / name, **settings)
        with phone.runner.closing():
            yield phone

    return SimpleNamespace(
        NOW_S=NOW_S,
        DAY_S=DAY_S,
        ZONE=ZONE,
        PORT=PORT,
        ORIGIN=ORIGIN,
        NEAR_DBM=NEAR_DBM,
        NORMAL_DBM=NORMAL_DBM,
        WEAK_DBM=WEAK_DBM,
        StillRadio=StillRadio,
        Visitor=Visitor,
        words=words,
        opened=opened,
    )


# --- in a browser -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium(require_tool: Any) -> Iterator[Any]:
    with launched(require_tool.chromium()) as browser:
        yield browser


class Stage:
    """The screens of the phone that was put on it last, at one address. `end`: nothing answers there any more."""

    end: Callable[[], None]

    def __init__(self, access: Access) -> None:
        self.access = access

    def show(self, phone: Seeded) -> None:
        self._app = create_app(phone.runner, WebSettings(ZONE, invite_url="https://bluezone.example"), self.access)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)


@pytest.fixture
def stage(seeded: Seeded) -> Iterator[Stage]:
    """The screens of `seeded`, served as in life but for the radio, until another phone is shown."""
    sock = listening_socket(0)
    shown = Stage(Access(sock.getsockname()[1], "token-of-this-run"))
    shown.show(seeded)
    server = uvicorn.Server(uvicorn.Config(shown, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]

    async def serve() -> None:
        announcing = asyncio.create_task(seeded.runner._announcer.run())
        await server.serve([sock])
        announcing.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    while not server.started:
        time.sleep(0.01)

    def end() -> None:
        server.should_exit = True
        thread.join(10)
        sock.close()

    shown.end = end
    yield shown
    end()


@pytest.fixture
def site(stage: Stage) -> Access:
    """The address of `stage`."""
    return stage.access


@pytest.fixture
def open_page(chromium: Any, site: Access) -> Iterator[Open]:
    """A page of the owner's browser. A request to anywhere else, a script error or a breach of the policy fails."""
    contexts, wrong = [], []

    def opened(size: str = "small", **options: Any) -> Any:
        width, height = SIZES[size]
        options = {"viewport": {"width": width, "height": height}, "reduced_motion": "reduce", **options}
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: _note_foreign(request.url, site, wrong))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(site.address)
        page.wait_for_url(lambda url: "/enter" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def screen(seeded: Seeded, open_page: Open, site: Access, size: str, language: str, scheme: str) -> Screen:
    """A page in the way of `LOOKS`, of a phone that speaks its language."""
    seeded.runner.choose(language=language)
    return Screen(open_page(size, color_scheme=scheme), site, size, language, scheme)


def _note_foreign(url: str, site: Access, wrong: list[str]) -> None:
    if not url.startswith(f"http://127.0.0.1:{site.port}/"):
        wrong.append(url)


@pytest.fixture
def eventful(seeded: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A phone to which everything has happened: news came, a code was accepted, a number waits for its code."""
    now_s = int(seeded.clock())
    long_text = "Tại trạm y tế phường, từ 8 giờ sáng đến 5 giờ chiều.\nHãy mang theo giấy tờ và đeo khẩu trang."
    item = NewsItem(
        "7", "advice", now_s - 60, now_s + 86_400, (), {"vi": "Điểm xét nghiệm miễn phí tại Long Mỹ"}, {"vi": long_text}
    )
    body = sign(issued(NEWS, (item,), now_s), [seeded.signer])
    seeded.agree()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == SERVICES_PATH:
            return httpx.Response(200, content=Services(user_reports=True).to_json())
        if request.url.path == NEWS.address("452"):
            return httpx.Response(200, content=body)
        if request.url.path == "/v1/phone-number/code":
            return httpx.Response(202, json={})
        return httpx.Response(200, text="") if request.url.path.endswith("index.txt") else httpx.Response(404)

    seeded.answer = answer
    seeded.runner.check()
    found = VerifiedResult(CertifiedReport.CONFIRMED, dt.date(2020, 8, 12), dt.date(2020, 8, 10), now_s)
    monkeypatch.setattr(PublicationStore, "waiting", lambda *_: found)
    seeded.fortnight()
    seeded.runner.stores.publications.finish("revision", now_s)  # what it shared can be taken back
    return seeded
