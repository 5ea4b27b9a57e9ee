"""Measure the figures of an outbreak: CPU time of each, read and reckoned, for a ministry's whole country.

    python benchmarks/bench_epidemiology.py                                   # SQLite, 100,000 cases, 400,000 contacts
    DATABASE_URL=postgresql://... python benchmarks/bench_epidemiology.py     # an empty database of its own
    ... --cases 10000 --contacts 40000

Cases lie in 63 provinces over 180 days and infect each other; each second one was traced. The worker makes
the snapshot. What several figures read of it is told apart, for it is read once: cases, exposures of cases, who
infected whom, chains, contacts. CPU time is that of this process and of the database's.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import itertools
import os
import random
import secrets
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench_tracing import database_cpu_s
from rows import store

NOW = dt.datetime(2020, 8, 20, 2, 40, tzinfo=dt.UTC)
_SETTINGS = ("household", "household", "work", "school", "other")
_SITES = {
    "work": ("/63:93/KQ7M-2PXA/", ""),
    "school": ("/63:93/SCH1-0001/", ""),
    "other": ("/63:93/MKT1-0001/", "", ""),
}


def set_up(var: Path) -> None:
    """Make a fresh authority: a folder, a database."""
    os.environ |= {
        "BLUEZONE_VAR": str(var),
        "BLUEZONE_SECRET_KEY": secrets.token_urlsafe(48),
        "BLUEZONE_PERSONS_KEY": secrets.token_urlsafe(48),
        "DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def fill(cases: int, contacts: int, places: Sequence[str], span: int, now: dt.datetime = NOW, seed: int = 1) -> None:
    """Store an outbreak of `span` days that ends now: cases who infected each other, their results, and contacts under
    follow-up. The same for the same seed, but for what is secret."""
    from bluezone.authority.diagnosis.models import Case
    from bluezone.authority.episodes.models import Episode, Event, Exposure
    from bluezone.authority.issuing.models import LabResult
    from bluezone.authority.officers.models import User
    from bluezone.authority.persons.models import Person

    chance, today = random.Random(seed), now.date()
    laboratory = User.objects.create(username=f"laboratory {seed}", role="lab", place=places[0])
    store(Person, _persons(cases + contacts, places, now, chance))
    people = list(Person.objects.order_by("-pk").values_list("pk", flat=True)[: cases + contacts])
    keys, episodes, exposures, results, heard = [], [], [], [], []
    onsets: list[dt.date] = []
    made: list[Case] = []
    ids = (uuid.UUID(int=chance.getrandbits(128), version=4) for _ in itertools.count())
    for number in range(cases):
        onset = today - dt.timedelta(days=span - 1 - number * span // cases)
        key, case_key, place = next(ids), next(ids), places[number % len(places)]
        way = chance.choice(("none", "none", "app", "hand", "both", "hand"))
        sample = min(onset + dt.timedelta(days=chance.randint(0, 4)), today)
        report = min(sample + dt.timedelta(days=chance.randint(0, 2)), today)
        isolated = min(
            onset + dt.timedelta(days=chance.randint(2, 6) if way == "none" else chance.randint(-1, 3)), today
        )
        opened = dt.datetime.combine(report, dt.time(9), dt.UTC)
        entered = dt.datetime.combine(onset - dt.timedelta(days=2), dt.time(9), dt.UTC)
        traced = way != "none"
        a_day = max(1, cases // span)
        few = {number - chance.randint(2 * a_day, 9 * a_day) for _ in range(6)}
        near = [other for other in sorted(few) if other >= 0 and 2 <= (onset - onsets[other]).days <= 9]
        sources = chance.sample(near, min(len(near), 1 + (chance.random() < 0.2))) if chance.random() < 0.8 else []
        days = [onsets[other] + dt.timedelta(days=chance.randint(0, 1)) for other in sources]
        made.append(
            Case(
                id=case_key, report_type="confirmed", status="confirmed", place=place, created_at=opened,
                onset_date=None if number % 25 == 3 else onset, test_date=sample, person_id=people[number],
            )
        )  # fmt: skip
        episodes.append(
            Episode(
                id=key, person_id=people[number], case_id=case_key, place=place, role="f0", classification="confirmed",
                opened_at=opened, contact_role="f1" if traced else "", contact_since=entered if traced else None,
                decided_at=entered if traced else None, isolated_on=None if number % 30 == 7 else isolated,
                last_contact_on=max(days) if days and traced else None, follow_up="cancelled" if traced else "running",
            )
        )  # fmt: skip
        ways = {"app": ["app"], "hand": ["hand"], "both": ["app", "hand"], "none": ["hand"]}[way]
        setting = chance.choice(_SETTINGS)
        for at, (other, day) in enumerate(zip(sources, days, strict=True)):
            site = chance.choice(_SITES.get(setting, ("",)))
            exposures.append(
                Exposure(
                    episode_id=key,
                    source_id=keys[other],
                    day=day,
                    setting=setting,
                    found_by=ways[at % len(ways)],
                    site=site,
                )
            )
        if traced and len(sources) < len(ways):  # the phone warned, and nobody knows of whom
            exposures.append(
                Exposure(episode_id=key, day=onset - dt.timedelta(days=3), setting="other", found_by=ways[-1])
            )
        if number % 3:
            results.append(
                LabResult(
                    laboratory=laboratory, external_id=f"{seed}-{number}", content_digest="", result="positive",
                    sampled_on=sample, reported_on=min(sample + dt.timedelta(days=chance.randint(0, 3)), today),
                    received_at=opened, place=place, case_id=case_key,
                )
            )  # fmt: skip
        keys.append(key)
        onsets.append(onset)
    for number in range(contacts):
        source, key = number % cases, next(ids)
        met = onsets[source] + dt.timedelta(days=number % 2)
        until = met + dt.timedelta(days=14)
        state = "running" if until >= today or number % 20 == 0 else "lost" if number % 17 == 0 else "completed"
        setting = chance.choice(_SETTINGS)
        episodes.append(
            Episode(
                id=key, person_id=people[cases + number], place=places[source % len(places)], role="f1",
                classification="confirmed" if number % 4 else "suspected", opened_at=now, contact_role="f1",
                contact_since=dt.datetime.combine(met + dt.timedelta(days=1), dt.time(3), dt.UTC), follow_up=state,
                follow_up_until=until, first_contact_on=met, last_contact_on=met,
            )
        )  # fmt: skip
        by = "app" if number % 5 == 0 else "hand"
        site = chance.choice(_SITES.get(setting, ("",)))
        exposures.append(
            Exposure(episode_id=key, source_id=keys[source], day=met, setting=setting, found_by=by, site=site)
        )
        if met < today <= until and number % 10:
            day = max(today - dt.timedelta(days=number % 3), met + dt.timedelta(days=1))
            heard.append(Event(episode_id=key, kind="check", day=min(day, today), at=now))
    for model, rows in ((Case, made), (Episode, episodes), (Exposure, exposures), (LabResult, results), (Event, heard)):
        store(model, rows)


def _persons(count: int, places: Sequence[str], now: dt.datetime, chance: random.Random) -> Iterator[Any]:
    from bluezone.authority.persons import vault
    from bluezone.authority.persons.models import Person
    from bluezone.authority.persons.rules import Identity, draw_pseudonym

    pseudonyms: set[str] = set()
    while len(pseudonyms) < count:
        pseudonyms.add(draw_pseudonym(chance.randrange))
    for number, pseudonym in enumerate(sorted(pseudonyms)):
        sex, work = ("female", "male")[number % 2], ("nông dân", "giáo viên", "")[number % 3]
        who = Identity(f"Người {number}", 1930 + number % 90, "", sex=sex, occupation=work)
        yield Person(
            pseudonym=pseudonym,
            place=places[number % len(places)],
            sealed=vault.seal(who, pseudonym),
            created_at=now,
            expires_on=now.date() + dt.timedelta(days=90),
        )


def parts(data: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Give what is read once, then each figure."""
    from bluezone.authority.epidemiology import results

    shared = ("read", "patients", "contacts", "infections", "links", "groups", "met")
    names = (
        "cases read",
        "filed on the days",
        "exposures of cases read",
        "who infected whom",
        "chains",
        "contacts read",
        "contacts met on the days",
    )
    for attribute, name in zip(shared, names, strict=True):
        yield name, lambda attribute=attribute: getattr(data, attribute)
    for name, figure in results.FIGURES.items():
        yield f"figure {name}", lambda figure=figure: figure(data)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--cases", type=int, default=100_000)
    arguments.add_argument("--contacts", type=int, default=400_000)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder))
        from bluezone.authority.epidemiology import drawing, results, snapshots
        from bluezone.authority.epidemiology.models import Snapshot
        from bluezone.authority.epidemiology.queries import Wanted
        from bluezone.authority.officers.jurisdiction import place_of
        from bluezone.geography import catalogue
        from bluezone.geography.units import Level
        from bluezone.i18n import Language
        from bluezone.vega import svg

        provinces = catalogue.provinces().of_level(Level.PROVINCE, NOW.date())
        fill(asked.cases, asked.contacts, [place_of(unit.code) for unit in provinces], 180)
        wanted = Wanted(NOW.date() - dt.timedelta(days=180), NOW.date())
        data = results.Data(Snapshot.objects.all(), wanted, "/", NOW.date())
        made = Table("", "CPU s", "of it the database's", "rows")

        def measured(name: str, work: Callable[[], Any]) -> Any:
            own, database = time.process_time(), database_cpu_s()
            rows = work()
            theirs = database_cpu_s() - database
            cpu = time.process_time() - own + theirs
            made.add_row(name, f"{cpu:.2f}", f"{theirs:.2f}", str(len(rows)))
            return rows

        measured("snapshot, by the worker", lambda: [snapshots.make(NOW)])
        rows = {name: measured(name, work) for name, work in parts(data)}
        svg(drawing.specification("curve", "", results.plain(rows["figure curve"]), Language.VIETNAMESE))
        for name in drawing.DRAWINGS:
            part = {"delays": "gain", "drawn": "1"}.get(name, "")
            plain = results.plain(rows[f"figure {name}"])
            draw = functools.partial(drawing.specification, name, part, plain, Language.VIETNAMESE)
            measured(f"drawing {name}", lambda draw=draw: svg(draw()))
        Console().print(made)


if __name__ == "__main__":
    main()
