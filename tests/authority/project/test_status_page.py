"""The page that tells the public how the service is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.authority.project.test_health import NOON, WELL

from bluezone.authority.project import facts, status

_HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def nothing_found_before():
    status.public.forget()
    yield
    status.public.forget()


@pytest.mark.parametrize(
    ("found", "works", "late_since"),
    [
        ({}, True, None),
        ({"last_batch_end": None}, True, None),
        ({"last_batch_end": NOON - 8 * _HOUR}, False, NOON - 4 * _HOUR),
        ({"probe_problem": "/v1/publish: HTTP 500"}, False, None),
        ({"unknown": {"database": "not known"}, "last_batch_end": None}, False, None),
        ({"clock": "the clock is 3 days ahead"}, False, None),
        ({"runs": {}}, False, None),
    ],
)
def test_the_public_is_told_whether_it_works_and_since_when_keys_are_late(found, works, late_since):
    said = status.said_of(replace(WELL, **found))
    assert (said.works, said.late_since) == (works, late_since)


def test_when_keys_went_out_is_not_said_where_the_database_cannot_be_asked(client, monkeypatch):
    for found, times in ((WELL, 1), (replace(WELL, unknown={"batch": "not known"}, last_batch_end=None), 0)):
        status.public.forget()
        monkeypatch.setattr(facts, "gather", lambda *_, found=found: found)
        text = client.get("/status", headers={"Accept-Language": "en"}).content.decode()
        assert text.count("Keys of patients last published") == times


@pytest.mark.parametrize(
    ("language", "sentences"),
    [("vi", ("Dịch vụ hoạt động.", "Có điều chưa ổn")), ("en", ("The service works.", "Something is not as it"))],
)
def test_it_is_said_in_both_languages_and_no_path_or_part_is_named(client, monkeypatch, language, sentences):
    broken = replace(WELL, probe_problem="/v1/publish: HTTP 500", secrets="a secret is missing")
    for found, sentence in zip((WELL, broken), sentences, strict=True):
        status.public.forget()
        monkeypatch.setattr(facts, "gather", lambda *_, found=found: found)
        answer = client.get("/status", headers={"Accept-Language": language})
        assert answer.status_code == 200
        text = answer.content.decode()
        assert sentence in text
        assert "/v1/publish" not in text
        assert "secret" not in text
