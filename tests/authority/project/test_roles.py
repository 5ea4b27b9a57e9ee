"""Every address with every role: `addresses.txt` says what is open to whom, and an address that it does not list
fails. Its head explains columns and letters."""

from __future__ import annotations

import copy
import datetime as dt
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from bluezone.authority.officers.models import Office, User

TABLE = Path(__file__).with_name("addresses.txt")
#: in the order of the table's columns; name: role, place, right to confirm
VISITORS = {
    "nobody": None,
    "cases": ("", "", True),
    "ministry": ("ministry", "/", False),
    "health": ("province", "/63:93/", True),
    "province": ("province", "/63:93/", False),
    "district": ("district", "/63:93/63:930/", False),
    "commune": ("commune", "", False),
    "office": ("department", "", False),
    "head": ("unit-head", "", False),
    "neighbour": ("province", "/63:92/", True),
}
#: the columns after them: machines with an API key of a role
KEYS = ("device", "admin", "statistics")
#: what is sent where an empty body would be refused before anybody asks who sent it
BODIES = {"officer/api/cases": {"report_type": "confirmed", "test_date": "2020-08-18"}}
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>([^)]*)\)")
_OPTIONAL = re.compile(r"\(\?:.*\)\?")


def addresses(resolver: Any = None, before: str = "") -> Iterator[str]:
    """The routes of the urlconf, as Django writes them."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each, before + str(each.pattern))
        else:
            assert isinstance(each, URLPattern)
            yield before + str(each.pattern)


def table() -> dict[str, str]:
    """The expected letters of each route."""
    lines = [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    found = dict(reversed(line.split(" /", 1)) for line in lines)
    assert len(found) == len(lines), "an address stands in the table twice"
    return found


@pytest.fixture
def things(db, set_clock, settings) -> dict[str, str]:
    """What the parameters of routes stand for: things of Hậu Giang. Its office, its school's head, its orders."""
    from bluezone.authority.campaign.figures.models import DailyCount
    from bluezone.authority.campaign.figures.store import store
    from bluezone.authority.campaign.orders import example
    from bluezone.authority.campaign.orders.models import Directive
    from bluezone.authority.diagnosis import quota
    from bluezone.authority.diagnosis.models import Case, QuotaFactor
    from bluezone.authority.keys.batches import write_index
    from bluezone.authority.messages.news.models import NewsItem
    from bluezone.authority.officers import api_keys
    from bluezone.authority.officers.models import ApiKey
    from bluezone.authority.signing import services as signing
    from bluezone.authority.units.models import Organisation
    from bluezone.geography.units import UnitCode
    from bluezone.rollout.counts import Count, Origin

    set_clock.now = now = dt.datetime(2020, 8, 20, 2, tzinfo=dt.UTC)
    signing.ensure(now)
    write_index(settings.BLUEZONE)
    example.load()
    store([Count(UnitCode.parse("63:93"), dt.date(2020, 8, 19), installs=9, source="report", origin=Origin.REPORTED)])
    school = Organisation.objects.filter(sector="schools", place__startswith="/63:93/63:930/").order_by("pk")[0]
    office = Office.objects.get(tasks__sector="schools", territory="/63:93/")
    commune = school.place.removesuffix(f"{school.code}/")
    for name, post in VISITORS.items():
        if post is not None:
            role, place, may_confirm = post
            place = {"office": office.place, "head": school.place, "commune": commune}.get(name, place)
            User.objects.create_user(name, role=role, place=place, may_confirm=may_confirm)
    case = Case.objects.create(
        report_type="clinical", test_date=now.date(), created_at=now, created_by=User.objects.get(username="cases")
    )
    quota.set_factor("/63:93/", 2)
    keys = {role: api_keys.make(ApiKey.Role(role), "/63:93/", role, None, now) for role in KEYS}
    news = NewsItem.objects.first()
    return {
        "school": school.code,
        "row_id": str(DailyCount.objects.first().pk),
        "officer_id": str(User.objects.get(username="commune").pk),
        **{f"{role} key": secret for role, (secret, _key) in keys.items()},
        "statistics id": str(keys["statistics"][1].pk),
        "key_id": str(api_keys.make(ApiKey.Role.ADMIN, "/63:93/", "laboratory", None, now)[1].pk),
        "factor_id": str(QuotaFactor.objects.get().pk),
        "case_id": str(case.pk),
        "number": str(office.pk),
        "item_id": str(news.pk if news else 1),
        "directive": str(Directive.objects.order_by("pk")[0].pk),
        "day": "2020-08-20",
        "name": "452/index.txt",
        "region": "452",
        "uidb64": "MQ",
        "token": "a-b",
        "kind": "pdf",
        "sector": "schools",
    }


def path_of(route: str, things: dict[str, str]) -> str:
    """A route with its parameters filled in."""

    def value(match: re.Match[str]) -> str:
        kind, name = match[1], match[2]
        if name in ("key", "upload_id"):
            if kind == "uuid":
                return str(uuid.UUID(int=1))
            return things["sector"] if kind == "slug" else things["directive"]
        if name == "code":
            if route.startswith("language/"):
                return "en"
            of_school = route.startswith(
                ("officer/units", "officer/doors", "officer/outreach", "officer/quarantine", "install")
            )
            return things["school"] if of_school or "organisations" in route else "63:93"
        return things["statistics id"] if "api-keys" in route else things[name]

    plain = (
        _GROUP.sub(
            lambda match: things.get(match[1], "") if match[1] == "region" else match[2].split("|")[0],
            _OPTIONAL.sub("", route),
        )
        .replace("^", "")
        .replace("\\", "")
        .replace("$", "")
    )
    return "/" + _PARAMETER.sub(value, plain)


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
    if answer.status_code == 405:
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


@pytest.mark.slow
def test_an_address_is_open_to_the_roles_of_the_table_and_to_no_other(things):
    expected = table()
    clients = []
    for visitor, post in VISITORS.items():
        clients.append(Client())
        if post is not None:
            clients[-1].force_login(User.objects.get(username=visitor), "django.contrib.auth.backends.ModelBackend")
    clients += [Client(headers={"X-API-Key": things[f"{role} key"]}) for role in KEYS]
    found = {}
    for route in addresses():
        path = path_of(route, things)
        found[route] = "".join(letter_of(client, route, path) for client in clients)
    wrong = {route: [it, expected.get(route)] for route, it in found.items() if it != expected.get(route)}
    assert wrong == {}, f"(met, expected) by {', '.join(VISITORS)}"
