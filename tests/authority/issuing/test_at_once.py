"""Many ask at the same moment, on SQLite and PostgreSQL: one number gets one message, one UUID one code."""

from __future__ import annotations

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import httpx
import pytest

from bluezone.protocol.user_reports import UserReportRequest

AT_ONCE = 8
_MAKE_KEY = """
import django; django.setup()
from bluezone.authority.officers import api_keys
from bluezone.authority.officers.models import ApiKey
from bluezone.authority.site import clock
print(api_keys.make(ApiKey.Role.ADMIN, "/", "laboratory", None, clock.now())[0])
"""
_COUNT = """
import django; django.setup()
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.issuing.models import UserReport, UserReportRequest
from bluezone.authority.messages.models import OutgoingMessage
print(*(each.objects.count() for each in (OutgoingMessage, UserReport, UserReportRequest, Case)))
"""


@pytest.fixture
def asked(prepared: Any) -> Any:
    """An authority that takes user reports."""
    prepared.settings |= {"BLUEZONE_SMS": "file", "BLUEZONE_USER_REPORTS": "on"}
    prepared.start()
    return prepared


def said_by(installation: Any, script: str) -> str:
    return installation.python(script).strip()


def at_once(installation: Any, path: str, body: bytes, **headers: str) -> Counter[int]:
    """Send the same request from many connections, and count the statuses."""

    def send(_: int) -> int:
        headers_sent = {"Content-Type": "application/json"} | headers
        return httpx.post(installation.url + path, content=body, headers=headers_sent, timeout=60).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(send, range(AT_ONCE)))


def test_one_number_gets_one_message(asked):
    report = UserReportRequest(phone="+84912345678", nonce=secrets.token_bytes(256), test_date=date(2020, 8, 18))
    assert at_once(asked, "/api/user-report", report.to_json()) == {200: AT_ONCE}
    assert said_by(asked, _COUNT) == f"1 1 {AT_ONCE} 1"


def test_one_uuid_gets_one_code(asked):
    key = said_by(asked, _MAKE_KEY)
    body = b'{"testType": "confirmed", "testDate": "2020-08-18", "uuid": "8f5c1a52-0a3b-4f5e-9d29-3a3f6f0c9c11"}'
    assert at_once(asked, "/api/issue", body, **{"X-API-Key": key}) == {200: 1, 409: AT_ONCE - 1}
    assert said_by(asked, _COUNT).split()[3] == "1"
