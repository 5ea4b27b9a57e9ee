"""Export everything the phone holds of its owner's days: one JSON document a line, written day by day.

Never in it: keys of this phone (who has them can recognise it, and publishing is their only use) and identifiers of
others (they are not the owner's, and a published list would tell who they were); nor the id of this installation, the
owner's whole number and what deletes it, which a file that goes about should not carry.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bluezone.phone.app.loop import Runner
from bluezone.phone.stores.contact_store import Sightings
from bluezone.phone.stores.phone_stores import Stores

DAY_S = 86_400


def lines(runner: Runner) -> Iterator[str]:
    """Yield the lines, with memory for one day at a time, however much was heard."""
    stores = runner.stores
    yield _line("about", {"format": "bluezone export", "version": 1, "made_at_s": round(runner.clock())})
    yield _line("choices", asdict(runner.choices()))
    yield _line("counting", _counting(runner))
    number = runner.stores.number.read()
    if number is not None:
        yield _line("number", {"ending": number.ending, "confirmed": number.is_confirmed})
    for received in runner.facts().news:
        yield _line("news", {"id": received.item.id, "first_at_s": round(received.first_at_s)})
    for alert in stores.exposures.alerts(withdrawn=True):
        yield _line("warning", asdict(alert))
    for alert in stores.exposures.alerts(withdrawn=True, second_order=True):
        yield _line("warning", asdict(alert))
    for report in stores.reports.newest():
        yield _line("report", {"day_start_s": report.day_start_s, "stage": report.stage, "sent_at_s": report.sent_at_s})
    if (heard := stores.heard.read()) is not None:
        yield _line("heard_list", {"stage": heard.stage, "given_at_s": heard.written_at_s})
    yield from _health_declarations(stores)
    yield from _places(stores)
    for day_s, tally in stores.contacts.tallies().items():
        yield _line("day", {"day_start_s": day_s, **asdict(tally)})
        for row in _readings(stores.contacts.sightings(day_s, day_s + DAY_S)):
            yield _line("reading", row)


def _health_declarations(stores: Stores) -> Iterator[str]:
    for person in stores.household.people():
        yield _line("person", {"known": dict(person.known), "is_owner": person.is_owner})
    for draft in stores.declarations.drafts():
        yield _line("draft", {"form": draft.form, "version": draft.version, "given": draft.given})
    for each in stores.declarations.declarations():
        said = {
            "day": each.day,
            "form": each.form,
            "version": each.version,
            "stage": each.stage,
            "answers": each.answers,
        }
        yield _line("health_declaration", said)


def _places(stores: Stores) -> Iterator[str]:
    for visit in stores.diary.visits():
        yield _line("visit", asdict(visit))
    for warned in stores.places.alerts():
        yield _line("place_warning", asdict(warned))
    given = stores.check_ins.read()
    if given is not None and given.stage is not None:
        yield _line(
            "shared_check_ins", {"visits": given.visits, "stage": given.stage, "given_at_s": given.written_at_s}
        )


def _readings(heard: Sightings) -> Iterator[dict[str, Any]]:
    columns = (heard.at_s, heard.since_last_scan_s, heard.readings, heard.strongest_dbm, heard.typical_dbm)
    for at_s, since_s, readings, strongest, typical in zip(*columns, strict=True):
        yield {
            "at_s": round(at_s),
            "since_last_scan_s": round(since_s, 1),
            "readings": readings,
            "strongest_dbm": strongest,
            "typical_dbm": typical,
        }


def _counting(runner: Runner) -> dict[str, Any]:
    """Return what the authority was told, without the id under which it was."""
    installation = runner.stores.preferences.installation()
    names = ("platform", "version", "commune", "unit")
    return (
        dict(zip(names, json.loads(installation.registered), strict=True))
        if installation is not None and installation.registered
        else {}
    )


def _line(kind: str, content: dict[str, Any]) -> str:
    return json.dumps({"kind": kind, **content}, ensure_ascii=False) + "\n"
