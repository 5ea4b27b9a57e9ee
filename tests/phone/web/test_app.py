"""The screens through HTTP: what a first visitor, a warned person and a patient go through."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest

from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.database import StorageError


def test_before_the_yes_there_is_only_the_welcome(visitor: Any, seeded: Any) -> None:
    for path in ("/", "/contacts", "/code", "/settings"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
    for path in ("/nothing", "/result", "/scan", "/notices"):
        assert "chưa đọc" not in visitor.get(path).text
    assert visitor.send_form("/welcome").headers["location"] == "/"
    assert seeded.runner.choices().agreed_at_s == seeded.clock()


def test_home_shows_who_is_around_and_who_was_met(visitor: Any, seeded: Any) -> None:
    seeded.agree()
    seeded.fortnight()
    text = visitor.text("/")
    assert "đã quét, chưa ghi nhận bạn ở gần người nhiễm" in text
    assert "Quanh bạn lúc này 3" in text
    assert visitor.text("/live") in text


def test_language_and_appearance_are_remembered(visitor: Any, seeded: Any) -> None:
    seeded.agree()
    assert visitor.send_form("/language", language="en", back="/contacts").headers["location"] == "/contacts"
    assert "This phone has only begun to watch" in visitor.text("/")
    visitor.send_form("/settings/appearance", appearance="dark")
    assert 'href="/static/tokens-dark.css"' in visitor.get("/").text
    visitor.send_form("/language", language="tlh")
    visitor.send_form("/settings/appearance", appearance="pink")
    assert (seeded.runner.choices().language, seeded.runner.choices().appearance) == ("en", "dark")


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\r\nX: y"])
def test_the_way_back_leads_nowhere_else(visitor: Any, back: str) -> None:
    assert visitor.send_form("/language", language="en", back=back).headers["location"] == "/"


@pytest.mark.parametrize(("appearance", "dark"), [("light", "@media not all"), ("dark", "@media all")])
def test_a_chosen_appearance_binds_the_tokens(visitor: Any, appearance: str, dark: str) -> None:
    css = visitor.get(f"/static/tokens-{appearance}.css").text
    assert dark in css
    assert f"color-scheme: {appearance};" in css
    assert "prefers-color-scheme" not in css


def test_contacts_of_a_day(visitor: Any, seeded: Any, web: SimpleNamespace) -> None:
    seeded.agree()
    seeded.fortnight()
    assert "đã quét của 14 ngày qua, mỗi ngày bạn gặp nhiều nhất khoảng" in visitor.text("/contacts")
    midnight_s = int(web.NOW_S - web.NOW_S % web.DAY_S - 7 * 3_600)
    assert "Thứ Năm, 13/8" in visitor.text(f"/contacts/{midnight_s}")
    for wrong in (midnight_s + 1, midnight_s + web.DAY_S, midnight_s - 40 * web.DAY_S, 10**30):
        assert visitor.get(f"/contacts/{wrong}").status_code == 404


def test_a_warning_leads_to_what_to_do(visitor: Any, seeded: Any) -> None:
    seeded.agree()
    day = seeded.warn()
    assert "Có thể bạn đã ở gần người nhiễm COVID-19" in visitor.text("/")
    text = visitor.text(f"/exposure/{day}")
    for part in ("Trạm y tế sẽ cho bạn biết", "Gọi đường dây nóng: 1900 9095", "quy tắc bluezone, phiên bản 1"):
        assert part in text
    assert "Ngày 10/8, có thể bạn đã ở gần" in text
    assert "Ở gần khoảng 20 phút." in text
    assert "Nhiều khả năng là tiếp xúc gần." in text
    assert "Tự theo dõi sức khỏe đến hết" not in text, "no number of days that no authority gave"
    assert visitor.get(f"/exposure/{day - 1}").status_code == 404


def test_a_warning_of_a_policy_without_probability_says_that_it_cannot_tell(visitor: Any, seeded: Any) -> None:
    seeded.agree()
    day = seeded.warn(unsure=True)
    text = visitor.text(f"/exposure/{day}")
    for part in ("Máy chưa xác định được", "quy tắc en-v1-buckets"):
        assert part in text
    assert 'class="split"' not in visitor.get(f"/exposure/{day}").text


# --- settings -----------------------------------------------------------------------------------------


def test_the_file_holds_each_reading_and_what_was_said_of_them(visitor: Any, seeded: Any) -> None:
    seeded.agree()
    seeded.fortnight()
    seeded.warn()
    answer = visitor.get("/settings/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="bluezone.jsonl"'
    rows = [json.loads(line) for line in answer.text.splitlines()]
    heard = seeded.runner.phone.stores.contacts.sightings()
    assert sum(row["kind"] == "reading" for row in rows) == len(heard)
    assert {row["kind"] for row in rows} == {"about", "choices", "counting", "warning", "day", "reading"}


def test_diagnostics_name_no_path_address_or_identifier(visitor: Any, seeded: Any) -> None:
    seeded.agree()
    seeded.fortnight()
    text = visitor.get("/settings/diagnostics.txt").text
    assert "Radio: working" in text
    for secret in (str(seeded.settings.directory), "authority.test", "127.0.0.1"):
        assert secret not in text


def test_deleting_asks_first(visitor: Any, seeded: Any) -> None:
    seeded.agree(language="en")
    seeded.fortnight()
    old_keys = seeded.runner.phone.stores.keys.all_keys()
    assert visitor.send_form("/settings/delete").headers["location"] == "/settings/delete"
    assert seeded.runner.phone.stores.keys.all_keys() == old_keys
    assert "Everything is deleted" in visitor.send_form("/settings/delete", sure="yes").text
    assert seeded.runner.phone.stores.keys.all_keys() == frozenset()
    assert seeded.runner.choices().agreed_at_s is None
    assert visitor.get("/").headers["location"] == "/welcome"


# --- what goes wrong ----------------------------------------------------------------------------------


def test_an_unknown_page_offers_the_way_home(visitor: Any, seeded: Any) -> None:
    seeded.agree()
    for path in ("/nothing", "/static/../../secrets", "/static/phone.py", "/exposure/x"):
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert "Trang chủ" in answer.text
    assert visitor.get("/check").status_code == 405


@pytest.mark.parametrize(
    "error", [StorageError("disk full at /secret/path"), PhoneError("secret"), RuntimeError("secret")]
)
def test_no_error_shows_its_inside(
    visitor: Any, seeded: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*args: Any) -> None:
        raise error

    seeded.agree()
    monkeypatch.setattr(seeded.runner, "facts_with_today", fail)
    answer = visitor.get("/")
    assert answer.status_code == 500
    assert "Chưa thực hiện được" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_when_nothing_can_be_read_the_page_of_errors_still_comes(
    visitor: Any, seeded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise StorageError("gone")

    monkeypatch.setattr(seeded.runner, "choices", fail)
    answer = visitor.get("/")
    assert answer.status_code == 500
    assert "Bộ nhớ của thiết bị hiện không đọc hoặc ghi được" in answer.text


def test_the_manifest_installs_as_an_app(visitor: Any) -> None:
    manifest = json.loads(visitor.get("/manifest.webmanifest").text)
    assert (manifest["display"], manifest["start_url"], manifest["lang"]) == ("standalone", "/", "vi")
    assert visitor.get(manifest["icons"][0]["src"]).headers["content-type"].startswith("image/svg+xml")


def test_every_question_is_answered_in_both_languages(visitor: Any, seeded: Any) -> None:
    found = []
    for language in ("en", "vi"):
        seeded.runner.choose(language=language)
        found.append(re.findall(r"<summary>(.*?)</summary><p>(.*?)</p>", visitor.get("/questions").text))
    assert len(found[0]) == 14
    for english, vietnamese in zip(*found, strict=True):
        assert english[0] != vietnamese[0]
        assert english[1] != vietnamese[1]
