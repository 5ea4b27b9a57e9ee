"""Say what the figures of an outbreak show: a sentence, a word on how it is counted, and the table's cells."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.epidemiology import figures
from bluezone.authority.epidemiology.figures import Basis, Found, Step
from bluezone.authority.epidemiology.graph_texts import decimal, percent, short_day
from bluezone.authority.episodes.words import Setting
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.language import number_text

Rows = Sequence[Mapping[str, Any]]
#: the share of contacts who are to be heard each day
COMPLETE = 0.9
#: rows of a table on the page; the file holds all
MOST_ROWS = 40
#: a chain with a case in so many days still goes on
ACTIVE = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold a figure as the page shows it. `heads` and cells: text, whether it is a number. `drawings`: each part drawn,
    and its caption. `is_open`: the table needs no click."""

    name: str
    title: str
    help: str
    heads: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[tuple[str, bool]]]
    drawings: Sequence[tuple[str, str]] = ()
    is_open: bool = False
    is_wide: bool = False
    #: name of the drawn rows, where they are not the figure's
    drawn: str = ""
    #: rows that stand in the file alone
    more: int = 0


def found_name(way: Found) -> str:
    """Return how cases or contacts were found."""
    return {
        Found.APP: _("by the app alone"),
        Found.ASKING: _("by asking alone"),
        Found.BOTH: _("by both"),
        Found.NOT_TRACED: _("not traced"),
    }[way]


def step_name(step: Step) -> str:
    """Return the name of a delay."""
    return {
        Step.ONSET_REPORT: _("first symptoms to report"),
        Step.ONSET_SAMPLE: _("first symptoms to sample"),
        Step.SAMPLE_RESULT: _("sample to result"),
        Step.RESULT_ISOLATION: _("result to isolation"),
        Step.ONSET_ISOLATION: _("first symptoms to isolation"),
    }[step]


def _count(value: int | None) -> str:
    return "–" if value is None else number_text(value)


def _number(value: float | None) -> str:
    return "–" if value is None else decimal(value)


def _day(value: dt.date | None) -> str:
    return date_format(value, "SHORT_DATE_FORMAT") if value else "–"


def lead(cases: int | None, spreads: Rows, span: int) -> str:
    """Return the sentence above the page: how many cases, and whether the outbreak grows."""
    if cases is None:
        said = ngettext("Fewer than 5 cases in %(days)s day.", "Fewer than 5 cases in %(days)s days.", span)
        return said % {"days": number_text(span)}
    counted = ngettext("%(n)s case", "%(n)s cases", cases) % {"n": number_text(cases)}
    said = ngettext("%(cases)s in %(days)s day.", "%(cases)s in %(days)s days.", span)
    return f"{said % {'cases': counted, 'days': number_text(span)}} {trend(spreads)}".strip()


def trend(spreads: Rows) -> str:
    """Say whether the outbreak grows, by the newest reproduction number."""
    last = spreads[-1] if spreads else None
    if last is None or last["mean"] is None:
        return ""
    if last["low"] > 1:
        said = _("It grows: each case infects %(mean)s others (%(low)s–%(high)s).")
    elif last["high"] < 1:
        said = _("It shrinks: each case infects %(mean)s others (%(low)s–%(high)s).")
    elif last["mean"] < 1:
        said = _("It shrinks perhaps: each case infects %(mean)s others (%(low)s–%(high)s).")
    else:
        said = _("It grows perhaps: each case infects %(mean)s others (%(low)s–%(high)s).")
    return said % {name: decimal(last[name]) for name in ("mean", "low", "high")}


def curve(rows: Rows, _on: dt.date) -> Shown:
    """Present the epidemic curve."""
    by: dict[dt.date, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for row in rows:
        by[row["day"]][row["basis"]] = row
    means = {day: each[Basis.REPORT]["mean7"] for day, each in by.items() if Basis.REPORT in each}
    known = {day: value for day, value in means.items() if value is not None}
    title = _("Cases by day")
    if known and max(known.values()) > 0:
        top, last = max(known, key=lambda day: (known[day], day)), max(known)
        values = {"top": decimal(known[top]), "day": short_day(top), "last": decimal(known[last])}
        if top == last:
            title = _("%(last)s cases reported a day, the most so far") % values
        else:
            title = _("At most %(top)s cases reported a day, on %(day)s; now %(last)s") % values
    bases = {Basis.ONSET: _("first symptoms"), Basis.SAMPLE: _("sample"), Basis.REPORT: _("reported")}
    heads = [(_("Day"), False), *((name, True) for name in bases.values()), (_("reported, 7-day mean"), True)]
    heads += [(found_name(way), True) for way in Found]
    cells = []
    for day in sorted(by, reverse=True):
        of, onset = by[day], by[day].get(Basis.ONSET, {})
        counts = [_count(of[each]["cases"]) if each in of else "–" for each in bases]
        cells.append([_day(day), *counts, _number(means.get(day)), *(_count(onset.get(way)) for way in Found)])
    help_text = _(
        "Columns: by first symptoms, and how each case was found. Line: reported cases a day, mean of 7 days."
    )
    return _shown("curve", title, help_text, heads, cells, [("", title)])


def reproduction_number(rows: Rows, _on: dt.date) -> Shown:
    """Present the reproduction number."""
    known = [row for row in rows if row["mean"] is not None]
    title = _("Too few cases for a reproduction number")
    if known:
        last, trend = known[-1], _("not sure whether it grows")
        if last["low"] > 1:
            trend = _("the outbreak grows")
        elif last["high"] < 1:
            trend = _("the outbreak shrinks")
        title = _("Rt %(mean)s: %(trend)s") % {"mean": decimal(last["mean"]), "trend": trend}
    help_text = _(
        "How many people a case infects, over the 7 days before. Pale: the true number lies there with 95 of 100 "
        "chances. From reported cases, %(days)s days between a case and the next (Cori 2013)."
    ) % {"days": decimal(disease().windows.serial_interval.mean)}
    heads = [(_("Day"), False), (_("cases in 7 days"), True), ("Rt", True), (_("from"), True), (_("to"), True)]
    cells = [
        [_day(row["day"]), _count(row["cases"]), *(_number(row[name]) for name in ("mean", "low", "high"))]
        for row in reversed(rows)
    ]
    return _shown("reproduction", title, help_text, heads, cells, [("", title)] if known else [])


def follow_up(rows: Rows, on: dt.date) -> Shown:
    """Present how many contacts were heard each day, and on the last day by part."""
    last = max((row["day"] for row in rows), default=None)
    here = [row for row in rows if row["day"] == last]
    followed, asked = (sum(row[name] or 0 for row in here) for name in ("followed", "asked"))
    title = _("No contact is under follow-up")
    if followed:
        values = {"asked": number_text(asked), "followed": number_text(followed), "share": percent(asked / followed)}
        title = _("%(asked)s of %(followed)s contacts were heard that day, %(share)s") % values
    below = [row for row in here if row["followed"] and (row["asked"] or 0) < COMPLETE * row["followed"]]
    said = _("Signs noted, or a call that reached them, of those under follow-up. Line: what is asked for, 90 %.")
    if below:
        names = ", ".join(place_name(row["part"], on) for row in below[:4])
        lower = _("Below it: %(names)s.") % {"names": names}
        said = f"{said} {lower}"
    name = _namer(on)
    heads = [(_("Day"), False), (_("Place"), False), (_("followed"), True), (_("heard"), True), (_("share"), True)]
    cells = []
    for row in sorted(rows, key=lambda row: (-row["day"].toordinal(), row["part"])):
        counts = _count(row["followed"]), _count(row["asked"])
        share = percent(row["asked"] / row["followed"]) if row["asked"] is not None and row["followed"] else "–"
        cells.append([_day(row["day"]), name(row["part"]), *counts, share])
    return _shown("follow-up", title, said, heads, cells, [("", title)] if followed else [])


def completeness(rows: Rows, on: dt.date) -> Shown:
    """Present the states of follow-up by part."""
    due, done = Counter[str](), 0
    for row in rows:
        done += row["completed"] or 0
        due["all"] += sum(row[name] or 0 for name in ("completed", "lost", "overdue"))
    title = _("No follow-up is over yet")
    if due["all"]:
        title = _("%(share)s of follow-ups that are over were completed") % {"share": percent(done / due["all"])}
    name = _namer(on)
    heads = [(_("Place"), False), (_("running"), True), (_("overdue"), True), (_("completed"), True), (_("lost"), True)]
    cells = [
        [name(row["part"]), *(_count(row[each]) for each in ("running", "overdue", "completed", "lost"))]
        for row in rows
    ]
    help_text = _("Contacts met on these days. Overdue: the last day is over, and nobody ended it.")
    return _shown("completeness", title, help_text, heads, cells, is_open=True)


def delays(rows: Rows, _on: dt.date) -> Shown:
    """Present the delays by week."""
    of: dict[tuple[str, dt.date], Counter[int | None]] = defaultdict(Counter)
    whole: dict[str, Counter[int | None]] = defaultdict(Counter)
    for row in rows:
        if row["cases"]:
            of[row["step"], row["week"]][row["days"]] += row["cases"]
            whole[row["step"]][row["days"]] += row["cases"]
    median = figures.delay(whole[Step.ONSET_ISOLATION.value]).median
    title = _("Days between the dates of a case")
    if not math.isnan(median):
        title = _("Half of the cases were isolated within %(days)s days of first symptoms") % {"days": decimal(median)}
    heads = [(_("Delay"), False), (_("Week of"), False), (_("cases"), True), (_("9 of 10 over"), True)]
    heads += [(_("half within"), True), (_("9 of 10 within"), True), (_("at once or before"), True), (_("open"), True)]
    cells = []
    for (step, week), counts in sorted(of.items(), key=lambda each: (list(Step).index(Step(each[0][0])), each[0][1])):
        found = figures.delay(counts)
        quantiles = [decimal(value) for value in (found.tenth, found.median, found.ninetieth)]
        others = [number_text(each) for each in (found.in_time, found.open)]
        cells.append([step_name(Step(step)), _day(week), number_text(found.people), *quantiles, *others])
    steps = [step for step in Step if figures.delay(whole[step.value]).people]
    drawn = [(step.value, step_name(step)) for step in steps]
    help_text = _("By the week of the first of the two dates. Line: half of the cases within; band: 8 of 10 in it.")
    return _shown("delays", title, help_text, heads, cells, drawn, is_wide=True)


def app(rows: Rows, _on: dt.date) -> Shown:
    """Present the part of the app."""
    by = {row["found"]: row for row in rows}
    parts = {way: by[way]["contacts"] for way in Found if way in by and by[way]["contacts"]}
    title, whole = _("No contact was found yet"), sum(parts.values())
    if whole:
        values = {"app": number_text(parts.get(Found.APP, 0)), "all": number_text(whole)}
        title = _("%(app)s of %(all)s contacts were found by the app alone") % values
    gained = [(way, by[way]["gained"]) for way in (Found.APP, Found.ASKING) if way in by]
    said = [
        _("Found %(way)s: isolated %(days)s days sooner.") % {"way": found_name(way), "days": decimal(value)}
        for way, value in gained
        if value is not None and not math.isnan(value)
    ]
    help_text = _("Days gained: median from first symptoms to isolation, against cases that nobody traced.")
    heads = [(_("Found"), False), (_("contacts"), True), (_("cases"), True), (_("isolated"), True)]
    heads += [(_("symptoms to isolation"), True), (_("exposure to isolation"), True), (_("days gained"), True)]
    names = ("onset_to_isolation", "exposure_to_isolation", "gained")
    cells = [
        [found_name(Found(row["found"])), *(_count(row[each]) for each in ("contacts", "cases", "isolated")),
         *(_number(row[each]) for each in names)]
        for row in rows
    ]  # fmt: skip
    known = [row["onset_to_isolation"] for row in rows if row["onset_to_isolation"] is not None]
    drawn = [] if all(map(math.isnan, known)) else [("gain", _("Days from first symptoms to isolation"))]
    return _shown("app", title, " ".join([help_text, *said]), heads, cells, drawn, is_open=True, drawn="delays")


def chains(rows: Rows, on: dt.date) -> Shown:
    """Present the chains of transmission."""
    title = _("No chain is known")
    if rows:
        active = sum(row["last"] > on - ACTIVE for row in rows)
        linked = ngettext("%(n)s chain", "%(n)s chains", len(rows)) % {"n": number_text(len(rows))}
        values = {"chains": linked, "cases": number_text(sum(row["cases"] for row in rows))}
        title = _("%(chains)s hold %(cases)s cases; %(active)s had a case in the last 7 days") % (
            values | {"active": number_text(active)}
        )
    help_text = _(
        "Whole line: one person alone can have infected the case. Dashed: several can, and the one met last is a "
        "guess. Square: the chain’s first; blue: traced; amber: not traced."
    )
    heads = [(_("First case"), False), (_("cases"), True), (_("generations"), True), (_("known"), True)]
    heads += [(_("guessed"), True), (_("first"), True), (_("last"), True), (_("days between"), True)]
    cells = [
        [row["index"], *(_count(row[each]) for each in ("cases", "generations", "known", "guessed")),
         _day(row["first"]), _day(row["last"]), _number(row["serial_days"])]
        for row in rows
    ]  # fmt: skip
    drawn = [
        (str(row["chain"]), _("%(name)s, %(n)s cases") % {"name": row["index"], "n": number_text(row["cases"])})
        for row in rows[:6]
    ]
    return _shown("chains", title, help_text, heads, cells, drawn, is_wide=True, drawn="drawn")


def clusters(rows: Rows, on: dt.date) -> Shown:
    """Present clusters by setting, site, household and part, with attack rates."""
    settings = {row["place"]: row for row in rows if row["kind"] == "setting"}
    whole = sum(row["cases"] or 0 for row in settings.values())
    title = _("No case’s place of infection is known")
    at_home = settings.get(Setting.HOUSEHOLD.value, {}).get("cases")
    if at_home:
        values = {"n": number_text(at_home), "all": number_text(whole)}
        title = _("%(n)s of %(all)s cases were infected at home") % values
    name = _namer(on)
    kinds = {"setting": _("where"), "household": _("household"), "school": _("school"), "company": _("company")}
    kinds |= {"place": _("place"), "part": _("lives in")}
    words = {"": _("not known"), "household": _("at home"), "work": _("at work"), "school": _("at school")}
    words |= {"other": _("elsewhere")}

    def called(row: Mapping[str, Any]) -> str:
        if row["kind"] == "setting":
            return words[row["place"]]
        if row["kind"] == "household":
            return _("around %(name)s") % {"name": row["place"]}
        return name(row["place"])

    heads = [(_("Kind"), False), (_("Where"), False), (_("cases"), True), (_("contacts"), True), (_("first"), True)]
    heads += [(_("last"), True), (_("of 100 followed fell ill"), True)]
    kept: Counter[str] = Counter()
    cells = []
    for row in sorted(rows, key=lambda row: list(kinds).index(row["kind"])):
        kept[row["kind"]] += 1
        if kept[row["kind"]] <= 8:
            cells.append(
                [kinds[row["kind"]], called(row), _count(row["cases"]), _count(row["contacts"]), _day(row["first"]),
                 _day(row["last"]), _rate(row)]
            )  # fmt: skip
    help_text = _(
        "By whom each case was probably infected. In brackets: 95 of 100 chances. The file holds every cluster."
    )
    return _shown("clusters", title, help_text, heads, cells, is_open=True, is_wide=True)


def _rate(row: Mapping[str, Any]) -> str:
    followed, infected, low, high = (row[name] for name in ("followed", "infected", "low", "high"))
    if not followed or infected is None or low is None:
        return "–"
    values = [number_text(round(100 * value)) for value in (infected / followed, low, high)]
    return f"{values[0]} ({values[1]}–{values[2]})"


def _namer(on: dt.date) -> Callable[[str], str]:
    """Return a reader of places: each name is looked up once. A place that is no longer known keeps its code."""
    return cache(lambda place: place_name(place, on))


def _shown(
    name: str,
    title: str,
    help_text: str,
    heads: Sequence[tuple[str, bool]],
    rows: Sequence[Sequence[str]],
    drawings: Sequence[tuple[str, str]] = (),
    *,
    is_open: bool = False,
    is_wide: bool = False,
    drawn: str = "",
) -> Shown:
    more = max(len(rows) - MOST_ROWS, 0)
    marked = [[(cell, is_number) for cell, (_head, is_number) in zip(row, heads, strict=True)] for row in rows]
    return Shown(name, title, help_text, heads, marked[:MOST_ROWS], drawings, is_open, is_wide, drawn or name, more)


#: figure -> how it is said, in the order of the page
TEXTS: Mapping[str, Callable[[Rows, dt.date], Shown]] = {
    "curve": curve,
    "reproduction": reproduction_number,
    "follow-up": follow_up,
    "app": app,
    "chains": chains,
    "clusters": clusters,
    "delays": delays,
    "completeness": completeness,
}
