"""Doors in a browser: the telephone that counts without an account and without a network, and the officers' pages."""

from __future__ import annotations

import base64
import re
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PASSWORD = "a long password 1"
SENT = "[data-state=sent]"
#: gives the rows of a picture as a camera sees it
GREYS = """picture => {
    const canvas = document.createElement("canvas"), side = 480;
    canvas.width = canvas.height = side;
    const drawn = canvas.getContext("2d");
    drawn.drawImage(picture, 0, 0, side, side);
    const { data } = drawn.getImageData(0, 0, side, side);
    return Array.from({ length: side }, (_, y) => Array.from({ length: side }, (_, x) => data[4 * (y * side + x)]));
}"""


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    """An authority that serves the example, with an officer of Hậu Giang (be) and of Cần Thơ, which has no unit."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    assert installation.run("load-example").returncode == 0
    for name, role, unit in (("be", "province", "63:93"), ("tho", "province", "Cần Thơ")):
        arguments = ("create-officer", name, "--role", role, "--unit", unit, "--password-stdin")
        done = installation.run(*arguments, stdin=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr
    installation.start()
    yield installation.url
    installation.stop()


@pytest.fixture
def officer(open_browser: Callable[..., Any], url: str) -> Callable[..., Any]:
    """Opens a window and logs in: `officer("be", 390, "dark")`."""

    def log_in(name: str = "be", width: int = 1_280, scheme: str = "light") -> Any:
        made = open_browser(width, scheme)
        made.page.goto(f"{url}/officer/login")
        made.page.fill("[name=username]", name)
        made.page.fill("[name=password]", PASSWORD)
        with made.page.expect_navigation():
            made.page.click("main form button")
        return made

    return log_in


@pytest.fixture(scope="module")
def codes() -> list[str]:
    """The addresses of doors, in one order for all tests; filled by the first."""
    return []


@pytest.fixture
def printed(officer: Callable[..., Any], url: str, codes: list[str]) -> Callable[[int], tuple[str, Any]]:
    """Prints the paper of a unit, by its code or its place in the list of doors; gives its link, and the officer on
    the unit's page."""

    def paper(which: int | str) -> tuple[str, Any]:
        made = officer()
        if not codes:
            made.page.goto(f"{url}/officer/doors/units")
            codes.extend(one.get_attribute("href") for one in made.page.locator("tbody th a").all())
        address = f"{url}/officer/doors/{which}" if isinstance(which, str) else f"{url}{codes[which]}"
        made.page.goto(address)
        made.page.click("form[action$=link] button")
        link = made.page.input_value("#link")
        made.page.goto(address)
        return link, made

    return paper


@pytest.fixture
def telephone(open_browser: Callable[..., Any]) -> Callable[..., Any]:
    """Opens a link on a telephone: `telephone(link, 320, "dark")`."""

    def scan(link: str, width: int = 360, scheme: str = "light") -> Any:
        made = open_browser(width, scheme)
        made.page.goto(link)
        made.page.wait_for_selector("#door:not([hidden])")
        return made

    return scan


def press(page: Any, app: str, kind: str) -> None:
    page.click(f"[data-app={app}][data-kind={kind}]")


def numbers(page: Any, app: str = "bluezone") -> list[str]:
    return [page.inner_text(f"#n-{app}-{kind}") for kind in ("had", "helped", "refused")]


def asked(made: Any) -> list[int]:
    """The guests of today who were asked, app by app, as the unit's page has them."""
    made.page.reload()
    today = made.page.locator(".doors-table tbody tr").first.locator(".asked b")
    return [int(text) for text in today.all_inner_texts()]


def made_up_link(url: str, last_day: str = "20300101", name: str = "Quán cơm Bờ Kè") -> str:
    shown = base64.urlsafe_b64encode(f"{name}\nPhường I\n7K3M-Q2XD".encode()).decode().rstrip("=")
    return f"{url}/door/#{'A' * 22}.{last_day}.{shown}"


def test_the_paper_is_scanned_and_guests_are_counted_by_keyboard(printed, telephone):
    import numpy as np
    import zxingcpp

    _link, made = printed(0)
    page = made.page
    address = page.url
    made.check()
    made.press("form[action$=link] button")
    made.check()
    greys = np.array(page.eval_on_selector(".paper img", GREYS), dtype=np.uint8)
    (code,) = zxingcpp.read_barcodes(greys, formats=zxingcpp.BarcodeFormat.QRCode)
    link = page.input_value("#link")
    assert code.text == link
    page.reload()  # no second link, and the paper is not shown again
    assert page.url == address
    assert page.locator(".paper").count() == 0

    phone = telephone(link)
    door = phone.page
    assert "#" not in door.url  # nothing of the secret stays in the address
    assert door.inner_text("#name") == page.inner_text("h1")
    phone.check()
    for selector in ("[data-app=bluezone][data-kind=had]", "[data-app=ncovi][data-kind=helped]"):
        phone.tab_to(selector)
        door.keyboard.press("Enter")
    phone.tab_to("[data-app=bluezone][data-kind=refused]")
    door.keyboard.press("Space")
    phone.tab_to("#undo")
    door.keyboard.press("Enter")
    assert (numbers(door), numbers(door, "ncovi")) == (["1", "0", "0"], ["0", "1", "0"])
    door.wait_for_selector(SENT)
    phone.check()
    assert asked(made) == [1, 1]


def test_what_is_counted_without_a_network_is_sent_once(printed, telephone):
    link, made = printed(1)
    phone = telephone(link)
    page = phone.page
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    press(page, "bluezone", "had")
    page.wait_for_selector(SENT)
    page.context.set_offline(True)
    for _ in range(3):
        press(page, "bluezone", "helped")
    press(page, "ncovi", "refused")
    page.wait_for_selector("[data-state=offline]")
    assert "4 lượt chờ trên máy" in page.inner_text("#net")
    phone.check()
    page.reload()  # the page opens without a network, and has kept what was counted
    page.wait_for_selector("#door:not([hidden])")
    assert numbers(page) == ["1", "3", "0"]
    assert "4 lượt chờ trên máy" in page.inner_text("#net")
    page.context.set_offline(False)
    page.wait_for_selector(SENT)
    assert asked(made) == [4, 1]


@pytest.mark.thorough
def test_an_answer_that_is_lost_on_its_way_counts_nothing_twice(printed, telephone):
    link, made = printed(2)
    page = telephone(link).page
    lost = []

    def lose(route: Any) -> None:
        if len(lost) < 2:
            lost.append(route.fetch().status)  # the server has it, and the telephone hears nothing
            route.abort()
        else:
            route.continue_()

    page.route("**/door/taps", lose)
    for _ in range(3):
        press(page, "bluezone", "had")
    page.wait_for_selector("[data-state=offline]")
    page.wait_for_selector(SENT, timeout=60_000)  # it tries again by itself
    assert lost == [200, 200]
    assert asked(made) == [3]


@pytest.mark.thorough
def test_two_tabs_and_two_telephones_at_one_door_count_each_guest_once(printed, telephone):
    link, made = printed(3)
    first = telephone(link).page
    tab = first.context.new_page()
    tab.goto(link)
    second = telephone(link).page
    press(first, "bluezone", "had")
    press(tab, "bluezone", "had")
    press(second, "bluezone", "helped")
    for page in (first, tab, second):
        page.wait_for_selector(SENT)
    tab.reload()
    assert (numbers(tab), numbers(second)) == (["2", "0", "0"], ["0", "1", "0"])
    assert asked(made)[0] == 3


@pytest.mark.thorough
@pytest.mark.parametrize("hours", [400, -30])
def test_a_wrong_clock_files_under_the_right_day_and_says_so(printed, telephone, browser, hours):
    link, made = printed(4 if hours < 0 else 5)
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="vi-VN")
    context.add_init_script(f"const real = Date.now; Date.now = () => real.call(Date) + {hours * 3_600_000};")
    page = context.new_page()
    page.goto(link)
    press(page, "bluezone", "had")
    page.wait_for_selector(SENT)
    assert page.is_visible("#clock")
    press(page, "bluezone", "had")
    assert numbers(page)[0] == "2"
    page.wait_for_selector(SENT)
    context.close()
    assert asked(made)[0] == 2


@pytest.mark.thorough
def test_a_telephone_without_storage_counts_and_says_what_it_cannot(printed, browser):
    link, made = printed(6)
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="vi-VN")
    context.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
    )
    page = context.new_page()
    page.goto(link)
    press(page, "ncovi", "had")
    assert page.is_visible("#no-store")
    page.wait_for_selector(SENT)
    context.close()
    assert asked(made) == [1]


@pytest.mark.thorough
def test_another_answer_than_ours_keeps_everything(telephone, url):
    """The log-in page of a hotel's network, a server that is down, an address that is limited."""
    page = telephone(made_up_link(url)).page
    answers = iter([(200, "<html>Log in</html>"), (503, ""), (429, '{"status": "later"}'), (400, '{"status": "x"}')])
    page.route(
        "**/door/taps", lambda route: (lambda status, body: route.fulfill(status=status, body=body))(*next(answers))
    )
    press(page, "bluezone", "had")
    for state in ("offline", "offline", "offline", "refused"):
        page.wait_for_selector(f"[data-state={state}]")
        assert "1 lượt" in page.inner_text("#net")
        page.evaluate("dispatchEvent(new Event('online'))")
        time.sleep(0.3)
    page.unroute("**/door/taps")


def test_the_telephone_forgets_the_link_but_not_what_waits(telephone, url):
    phone = telephone(made_up_link(url))
    page = phone.page
    page.context.set_offline(True)
    press(page, "bluezone", "had")
    page.click("details.more summary")
    page.click("#forget")
    assert "chưa gửi" in page.inner_text("#forget-said")
    page.context.set_offline(False)
    page.wait_for_selector(SENT, timeout=20_000)
    page.click("#forget")
    assert page.is_visible("#no-link")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    phone.check()


@pytest.mark.parametrize("fragment", ["", "#", "#short", f"#{'A' * 22}.20300101.", f"#{'A' * 22}.20300101.____"])
def test_a_link_that_was_cut_short_says_what_to_do(open_browser, url, fragment):
    made = open_browser(320)
    made.page.goto(f"{url}/door/{fragment}")
    made.page.wait_for_selector("#no-link:not([hidden])")
    assert "quét tờ" in made.page.inner_text("main:not([hidden])")
    made.check()


def test_a_name_in_a_link_is_text(telephone, url):
    page = telephone(made_up_link(url, name="<img src=x onerror=alert(1)>")).page
    assert page.inner_text("#name") == "<img src=x onerror=alert(1)>"
    assert page.locator("main img").count() == 0


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(320, "light", "vi"), (360, "dark", "en"), (768, "light", "vi"), (1_280, "dark", "vi")],
)
def test_the_telephones_page_is_clean_and_its_targets_are_large(telephone, url, width, scheme, language):
    phone = telephone(made_up_link(url, last_day="20200101"), width, scheme)
    page = phone.page
    phone.check()
    if language == "en":
        page.click("details.more summary")
        page.click("a[hreflang=en]")
        page.wait_for_selector("#door:not([hidden])")  # the link is still known
        assert page.inner_text("#asked-ncovi") == "nobody asked yet"
    sizes = page.evaluate(
        "[...document.querySelectorAll('.taps button')].map(one => [one.offsetWidth, one.offsetHeight])"
    )
    assert len(sizes) == 6
    assert all(min(size) >= 88 for size in sizes)
    page.click("#sign-button")
    press(page, "ncovi", "helped")
    page.wait_for_selector("[data-state=ended]")
    phone.check()
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, summary, a")]
            .filter(one => one.offsetParent && one.offsetHeight < 44).map(one => one.outerHTML)"""
    )
    assert small == []


# --- officers ---------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (360, "dark"), (768, "dark"), (1_280, "light")])
def test_every_officers_page_of_doors_is_clean(printed, telephone, officer, url, width, scheme):
    link, unit = printed(7)
    page = telephone(link).page
    for _ in range(6):
        press(page, "bluezone", "had")
    page.wait_for_selector(SENT)
    address = unit.page.url
    made = officer("be", width, scheme)
    for path in (
        "/officer/doors/",
        "/officer/doors/units",
        "/officer/doors/units?show=never",
        "/officer/doors/rounds/new",
    ):
        made.page.goto(f"{url}{path}")
        made.check()
    for end in ("", "/visit"):
        made.page.goto(f"{address}{end}")
        made.check()
    made.page.click("main form.card .actions button")  # nothing is ticked
    made.page.wait_for_selector("[role=alert]:focus")
    made.check()
    made.page.goto(address)
    made.page.fill("[name=guests_per_day]", "2")
    made.page.click("form[action$=facts] button")
    assert "được để riêng" in made.page.inner_text("main").lower()
    made.check()
    made.page.locator("[value=leave]").first.click()
    made.page.fill("[name=guests_per_day]", "")
    made.page.click("form[action$=facts] button")


@pytest.mark.thorough
def test_a_round_is_planned_and_a_visit_recorded_by_keyboard(printed, telephone, officer, url):
    proposal = f"{url}/officer/doors/rounds/new?day=2020-08-18&size=30&form=00000000-0000-4000-8000-000000000000"
    made = officer("be", 360)
    made.page.goto(proposal)
    link, _unit = printed(made.page.locator("[name=code]").first.input_value())
    page = telephone(link).page
    for _ in range(3):
        press(page, "bluezone", "had")
    page.wait_for_selector(SENT)
    made.page.goto(proposal)
    made.press("form.card[method=post] .actions button")
    assert re.search(r"/rounds/\d+$", made.page.url)
    made.check()
    round_address = made.page.url
    stop = made.page.locator(".stop", has_text=page.inner_text("#name"))
    assert "lượt cần xem lại" in stop.inner_text()
    stop.locator("a.button").click()
    for name in ("poster", "list_kept", "looked"):
        made.tab_to(f"[name={name}]")
        made.page.keyboard.press("Space")
    made.press("main form.card .actions button")
    assert made.page.url == round_address
    stop = made.page.locator(".stop", has_text=page.inner_text("#name"))
    assert "cần xem lại" not in stop.inner_text()
    made.check()


def test_a_place_without_any_door_says_what_to_do(officer, url):
    made = officer("tho", 390, "dark")
    for path, text in (("", "chưa có đơn vị"), ("units", "nào giữ sổ cửa"), ("rounds/new", "không còn nơi nào")):
        made.page.goto(f"{url}/officer/doors/{path}")
        assert text in made.page.inner_text("main")
        made.check()
