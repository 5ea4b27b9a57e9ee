"""Every address with every role: `addresses.txt` says what is open to whom, and an address that it does not list
fails. Its head explains columns and letters."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from tests.authority.project.addresses import KEYS, TABLE, VISITORS, addresses, path_of, table
from tests.tiers import first

from bluezone.authority.officers.models import User
from bluezone.authority.project import error_pages

#: what is sent where an empty body would be refused before anybody asks who sent it
BODIES = {"officer/api/cases": {"report_type": "confirmed", "test_date": "2020-08-18"}}


def letter(answer: Any) -> str:
    """What a visitor met, as a letter of the table."""
    if answer.status_code == 401 or (answer.status_code == 302 and answer["Location"].startswith("/officer/login")):
        return "l"
    if answer.status_code in (403, 404):
        return "c" if answer.status_code == 403 else "-"
    assert answer.status_code < 500 or answer.request["PATH_INFO"] == "/readyz", answer.status_code
    return "o"


def letter_of(client: Client, route: str, path: str) -> str:
    """The letter of an address, asked in transactions of which nothing stays. Where a GET is refused, a POST is."""
    cookies = copy.deepcopy(client.cookies)

    def asked(method: str) -> Any:
        with transaction.atomic():
            sent = (BODIES[route], "application/json") if method == "post" and route in BODIES else ()
            answer = getattr(client, method)(path, *sent)
            transaction.set_rollback(True)
        client.cookies = cookies.copy()
        answer.close()  # (a file that is sent stays open until then)
        return answer

    answer = asked("get")
    if "Allow" in answer.headers:  # refused, or led to the page on which the form stands
        return letter(asked("post"))
    found = letter(answer)
    if found != "o":
        posted = asked("post")
        assert posted.status_code == 405 or letter(posted) != "o", f"{path}: a POST gets what a GET does not"
    return found


def test_every_address_is_in_the_table_and_the_table_names_no_other():
    listed, there = set(table()), set(addresses())
    missing, gone = sorted(there - listed), sorted(listed - there)
    assert (missing, gone) == ([], []), f"decide who may open them, and list them in {TABLE.name}"


@pytest.fixture
def refusals_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw each visitor's page of a refusal once: it is the same at every address, and its status is what counts."""
    draw, drawn = error_pages.render, set()

    def draw_once(request: Any, template: str, context: dict[str, str], *, status: int) -> HttpResponse:
        page = (getattr(getattr(request, "user", None), "pk", None), status)
        if page in drawn:
            return HttpResponse(status=status)
        drawn.add(page)
        return draw(request, template, context, status=status)

    monkeypatch.setattr(error_pages, "render", draw_once)


@pytest.mark.parametrize("everybody", first(1, [False, True]))
@pytest.mark.usefixtures("refusals_drawn_once")
def test_an_address_is_open_to_the_roles_of_the_table_and_to_no_other(things, everybody):
    """Ask as nobody, as one of those to whom an address is open and as two of those whom it refuses alike, other ones
    at each address; or as everybody."""
    expected = table()
    clients = []
    for visitor, post in VISITORS.items():
        clients.append(Client())
        if post is not None:
            clients[-1].force_login(User.objects.get(username=visitor), "django.contrib.auth.backends.ModelBackend")
    clients += [Client(headers={"X-API-Key": things[f"{role} key"]}) for role in KEYS]
    found = {}
    for number, route in enumerate(addresses()):
        path = path_of(route, things)
        letters = expected.get(route, "?" * len(clients))
        asked = set(range(len(clients))) if everybody else {0}
        for each in set(letters):
            alike = [at for at, one in enumerate(letters) if one == each]
            asked |= {alike[(number + step) % len(alike)] for step in ((0,) if each == "o" else (0, len(alike) // 2))}
        found[route] = "".join(
            letter_of(client, route, path) if at in asked else letters[at] for at, client in enumerate(clients)
        )
    wrong = {route: [it, expected.get(route)] for route, it in found.items() if it != expected.get(route)}
    assert wrong == {}, f"(met, expected) by {', '.join(VISITORS)}"
