"""Every page and every form of the officers' roll-out, tried by every role: own, sister, parent, another province."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.site.models import Upload
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count

ROLLOUT = "/officer/rollout/"
#: the places, with figures that fit into each other
UNITS = {
    "province": "20.000", "neighbour": "20.000", "district": "5.000", "sister": "5.000", "commune": "1.000",
    "other_commune": "1.000",
}  # fmt: skip
WITHIN = {
    "ministry": set(UNITS),
    "province": {"province", "district", "sister", "commune", "other_commune"},
    "neighbour": {"neighbour"},
    "district": {"district", "commune", "other_commune"},
    "sister": {"sister"},
    "commune": {"commune"},
    "other_commune": {"other_commune"},
    "head": set(),
    "other_head": set(),
}
#: what a new province sees beside the own, without changing it
INHERITED = {"successor": set(UNITS)}
PAGES = ("", "figures/new", "import", "reports", "own")


@pytest.fixture
def figures(places):
    """One figure a unit; the rows by what the unit is."""
    for name in UNITS:
        code = UnitCode.parse(getattr(places, name))
        store([Count(code, dt.date(2020, 8, 13), installs=1_000, source="report")])
    return {name: DailyCount.objects.get(key=getattr(places, name)) for name in UNITS}


@pytest.mark.parametrize("name", [*WITHIN, *INHERITED])
def test_the_figures_of_a_unit_are_seen_by_its_officers_and_those_above(signed_in, figures, places, name):
    client = signed_in(name)
    seen = {unit for unit in UNITS
            if client.get(f"{ROLLOUT}figures/of/{getattr(places, unit)}").status_code == 200}  # fmt: skip
    assert seen == (WITHIN | INHERITED)[name]


@pytest.mark.parametrize("name", [*WITHIN, *INHERITED])
def test_a_figure_is_corrected_and_taken_back_within_the_own_jurisdiction_only(signed_in, figures, name):
    client = signed_in(name)
    may = WITHIN.get(name, set())
    for unit, row in figures.items():
        address = f"{ROLLOUT}figures/{row.pk}"
        assert (client.get(f"{address}/correct").status_code == 200) is (unit in may)
        client.post(f"{address}/correct", {"installs": "1.500"})
        client.post(f"{address}/withdraw", {"sure": "yes"})
        assert DailyCount.objects.filter(pk=row.pk).exists() is (unit not in may)


@pytest.mark.parametrize("name", [*WITHIN, *INHERITED])
def test_a_figure_is_entered_within_the_own_jurisdiction_only(signed_in, places, name):
    client = signed_in(name)
    for unit in UNITS:
        sent = {"unit": getattr(places, unit), "date": "13/8/2020", "installs": UNITS[unit]}
        client.post(f"{ROLLOUT}figures/new", sent)
    stored = set(DailyCount.objects.values_list("key", flat=True))
    assert stored == {getattr(places, unit) for unit in WITHIN.get(name, set())}


@pytest.mark.parametrize("name", [*WITHIN, *INHERITED, "without a role"])
def test_a_table_stores_rows_of_the_own_jurisdiction_only(signed_in, places, name):
    text = "date,code,installs\n" + "\n".join(f'2020-08-13,{getattr(places, unit)},"{UNITS[unit]}"' for unit in UNITS)
    client = signed_in(name)
    response = client.post(f"{ROLLOUT}import", {"file": SimpleUploadedFile("a.csv", text.encode())})
    if name in ("head", "other_head", "without a role"):
        assert response.status_code == 403
    else:
        assert response.status_code == (
            302 if name in {*WITHIN, "successor"} else 400
        )  # another place's: refused whole
    if response.status_code == 302:
        seen = client.get(response.url).context["shown"]
        client.post(f"{response.url}/store", {"shown": seen})
    stored = set(DailyCount.objects.values_list("key", flat=True))
    assert stored == {getattr(places, unit) for unit in WITHIN.get(name, set())}


def test_a_table_of_another_officer_is_seen_from_above_only(signed_in, places):
    file = SimpleUploadedFile("a.csv", b"date,code,installs\n2020-08-13,63:930,1000")
    address = signed_in("district").post(f"{ROLLOUT}import", {"file": file}).url
    found = {name: signed_in(name).get(address).status_code for name in [*WITHIN, *INHERITED]}
    seen = {name for name, status in found.items() if status == 200}
    assert seen == {"ministry", "province", "district", "successor"}
    assert found["head"] == 403
    for name in [*WITHIN, *INHERITED]:
        if name != "district":
            assert signed_in(name).post(f"{address}/cancel").status_code in (403, 404)
    assert Upload.objects.get().state == "pending"


@pytest.mark.parametrize("page", [*PAGES, "figures/of/63:93", "reports/remind", "figures/1/correct"])
def test_nobody_gets_in_without_login_or_without_a_role(signed_in, client, page):
    assert client.get(f"{ROLLOUT}{page}").status_code == 302
    assert signed_in("without a role").get(f"{ROLLOUT}{page}").status_code == 403


@pytest.mark.parametrize("name", WITHIN)
def test_every_role_has_its_pages(signed_in, name):
    client = signed_in(name)
    is_head = name in ("head", "other_head")
    found = {page: client.get(f"{ROLLOUT}{page}").status_code for page in PAGES}
    if is_head:
        assert found == {"": 200, "figures/new": 302, "import": 403, "reports": 403, "own": 200}
    else:
        assert found == {"": 200, "figures/new": 200, "import": 200, "reports": 200, "own": 404}


def test_every_form_wants_a_csrf_token(officer, figures, school, places):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer("ministry"))
    row = figures["province"].pk
    addresses = {
        "figures/new": {"unit": "63:92", "date": "14/8/2020", "installs": "5.000"},
        f"figures/{row}/correct": {"installs": "5.000"},
        f"figures/{row}/withdraw": {"sure": "yes"},
        "import": {"file": SimpleUploadedFile("a.csv", b"date,unit,installs\n2020-08-13,Hau Giang,5")},
        "reports/reminded": {"of": "provinces", "key": places.province},
        f"organisations/{school.code}/figure": {"date": "18/8/2020", "installs": "5"},
    }
    for address, sent in addresses.items():
        assert client.post(f"{ROLLOUT}{address}", sent).status_code == 403, address
    assert DailyCount.objects.count() == len(UNITS)
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "address", ["import/{id}/store", "import/{id}/cancel", "figures/{row}/withdraw", "reports/reminded"]
)
def test_what_changes_something_is_no_link(signed_in, figures, address):
    client = signed_in("ministry")
    filled = address.format(id="0" * 8 + "-0000-4000-8000-" + "0" * 12, row=figures["province"].pk)
    assert client.get(f"{ROLLOUT}{filled}")["Allow"] == "POST"


@pytest.mark.parametrize("code", ["63:99999", "abc", "34:VN'--"])
def test_a_unit_that_does_not_exist_is_no_page(signed_in, code):
    assert signed_in("ministry").get(f"{ROLLOUT}figures/of/{code}").status_code == 404


@pytest.mark.parametrize("page", ["", "figures/of/63:VN", "figures/of/63:93"])
def test_the_way_to_the_public_page_leads_to_a_page(signed_in, figures, page):
    client = signed_in("ministry")
    links = set(re.findall(r'href="(/rollout/[^"?]*)"', client.get(f"{ROLLOUT}{page}").content.decode()))
    assert len(links) == 1 + (page == "figures/of/63:93")  # the menu leads to the dashboard: the nation's own page
    assert {client.get(link).status_code for link in links} == {200}


def test_after_signing_in_an_officer_comes_to_the_own_place(officer, client, settings):
    for name, address in (("province", "/officer/rollout/"), ("without a role", "/officer/cases/")):
        user = officer(name)
        user.set_password("a long password 1")
        user.save()
        sent = {"username": name, "password": "a long password 1"}
        response = client.post("/officer/login", sent, follow=True)
        assert response.redirect_chain[-1][0] == address
        client.post("/officer/logout")
