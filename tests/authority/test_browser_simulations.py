"""A question to the simulator in a real browser: asked, waited for, answered, asked again; by a recorded answer, or at
length by the simulator itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.authority.simulations.conftest import ANSWER
from tests.tiers import first

pytestmark = pytest.mark.browser

PASSWORD = "a long password 1"


@pytest.fixture(scope="module")
def served(
    on_sqlite: Any,
    tmp_path_factory: pytest.TempPathFactory,
    installation_at: Callable[..., Any],
) -> Iterator[Any]:
    """An authority with the printed figures and an officer of Hậu Giang (be). Nobody answers questions by itself."""
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    arguments = ("create-officer", "be", "--role", "province", "--unit", "Hậu Giang", "--password-stdin")
    assert installation.run(*arguments, stdin=f"{PASSWORD}\n").returncode == 0
    assert installation.run("load-history").returncode == 0
    installation.start()
    yield installation
    installation.stop()


_ANSWER_AS_RECORDED = f"""
import django
django.setup()
from bluezone.authority.simulations import services, simulator
simulator.ask = lambda *_, **__: {ANSWER!r}
services.work_off()
"""


def simulate(served: Any, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("compiled_simulator")  # a command may not take as long as compiling does beside tests
    done = served.run("simulate")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("width", "scheme", "answer"),
    first(1, [(360, "dark", lambda served, _: served.python(_ANSWER_AS_RECORDED)), (1_280, "light", simulate)]),
)
def test_a_question_is_asked_and_the_page_turns_into_the_answer(open_browser, served, width, scheme, answer, request):
    officer = open_browser(width, scheme)
    page, url = officer.page, served.url
    page.set_default_timeout(120_000)
    page.goto(f"{url}/officer/login")
    page.fill("[name=username]", "be")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main form button")

    page.goto(f"{url}/officer/simulations/")
    officer.check()
    officer.press("main a.button")
    officer.check()
    page.fill("[name=days]", "0")
    officer.press("main form[method=post] .actions button")
    page.wait_for_selector("[role=alert]:focus")
    officer.check()
    values = {"days": "20", "seeds": "2", "people": "2000", "initial_infections": "50", "uptakes": "30 60"}
    for name, text in values.items():
        page.fill(f"[name={name}]", text)
    page.uncheck("[name=sensitivity]")
    if width == 360:  # one answer was recorded, not several
        page.uncheck("[name=order]")
    officer.press("main form[method=post] .actions button")
    page.wait_for_selector("#how-far:text-is('Đang chờ đến lượt.')")
    officer.check()

    answer(served, request)
    page.wait_for_selector("#runs, #courses")  # by itself
    page.wait_for_selector("main:not(:has([data-progress]))")  # whole: the page turns no more
    assert "Hậu Giang." in page.inner_text(".sentence")
    page.wait_for_load_state("load")
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    officer.check()
    page.click("main summary")
    officer.check()
    officer.press("main .card.after a.button")
    assert page.input_value("[name=days]") == "20"
    page.goto(f"{url}/officer/simulations/")
    officer.check()
