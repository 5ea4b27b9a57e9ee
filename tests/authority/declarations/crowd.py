"""Sends a thousand declarations of one telephone number and one declaration many times, in threads at the same moment;
prints as JSON what came of it. Run by `test_at_once`, against an installation of its own."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from bluezone.authority.declarations import services  # noqa: E402
from bluezone.authority.declarations.models import HealthDeclaration  # noqa: E402
from bluezone.authority.declarations.rules import RefusedError, Way  # noqa: E402
from bluezone.authority.passes.models import IssuedPass  # noqa: E402
from bluezone.forms import shipped  # noqa: E402

DAY = dt.date(2020, 8, 18)
NOW = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
MANY, THREADS = 1_000, 12
ANSWERS = {"full_name": "Lan", "commune": "34:31471", "telephone": "+84912345678", "signs": ("fever",)}
FORM = next(each for each in shipped.forms() if each.form == "movement")


def declare(declaration_id: bytes) -> tuple[str, str]:
    """Declare; return receipt and pass, or the refusal."""
    try:
        taken = services.declare(declaration_id, FORM, dict(ANSWERS), Way.PHONE, NOW, day=DAY)
    except RefusedError as error:
        return error.refusal.value, ""
    return taken.receipt, taken.pass_text


def at_once(ids: list[bytes]) -> list[tuple[str, str]]:
    """Declare in threads."""
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(declare, ids))
        list(pool.map(lambda _: connections.close_all(), range(THREADS)))
    return found


def main() -> None:
    """Play both crowds."""
    same = at_once([secrets.token_bytes(16)] * THREADS)
    stored = HealthDeclaration.objects.count()
    kinds = Counter("refused" if each == "too_many_declarations" else "taken"
                    for each, _ in at_once([secrets.token_bytes(16) for _ in range(MANY)]))  # fmt: skip
    facts = {
        "vendor": connection.vendor,
        "one id": {"answers": len(set(same)), "has a pass": all(pass_text for _, pass_text in same), "stored": stored},
        "one number": kinds,
        "declarations": HealthDeclaration.objects.count(),
        "passes": IssuedPass.objects.count(),
    }
    print(json.dumps(facts))


main()
