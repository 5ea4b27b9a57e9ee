"""The screen on which an owner takes the warning back."""

from __future__ import annotations

from typing import Any

import pytest

from bluezone.phone.app.engine import Phone
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.stores.preference_store import Sharing


@pytest.fixture
def shared(seeded: Any, visitor: Any) -> Any:
    """A visitor whose phone has published."""
    seeded.agree()
    seeded.runner.stores.publications.finish("revision", seeded.clock())
    seeded.runner.choose(published_at_s=seeded.clock(), sharing=Sharing.SHARED)
    return visitor


def test_who_shared_nothing_is_not_asked(seeded: Any, visitor: Any) -> None:
    seeded.agree()
    assert visitor.get("/withdraw").headers["location"] == "/positive"
    assert "/withdraw" not in visitor.get("/positive").text


def test_the_owner_is_asked_once_more_and_told_what_it_does(
    shared: Any, seeded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def withdraw(phone: Phone, client: Any) -> None:
        asked.append(True)
        seeded.runner.choose(published_at_s=None, sharing=Sharing.TAKEN_BACK)

    monkeypatch.setattr(Phone, "withdraw", withdraw)
    assert 'href="/withdraw"' in shared.get("/positive").text
    assert "Rút lại cảnh báo?" in shared.text("/withdraw")
    assert shared.send_form("/withdraw").headers["location"] == "/positive"
    assert asked == []
    assert shared.send_form("/withdraw", consent="yes").headers["location"] == "/positive"
    assert asked == [True]
    text = shared.text("/positive")
    assert "Theo ý bạn" in text
    assert "âm tính" not in text, "nobody said that the test is negative"


def test_without_a_connection_it_can_be_asked_again(shared: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ConnectionFailedError("no net")

    monkeypatch.setattr(Phone, "withdraw", fail)
    answer = shared.send_form("/withdraw", consent="yes")
    assert answer.status_code == 409
    assert 'action="/withdraw"' in answer.text
