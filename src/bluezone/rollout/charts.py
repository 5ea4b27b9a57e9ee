"""Draw figures as Vega-Lite with Altair: one specification for the browser and, by vl-convert, for PDFs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bluezone.i18n import Language, chart_number_locale, format_number
from bluezone.rollout.forecast import Forecast
from bluezone.rollout.points import Point
from bluezone.rollout.texts import as_printed, translator

if TYPE_CHECKING:
    import altair as alt

INK, BLUE, BAND, RED, MUTED, GRID = "#0b1f33", "#1366d6", "#bcd6f7", "#c62828", "#5b6b7b", "#e3e8ee"
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
    outlook: Forecast | None = None,
    *,
    target: tuple[int, dt.date] | None = None,
    language: Language = Language.VIETNAMESE,
    size: Size | None = None,
) -> dict[str, Any]:
    """Draw totals over time, the forecast with its band, and the target with its deadline. A Vega-Lite
    specification."""
    import altair as alt

    _ = translator(language).gettext
    size = size or Size()
    days = [point.date for point in points] + ([outlook.days[-1].date] if outlook is not None else [])
    within_a_year = not days or (max(days) - min(days)).days < 300
    x = (
        alt.X("date:T")
        .title(None)
        .scale(type="utc")
        .axis(
            format="%-d/%-m" if within_a_year else "%-m/%y", labelOverlap=True, grid=False,
            tickCount=size.ticks, tickMinStep=86_400_000,
        )
    )  # fmt: skip
    unit = _("million")
    millions = f"format(datum.value / 1e6, ',~f') + '\u00a0{unit}'"
    said = f"datum.value >= 1e6 ? {millions} : format(datum.value, ',.0f')"
    y = alt.Y("total:Q").title(None).axis(labelExpr=said, tickCount=4)
    layers: list[alt.Chart] = []
    if outlook is not None:
        last = outlook.last
        ahead = _data([(last.date, last.total, last.total, last.total)]
                      + [(day.date, day.total, day.low, day.high) for day in outlook.days])  # fmt: skip
        band = alt.Y("low:Q").title(None)
        layers.append(alt.Chart(ahead).mark_area(color=BAND, opacity=0.7).encode(x=x, y=band, y2="high:Q"))
        layers.append(alt.Chart(ahead).mark_line(color=BLUE, strokeDash=[5, 4], strokeWidth=2).encode(x=x, y=y))
    counted = _data([(point.date, point.total, point.total, point.total) for point in points])
    dots = alt.OverlayMarkDef(color=BLUE, filled=True, size=40)
    layers.append(alt.Chart(counted).mark_line(color=BLUE, strokeWidth=2.5, point=dots).encode(x=x, y=y))
    newest = points[-1]
    label = alt.Chart(_data([(newest.date, newest.total, newest.total, newest.total)]))
    said_last = as_printed(format_number(newest.total, language), language, bound=newest.at_least)
    if outlook is not None and target is not None and _lies_close_below(newest.total, target[0], outlook, size):
        placed: alt.Chart = label.mark_text(
            align="left", baseline="top", dx=6, dy=4, color=INK, fontWeight="bold", fontSize=size.font_px
        )
    else:
        placed = _label(label, size, dy=-10)
    layers.append(placed.encode(x=x, y=y, text=alt.value(said_last)))
    if target is not None:
        total, deadline = target
        goal = _data([(deadline, total, total, total)])
        layers.append(alt.Chart(goal).mark_rule(color=INK, strokeWidth=1.5).encode(y=y))
        layers.append(alt.Chart(goal).mark_point(color=INK, filled=True, size=50, shape="diamond").encode(x=x, y=y))
        name = _("target")
        asked = alt.value(f"{name} {format_number(total, language)}")
        layers.append(_label(alt.Chart(goal), size, dy=-8).encode(x=x, y=y, text=asked))
    return framed(alt.layer(*layers), language, size)


def _lies_close_below(total: int, target: int, outlook: Forecast, size: Size) -> bool:
    """Return whether a label above a total would be crossed by the line of the target: its number stands below then."""
    top = max([target, *(day.high for day in outlook.days)])
    return 0 <= (target - total) * size.height < 2 * size.font_px * top


def _label(chart: alt.Chart, size: Size, *, dy: int) -> alt.Chart:
    """Return a label that stands at the end of what it names, inside the figure."""
    made: alt.Chart = chart.mark_text(
        align="right", baseline="bottom", dy=dy + 4, color=INK, fontWeight="bold", fontSize=size.font_px
    )
    return made


def progress_bar(
    share: float, target: float | None, *, language: Language = Language.VIETNAMESE, size: Size | None = None
) -> dict[str, Any]:
    """Draw where a unit stands between nothing and everybody, and its target. A Vega-Lite specification."""
    import altair as alt

    end = min(1.0, max(share, target or 0.0, 0.05) * 1.15)
    x = alt.X("share:Q").title(None).scale(domain=[0, end]).axis(format=".0%", tickCount=8)
    layers = [alt.Chart(inline([{"share": share}])).mark_bar(color=BLUE, height=34).encode(x=x)]
    if target is not None:
        goal = inline([{"share": target}])
        layers.append(alt.Chart(goal).mark_tick(color=RED, thickness=3, size=54).encode(x=x))
    return framed(alt.layer(*layers), language, size or Size(height=70))


def svg(specification: Mapping[str, Any]) -> str:
    """Draw a figure as an SVG document. Fetches nothing."""
    import vl_convert

    locale = specification["config"]["locale"]["number"]
    drawn: str = vl_convert.vegalite_to_svg(dict(specification), format_locale=locale, allowed_base_urls=[])
    return drawn


#: the colours of a light page and what they are on a dark one (design tokens)
_DARK = {INK: "#e8eef5", BLUE: "#6aa9f7", BAND: "#235488", RED: "#f28b82", MUTED: "#a9b8c7", GRID: "#2b3a4a"}


def for_both_schemes(drawing: str) -> str:
    """Return a drawn figure that follows the reader's choice of light or dark by itself, as a picture on a page can."""
    rules = "".join(
        f'[fill="{light}"]{{fill:{dark}}}[stroke="{light}"]{{stroke:{dark}}}' for light, dark in _DARK.items()
    )
    head, _, rest = drawing.partition(">")
    return f"{head}><style>@media (prefers-color-scheme: dark){{{rules}}}</style>{rest}"


def _data(rows: Sequence[tuple[dt.date, float, float, float]]) -> alt.Data:
    return inline(
        [{"date": date.isoformat(), "total": total, "low": low, "high": high} for date, total, low, high in rows]
    )


def inline(values: list[dict[str, Any]]) -> alt.Data:
    """Return rows as data of a specification."""
    import altair as alt

    data: alt.Data = alt.Data(values=values)  # type: ignore[no-untyped-call]
    return data


def framed(chart: alt.LayerChart | alt.FacetChart, language: Language, size: Size) -> dict[str, Any]:
    """Give a chart the look of all figures, numbers as the language writes them. A Vega-Lite specification."""
    dressed = (
        chart.properties(width=size.width, height=size.height)
        .configure(font=FONT, background="transparent", locale={"number": chart_number_locale(language)})
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=MUTED, titleColor=MUTED, gridColor=GRID, domainColor=GRID, tickColor=GRID,
            labelFontSize=size.font_px, titleFontSize=size.font_px, titleFontWeight="normal",
        )
    )  # fmt: skip
    specification: dict[str, Any] = dressed.to_dict()
    return specification
