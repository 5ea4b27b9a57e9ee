"""Settings screens: what the machine is asked for, and how its battery saver is told to leave Bluezone alone."""

from __future__ import annotations

import re
from typing import Any

import pytest


def test_a_yes_to_notices_has_the_system_ask_and_a_no_does_not(visitor: Any, seeded: Any) -> None:
    visitor.send_form("/welcome/permissions", answer="no")
    assert (seeded.host.asked, seeded.runner.choices().notifications) == ([], False)
    visitor.send_form("/welcome/permissions", answer="some", notifications="yes")
    assert (seeded.host.asked, seeded.runner.choices().notifications) == (["notices?"], True)
    visitor.send_form("/welcome")
    visitor.send_form("/settings/notifications", answer="yes")
    assert seeded.host.asked == ["notices?", "notices?"]


def test_the_answer_on_running_in_the_background_is_stored_and_nonsense_changes_nothing(
    visitor: Any, seeded: Any
) -> None:
    seeded.agree()
    for answer, stored in (("yes", True), ("no", False), ("perhaps", False)):
        assert visitor.send_form("/settings/background", answer=answer).headers["location"] == "/settings/background"
        assert seeded.runner.choices().background is stored


def test_each_setting_is_one_question_that_the_list_leads_to_and_a_tap_changes(visitor: Any, seeded: Any) -> None:
    seeded.agree(language="en")
    listed = re.findall(r'class="row" href="(/settings/[a-z-]+)"', visitor.get("/settings").text)
    answers = {
        "recording": (("/settings/pause", {}), lambda: seeded.runner.choices().paused is True),
        "language": (("/language", {"language": "vi"}), lambda: seeded.runner.choices().language == "vi"),
        "appearance": (("", {"appearance": "dark"}), lambda: seeded.runner.choices().appearance == "dark"),
        "background": (("", {"answer": "yes"}), lambda: seeded.runner.choices().background is True),
        "notifications": (("", {"answer": "yes"}), lambda: seeded.runner.choices().notifications is True),
        "counted": (("", {"answer": "no"}), lambda: seeded.runner.choices().counted is False),
        "warnings-counted": (("", {"answer": "yes"}), lambda: seeded.runner.choices().warnings_counted is True),
    }
    assert set(listed) == {f"/settings/{name}" for name in (*answers, "stored", "diagnostics", "delete")}
    for name, ((action, form), is_stored) in answers.items():
        here = f"/settings/{name}"
        page = visitor.get(here).text
        assert page.count('role="group"') == 1, "one question a screen"
        assert f'action="{action or here}"' in page
        assert visitor.send_form(action or here, back=here, **form).headers["location"] == here
        assert is_stored()
        assert 'aria-pressed="true"' in visitor.get(here).text
    assert visitor.get("/settings/nonsense").status_code == 404
    assert "Lưu thành tệp" in visitor.text("/settings/stored")
    assert (
        visitor.send_form("/settings/resume", back="/settings/recording").headers["location"] == "/settings/recording"
    )


def test_the_battery_saver_has_its_page_where_there_is_one(visitor: Any, seeded: Any) -> None:
    seeded.agree(background=True)
    assert visitor.get("/battery").headers["location"] == "/self-test"
    assert "/battery" not in visitor.get("/settings").text
    seeded.host.spares, seeded.host.made_by = True, "Xiaomi"
    assert "Tự khởi chạy" in visitor.text("/battery")
    assert "Máy có thể dừng Bluezone" in visitor.text("/")
    assert visitor.send_form("/battery/system").headers["location"] == "/battery"
    assert visitor.send_form("/settings/notices/system").status_code == 303
    assert seeded.host.asked == ["battery", "notices"]
    seeded.host.spares = False
    assert "Xin Android" not in visitor.text("/battery")
    assert "cho Bluezone ngủ" not in visitor.text("/")


@pytest.mark.parametrize(
    ("maker", "name"),
    [
        ("samsung", "Samsung"),
        ("Xiaomi", "Xiaomi, Redmi, POCO"),
        ("OPPO", "Oppo, Realme, OnePlus"),
        ("realme", "Oppo, Realme, OnePlus"),
        ("vivo", "Vivo"),
        ("HUAWEI", "Huawei, Honor"),
        ("HMD Global", "Other Android telephones"),
        ("", "Other Android telephones"),
    ],
)
def test_each_maker_has_its_own_steps_first_and_the_others_after(
    visitor: Any, seeded: Any, maker: str, name: str
) -> None:
    seeded.agree(language="en")
    seeded.host.spares, seeded.host.made_by = True, maker
    html = visitor.get("/battery").text
    others = re.findall(r"<summary>(.*?)</summary>", html)
    assert f'<h2 id="mine">{name}</h2>' in html
    assert len({*others, name}) == 6
    assert len(others) == 5
    assert all(2 <= steps.count("<li>") <= 3 for steps in re.findall(r'<ol class="steps">.*?</ol>', html))


def test_opening_a_warning_is_remembered_and_the_list_alone_is_not(visitor: Any, seeded: Any) -> None:
    seeded.agree()
    day = seeded.warn()
    visitor.get("/notices")
    visitor.get("/")
    assert seeded.runner.stores.notices.read() is None
    visitor.get(f"/exposure/{day}")
    assert len(seeded.runner.stores.notices.read().opened) == 1
