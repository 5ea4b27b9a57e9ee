"""The pages on which officers write news and guidance: what a form refuses, and who reaches what."""

from __future__ import annotations

import uuid

import pytest
from tests.authority.messages import test_guidance, test_news

from bluezone.authority.messages.models import GuidanceEntry, NewsItem

pytestmark = pytest.mark.django_db

HAU_GIANG, CAN_THO = "/63:93/", "/63:92/"
FORMS = {"news": test_news.FORM, "guidance": test_guidance.FORM}
MODELS = {"news": NewsItem, "guidance": GuidanceEntry}
REFUSED = [
    ("news", {"unit": "x" * 10_000}, "unit"),
    ("news", {"unit": "Việt Nam"}, "unit"),
    ("news", {"unit": "Cần Thơ"}, "unit"),
    ("news", {"unit": "nowhere at all"}, "unit"),
    ("news", {"title_vi": ""}, "title_vi"),
    ("news", {"title_vi": "x" * 121}, "title_vi"),
    ("news", {"text_vi": "x" * 10_000}, "text_vi"),
    ("news", {"title_en": "Testing"}, "text_en"),
    ("news", {"text_en": "From 8."}, "title_en"),
    ("news", {"days": "365"}, "days"),
    ("news", {"kind": "rumour"}, "kind"),
    ("news", {"title_vi": "a\0b"}, "title_vi"),
    ("guidance", {"unit": "Cần Thơ"}, "unit"),
    ("guidance", {"unit": "nowhere at all"}, "unit"),
    ("guidance", {"grades": []}, "grades"),
    ("guidance", {"grades": ["none"]}, "grades"),
    ("guidance", {"from_day": "tomorrow"}, "from_day"),
    ("guidance", {"until_day": "2020-08-17"}, "until_day"),
    ("guidance", {"from_day": "2020-08-01", "until_day": "2020-08-17"}, "until_day"),
    ("guidance", {"until_day": "2023-08-17"}, "until_day"),
    ("guidance", {"steps_vi": "\n \n"}, "steps_vi"),
    ("guidance", {"steps_vi": "một\n" * 7}, "steps_vi"),
    ("guidance", {"steps_en": "x" * 161}, "steps_en"),
    ("guidance", {"watch_days": "61"}, "watch_days"),
    ("guidance", {"test_days": "mai"}, "test_days"),
    ("guidance", {"test_days": "99"}, "test_days"),
    ("guidance", {"telephones": "19009095"}, "telephones"),
    ("guidance", {"telephones": "Trạm; mai gọi"}, "telephones"),
    ("guidance", {"telephones": "Trạm; 115\n" * 6}, "telephones"),
    ("guidance", {"source": ""}, "source"),
    ("guidance", {"version": "x" * 41}, "version"),
]


@pytest.mark.parametrize(("kind", "change", "field"), REFUSED)
def test_what_cannot_be_published_is_refused_at_its_field(log_in, client, kind, change, field):
    log_in("province", HAU_GIANG)
    response = client.post(f"/officer/{kind}/new", FORMS[kind] | {"form_id": uuid.uuid4()} | change)
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not MODELS[kind].objects.exists()


@pytest.mark.parametrize("kind", MODELS)
def test_nobody_withdraws_what_holds_for_another_place(log_in, client, kind):
    log_in("ministry", "/")
    unit = "Hậu Giang"
    assert client.post(f"/officer/{kind}/new", FORMS[kind] | {"form_id": uuid.uuid4(), "unit": unit}).status_code == 302
    row = MODELS[kind].objects.get()
    log_in("province", CAN_THO)
    assert client.post(f"/officer/{kind}/{row.pk}/withdraw").status_code == 404
    row.refresh_from_db()
    assert row.withdrawn_at is None


@pytest.mark.parametrize(("kind", "field"), [("news", "title_vi"), ("guidance", "steps_vi")])
def test_markup_is_text(log_in, client, kind, field):
    log_in("province", HAU_GIANG)
    form = FORMS[kind] | {"form_id": uuid.uuid4(), field: "<script>alert(1)</script>"}
    assert client.post(f"/officer/{kind}/new", form).status_code == 302
    page = client.get(f"/officer/{kind}/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
