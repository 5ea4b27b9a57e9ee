"""A checkpoint and a door in a browser without BarcodeDetector, before Chromium's made-up camera: with a network,
without one, for two days, and with whatever people hold before it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.authority.conftest import CHROMIUM_ARGUMENTS
from tests.authority.passes.pictures import corners, modules, seen, write_film
from tests.forms.samples import LONG_MY

pytestmark = pytest.mark.browser

PASSWORD = "a long password 1"
DAY_S = 86_400
#: the server's time, moved by what the page's own store says: the same before and after it is opened anew
MOVED_CLOCK = 'Date.now = () => 1000 * (%d + Number(localStorage.getItem("test.ahead") || 0));'
#: an officer at a station's checkpoint, a link of its door, and passes as they are asked for
_FILL = """
import datetime as dt, json, uuid
from cryptography.hazmat.primitives.asymmetric import ec
from bluezone.authority.documents import services as documents
from bluezone.authority.door import links
from bluezone.authority.officers.models import User
from bluezone.authority.passes import services
from bluezone.authority.signing import remembered
from bluezone.authority.site import clock
from bluezone.authority.units import services as units
from bluezone.geography.units import UnitCode
from bluezone.protocol.crypto import with_cryptography
from bluezone.protocol.exports import ExportSigner
from bluezone.protocol.passes import Colour, Pass, unverified_pass, write_pass

now = clock.now()
facts = units.Facts(name="Bến xe Long Mỹ", sector="stations", within=UnitCode.parse("34:31471"))
station = units.register(facts, clock.date_of(now))
User.objects.create_user("chot", password="a long password 1", role="checkpoint", place=station.place)
secret, link = links.issue(station, uuid.uuid4(), now)

def issued(of, colour):
    until = now + dt.timedelta(days=1)
    return services.issue(services.Wish(of, "/34:92/34:31471/", "movement", "34:31471", colour, until), now)

def signed(signer, day, region="452"):
    at = int((now + dt.timedelta(days=day)).timestamp())
    return write_pass(Pass(region, "7K3M-Q2XD", "movement", "34:31471", Colour.GREEN, at, at + 86_400), signer)

own = remembered.pass_signer(now)
other = with_cryptography.SigningKey(ec.generate_private_key(ec.SECP256R1()))
strange, older = ExportSigner(other, own.key_id, own.key_version), ExportSigner(other, own.key_id, "v0")
found = {colour.name.lower(): issued(colour.name, colour) for colour in Colour}
found |= {"soon taken back": issued("soon", Colour.GREEN), "last year": signed(own, -365), "forged": signed(strange, 0)}
found |= {"old key": signed(older, -365), "elsewhere": signed(own, 0, "840"), "tomorrow": signed(own, 0.9)}
documents.refresh(now)
found["number of the green pass"] = unverified_pass(found["green"]).pseudonym
found["link"] = links.fragment(secret, link, station.name, "Phường Long Mỹ")
print(json.dumps(found))
"""
_TAKE_BACK = """
from bluezone.authority.documents import services as documents
from bluezone.authority.passes import services
from bluezone.authority.passes.rules import Reason
from bluezone.authority.site import clock
services.revoke_of("soon", Reason.MISTAKE, clock.now())
documents.refresh(clock.now())
"""
_ENTRIES = """
import json
from bluezone.authority.day_keys.services import unseal
from bluezone.authority.door.entries.rules import bound_to, province_of, read_visitor
from bluezone.authority.door.entries.services import PURPOSE
from bluezone.authority.door.models import DoorEntry
place, seen = province_of("/34:92/34:31471/"), []
for row in DoorEntry.objects.order_by("hour"):
    text = unseal(PURPOSE, place, row.day_key, bound_to(row.hour), bytes(row.sealed))
    seen.append(read_visitor(row.hour, text))
print(json.dumps([[each.hour, each.telephone, each.pass_number] for each in seen]))
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold what the made-up camera films, which a page reads anew whenever it opens the camera."""
    return tmp_path_factory.mktemp("camera") / "film.y4m"


@pytest.fixture(scope="module")
def browser(require_tool: Any, film: Path) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    arguments = [*CHROMIUM_ARGUMENTS, *camera, f"--use-file-for-fake-video-capture={film}"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=require_tool.chromium(), args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def hold(film: Path) -> Callable[[str], None]:
    """Hold a code before the camera, a little turned and never quite still."""
    rng = np.random.default_rng(11)

    def held(text: str) -> None:
        code = modules(text, error="L")
        angle = rng.uniform(-0.4, 0.4)
        films = [seen(code, corners(rng, 380, angle, 0.02), rng, noise=6, blur=1) for _ in range(3)]
        write_film(films, film)

    return held


@pytest.fixture(scope="module")
def installation(
    on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]
) -> Iterator[Any]:
    made = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    yield made
    if made.server is not None:
        made.stop()


@pytest.fixture(scope="module")
def codes(installation: Any) -> dict[str, str]:
    """The texts of passes by what they are, and what stands behind `#` in the link of the door."""
    found = json.loads(installation.python(f"import django; django.setup()\n{_FILL}"))
    installation.start()
    return found


@pytest.fixture
def moved_clock(installation: Any) -> str:
    """The script by which a page has the server's time."""
    return MOVED_CLOCK % float((installation.var / "clock").read_text())


@pytest.fixture(scope="module")
def session(codes: dict[str, str]) -> list[Any]:
    """The guard's cookies, once there are any: whoever logs in for each test anew has to wait in the end."""
    return []


@pytest.fixture
def checkpoint(
    open_browser: Callable[..., Any], installation: Any, session: list[Any], moved_clock: str
) -> Callable[..., Any]:
    """Open the page as the guard: `checkpoint(360, "dark", ahead_s=86_400)`."""

    def opened(width: int = 360, scheme: str = "light", ahead_s: int = 0) -> Any:
        made = open_browser(width, scheme)
        page = made.page
        page.add_init_script(moved_clock)
        page.goto(f"{installation.url}/officer/login")
        page.evaluate("ahead => localStorage.setItem('test.ahead', ahead)", str(ahead_s))
        if session:
            page.context.add_cookies(session)
            page.goto(f"{installation.url}/officer/checkpoint/")
        else:
            page.fill("[name=username]", "chot")
            page.fill("[name=password]", PASSWORD)
            with page.expect_navigation():
                page.click("main form button")
            session.extend(page.context.cookies())
        page.wait_for_selector("#checkpoint[data-ready]")
        return made

    return opened


@pytest.fixture
def door(open_browser: Callable[..., Any], installation: Any, codes: dict[str, str], moved_clock: str) -> Any:
    """The page of the station's door, ready for entries."""
    made = open_browser(360)
    made.page.add_init_script(moved_clock)
    made.page.goto(f"{installation.url}/door/#{codes['link']}")
    made.page.wait_for_selector("#entries[data-ready]")
    return made


def scan(page: Any) -> None:
    page.click("#camera")
    page.wait_for_selector("#camera:not([hidden])")


def shown(page: Any) -> tuple[str, str]:
    """The colour of the band, and what it says."""
    colour = page.get_attribute("#band", "class").removeprefix("pass-band ")
    return colour, page.inner_text("#band-title")


def until(holds: Callable[[], Any]) -> None:
    """Wait until something holds. (Playwright's own waiting evaluates text, which the pages' policy forbids.)"""
    for _ in range(100):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("it never came so far")


def lose_network(page: Any) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(lambda: page.evaluate("caches.keys().then(names => names.length)"))
    page.context.set_offline(True)


def test_passes_are_scanned_with_a_network_and_without_one(checkpoint, hold, codes):
    made = checkpoint()
    page = made.page
    assert page.evaluate("'BarcodeDetector' in window") is False  # so the reader of our own is what is tested
    assert page.evaluate("typeof qr === 'undefined'")  # fetched when it is needed, not before
    made.check()
    for colour, words in (("green", "Xanh"), ("yellow", "Vàng"), ("red", "Đỏ")):
        hold(codes[colour])
        scan(page)
        assert shown(page) == (colour, words)
        assert page.is_hidden("#again")
    lose_network(page)
    page.reload()  # opens from what the browser kept
    page.wait_for_selector("#checkpoint[data-ready]")
    assert page.inner_text("#net").startswith("Mất mạng")
    made.check()
    hold(codes["green"])
    scan(page)
    assert shown(page) == ("green", "Xanh")
    assert page.is_visible("#again")  # a mark for the guard; the band stays green
    assert "1 xanh, 1 vàng, 1 đỏ, 0" in page.inner_text("#counts")


#: what people hold before a camera, with the title and the sentence of the answer by their names in the page's texts;
#: no two in a row are answered alike
REFUSED = (
    ("last year", "expired", "expired_do"),
    ("tomorrow", "from the future", "from the future_do"),
    ("forged", "refused", "forged"),
    ("old key", "refused", "unknown key"),
    ("elsewhere", "refused", "none of ours"),
    ("HC1:6BFOXN%TSMAHN-H/Q8UWP", "refused", "another country's pass"),
    ("<script>document.title = 'x'</script>", "refused", "none of ours"),
    ("BZ1:6BFOXN%TSMAHN-H/Q8UWP", "refused", "malformed"),
    ("https://example.org/p/7K3M-Q2XD#abc", "refused", "none of ours"),
)


def test_what_is_no_valid_pass_is_said_in_one_sentence(checkpoint, hold, codes):
    page = checkpoint().page
    before, texts = page.title(), json.loads(page.inner_html("#texts"))
    for held, title, sentence in REFUSED:
        hold(codes.get(held, held))
        scan(page)
        assert shown(page) == ("grey", texts[title]), held
        assert page.inner_text("#band-do") == texts[sentence], held
    assert page.title() == before


def test_a_code_of_three_kilobytes_is_refused_however_it_comes(checkpoint, tmp_path):
    page = checkpoint().page
    page.fill("#text", "BZ1:" + "A" * 3_000)
    page.click("#typed button")
    page.wait_for_selector("#result:not([hidden])")
    assert shown(page)[0] == "grey"
    (tmp_path / "pass.txt").write_text("BZ1:" + "0" * 100_000)
    page.set_input_files("#file", tmp_path / "pass.txt")
    until(lambda: "2 " in page.inner_text("#counts"))
    assert shown(page)[0] == "grey"


def test_a_pass_is_read_from_a_picture_in_a_file(checkpoint, codes, tmp_path):
    import segno

    page = checkpoint().page
    segno.make(codes["yellow"], error="L").save(tmp_path / "pass.png", scale=4)
    page.set_input_files("#file", tmp_path / "pass.png")
    page.wait_for_selector("#result:not([hidden])")
    assert shown(page) == ("yellow", "Vàng")
    (tmp_path / "empty.png").write_bytes(b"no picture")
    page.set_input_files("#file", tmp_path / "empty.png")
    until(lambda: page.inner_text("#said"))


@pytest.mark.thorough
def test_a_pass_taken_back_is_known_once_the_list_came(checkpoint, hold, codes, installation):
    page = checkpoint().page
    hold(codes["soon taken back"])
    scan(page)
    assert shown(page) == ("green", "Xanh")
    installation.python(f"import django; django.setup()\n{_TAKE_BACK}")
    scan(page)  # not heard of yet
    assert shown(page)[0] == "green"
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1_500)
    scan(page)
    assert shown(page) == ("grey", "Đã thu hồi")


@pytest.mark.thorough
@pytest.mark.parametrize("ahead_s", [-DAY_S, DAY_S])
def test_a_clock_wrong_by_a_day_is_said_and_passes_are_judged_by_the_servers_time(checkpoint, hold, codes, ahead_s):
    page = checkpoint(ahead_s=ahead_s).page
    assert "24 giờ" in page.inner_text("#warnings")
    hold(codes["green"])
    scan(page)
    assert shown(page) == ("green", "Xanh")


def test_a_list_that_has_grown_old_is_said(checkpoint):
    page = checkpoint().page
    lose_network(page)
    page.evaluate("localStorage.setItem('test.ahead', 3 * 3600)")
    page.reload()
    page.wait_for_selector("#checkpoint[data-ready]")
    until(lambda: "3 giờ" in page.inner_text("#warnings"))


def test_without_a_list_the_page_says_whether_there_is_a_network(checkpoint):
    page = checkpoint().page
    lose_network(page)
    page.evaluate("for (const key of Object.keys(localStorage)) if (key.endsWith('list')) localStorage.removeItem(key)")
    page.reload()
    page.wait_for_selector("#checkpoint[data-ready]")
    until(lambda: page.inner_text("#net") == "Mất mạng")


def entries(installation: Any) -> list[list[Any]]:
    return json.loads(installation.python(f"import django; django.setup()\n{_ENTRIES}"))


@pytest.mark.thorough
def test_a_door_without_a_network_for_two_days_notes_guests_by_pass_and_by_number(door, hold, codes, installation):
    page = door.page
    begun = float((installation.var / "clock").read_text())
    lose_network(page)
    page.reload()
    for day in range(3):
        page.evaluate("ahead => localStorage.setItem('test.ahead', ahead)", str(day * DAY_S))
        page.reload()
        page.wait_for_selector("#entries[data-ready]")
        page.fill("#entry-text", f"091234567{day}")
        page.click("#entry-form .button")
        until(lambda: "1" in page.inner_text("#entry-count"))
    door.check()
    hold("not a pass")
    page.click("#entry-camera")
    page.wait_for_selector("#entry-video:not([hidden])")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.wait_for_selector("#entry-camera:not([hidden])")
    hold(codes["green"])
    page.click("#entry-camera")
    until(lambda: "2" in page.inner_text("#entry-count"))
    assert "4" in page.inner_text("#entry-waiting")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "912345" not in kept  # who opens the telephone reads nothing
    assert codes["green"][:40] not in kept
    hold("HC1:6BFOXN%TSMAHN-H/Q8UWP")  # nothing is noted of what is no pass of ours
    page.click("#entry-camera")
    page.wait_for_selector("#entry-camera:not([hidden])")
    assert "2" in page.inner_text("#entry-count")
    page.evaluate("ahead => localStorage.setItem('test.ahead', ahead)", str(5 * DAY_S))
    page.fill("#entry-text", "0912345699")  # no key of that day is here: said, and nothing is kept in the clear
    page.click("#entry-form .button")
    until(lambda: page.inner_text("#entry-said"))
    assert "912345" not in page.evaluate("JSON.stringify(localStorage)")
    page.evaluate("ahead => localStorage.setItem('test.ahead', ahead)", str(2 * DAY_S))
    installation.set_clock(begun + 2 * DAY_S + 60)
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    until(lambda: not page.inner_text("#entry-waiting"))
    found = entries(installation)
    installation.set_clock(begun)
    first = found[0][0]
    noted = {(hour - first, number or "a pass") for hour, number, _pass in found}
    assert noted == {(0, "+84912345670"), (24, "+84912345671"), (48, "+84912345672"), (48, "a pass")}
    assert [number for *_, number in found if number] == [codes["number of the green pass"]]


#: gives the rows of a picture as a camera sees it
_GREYS = """async picture => {
    await picture.decode();
    const canvas = document.createElement("canvas"), side = 600;
    canvas.width = canvas.height = side;
    const drawn = canvas.getContext("2d");
    drawn.drawImage(picture, 0, 0, side, side);
    const { data } = drawn.getImageData(0, 0, side, side);
    return Array.from({ length: side }, (_, y) => Array.from({ length: side }, (_, x) => data[4 * (y * side + x)]));
}"""


def declare(page: Any, name: str, signs: str = "none") -> None:
    """Fill in the form of the whole population for somebody of Long Mỹ, and press Done."""
    page.click("#declare-open")
    page.select_option("#which", "population")
    page.fill("#questions [name=full_name]", name)
    page.fill("#questions [name=birth_year]", "1950")
    page.check("#questions [name=gender][value=female]")
    page.fill("#questions [name=commune]", LONG_MY.full_name)
    page.fill("#questions [name=address]", "12 Trần Hưng Đạo")
    page.fill("#questions [name=telephone]", "0912 345 678")
    page.check(f"#questions [name=signs][value={signs}]")
    for question in ("near_case", "near_abroad", "near_sick"):
        page.check(f"#questions [name={question}][value=no]")
    page.click("#form > .button")
    page.wait_for_selector("#outcome:not([hidden])")


def test_who_declares_at_a_checkpoint_gets_a_pass_once_there_is_a_network(checkpoint, hold):
    import zxingcpp

    made = checkpoint()
    page = made.page
    declare(page, "Nguyễn Thị Lan")
    page.wait_for_selector("#outcome-pass:not([hidden])")
    greys = np.array(page.eval_on_selector("#outcome-code", _GREYS), dtype=np.uint8)
    (code,) = zxingcpp.read_barcodes(greys, formats=zxingcpp.BarcodeFormat.QRCode)
    page.fill("#text", code.text)
    page.click("#typed button")
    page.wait_for_selector("#result:not([hidden])")
    assert shown(page) == ("green", "Xanh")
    assert page.is_hidden("#outcome")  # gone with the next tap, and nowhere on the device
    assert page.get_attribute("#outcome-code", "src") is None
    texts = json.loads(page.inner_html("#texts"))
    lose_network(page)
    declare(page, "Trần Văn Nam", "fever")
    assert texts["no_pass_yet"] in page.inner_text("#outcome-kept")
    assert page.is_hidden("#outcome-pass")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "Trần Văn Nam" not in kept
    assert code.text not in kept
    page.context.set_offline(False)
    page.wait_for_selector("#outcome-pass:not([hidden])")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.emulate_media(media="print")
    assert page.is_visible("#outcome-code")
    assert page.is_hidden("#scan")
