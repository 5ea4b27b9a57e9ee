"""Draw figures as Vega-Lite of plain dicts, drawn by vl-convert for pages and PDFs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bluezone.i18n import Language, format_number
from bluezone.rollout.forecast import Day
from bluezone.rollout.series import Point
from bluezone.rollout.texts import as_printed, translator
from bluezone.vega import Spec, field, layer, layered

INK, BLUE, BAND, RED, MUTED, GRID = "#0b1f33", "#1366d6", "#bcd6f7", "#c62828", "#5b6b7b", "#e3e8ee"
GREEN, AMBER = "#1a7f4b", "#b76e00"
#: lines of one chart, told apart by colour and by dashes
_LINES: tuple[tuple[str, list[int]], ...] = (
    (BLUE, []),
    (RED, [6, 3]),
    (GREEN, [2, 3]),
    (AMBER, [10, 4]),
    (INK, [8, 3, 2, 3]),
    (MUTED, [1, 2]),
)
FONT = "Noto Sans, DejaVu Sans, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Size:
    """Hold a figure's plot size in pixels, that of its letters, and about how many days its axis names."""

    width: int = 620
    height: int = 220
    font_px: int = 11
    ticks: int = 8


def curve(
    points: Sequence[Point],
    outlook: Sequence[Day] = (),
    *,
    target: tuple[int, dt.date] | None = None,
    language: Language = Language.VIETNAMESE,
    size: Size | None = None,
) -> Spec:
    """Draw totals over time, the forecast with its band, and the target with its deadline."""
    _ = translator(language).gettext
    size = size or Size()
    x = _days([point.date for point in points] + [day.date for day in outlook], size)
    unit = _("million")
    millions = f"format(datum.value / 1e6, ',~f') + '\u00a0{unit}'"
    said = f"datum.value >= 1e6 ? {millions} : format(datum.value, ',.0f')"
    y = field("total:Q", title=None, axis={"labelExpr": said, "tickCount": 4})
    at = {"x": x, "y": y}
    layers: list[Spec] = []
    newest = points[-1]
    if outlook:
        ahead = [_row(newest.date, newest.total) | {"low": newest.total, "high": newest.total}]
        ahead += [_row(day.date, day.total) | {"low": day.low, "high": day.high} for day in outlook]
        band = {"x": x, "y": field("low:Q", title=None), "y2": {"field": "high"}}
        layers.append(layer("area", band, values=ahead, color=BAND, opacity=0.7))
        layers.append(layer("line", at, values=ahead, color=BLUE, strokeDash=[5, 4], strokeWidth=2))
    counted = [_row(point.date, point.total) for point in points]
    dots = {"color": BLUE, "filled": True, "size": 40}
    layers.append(layer("line", at, values=counted, color=BLUE, strokeWidth=2.5, point=dots))
    said_last = as_printed(format_number(newest.total, language), language, bound=newest.at_least)
    below = bool(outlook) and target is not None and _lies_close_below(newest.total, target[0], outlook, size)
    layers.append(_label(at, _row(newest.date, newest.total), said_last, size, below=below))
    if target is not None:
        total, deadline = target
        goal = _row(deadline, total)
        layers.append(layer("rule", {"y": y}, values=[goal], color=INK, strokeWidth=1.5))
        layers.append(layer("point", at, values=[goal], color=INK, filled=True, size=50, shape="diamond"))
        name = _("target")
        layers.append(_label(at, goal, f"{name} {format_number(total, language)}", size, dy=-4))
    return framed(layers, language, size)


def several(shares: Mapping[str, Mapping[dt.date, float]], *, language: Language, size: Size | None = None) -> Spec:
    """Draw the shares of several places over time, by name; at most six can be told apart."""
    size, names = size or Size(), list(shares)[: len(_LINES)]
    colours, dashes = ([look[at] for look in _LINES[: len(names)]] for at in (0, 1))
    legend = {"orient": "bottom", "direction": "vertical", "title": None, "labelLimit": size.width,
              "labelFontSize": size.font_px, "labelColor": INK, "symbolSize": 400, "symbolType": "stroke"}  # fmt: skip
    at = {
        "x": _days([day for each in shares.values() for day in each], size),
        "y": field("share:Q", title=None, axis={"format": ".0%", "tickCount": 4}),
        "color": field("name:N", sort=names, legend=legend, scale={"domain": names, "range": colours}),
        "strokeDash": field("name:N", sort=names, legend=legend, scale={"domain": names, "range": dashes}),
    }
    values = [
        {"date": day.isoformat(), "share": share, "name": name}
        for name in names
        for day, share in sorted(shares[name].items())
    ]
    return framed([layer("line", at, values=values, strokeWidth=2.5)], language, size)


def _days(days: Sequence[dt.date], size: Size) -> Spec:
    """Return the axis of days: days and months within a year, else months and years."""
    within_a_year = not days or (max(days) - min(days)).days < 300
    axis = {
        "format": "%-d/%-m" if within_a_year else "%-m/%y", "labelOverlap": True, "grid": False,
        "tickCount": size.ticks, "tickMinStep": 86_400_000,
    }  # fmt: skip
    return field("date:T", title=None, scale={"type": "utc"}, axis=axis)


def _lies_close_below(total: int, target: int, outlook: Sequence[Day], size: Size) -> bool:
    """Return whether a label above a total would be crossed by the line of the target: its number stands below then."""
    top = max([target, *(day.high for day in outlook)])
    return 0 <= (target - total) * size.height < 2 * size.font_px * top


def _label(at: Spec, row: Spec, text: str, size: Size, *, dy: int = -6, below: bool = False) -> Spec:
    """Return a label inside the figure, above the end of what it names, or below its beginning."""
    place = (
        {"align": "left", "baseline": "top", "dx": 6, "dy": 4}
        if below
        else {"align": "right", "baseline": "bottom", "dy": dy}
    )
    look = {**place, "color": INK, "fontWeight": "bold", "fontSize": size.font_px}
    return layer("text", {**at, "text": {"value": text}}, values=[row], **look)


def progress_bar(
    share: float, target: float | None, *, language: Language = Language.VIETNAMESE, size: Size | None = None
) -> Spec:
    """Draw where a unit stands between nothing and everybody, and its target."""
    end = min(1.0, max(share, target or 0.0, 0.05) * 1.15)
    x = field("share:Q", title=None, scale={"domain": [0, end]}, axis={"format": ".0%", "tickCount": 8})
    layers = [layer("bar", {"x": x}, values=[{"share": share}], color=BLUE, height=34)]
    if target is not None:
        layers.append(layer("tick", {"x": x}, values=[{"share": target}], color=RED, thickness=3, size=54))
    return framed(layers, language, size or Size(height=70))


#: the colours of a light page and what they are on a dark one (design tokens)
_DARK = {INK: "#e8eef5", BLUE: "#6aa9f7", BAND: "#235488", RED: "#f28b82", MUTED: "#a9b8c7", GRID: "#2b3a4a"}
_DARK |= {GREEN: "#6fcf97", AMBER: "#f2b450"}


def for_both_schemes(drawing: str) -> str:
    """Return a drawn figure that follows the reader's choice of light or dark by itself, as a picture on a page can."""
    rules = "".join(
        f'[fill="{light}"]{{fill:{dark}}}[stroke="{light}"]{{stroke:{dark}}}' for light, dark in _DARK.items()
    )
    head, _, rest = drawing.partition(">")
    return f"{head}><style>@media (prefers-color-scheme: dark){{{rules}}}</style>{rest}"


def _row(date: dt.date, total: float) -> Spec:
    return {"date": date.isoformat(), "total": total}


def framed(layers: Sequence[Spec], language: Language, size: Size) -> Spec:
    """Give a figure the look of all, numbers as the language writes them."""
    axis = {
        "labelColor": MUTED, "titleColor": MUTED, "gridColor": GRID, "domainColor": GRID, "tickColor": GRID,
        "labelFontSize": size.font_px, "titleFontSize": size.font_px, "titleFontWeight": "normal",
    }  # fmt: skip
    config = {"font": FONT, "background": "transparent", "axis": axis}
    return layered(layers, language, width=size.width, height=size.height, config=config)
