"""The list of contacts to call in a browser: axe, widths, dark and light, both languages, the keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.tiers import first

pytestmark = pytest.mark.browser

PASSWORD = "a long password 1"
#: three people whose phones warned, one of whom the patient's phone heard, and an officer of their ward
_FILL = """
import datetime as dt
from bluezone.authority.officers.models import User
from bluezone.authority.reports import signals
from bluezone.authority.reports.models import Report
from bluezone.authority.site import clock
place, now = "/63:93/63:930/63:31318/", clock.now()
user = User(username="mot", role="commune", place=place, may_confirm=True)
user.set_password("a long password 1")
user.save()
values = {"place": place, "day": now.date() - dt.timedelta(days=1), "quarters": 3, "near_minutes": 25}
values |= {"certainty": "likely", "policy": "bluezone", "policy_version": "3", "received_at": now, "evidence": b""}
for number, verdict in enumerate(("corroborated", "consistent", "consistent")):
    row = Report.objects.create(
        id_digest=f"{number:064d}", number=b"", number_digest=str(number), verdict=verdict, risk=number, **values
    )
    signals.judged.send(sender=Report, report=row, number=f"+8491234567{number}", now=now)
"""


@pytest.fixture(scope="module")
def url(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any]) -> Iterator[str]:
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("browser") / "var"))
    installation.python(f"import django; django.setup()\n{_FILL}")
    installation.start()
    yield installation.url
    installation.stop()


@pytest.mark.parametrize(("width", "scheme"), first(1, [(360, "dark"), (360, "light"), (1_280, "dark")]))
def test_the_list_and_an_episode_are_clean_in_both_languages(open_browser, url, width, scheme):
    made = open_browser(width, scheme)
    page = made.page
    page.goto(f"{url}/officer/login")
    page.fill("[name=username]", "mot")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main form button")
    for language in ("vi", "en"):
        page.goto(f"{url}/language/{language}")
        page.goto(f"{url}/officer/work/?kind=call")
        made.check()
        page.focus(".work-row .who a")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        made.check()
        assert "91234567" not in page.inner_text("main")
        with page.expect_navigation():
            page.click("main .eyebrow a")
        made.check()
        with page.expect_navigation():
            page.click("main a[href$='/source']")
        made.check()
        with page.expect_navigation():
            page.click("main form button")
        assert page.locator("[role=alert]").is_visible()
        made.check()
