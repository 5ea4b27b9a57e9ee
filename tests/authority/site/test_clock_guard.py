"""What the ministry's home page says of the clock."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from bluezone.authority.site import clock_guard
from bluezone.authority.site.time_guard import Finding, Verdict


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict(Finding.LEAPT, dt.timedelta(days=400)), "nhảy 400 ngày"),
        (Verdict(Finding.LEAPT, dt.timedelta(hours=-9)), "nhảy 9 giờ"),
        (Verdict(Finding.DATABASE_DIFFERS, dt.timedelta(minutes=10)), "lệch nhau chưa đến một giờ"),
    ],
)
def test_the_ministry_reads_that_the_clock_has_leapt(officer, client, monkeypatch, verdict, words):
    monkeypatch.setattr(clock_guard, "look", lambda _now: verdict)
    officer("ministry")
    with translation.override("vi"):
        assert words in client.get(reverse("home")).content.decode()
        officer("province")
        assert words not in client.get(reverse("home")).content.decode()


def test_a_clock_that_is_believed_is_nothing_to_do(officer, client, monkeypatch):
    monkeypatch.setattr(clock_guard, "look", lambda _now: Verdict(Finding.STEADY))
    officer("ministry")
    assert "nhảy" not in client.get(reverse("home")).content.decode()
