"""Write the outcome of a rehearsal as one document for machines: the same seed gives the same bytes."""

from __future__ import annotations

import datetime as dt
from importlib import metadata
from typing import Any

from bluezone.i18n import Language
from bluezone.town.country import ZONE
from bluezone.town.delivery import summary
from bluezone.town.findings import CLOSE_CONTACT_MIN, CLOSE_M, TRUE_LEVELS, Level, recorded_minutes, table
from bluezone.town.run import Outcome, date_of_last_day, start_of_day_s
from bluezone.town.show.pages import translator
from bluezone.town.show.words import sentences


def document(outcome: Outcome) -> dict[str, Any]:
    """Return people, every pair of them, the case, who was warned and how well that fits. Ids are those of `people`."""
    people, score = outcome.world.people, outcome.score
    delay = summary(list((outcome.notice_delays_s or {}).values()))  # none where nobody was told
    return {
        "seed": outcome.options.seed,
        "start": _local(start_of_day_s()),
        "scene": outcome.options.scene,
        "days": outcome.options.days,
        "hours": outcome.options.hours,
        "people": [
            {"id": person.id, "name": person.name, "home": person.home, "role": person.role.value} for person in people
        ],
        "case": people[outcome.case].id,
        "cases": [
            {"id": people[one.person].id, "confirmed_at": _local(one.confirmed_at_s), "keys": one.keys}
            for one in outcome.cases
        ],
        "pairs": [_pair(outcome, a, b) for a in range(len(people)) for b in range(a + 1, len(people))],
        "close_contact": {"within_m": CLOSE_M, "minutes": CLOSE_CONTACT_MIN},
        "contacts": [people[number].id for number in sorted(outcome.contacts)],
        "warned": [people[number].id for number in sorted(outcome.warned)],
        "sensitivity": _rounded(score.sensitivity, 4),
        "precision": _rounded(score.precision, 4),
        "notices": None
        if delay is None
        else {"told": delay.notices, "median_h": _rounded(delay.median_h), "worst_h": _rounded(delay.worst_h)},
        "tracing": _tracing(outcome),
        "place": _place(outcome),
        "policy": {"name": outcome.policy, "version": outcome.policy_version},
        "published": {
            "test_date": date_of_last_day(outcome.options).isoformat(),
            "keys": outcome.keys_published,
            "files": outcome.files_published,
            "at": _local(outcome.published_at_s),
        },
        "air": {
            "advertising_events": outcome.air.events,
            "audible": outcome.air.audible,
            "received": outcome.air.received,
        },
        "versions": {name: metadata.version(name) for name in ("bumble", "numpy")},
    }


def _place(outcome: Outcome) -> dict[str, Any] | None:
    """Say where the case was by the QR code of a place, and which visits of who passed through were warned of; None
    where the case was at no place with a code."""
    story = outcome.place
    if story is None:
        return None
    start_s = start_of_day_s()
    return {
        "name": story.was.place,
        "case_came": _local(start_s + story.was.came_s),
        "case_left": _local(start_s + story.was.left_s),
        "confirmed": story.confirmed,
        "visits": [
            {"came": _local(start_s + each.came_s), "left": _local(start_s + each.left_s), "warned": each.is_warned}
            for each in story.visits
        ],
    }


def _tracing(outcome: Outcome) -> dict[str, Any]:
    """Say what was reported, decided and told, and count people by true level and level by the system."""
    traced, people = outcome.traced, outcome.world.people
    counts = table(outcome.true_levels, outcome.known_levels)
    return {
        "second_order": traced.second_order,
        "heard_lists": traced.lists,
        "reports": [
            {
                "id": people[one.person].id,
                "verdict": one.verdict.value,
                "f1": one.is_f1,
                "at": _local(one.at_s),
            }
            for one in traced.reports
        ],
        "isolated": [
            {"id": people[person].id, "from": _local(start_of_day_s() + from_s)}
            for person, from_s in sorted(traced.isolated_s.items())
        ],
        "minutes_while_isolated": _rounded(traced.apart_min),
        "told": [people[number].id for number in sorted(traced.told)],
        "levels": {true.value: {known.value: counts[true, known] for known in Level} for true in TRUE_LEVELS},
        "sentences": {
            language.value: list(sentences(outcome, translator(language)))
            for language in (Language.VIETNAMESE, Language.ENGLISH)
        },
    }


def _pair(outcome: Outcome, a: int, b: int) -> dict[str, Any]:
    """Describe a pair: `minutes_recorded` is by the phone that had to decide; the four others say who recorded what,
    weighed by nearness (`recorded`) and at any strength (`heard`); see `findings.Recordings`.
    """
    people, found = outcome.world.people, outcome.recorded
    cases = {one.person for one in outcome.cases}
    case = next((one for one in (a, b) if one in cases), outcome.case)
    return {
        "a": people[a].id,
        "b": people[b].id,
        "minutes_within_2m": _rounded(float(outcome.minutes_within_2m[a, b])),
        "minutes_recorded": _rounded(recorded_minutes(found, case, a, b)),
        "warned": bool({a, b} & cases) and bool({a, b} & outcome.warned),
        "recorded_by_a": _rounded(float(found.near[a, b])),
        "recorded_by_b": _rounded(float(found.near[b, a])),
        "heard_by_a": _rounded(float(found.heard[a, b])),
        "heard_by_b": _rounded(float(found.heard[b, a])),
    }


def _local(unix_s: float) -> str:
    return dt.datetime.fromtimestamp(unix_s, ZONE).isoformat()


def _rounded(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(value, digits)
