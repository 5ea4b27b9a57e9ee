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
from bluezone.phone.stores.phone_stores import Stores

DAY_S = 86_400
#: what the authority was told where it counts the phone, without the id under which it was
_TOLD = ("platform", "version", "commune", "unit")


def lines(runner: Runner) -> Iterator[str]:
    """Yield the lines, with memory for one day at a time, however much was heard."""
    stores = runner.stores
    yield _line("about", {"format": "bluezone export", "version": 1, "made_at_s": round(runner.clock())})
    yield _line("choices", asdict(runner.choices()))
    counted = {}
    if (installation := stores.preferences.installation()) is not None and installation.registered:
        counted = dict(zip(_TOLD, json.loads(installation.registered), strict=True))
    yield _line("counting", counted)
    number = stores.number.read()
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
        of_day = stores.contacts.sightings(day_s, day_s + DAY_S)
        columns = (of_day.at_s, of_day.since_last_scan_s, of_day.readings, of_day.strongest_dbm, of_day.typical_dbm)
        for at_s, since_s, readings, strongest_dbm, typical_dbm in zip(*columns, strict=True):
            row = {"at_s": round(at_s), "since_last_scan_s": round(since_s, 1), "readings": readings}
            yield _line("reading", row | {"strongest_dbm": strongest_dbm, "typical_dbm": typical_dbm})


def _health_declarations(stores: Stores) -> Iterator[str]:
    for person in stores.household.people():
        yield _line("person", {"known": dict(person.known), "is_owner": person.is_owner})
    for draft in stores.declarations.drafts():
        yield _line("draft", {"form": draft.form, "version": draft.version, "given": draft.given})
    for each in stores.declarations.declarations():
        said = {name: getattr(each, name) for name in ("day", "form", "version", "stage", "answers")}
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


def _line(kind: str, content: dict[str, Any]) -> str:
    return json.dumps({"kind": kind, **content}, ensure_ascii=False) + "\n"
