"""News on the screens: for one's place, unread once, and a sentence where something was refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.protocol.signed_documents import issued

from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.documents import sign
from bluezone.protocol.exports import ExportSigner
from bluezone.protocol.news import NEWS, NewsItem

KEY, STRANGER = (SigningKey(ec.derive_private_key(number, ec.SECP256R1())) for number in (2, 3))


@pytest.fixture
def publish(seeded: Any) -> Any:
    """An authority with news: `publish("Tiêu đề", "Nội dung", places=...)`; the phone fetches them."""
    now_s = int(seeded.clock())
    item = NewsItem("7", "advice", now_s - 60, now_s + 86_400, (), {"vi": "T"}, {"vi": "N"})
    serial = 0

    def put(title: str, text: str, key: Any = KEY, area: str = "", **changes: Any) -> None:
        nonlocal serial
        serial += 1
        english = changes.pop("english", None)
        titles = {"vi": title} | ({"en": english} if english else {})
        one = replace(item, title=titles, text=dict.fromkeys(titles, text), **changes)
        body = sign(issued(NEWS, (one,), now_s, serial=serial, area=area), [ExportSigner(key, "452", "v1")])

        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path == NEWS.address("452", area):
                return httpx.Response(200, content=body)
            return httpx.Response(200, text="") if request.url.path.endswith("index.txt") else httpx.Response(404)

        seeded.answer = answer
        seeded.runner.choose_place()
        seeded.runner.check()

    seeded.agree()
    return put


def test_news_are_listed_unread_once_and_read_whole(visitor: Any, publish: Any, seeded: Any) -> None:
    seeded.runner.choose(notices_seen_at_s=seeded.clock() - 1)
    publish("Điểm xét nghiệm", "Tại Long Mỹ.\nTừ 8 giờ sáng.")
    assert "1 chưa đọc" in visitor.text("/")
    text = visitor.text("/notices")
    assert "Điểm xét nghiệm mới Tại Long Mỹ. Từ 8 giờ sáng." in text
    assert "Khuyến cáo" in text
    assert "chưa đọc" not in visitor.text("/")
    whole = visitor.get("/news/7").text
    assert "<p>Tại Long Mỹ.</p><p>Từ 8 giờ sáng.</p>" in whole
    assert visitor.get("/news/8").status_code == 404


def test_the_disease_in_a_title_of_news_stays_on_one_line(visitor: Any, publish: Any) -> None:
    publish("Tiêm vắc-xin COVID-19 tại <b>Long Mỹ</b>", "Phòng COVID-19.")
    page = visitor.get("/news/7").text
    title = page[page.index("<h1") : page.index("</h1>")]
    assert '<span class="unbroken">COVID-19</span>' in title
    assert "&lt;b&gt;" in title
    assert page.count('<span class="unbroken">COVID-19</span>') == 2


def test_news_of_another_place_are_not_shown(visitor: Any, publish: Any, seeded: Any) -> None:
    publish("Chỉ ở Hà Nội", "x", places=("34:01",))
    assert "Chỉ ở Hà Nội" not in visitor.text("/notices")
    seeded.runner.choose_place(commune="34:00004")
    assert "Chỉ ở Hà Nội" in visitor.text("/notices")


def test_what_has_no_english_is_read_in_vietnamese_and_marked_so(visitor: Any, publish: Any, seeded: Any) -> None:
    publish("Tiếng Việt", "x")
    seeded.runner.choose(language="en")
    assert '<h1 lang="vi">Tiếng Việt</h1>' in visitor.get("/news/7").text
    publish("Tiếng Việt", "x", english="In English")
    assert '<h1 lang="en">In English</h1>' in visitor.get("/news/7").text


def test_news_by_a_wrong_key_are_refused_in_a_helpful_sentence(visitor: Any, publish: Any) -> None:
    publish("Thật", "x")
    publish("Giả", "x", key=STRANGER)
    text = visitor.text("/notices")
    assert "Giả" not in text
    assert "Thật" in text
    assert "không mang chữ ký của cơ quan y tế" in text


def test_old_news_say_that_they_are_old(visitor: Any, publish: Any, seeded: Any) -> None:
    publish("Thật", "x")
    seeded.clock.now_s += 15 * 86_400
    assert "Tin mới nhất đã cũ" in visitor.text("/notices")


def test_news_without_end_are_refused(visitor: Any, seeded: Any, publish: Any) -> None:
    seeded.answer = lambda request: httpx.Response(
        200, content=b"" if request.url.path.endswith("index.txt") else b"x" * 2_000_000
    )
    seeded.runner.check()
    assert "dài bất thường" in visitor.text("/notices")


def test_markup_in_news_is_text(visitor: Any, publish: Any) -> None:
    publish("<script>alert(1)</script>", "<b>x</b> " * 100)
    for path in ("/notices", "/news/7"):
        answer = visitor.get(path).text
        assert "<script>alert" not in answer
        assert "<b>x" not in answer


def test_a_report_is_a_message_of_the_owner(visitor: Any, seeded: Any) -> None:
    seeded.agree()
    day = seeded.warn()
    assert f"/exposure/{day}/report" in visitor.get(f"/exposure/{day}").text
    answer = visitor.get(f"/exposure/{day}/report").text
    assert "Bluezone không tự gửi gì" in answer
    assert "tel:19009095" in answer
    assert 'href="sms:?&amp;body=Ch%C3%A0o%20tr%E1%BA%A1m' in answer
    assert visitor.get(f"/exposure/{day - 86_400}/report").status_code == 404
