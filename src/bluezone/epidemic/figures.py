"""Draw figures: what adoption buys, how outbreaks run, and what the answer depends on. By Vega-Altair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bluezone.epidemic.effects import Effect
from bluezone.epidemic.importation import LADDER, SPENDINGS, Bought, Summary
from bluezone.epidemic.words import answer, setting, translator
from bluezone.i18n import Language, chart_number_locale

if TYPE_CHECKING:
    import altair as alt

_INK, _BLUE, _AMBER, _QUIET = "#0b1f33", "#1366d6", "#b76e00", "#8a97a6"
_WIDTH, _HEIGHT = 560, 300
#: Colours that people with any sight tell apart (Okabe and Ito 2008), the first for no app.
_DISTINCT = ["#0b1f33", "#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#d55e00", "#0072b2", "#8a97a6"]
#: Faces with Vietnamese letters, the first that is there.
_FONT = "Noto Sans, DejaVu Sans, Segoe UI, Roboto, Helvetica Neue, sans-serif"


def dose_response(effects: Sequence[Effect], place: str, days: int, language: Language) -> alt.Chart:
    """Draw the share of infections averted by uptake, with 95 % intervals; the title says the answer for one uptake."""
    import altair as alt

    translate = translator(language).gettext
    rows = [
        {
            "uptake": effect.uptake,
            "averted": effect.averted_share.mean,
            "low": effect.averted_share.low if effect.runs > 1 else effect.averted_share.mean,
            "high": effect.averted_share.high if effect.runs > 1 else effect.averted_share.mean,
        }
        for effect in effects
        if effect.averted_share.mean == effect.averted_share.mean
    ]
    shown = headline(effects)
    x = alt.X("uptake:Q", axis=alt.Axis(format="%", title=translate("people with the app"), grid=False))
    y_title = translate("infections averted")
    base = alt.Chart(alt.InlineData(values=rows))
    line = base.mark_line(color=_BLUE, strokeWidth=2).encode(
        x=x, y=alt.Y("averted:Q", axis=alt.Axis(format="%", title=y_title))
    )
    bars = base.mark_rule(color=_BLUE, strokeWidth=1.5).encode(
        x=x, y=alt.Y("low:Q", axis=alt.Axis(title=y_title)), y2="high:Q"
    )
    points = base.mark_point(color=_BLUE, filled=True, size=60).encode(
        x=x, y=alt.Y("averted:Q", axis=alt.Axis(title=y_title))
    )
    zero = (
        alt.Chart(alt.InlineData(values=[{"y": 0}]))
        .mark_rule(color=_QUIET)
        .encode(y=alt.Y("y:Q", axis=alt.Axis(title=y_title)))
    )
    return dress(zero + bars + line + points, answer(shown, place, days, language), place, language)


def epidemic_curves(rows: Sequence[dict[str, Any]], place: str, language: Language) -> alt.Chart:
    """Draw the new infections a day by uptake: the mean of the runs, and pale the middle eight of ten of them."""
    import altair as alt

    translate = translator(language).gettext
    curves: dict[float, list[list[int]]] = {}
    for row in rows:
        curves.setdefault(row["uptake"], []).append(row["curves"]["infections"])
    values = []
    for uptake, of_runs in sorted(curves.items()):
        by_day = np.array(of_runs, dtype=np.float64)
        low, high = np.quantile(by_day, [0.1, 0.9], axis=0)
        values += [
            {"uptake": uptake, "day": day, "infections": mean, "low": below, "high": above}
            for day, (mean, below, above) in enumerate(
                zip(by_day.mean(axis=0).tolist(), low.tolist(), high.tolist(), strict=True)
            )
        ]
    y_title = translate("new infections a day, mean of runs")
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("day:Q", axis=alt.Axis(title=translate("day"), grid=False)),
        color=alt.Color(
            "uptake:O",
            scale=alt.Scale(range=_DISTINCT),
            legend=alt.Legend(format=".4~%", title=translate("people with the app")),
        ),
    )
    band = base.mark_area(opacity=0.15).encode(y=alt.Y("low:Q", axis=alt.Axis(title=y_title)), y2="high:Q")
    line = base.mark_line(strokeWidth=1.8).encode(y=alt.Y("infections:Q", axis=alt.Axis(title=y_title)))
    chart = band + line
    title = translate("How the outbreak runs in {place} at each uptake").format(place=place)
    return dress(chart, title, place, language)


def tornado(bars: Sequence[dict[str, Any]], middle: float, title: str, place: str, language: Language) -> alt.Chart:
    """Draw how far the answer moves when one assumption goes to its low or high value. bars: name, setting, averted."""
    import altair as alt

    translate = translator(language).gettext
    spread: dict[str, float] = {}
    for bar in bars:
        spread[bar["name"]] = max(spread.get(bar["name"], 0.0), abs(bar["averted"] - middle))
    order = sorted(spread, key=lambda name: -spread[name])
    values = [{**bar, "setting": setting(bar["setting"], language), "middle": middle} for bar in bars]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("name:N", sort=order, axis=alt.Axis(title=None, labelLimit=260)),
        x=alt.X("averted:Q", axis=alt.Axis(format="%", title=translate("infections averted"))),
    )
    body = base.mark_bar(size=12, opacity=0.85).encode(
        x2="middle:Q",
        color=alt.Color(
            "side:N",
            scale=alt.Scale(domain=["low", "high"], range=[_AMBER, _BLUE]),
            legend=None,
        ),
    )
    labels = base.mark_text(fontSize=10, color=_INK, dx=4, align="left").encode(text="setting:N")
    rule = alt.Chart(alt.InlineData(values=[{"x": middle}])).mark_rule(color=_INK).encode(x="x:Q")
    return dress(body + labels + rule, title, place, language, height=24 * len(order))


def dying_out(found: Mapping[tuple[str, float], Summary], title: str, language: Language) -> alt.Chart:
    """Draw the probability that an importation dies out, by uptake, a line for each set of measures; bars: 95 %."""
    import altair as alt

    translate = translator(language).gettext
    titles = {each.name: translate(each.title) for each in LADDER}
    rows = [
        {"measures": titles[name], "uptake": uptake, **asdict(each.dies_out)} for (name, uptake), each in found.items()
    ]
    y_title = translate("probability that it dies out")
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("uptake:Q", axis=alt.Axis(format="%", title=translate("people with the app"), grid=False)),
        color=alt.Color(
            "measures:N",
            sort=list(titles.values()),
            scale=alt.Scale(domain=list(titles.values()), range=_DISTINCT[: len(titles)]),
            legend=alt.Legend(title=None, orient="bottom", columns=2, labelLimit=300),
        ),
    )
    line = base.mark_line(point=True, strokeWidth=2).encode(
        y=alt.Y("mean:Q", axis=alt.Axis(format="%", title=y_title), scale=alt.Scale(domain=[0, 1]))
    )
    bars = base.mark_rule(strokeWidth=1.5).encode(y=alt.Y("low:Q", axis=alt.Axis(title=y_title)), y2="high:Q")
    return dress(bars + line, title, "", language)


def pareto(bought: Sequence[Bought], title: str, language: Language) -> alt.Chart:
    """Draw what each thing bought averts against what it costs; those that nothing beats are filled."""
    import altair as alt

    translate = translator(language).gettext
    titles = {each.name: translate(each.title) for each in SPENDINGS}
    rows = [
        {"what": titles[each.name], "cost": each.cost, "best": each.best, **asdict(each.averted)} for each in bought
    ]
    y_title = translate("infections averted")
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("cost:Q", axis=alt.Axis(title=translate("cost, million đồng"), grid=False))
    )
    bars = base.mark_rule(color=_BLUE).encode(y=alt.Y("low:Q", axis=alt.Axis(title=y_title)), y2="high:Q")
    points = base.mark_point(size=90, color=_BLUE).encode(
        y=alt.Y("mean:Q", axis=alt.Axis(title=y_title)),
        fill=alt.condition(alt.datum.best, alt.value(_BLUE), alt.value("white")),
    )
    names = base.mark_text(align="left", dx=9, dy=-9, color=_INK).encode(
        y=alt.Y("mean:Q", axis=alt.Axis(title=y_title)), text="what:N"
    )
    return dress(bars + points + names, title, "", language)


def save(chart: alt.Chart, path: Path) -> None:
    """Write a figure as SVG or PNG, by the ending of the name."""
    import vl_convert

    specification = chart.to_dict()
    locale = specification["config"]["locale"]["number"]
    if path.suffix == ".png":
        path.write_bytes(vl_convert.vegalite_to_png(specification, scale=2, format_locale=locale))
    else:
        path.write_text(vl_convert.vegalite_to_svg(specification, format_locale=locale), "utf-8")


def headline(effects: Sequence[Effect], uptake: float = 0.30) -> Effect:
    """Choose the effect to speak of: the one nearest to an uptake (30 %: the order of August 2020)."""
    return min(
        (effect for effect in effects if effect.uptake > 0),
        key=lambda effect: abs(effect.uptake - uptake),
        default=effects[0],
    )


def dress(chart: Any, title: str, place: str, language: Language, height: int = _HEIGHT) -> alt.Chart:
    """Give a figure its size, type and title, wrapped so that no line is longer than the figure."""
    import altair as alt

    words, lines = title.split(" "), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 84:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    dressed: alt.Chart = (
        chart.properties(
            width=_WIDTH,
            height=height,
            description=f"{place}: {title}" if place else title,
            title=alt.TitleParams(lines, anchor="start"),
        )
        .configure(font=_FONT, locale={"number": chart_number_locale(language)})
        .configure_title(fontSize=14, color=_INK, fontWeight=600, offset=14)
        .configure_axis(
            labelColor=_INK,
            titleColor=_INK,
            titleFontWeight="normal",
            domainColor=_QUIET,
            tickColor=_QUIET,
            gridColor="#e4e9ee",
        )
        .configure_view(stroke=None)
    )
    return dressed
