"""Every screen, in every state, in a real browser: axe, widths, languages, darkness."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from tests.phone.web.browsing import DARK, LOOKS, Open, Screen, follow, visit
from tests.protocol.signed_documents import issued

from bluezone.i18n import Catalogue, Language, catalogues
from bluezone.phone.air.radio.monitored import RadioState
from bluezone.phone.app import facts
from bluezone.phone.app.schedule import Outcome
from bluezone.phone.client.http import ConnectionFailedError, UnavailableError, WrongClockError
from bluezone.phone.client.publishing import Publisher, PublishError
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.preference_store import Sharing
from bluezone.phone.stores.timekeeper import ClockTrouble
from bluezone.phone.web import pages
from bluezone.phone.web.presenters.onboarding import PATHS
from bluezone.phone.web.security import Access
from bluezone.protocol.documents import Fault, sign
from bluezone.protocol.guidance import GUIDANCE, Entry, Telephone
from bluezone.protocol.messages import PublishCode, VerifyCode
from bluezone.protocol.news import NEWS

pytestmark = pytest.mark.browser


def all_paths(seeded: Any, web: SimpleNamespace) -> list[str]:
    day = seeded.warn()
    midnight_s = int(web.NOW_S - web.NOW_S % web.DAY_S - 7 * 3_600)
    return [
        "/", "/contacts", f"/contacts/{midnight_s}", f"/exposure/{day}", f"/exposure/{day}/report", "/positive",
        "/code", "/code?long", "/v?c=7K3M-Q2XD-9ABC", "/v?c=1234 5678 9018", "/link?text=x", "/self-report",
        "/self-report/sent",
        "/scan", "/result", "/result/share", "/withdraw", "/notices", "/news/7", "/invite", "/questions", "/self-test",
        "/settings", "/settings/notifications", "/settings/language", "/settings/stored", "/settings/diagnostics",
        "/settings/delete", "/place?q=long my", "/unit", "/number", "/nothing",
        "/gone",
    ]  # fmt: skip


@pytest.mark.thorough
@LOOKS
def test_every_screen_is_accessible_and_fits(seeded: Any, screen: Screen) -> None:
    screen.see(*PATHS, "/v?c=123456789018")
    seeded.agree()
    screen.see("/contacts")


@LOOKS
def test_every_screen_of_a_full_life_is_accessible_and_fits(
    eventful: Any, web: SimpleNamespace, screen: Screen
) -> None:
    screen.see(*all_paths(eventful, web))
    eventful.runner.number_client().ask("+84912345678", "vi", "")
    screen.see("/number/code")


def test_the_name_of_the_disease_is_never_broken_at_its_hyphen(
    eventful: Any, web: SimpleNamespace, open_page: Open, site: Access
) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    for path in ("/", PATHS[0], f"/exposure/{eventful.warn()}", "/notices"):
        visit(page, site, path)
        for width in range(180, 420, 12):
            page.set_viewport_size({"width": width, "height": 740})
            lines = page.evaluate(
                "[...document.querySelectorAll('h1 .unbroken, h2 .unbroken, b .unbroken')]"
                ".map((one) => [one.textContent, one.getClientRects().length])"
            )
            assert lines, path
            assert all(line == ["COVID-19", 1] for line in lines), (path, width)
        assert "COVID\u201119" not in page.inner_text("body")


# --- what may be the matter -----------------------------------------------------------------------------


def _three_days_without(phone: Any, **outcome: Any) -> None:
    phone.agree(checked_s_ago=3 * 86_400.0)
    phone.runner._progress.last = Outcome(**outcome)


def _guided(phone: Any, **entry: Any) -> int:
    """Have the authority's guidance fetched, and a warning of three days ago."""
    today = dt.date(2020, 8, 13)
    values: dict[str, Any] = {
        "place": "",
        "from_day": today - dt.timedelta(days=9),
        "until_day": today + dt.timedelta(days=60),
        "grades": ("low", "raised", "high"),
        "steps": {
            "vi": (
                "Gọi trạm y tế, nói “Bluezone báo cho tôi”.",
                "Ở nhà, tránh lại gần người khác đến khi được hướng dẫn.",
            ),
            "en": ("Call your health station: “Bluezone has warned me”.", "Stay at home until they have advised you."),
        },
        "watch_days": 14,
        "test_days": (1, 7, 14),
        "telephones": (
            Telephone({"vi": "trạm y tế phường I", "en": "health station of ward I"}, "02933878123"),
            Telephone({"vi": "đường dây nóng", "en": "the hotline"}, "19009095"),
        ),
        "source": "Công văn 1234/SYT-NVY ngày 12/8/2020 của Sở Y tế Hậu Giang",
        "version": "2",
    }
    now_s = int(phone.clock())
    document = issued(GUIDANCE, (Entry(**values | entry),), now_s)
    data = sign(document, [phone.signer])
    phone.agree()
    phone.runner.stores.documents.keep(document, data, phone.clock())
    return int(phone.warn())


#: makes a phone, and names the screen that shows its state
Prepare = Callable[[Any, pytest.MonkeyPatch], str]


def _phone(
    path: str, radio: RadioState | None = None, maker: str = "", spares: bool | None = None, **choices: Any
) -> Prepare:
    """Make a phone of these choices, with this radio and this battery saver."""

    def prepare(phone: Any, _patch: pytest.MonkeyPatch) -> str:
        phone.agree(**choices)
        if radio is not None:
            phone.works(radio)
        phone.host.spares, phone.host.made_by = spares, maker
        return path

    return prepare


def _unchecked(**outcome: Any) -> Prepare:
    def prepare(phone: Any, _patch: pytest.MonkeyPatch) -> str:
        _three_days_without(phone, **outcome)
        return "/"

    return prepare


def _guidance(*, refused: bool = False, **entry: Any) -> Prepare:
    def prepare(phone: Any, _patch: pytest.MonkeyPatch) -> str:
        day = _guided(phone, **entry)
        if refused:
            phone.runner.stores.documents.refuse(GUIDANCE, "", Fault.UNTRUSTED)
        return f"/exposure/{day}"

    return prepare


def _clock(trouble: ClockTrouble) -> Prepare:
    def prepare(phone: Any, patch: pytest.MonkeyPatch) -> str:
        phone.agree()
        patch.setattr(facts, "trouble", lambda *_, **__: trouble)
        return "/"

    return prepare


def _everything_wrong(phone: Any, patch: pytest.MonkeyPatch) -> str:
    _three_days_without(phone, trouble="no route", unreachable=True, storage_trouble="disk full")
    phone.runner.choose(background=False, notifications=True)
    phone.works(RadioState.OFF)
    phone.host.spares, phone.host.made_by = True, "OPPO"
    patch.setattr(facts, "trouble", lambda *_, **__: ClockTrouble.AHEAD)
    return "/"


def _self_test_of_a_broken_phone(phone: Any, patch: pytest.MonkeyPatch) -> str:
    _everything_wrong(phone, patch)
    return "/self-test"


def _warning_unsure(phone: Any, _patch: pytest.MonkeyPatch) -> str:
    phone.agree()
    return f"/exposure/{phone.warn(unsure=True)}"


def _news_unsigned(phone: Any, _patch: pytest.MonkeyPatch) -> str:
    phone.agree()
    phone.warn(withdrawn=True)
    phone.runner.stores.documents.refuse(NEWS, "", Fault.UNTRUSTED)
    return "/notices"


STATES: dict[str, Prepare] = {
    "offline": _unchecked(trouble="no route", unreachable=True),
    "authority down": _unchecked(trouble="HTTP 503"),
    "bluetooth off": _phone("/", RadioState.OFF),
    "everything wrong": _everything_wrong,
    "paused": _phone("/", paused=True),
    "clock kept": _clock(ClockTrouble.KEPT),
    "clock lost": _clock(ClockTrouble.LOST),
    "clock ahead": _clock(ClockTrouble.AHEAD),
    "clock refused": _clock(ClockTrouble.REFUSED),
    "battery": _phone("/battery", maker="Xiaomi", spares=True),
    "battery spared": _phone("/battery", maker="samsung", spares=False),
    "self test broken": _self_test_of_a_broken_phone,
    "guidance": _guidance(),
    "guidance vietnamese only": _guidance(steps={"vi": ("Gọi trạm y tế.",)}, test_days=(), telephones=()),
    "guidance over": _guidance(watch_days=2),
    "guidance refused": _guidance(refused=True),
    "warning unsure": _warning_unsure,
    "news unsigned": _news_unsigned,
    "nothing shared": _phone("/positive"),
    "shared": _phone("/positive", published_at_s=1_597_290_000.0),
    "shared partly": _phone("/positive", published_at_s=1_597_290_000.0, sharing=Sharing.PARTLY),
    "taken back": _phone("/positive", sharing=Sharing.WITHDRAWN),
    "refused": _phone("/positive", sharing=Sharing.REFUSED),
}


#: each screen once; the others differ from one of these in their words
FIRST = (
    "offline", "everything wrong", "battery", "self test broken", "guidance", "guidance refused", "warning unsure",
    "news unsigned", "shared", "refused",
)  # fmt: skip


@pytest.mark.parametrize(
    "names", [FIRST, pytest.param(sorted(STATES.keys() - set(FIRST)), marks=pytest.mark.thorough)], ids=len
)
@LOOKS
def test_every_trouble_has_a_screen_that_is_accessible_and_fits(
    web: SimpleNamespace,
    stage: Any,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    names: Sequence[str],
) -> None:
    for name in names:
        prepare = STATES[name]
        with web.opened(name) as phone, monkeypatch.context() as patch:
            path = prepare(phone, patch)
            phone.runner.choose(language=language)
            stage.show(phone)
            screen.visit(path)
            screen.look(name)


REFUSALS: dict[str, PhoneError] = {
    "expired": PublishError("", VerifyCode.CODE_EXPIRED),
    "another province": PublishError("", PublishCode.UNKNOWN_HEALTH_AUTHORITY),
    "not taken": PublishError("", VerifyCode.CODE_INVALID),
    "long asked": PublishError("", VerifyCode.QUOTA_EXCEEDED),
    "token expired": PublishError("", VerifyCode.TOKEN_EXPIRED),
    "authority down": UnavailableError(""),
    "no connection": ConnectionFailedError(""),
    "clock": WrongClockError(""),
}


@DARK
def test_every_refusal_says_what_to_do(seeded: Any, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    seeded.agree()
    page = screen.page
    for name, error in REFUSALS.items():

        def refuse(_publisher: Publisher, _code: str, error: PhoneError = error) -> None:
            raise error

        monkeypatch.setattr(Publisher, "verify", refuse)
        screen.visit("/code")
        page.fill("#code", "1234 5678 9018")
        follow(page, "main form .button")
        screen.look(f"refused-{name}")
        assert page.locator("main .button:not(.plain)").count() >= 1, name


#: a Khmer sentence of no meaning here, for letters that stand above and below the line
KHMER = "ការប្រើប្រាស់ប៊្លូហ្សូន"


@pytest.fixture
def in_khmer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All texts of the screens in Khmer letters, as long as the English ones."""

    def letters(message: Message) -> str | tuple[str, ...]:
        text = message.id if isinstance(message.id, str) else message.id[-1]
        kept = " ".join(re.findall(r"\{\w+\}", text))
        return f"{(KHMER * (len(text) // len(KHMER) + 1))[: max(3, len(text))]} {kept}".strip()

    catalogue = Catalog(locale="km")
    with Path(pages.__file__).with_name("locale").joinpath("km/LC_MESSAGES/phone.po").open("rb") as file:
        for message in read_po(file, locale="km"):
            string = letters(message)
            catalogue.add(message.id, (string,) if message.pluralizable else string)
    compiled = tmp_path / "phone.mo"
    with compiled.open("wb") as file:
        write_mo(file, catalogue)
    own = Catalogue._file

    def file_of(self: Catalogue, language: Language) -> Any:
        return compiled if (self.domain, language) == ("phone", Language.KHMER) else own(self, language)

    monkeypatch.setattr(Catalogue, "_file", file_of)
    for cached in (catalogues._load, pages._environment):
        cached.cache_clear()
    yield
    for cached in (catalogues._load, pages._environment):
        cached.cache_clear()


@pytest.mark.thorough
def test_khmer_letters_are_there_and_fit(in_khmer: None, seeded: Any, open_page: Open, site: Access) -> None:
    page = open_page("small")
    screen = Screen(page, site, "km")
    screen.visit("/welcome")
    assert page.locator("button[name=language]").all_inner_texts() == ["English", "ភាសាខ្មែរ"]
    page.click("button[value=km]")
    assert page.locator("html").get_attribute("lang") == "km"
    seeded.agree(language="km")
    screen.see("/", "/contacts", "/settings", "/questions")
    for weight in (400, 600):
        loads = f"new FontFace('f', 'url(/static/noto-sans-khmer-{weight}.woff2)').load().then(f => f.status)"
        assert page.evaluate(loads) == "loaded"
