from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from tests.authority.documents.fetched import fetched, refreshed

from bluezone.authority.messages import news
from bluezone.authority.messages.models import NewsItem
from bluezone.authority.messages.news import NewsRefusedError, State
from bluezone.authority.officers.models import User
from bluezone.protocol.documents import Document
from bluezone.protocol.news import MAX_ITEMS, NEWS

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2020, 8, 18, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HAU_GIANG, DISTRICT, CAN_THO, SCHOOL = "/63:93/", "/63:93/63:937/", "/63:92/", "/63:93/7K3M-Q2XD/"
TEXTS = {"kind": "advice", "title_vi": "Rửa tay", "text_vi": "Hãy rửa tay.", "title_en": "", "text_en": ""}
FORM = {"kind": "news", "unit": "", "title_vi": "Điểm xét nghiệm", "text_vi": "Tại Long Mỹ,\ntừ 8 giờ.", "days": "7"}


def served(area: str = "63:93", now: dt.datetime = NOW) -> Document:
    return fetched(NEWS, now, area)


def write(user: User, place: str, now: dt.datetime = NOW, days: int = 7, **changes: str) -> NewsItem:
    return news.write(user, place, uuid.uuid4(), days, now, **TEXTS | changes)


# --- rules ------------------------------------------------------------------------------------------------------------


def row(number: int, place: str = HAU_GIANG, days: float = 1, withdrawn_at: dt.datetime | None = None) -> NewsItem:
    times = {"published_at": NOW - DAY, "valid_until": NOW + days * DAY, "withdrawn_at": withdrawn_at}
    return NewsItem(id=number, place=place, **times)


@pytest.mark.parametrize(
    ("item", "area", "stands"),
    [
        (row(1), "63:93", True),
        (row(1, DISTRICT), "63:93", True),
        (row(1, CAN_THO), "63:93", False),
        (row(1), "", False),
        (row(1, "/"), "", True),
        (row(1, days=0), "63:93", False),
        (row(1, withdrawn_at=NOW), "63:93", False),
    ],
)
def test_what_stands_in_the_document_of_an_area(item, area, stands):
    assert bool(news.chosen([item], area, NOW)) is stands


def test_of_too_many_the_newest_are_shown_and_the_officer_sees_which_are_not():
    items = [row(number) for number in range(MAX_ITEMS + 1)]
    assert [item.id for item in news.chosen(items, "63:93", NOW)] == list(range(MAX_ITEMS, 0, -1))
    assert news.state(items[0], False, NOW) is State.CROWDED


# --- documents --------------------------------------------------------------------------------------------------------


def test_phones_get_a_document_that_the_export_keys_confirm(log_in):
    officer = log_in("province", HAU_GIANG)
    write(officer, DISTRICT)
    items = served().content
    assert [(item.kind, item.places, item.title) for item in items] == [("advice", ("63:937",), {"vi": "Rửa tay"})]
    assert Client().get(NEWS.address("452")).status_code == 404


def test_withdrawn_news_are_gone_with_the_next_serial(log_in):
    item = write(log_in("province", HAU_GIANG), HAU_GIANG)
    news.withdraw(item, NOW + DAY)
    found = served(now=NOW + DAY)
    assert (found.serial, found.content) == (2, ())


def test_the_worker_drops_what_ran_out_and_signs_anew_before_phones_stop_believing(log_in):
    write(log_in("province", HAU_GIANG), HAU_GIANG, days=1)
    assert refreshed(NEWS, NOW + DAY / 2) == ""
    refreshed(NEWS, NOW + DAY)
    assert served(now=NOW + DAY).content == ()
    refreshed(NEWS, NOW + 20 * DAY)
    assert served(now=NOW + 20 * DAY).serial == 3


# --- borders ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["/", CAN_THO])
def test_nobody_writes_for_a_place_beyond_their_own(log_in, place):
    officer = log_in("province", HAU_GIANG)
    with pytest.raises(NewsRefusedError):
        write(officer, place)
    assert not NewsItem.objects.exists()


def test_a_place_within_ones_own_is_found_by_name(log_in, client):
    log_in("province", HAU_GIANG)
    response = client.post("/officer/news/new", FORM | {"unit": "huyen long my", "form_id": uuid.uuid4()})
    assert response.status_code == 302
    assert NewsItem.objects.get().place == "/63:93/63:936/"


@pytest.mark.parametrize(("role", "place"), [("unit-head", SCHOOL), ("", "")])
def test_who_answers_for_no_place_writes_nothing(log_in, client, role, place):
    log_in(role, place)
    assert client.get("/officer/news/").status_code == 403
    assert client.post("/officer/news/new", FORM | {"form_id": uuid.uuid4()}).status_code == 403


def test_nobody_withdraws_the_news_of_another_place(log_in, client):
    item = write(log_in("ministry", "/"), HAU_GIANG)
    log_in("province", CAN_THO)
    assert client.post(f"/officer/news/{item.id}/withdraw").status_code == 404
    assert "Rửa tay" not in client.get("/officer/news/").content.decode()
    log_in("district", DISTRICT)
    assert client.post(f"/officer/news/{item.id}/withdraw").status_code == 404
    assert len(served().content) == 1


def test_the_officers_of_a_place_withdraw_its_news(log_in, client):
    item = write(log_in("district", DISTRICT), DISTRICT)
    log_in("province", HAU_GIANG)
    page = client.get("/officer/news/").content.decode()
    assert "Lê Thị Hoa" in page
    assert f"/officer/news/{item.id}/withdraw" in page
    assert client.post(f"/officer/news/{item.id}/withdraw").status_code == 302
    assert served().content == ()


def test_the_new_province_reads_what_its_parts_wrote_and_cannot_withdraw_it(log_in, client):
    item = write(log_in("province", HAU_GIANG), HAU_GIANG)
    log_in("province", "/34:92/")
    page = client.get("/officer/news/").content.decode()
    assert "Rửa tay" in page
    assert "withdraw" not in page
    assert client.post(f"/officer/news/{item.id}/withdraw").status_code == 404


# --- bad input --------------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_is_one_item(log_in, client):
    log_in("province", HAU_GIANG)
    form = FORM | {"form_id": uuid.uuid4()}
    assert [client.post("/officer/news/new", form).status_code for _ in range(2)] == [302, 302]
    assert NewsItem.objects.count() == 1
    assert served().content[0].text == {"vi": "Tại Long Mỹ,\ntừ 8 giờ."}


@pytest.mark.parametrize(
    ("sms", "answer", "goes"), [("off", "yes", False), ("console", "yes", True), ("console", "", False)]
)
def test_news_go_as_text_messages_only_where_there_is_a_sender_and_the_officer_says_so(
    log_in, client, environment, sms, answer, goes
):
    log_in("province", HAU_GIANG)
    environment(sms=sms)
    assert ('name="by_sms"' in client.get("/officer/news/new").content.decode()) is (sms != "off")
    client.post("/officer/news/new", FORM | {"form_id": uuid.uuid4(), "by_sms": answer})
    assert NewsItem.objects.get().by_sms is goes
