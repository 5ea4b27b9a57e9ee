"""Many declarations at the same moment, and a server that is killed, on SQLite and PostgreSQL: what was answered is
stored, once, and a telephone number has its limit."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import signal
import threading
from pathlib import Path

import httpx
from tests.forms.samples import FORMS, GIVEN, VIET_NAM

from bluezone.authority.declarations.rules import MOST_OF_A_NUMBER
from bluezone.forms.answers import Edge, read_answers
from bluezone.protocol.health_declarations import HEALTH_DECLARATIONS_PATH, HealthAnswer, HealthDeclaration

#: as the installation's clock stands
DAY = dt.date(2020, 8, 18)


def test_an_id_is_stored_once_and_of_a_thousand_of_one_number_no_more_than_its_limit(prepared):
    said = json.loads(prepared.python(Path(__file__).with_name("crowd.py").read_text()))
    assert said == {
        "vendor": "postgresql" if prepared.database_url else "sqlite",
        "one id": {"answers": 1, "has a pass": True, "stored": 1},
        "one number": {"taken": MOST_OF_A_NUMBER - 1, "refused": 1_000 - MOST_OF_A_NUMBER + 1},
        "declarations": MOST_OF_A_NUMBER,
        "passes": MOST_OF_A_NUMBER,
    }


def message(number: int) -> bytes:
    """Return a declaration of somebody with a telephone number of their own."""
    given = GIVEN | {"telephone": [f"+849{number:08d}"]}
    answers = read_answers(FORMS["population"], given, Edge(DAY, VIET_NAM.telephone)).answers
    sent = HealthDeclaration(
        declaration=secrets.token_bytes(16), form="population", version=1, day=DAY, answers=answers
    )
    return sent.to_json()


def test_a_server_that_is_killed_has_stored_all_that_it_answered(running):
    answered: dict[bytes, HealthAnswer] = {}
    enough = threading.Event()

    def phone(first: int) -> None:
        with running.client() as client:
            for number in range(first, first + 1_000):
                body = message(number)
                try:
                    answer = client.post(HEALTH_DECLARATIONS_PATH, content=body)
                except httpx.TransportError:
                    return
                answered[body] = HealthAnswer.from_json(answer.content)
                if len(answered) >= 40:
                    enough.set()

    phones = [threading.Thread(target=phone, args=[first * 1_000]) for first in range(6)]
    for each in phones:
        each.start()
    assert enough.wait(60)
    running.stop(signal.SIGKILL)
    for each in phones:
        each.join()
    running.start()
    with running.client() as client:
        for body, answer in answered.items():
            assert answer.receipt
            assert HealthAnswer.from_json(client.post(HEALTH_DECLARATIONS_PATH, content=body).content) == answer
    count = "import django; django.setup()\nfrom bluezone.authority.declarations.models import HealthDeclaration\n"
    stored = int(running.python(count + "print(HealthDeclaration.objects.count())"))
    assert len(answered) <= stored <= len(answered) + len(phones)  # those that were under way may be there
