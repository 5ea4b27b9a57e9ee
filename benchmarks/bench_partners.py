"""Measure how long an outbreak takes to be handed over to a FHIR server, with a worker that is killed half way.

    python benchmarks/bench_partners.py                                  # 100,000 cases, 400,000 contacts, SQLite
    python benchmarks/bench_partners.py --cases 10000 --contacts 40000
    DATABASE_URL=postgresql://... python benchmarks/bench_partners.py    # an empty database of its own

The partner is a stub in this process that keeps resources by identifier and answers each entry of a Bundle: what it
costs to parse what is sent is said apart, for a server of one's own would pay it. Half way the worker dies between
sending a Bundle and noting it; another goes on. Said are CPU and wall time, how many resources the partner has, and
that none is missing or there under two identifiers.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import secrets
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from rows import store

NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)


class KilledError(BaseException):
    """Stand for the end of a process."""


class Partner:
    """Keep resources by conditional address."""

    def __init__(self) -> None:
        self.kept: dict[str, int] = {}
        self.bundles = 0
        self.own_s = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        began = time.process_time()
        told = []
        for entry in json.loads(request.content)["entry"]:
            url = entry["request"]["url"]
            self.kept[url] = self.kept.get(url, 0) + 1
            told.append({"response": {"status": "200 OK"}})
        body = json.dumps({"resourceType": "Bundle", "type": "transaction-response", "entry": told}).encode()
        self.bundles += 1
        self.own_s += time.process_time() - began
        return httpx.Response(200, content=body)


def set_up(var: Path) -> None:
    """Make a fresh authority: a folder, a database, keys."""
    os.environ |= {
        "BLUEZONE_VAR": str(var),
        "BLUEZONE_SECRET_KEY": secrets.token_urlsafe(48),
        "BLUEZONE_PERSONS_KEY": secrets.token_urlsafe(48),
        "BLUEZONE_INTERNAL_HOSTS": "partner.example",
        "DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from bluezone.authority.signing import services as signing

    signing.ensure(NOW)


def fill(cases: int, contacts: int) -> None:
    """Store cases, and contacts that were near one of them each, everybody with an identity."""
    from bluezone.authority.diagnosis.models import Case
    from bluezone.authority.episodes.models import Episode, Exposure
    from bluezone.authority.persons import rules, vault
    from bluezone.authority.persons.models import Person
    from bluezone.authority.persons.rules import ALPHABET, Identity

    place, day = "/63:93/63:935/63:31441/", NOW.date()

    def pseudonym(number: int) -> str:
        return rules.written("".join(ALPHABET[number >> 5 * at & 31] for at in range(7)))

    def people() -> Any:
        for number in range(cases + contacts):
            name = pseudonym(number)
            sealed = vault.seal(Identity(f"Người {number}", 1950 + number % 60, sex="female"), name)
            row = {"pseudonym": name, "place": place, "created_at": NOW, "expires_on": day, "sealed": sealed}
            yield Person(pk=number + 1, **row)

    store(Person, people())
    ids = [Case(report_type="confirmed", status="confirmed", test_date=day, onset_date=day, place=place,
                created_at=NOW, person_id=number + 1) for number in range(cases)]  # fmt: skip
    store(Case, iter(ids))
    rows = [Episode(person_id=number + 1, place=place, role="f0", classification="confirmed", opened_at=NOW,
                    case=ids[number]) for number in range(cases)]  # fmt: skip
    rows += [Episode(person_id=cases + number + 1, place=place, role="f1", contact_role="f1", contact_since=NOW,
                     classification="confirmed", opened_at=NOW, last_contact_on=day)
             for number in range(contacts)]  # fmt: skip
    store(Episode, iter(rows))
    store(Exposure, (Exposure(episode=rows[cases + number], source=rows[number % cases], day=day, setting="work",
                              found_by="app") for number in range(contacts)))  # fmt: skip


def hand_over(cases: int, contacts: int, console: Console) -> None:
    """Hand all over, with an end half way, and say what it took."""
    from bluezone.authority.officers.models import User
    from bluezone.authority.partners import sending, services
    from bluezone.authority.partners.models import Delivery
    from bluezone.authority.partners.rules import BATCH, Format, Terms

    officer = User.objects.create_user("ministry", role="ministry", place="/")
    terms = Terms("HIS", Format.FHIR, url="https://partner.example/fhir", basis="a law")
    services.agree(terms, NOW.date(), NOW.date() + dt.timedelta(30), "", officer, NOW)
    partner, settle = Partner(), sending._settle
    half = (cases + contacts) // BATCH // 2

    def dying(*arguments: Any) -> None:
        if partner.bundles == half:
            raise KilledError
        settle(*arguments)

    wall, cpu = time.perf_counter(), time.process_time()
    now, killed, waits = NOW, 0, True
    with httpx.Client(transport=httpx.MockTransport(partner)) as client:
        while waits:
            sending._settle = dying if not killed else settle
            try:
                sending.hand_over(client, now)
            except KilledError:
                killed += 1
            now += dt.timedelta(minutes=1)
            done = Delivery.objects.filter(state="sent").count()
            waits = done < cases + contacts
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    patients = sum(url.startswith("Patient?") for url in partner.kept)
    twice = sum(count > 1 for count in partner.kept.values())
    console.print(f"{cases:,} cases and {contacts:,} contacts, killed {killed} time half way")
    console.print(
        f"wall {wall:.0f} s, CPU {cpu:.0f} s, of which the stub {partner.own_s:.0f} s; {partner.bundles} Bundles"
    )
    console.print(
        f"the partner has {patients:,} Patients, {len(partner.kept):,} resources; {twice} came twice, as they were"
    )
    if patients != cases + contacts:
        raise SystemExit(f"{cases + contacts - patients} are missing")


def main() -> None:
    """Fill a database, then hand over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--contacts", type=int, default=400_000)
    asked = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="bluezone-bench-") as folder:
        set_up(Path(folder))
        began = time.perf_counter()
        fill(asked.cases, asked.contacts)
        console.print(f"filled in {time.perf_counter() - began:.0f} s")
        hand_over(asked.cases, asked.contacts, console)


if __name__ == "__main__":
    main()
