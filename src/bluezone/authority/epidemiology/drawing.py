"""Draw the figures of an outbreak, as Vega-Lite specifications of the rows that their tables and files show."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from bluezone.authority.epidemiology import figures
from bluezone.authority.epidemiology.figures import Basis, Found, Step
from bluezone.authority.epidemiology.texts import COMPLETE, found_name
from bluezone.i18n import Language
from bluezone.rollout.charts import AMBER, BAND, BLUE, GREEN, INK, MUTED, Size, framed
from bluezone.vega import Spec, field, layer

Rows = Sequence[Mapping[str, Any]]
#: colours of ways of finding; who was not traced is pale
_COLOURS = {Found.APP: GREEN, Found.ASKING: BLUE, Found.BOTH: AMBER, Found.NOT_TRACED: BAND}
_SIZE = Size(width=520, height=220, font_px=12)


def _day(name: str = "day", **more: Any) -> Spec:
    axis = {"format": "%-d/%-m", "labelOverlap": True, "grid": False, "tickCount": 6, "tickMinStep": 86_400_000}
    return field(f"{name}:T", title=None, scale={"type": "utc"} | more, axis=axis)


def _written(rows: Rows) -> list[dict[str, Any]]:
    return [{name: str(value) if isinstance(value, dt.date) else value for name, value in row.items()} for row in rows]


def _column(day: dt.date, below: float, top: float) -> dict[str, Any]:
    return {"day": str(day), "end": str(day + dt.timedelta(days=1)), "below": below, "top": top}


def _columns(y: Spec) -> Spec:
    """Encode columns as wide as their day: a bar of two dates would lie on its side."""
    return {"x": _day(), "x2": {"field": "end"}, "y": y, "y2": {"field": "below"}}


def curve(rows: Rows, _part: str) -> list[Spec]:
    """Draw cases by onset as columns, by how they were found, and the 7-day mean of reported cases as a line."""
    stacked = []
    for row in rows:
        below = 0
        for way in Found if row["basis"] == Basis.ONSET else ():
            top = below + (row[way] or 0)
            stacked.append(_column(row["day"], below, top) | {"found": found_name(way)})
            below = top
    mean = [row for row in rows if row["basis"] == Basis.REPORT and row["mean7"] is not None]
    colours = {"domain": [found_name(way) for way in Found], "range": list(_COLOURS.values())}
    legend = {"orient": "top", "title": None, "columns": 2, "labelColor": MUTED, "labelFontSize": 12, "labelLimit": 260}
    bars = _columns(field("top:Q", title=_("cases"), axis={"tickMinStep": 1, "tickCount": 4}))
    bars["color"] = field("found:N", scale=colours, legend=legend, sort=colours["domain"])
    line = {"x": _day(), "y": field("mean7:Q", title=_("cases"))}
    return [
        layer("rect", bars, values=stacked),
        layer("line", line, values=_written(mean), color=INK, strokeWidth=2.5, interpolate="monotone"),
    ]


def reproduction(rows: Rows, _part: str) -> list[Spec]:
    """Draw the reproduction number with its interval, and the line of 1, above which an outbreak grows."""
    values = _written([row for row in rows if row["mean"] is not None])
    top = min(max((row["high"] for row in values), default=2), 6)
    y = field("mean:Q", title="Rt", scale={"domain": [0, top], "clamp": True}, axis={"tickCount": 5})
    band = {"x": _day(), "y": field("low:Q", title="Rt"), "y2": {"field": "high"}}
    return [
        layer("area", band, values=values, color=BAND, opacity=0.7, clip=True),
        layer("rule", {"y": field("at:Q")}, values=[{"at": 1}], color=INK),
        layer("line", {"x": _day(), "y": y}, values=values, color=BLUE, strokeWidth=2.5, clip=True),
    ]


def follow_up(rows: Rows, _part: str) -> list[Spec]:
    """Draw the share of contacts who were heard on each day, and the share that is asked for."""
    followed, asked = Counter[dt.date](), Counter[dt.date]()
    for row in rows:
        followed[row["day"]] += row["followed"] or 0
        asked[row["day"]] += row["asked"] or 0
    values = [_column(day, 0, asked[day] / number) for day, number in sorted(followed.items()) if number]
    bars = _columns(field("top:Q", title=None, scale={"domain": [0, 1]}, axis={"format": "%", "tickCount": 5}))
    return [
        layer("rect", bars, values=values, color=BLUE, stroke=BAND),
        layer("rule", {"y": field("at:Q")}, values=[{"at": COMPLETE}], color=INK),
    ]


def delays(rows: Rows, part: str) -> list[Spec]:
    """Draw one delay by week: median, and between the 10th and 90th percentile a band; of isolation, as `gain`, how
    many cases after how many days, traced or not."""
    if part == "gain":
        counts: Counter[tuple[bool, int]] = Counter()
        for row in rows:
            if row["step"] == Step.ONSET_ISOLATION and row["days"] is not None and row["cases"]:
                counts[row["found"] != Found.NOT_TRACED, min(max(row["days"], -3), 14)] += row["cases"]
        names = {True: _("traced"), False: _("not traced")}
        values = [{"days": days, "found": names[traced], "cases": n} for (traced, days), n in sorted(counts.items())]
        colours = {"domain": list(names.values()), "range": [BLUE, AMBER]}
        legend = {"orient": "top", "title": None, "labelColor": MUTED, "labelFontSize": 12}
        bars = {
            "x": field(
                "days:O", title=_("days from first symptoms to isolation"), axis={"labelAngle": 0, "grid": False}
            ),
            "xOffset": {"field": "found", "sort": colours["domain"]},
            "y": field("cases:Q", title=_("cases"), axis={"tickMinStep": 1, "tickCount": 4}),
            "color": field("found:N", scale=colours, legend=legend),
        }
        return [layer("bar", bars, values=values)]
    weeks: dict[dt.date, Counter[int | None]] = {}
    for row in rows:
        if row["step"] == part and row["cases"]:
            weeks.setdefault(row["week"], Counter())[row["days"]] += row["cases"]
    values = [
        {"day": str(week), "low": each.tenth, "median": each.median, "high": each.ninetieth}
        for week, counts_of in sorted(weeks.items())
        if (each := figures.delay(counts_of)).people
    ]
    title = _("days")
    band = {"x": _day(), "y": field("low:Q", title=title), "y2": {"field": "high"}}
    line = {"x": _day(), "y": field("median:Q", title=title, axis={"tickCount": 4})}
    dots = {"color": BLUE, "filled": True, "size": 40}
    return [
        layer("area", band, values=values, color=BAND, opacity=0.7),
        layer("line", line, values=values, color=BLUE, strokeWidth=2.5, point=dots),
    ]


def chain(rows: Rows, part: str) -> list[Spec]:
    """Draw one chain: a case a row, by its day; a whole line to the infector that is known, a dashed one to one that is
    guessed."""
    people = [row for row in rows if str(row["chain"]) == part]
    at = {row["name"]: number for number, row in enumerate(people)}
    nodes = []
    for row in people:
        traced = "not traced" if row["found"] == Found.NOT_TRACED else "traced"
        kind = traced if row["generation"] else "first"
        nodes.append({"day": str(row["day"]), "row": at[row["name"]], "kind": kind})
    joined: dict[str, list[dict[str, Any]]] = {"known": [], "guessed": []}
    for row in people:
        if row["infector"] in at and row["link"]:
            ends = {"day": str(row["infector_day"]), "row": at[row["infector"]]}
            joined[row["link"]].append(ends | {"to": str(row["day"]), "below": at[row["name"]]})
    y = field("row:Q", axis=None, scale={"reverse": True, "domain": [-0.5, max(len(people), 8) - 0.5]})
    layers = []
    for link, dash in (("known", []), ("guessed", [4, 3])):
        down = {"x": _day(), "y": y, "y2": {"field": "below"}}
        along = {"x": _day(), "x2": {"field": "to"}, "y": y | {"field": "below"}}
        layers += [layer("rule", each, values=joined[link], color=MUTED, strokeDash=dash) for each in (down, along)]
    kinds = ["first", "traced", "not traced"]
    shapes = {"domain": kinds, "range": ["square", "circle", "circle"]}
    colours = {"domain": kinds, "range": [INK, BLUE, AMBER]}
    dots = {
        "x": _day(), "y": y,
        "shape": field("kind:N", scale=shapes, legend=None),
        "color": field("kind:N", scale=colours, legend=None),
    }  # fmt: skip
    return [*layers, layer("point", dots, values=nodes, filled=True, size=55, opacity=1)]


#: figure -> how it is drawn, and how large
DRAWINGS: Mapping[str, tuple[Callable[[Rows, str], list[Spec]], Size]] = {
    "curve": (curve, _SIZE),
    "reproduction": (reproduction, _SIZE),
    "follow-up": (follow_up, _SIZE),
    "delays": (delays, Size(width=300, height=120, font_px=11)),
    "drawn": (chain, Size(width=300, height=150, font_px=11)),
}


def specification(name: str, part: str, rows: Rows, language: Language) -> Spec:
    """Return the specification of a figure, or of the named part of it."""
    draw, size = DRAWINGS[name]
    return framed(draw(rows, part), language, size)
