"""A gateway that takes nine seconds for each message: neither the officer's page nor the keys wait for it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest

from bluezone.authority.diagnosis import services as cases
from bluezone.authority.diagnosis.models import CodeMessage
from bluezone.authority.diagnosis.sending import job, services
from bluezone.authority.keys import batches
from bluezone.authority.keys.models import ExportFile
from bluezone.authority.messages import sms
from bluezone.authority.officers.confirming import Issuer

NINE_SECONDS = dt.timedelta(seconds=9)


@pytest.mark.django_db(transaction=True)
def test_keys_go_out_on_time_while_messages_are_handed_over(
    phone: Any, issue: Callable[..., str], issuer: Issuer, environment: Callable[..., Any], monkeypatch: Any
) -> None:
    environment(public_url="https://ma.example.vn")
    phone.publish(issue(), phone.keys())
    phone.clock.forward(hours=6)
    due, out_at, one_by_one = phone.clock.now, [], threading.Lock()

    def answers_late(_number: str, _text: str) -> None:
        """Publish while the gateway has not answered: it runs in a thread, with a connection of its own."""
        with one_by_one:
            if not out_at:
                batches.publish(phone.clock.now)
                out_at.append((phone.clock.now, ExportFile.objects.count()))
            phone.clock.now += NINE_SECONDS

    monkeypatch.setattr(sms, "sender", lambda: answers_late)
    for number in range(3):
        case, _code, _row = cases.open_case(cases.NewCase("confirmed", onset_date=due.date()), issuer, due)
        services.send_code(case, issuer, f"+8491234567{number}", "vi", due)
    assert not out_at  # nobody's page waited
    assert job.send_due(due) == "3 codes sent"
    [(moment, files)] = out_at
    assert moment == due
    assert files > 0
    assert set(CodeMessage.objects.values_list("state", flat=True)) == {"sent"}
