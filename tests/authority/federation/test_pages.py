"""The ministry's page on other authorities, and what its officers do there."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry

from bluezone.authority.federation import services, views
from bluezone.authority.federation.models import Source, SourceFile
from bluezone.authority.federation.rules import Refusal, Trouble, UnfitError

PAGE = "/officer/federation/"


@pytest.fixture
def ministry(officer):
    return officer("ministry")


@pytest.fixture
def shown(client, settings):
    """The page, in Vietnamese or English."""

    def get(language: str = "vi") -> str:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = client.get(PAGE)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


def test_without_a_source_the_page_says_how_one_is_added(ministry, shown):
    assert "bluezone authority federation add" in shown()
    assert "No other authority is read" in shown("en")


def test_what_was_taken_and_refused_and_why_is_shown(ministry, other, source, read, shown):
    other.publish(other.keys(1_234) + other.keys(2, days_ago=16))
    other.put("66/1-2-00009.zip", b"no zip")
    read()
    text = shown()
    for part in ("Lào", "1.234", "2: cũ hơn 15 ngày", "66/1-2-00009.zip", "bị hỏng hoặc không đúng loại tệp"):
        assert part in text
    text = shown("en")
    for part in ("1,234", "2: older than 15 days", "not all could be read", "damaged, or no such file"):
        assert part in text


def test_a_source_that_does_not_answer_is_shown(ministry, other, source, read, shown, web):
    web.found[other.index_url] = UnfitError(Trouble.UNREACHABLE, "no answer (ConnectTimeout)")
    read()
    assert "máy chủ không trả lời" in shown()
    assert "không đọc được" in shown()


def test_every_reason_has_words():
    assert set(views._TROUBLES) == set(Trouble)
    assert set(views._REFUSALS) == set(Refusal)


def test_a_script_in_what_a_source_says_is_shown_as_text(ministry, source, shown):
    evil = "<script>alert(1)</script>"
    Source.objects.update(name=evil, trouble=Trouble.ANSWER, detail=evil)
    SourceFile.objects.create(
        source=source, name=evil, state="bad", trouble=Trouble.ANSWER, detail=evil, tried_at=source.added_at
    )
    assert evil not in shown()
    assert shown().count("&lt;script&gt;alert(1)") >= 4


@pytest.mark.parametrize(
    ("out", "vietnamese", "english"),
    [
        ("off", "Chưa dành phần nào cho cơ quan khác.", "Nothing is set apart"),
        ("all", "Mọi khóa mà điện thoại ở đây đã công bố.", "All keys that phones here have published."),
        ("travellers", "Khóa của những người cho biết mình đã đi nơi khác.", "who said that they had travelled"),
    ],
)
def test_the_page_says_what_others_can_read(ministry, shown, environment, out, vietnamese, english):
    environment(federation_out=out)
    assert vietnamese in shown()
    assert english in shown("en")
    assert ("/exports/452-out/index.txt" in shown()) is (out != "off")


def test_the_ministry_pauses_and_resumes_and_the_audit_log_says_who(ministry, source, client, shown):
    assert client.post(f"{PAGE}{source.pk}/pause").status_code == 302
    source.refresh_from_db()
    assert source.paused_at is not None
    assert "tạm dừng" in shown()
    assert client.post(f"{PAGE}{source.pk}/pause").status_code == 302  # pressed twice: the first moment stays
    assert client.post(f"{PAGE}{source.pk}/resume").status_code == 302
    source.refresh_from_db()
    assert source.paused_at is None
    entries = LogEntry.objects.filter(content_type__model="source", action=LogEntry.Action.UPDATE)
    assert [entry.actor for entry in entries] == [ministry, ministry]
    text = client.get("/officer/changes").content.decode()
    assert "cơ quan khác mà hệ thống này lấy khóa" in text


def test_reading_is_not_in_the_audit_log(other, source, read):
    other.publish(other.keys(1))
    before = LogEntry.objects.count()
    read()
    assert LogEntry.objects.count() == before


@pytest.mark.parametrize("name", ["province", "district", "commune", "without a role"])
def test_nobody_but_the_ministry_sees_it_or_pauses_anything(officer, source, client, name):
    officer(name)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}{source.pk}/pause").status_code == 403
    assert Source.objects.get().paused_at is None


def test_the_menu_shows_the_page_to_the_ministry_alone(officer, client):
    officer("ministry")
    assert f'href="{PAGE}"' in client.get("/officer/rollout/").content.decode()
    officer("province")
    assert f'href="{PAGE}"' not in client.get("/officer/rollout/").content.decode()


def test_a_get_pauses_nothing_and_a_removed_source_is_not_there(ministry, source, client):
    assert client.get(f"{PAGE}{source.pk}/pause")["Allow"] == "POST"
    services.remove(source, source.added_at + dt.timedelta(days=1), withdraw=False)
    assert client.post(f"{PAGE}{source.pk}/pause").status_code == 404
