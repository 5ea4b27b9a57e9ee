"""The simulator's pages over HTTP: what is shown, what is refused, and every border of jurisdiction."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.contrib.sessions.models import Session
from tests.tiers import first

from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.simulations.models import Simulation
from bluezone.authority.units.services import Facts, register
from bluezone.epidemic import orders
from bluezone.epidemic.adoption import adopt
from bluezone.epidemic.engine import word_of
from bluezone.epidemic.interventions import App
from bluezone.epidemic.population import build_population
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count, OrganisationCode

from .conftest import ANSWER, ROLES, said

FORM = {"uptakes": "7,54 15 30", "headline": "30", "people": "20000", "days": "100", "seeds": "3", "strain": "2020",
        "initial_infections": "20"}  # fmt: skip
#: what an answer says of weeks that were recorded, where nothing else was asked for
PLAYED = {
    "assumptions": {
        "scenario": {"days": 45, "initial_infections": 190, "disease": {"name": "2020"}},
        "fitted": "da-nang",
    }
}
LIST = "/officer/simulations/"
NEW = f"{LIST}new"


def text_of(response, status=200) -> str:
    assert response.status_code == status, response
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " "))


def form_values(page: str) -> dict[str, str]:
    """What a browser would send of the form as it was shown."""
    found = dict(re.findall(r'<input type="(?:text|number)" name="([^"]+)"[^>]*?value="([^"]*)"', page))
    found |= dict.fromkeys(re.findall(r'<input type="checkbox" name="([^"]+)"[^>]* checked', page), "on")
    return found | {"strain": ""}


def test_the_form_starts_from_where_the_place_stands(officers, client):
    client.force_login(officers("province"))
    page = text_of(client.get(NEW))
    assert "Ngày 13/8/2020, 7,54% người dân đã có ứng dụng." in page
    assert "733.017 người: Tổng điều tra dân số và nhà ở" in page
    assert "Huyện Long Mỹ" in page  # and the town beside it: two places of one name
    assert "Thị xã Long Mỹ" in page
    values = form_values(page)
    assert values["uptakes"] == "7,54 15 30 45 60"
    assert values["people"] == "733017"
    assert values["app__consent"] == "72"
    assert values["isolation__household_of_case"] == "on"


def test_a_form_sent_as_it_was_shown_changes_no_assumption(officers, client):
    client.force_login(officers("province"))
    for language in ("vi", "en"):
        values = form_values(text_of(client.get(NEW, headers={"Accept-Language": language})))
        assert client.post(NEW, values, headers={"Accept-Language": language}).status_code == 302
    first, second = Simulation.objects.all()
    assert first.changes == second.changes == {}
    assert (first.question.days, first.question.strain, first.question.initial_infections) == (None, None, None)
    assert first.uptakes == second.uptakes == [0.0754, 0.15, 0.3, 0.45, 0.6]
    assert (first.place, first.unit, first.name) == ("/63:93/", "63:93", "Hậu Giang")


def test_changed_assumptions_are_kept_and_shown(officers, client):
    client.force_login(officers("province"))
    values = form_values(text_of(client.get(NEW))) | {
        "app__consent": "50,5%",
        "r0": "2,5",
        "other": "venues.size = 30",
    }
    del values["isolation__household_of_case"]
    response = client.post(NEW, values, follow=True)
    page = text_of(response)
    assert "đang mô phỏng" in page
    asked = Simulation.objects.get()
    assert asked.changes == {"app.consent": "0.505", "isolation.household_of_case": "False", "venues.size": "30"}
    assert asked.r0 == 2.5
    assert "<dt>Hệ số lây nhiễm nếu không có biện pháp nào</dt><dd>2,5</dd>" in page
    again = form_values(text_of(client.get(f"{NEW}?like={asked.id}")))
    assert (again["app__consent"], again["r0"]) == ("50,5", "2,5")
    assert "isolation__household_of_case" not in again


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"uptakes": "30 abc"}, "“abc” không phải là phần trăm"),
        ({"uptakes": "75"}, "không quá 68%"),
        ({"headline": "120"}, "khoảng 0 đến 100"),
        ({"headline": ""}, "Hãy điền mục này."),
        ({"people": "5"}, "100"),
        ({"days": "0"}, "1"),
        ({"seeds": "1"}, "2"),
        ({"r0": "hai"}, "Hãy ghi một số"),
        ({"other": "app.magic = 1"}, "“app.magic” không phải là giả định"),
        ({"people": "97000000", "days": "700"}, "mất nhiều giờ"),
        ({"app__bystanders": "1e400"}, "0 đến 10"),
        ({"app__bystanders": "nan"}, "0 đến 10"),
    ],
)
def test_a_bad_question_gets_a_sentence_and_is_not_stored(officers, client, change, sentence):
    client.force_login(officers("province"))
    page = text_of(client.post(NEW, FORM | change), 400)
    assert sentence in page
    assert Simulation.objects.count() == 0


@pytest.mark.parametrize("ticked", [True, False])
def test_what_is_ticked_is_asked(officers, client, ticked):
    client.force_login(officers("province"))
    boxes = {"sensitivity": "on", "importation": "on"}
    assert client.post(NEW, FORM | (boxes if ticked else {})).status_code == 302
    asked = Simulation.objects.get().question
    assert (asked.sensitivity, asked.importation) == (ticked, ticked)


def test_no_officer_queues_without_end(officers, ask, client):
    officer = officers("province")
    for _ in range(3):
        ask(asked_by=officer)
    client.force_login(officer)
    assert "3 câu hỏi của bạn chưa có kết quả" in text_of(client.post(NEW, FORM), 400)


def test_the_answer_says_what_the_target_buys_and_its_doubt(officers, ask, client):
    client.force_login(officers("province"))
    done = ask(state="done", answer=ANSWER)
    page = text_of(client.get(f"{LIST}{done.id}/"))
    for part in ("</span> Khi 30% người dân có ứng dụng, bớt 2% (0% đến 5%).", "Trong ngoặc: chín phần mười.",
                 "Nếu mọi giả định đều đúng như đang đặt", "560 (447 đến 673)", "Ghi chú.",
                 "Kết quả phụ thuộc vào điều gì", "0,33: 0,7%"):  # fmt: skip
        assert part in page
    for once in ("bớt 2% (0% đến 5%)", "Ghi chú."):
        assert page.count(once) == 1
    english = text_of(client.get(f"{LIST}{done.id}/", headers={"Accept-Language": "en"}))
    assert "With the app on 30 % of people, 2 % (0 to 5) fewer." in english
    assert f"/{done.id}/runs.svg" in page
    assert f"/{done.id}/headline.svg" not in page
    drawn = client.get(f"{LIST}{done.id}/runs.svg")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert drawn.content.startswith(b"<svg")
    for other in ("headline", "nothing"):
        assert client.get(f"{LIST}{done.id}/{other}.svg").status_code == 404


def test_a_first_answer_is_shown_while_the_simulator_goes_on(officers, ask, client):
    client.force_login(officers("province"))
    running = ask(state="running", done=3, total=9, days=None, strain="", initial_infections=None)
    first = {"vi": [said("Nếu đạt chỉ tiêu, ít hơn 2%.", kind="order")], "en": []}
    Simulation.objects.update(bought={"said": first} | PLAYED)
    page = text_of(client.get(f"{LIST}{running.id}/"))
    for what, value in (("Số ngày", "45"), ("Chủng vi rút", "như năm 2020"), ("Số người nhiễm ban đầu", "190")):
        assert f"<dt>{what}</dt><dd>{value}</dd>" in page
    assert "</span> Nếu đạt chỉ tiêu, ít hơn 2%." in page
    assert "Trả lời bước đầu" in page
    assert client.get(f"{LIST}{running.id}/progress").json()["told"] > 0
    Simulation.objects.update(state="ended")
    assert "Đã dừng trước khi có đủ kết quả." in text_of(client.get(f"{LIST}{running.id}/"))
    Simulation.objects.update(state="done", refusal="ask for less")
    page = text_of(client.get(f"{LIST}{running.id}/"))
    assert "ask for less" in page
    assert "Nếu đạt chỉ tiêu, ít hơn 2%." in page


def test_an_order_is_asked_from_the_figures_and_their_forecast(officers, client):
    client.force_login(officers("province"))
    values = form_values(text_of(client.get(NEW)))
    assert values["order"] == "on"
    assert values["deadline"] == "4/9/2020"  # no order is in force: as far off as that of August 2020
    assert client.post(NEW, values).status_code == 302
    order = Simulation.objects.get().order
    assert order["days"] == 17
    met, forecast, not_given = (order["courses"][name][-1]["installed"] for name in ("met", "forecast", "not-given"))
    assert met == [[0, 0.07543], [17, 0.3]]
    assert met[-1][1] > forecast[-1][1] > not_given[-1][1] >= 0.07543
    assert "Hãy ghi hạn từ 1 đến 365" in text_of(client.post(NEW, values | {"deadline": "1/8/2020"}), 400)
    assert Simulation.objects.count() == 1


@pytest.fixture
def units(officers):
    """Two schools, an office and a company: one of the schools and the company report nothing."""
    officers("province")
    day, commune = dt.date(2020, 8, 14), UnitCode.parse("63:31318")
    for name, sector, headcount, installs in (
        ("Trường A", "schools", 200, 50),
        ("Trường B", "schools", 400, None),
        ("Phòng Y tế", "state-agencies", 40, 30),
        ("Công ty C", "companies", 100, None),
    ):
        made = register(Facts(name, sector, commune, headcount), day)
        if installs is not None:
            store([Count(OrganisationCode(made.code), day, installs=installs, source="12/BC")])


def test_an_order_is_divided_by_sector_where_units_report(units, officers, client):
    order = Directive.objects.create(
        number="9", issued=dt.date(2020, 8, 14), scope="63:93", place="/63:93/", target="1/2",
        deadline=dt.date(2020, 8, 30), base="headcount",
    )  # fmt: skip
    Target.objects.create(directive=order, kind=Kind.SECTOR, key="schools", place="/63:93/", people=0, installs=0)
    client.force_login(officers("province"))
    values = form_values(text_of(client.get(NEW))) | {"by": "sector"}
    assert client.post(NEW, values).status_code == 302
    asked = Simulation.objects.get()
    assert asked.order["sectors"] == {
        "pupils": {"people": 200, "installs": 50},
        "officials": {"people": 40, "installs": 30},
    }
    pupils, officials, everybody = asked.order["courses"]["met"]
    (_, now), (_, then) = officials["installed"]
    assert (officials["sector"], then / now) == ("officials", pytest.approx(0.3 / 0.07543, rel=1e-3))
    assert 0.0754 < now < 0.08  # 30 of 40 people, of 25,656 officials
    assert (pupils["sector"], pupils["installed"][-1]) == ("pupils", [17, 0.5])
    assert everybody == {"installed": [[0, 0.07543], [17, 0.3]], "of_everybody": True}
    played = orders.read(json.dumps(asked.order)).courses["met"]
    _, installed = adopt(build_population(20_000, 1), App(groups=played), word_of(1, 1))
    assert installed == pytest.approx(0.3, abs=0.01)
    page = text_of(client.get(f"{LIST}{asked.id}/"))
    assert "trường học: 25,00% của 200 người; cán bộ, viên chức: 75,00% của 40 người" in page
    client.post(NEW, values | {"by": "commune"})
    assert "sector" not in str(Simulation.objects.exclude(pk=asked.pk).get().order["courses"])


def test_a_refusal_is_shown(officers, ask, client):
    client.force_login(officers("province"))
    refused = ask(state="refused", refusal="<b>ask for less</b>")
    assert "&lt;b&gt;ask for less" in text_of(client.get(f"{LIST}{refused.id}/"))
    broken = ask(state="refused", refusal="")
    said = text_of(client.get(f"{LIST}{broken.id}/"))
    assert "Chương trình mô phỏng bị ngắt giữa chừng." in said
    assert "bằng tiếng Anh" not in said


def test_progress_is_shown_until_there_is_an_answer(officers, ask, client):
    client.force_login(officers("province"))
    running = ask(state="running", done=3, total=9)
    progress = client.get(f"{LIST}{running.id}/progress").json()
    assert progress == {"unfinished": True, "text": "Đã chạy xong 3 trên 9 lần.", "told": 0, "done": 3, "total": 9}
    client.post(f"{LIST}{running.id}/end")
    assert client.get(f"{LIST}{running.id}/progress").json()["unfinished"] is False


def test_a_page_that_waits_keeps_nobody_logged_in(officers, ask, client):
    client.force_login(officers("province"))
    running = ask(state="running", done=3, total=9)
    half_gone = Session.objects.get().expire_date - dt.timedelta(minutes=15)
    Session.objects.update(expire_date=half_gone)
    assert client.get(f"{LIST}{running.id}/progress").status_code == 200
    assert Session.objects.get().expire_date == half_gone
    assert client.get(f"{LIST}{running.id}/").status_code == 200  # looking at the page oneself does
    assert Session.objects.get().expire_date > half_gone + dt.timedelta(minutes=14)


def test_an_old_answer_can_be_deleted_by_post_only(officers, ask, client):
    client.force_login(officers("province"))
    done = ask(state="done", answer=ANSWER)
    assert client.get(f"{LIST}{done.id}/delete")["Allow"] == "POST"
    assert client.post(f"{LIST}{done.id}/delete").status_code == 302
    assert not Simulation.objects.exists()


def test_without_the_simulator_the_page_says_so(officers, client, monkeypatch):
    from bluezone.authority.simulations import simulator

    def absent():
        raise simulator.SimulatorError("not installed here")

    monkeypatch.setattr(simulator, "own_assumptions", absent)
    client.force_login(officers("province"))
    assert "chưa cài chương trình mô phỏng" in text_of(client.get(NEW), 503)


# --- borders ----------------------------------------------------------------------------------------------------------

PLACES = ("/", "/63:93/", "/63:92/", "/63:93/63:930/", "/63:93/63:931/")
SEES = {
    "ministry": set(PLACES),
    "province": {"/63:93/", "/63:93/63:930/", "/63:93/63:931/"},
    "neighbour": {"/63:92/"},
    "successor": {"/63:93/", "/63:92/", "/63:93/63:930/", "/63:93/63:931/"},
    "district": {"/63:93/63:930/"},
    "school": set(),
    "none": set(),
}
EDITS = SEES | {"successor": set()}


def test_an_importation_is_told_with_its_table(officers, ask, client):
    client.force_login(officers("province"))
    row = ("F1 vào khu cách ly tập trung", "61% (56% đến 66%)")
    part = said("Khi 3 người nhiễm đi vào ...", kind="importations", rows=(row,))
    found = {"said": {"vi": [part]}}
    page = text_of(client.get(f"{LIST}{ask(state='done', answer=ANSWER, importations=found).id}/"))
    for part in (
        "Khi có ba người nhiễm đi vào",
        "Khi 3 người nhiễm đi vào",
        "61% (56% đến 66%)",
    ):
        assert part in page
    assert 'id="importations"' not in text_of(client.get(f"{LIST}{ask(state='done', answer=ANSWER).id}/"))


#: by the same rule each asks, which all try below
@pytest.mark.parametrize(
    "name", first(3, ["successor", "district", "none", "ministry", "province", "neighbour", "school"])
)
def test_each_sees_and_changes_the_own_jurisdiction_only(officers, ask, client, name):
    client.force_login(officers(name))
    for place in PLACES:
        done = ask(place, state="done", answer=ANSWER)
        seen = place in SEES[name]
        for path in ("", "progress", "runs.svg"):
            status = client.get(f"{LIST}{done.id}/{path}").status_code
            assert (status == 200) is seen, (place, path, status)
        for path in ("end", "delete"):
            status = client.post(f"{LIST}{done.id}/{path}").status_code
            assert (status == 302) is (place in EDITS[name]), (place, path, status)


@pytest.mark.parametrize("name", ROLES)
def test_each_asks_about_the_own_jurisdiction_only(officers, client, name):
    client.force_login(officers(name))
    for place in PLACES[1:]:
        code = place.rstrip("/").rpartition("/")[2]
        status = client.post(f"{NEW}?unit={code}", FORM).status_code
        assert (status == 302) is (place in SEES[name]), (place, status)
        Simulation.objects.update(state="done")


def test_another_ones_question_does_not_fill_the_form(officers, ask, client):
    foreign = ask("/63:92/", days=77)
    client.force_login(officers("province"))
    assert form_values(text_of(client.get(f"{NEW}?like={foreign.id}"))).get("days") is None


def test_nobody_asks_without_login_and_nothing_is_done_without_the_forms_token(officers, ask, client):
    from django.test import Client

    done = ask()
    for path in (LIST, NEW, f"{LIST}{done.id}/", f"{LIST}{done.id}/progress"):
        assert client.get(path).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officers("province"))
    assert strict.post(NEW, FORM).status_code == 403
    assert strict.post(f"{LIST}{done.id}/delete").status_code == 403
